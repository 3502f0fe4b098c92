"""The Terms of Reference in pure Python: no I/O, no clock, no store, no calendar library.

Read the modules in this order:

1. `vocabulary`: the field's nouns; which text is public and which is sealed
2. `clauses`: every clause of the document, in its order
3. `working_days`: a calendar, and counting with it
4. `errors`: what can go wrong, by who must act
5. `particulars`, `events`, `commands`: what is said at each step, what happened, what can be asked
6. `entry`: an event as recorded
7. `terms`: a partnership's rules as data: quorum, deadlines, rule sets, and the file itself
8. `case`: a case, and how each event changes it
9. `clocks`: when a clock starts, and its due day
10. `rules`: each rule once; `registry`: every event, its clauses, its line, its rules, its command
11. `corrections`, `decisions`: what may be done, step by step

Names are loaded when first used, as pydantic loads its own, so importing the package costs little.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapid_review.domain.case import Case, evolve, replay
    from rapid_review.domain.decisions import decide
    from rapid_review.domain.entry import Entry
    from rapid_review.domain.errors import RapidReviewError, Refused
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.domain.vocabulary import Actor
    from rapid_review.domain.working_days import WorkingCalendar

# Some of the names are modules, which pyright does not look for.
# pyright: reportUnsupportedDunderAll=false
__all__ = [
    "Actor",
    "Case",
    "Entry",
    "RapidReviewError",
    "Refused",
    "Terms",
    "WorkingCalendar",
    "case",
    "clauses",
    "commands",
    "decide",
    "errors",
    "events",
    "evolve",
    "fields",
    "particulars",
    "replay",
    "sealed_words",
    "vocabulary",
    "working_days",
]

# Type checkers read the names above, and refuse one that is misspelt.
if not TYPE_CHECKING:  # pragma: no branch - always true at run time
    _HOMES = {
        "Actor": "vocabulary",
        "Case": "case",
        "Entry": "entry",
        "RapidReviewError": "errors",
        "Refused": "errors",
        "Terms": "terms.terms",
        "WorkingCalendar": "working_days",
        "decide": "decisions",
        "evolve": "case",
        "replay": "case",
    }

    def __getattr__(name: str) -> object:
        """Load a public name from its module when it is first asked for (PEP 562)."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        if name not in _HOMES:
            return import_module(f"{__name__}.{name}")  # the name of a module
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """List the public names, loaded or not: `help` and completion show them."""
    return sorted({*globals(), *__all__})
