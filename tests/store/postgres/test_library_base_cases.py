"""Our recorder, held to the cases that `eventsourcing` ships for makers of recorders.

What of these is for others is said in `tests/store/backends/test_library_base_cases.py`.
"""

from collections.abc import Sequence
from typing import Any
from unittest import TestCase

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.tests import persistence as shipped

from rapid_review.store.backends.postgres.datastore import SharedDatastore
from rapid_review.store.backends.postgres.log import PostgresLog, open_postgres


class OnAServer(TestCase):
    """Each case gets a store of its own, closed and taken away at the end."""

    @pytest.fixture(autouse=True)
    def _empty_store(self, address: str) -> None:
        self.address = address

    def create_recorder(self) -> PostgresLog:
        """Return a recorder over a new store."""
        recorder = open_postgres(self.address)
        self.addCleanup(recorder.datastore.close)
        return recorder


class _KeepingPositionsToItself(PostgresLog):
    """The case for aggregate recorders wants no positions back, and ours returns them."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:  # noqa: ANN401 - as the library has it
        super().insert_events(stored_events, **kwargs)


class TestEntriesOfOneCase(OnAServer, shipped.AggregateRecorderTestCase):
    """Conflicts, all-or-nothing, and reading a case from either end."""

    def create_recorder(self) -> PostgresLog:
        """Return a recorder over a new store."""
        made = super().create_recorder()
        assert isinstance(made.datastore, SharedDatastore)
        return _KeepingPositionsToItself(made.datastore)


class TestEntriesOfAllCases(OnAServer, shipped.ApplicationRecorderTestCase[PostgresLog]):
    """Positions, pages of them, and ten writers with two readers at the same time."""

    def test_insert_subscribe(self) -> None:
        """There are subscriptions, and they tell every entry."""
        self.optional_test_insert_subscribe()


class TestBatches(OnAServer, shipped.NonInterleavingNotificationIDsBaseCase):
    """Two large batches at the same time stand one after the other."""
