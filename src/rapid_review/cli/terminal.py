"""What a person at a terminal sees: no line wider than it, tables that fit, one word in colour.

Into a pipe or a file nothing of this goes: there the same bytes come out on every machine.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TextIO

import click

USUAL: Final = 80
"""The assumed width of a terminal that does not say how wide it is."""
NARROWEST: Final = 20
"""Nothing is laid out for a narrower one."""
_NARROWEST_HELP: Final = 50
"""Nor a command's help, with its options beside what they do."""

_BETWEEN: Final = "  "
_BELOW: Final = " " * 4
_BELOW_THAT: Final = " " * 6

# A time of a day, a day in words and a clause with its number are each kept on one line; whatever
# else is between two spaces is too: codes, references, dates.
_WORD: Final = re.compile(
    r"( *)("
    r"[^\w ]*\d{4}-\d{2}-\d{2} \d{2}:\d{2}\S*"
    r"|[^\w ]*\d{1,2} [A-Z][a-z]+ \d{4}\S*"
    r"|[^\w ]*[A-Z]\w* \d\S*"
    r"|\S+"
    r")"
)
_HANGING: Final = re.compile(r" *(?:[-+~] +)?(?:\S+ {2,})?")

_COLOURS: Final = {
    "forbidden": "red",
    "nonsense": "red",
    "overdue": "red",
    "irregular": "yellow",
    "met late": "yellow",
}
"""The words of a verdict, on a step or on a clock, that want to be seen."""
_VERDICTS: Final = frozenset({"verdict", "state"})
"""The columns in which such a word stands."""


class Whole(str):
    """A text that may be written as it is: escaped already, and laid out, or not to be folded."""

    __slots__ = ()


class Progress:
    """A line that says how far the work is, for as long as nothing else is printed.

    Args:
        stream: where it is shown, if that is a terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = 0

    def show(self, text: str) -> None:
        """Show a line in place of the one that was shown."""
        if (width := width_of(self._stream)) is None:
            return
        text = text[: width - 1]
        self._stream.write(f"\r{text.ljust(self._shown)}")
        self._stream.flush()
        self._shown = len(text)

    def clear(self) -> None:
        """Leave nothing of it."""
        if self._shown:
            self._stream.write(f"\r{' ' * self._shown}\r")
            self._stream.flush()
            self._shown = 0


def width_of(stream: TextIO) -> int | None:
    """Return how many characters a line of a terminal holds; None if a stream goes elsewhere."""
    if not stream.isatty():
        return None
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except OSError:
        columns = 0
    return max(columns or USUAL, NARROWEST)


def help_width(stream: TextIO) -> int:
    """Return how wide a command's help is: as Click lays it out, whatever COLUMNS says."""
    return max(min(width_of(stream) or USUAL, USUAL) - 2, _NARROWEST_HELP)


def folded(text: str, width: int) -> str:
    """Return a text with its long lines folded between words, under where each begins.

    A word that is wider than the terminal is alone on its line, for it may be copied from
    there.
    """
    return "\n".join(
        "\n".join(_rows(line, width)) if _length(line) > width else line
        for line in text.split("\n")
    )


def _rows(line: str, width: int, hanging: int | None = None) -> Iterator[str]:
    """Yield the rows of a line, those after the first so far in."""
    hanging = _hanging(line, width) if hanging is None else hanging
    row = ""
    for gap, word in _WORD.findall(line):
        if row.strip() and _length(row + gap + word) > width:
            yield row
            row = " " * min(hanging, max(0, width - _length(word))) + word
        else:
            row += gap + word
    yield row


def _hanging(line: str, width: int) -> int:
    """Return how far in a line goes on: below what is after its number or its label."""
    begun = _HANGING.match(line)
    length = begun.end() if begun else 0
    return length if length <= width // 3 else len(line) - len(line.lstrip(" "))


def _length(text: str) -> int:
    return len(click.unstyle(text)) if "\x1b" in text else len(text)


def table(cells: Sequence[Sequence[str]], width: int | None) -> Iterator[str]:
    """Yield the lines of a table, the first of its rows being the names of its columns.

    On a terminal that is narrower, the first columns that fit are kept, and what is in the
    others follows below each row, by name.

    Args:
        cells: its rows, escaped.
        width: how wide the terminal is; None where it is no terminal.
    """
    names, *rows = cells
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    kept = len(widths) if width is None else _that_fit(widths, width)
    yield _row(names[:kept], widths)
    for row in rows:
        words = row if width is None else _in_colour(row, names)
        line = _row(words[:kept], widths)
        yield line if width is None else folded(line, width)
        if width is not None:
            yield from _below(zip(names[kept:], words[kept:], strict=True), width)


def _that_fit(widths: Sequence[int], width: int) -> int:
    """Return how many of the first columns fit; one is kept in any case."""
    used = -len(_BETWEEN)
    for number, one in enumerate(widths):
        used += len(_BETWEEN) + one
        if used > width:
            return max(1, number)
    return len(widths)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell + " " * (width - _length(cell)) for cell, width in zip(cells, widths, strict=False)
    )
    return _BETWEEN.join(padded).rstrip()


def _in_colour(cells: Sequence[str], names: Sequence[str]) -> list[str]:
    return [
        coloured(cell) if name in _VERDICTS else cell
        for cell, name in zip(cells, names, strict=True)
    ]


def _below(pairs: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    """Yield the cells that do not fit in a row, as many to a line as fit; no empty ones."""
    line = ""
    for name, cell in pairs:
        if cell in ("", "-"):
            continue
        labelled = f"{name}: {cell}"
        if line and _length(line + _BETWEEN + labelled) <= width:
            line += _BETWEEN + labelled
            continue
        if line:
            yield from _rows(line, width, len(_BELOW_THAT))
        line = _BELOW + labelled
    if line:
        yield from _rows(line, width, len(_BELOW_THAT))


def coloured(word: str) -> str:
    """Return the word of a verdict in its colour, unless the environment says NO_COLOR.

    That variable is a convention of all programs (no-color.org), and says nothing of a case.
    """
    colour = _COLOURS.get(word)
    if colour is None or os.environ.get("NO_COLOR") or os.name != "posix":
        return word
    return click.style(word, fg=colour, bold=True)
