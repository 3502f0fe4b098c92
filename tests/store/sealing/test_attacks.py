"""What is found when somebody who owns the database alters sealed entries, and by which verifier.

Two cases have seven entries each: the first at positions 1 to 7, the second at 8 to 14. No
checkpoint covers them, the ledger's tables are made again afterwards, and the log's own key signs
what the intruder left: so nothing but the entries themselves tells what was done.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from rapid_review.audit.verify import Envelope, Files, read_envelope, verify
from rapid_review.domain.commands import ProposeErasure
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError, KeysError
from rapid_review.store import RapidReviews
from rapid_review.store.ledger.bundle import bundle_of_log
from rapid_review.store.ledger.sealed_rows import SealedRows
from rapid_review.store.log.body import stream_name
from rapid_review.store.log.codec import Codec
from rapid_review.store.sealing.census import counted
from rapid_review.store.sealing.destroying import destroy
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.sealing.sealer import Sealer
from rapid_review.store.sql import ledger as sql
from rapid_review.store.store import Store
from tests.domain.a_review import KENT, RECEIVE, changed
from tests.golden.sealed import sealed_by
from tests.store.a_ledger import TRUST, Alter, IntruderInFile, Place, Row, found, letter
from tests.store.a_record import kent_in, send_all
from tests.store.sealing.a_sealed_place import SealedPlace, foretold_keys
from tests.store.writing.test_erasing import (
    APPROVE,
    OF_AN_ENTRY,
    OF_THE_CASE,
    OF_THE_CHILD,
    OTHER,
)

FIRST, SECOND = CASES = ("KM-2020-001", "KM-2020-002")
LAST: Final = 14
NOW: Final = "2026-11-26T12:00:00Z"
PAGE: Final = Path(__file__).parents[3] / "docs/explanation/proof.md"
NAMED: Final = changed(
    RECEIVE,
    incident=changed(RECEIVE.incident, where="at home"),
    children=(
        changed(RECEIVE.children[0], identity="a name"),
        changed(RECEIVE.children[0], reference="C-2", identity="another"),
    ),
)


def two_cases(reviews: RapidReviews) -> None:
    """Record two cases: a receipt with its three clocks, and three letters."""
    for case in CASES:
        send_all(reviews, NAMED, *map(letter, range(3)), case=case)


@pytest.fixture
def held(sealed: SealedPlace) -> SealedPlace:
    """Return a sealed store with two cases, in which nothing is wrong."""
    sealed.record(two_cases)
    report = sealed.verified(with_keys=True)
    assert report.findings == []
    assert report.checked["seals of entries, with the row key"] == LAST
    assert report.checked["sections opened, each with its key"] == 2 * (3 + 3)
    assert report.checked["sections of erased words"] == 0
    return sealed


# ------------------------------------------------------------------------ the ways of altering


def at(rows: list[Row], position: int) -> Row:
    """Return the row at a position."""
    return next(row for row in rows if row.position == position)


def put(rows: list[Row], *others: Row) -> Sequence[Row]:
    """Return the rows with others in the place of those at their positions, or behind them."""
    new = {row.position: row for row in others}
    return [new.pop(row.position, row) for row in rows] + list(new.values())


def swapped(rows: list[Row], one: int, other: int) -> Sequence[Row]:
    """Let the bodies at two positions change places."""
    first, second = at(rows, one), at(rows, other)
    return put(rows, first._replace(state=second.state), second._replace(state=first.state))


def reshaped(rows: list[Row], position: int, change: Callable[[Envelope], Envelope]) -> list[Row]:
    """Take a body apart, change something, and put it together as it was."""
    row = at(rows, position)
    new = change(read_envelope(row.state))
    parts = b"".join(map(bytes, new.sections))
    state = new.public + b"\n" + bytes((1, len(new.sections))) + parts + bytes((new.epoch,))
    return list(put(rows, row._replace(state=state + new.mac)))


def sections_of(rows: list[Row], position: int, *which: int) -> Alter:
    """Return what gives these sections of a body to that of version 5 of the first case."""
    sections = read_envelope(at(rows, position).state).sections
    chosen = tuple(sections[one] for one in which)
    return lambda rows: reshaped(rows, 5, lambda one: replace(one, sections=chosen))


def moved_with_its_place(rows: list[Row]) -> Sequence[Row]:
    """Put version 6 over version 5, and let its public text say that it is version 5."""
    body = at(rows, 6).with_state(b'"version":6', b'"version":5').state
    return put(rows, at(rows, 5)._replace(state=body))


def edited(rows: list[Row]) -> Sequence[Row]:
    """Change the day on which a clock of the first case is due: version 3."""
    return put(rows, at(rows, 3).with_state(b'"due":"2020-05-27"', b'"due":"2020-05-28"'))


def edited_with_words(rows: list[Row]) -> Sequence[Row]:
    """Change who sent a letter whose words are sealed: version 5."""
    return put(rows, at(rows, 5).with_state(b'"L-0"', b'"L-9"'))


def flipped(data: bytes) -> bytes:
    """Return bytes of which the last is another."""
    return data[:-1] + bytes((data[-1] ^ 1,))


def with_other_words(one: Envelope) -> Envelope:
    """Alter the sealed words of a body."""
    (section,) = one.sections
    return replace(one, sections=(section._replace(sealed=flipped(section.sealed)),))


def with_another_key(one: Envelope) -> Envelope:
    """Name a key that nobody has."""
    (section,) = one.sections
    return replace(one, sections=(section._replace(key_id=bytes(16)),))


def ninth_entry() -> Entry:
    """Return what comes next in the first case, as anybody might write it."""
    elsewhere = kent_in()
    send_all(elsewhere, NAMED, *map(letter, range(4)), case=FIRST)
    return elsewhere.history(FIRST)[-1]


def made_up(rows: list[Row]) -> Sequence[Row]:
    """Put an entry behind the others in the right form, under keys of one's own."""
    entry, stream = ninth_entry(), at(rows, 7).stream
    body = sealed_by(Sealer(foretold_keys("somebody else's")), entry)
    return [*rows, Row(LAST + 1, stream, entry.version, entry.event.kind, body)]


