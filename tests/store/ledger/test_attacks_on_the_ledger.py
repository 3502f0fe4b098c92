"""What is found when somebody who owns the database alters it, and what is not.

Three cases have eight entries each, and a checkpoint covers all of them; a copy of it is out of
the intruder's reach. They stand one after the other: the first case at positions 1 to 8, the
second at 9 to 16, the third at 17 to 24.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from rapid_review.audit.log.note import signed
from rapid_review.audit.verify import EMPTY_ROOT, Checkpoint, read_checkpoint, read_note
from rapid_review.domain.errors import RecordError
from rapid_review.store import RapidReviews
from rapid_review.store.ledger.checkpoints import TrustedCheckpoint
from rapid_review.store.log.body import stream_id
from rapid_review.store.sql import ledger as sql
from tests.domain.a_review import KENT, RECEIVE, at
from tests.store.a_ledger import (
    CASES,
    KEY,
    SIZE,
    Alter,
    Place,
    Row,
    found,
    letter,
    three_cases,
)
from tests.store.a_record import TEAM, send_all

FIRST, SECOND, THIRD = CASES


@pytest.fixture
def log(place: Place) -> Place:
    """Return a store with three cases, all of them covered by a checkpoint."""
    place.record(three_cases)
    place.checkpoint()
    assert place.verified(*place.kept()).findings == []
    return place


# ------------------------------------------------------------------------ the ways of altering


def edit(rows: list[Row]) -> Sequence[Row]:
    """Change a word of version 5 of the second case, at position 13."""
    return [
        row.with_state(b"letter 0", b"letter 9") if row.position == 13 else row for row in rows
    ]


def edit_and_move_nothing(rows: list[Row]) -> Sequence[Row]:
    """Change the day on which a clock of the first case is due: version 3, at position 3."""
    return [
        row.with_state(b'"due":"2020-05-27"', b'"due":"2020-05-28"') if row.position == 3 else row
        for row in rows
    ]


def rename(rows: list[Row]) -> Sequence[Row]:
    """Say of a letter that it is a closing of the case."""
    return [row._replace(topic="CaseClosed") if row.position == 13 else row for row in rows]


def rename_to_nothing_known(rows: list[Row]) -> Sequence[Row]:
    """Say of a letter that it is an event of a kind that there is not."""
    return [row._replace(topic="Case\nClosed") if row.position == 13 else row for row in rows]


def delete(rows: list[Row]) -> Sequence[Row]:
    """Take away version 5 of the second case, and leave the later ones."""
    return [row for row in rows if row.position != 13]


def delete_the_last(rows: list[Row]) -> Sequence[Row]:
    """Take away the last entry of the first case, at position 8; no version is missing then."""
    return [row for row in rows if row.position != 8]


def insert(rows: list[Row]) -> Sequence[Row]:
    """Put a new ninth entry of the first case between others that are there."""
    new = rows[7].with_state(b'"version":8', b'"version":9')._replace(version=9)
    return renumbered([*rows[:8], new, *rows[8:]])


def double(rows: list[Row]) -> Sequence[Row]:
    """Put an entry there twice, the second time as another version."""
    return [*rows, rows[7]._replace(position=99, version=9)]


def swap_order(rows: list[Row]) -> Sequence[Row]:
    """Let the last entry of a case and the first of another change places."""
    return renumbered([*rows[:7], rows[8], rows[7], *rows[9:]])


def swap_order_in_a_case(rows: list[Row]) -> Sequence[Row]:
    """Let two entries of the first case change places."""
    return renumbered([rows[0], rows[2], rows[1], *rows[3:]])


def swap_bodies(rows: list[Row]) -> Sequence[Row]:
    """Let two letters change bodies, and nothing else."""
    other = {8: rows[15].state, 16: rows[7].state}
    return [row._replace(state=other.get(row.position, row.state)) for row in rows]


def remove_a_case(rows: list[Row]) -> Sequence[Row]:
    """Take away the whole second case."""
    return [row for row in rows if row.stream != rows[8].stream]


def cut_back(rows: list[Row]) -> Sequence[Row]:
    """Take away the last three entries."""
    return rows[:-3]


def renumbered(rows: Sequence[Row]) -> list[Row]:
    """Return rows at positions that rise from 1."""
    return [row._replace(position=number) for number, row in enumerate(rows, start=1)]


def nothing(rows: list[Row]) -> Sequence[Row]:
    """Leave all as it is."""
    return rows


# ------------------------------------------------------------------- the row that tells of itself


@pytest.mark.parametrize(
    ("alter", "where", "what"),
    [
        (edit, f"case '{SECOND}', version 5, position 13", "not the row that was added"),
        (edit_and_move_nothing, f"case '{FIRST}', version 3, position 3", "not the row that"),
        (rename, f"case '{SECOND}', version 5, position 13", "its label is CaseClosed"),
        (
            rename_to_nothing_known,
            f"case '{SECOND}', version 5, position 13",
            "not in the required form",
        ),
        (
            delete,
            f"case '{SECOND}', version 6, position 14",
            "version 5 of its case was expected here",
        ),
        (delete, f"case '{THIRD}', version 1, position 17", "1 row before it, which the ledger"),
        (
            delete_the_last,
            f"case '{SECOND}', version 1, position 9",
            "1 row before it, which the ledger",
        ),
        (
            insert,
            f"case '{FIRST}', version 9, position 9",
            "1 row from here on was inserted later",
        ),
        (double, f"case '{FIRST}', version 9, position 99", "its body belongs to version 8"),
        (swap_order, f"case '{SECOND}', version 1, position 8", "in another place"),
        (
            swap_order_in_a_case,
            f"case '{FIRST}', version 3, position 2",
            "version 2 of its case was expected here",
        ),
        (swap_bodies, f"case '{SECOND}', version 8, position 16", f"of case '{FIRST}'"),
        (
            remove_a_case,
            f"case '{THIRD}', version 1, position 17",
            "8 rows before it, which the ledger",
        ),
        (cut_back, "the end of the store", "rows are missing"),
    ],
)
def test_what_is_altered_is_named(log: Place, alter: Alter, where: str, what: str) -> None:
    """The case, the version and the position, where the ledger's tables were left alone."""
    log.intruder.alter(alter)
    assert any(where in one and what in one for one in found(log.verified()))


