"""Printing: JSON, and plain tables."""

import json
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TextIO, cast

import click

from rapid_review.wire.values import plain


def print_json(value: object) -> None:
    """Print a value as one JSON document."""
    click.echo(json.dumps(plain(value), indent=2))


def print_line(value: object) -> None:
    """Print a value as one line of JSON."""
    click.echo(json.dumps(plain(value)))


def print_rows(rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows of the same keys as a table with aligned columns; nothing if there are none."""
    if not rows:
        return
    from rapid_review.domain.printable import escaped

    cells = [
        list(rows[0]),
        *([escaped(_cell(each), but="") for each in row.values()] for row in rows),
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def minutes(when: datetime) -> str:
    """Return a time to the minute, with its offset."""
    return when.isoformat(" ", "minutes")


class Printable:
    """A stream of text on which only what is printable is written; anything else is escaped.

    Bytes, which are what was asked for and no message, go to its buffer as they are.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write a text."""
        from rapid_review.domain.printable import escaped

        self.stream.write(escaped(text, but="\n\t"))
        return len(text)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self.stream, name)


@contextmanager
def printable_output() -> Generator[None]:
    """Let nothing but printable characters be written on standard output and standard error."""
    before = sys.stdout, sys.stderr
    # Whoever prints asks a stream for no more than this one gives.
    sys.stdout, sys.stderr = cast("tuple[TextIO, TextIO]", tuple(map(Printable, before)))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def print_progress(text: str) -> None:
    """Print a line on standard error over the one before it, where somebody looks on."""
    stream = sys.stderr.stream if isinstance(sys.stderr, Printable) else sys.stderr
    if stream.isatty():
        click.echo(f"\r{text}", file=stream, nl=False)


def _cell(value: object) -> str:
    return "-" if value is None else str(value)