def not_sealed(rows: list[Row]) -> Sequence[Row]:
    """Put an entry behind the others whose words are as they are."""
    entry = ninth_entry()
    state = Codec().encode(entry)
    return [*rows, Row(LAST + 1, at(rows, 7).stream, entry.version, entry.event.kind, state)]


class Attack(NamedTuple):
    """What is done, where it is found, and by what words the keys tell it.

    Attributes:
        alter: does it.
        place: the entry that is named.
        found: what is found with the keys, in words.
        without: whether it is found without keys as well, in the store and in a bundle.
    """

    alter: Alter
    place: tuple[str, int, int]
    found: str
    without: bool = False


FIFTH: Final = (FIRST, 5, 5)
MOVED: Final = "; somebody moved or copied it here"
ATTACKS: Final[dict[str, Attack]] = {
    "moves a body to another version of its case": Attack(
        lambda rows: swapped(rows, 5, 6),
        FIFTH,
        f"it was recorded as version 6 of case 'KM-2020-001', a PanelCorrespondenceLogged{MOVED}",
        without=True,
    ),
    "moves a body to another case": Attack(
        lambda rows: swapped(rows, 5, 12),
        FIFTH,
        f"it was recorded as version 5 of case 'KM-2020-002', a PanelCorrespondenceLogged{MOVED}",
        without=True,
    ),
    "labels a body as another kind": Attack(
        lambda rows: put(rows, at(rows, 5)._replace(topic="CaseClosed")),
        FIFTH,
        f"it was recorded as version 5 of case 'KM-2020-001', a PanelCorrespondenceLogged{MOVED}",
        without=True,
    ),
    "moves a body, and edits its public text to fit": Attack(
        moved_with_its_place,
        FIFTH,
        "its public text, its words or its seal are from another entry",
    ),
    "edits the public text of an entry without words": Attack(
        edited, (FIRST, 3, 3), "Somebody edited its public text"
    ),
    "edits the public text of an entry with words": Attack(
        edited_with_words, FIFTH, "section 1 of its words does not open"
    ),
    "swaps sections": Attack(
        lambda rows: reshaped(rows, 1, lambda one: replace(one, sections=one.sections[::-1])),
        (FIRST, 1, 1),
        "removed, copied or reordered sections of the words",
    ),
    "removes a section": Attack(
        lambda rows: reshaped(rows, 1, lambda one: replace(one, sections=one.sections[1:])),
        (FIRST, 1, 1),
        "removed, copied or reordered sections of the words",
    ),
    "replaces a section with one from another entry": Attack(
        lambda rows: sections_of(rows, 6, 0)(rows), FIFTH, "section 1 of its words does not open"
    ),
    "adds a section from another entry": Attack(
        lambda rows: reshaped(
            rows,
            5,
            lambda one: replace(
                one, sections=(*one.sections, *read_envelope(at(rows, 6).state).sections)
            ),
        ),
        FIFTH,
        "its seal is not valid: section 2 of its words does not open",
    ),
    "replaces a section with one from another case": Attack(
        lambda rows: sections_of(rows, 12, 0)(rows),
        FIFTH,
        (
            "section 1 of its words is sealed with a key of another case; somebody copied it "
            "from there"
        ),
    ),
    "alters sealed words": Attack(
        lambda rows: reshaped(rows, 5, with_other_words),
        FIFTH,
        "section 1 of its words does not open",
    ),
    "makes a section name a key that does not exist": Attack(
        lambda rows: reshaped(rows, 5, with_another_key),
        FIFTH,
        "section 1 of its words is sealed with a key that the key store does not contain",
    ),
    "alters the seal of an entry": Attack(
        lambda rows: reshaped(rows, 5, lambda one: replace(one, mac=flipped(one.mac))),
        FIFTH,
        "somebody altered the seal",
    ),
    "labels the seal with another row key": Attack(
        lambda rows: reshaped(rows, 5, lambda one: replace(one, epoch=2)),
        FIFTH,
        "its seal names row key 2, which the key store does not contain",
    ),
    "has no keys, and makes up an entry in the right form": Attack(
        made_up,
        (FIRST, 8, LAST + 1),
        "or somebody without the keys of this store made it up",
    ),
    "inserts an entry whose words are not sealed": Attack(
        not_sealed, (FIRST, 8, LAST + 1), "its words are not sealed", without=True
    ),
    "cuts off the end of what follows the public text": Attack(
        lambda rows: put(rows, at(rows, 5)._replace(state=at(rows, 5).state[:-1])),
        FIFTH,
        "does not have the form of sealed words and a seal",
        without=True,
    ),
    "removes everything that follows the public text": Attack(
        lambda rows: put(rows, at(rows, 5)._replace(state=read_envelope(rows[4].state).public)),
        FIFTH,
        "does not have the form of sealed words and a seal",
        without=True,
    ),
}