def test_a_body_of_another_type_is_named(log: Place) -> None:
    """Text in the place of bytes says the same to a reader, and is not what was written."""
    log.intruder.make_bodies_text()
    lines = found(log.verified())
    first = f"stream '{stream_id('kent-and-medway', FIRST).hex}', version 1, position 1"
    assert any(first in one and "int, str, str" in one for one in lines)
    assert "rows: 4 more like these" in lines


# --------------------------------------------------------- anyone who puts the ledger right after
# it

WHOLE: list[Alter] = [
    edit,
    edit_and_move_nothing,
    delete_the_last,
    insert,
    swap_order,
    remove_a_case,
    cut_back,
]


@pytest.mark.parametrize("alter", WHOLE)
def test_the_checkpoint_in_the_store_tells_what_the_tables_do_not(
    log: Place, alter: Alter
) -> None:
    """The tables are made again over what was altered, so no row tells; its size or root does."""
    log.intruder.alter(alter)
    log.rebuild()
    (line,) = found(log.verified())
    assert line.startswith(f"checkpoint of {SIZE} entries, from the store: ")


def hide(log: Place, alter: Alter) -> None:
    """Alter rows, and put right after it all that the store keeps."""
    log.intruder.alter(alter)
    log.intruder.ask("DELETE FROM audit_checkpoints")
    log.rebuild()


@pytest.mark.parametrize("alter", WHOLE)
def test_a_copy_tells_what_the_store_does_not(log: Place, alter: Alter) -> None:
    """The tables are made again, and the checkpoint is taken out of the store as well."""
    hide(log, alter)
    assert found(log.verified()) == []
    (line,) = found(log.verified(*log.kept()))
    assert line.startswith(f"checkpoint of {SIZE} entries, from checkpoint.{SIZE}: ")


def test_what_was_cut_back_and_grew_again_is_found(log: Place) -> None:
    """The store has more entries than the checkpoint, and other ones."""
    log.intruder.alter(cut_back)
    log.rebuild()
    log.record(
        lambda reviews: [send_all(reviews, letter(7), case=case) for case in (*CASES, *CASES)]
    )
    log.record(lambda reviews: send_all(reviews, letter(8), letter(9), case=FIRST))
    log.rebuild()
    (line,) = found(log.verified())
    assert "does not match it" in line


def test_where_something_was_altered_is_narrowed_by_the_checkpoints_around_it(log: Place) -> None:
    """The first is met, and the second is not: so it is one of the entries between them."""
    log.record(lambda reviews: send_all(reviews, letter(7), letter(8), case=FIRST))
    log.checkpoint()
    log.intruder.alter(
        lambda rows: [
            row.with_state(b"letter 7", b"letter 9") if row.position == SIZE + 1 else row
            for row in rows
        ]
    )
    log.rebuild()
    (line,) = found(log.verified())
    assert f"from {SIZE + 1} on" in line
    assert line.endswith(f"altered something between position {SIZE + 1} and position {SIZE + 2}")


