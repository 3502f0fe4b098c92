"""The ledger as it is kept: growing, checkpoints, epochs, and what is found when nothing is wrong.

Tests that are given a `place` are asked of PostgreSQL as well.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import Final

import pytest

from rapid_review.audit.log.leaf import Leaves
from rapid_review.audit.log.merkle import EMPTY_ROOT, root_of
from rapid_review.audit.log.note import COSIGNATURE, SigningKey, cosigned, read_checkpoint
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.log.sinks import CallbackSink, FolderSink
from rapid_review.audit.verify import Trust, next_origin
from rapid_review.domain.errors import InvalidInputError, RecordError, StorageError
from rapid_review.store import RapidReviews
from rapid_review.store.ledger.checkpointing import Checkpointer, Checkpointing
from rapid_review.store.ledger.ledger import Ledger
from rapid_review.store.sql import ledger as ledger_tables
from rapid_review.store.store import Store
from tests.domain.a_review import CLOSED, INFORM, KENT, RECEIVE, at
from tests.golden.entries import EXPORT
from tests.store.a_ledger import (
    CASES,
    KEY,
    ODD,
    SIZE,
    IntruderInFile,
    Place,
    Row,
    found,
    letter,
    loosen,
    three_cases,
    verified,
)
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, reviews_in, send_all

FIRST = CASES[0]
PATIENCE: Final = 60.0
"""Seconds after which something hangs, however slow the machine."""


def root_from_rows(ledger: Ledger, size: int) -> bytes:
    """Return the root over the first rows, made of them alone, with no table of the ledger."""
    leaves = Leaves()
    return root_of(leaves.add(*row) for row in ledger.rows(size))


def many(reviews: RapidReviews, cases: int, first: int = 0) -> None:
    """Record so many cases of eight entries."""
    elsewhere = kent_in()
    send_all(elsewhere, RECEIVE, *map(letter, range(4)))
    history = elsewhere.case(CASE).recorded
    numbers = range(first, first + cases)
    reviews.import_histories([(f"KM-{number}", history) for number in numbers], by=TEAM)


# ------------------------------------------------------------------------------------- growing


def test_an_empty_ledger_has_the_root_of_no_leaf(place: Place) -> None:
    """And there is nothing that is not covered."""
    with closing(place.opened()) as store:
        ledger = store.ledger()
        assert found(verified(ledger)) == []
        assert ledger.advance() == 0
        assert ledger.root(0) == EMPTY_ROOT
        assert (ledger.unanchored().entries, ledger.unanchored().since) == (0, None)
        assert found(verified(ledger)) == []


def test_the_root_is_the_same_however_the_ledger_grew(place: Place) -> None:
    """In steps of any size, over a full tile, and again in one go: as the rows alone have it.

    41 cases of 8 entries are 328: one full tile of 256, and the beginning of the next.
    """
    with closing(place.opened()) as store:
        reviews, ledger = kent_in(store), store.ledger()
        for first, cases in ((0, 1), (1, 30), (31, 1), (32, 9)):
            many(reviews, cases, first)
            size = ledger.advance()
            assert ledger.root(size) == root_from_rows(ledger, size)
        assert ledger.advance() == 328
        before = [ledger.root(one) for one in (0, 1, 8, 255, 256, 257, 328)]
        assert found(verified(ledger)) == []
        assert ledger.rebuild() == 328
        assert [ledger.root(one) for one in (0, 1, 8, 255, 256, 257, 328)] == before
        assert found(verified(ledger)) == []


def test_two_who_advance_at_once_make_one_tree(place: Place) -> None:
    """Four handles in four threads, while entries are recorded: each leaf once, in its place."""
    with closing(place.opened()) as store:
        many(kent_in(store), 40)
        others = [place.opened() for _ in range(4)]
        with ThreadPoolExecutor() as threads:
            sizes = threads.map(lambda one: one.ledger().advance(), others)
            many(kent_in(store), 2, 40)
        assert set(sizes) <= {320, 336}
        for one in others:
            one.close()
        ledger = store.ledger()
        assert ledger.advance() == 336
        assert found(verified(ledger)) == []


def test_stores_with_the_same_entries_have_one_root(place: Place, tmp_path: Path) -> None:
    """In memory, in a file and on a server: a row's bytes and its place are all that counts."""
    roots: set[bytes] = set()
    for store in (
        place.opened(),
        Store.in_memory(),
        Store.on_sqlite(tmp_path / "other.db", unsealed=True),
    ):
        with closing(store):
            reviews = kent_in(store)
            for number, command in enumerate(CLOSED):
                reviews.handle(CASE, command, by=TEAM, command_id=f"c-{number}")
            ledger = store.ledger()
            roots.add(ledger.root(ledger.advance()))
            assert found(verified(ledger)) == []
    assert len(roots) == 1


