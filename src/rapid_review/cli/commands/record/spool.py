"""Lines of any number of cases, put aside until each case is complete.

They are in a temporary SQLite database of this process. What does not fit into its small cache
goes to a file without a name, which nobody else can open and which vanishes with the process.
SQLite makes it in the folder that the variable TMPDIR names.
"""

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple, cast

from rapid_review.domain.errors import StorageError
from rapid_review.domain.events import EVENTS, AnyEvent
from rapid_review.domain.vocabulary import Actor

CACHE: Final = 8
"""How many MiB stay in memory."""

_TABLES: Final = (
    f"PRAGMA cache_size = -{CACHE * 1024}",
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    """CREATE TABLE cases (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, actor TEXT, unusable INTEGER
    )""",
    """CREATE TABLE events (
        case_id INTEGER, place INTEGER, kind TEXT, event BLOB, command_id TEXT,
        PRIMARY KEY (case_id, place)
    ) WITHOUT ROWID""",
)
_ADD_CASE: Final = "INSERT INTO cases (name) VALUES (?) ON CONFLICT DO NOTHING"
_CASE_SO_FAR: Final = (
    "SELECT id, actor, COALESCE((SELECT MAX(place) FROM events WHERE case_id = id), 0) "
    "FROM cases WHERE name = ?"
)


class Whole(NamedTuple):
    """A case of which every line could be used."""

    case: str
    events: list[AnyEvent]
    by: Actor | None
    command_ids: list[str | None]


class Spool:
    """Cases while their lines are read, in the order in which they were first named."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._ask = connection.execute

    def add(
        self, case: str, event: AnyEvent, by: Actor | None, command_id: str | None = None
    ) -> bool:
        """Add an event to a case's history; return False if its first line names another actor."""
        self._ask(_ADD_CASE, (case,))
        actor = None if by is None else by.model_dump_json()
        number, actor_before, place = self._ask(_CASE_SO_FAR, (case,)).fetchone()
        if not place:
            self._ask("UPDATE cases SET actor = ? WHERE id = ?", (actor, number))
        elif actor != actor_before:
            return False
        row = (number, place + 1, event.kind, event.model_dump_json().encode(), command_id)
        self._ask("INSERT INTO events VALUES (?, ?, ?, ?, ?)", row)
        return True

    def leave_out(self, case: str, line: int) -> None:
        """Leave a case out because of a line; the first such line is remembered."""
        self._ask(_ADD_CASE, (case,))
        self._ask(
            "UPDATE cases SET unusable = ? WHERE name = ? AND unusable IS NULL", (line, case)
        )

    def left_out(self) -> Iterator[tuple[str, int]]:
        """Yield each case that is left out, with the line that cannot be used."""
        yield from self._ask("SELECT name, unusable FROM cases WHERE unusable > 0 ORDER BY id")

    def whole(self) -> Iterator[Whole]:
        """Yield the other cases, each with its events in the order of the lines."""
        cases = "SELECT id, name, actor FROM cases WHERE unusable IS NULL ORDER BY id"
        events = "SELECT kind, event, command_id FROM events WHERE case_id = ? ORDER BY place"
        for number, name, actor in self._ask(cases):
            rows = self._ask(events, (number,)).fetchall()
            parsed = [_event(kind, event) for kind, event, _ in rows]
            by = None if actor is None else Actor.model_validate_json(actor)
            yield Whole(name, parsed, by, [command_id for _, _, command_id in rows])


@contextmanager
def spool() -> Generator[Spool, None, None]:
    """Open a spool, for as long as its context lasts.

    Raises:
        StorageError: the disk is full, or there is no folder for temporary files.
    """
    connection = sqlite3.connect("", isolation_level=None)
    try:
        for statement in _TABLES:
            connection.execute(statement)
        yield Spool(connection)
    except sqlite3.Error as error:
        raise StorageError(
            f"the lines could not be saved in a temporary file: {error}. Check that the folder "
            "for temporary files (the variable TMPDIR) exists, is writable and has free space; "
            "then import the same file again: it continues where it stopped"
        ) from error
    finally:
        connection.close()


def _event(kind: str, event: bytes) -> AnyEvent:
    return cast("AnyEvent", EVENTS[kind].model_validate_json(event))