def test_a_log_cut_back_and_signed_again_to_the_same_size_is_found_from_the_cut_on(
    log: Place, tmp_path: Path
) -> None:
    """A copy from before the cut is met; of the two of one size neither is, and both are named."""
    log.record(lambda reviews: send_all(reviews, *map(letter, range(7, 17)), case=FIRST))
    log.checkpoint()
    log.intruder.alter(lambda rows: rows[:SIZE])
    log.intruder.ask("DELETE FROM audit_checkpoints")
    log.rebuild()
    log.record(lambda reviews: send_all(reviews, *map(letter, range(20, 30)), case=SECOND))
    thief = Place(log.opened, log.intruder, tmp_path / "thief")
    thief.folder.mkdir()
    thief.checkpoint()
    report = log.verified(*log.kept())
    of_both = SIZE + 10
    first, second, third = sorted(found(report))
    assert f"from checkpoint.{SIZE}: the store does not have it" in first
    assert f"does not match it: from {SIZE + 1} on they are not the entries" in second
    assert "from the store" in third
    assert f"from checkpoint.{of_both}" in third
    assert f"two signed checkpoints cover the same {of_both} entries" in third
    assert report.checkpoint is not None
    assert report.checkpoint.size == SIZE
    assert any("the last 10 entries: no checkpoint" in one for one in report.unchecked)


# ------------------------------------------------------------- what we never write, or take away


def test_an_entry_that_says_it_was_recorded_before_the_one_before_it_is_found(log: Place) -> None:
    """A clock that was set back stamps no entry of a case before those that it follows."""
    log.intruder.alter(lambda rows: [*rows, ninth(rows, lambda at: at - timedelta(seconds=1))])
    (line,) = found(log.verified(*log.kept()))
    assert line.startswith(f"case '{FIRST}', version 9, position {SIZE + 1}: ")
    assert "its time of recording is " in line


def ninth(rows: list[Row], moved: Callable[[datetime], object]) -> Row:
    """Return a ninth entry of the first case, like the eighth but for when it was recorded."""
    stamp = rows[7].state.partition(b'"recorded_at":"')[2].partition(b'"')[0]
    new = moved(datetime.fromisoformat(stamp.decode()))
    text = new.isoformat() if isinstance(new, datetime) else str(new)
    row = rows[7].with_state(b'"version":8', b'"version":9').with_state(stamp, text.encode())
    return row._replace(position=SIZE + 1, version=9)


@pytest.mark.parametrize("stamp", ["", "yesterday", "2020-06-01T09:00:00"])
def test_an_entry_that_does_not_say_when_it_was_recorded_is_found(log: Place, stamp: str) -> None:
    """No text, no time, or a time of no zone."""
    log.intruder.alter(lambda rows: [*rows, ninth(rows, lambda _: stamp)])
    (line,) = found(log.verified(*log.kept()))
    assert line.endswith("its body does not say when it was recorded")


def test_an_entry_recorded_at_the_same_moment_in_another_zone_is_no_finding(log: Place) -> None:
    """Summer time ends, and the host is set to another zone: the moment counts, not its text."""
    elsewhere = timezone(timedelta(hours=-9))
    log.intruder.alter(lambda rows: [*rows, ninth(rows, lambda at: at.astimezone(elsewhere))])
    assert found(log.verified(*log.kept())) == []


def test_of_two_workers_the_one_whose_clock_is_behind_may_record_second(log: Place) -> None:
    """Between cases no order of times is held."""
    with closing(log.opened()) as store:
        behind = RapidReviews(store, terms=KENT, clock=lambda: at("2019-01-07 09:00"))
        behind.handle("KM-2020-004", RECEIVE, by=TEAM)
    assert found(log.verified(*log.kept())) == []


def test_a_checkpoint_that_was_deleted_in_the_store_is_found_by_its_copy(log: Place) -> None:
    """The rows lead to it, and it was in the store before the sink was given it."""
    log.intruder.ask("DELETE FROM audit_checkpoints")
    assert found(log.verified()) == []
    (line,) = found(log.verified(*log.kept()))
    assert line.startswith(f"checkpoint of {SIZE} entries, from checkpoint.{SIZE}: the store does")
    log.checkpoint()
    assert found(log.verified(*log.kept())) == []


@pytest.mark.parametrize(
    "relabel",
    ["UPDATE audit_checkpoints SET size = 3", "UPDATE audit_checkpoints SET origin = 'other'"],
)
def test_a_checkpoint_that_was_relabelled_in_the_store_is_found(log: Place, relabel: str) -> None:
    """What is signed is the note.

    The person who asks the store by name or size is given another.
    """
    log.intruder.ask(relabel)
    (line,) = found(log.verified())
    assert line.startswith("a checkpoint from the store: ")
    assert line.endswith("somebody relabelled it")
    assert found(log.verified(*log.kept())) == [line]


