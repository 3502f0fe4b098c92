"""Any statement of an append fails, before it took effect or after: all or nothing, and once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest
from eventsourcing.persistence import OperationalError
from eventsourcing.sqlite import SQLiteConnection, SQLiteCursor

from rapid_review.domain.errors import RecordError
from rapid_review.store.backends.open import joined
from rapid_review.store.backends.sqlite.datastore import DurablePool
from rapid_review.store.backends.sqlite.opening import open_sqlite
from rapid_review.store.store import Store
from tests.domain.a_review import INFORM, RECEIVE
from tests.store.a_record import CASE, TEAM, kent_in


class Fault:
    """What goes wrong, once: at which statement, before or after it, and as whose error."""

    def __init__(self) -> None:
        self.at = 0
        self.after = False
        self.error: type[Exception] = OperationalError

    def strike(self, *, after: bool) -> None:
        """Fail, if it is time."""
        if not after:
            self.at -= 1
        if self.at == 0 and after == self.after:
            raise self.error("the disc went away")


class Counted:
    """A cursor after several statements that count as one."""

    def __init__(self, cursor: sqlite3.Cursor, rowcount: int) -> None:
        self._cursor = cursor
        self.rowcount = rowcount

    def __getattr__(self, name: str) -> object:
        """Return everything else from the cursor itself."""
        return getattr(self._cursor, name)


class FaultyCursor(SQLiteCursor):
    """A cursor whose statements may fail."""

    def __init__(self, cursor: sqlite3.Cursor, fault: Fault) -> None:
        super().__init__(cursor)
        self._fault = fault

    def __enter__(self) -> Any:  # noqa: ANN401 - the library hands out the inner cursor here
        """Hand out this cursor, not the one inside."""
        return self

    def execute(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the library has it
        """Execute a statement, or fail before or after."""
        self._fault.strike(after=False)
        super().execute(*args, **kwargs)
        self._fault.strike(after=True)

    def executemany(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the library has it
        """Execute a statement for each row, or fail before or after one of them."""
        statement, rows = args
        kept = 0
        for row in rows:
            self.execute(statement, row, **kwargs)
            kept += self.sqlite_cursor.rowcount
        self.sqlite_cursor = cast("sqlite3.Cursor", Counted(self.sqlite_cursor, kept))


class FaultyConnection(SQLiteConnection):
    """A connection whose statements and commits may fail."""

    def __init__(self, connection: sqlite3.Connection, fault: Fault) -> None:
        super().__init__(sqlite_conn=connection, max_age=None)
        self._fault = fault

    def cursor(self) -> SQLiteCursor:
        """Return a cursor that may fail."""
        return FaultyCursor(self._sqlite_conn.cursor(), self._fault)

    def commit(self) -> None:
        """Commit, or fail before or after."""
        self._fault.strike(after=False)
        super().commit()
        self._fault.strike(after=True)


class FaultyPool(DurablePool):
    """Connections that may fail."""

    def __init__(self, db_name: str, fault: Fault) -> None:
        super().__init__(db_name=db_name)
        self._fault = fault

    def _create_connection(self) -> SQLiteConnection:
        made = super()._create_connection()
        return FaultyConnection(made._sqlite_conn, self._fault)  # noqa: SLF001 - there is no other way to it


@pytest.fixture
def fault() -> Fault:
    """Return a fault that has not been set."""
    return Fault()


@pytest.fixture
def store(tmp_path: Path, fault: Fault) -> Iterator[Store]:
    """Return a store whose statements may fail."""
    recorder = open_sqlite(tmp_path / "record.db", create=True, sealed=False)
    healthy = recorder.datastore.pool
    recorder.datastore.pool = FaultyPool(healthy.db_name, fault)
    healthy.close()
    with closing(Store(joined(recorder), unsealed=True)) as made:
        yield made


@pytest.mark.parametrize(
    "error", [OperationalError, sqlite3.OperationalError], ids=["library", "SQLite"]
)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_statement_that_fails_leaves_all_or_nothing(
    store: Store, fault: Fault, error: type[Exception], *, after: bool
) -> None:
    """BEGIN, four INSERTs, where they stand, COMMIT; and both readings before: a case for each.

    Only a COMMIT whose answer was lost leaves all. The same command under the same id then makes
    it whole, on the same connections.
    """
    reviews = kent_in(store)
    fault.error, fault.after = error, after
    outcomes = []
    for number in count(1):
        case, fault.at = f"KM-{number}", number
        try:
            reviews.handle(case, RECEIVE, by=TEAM, command_id="form-7")
        except RecordError as refused:
            assert "the disc went away" in str(refused)  # noqa: PT017 - until none fails any more
        else:
            break
        fault.at = 0
        outcomes.append(len(store.entries("kent-and-medway", case)))
        entries = reviews.handle(case, RECEIVE, by=TEAM, command_id="form-7")
        assert [entry.version for entry in entries] == [1, 2, 3, 4]
        assert reviews.history(case) == entries
    reading, writing = 4, 7  # of the case, and of what its id led to
    assert len(outcomes) == reading + writing
    assert outcomes == [0] * (reading + writing - 1) + [4 if after else 0]


def test_a_failure_while_reading_changes_nothing(store: Store, fault: Fault) -> None:
    """The case is read again as soon as it can be."""
    reviews = kent_in(store)
    entries = reviews.handle(CASE, RECEIVE, by=TEAM)
    fault.at = 1
    with pytest.raises(RecordError, match="could not be read: the disc went away"):
        reviews.history(CASE)
    assert reviews.history(CASE) == entries
    assert len(reviews.handle(CASE, INFORM, by=TEAM)) == 1