def test_a_ledger_that_has_read_further_than_the_store_goes_says_so(place: Place) -> None:
    """It does not go on in silence where rows are gone."""
    place.record(three_cases)
    place.rebuild()
    place.intruder.alter(lambda rows: rows[:-1])
    with closing(place.opened()) as store, pytest.raises(RecordError, match="rows are missing"):
        store.ledger().advance()


def test_a_row_that_cannot_be_a_leaf_stops_the_ledger_with_its_position(place: Place) -> None:
    """It is told where, and that `audit verify` says all that is wrong."""
    place.record(three_cases)
    place.intruder.alter(lambda rows: [row for row in rows if row.position != 3])
    with closing(place.opened()) as store, pytest.raises(RecordError, match="position 4 cannot"):
        store.ledger().advance()


# --------------------------------------------------------------------------------- checkpoints


def test_a_checkpoint_made_again_is_the_same(place: Place) -> None:
    """The same bytes, in the store once, and in the folder once."""
    place.record(three_cases)
    first, second = place.checkpoint(), place.checkpoint()
    assert (first.note, first.size) == (second.note, SIZE)
    assert [one.where for one in place.kept()] == [f"checkpoint.{SIZE}"]
    with closing(place.opened()) as store:
        assert store.ledger().checkpoints(KEY.name) == (first.note,)
        assert store.ledger().newest(KEY.name) == first.note


def test_a_checkpoint_says_the_size_and_root_of_the_rows(place: Place) -> None:
    """And it is put to every sink, whose receipts are returned."""
    place.record(three_cases)
    handed: list[bytes] = []

    def take(data: bytes) -> str:
        handed.append(data)
        return "taken"

    with closing(place.opened()) as store:
        ledger = store.ledger()
        signed = ledger.checkpoint(place.signer(), [FolderSink(place.sink), CallbackSink(take)])
        told_of = read_checkpoint(signed.note.text)
        assert told_of.root == root_from_rows(ledger, SIZE)
    assert (told_of.origin, told_of.size) == (KEY.name, SIZE)
    assert signed.receipts == (str(place.sink / f"checkpoint.{SIZE}"), "taken")
    assert handed == [bytes(signed.note)]


def test_a_sink_that_fails_loses_nothing(place: Place) -> None:
    """What was signed is kept; asked again, it is put where it was not yet."""
    place.record(three_cases)

    def fail(_: bytes) -> str:
        raise StorageError("no connection")

    with closing(place.opened()) as store:
        ledger = store.ledger()
        with pytest.raises(StorageError, match="no connection"):
            ledger.checkpoint(place.signer(), [CallbackSink(fail), FolderSink(place.sink)])
        assert not place.sink.exists()
        again = ledger.checkpoint(place.signer(), [FolderSink(place.sink)])
        assert ledger.checkpoints(KEY.name) == (again.note,)
    assert [one.note for one in place.kept()] == [bytes(again.note)]


