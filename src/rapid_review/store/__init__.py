"""The store: the only package that knows how entries are kept.

`RapidReviews`, in `reviews`, is the entry point: `reading` reads a case, `writing` records in it.
`access` and `authority` decide who may do what and record who read words; `sealing` seals them.
Below it, each knowing only what comes after it: `copies` backs up, moves and seals a whole store;
`ledger` keeps the hash tree over every row, its checkpoints and the bundles for auditors;
`read_model` keeps where every case stands, so that a figure needs no replay; `subscriptions` give
handlers each entry; `worker` runs all of these jobs; `log` turns entries into bytes, rows and
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
    "access",
    "asking",
    "asynchronous",
    "authority",
    "backends",
    "characteristics",
    "erasing",
    "jobs",
    "ledger",
    "observing",
    "owning",
    "permitting",
    "read_model",
    "reading",
    "sealing",
    "subscribing",
    "subscriptions",
    "words",
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