def named_in(place: tuple[str, int, int]) -> str:
    """Return how a finding names an entry."""
    case, version, position = place
    return f"case {case!r}, version {version}, position {position}: "


def in_a_bundle(held: SealedPlace) -> list[str]:
    """Return what the verifier that runs alone finds in a bundle of what there is now."""
    there = held.place()
    there.checkpoint()
    with closing(there.opened()) as store:
        files = dict(bundle_of_log(store.ledger(), there.signer(), with_proof=True))
    report = verify(Files(frozenset(files), files.__getitem__), TRUST)
    assert any("looks the same here" in one for one in report.unchecked)
    return found(report)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=[*ATTACKS])
def test_with_the_keys_what_was_altered_is_found_and_named(
    held: SealedPlace, attack: Attack
) -> None:
    """The case, the version and the position; and how the body differs from what was recorded."""
    held.intruder.alter(attack.alter)
    lines = found(held.verified(with_keys=True))
    here = [line for line in lines if line.startswith(named_in(attack.place))]
    assert [line for line in here if attack.found in line], lines


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=[*ATTACKS])
def test_without_keys_it_is_found_only_if_form_or_place_tell(
    held: SealedPlace, attack: Attack
) -> None:
    """In the store as in a bundle; both say what they did not ask."""
    held.intruder.alter(attack.alter)
    report = held.verified(with_keys=False)
    assert any(one.startswith("whether each entry was recorded with") for one in report.unchecked)
    assert any(line.startswith(named_in(attack.place)) for line in found(report)) is attack.without
    assert bool(report.findings) is attack.without
    assert bool(in_a_bundle(held)) is attack.without


def test_the_docs_say_of_each_by_whom_it_is_found() -> None:
    """Line for line."""
    _, _, section = PAGE.read_text().partition("## Sealed entries, and by whom")
    lines = re.findall(r"^\| (.+?) \| (yes|no) \| (yes|no) \| (yes|no) \|$", section, re.MULTILINE)
    said = {what: tuple(one == "yes" for one in columns) for what, *columns in lines}
    assert said == {what: (one.without, one.without, True) for what, one in ATTACKS.items()}


