"""Printing: JSON from any value of ours, and plain tables."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click

Json = Any
"""What the module `json` can write."""


def plain(value: object) -> Json:
    """Return a value as JSON has it: dates in ISO form, objects with their fields as keys."""
    from pydantic_core import to_jsonable_python

    return to_jsonable_python(value)


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
    cells = [list(rows[0]), *([_cell(each) for each in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def minutes(when: datetime) -> str:
    """Return a time to the minute, with its offset."""
    return when.isoformat(" ", "minutes")


def _cell(value: object) -> str:
    return "-" if value is None else str(value)
