"""Rapid reviews of serious child safeguarding incidents, as a record that can be proved.

Every step of a review is an immutable event appended to a case; status, clocks, compliance and
the auditor's replay are derived from those events. Start with `RapidReviews`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rapid_review.domain import Actor, Case, Entry, RapidReviewError, Refused, Terms
    from rapid_review.store import RapidReviews
    from rapid_review.store.asynchronous import AsyncRapidReviews

__version__: Final = "0.1.0"

__all__ = [
    "Actor",
    "AsyncRapidReviews",
    "Case",
    "Entry",
    "RapidReviewError",
    "RapidReviews",
    "Refused",
    "Terms",
    "__version__",
]

if not TYPE_CHECKING:  # type checkers read the names above, and refuse one that is misspelt
    _HOMES = {"AsyncRapidReviews": "store.asynchronous", "RapidReviews": "store"}

    def __getattr__(name: str) -> object:
        """Load a public name when first asked for, so that importing the package costs little."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = _HOMES.get(name, "domain")
        return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    """List what there is, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