def test_whatever_byte_of_a_sealed_body_is_altered_it_is_found(held: SealedPlace) -> None:
    """Every one of a receipt and of a letter, by the seal or by the form."""
    with closing(held.opened(None)) as store, closing(held.keys()) as keys:
        rows = [*store.opened.rows.after(0, 1), *store.opened.rows.after(4, 1)]
        look = SealedRows(keys)
        for *place, body in rows:
            assert not list(look((*place, body)))  # type: ignore[arg-type]  # a row in parts
            for byte in range(len(body)):
                other = body[:byte] + bytes((body[byte] ^ 1,)) + body[byte + 1 :]
                assert list(look((*place, other))), byte  # type: ignore[arg-type]  # likewise


# ------------------------------------------------------------- what the keys alone do not find


def gone_from_the_end(rows: list[Row]) -> Sequence[Row]:
    """Take away the last entry of each case."""
    return [row for row in rows if row.position not in (7, LAST)]


def a_case_gone(rows: list[Row]) -> Sequence[Row]:
    """Take away all of the first case."""
    return [row for row in rows if row.position > 7]


def other_positions(rows: list[Row]) -> Sequence[Row]:
    """Put the second case before the first."""
    both = [*rows[7:], *rows[:7]]
    return [row._replace(position=number) for number, row in enumerate(both, start=1)]


@pytest.mark.parametrize("alter", [gone_from_the_end, a_case_gone, other_positions])
def test_what_is_gone_or_in_another_order_only_a_checkpoint_finds(
    held: SealedPlace, alter: Alter
) -> None:
    """What is left was recorded as it is."""
    there = held.place()
    there.checkpoint()
    held.intruder.alter(alter)
    with closing(held.opened(None)) as store, closing(held.keys()) as keys:
        kept = store.ledger().verify(TRUST, trusted=there.kept(), keys=keys)
    assert kept.findings
    for table in sql.TABLES:
        held.intruder.ask(f"DROP TABLE {table}")
    assert held.verified(with_keys=True).findings == []


def test_an_entry_of_before_a_restore_only_a_checkpoint_tells_from_that_after_it(
    held: SealedPlace,
) -> None:
    """Both were recorded in that place, with the keys."""
    held.record(lambda reviews: send_all(reviews, letter(7), case=FIRST))
    before: list[Row] = []

    def restore(rows: list[Row]) -> Sequence[Row]:
        before.append(at(rows, LAST + 1))
        return rows[:LAST]

    held.intruder.alter(restore)
    held.record(lambda reviews: send_all(reviews, letter(8), case=FIRST))
    held.intruder.alter(lambda rows: [*rows[:LAST], *before])
    assert held.verified(with_keys=True).findings == []


def test_a_store_that_is_relabelled_as_not_sealed_takes_no_keys(sealed: SealedPlace) -> None:
    """And every entry in it is of the wrong form, and named."""
    sealed.record(two_cases)
    with closing(sealed.opened(None)) as store:
        rows = store.opened.rows.after(0, 99)
    sealed.intruder.ask("PRAGMA user_version = 1")
    with pytest.raises(InvalidInputError, match="the words of this store are not sealed"):
        sealed.verified(with_keys=True)
    lines = found(sealed.verified(with_keys=False))
    assert lines[0].startswith(named_in((FIRST, 1, 1)))
    assert len(lines) == len(rows)
    assert all(
        "its words are sealed, and no entry of this store should have sealed words" in line
        for line in lines
    )


# ------------------------------------------------------------------------ what is no alteration


def test_what_was_erased_is_counted_and_is_no_finding(held: SealedPlace) -> None:
    """Of a person, of one entry, and of a case: their seals are held all the same."""
    for number, (case, order) in enumerate(
        ((FIRST, OF_THE_CHILD), (FIRST, changed(OF_AN_ENTRY, of_entry=5)), (SECOND, OF_THE_CASE)),
        start=1,
    ):
        held.record(partial(erased, case=case, order=changed(order, order=f"E-{number}")))
    report = held.verified(with_keys=True)
    assert report.findings == []
    assert report.checked["seals of entries, with the row key"] == LAST + 3 * 3
    assert report.checked["sections of erased words"] == 1 + 1 + 6
    assert report.checked["sections opened, each with its key"] == 12 - 8
    assert report.checked[_TOLD] == report.checked[_TOMBSTONES] == 1 + 1 + 3