def test_what_no_checkpoint_covers_is_counted(place: Place) -> None:
    """How many entries, of which kinds, and since when: by the record's own clock."""
    place.record(three_cases)
    with closing(place.opened()) as store:
        ledger = store.ledger()
        before = ledger.unanchored()
        ledger.checkpoint(place.signer())
        covered = ledger.unanchored()
        send_all(kent_in(store), letter(7), letter(8), case=FIRST)
        after = ledger.unanchored()
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert (before.entries, before.since) == (SIZE, noon)
    assert (covered.entries, covered.kinds, covered.since) == (0, frozenset(), None)
    assert (after.entries, after.since) == (2, noon)
    assert after.kinds == {"PanelCorrespondenceLogged"}


def test_a_checkpoint_that_is_not_there_is_asked_for_in_vain(place: Place) -> None:
    """The message says which command makes one."""
    with closing(place.opened()) as store:
        for size in (None, 3):
            with pytest.raises(InvalidInputError, match="rapid-review audit checkpoint"):
                store.ledger().newest(KEY.name, size)


def test_a_witness_adds_its_signature_to_the_checkpoint_in_the_store(place: Place) -> None:
    """The log's own signature stays; what was added to meanwhile is not overwritten."""
    witness = SigningKey("icb.example/witness", bytes(32), COSIGNATURE)
    place.record(three_cases)
    place.checkpoint()
    with closing(place.opened()) as store:
        ledger = store.ledger()
        note = ledger.newest(KEY.name)
        more = cosigned(note, witness.sign(note.text, at=1))
        ledger.cosigned(note, more)
        assert ledger.newest(KEY.name) == more
        assert found(verified(ledger, *place.kept())) == []
        with pytest.raises(RecordError, match="Read it from the store again"):
            ledger.cosigned(note, more)


def test_of_two_workers_neither_is_refused_what_the_other_signed_first(place: Place) -> None:
    """One signer, many workers.

    Anyone who comes with the smaller tree takes in what came since.
    """
    place.record(three_cases)
    place.checkpoint()
    signer = place.signer()

    def worker(number: int) -> int:
        with closing(place.opened()) as store:
            send_all(kent_in(store), letter(100 + number), case=CASES[number % 3])
            return store.ledger().checkpoint(signer).size

    with ThreadPoolExecutor() as threads:
        sizes = list(threads.map(worker, range(6)))
    assert max(sizes) == SIZE + 6
    assert found(place.verified(*place.kept())) == []


# ------------------------------------------------------------------- when a checkpoint is made


@pytest.mark.parametrize("kind", ["DecisionMade", "DecisionReconsidered", "KeyDestroyed"])
def test_a_checkpoint_is_due_after_a_milestone_or_so_many_entries(kind: str) -> None:
    """A decision and the destruction of a key are milestones; a letter is none, and counts."""
    when = Checkpointing(every=3)
    assert when.is_due(1, [kind])
    assert not when.is_due(2, ["PanelCorrespondenceLogged"])
    assert when.is_due(3, ["PanelCorrespondenceLogged"])


def test_a_checkpointer_counts_what_it_is_told_and_looks_at_what_others_record(
    place: Place,
) -> None:
    """After the notification at once; then after three letters; then of what is seen by a look."""
    with closing(place.opened()) as store:
        reviews = kent_in(store)
        keeper = Checkpointer(
            reviews.ledger(), place.signer(), [FolderSink(place.sink)], Checkpointing(every=3)
        )
        made = [
            keeper.recorded(send_all(reviews, one)) for one in (RECEIVE, *map(letter, range(5)))
        ]
        assert [one and one.size for one in made] == [4, None, None, 7, None, None]
        assert keeper.look() is None
        send_all(reviews, letter(9))
        looked = keeper.look()
        assert looked is not None
        assert looked.size == 10
        assert keeper.look() is None
    assert len(place.kept()) == 3


