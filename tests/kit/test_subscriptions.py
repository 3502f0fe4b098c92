"""The laws of subscriptions over the library's own, in a file and in memory."""

from pathlib import Path

from rapid_review.store import RapidReviews
from rapid_review.store.store import Store
from rapid_review.testing.delivery import LibraryDelivery, Opens, Trouble
from rapid_review.testing.subscription_conformance import SubscriptionConformance
from rapid_review.testing.wiring import Clock
from tests.domain.a_review import KENT


class TestInAFile(SubscriptionConformance):
    """A file of SQLite's, and two who deliver."""

    def opens(self, folder: Path, clock: Clock, trouble: Trouble) -> Opens:
        """Return what opens the file."""

        def opened() -> LibraryDelivery:
            store = Store.on_sqlite(folder / "record.db", unsealed=True)
            return LibraryDelivery(store, RapidReviews(store, terms=KENT, clock=clock), trouble)

        return opened
