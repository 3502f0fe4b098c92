"""Printing: JSON, tables and messages, laid out for a terminal or for a program."""

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
    """Print one JSON document with a long list, item by item.

    It prints the same as `print_json`, but holds only one item in memory. If an item cannot be
    read, the document ends there, and is then not valid JSON: no program takes it for complete.

    Args:
        about: the keys before the list.
        name: the key of the list.
        texts: what `json_of` returns for each item.
    """
    opening = json_of({**about, name: []}).removesuffix(f"]{_END}")
    before = opening
    for text in texts:
        # A text in JSON has no line break in it, so every line can be indented.
        moved = f"\n{text}".replace("\n", "\n    ")
        _print_part(_escaped(f"{before}{moved}"))
        before = ","
    print_data(f"{opening}]{_END}" if before == opening else f"\n  ]{_END}")


def print_line(value: object) -> None:
    """Print a value as one line of JSON."""
    print_data(json.dumps(plain(value)))


def print_data(text: str) -> None:
    """Print data for a program: its lines are never folded."""
    _print_whole(_escaped(text))


def print_verdict(before: str, verdict: str, after: str) -> None:
    """Print a line with a verdict in it, which has a colour on a terminal."""
    width = terminal.width_of(sys.stdout)
    if width is None:
        click.echo(f"{before}{verdict}{after}")
        return
    line = f"{_escaped(before)}{terminal.coloured(verdict)}{_escaped(after)}"
    _print_whole(terminal.folded(line, width))


def on_a_terminal() -> bool:
    """Say whether standard output is a terminal, where long lines are folded."""
    return terminal.width_of(sys.stdout) is not None


def print_rows(rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows with the same keys as a table; print nothing if there are none.

    If a terminal is too narrow, the last columns are printed below each row.
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
    # All lines in one call, because each call writes by itself.
    _print_whole("\n".join(terminal.table(cells, terminal.width_of(sys.stdout))))


def minutes(when: datetime) -> str:
    """Return a time to the minute, with its offset."""
    return when.isoformat(" ", "minutes")


class Printable:
    """A stream of text that escapes every character that cannot be printed.

    On a terminal it also folds lines that are too long, except in a text that is `Whole`. Bytes
    are the content of a file and no message: they go to its buffer unchanged.
    """

    def __init__(self, stream: TextIO, progress: terminal.Progress) -> None:
        self.stream = stream
        self.progress = progress

    def write(self, text: str) -> int:
        """Write a text, in place of the line that shows the progress."""
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
    """Write only printable characters on standard output and standard error."""
    before = sys.stdout, sys.stderr
    progress = terminal.Progress(sys.stderr)
    # `Printable` has everything that anyone who prints asks of a stream.
    sys.stdout, sys.stderr = (cast("TextIO", Printable(one, progress)) for one in before)
    try:
        yield
    finally:
        progress.clear()
        sys.stdout, sys.stderr = before


def print_progress(text: str) -> None:
    """Show the progress of the work on standard error, if that is a terminal.

    The line replaces the one before it, and disappears when anything else is printed.
    """
    stream = sys.stderr
    progress = stream.progress if isinstance(stream, Printable) else terminal.Progress(stream)
    progress.show(_escaped(text))


def print_entries_so_far(entries: int) -> None:
    """Show how many entries are done, as `print_progress` does."""
    print_progress(counted(entries, "entry"))


def print_position(so_far: "Progress") -> None:
    """Show the position of a job in the store, as `print_progress` does."""
    print_progress(f"{so_far.position} of {counted(so_far.last, 'entry')}")


def with_progress(each: Iterable[T], one: str, *, every: int = 1) -> Iterator[T]:
    """Yield each item, and show how many there were, as `print_progress` does."""
    for number, this in enumerate(each, start=1):
        yield this
        if not number % every:
            print_progress(counted(number, one))


def _print_whole(text: str) -> None:
    _print_part(f"{text}\n")  # click would add the line end too, but return a plain `str`


def _print_part(text: str) -> None:
    click.echo(terminal.Whole(text), nl=False)


def _escaped(text: str) -> str:
    from rapid_review.domain.printable import escaped

    return escaped(text, but="\n\t")