_TOLD: Final = "keys that the record says are destroyed, held to the key store"
_TOMBSTONES: Final = "tombstones of the key store, held to the record"


def erased(reviews: RapidReviews, *, case: str, order: ProposeErasure) -> None:
    """Propose, approve and finish an erasure."""
    send_all(reviews, order, case=case)
    reviews.handle(case, changed(APPROVE, order=order.order), by=OTHER)
    reviews.erase(case, order.order, by=OTHER)


def test_keys_that_were_destroyed_past_the_record_are_named(held: SealedPlace) -> None:
    """By the person who has the key store, and asked nobody: of a case, and of one entry."""
    with closing(held.opened(None)) as store:
        (_, stream, *_) = store.opened.rows.after(0, 1)[0]
    with closing(held.keys()) as keys:
        destroy(keys, stream, [("p:C-1", None)], order_id="E-1", at=NOW)
        destroy(keys, stream, [("c", 5)], order_id="E-2", at=NOW)
    lines = found(held.verified(with_keys=True))
    assert len(lines) == 2
    assert all("the record has no approved order for it" in one for one in lines)
    assert any(re.match("order 'E-2', key [0-9a-f]{32}, of entry 5: ", one) for one in lines)
    assert held.verified(with_keys=False).findings == []


def test_a_key_that_was_destroyed_and_is_there_again_is_named(held: SealedPlace) -> None:
    """The key store was put back from before; where there is no tombstone at all, that is said."""
    with closing(held.keys()) as keys:
        before = list(keys.all())
    held.record(partial(erased, case=FIRST, order=OF_THE_CHILD))
    assert held.verified(with_keys=True).findings == []
    with closing(held.keys()) as keys:
        (gone,) = (row for row in keys.all() if row.wrapped is None)
        (was,) = (row for row in before if row.key_id == gone.key_id)
        again = ("UPDATE sealed_keys SET wrapped = ? WHERE key_id = ?", (was.wrapped, was.key_id))
        keys.table.write(lambda writer: writer.execute(*again))
    (line,) = found(held.verified(with_keys=True))
    assert line.startswith(f"order 'E-1', key {gone.key_id}: the record says that it is destroyed")
    assert "and it still opens words" in line
    with closing(held.keys()) as keys:
        nothing = ("DELETE FROM sealed_keys WHERE key_id = ?", (gone.key_id,))
        keys.table.write(lambda writer: writer.execute(*nothing))
    lines = found(held.verified(with_keys=True))
    assert any("and the key store does not know it" in one for one in lines)


def test_an_entry_of_an_erasure_that_was_damaged_stops_no_verification(held: SealedPlace) -> None:
    """It is named like any other, and that it was not held to the key store is said."""
    held.record(partial(erased, case=FIRST, order=OF_THE_CHILD))
    held.intruder.alter(
        lambda rows: [*rows[:-1], rows[-1].with_state(b'"destroyed":[{', b'"destroyee":[{')]
    )
    report = held.verified(with_keys=True)
    assert "its seal is not valid" in found(report)[0]
    assert any("against the key store: it is about an erasure" in one for one in report.unchecked)


def test_an_entry_whose_words_were_erased_and_that_was_altered_is_found(
    held: SealedPlace,
) -> None:
    """The seal is apart from the keys of the words."""
    held.record(partial(erased, case=FIRST, order=OF_THE_CASE))
    held.intruder.alter(edited_with_words)
    (line,) = found(held.verified(with_keys=True))
    assert line.startswith(
        f"{named_in(FIFTH)}its seal is not valid. Somebody edited its public text"
    )


def test_a_key_that_the_key_store_lost_is_found(held: SealedPlace) -> None:
    """It is older than the record, or another's; the seal says that the entry is ours."""
    with closing(held.keys()) as keys:
        keys.table.write(
            lambda writer: writer.execute("DELETE FROM sealed_keys WHERE scope = 'c'")
        )
    lines = found(held.verified(with_keys=True))
    assert len(lines) == 8
    assert lines[1].startswith(
        f"{named_in(FIFTH)}section 1 of its words is sealed with a key that the key"
    )