def test_a_checkpointer_follows_what_others_record_until_told_to_stop(place: Place) -> None:
    """Another handle records a case; the one that follows makes a checkpoint of it."""
    place.record(lambda _: None)
    came, stop = Event(), Event()

    def put(checkpoint: bytes) -> str:
        assert checkpoint
        came.set()
        return "put"

    with closing(place.opened()) as store, ThreadPoolExecutor() as threads:
        keeper = Checkpointer(store.ledger(), place.signer(), [CallbackSink(put)])
        following = threads.submit(keeper.follow, stop)
        try:
            place.record(lambda reviews: send_all(reviews, RECEIVE))
            assert came.wait(PATIENCE)
        finally:
            stop.set()
        following.result(PATIENCE)
    assert place.signer().last().size == 4


def test_a_checkpoint_forged_in_the_store_does_not_keep_one_from_being_made(place: Place) -> None:
    """What is covered is asked of the signer, and not of the person who keeps the store."""
    place.record(three_cases)
    place.checkpoint()
    place.intruder.ask("UPDATE audit_checkpoints SET size = 999999")
    place.record(lambda reviews: send_all(reviews, RECEIVE, case="KM-2020-009"))
    with closing(place.opened()) as store:
        keeper = Checkpointer(store.ledger(), place.signer())
        made = keeper.look()
    assert made is not None
    assert made.size == SIZE + 4


def test_a_store_is_verified_while_it_is_written_to(place: Place) -> None:
    """Rows, tiles and checkpoints that come meanwhile are no findings."""
    place.record(three_cases)
    place.checkpoint()

    def write() -> None:
        with closing(place.opened()) as store:
            for number in range(12):
                many(kent_in(store), 4, 100 * number)
                store.ledger().checkpoint(place.signer())

    with closing(place.opened()) as store, ThreadPoolExecutor() as threads:
        writing = threads.submit(write)
        while not writing.done():
            assert found(verified(store.ledger())) == []
        writing.result()
        report = verified(store.ledger())
    assert (found(report), report.checked["entries"]) == ([], SIZE + 12 * 32)


def test_a_store_in_memory_has_a_ledger_too(tmp_path: Path) -> None:
    """For tests and trials: it grows, is signed and verified as any other."""
    with closing(Store.in_memory()) as store:
        three_cases(kent_in(store))
        ledger = store.ledger()
        assert ledger.checkpoint(Signer.start(KEY, tmp_path / "signed")).size == SIZE
        report = verified(ledger)
    assert (found(report), report.checked["checkpoints"]) == ([], 1)


# -------------------------------------------------------------------------- after a restore


def restored(place: Place) -> None:
    """Lose the last entries that were signed, as a restore from a backup of before them does."""
    place.record(three_cases)
    place.checkpoint()
    place.record(lambda reviews: send_all(reviews, letter(7), letter(8), case=FIRST))
    place.checkpoint()
    place.intruder.alter(lambda rows: rows[:SIZE])
    place.intruder.ask("DELETE FROM audit_checkpoints WHERE size > 24")
    place.rebuild()


def test_a_restored_store_is_not_signed_again_and_the_message_says_what_to_do_next(
    place: Place,
) -> None:
    """What was recorded after the backup is lost, and the key remembers that it was there."""
    restored(place)
    with pytest.raises(RecordError, match="restored from a backup, start a new epoch"):
        place.checkpoint()


def test_an_epoch_says_what_was_lost_and_who_states_it(place: Place) -> None:
    """Older copies are still met; a copy of what is lost is told, and is no finding any more."""
    restored(place)
    assert len(found(place.verified(*place.kept()))) == 1
    key = SigningKey(next_origin(KEY.name), bytes(range(1, 33)))
    with closing(place.opened()) as store:
        ledger = store.ledger()
        new = ledger.next_epoch(
            place.signer(), SIZE, key=key, memory=place.folder / "next", by=("pt-01", "pt-02")
        )
        send_all(kent_in(store), letter(9), case=FIRST)
        ledger.checkpoint(new)
        both = Trust((KEY.public, key.public))
        report = ledger.verify(both, trusted=place.kept())
        assert found(report) == []
        told_of = "\n".join(report.unchecked)
        assert "the 2 entries that pt-01 and pt-02 state were lost in a restore" in told_of
        assert f"checkpoint of {SIZE + 2} entries, from checkpoint.{SIZE + 2}: its last" in told_of
        with pytest.raises(RecordError):
            ledger.checkpoint(place.signer())


