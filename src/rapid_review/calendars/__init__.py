"""Versioned calendars: which days were working days, in which place, as known on which day.

A calendar file is JSON, named `<id>/<version>.json`, and never changes once it is released: a
newly proclaimed bank holiday makes a new version, and due dates already recorded go on naming the
old one. The files are made with the library `holidays`, but nothing is ever counted with it: its
releases have disagreed about the bank holidays of one and the same year.

- `load`, `available`: the calendars that come with the package.
- `load_file`, `parse`, `describe`: a calendar of one's own, or out of an audit bundle.
- `diff`: which days two versions see differently.
- `make`, `check`: a new version, and the comparison of one with the library `holidays`.
- `ends_soon`: the warning that a calendar's published days end within a year.
- `add_months`: the month arithmetic that every calendar is given.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapid_review.calendars.bundled import available, load
    from rapid_review.calendars.calendar_file import CalendarInfo, describe, load_file, parse
    from rapid_review.calendars.comparison import ChangedDay, diff
    from rapid_review.calendars.coverage import ends_soon
    from rapid_review.calendars.maker import Difference, check, make
    from rapid_review.calendars.months import add_months

__all__ = [
    "CalendarInfo",
    "ChangedDay",
    "Difference",
    "add_months",
    "available",
    "check",
    "describe",
    "diff",
    "ends_soon",
    "load",
    "load_file",
    "make",
    "parse",
]

if not TYPE_CHECKING:  # type checkers read the names above, and refuse one that is misspelt
    _HOMES = {
        "CalendarInfo": "calendar_file",
        "ChangedDay": "comparison",
        "Difference": "maker",
        "add_months": "months",
        "available": "bundled",
        "check": "maker",
        "describe": "calendar_file",
        "diff": "comparison",
        "ends_soon": "coverage",
        "load": "bundled",
        "load_file": "calendar_file",
        "make": "maker",
        "parse": "calendar_file",
    }

    def __getattr__(name: str) -> object:
        """Load a public name from its module when it is first asked for (PEP 562)."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        return found  # it is now in `globals()`, since every clock of a case looks it up


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