@pytest.mark.parametrize("left", ["AAAA", "A", "é"])
def test_a_key_that_was_damaged_is_a_finding_at_each_entry(held: SealedPlace, left: str) -> None:
    """And no reason to stop: the others are opened."""
    damage = ("UPDATE sealed_keys SET wrapped = ? WHERE scope = 'p:C-2'", (left,))
    with closing(held.keys()) as keys:
        keys.table.write(lambda writer: writer.execute(*damage))
    report = held.verified(with_keys=True)
    assert [line.partition(": ")[2][:37] for line in found(report)] == [
        "section 3 of its words does not open:"
    ] * 2
    assert report.checked["sections opened, each with its key"] == 10


def alter_key(held: SealedPlace, change: str) -> None:
    """Alter the key of the first case."""
    of_the_case = (stream_name(KENT.partnership, FIRST),)
    with closing(held.keys()) as keys:
        keys.table.write(lambda writer: writer.execute(change, of_the_case))


def test_a_key_whose_id_was_altered_is_a_damaged_one(held: SealedPlace) -> None:
    """It is counted as one that is lost, and nothing is recorded without it."""
    alter_key(held, "UPDATE sealed_keys SET key_id = 'no-key' WHERE stream = ? AND scope = 'c'")
    with closing(held.opened(held.keys())) as store:
        assert store.keys is not None
        assert len(counted(store.keys, store.opened.rows).lost) == 1
        with pytest.raises(KeysError, match="does not open"):
            send_all(kent_in(store), letter(3), case=FIRST)


def test_a_number_of_a_wrapping_key_that_is_none_is_counted_as_it_stands(
    held: SealedPlace,
) -> None:
    """`keys check` shows it, and a command says which key file would be needed."""
    alter_key(held, "UPDATE sealed_keys SET epoch = 'none' WHERE stream = ? AND scope = 'c'")
    with closing(held.opened(held.keys())) as store:
        assert store.keys is not None
        assert "none" in map(str, counted(store.keys, store.opened.rows).by_epoch)
        with pytest.raises(KeysError, match="wrapped with key none"):
            send_all(kent_in(store), letter(3), case=FIRST)


def test_more_than_twenty_of_a_sort_are_counted(held: SealedPlace) -> None:
    """With keys of another record every entry is found; the first are told in full."""
    held.record(lambda reviews: send_all(reviews, *map(letter, range(3, 11)), case=FIRST))
    with closing(held.opened(None)) as store, closing(keys_in_memory()) as others:
        lines = found(store.ledger().verify(TRUST, keys=others))
    assert (len(lines), lines[-1]) == (21, "seals: 2 more like these")


def test_a_wrong_key_file_is_the_machines_error_and_no_finding(held: SealedPlace) -> None:
    """Nothing is verified with it."""
    with (
        closing(held.opened(None)) as store,
        closing(held.keys()) as keys,
        closing(foretold_keys("another")) as other,
    ):
        (row,) = other.table.rows("SELECT wrapped FROM sealed_keys")
        rewrap = "UPDATE sealed_keys SET wrapped = ?"
        keys.table.write(lambda writer: writer.execute(rewrap, row))
        with pytest.raises(KeysError, match="does not open this key store"):
            store.ledger().verify(TRUST, keys=keys)


def test_keys_for_a_store_that_is_not_sealed_are_refused() -> None:
    """They would say nothing of it."""
    with closing(keys_in_memory()) as keys, closing(Store.in_memory()) as store:
        send_all(kent_in(store), RECEIVE)
        with pytest.raises(InvalidInputError, match="keys were given, and the words of this"):
            store.ledger().verify(keys=keys)


def test_a_sealed_entry_in_a_store_that_is_not_sealed_is_found(
    held: SealedPlace, tmp_path: Path
) -> None:
    """It was brought from elsewhere: the same entry, and other bytes."""
    with closing(held.opened(None)) as store:
        (row,) = store.opened.rows.after(3, 1)
    path = tmp_path / "plain.db"
    place = Place(partial(Store.on_sqlite, path, unsealed=True), IntruderInFile(path), tmp_path)
    place.record(lambda reviews: send_all(reviews, RECEIVE, case=FIRST))
    place.intruder.alter(lambda rows: [*rows[:3], Row(*row)])
    (line,) = found(place.verified())
    assert line.endswith(
        "its words are sealed, and no entry of this store should have sealed words"
    )
