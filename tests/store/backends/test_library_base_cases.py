"""Our recorders, held to the cases that `eventsourcing` ships for makers of recorders.

Those that do not apply are listed below, each with the reason. A case that a later release brings
is in neither list, and fails here until somebody has looked at it.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest import TestCase

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.tests import persistence as shipped

from rapid_review.store.backends.memory import InMemoryLog
from rapid_review.store.backends.sqlite.datastore import DurableDatastore
from rapid_review.store.backends.sqlite.log import SQLiteLog
from rapid_review.store.backends.sqlite.opening import open_sqlite
from tests.store.postgres import test_library_base_cases as on_a_server

HELD: Final = {
    "AggregateRecorderTestCase",
    "ApplicationRecorderTestCase",
    "NonInterleavingNotificationIDsBaseCase",
}
"""The cases that each of our recorders is held to: in memory, in a file and on a server."""
NOT_APPLICABLE: Final = {
    "RecorderTestCase": "the base of the others; it has no tests",
    "TrackingRecorderTestCase": "nothing tracks: a subscription keeps its own place, and its "
    "tests are in `tests/store/subscriptions`",
    "ProcessRecorderTestCase": "nothing tracks; a read model moves in a transaction of its own",
    "InfrastructureFactoryTestCase": "no factory: a store is opened by its address, and nothing "
    "of it is read from the environment",
    "TranscoderTestCase": "no transcoder: our codec writes the bytes, which the golden files hold",
}
"""The cases that say nothing of us, and why."""


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


def cases_of(module: object) -> dict[str, type[TestCase]]:
    """Return the classes of tests that a module has, by name."""
    return {
        name: one
        for name, one in vars(module).items()
        if isinstance(one, type) and issubclass(one, TestCase) and one is not TestCase
    }


def test_every_case_that_is_shipped_is_held_or_does_not_apply() -> None:
    """A new one is in neither list; one that is gone is still in one."""
    named = [name for name in vars(shipped) if name.endswith(("TestCase", "BaseCase"))]
    assert {*cases_of(shipped), *named} - {"TestCase"} == HELD | NOT_APPLICABLE.keys()
    assert not HELD & NOT_APPLICABLE.keys()


def test_what_does_not_apply_without_tests_has_none() -> None:
    """The base of the others is passed by because nothing is asked in it."""
    assert not [name for name in vars(shipped.RecorderTestCase) if name.startswith("test")]


@pytest.mark.parametrize("name", sorted(HELD))
def test_each_of_three_stores_is_held_to_each_case(name: str) -> None:
    """And none of its tests but the one of subscriptions is another one here."""
    case = cases_of(shipped)[name]
    ours = [
        one
        for module in (sys.modules[__name__], on_a_server)
        for one in cases_of(module).values()
        if issubclass(one, case)
    ]
    assert len(ours) == 3
    for one in ours:
        again = {test for test in vars(one) if test.startswith("test")}
        assert again <= {"test_insert_subscribe"}
        asked = {test for test in dir(one) if test.startswith("test")}
        assert {test for test in dir(case) if test.startswith("test")} <= asked
