"""Layout for a terminal: lines and tables that fit its width, and verdicts in colour.

A pipe or a file gets none of this: there every machine writes the same bytes.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TextIO

import click

USUAL: Final = 80
"""The width that is assumed if a terminal does not report one."""
NARROWEST: Final = 20
"""The smallest width that anything is laid out for."""
_NARROWEST_HELP: Final = 50
"""The same for the help of a command, which has two columns."""

_BETWEEN: Final = "  "
_BELOW: Final = " " * 4
_BELOW_THAT: Final = " " * 6

# What is never split over two lines: a date with its time, a day in words, a clause with its
# number, and anything else between two spaces, such as a code, a reference or a date.
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
"""The verdicts, on a step or on a clock, that are shown in colour."""
_VERDICTS: Final = frozenset({"verdict", "state"})
"""The columns that hold such a verdict."""


class Whole(str):
    """A text that is written unchanged: it was escaped before, and must not be folded again."""

    __slots__ = ()


class Progress:
    """A line that shows the progress of the work, until something else is printed.

    Args:
        stream: the stream on which to show it, if it is a terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = 0

    def show(self, text: str) -> None:
        """Show a line, in place of the line before."""
        if (width := width_of(self._stream)) is None:
            return
        text = text[: width - 1]
        self._stream.write(f"\r{text.ljust(self._shown)}")
        self._stream.flush()
        self._shown = len(text)

    def clear(self) -> None:
        """Remove the line."""
        if self._shown:
            self._stream.write(f"\r{' ' * self._shown}\r")
            self._stream.flush()
            self._shown = 0


def width_of(stream: TextIO) -> int | None:
    """Return the number of characters in a line of a terminal; None if it is not a terminal."""
    if not stream.isatty():
        return None
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except OSError:
        columns = 0
    return max(columns or USUAL, NARROWEST)


def help_width(stream: TextIO) -> int:
    """Return the width of a command's help; unlike Click, it takes no notice of COLUMNS."""
    return max(min(width_of(stream) or USUAL, USUAL) - 2, _NARROWEST_HELP)


def folded(text: str, width: int) -> str:
    """Return a text with long lines folded between words, and indented like their beginning.

    A word that is wider than the terminal gets a line of its own, so that it can be copied.
    """
    return "\n".join(
        "\n".join(_rows(line, width)) if _length(line) > width else line
        for line in text.split("\n")
    )


def _rows(line: str, width: int, hanging: int | None = None) -> Iterator[str]:
    """Yield the rows of a folded line, indented by `hanging` after the first."""
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
    """Return the indent of the rows after the first: below the text after a number or label."""
    begun = _HANGING.match(line)
    length = begun.end() if begun else 0
    return length if length <= width // 3 else len(line) - len(line.lstrip(" "))


def _length(text: str) -> int:
    return len(click.unstyle(text)) if "\x1b" in text else len(text)


def table(cells: Sequence[Sequence[str]], width: int | None) -> Iterator[str]:
    """Yield the lines of a table; the first row has the names of the columns.

    If a terminal is too narrow, the table has only the first columns that fit. The values of the
    others follow below each row, with their names.

    Args:
        cells: the rows, escaped.
        width: the width of the terminal; None if it is not a terminal.
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
    """Return how many of the first columns fit; at least 1."""
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
    """Yield lines with the cells that did not fit in a row, without the empty ones."""
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
    """Return a verdict in its colour, unless the environment sets NO_COLOR (no-color.org)."""
    colour = _COLOURS.get(word)
    if colour is None or os.environ.get("NO_COLOR") or os.name != "posix":
        return word
    return click.style(word, fg=colour, bold=True)
