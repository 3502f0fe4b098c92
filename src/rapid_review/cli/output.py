"""Printing: JSON, plain tables, and whatever else comes out, laid out for whom it goes to."""

import json
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TextIO, TypeVar, cast

import click

from rapid_review.cli import terminal
from rapid_review.domain.printable import counted
from rapid_review.wire.values import plain

if TYPE_CHECKING:
    from rapid_review.store.jobs import Progress

T = TypeVar("T")

_END: Final = "\n}"


def print_json(value: object) -> None:
    """Print a value as one JSON document."""
    print_data(json_of(value))


def json_of(value: object) -> str:
    """Return a value as `print_json` prints it."""
    return json.dumps(plain(value), indent=2)


def print_json_of_many(about: Mapping[str, object], name: str, texts: Iterable[str]) -> None:
    """Print as one JSON document what is about many things, and then each of them as it comes.

    It is what `print_json` prints of the same, and no more than one thing is held at a time. If a
    thing cannot be read, the document ends there, and no program takes it for a whole one.

    Args:
        about: what comes before the list.
        name: the key of the list.
        texts: what `json_of` returns of each thing.
    """
    opening = json_of({**about, name: []}).removesuffix(f"]{_END}")
    before = opening
    for text in texts:
        # No text in JSON has a line of its own, so each line can be moved to the right.
        moved = f"\n{text}".replace("\n", "\n    ")
        _print_part(_escaped(f"{before}{moved}"))
        before = ","
    print_data(f"{opening}]{_END}" if before == opening else f"\n  ]{_END}")


def print_line(value: object) -> None:
    """Print a value as one line of JSON."""
    print_data(json.dumps(plain(value)))


def print_data(text: str) -> None:
    """Print what a program reads, which is folded nowhere."""
    _print_whole(_escaped(text))


def print_verdict(before: str, verdict: str, after: str) -> None:
    """Print a line in which a verdict stands: on a terminal that word has a colour."""
    width = terminal.width_of(sys.stdout)
    if width is None:
        click.echo(f"{before}{verdict}{after}")
        return
    line = f"{_escaped(before)}{terminal.coloured(verdict)}{_escaped(after)}"
    _print_whole(terminal.folded(line, width))


def on_a_terminal() -> bool:
    """Say whether what is printed goes to a terminal, which folds it at its width."""
    return terminal.width_of(sys.stdout) is not None


def print_rows(rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows of the same keys as a table; nothing if there are none.

    On a terminal that is too narrow for it, the last columns are below each row.
    """
    if not rows:
        return
    from rapid_review.domain.printable import escaped

    cells = [
        list(rows[0]),
        *(
            ["-" if one is None else escaped(str(one), but="") for one in row.values()]
            for row in rows
        ),
    ]
    # Together, for each writing is one by itself.
    _print_whole("\n".join(terminal.table(cells, terminal.width_of(sys.stdout))))


def minutes(when: datetime) -> str:
    """Return a time to the minute, with its offset."""
    return when.isoformat(" ", "minutes")


class Printable:
    """A stream of text on which only what is printable is written; anything else is escaped.

    On a terminal no line is wider than it, but for what is `Whole`. Bytes, which are what was
    asked for and no message, go to its buffer as they are.
    """

    def __init__(self, stream: TextIO, progress: terminal.Progress) -> None:
        self.stream = stream
        self.progress = progress

    def write(self, text: str) -> int:
        """Write a text, in place of how far the work is."""
        self.progress.clear()
        self.stream.write(self._laid_out(text))
        return len(text)

    def _laid_out(self, text: str) -> str:
        if isinstance(text, terminal.Whole):
            return text
        width = terminal.width_of(self.stream)
        return _escaped(text) if width is None else terminal.folded(_escaped(text), width)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self.stream, name)


@contextmanager
def printable_output() -> Generator[None]:
    """Let nothing but printable characters be written on standard output and standard error."""
    before = sys.stdout, sys.stderr
    progress = terminal.Progress(sys.stderr)
    # Anyone who prints asks a stream for no more than this one gives.
    sys.stdout, sys.stderr = (cast("TextIO", Printable(one, progress)) for one in before)
    try:
        yield
    finally:
        progress.clear()
        sys.stdout, sys.stderr = before


def print_progress(text: str) -> None:
    """Print on standard error how far the work is, where somebody looks on.

    It replaces the progress before it, and disappears when anything else is printed.
    """
    stream = sys.stderr
    progress = stream.progress if isinstance(stream, Printable) else terminal.Progress(stream)
    progress.show(_escaped(text))


def print_entries_so_far(entries: int) -> None:
    """Print how many entries are done, as `print_progress` does."""
    print_progress(counted(entries, "entry"))


def print_position(so_far: "Progress") -> None:
    """Print how far a job has come in the store, as `print_progress` does."""
    print_progress(f"{so_far.position} of {counted(so_far.last, 'entry')}")


def with_progress(each: Iterable[T], one: str, *, every: int = 1) -> Iterator[T]:
    """Yield each, and print on standard error how many were, where somebody looks on."""
    for number, this in enumerate(each, start=1):
        yield this
        if not number % every:
            print_progress(counted(number, one))


def _print_whole(text: str) -> None:
    _print_part(f"{text}\n")  # with its end, since otherwise it is a mere text


def _print_part(text: str) -> None:
    click.echo(terminal.Whole(text), nl=False)


def _escaped(text: str) -> str:
    from rapid_review.domain.printable import escaped

    return escaped(text, but="\n\t")