def test_an_epoch_that_nobody_signed_excuses_nothing(place: Place) -> None:
    """The person who owns the database cannot explain away what they took."""
    restored(place)
    place.intruder.ask(
        "INSERT INTO audit_epochs (origin, note) VALUES ('safeguarding.example/reviews/epoch/2', "
        "CAST('rapidreview.epoch/v1' AS BYTEA))"
    )
    lines = found(place.verified(*place.kept()))
    assert any(line.startswith("an epoch in the store: ") for line in lines)
    assert any(line.startswith(f"checkpoint of {SIZE + 2} entries") for line in lines)


def test_an_epoch_keeps_no_more_entries_than_there_are(place: Place) -> None:
    """A number that cannot be is refused before anything is signed."""
    restored(place)
    with (
        closing(place.opened()) as store,
        pytest.raises(InvalidInputError, match="carries over 99"),
    ):
        store.ledger().next_epoch(
            place.signer(), 99, key=KEY, memory=place.folder / "x", by=("a", "b")
        )


# ------------------------------------------------------------------- the ledger's own tables

TABLES: dict[str, tuple[str, str]] = {
    "a tile is gone": ("DELETE FROM audit_tiles", "tile 0 of level 0 of the ledger: is missing"),
    "a tile is not whole": (
        "UPDATE audit_tiles SET hashes = CAST('x' AS BYTEA)",
        "tile 0 of level 0 of the ledger: is missing or incomplete",
    ),
    "a tile begins elsewhere": ("UPDATE audit_tiles SET position = 7", "states a wrong position"),
    "a head is another": (
        "UPDATE audit_heads SET version = 2",
        "does not match the stream's last row",
    ),
    "a head is gone": ("DELETE FROM audit_heads", "the ledger's last leaves: some are missing"),
    "the track is elsewhere": (
        "UPDATE audit_track SET position = 3",
        "the ledger's record of its own position: states",
    ),
    "the track is gone": ("DELETE FROM audit_track", "does not match the stream's last row"),
    "the track is before all": (
        "UPDATE audit_track SET size = -5",
        "the ledger's record of its own position and size is damaged",
    ),
    "the track is too far": ("UPDATE audit_track SET size = 999", "the end of the store"),
}


@pytest.mark.parametrize("alter", TABLES)
def test_a_table_of_the_ledger_that_is_wrong_is_found_and_made_again(
    place: Place, alter: str
) -> None:
    """It proves nothing, so it costs nothing: what to do next is said, and it helps."""
    place.record(three_cases)
    place.checkpoint()
    statement, wanted = TABLES[alter]
    place.intruder.ask(statement)
    lines = found(place.verified(*place.kept()))
    assert any(wanted in line for line in lines)
    place.rebuild()
    assert found(place.verified(*place.kept())) == []


def test_a_tile_that_was_altered_is_told_from_a_row_that_was(place: Place) -> None:
    """A checkpoint proves the row, so it is the tile that is wrong."""
    place.record(three_cases)
    place.checkpoint()
    zeros = "x'" + "00" * 32 * SIZE + "'"
    as_bytes = zeros if isinstance(place.intruder, IntruderInFile) else f"'\\x{zeros[2:-1]}'"
    place.intruder.ask(f"UPDATE audit_tiles SET hashes = {as_bytes}")  # noqa: S608 - our own
    lines = found(place.verified())
    assert lines
    assert all("a checkpoint proves this row" in line for line in lines)


