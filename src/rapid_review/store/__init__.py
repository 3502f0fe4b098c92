"""The store: the only package that knows how entries are kept.

`RapidReviews`, in `reviews`, is the door: a case is read in `reading`, written to in `writing`.
Below it, each knowing only what comes after it: `copies` takes a store elsewhere; `ledger` keeps
the tree over every row, its checkpoints and what auditors are given; `read_model` keeps where
every case stands, so that a figure needs no replay; `subscriptions` tell handlers of each entry;
`worker` keeps all of these jobs going; `log` turns entries into bytes, rows and
streams; `backends` are the databases, each a log and the tables beside it, which `backends.open`
joins; `sql` holds the tables' statements.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapid_review.store.reviews import RapidReviews
    from rapid_review.store.store import Store
    from rapid_review.store.writing.idempotency import Answer

# What it lists are modules, which pyright does not look for.
# pyright: reportUnsupportedDunderAll=false
__all__ = [
    "Answer",
    "RapidReviews",
    "Store",
    "asking",
    "asynchronous",
    "characteristics",
    "jobs",
    "ledger",
    "reading",
    "sealing",
    "subscribing",
    "subscriptions",
    "worker",
    "writing",
]

if not TYPE_CHECKING:  # type checkers read the names above, and refuse one that is misspelt
    _HOMES = {"Answer": "writing.idempotency", "RapidReviews": "reviews", "Store": "store"}

    def __getattr__(name: str) -> object:
        """Load a public name from its module when it is first asked for (PEP 562)."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        if name not in _HOMES:
            return import_module(f"{__name__}.{name}")  # a module that is listed
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
