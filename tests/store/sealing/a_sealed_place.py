"""What the tests of sealing share.

A store whose words are sealed, and the owner of its file.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rapid_review.audit.verify import Report
from rapid_review.store import RapidReviews
from rapid_review.store.sealing.key_table import SQLiteKeyTable
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.sealing.scope_key import KEY
from rapid_review.store.sealing.wrapping import WrappingKey
from rapid_review.store.store import Store
from tests.golden.sealed import foretold
from tests.store.a_ledger import TRUST, Intruder, Place
from tests.store.a_record import kent_in


def foretold_keys(label: str) -> Keys:
    """Return keys in memory that follow from a label."""
    keys = Keys(SQLiteKeyTable(), WrappingKey(1, bytes(KEY)), chance=foretold(label))
    keys.start()
    return keys


@dataclass(frozen=True, slots=True)
class SealedPlace:
    """A sealed store in a database, its keys in files beside it, and the database's owner.

    Attributes:
        opened: opens the store, with keys or with None.
        intruder: alters it.
        folder: where keys and checkpoints are, which the intruder cannot reach.
    """

    opened: Callable[[Keys | None], Store]
    intruder: Intruder
    folder: Path

    def make_keys(self) -> None:
        """Make the keys of the store."""
        make_keys(self.folder / "keys.db", self.folder / "key")

    def keys(self) -> Keys:
        """Return the keys of the store."""
        return keys_at(self.folder / "keys.db", self.folder / "key")

    def place(self) -> Place:
        """Return the store as anyone who has no key opens it."""
        return Place(lambda: self.opened(None), self.intruder, self.folder)

    def record(self, more: Callable[[RapidReviews], object]) -> None:
        """Record something, with the keys."""
        with closing(self.opened(self.keys())) as store:
            more(kent_in(store))

    def verified(self, *, with_keys: bool) -> Report:
        """Return what is found in the store, with or without its keys."""
        with closing(self.opened(None)) as store:
            if not with_keys:
                return store.ledger().verify(TRUST)
            with closing(self.keys()) as keys:
                return store.ledger().verify(TRUST, keys=keys)
