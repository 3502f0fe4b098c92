"""Spreadsheets: a template made from the terms, what is wrong in a filled one, and its import.

A table has a case a row. `check` reads one from bytes and records nothing; `record` records what
it found good. No file is written here, so that a page can do the same as the command line.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapid_review.tables.checking import Checked, check, record
    from rapid_review.tables.limits import TableError
    from rapid_review.tables.problems import Problem
    from rapid_review.tables.templates import template

__all__ = ["Checked", "Problem", "TableError", "check", "record", "template"]

if not TYPE_CHECKING:  # type checkers read the names above, and refuse one that is misspelt
    _HOMES = {"Problem": "problems", "TableError": "limits", "template": "templates"}

    def __getattr__(name: str) -> object:
        """Load a public name from its module when it is first asked for (PEP 562)."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'checking')}"), name)


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
