"""The placeholders for values in a statement, where their number varies."""

from collections.abc import Sequence


def placeholders(values: Sequence[object]) -> str:
    """Return a placeholder for each of so many values, as a list of SQL."""
    return ", ".join("?" * len(values))


def among(statement: str, values: Sequence[str]) -> str:
    """Return a statement with a placeholder for each of so many values."""
    return statement.replace("{values}", placeholders(values))
