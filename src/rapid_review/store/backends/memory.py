"""The store in memory, for tests and trials: gone with the process."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from sqlite3 import Connection
from typing import Any, Never, cast
from uuid import UUID

from eventsourcing.persistence import IntegrityError, Notification, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store.backends.ports import (
    ERASURES,
    ON_NO_SERVER,
    EntryPlace,
    ForeignObject,
    StoredRow,
    WholeRow,
)
from rapid_review.store.backends.sqlite.access import connected
from rapid_review.store.backends.sqlite.tables import SQLiteTables


class InMemoryRows:
    """The rows of entries in a list.

    Args:
        recorder: the list.
    """

    def __init__(self, recorder: POPOApplicationRecorder) -> None:
        self._recorder = recorder

    def of(self, stream: UUID, since: int = 1) -> Sequence[StoredRow]:
        """Return one case's rows, from the first version or a later one."""
        found = self._recorder.select_events(stream, gt=since - 1)
        return [(row.originator_version, row.topic, row.state) for row in found]

    def of_each(self, streams: Sequence[str]) -> Iterator[tuple[str, Sequence[StoredRow]]]:
        """Yield each of these streams that exists, with all its rows from the first version."""
        for stream in streams:
            if rows := self.of(UUID(stream)):
                yield stream, rows

    def after(self, position: int, limit: int) -> Sequence[WholeRow]:
        """Return the next rows after a position, whole, in order."""
        return [
            (row.id, _stream(row), row.originator_version, row.topic, row.state)
            for row in self._after(position, limit)
        ]

    def readable_after(self, position: int, limit: int) -> Sequence[WholeRow]:
        """Return the next rows after a position: in memory none is damaged."""
        return self.after(position, limit)

    def places_after(self, position: int, limit: int) -> Sequence[EntryPlace]:
        """Return where the next entries after a position are, in order."""
        found = self._after(position, limit)
        return [(row.id, _stream(row), row.originator_version) for row in found]

    def first_after(self, position: int, limit: int) -> Sequence[WholeRow]:
        """Return the next rows after a position that are the first of their case, in order."""
        rows = self.after(position, self.last_position())
        return [row for row in rows if row[2] == 1][:limit]

    def erasures(self) -> Sequence[tuple[str, int, str, bytes]]:
        """Return the stream, version, topic and body of every row of `ERASURES`, in order."""
        rows = self.after(0, self.last_position())
        return [row[1:] for row in rows if row[3] in ERASURES]

    def openings(self, streams: Sequence[str]) -> Mapping[str, bytes]:
        """Return, by stream, how the body of its first entry begins."""
        return {stream: rows[0][2] for stream, rows in self.of_each(streams)}

    def position_of(self, stream: str, version: int) -> int:
        """Return the position of an entry that is there."""
        places = self.places_after(0, self.last_position())
        return next(at for at, *place in places if place == [stream, version])

    def first_position(self) -> int:
        """Return the position of the first entry: in memory they begin at 1."""
        return 1

    def last_position(self) -> int:
        """Return the position of the newest entry; 0 if there is none."""
        return self._recorder.max_notification_id() or 0

    def missing_guards(self) -> Sequence[str]:
        """Return none: in memory no statement can reach the entries."""
        return ()

    def foreign_objects(self) -> Sequence[ForeignObject]:
        """Return none, for the same reason."""
        return ()

    def _after(self, position: int, limit: int) -> Sequence[Notification]:
        return self._recorder.select_notifications(position, limit, inclusive_of_start=False)


class InMemoryAnswers:
    """Answers beside entries in memory.

    Args:
        rows: where the entries are.
        lock: under which they are appended.
    """

    def __init__(self, rows: InMemoryRows, lock: AbstractContextManager[object]) -> None:
        self._rows = rows
        self._lock = lock
        self._versions: dict[tuple[UUID, str], int] = {}

    def version(self, stream: UUID, command_id: str) -> int | None:
        """Return the version of the case at which a command was answered; None if it was not."""
        return self._versions.get((stream, command_id))

    def remember(self, stream: UUID, command_id: str, version: int) -> bool:
        """Remember a command, unless the case has newer entries; say whether it is remembered."""
        with self._lock:
            is_newest = len(self._rows.of(stream)) == version
            if is_newest:
                self._versions[stream, command_id] = version
            return is_newest


class InMemoryLog(POPOApplicationRecorder):
    """Records entries in a list."""

    def __init__(self, *, is_sealed: bool = False) -> None:
        super().__init__()
        self.is_sealed = is_sealed
        self.rows = InMemoryRows(self)
        self.answers = InMemoryAnswers(self.rows, self._database_lock)

    def _assert_uniqueness(
        self,
        stored_events: Sequence[StoredEvent],
        **_: Any,  # noqa: ANN401 - as the library has it
    ) -> None:
        """Check also that no version is left out, as the databases do."""
        super()._assert_uniqueness(stored_events)
        added = {(row.originator_id, row.originator_version) for row in stored_events}
        for stream, version in added:
            before = version - 1
            known = self._stored_events_index[str(stream)]
            if before > 0 and before not in known and (stream, before) not in added:
                raise IntegrityError("a version is missing before this one")

    def take_over(self, rows: Sequence[WholeRow], after: int) -> None:  # noqa: ARG002 - as the others have it
        """Refuse: the rows would be lost with the process.

        Raises:
            InvalidInputError: always.
        """
        raise InvalidInputError(
            "a store in memory is lost when the process ends, so no store is moved to it; move "
            "to a file or to a server"
        )

    @contextmanager
    def alone(self) -> Generator["InMemoryLog", None, None]:
        """Lend the same log to one thread, while no other appends; see `EventLog.alone`."""
        with self._database_lock:
            yield self

    def within(self, connection: object) -> Never:  # noqa: ARG002 - whatever it is
        """Refuse: this store is not on a server.

        Raises:
            InvalidInputError: always.
        """
        raise InvalidInputError(ON_NO_SERVER.format("in memory"))

    def ping(self) -> None:
        """Do nothing: a list can always be read."""

    def close(self) -> None:
        """Do nothing: the memory is freed with the last reference to it."""


class InMemoryTables(SQLiteTables):
    """Tables in memory, beside entries in memory.

    Args:
        rows: of the entries; they show whether there are new ones.
    """

    def __init__(self, rows: InMemoryRows) -> None:
        super().__init__("file::memory:")
        self._rows = rows

    def _connect(self) -> Connection:
        return connected(self)

    def _changes(self) -> int:
        return self._rows.last_position()


def _stream(row: Notification) -> str:
    return cast("UUID", row.originator_id).hex
