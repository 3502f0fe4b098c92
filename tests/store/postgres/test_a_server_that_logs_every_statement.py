"""A server that logs every statement with its values: no word comes to it, by any way.

What an erasure leaves of a key is where the pages say, and opens nothing there. Searched is every
file of the server: tables, indexes, statistics, the write-ahead log, temporary files, and all that
it said.
"""

import base64
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from rapid_review.domain.commands import ProposeErasure
from rapid_review.domain.errors import KeysError
from rapid_review.domain.sealed_words import ERASED
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.sealing import canaries
from rapid_review.store.sealing.destroying import destroy
from rapid_review.store.sealing.key_file import from_key_file
from rapid_review.store.sealing.key_table import KeyRow
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.sealing.rotation import finish, rotate
from rapid_review.store.sealing.scope_key import ScopeKey
from rapid_review.store.sealing.wrapped import unwrapped
from rapid_review.store.store import Store
from tests.domain.a_review import CLOSED, KENT
from tests.projections.canaries import CANARY, CODED
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, reviews_in, send_all
from tests.store.postgres.a_server import Server
from tests.store.postgres.a_store import connected
from tests.store.sealing.a_whole_record import WHOLE, recorded_in
from tests.store.writing.test_erasing import ORDERS, approved, words_of

NOW: Final = "2026-11-26T12:00:00Z"
LOGS_ALL: Final = (
    "log_statement = 'all'\nlog_parameter_max_length = -1\nlog_temp_files = 0\n"
    "log_parameter_max_length_on_error = -1\nlog_min_messages = debug1\nwork_mem = '64kB'\n"
)
WORDS: Final = (CANARY, CODED, CANARY.encode().hex(), base64.b64encode(CANARY.encode()).decode())
"""The name, as it is and as bytes are written in a statement."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A server that logs every statement, with the addresses of a record and of its keys.

    Attributes:
        server: the server.
        folder: where all of its files are.
        key_file: what wraps the keys; it is elsewhere.
    """

    server: Server
    folder: Path
    key_file: Path

    @property
    def record(self) -> str:
        """The address of the record."""
        return f"{self.server.address}&schema=record"

    @property
    def table(self) -> str:
        """The address of the keys."""
        return f"{self.server.address}&schema=keys"

    @property
    def access(self) -> str:
        """The address of the log of readings."""
        return f"{self.server.address}&schema=readings"

    def opened(self) -> "closing[Store]":
        """Open the record with its keys."""
        return closing(Store.on_postgres(self.record, keys=keys_at(self.table, self.key_file)))

    def holding(self, *words: str) -> set[str]:
        """Return in which parts of the server some words are found."""
        with connected(self.record) as connection:
            connection.execute("CHECKPOINT")
        parts = {"said": [self.folder / "said"]}
        for part in (self.folder / "data").iterdir():
            parts[part.name] = [one for one in (part, *part.rglob("*")) if one.is_file()]
        assert {"base", "pg_wal", "global"} <= parts.keys()
        return {name for name, files in parts.items() if any(canaries.in_files(files, words))}


