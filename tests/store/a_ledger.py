"""What the tests of the ledger share: a log with a key, three cases, and someone who alters rows.

The intruder owns the database: whatever guards it has, they take away first, and put back after.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from rapid_review.audit.log.note import SigningKey
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.log.sinks import FolderSink
from rapid_review.audit.verify import Report, Trust
from rapid_review.domain.commands import Command
from rapid_review.store import RapidReviews
from rapid_review.store.ledger.checkpoints import TrustedCheckpoint
from rapid_review.store.ledger.ledger import Ledger, Signed
from rapid_review.store.store import Store
from tests.domain.a_review import RECEIVE, WRITE, changed
from tests.store.a_record import CASE, TEAM, kent_in, send_all

KEY: Final = SigningKey("safeguarding.example/reviews", bytes(range(32)))
TRUST: Final = Trust((KEY.public,))
CASES: Final = ("KM-2020-001", "KM-2020-002", "KM-2020-003")
LETTERS: Final = 4
"""How many letters are logged in each case, after its four first entries."""
SIZE: Final = len(CASES) * (4 + LETTERS)
"""How many entries the three cases have together."""


def letter(number: int) -> Command:
    """Return the command that logs a letter of its own."""
    return changed(WRITE, correspondence=f"L-{number}", words=f"letter {number}")


def three_cases(reviews: RapidReviews) -> None:
    """Record three cases, one after the other, in one transaction."""
    elsewhere = kent_in()
    send_all(elsewhere, RECEIVE, *map(letter, range(LETTERS)))
    history = elsewhere.case(CASE).recorded
    reviews.import_histories([(case, history) for case in CASES], by=TEAM)


class Row(NamedTuple):
    """A stored row, as an intruder sees it."""

    position: int
    stream: str
    version: int
    topic: str
    state: bytes

    def with_state(self, old: bytes, new: bytes) -> "Row":
        """Return the row with something in its body replaced, which must be there."""
        assert old in self.state
        return self._replace(state=self.state.replace(old, new))


Alter = Callable[[list[Row]], Sequence[Row]]
"""Returns other rows in the place of those that there are."""


class Intruder(Protocol):
    """Someone who owns the database."""

    def alter(self, alter: Alter) -> None:
        """Put other rows in the place of those that there are, past every guard."""
        ...

    def make_bodies_text(self) -> None:
        """Keep bodies as text, and no more as bytes."""
        ...

    def ask(self, statement: str) -> None:
        """Ask any statement."""
        ...


class IntruderInFile:
    """Someone who owns an SQLite file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def alter(self, alter: Alter) -> None:
        """Put other rows in the place of those that there are, past every guard."""
        with unguarded(self._path) as connection:
            found = connection.execute("SELECT * FROM stored_events ORDER BY rowid")
            rows = alter([Row(*row) for row in found])
            connection.execute("DELETE FROM stored_events")
            connection.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?, ?)", rows)

    def make_bodies_text(self) -> None:
        """Keep bodies as text, and no more as bytes."""
        with unguarded(self._path) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute(
                "UPDATE sqlite_schema SET sql = replace(replace(sql, 'BLOB', 'TEXT'), "
                "'STRICT', '') WHERE name = 'stored_events'"
            )
        with unguarded(self._path) as connection:
            connection.execute("UPDATE stored_events SET state = CAST(state AS TEXT)")

    def ask(self, statement: str) -> None:
        """Ask any statement."""
        with unguarded(self._path) as connection:
            connection.execute(statement)


@contextmanager
def unguarded(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection to a store whose guards are taken away; they are put back at the end."""
    with closing(sqlite3.connect(path)) as connection, connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        made = dict(guards.fetchall())
        for name in made:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for statement in made.values():
            connection.execute(statement)


def loosen(path: Path) -> None:
    """Take away the table's types and keys, so that a cell may hold anything."""
    with unguarded(path) as connection:
        connection.execute("ALTER TABLE stored_events RENAME TO before")
        connection.execute(
            "CREATE TABLE stored_events (rowid INTEGER PRIMARY KEY, originator_id, "
            "originator_version, topic, state)"
        )
        connection.execute("INSERT INTO stored_events SELECT * FROM before")
        connection.execute("DROP TABLE before")


ODD: Final = {
    "no body": "state = NULL",
    "a number as body": "state = 5",
    "a number as kind": "topic = 5",
    "no kind": "topic = NULL",
    "bytes as kind": "topic = x'ff'",
    "bytes said to be text": "topic = CAST(x'ff' AS TEXT)",
    "a body that is no text": "state = CAST(x'fffe' AS TEXT)",
    "half a version": "originator_version = 5.5",
    "a version in words": "originator_version = 'five'",
    "no version": "originator_version = NULL",
    "a version beyond count": "originator_version = 9223372036854775807",
    "no stream": "originator_id = NULL",
    "a stream in words": "originator_id = 'somewhere'",
    "a stream in capitals": "originator_id = upper(originator_id)",
}
"""What somebody may put into a row whose table `loosen` was given; SQLite keeps it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A store in a database that can be opened again, and the person who owns that database.

    Attributes:
        opened: opens the store.
        intruder: alters it.
        folder: where files are kept that the intruder cannot reach.
    """

    opened: Callable[[], Store]
    intruder: Intruder
    folder: Path

    @property
    def sink(self) -> Path:
        """The folder with copies of checkpoints."""
        return self.folder / "sink"

    def signer(self) -> Signer:
        """Return the log's signer, which begins at the first asking."""
        memory = self.folder / "signed"
        return Signer(KEY, memory) if memory.exists() else Signer.start(KEY, memory)

    def record(self, more: Callable[[RapidReviews], object]) -> None:
        """Record something more."""
        with closing(self.opened()) as store:
            more(kent_in(store))

    def checkpoint(self) -> Signed:
        """Make a checkpoint, and put a copy to the sink."""
        with closing(self.opened()) as store:
            return store.ledger().checkpoint(self.signer(), [FolderSink(self.sink)])

    def rebuild(self) -> None:
        """Make the ledger's tables again, as an intruder would."""
        with closing(self.opened()) as store:
            store.ledger().rebuild()

    def verified(self, *held: TrustedCheckpoint) -> Report:
        """Return what is found in the store, with checkpoints that were kept elsewhere."""
        with closing(self.opened()) as store:
            return verified(store.ledger(), *held)

    def kept(self) -> list[TrustedCheckpoint]:
        """Return the copies of checkpoints."""
        return [
            TrustedCheckpoint(one.name, one.read_bytes()) for one in sorted(self.sink.iterdir())
        ]


def verified(ledger: Ledger, *held: TrustedCheckpoint) -> Report:
    """Return what is found, by the log's public key."""
    return ledger.verify(TRUST, trusted=held)


def found(report: Report) -> list[str]:
    """Return each finding in a line."""
    return [f"{one.where}: {one.what}" for one in report.findings]