def test_a_table_of_the_ledger_that_is_gone_is_found_and_made_again(place: Place) -> None:
    """And it is no crash; on a server, anyone who may make tables makes it first."""
    place.record(three_cases)
    place.rebuild()
    place.intruder.ask("DROP TABLE audit_heads")
    (line,) = found(place.verified())
    assert (
        line
        == "the ledger's tables audit_heads: are missing, although the ledger's other tables exist"
    )
    if isinstance(place.intruder, IntruderInFile):
        place.rebuild()
        assert found(place.verified()) == []
    else:
        with pytest.raises(RecordError, match="db init"):
            place.rebuild()
    assert ledger_tables.TABLES[-1] == "audit_track"


# -------------------------------------------------------------------------- due dates, again


def test_due_dates_are_counted_again_if_asked(place: Place) -> None:
    """ToR 5(a): from Monday 4 May 2020 the fifteenth working day is the 27th, and not the 28th.

    The row is altered and the ledger made again over it: without any checkpoint only this tells.
    """

    def later(rows: list[Row]) -> list[Row]:
        old, new = b'"due":"2020-05-27"', b'"due":"2020-05-28"'
        return [row.with_state(old, new) if row.position == 3 else row for row in rows]

    place.record(three_cases)
    with closing(place.opened()) as store:
        report = store.ledger().verify(calendars=kent_in(store).calendar_named)
        assert report.checked["due dates that, counted again, came out the same"] == 9
    place.intruder.alter(later)
    place.rebuild()
    with closing(place.opened()) as store:
        ledger = store.ledger()
        assert found(ledger.verify()) == []
        (line,) = found(ledger.verify(calendars=kent_in(store).calendar_named))
    assert line == (
        f"case '{FIRST}', version 3: the clock rapid-review is due {date(2020, 5, 28)}; "
        f"its calendar says {date(2020, 5, 27)}"
    )


def test_a_verification_that_did_not_read_what_entries_say_states_so(place: Place) -> None:
    """An entry that nobody can read any more stands in its place like any other."""

    def broken(rows: list[Row]) -> list[Row]:
        old, new = b"letter 0", b'letter"0'
        return [row.with_state(old, new) if row.position == 13 else row for row in rows]

    place.record(three_cases)
    place.intruder.alter(broken)
    with closing(place.opened()) as store:
        quick = store.ledger().verify()
        whole = store.ledger().verify(calendars=kent_in(store).calendar_named)
    assert found(quick) == []
    (not_read,) = (one for one in quick.unchecked if "can be read" in one)
    assert "--recount" in not_read
    assert whole.findings
    assert not_read not in whole.unchecked


# ----------------------------------------------------------------- rows of every odd type


ODD_BODIES: dict[str, str] = {
    "a body with a number beyond reading": (
        'state = CAST(\'{"schema":1,"partnership":"p","case":"c","version":\' || '
        "printf('%.*c', 5000, '9') || ',' AS BLOB)"
    ),
    "a body that is empty": "state = x''",
}


@pytest.mark.parametrize("odd", ODD)
def test_a_row_of_any_odd_type_is_a_finding_and_never_a_crash(tmp_path: Path, odd: str) -> None:
    """SQLite keeps anything in any column, once the table is not STRICT any more."""
    path = tmp_path / "record.db"
    with closing(altered(path, ODD[odd])) as store:
        lines = found(verified(store.ledger()))
        assert any("position 13" in line for line in lines)
        with pytest.raises(RecordError):
            store.ledger().advance()


@pytest.mark.parametrize("odd", ODD_BODIES)
def test_a_body_that_nobody_can_read_is_a_finding(tmp_path: Path, odd: str) -> None:
    """It has a leaf, as any bytes have, and is not the body of an entry."""
    with closing(altered(tmp_path / "record.db", ODD_BODIES[odd])) as store:
        (line,) = found(verified(store.ledger()))
    assert line.endswith(
        "version 5, position 13: its body does not begin with its case and version"
    )