@pytest.fixture
def logged(pg_programs: Path, tmp_path: Path) -> Iterator[Logged]:
    """Return a server that logs every statement, with an empty sealed store."""
    with TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        server = Server(pg_programs, folder)
        with (folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(LOGS_ALL)
        server.start()
        try:
            there = Logged(server, folder, tmp_path / "key-file")
            make_keys(there.table, there.key_file)
            init_postgres(there.record, sealed=True)
            yield there
        finally:
            server.stop()


def test_no_word_of_any_command_is_anywhere_on_the_server(logged: Logged) -> None:
    """A name in every sealed field: recorded, imported, refused, invalid, read, and crashed."""
    with logged.opened() as store:
        assert list(recorded_in(store, replaced=True))
        kent_in(store).read_model().rebuild()
        store.ledger().advance()
        init_postgres(logged.access, sealed=False)
        with closing(Store.on_postgres(logged.access, unsealed=True)) as access:
            reviews = reviews_in(
                store, terms=KENT, clock=HandSetClock(), access=access, authorizer=Everybody()
            )
            read = reviews.read(WHOLE, by=TEAM, purpose="complaint")
        assert CANARY in {words for one in read for words in one.words.values()}
        with connected(logged.record) as connection:
            connection.execute("ANALYZE")
            spilt = "SELECT count(*) FROM (SELECT state FROM stored_events ORDER BY state) AS one"
            assert connection.execute(spilt).fetchone() != (0,)
        assert logged.holding(*WORDS) == set()
    logged.server.stop()
    logged.server.start()
    assert logged.holding(*WORDS) == set()
    said = (logged.folder / "said").read_bytes()
    assert b"append_entries" in said
    assert b"INSERT INTO" in said


def test_no_key_is_anywhere_on_the_server_unless_it_is_wrapped(logged: Logged) -> None:
    """Neither the row key nor those of words, nor what wraps them."""
    with logged.opened() as store:
        send_all(kent_in(store), *CLOSED)
        assert store.keys is not None
        stream = store.opened.rows.after(0, 1)[0][1]
        secrets = [store.keys.row_key().secret]
        for row in store.keys.rows_of(stream):
            key = store.keys.of(stream, row.scope)
            assert isinstance(key, ScopeKey)
            secrets += [key.secret(), key.secret()[:32], key.of_entry(1) or b""]
        destroy(store.keys, stream, [("c", 5)], order_id="E-1", at=NOW)
    rotate(logged.table, logged.key_file)
    with logged.opened() as store:
        assert send_all(kent_in(store), CLOSED[0]) == ()
    everything = b"".join(one.read_bytes() for one in logged.folder.rglob("*") if one.is_file())
    wrapping = [one.read_bytes().split()[2] for one in logged.key_file.parent.glob("key-file*")]
    assert len(wrapping) == 2
    for hidden in wrapping:
        assert hidden not in everything
    for secret in secrets:
        for form in (secret, secret.hex().encode(), base64.b64encode(secret)):
            assert form not in everything


@ORDERS
def test_what_was_destroyed_is_in_the_named_holes_alone_and_opens_nothing_there(
    logged: Logged, order: ProposeErasure
) -> None:
    """It is overwritten in the table, though the server made statistics of it.

    In the write-ahead log and in what the server said it is there, wrapped, until they are gone;
    once the wrapping key was replaced, it is worth nothing to anyone who finds it.
    """
    with logged.opened() as store:
        reviews = approved(store, order)
        assert store.keys is not None
        for number in range(300):  # so that statistics are made of a sample
            store.keys.made(f"{number:032x}", "c")
        store.keys.keep()
        with connected(logged.table) as connection:
            connection.execute("ANALYZE")
        before = {row.key_id: row for row in store.keys.all()}
        whole = words_of(store)
        reviews.erase(CASE, "E-1", by=TEAM)
        after = {row.key_id: row.wrapped for row in store.keys.all()}
        gone = [row for row in before.values() if row.wrapped != after[row.key_id]]
        assert gone
        assert words_of(store).keys() == whole.keys()
    for row in gone:
        assert logged.holding(row.wrapped or "") == {"pg_wal", "said"}
    rotate(logged.table, logged.key_file)
    finish(logged.table, logged.key_file)
    with logged.opened() as store:
        assert {one for one in words_of(store).values() if one is ERASED} == {ERASED}
    for row in gone:
        _hold_worthless(logged.key_file, row)


def _hold_worthless(key_file: Path, row: KeyRow) -> None:
    """Hold that what was found of a key is opened by no key file that there is."""
    files = list(key_file.parent.glob(f"{key_file.name}*"))
    assert files
    for file in files:
        with pytest.raises(KeysError, match="does not open"):
            unwrapped(from_key_file(file), row)
