"""Our recorders, held to the cases that `eventsourcing` ships for makers of recorders.

Its other cases are for what we have not got: tracking and process recorders (the read models keep
their own place), a transcoder (our codec writes the bytes) and a factory that reads settings out
of the environment.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import TestCase

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.tests import persistence as shipped

from rapid_review.store.backends.memory import InMemoryLog
from rapid_review.store.backends.sqlite.datastore import DurableDatastore
from rapid_review.store.backends.sqlite.log import SQLiteLog
from rapid_review.store.backends.sqlite.opening import open_sqlite


class InAFile(TestCase):
    """Each case gets a store of its own, closed and taken away at the end."""

    def create_recorder(self) -> SQLiteLog:
        """Return a recorder over a new file."""
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        recorder = open_sqlite(Path(folder.name) / "record.db", create=True, sealed=False)
        self.addCleanup(recorder.datastore.close)
        return recorder


class InMemory(TestCase):
    """Each case gets a store of its own."""

    def create_recorder(self) -> InMemoryLog:
        """Return a new recorder."""
        return InMemoryLog()


class _FileKeepingPositionsToItself(SQLiteLog):
    """The case for aggregate recorders wants no positions back, and ours returns them."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:  # noqa: ANN401 - as the library has it
        super().insert_events(stored_events, **kwargs)


class _MemoryKeepingPositionsToItself(InMemoryLog):
    """The same, in memory."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:  # noqa: ANN401 - as the library has it
        super().insert_events(stored_events, **kwargs)


class TestEntriesOfOneCaseInAFile(InAFile, shipped.AggregateRecorderTestCase):
    """Conflicts, all-or-nothing, and reading a case from either end."""

    def create_recorder(self) -> SQLiteLog:
        """Return a recorder over a new file."""
        made = super().create_recorder()
        assert isinstance(made.datastore, DurableDatastore)
        return _FileKeepingPositionsToItself(made.datastore)


class TestEntriesOfOneCaseInMemory(shipped.AggregateRecorderTestCase):
    """Conflicts, all-or-nothing, and reading a case from either end."""

    def create_recorder(self) -> InMemoryLog:
        """Return a new recorder."""
        return _MemoryKeepingPositionsToItself()


class TestEntriesOfAllCasesInAFile(InAFile, shipped.ApplicationRecorderTestCase[SQLiteLog]):
    """Positions, pages of them, and ten writers with two readers at the same time."""

    def test_insert_subscribe(self) -> None:
        """No subscription is given, and nobody waits for one that never speaks: pages are."""
        with pytest.raises(NotImplementedError, match="does not support subscriptions"):
            self.create_recorder().subscribe(gt=0)


class TestEntriesOfAllCasesInMemory(InMemory, shipped.ApplicationRecorderTestCase[InMemoryLog]):
    """Positions, pages of them, and ten writers with two readers at the same time."""

    def test_insert_subscribe(self) -> None:
        """In memory there are subscriptions, and they tell every entry."""
        self.optional_test_insert_subscribe()


class TestBatchesInAFile(InAFile, shipped.NonInterleavingNotificationIDsBaseCase):
    """Two large batches at the same time stand one after the other."""


class TestBatchesInMemory(InMemory, shipped.NonInterleavingNotificationIDsBaseCase):
    """Two large batches at the same time stand one after the other."""
