"""The marks that stand for values in a statement, where their number varies."""

from collections.abc import Sequence


def marks(values: Sequence[object]) -> str:
    """Return a mark for each of so many values, as a list of SQL."""
    return ", ".join("?" * len(values))


def among(statement: str, streams: Sequence[str]) -> str:
    """Return a statement with a mark for each of so many streams."""
    return statement.replace("{streams}", marks(streams))