def test_ledger_tables_that_were_dropped_are_found_by_a_copy(log: Place) -> None:
    """A store that never had a ledger has no checkpoint elsewhere."""
    for table in sql.TABLES:
        log.intruder.ask(f"DROP TABLE {table}")
    assert found(log.verified()) == []
    (line,) = found(log.verified(*log.kept()))
    assert line.startswith("the ledger's tables: are missing, but existed when the checkpoint")
    assert f"checkpoint of {SIZE} entries, from checkpoint.{SIZE}" in line


def test_what_the_signer_remembers_before_it_signs_is_in_no_store_and_no_finding(
    log: Place,
) -> None:
    """It begins with a checkpoint of no entries, which is put nowhere."""
    empty = signed(bytes(Checkpoint(KEY.name, 0, EMPTY_ROOT)), KEY)
    assert found(log.verified(TrustedCheckpoint("memory", bytes(empty)))) == []


def test_a_checkpoint_that_was_altered_in_the_store_is_found(log: Place) -> None:
    """It is not signed by the log's key then; and one that cannot be read is no crash."""
    forged = signed(bytes(Checkpoint(KEY.name, 3, bytes(32))), KEY)
    (line,) = found(log.verified(TrustedCheckpoint("a letter", bytes(forged)), *log.kept()))
    assert line.startswith(
        "checkpoint of 3 entries, from a letter: the root calculated from the first 3 entries "
        "does not"
    )
    (line,) = found(log.verified(TrustedCheckpoint("a letter", b"no note")))
    assert line.startswith("a checkpoint from a letter: ")


# ---------------------------------------------------------------------------- the log's own key


def stolen(log: Place, alter: Alter, folder: Path) -> TrustedCheckpoint:
    """Alter rows, and sign the other tree with the log's own key; return the false checkpoint."""
    hide(log, alter)
    thief = Place(log.opened, log.intruder, folder)
    folder.mkdir()
    return TrustedCheckpoint("the forged one", bytes(thief.checkpoint().note))


@pytest.mark.parametrize("alter", WHOLE)
def test_a_stolen_key_does_not_help_against_one_honest_copy(
    log: Place, alter: Alter, tmp_path: Path
) -> None:
    """Two checkpoints of one log cannot both be met: one honest copy is enough.

    What was signed after the honest one, over other entries, proves nothing; nor does one of the
    same size.
    """
    forged = stolen(log, alter, tmp_path / "thief")
    report = log.verified(forged, *log.kept())
    line, *more = found(report)
    assert line.startswith(f"checkpoint of {SIZE} entries, from checkpoint.{SIZE}: ")
    of_one_size = read_checkpoint(read_note(forged.note).text).size == SIZE
    assert ["two signed checkpoints cover the same" in one for one in more] == [True] * of_one_size
    is_shorter = read_checkpoint(read_note(forged.note).text).size < SIZE
    assert (report.checkpoint is not None) is is_shorter


@pytest.mark.parametrize("alter", WHOLE)
def test_the_signer_signs_no_tree_that_does_not_continue_its_last(
    log: Place, alter: Alter
) -> None:
    """With the store, and not the key, nothing gets signed; the message says how to go on."""
    log.intruder.alter(alter)
    log.rebuild()
    log.record(lambda reviews: send_all(reviews, letter(7), letter(8), letter(9), case=THIRD))
    with pytest.raises(RecordError, match="start a new epoch"):
        log.checkpoint()


# ---------------------------------------------- what is not found, and is told so in the docs


def test_not_found_a_stolen_key_and_nobody_with_an_honest_copy(log: Place, tmp_path: Path) -> None:
    """So keep copies where nobody has the key as well, and let witnesses sign."""
    forged = stolen(log, edit, tmp_path / "thief")
    assert found(log.verified(forged)) == []


def test_not_found_what_is_gone_that_no_copy_covered(log: Place) -> None:
    """So make checkpoints often, and at once after what matters."""
    log.record(lambda reviews: send_all(reviews, letter(7), case=FIRST))
    log.intruder.alter(lambda rows: rows[:-1])
    log.rebuild()
    assert found(log.verified(*log.kept())) == []


def test_not_found_a_well_formed_entry_put_at_the_end(log: Place) -> None:
    """All who can write to the table can add to it; so sign in those who record, and watch."""

    def append(rows: list[Row]) -> Sequence[Row]:
        new = rows[7].with_state(b'"version":8', b'"version":9')._replace(version=9)
        return [*rows, new._replace(position=SIZE + 1)]

    log.intruder.alter(append)
    report = log.verified(*log.kept())
    assert report.findings == []
    assert (
        "the last 1 entry: no checkpoint that you gave, or that the store has, covers them"
        in report.unchecked
    )


def test_not_found_what_was_recorded_and_is_not_so(log: Place) -> None:
    """What a person says is kept as they said it; no log knows whether it is true."""
    log.record(lambda reviews: send_all(reviews, letter(99), case=FIRST))
    log.checkpoint()
    assert found(log.verified(*log.kept())) == []