@pytest.mark.parametrize("stated", [b"", b"7,"])
@pytest.mark.parametrize("version", [1_023, 1_024, 1_030])
def test_in_a_case_of_a_thousand_entries_each_body_must_state_its_version(
    tmp_path: Path, version: int, stated: bytes
) -> None:
    """However long a case is, a body without its version, or with another, is found."""
    path = tmp_path / "record.db"
    elsewhere = kent_in()
    send_all(elsewhere, RECEIVE)
    opened = len(elsewhere.case(CASE).recorded)
    send_all(elsewhere, *map(letter, range(1_030 - opened)))
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        kent_in(store).import_history(CASE, elsewhere.case(CASE).recorded, by=TEAM)
        assert not found(verified(store.ledger()))
    loosen(path)

    def alter(rows: list[Row]) -> list[Row]:
        row = rows[version - 1]
        other = row.with_state(b'"version":%d,' % version, b'"version":%b' % stated)
        return [*rows[: version - 1], other, *rows[version:]]

    IntruderInFile(path).alter(alter)
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        (line,) = found(verified(store.ledger()))
    assert f"version {version}, position {version}: its body " in line


def altered(path: Path, assignment: str) -> Store:
    """Return a store with three cases, in which the row at position 13 was altered."""
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        three_cases(kent_in(store))
    loosen(path)
    statement = f"UPDATE stored_events SET {assignment} WHERE rowid = 13"  # noqa: S608 - our own
    IntruderInFile(path).ask(statement)
    return Store.on_sqlite(path, unsealed=True)


@pytest.mark.parametrize("position", [0, -1, -(1 << 63)])
def test_a_row_before_the_first_position_is_found(tmp_path: Path, position: int) -> None:
    """A case is read with it, so it must not be passed over."""
    path = tmp_path / "record.db"
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        three_cases(kent_in(store))
        store.ledger().advance()
    IntruderInFile(path).alter(
        lambda rows: [*rows[:7], rows[7]._replace(position=position), *rows[8:]]
    )
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        lines = found(verified(store.ledger()))
    assert f"position {position}: a row has a position below 1" in lines


def test_the_findings_of_one_sort_are_told_up_to_a_number(tmp_path: Path) -> None:
    """A store that is wrong in every row does not fill the screen; how many there are is said."""
    path = tmp_path / "record.db"
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        three_cases(kent_in(store))
    loosen(path)
    IntruderInFile(path).ask("UPDATE stored_events SET state = x'00'")
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        lines = found(verified(store.ledger()))
    assert len(lines) == 21
    assert lines[-1] == "rows: 4 more like these"


# ------------------------------------------------------------------------ stamps of a wrong clock


def test_a_stamp_more_than_a_day_after_the_clock_is_found(place: Place) -> None:
    """Of the case that a clock stamped ahead, and of the register; not of one that slept."""
    clock = HandSetClock("2026-11-23 12:00")
    with closing(place.opened()) as store:
        reviews = reviews_in(store, terms=KENT, clock=clock)
        send_all(reviews, RECEIVE, case="KM-1")
        clock.now = at("2027-11-24 12:00")
        send_all(reviews, RECEIVE, case="KM-2")
        send_all(reviews, RECEIVE, case="KM-3")
        clock.now = at("2027-11-24 12:01")
        send_all(reviews, INFORM, case="KM-3")
        reviews.export_made(EXPORT, by=TEAM, purpose="statutory review")
        ledger = reviews.ledger()
        assert ledger.verify().findings == []
        assert ledger.verify(now=at("2027-11-23 12:01")).findings == []
        (of_case, of_register) = ledger.verify(now=at("2027-11-23 12:00")).findings
        assert of_case.where == "case 'KM-3', up to version 5"
        assert "its time of recording is 2027-11-24 12:01:00+00:00" in of_case.what
        assert "clock here says 2027-11-23 12:00:00+00:00" in of_case.what
        assert of_register.where == "case 'register-of-exports', up to version 1"
        # Nobody is concerned that the case KM-1 slept for years.
        assert ledger.verify(now=at("2031-01-01 12:00")).findings == []
