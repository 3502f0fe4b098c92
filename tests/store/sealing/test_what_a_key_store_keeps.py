"""What a key store keeps, counts and copies: keys, and what is left of those destroyed."""

import hashlib
import json
from contextlib import closing
from operator import is_
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rapid_review.store.sealing.keys
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.commands import CorrectRecord, ProposeCorrection
from rapid_review.domain.errors import InvalidInputError, KeysError, RecordError, Refused
from rapid_review.domain.events import ImmediateActionRecorded, NotificationReceived
from rapid_review.domain.sealed_words import TOKEN, SealedWords, WordsToSeal
from rapid_review.store.copies.backups import copy_keys
from rapid_review.store.sealing import envelope, fence
from rapid_review.store.sealing.census import Census, counted
from rapid_review.store.sealing.destroying import destroy
from rapid_review.store.sealing.finder import found_in, of_entry
from rapid_review.store.sealing.key_table import ADD, KeyRow
from rapid_review.store.sealing.keys import Keys, left_of
from rapid_review.store.sealing.opening import keys_at, keys_in_memory, make_keys
from rapid_review.store.sealing.scope_key import (
    KEY,
    KEY_ID,
    Destroyed,
    KeyChangedError,
    ScopeKey,
)
from rapid_review.store.sealing.sealer import Sealer
from rapid_review.store.sealing.sections import Sections, leave_behind
from rapid_review.store.sealing.wrapped import wrapped
from rapid_review.store.sealing.wrapping import WrappingKey
from rapid_review.store.store import Store
from tests.domain.a_review import ACT, LATER, RECEIVE, WRITE, changed
from tests.store.a_ledger import IntruderInFile, Row
from tests.store.a_record import CASE, TEAM, kent_in, send_all
from tests.store.sealing.a_sealed_store import (
    DROPS_NEW_KEYS,
    KEY_FILE,
    KEYS,
    a_trigger,
    sealed_in,
    words_of,
)
from tests.store.writing.test_erasing import APPROVE, OF_AN_ENTRY, OTHER, approved, held

ONE: Final = "0" * 31 + "1"
NOW: Final = "2026-11-26T12:00:00Z"
ERASED_BY_ORDER: Final = "and order 'E-1' erased all such words on 2026-11-26"
WITHOUT_WORDS: Final = (
    "If the record already has the step, do not record it again. Otherwise record it without "
    "words. If it is about another person, give that person another reference."
)


def sealed_rows(store: Store) -> list[envelope.Envelope]:
    """Return the parts of each row."""
    return [envelope.read(row[4]) for row in store.opened.rows.after(0, 1_000)]


def made(keys: Keys, *scopes: str) -> list[ScopeKey]:
    """Make the keys of scopes of one case, and keep them."""
    new = [keys.made(ONE, scope) for scope in scopes]
    keys.keep()
    return new


# --- What is left of a destroyed key


def test_a_tombstone_says_when_by_which_order_and_what_was_destroyed(keys: Keys) -> None:
    """The fingerprint is the key's, from which nobody can make it again."""
    (key,) = made(keys, "c")
    destroy(keys, ONE, [("c", None)], order_id="E-1", at=NOW)
    assert keys.of(ONE, "c") == Destroyed(NOW, "E-1", key.fingerprint())
    assert keys.named(key.id) == ("c", Destroyed(NOW, "E-1", key.fingerprint()))


def test_a_fingerprint_is_a_digest_of_what_was_kept_of_a_key() -> None:
    """So that an auditor who has an old copy of the key can say which one was destroyed."""
    key = ScopeKey.new(bytes(KEY_ID), bytes(range(64)))
    disagreements_in = b"rr-key/v1\n" + bytes(range(32)) + b"\x00" + bytes(range(32, 64))
    assert key.fingerprint() == hashlib.sha256(disagreements_in).hexdigest()


def test_a_tombstone_that_says_nothing_is_a_tombstone_all_the_same() -> None:
    """As where another program wrote the row."""
    assert left_of(KeyRow("00", ONE, "c", 1, None)) == Destroyed("", "", "")


def test_what_is_left_of_the_key_of_an_entry_is_a_digest_of_that_key(keys: Keys) -> None:
    """Of it alone: the key of the scope goes on."""
    (key,) = made(keys, "c")
    of_the_entry = key.of_entry(3)
    assert of_the_entry is not None
    destroy(keys, ONE, [("c", 3)], order_id="E-1", at=NOW)
    ((*_, left),) = keys.erased()
    assert left == hashlib.sha256(b"rr-key/v1\n" + b"\0" + of_the_entry).hexdigest()


def test_of_one_entry_it_is_known_by_which_order_its_key_was_destroyed(keys: Keys) -> None:
    """And of no other entry, and under no other key."""
    key, other = made(keys, "c", "p:C-1")
    for version in (3, 4):
        destroy(keys, ONE, [("c", version)], order_id=f"E-{version}", at=NOW)
    for version in (3, 4):
        gone = keys.erased_entry(key.id, version)
        assert gone is not None
        assert gone[:2] == (NOW, f"E-{version}")
        assert len(gone.fingerprint) == 64
    assert keys.erased_entry(key.id, 5) is None
    assert keys.erased_entry(other.id, 3) is None


def test_a_fence_lets_no_key_be_made_where_none_was(keys: Keys) -> None:
    """It is the tombstone of a key that there never was, with an id of its own."""
    made(keys, "c")
    for number in (1, 2):
        those = [("c", None)]
        destroy(keys, ONE, those, order_id=f"E-{number}", at=NOW, fence=f"p:C-{number}")
    rows = {row.scope: row for row in keys.all()}
    for number in (1, 2):
        row = rows[f"p:C-{number}"]
        key_id = bytes.fromhex(row.key_id)
        assert len(key_id) == KEY_ID
        mark = ScopeKey(key_id, b"", {}).fingerprint()
        assert row == KeyRow(row.key_id, ONE, f"p:C-{number}", 0, None, NOW, f"E-{number}", mark)
        assert keys.of(ONE, row.scope) == Destroyed(NOW, f"E-{number}", mark)
    assert rows["p:C-1"].key_id != rows["p:C-2"].key_id


def test_a_fence_leaves_the_key_of_a_person_who_was_named(keys: Keys) -> None:
    """That one is destroyed by its own order, or not at all."""
    _, named = made(keys, "c", "p:C-1")
    destroy(keys, ONE, [("c", None)], order_id="E-1", at=NOW, fence="p:C-1")
    key = keys.of(ONE, "p:C-1")
    assert isinstance(key, ScopeKey)
    assert key.id == named.id


def test_a_key_that_was_made_is_at_hand_before_it_is_kept(keys: Keys) -> None:
    """So that all the words of one entry are sealed by one key; nobody else sees it yet."""
    new = keys.made(ONE, "c")
    assert keys.of(ONE, "c") is new
    assert keys.rows_of(ONE) == []
    keys.drop(ONE)
    assert keys.of(ONE, "c") is None


def test_a_key_that_was_read_is_at_hand(keys: Keys) -> None:
    """It is the same until it is forgotten, and no row is read again for it."""
    made(keys, "c")
    keys.evict()
    key = keys.of(ONE, "c")
    assert isinstance(key, ScopeKey)
    assert keys.of(ONE, "c") is key
    assert keys.named(key.id) == ("c", key)
    keys.evict()
    assert keys.of(ONE, "c") is not key


def test_of_the_keys_that_were_read_only_so_many_are_at_hand(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more, and they are forgotten: each is then read again."""
    monkeypatch.setattr(rapid_review.store.sealing.keys, "_MOST", 2)
    made(keys, "c", "p:C-1", "p:C-2")
    keys.evict()
    first, second = (keys.of(ONE, scope) for scope in ("c", "p:C-1"))
    assert keys.of(ONE, "c") is first
    third = keys.of(ONE, "p:C-2")
    assert keys.of(ONE, "p:C-2") is third
    assert keys.of(ONE, "c") is not first
    assert keys.of(ONE, "p:C-1") is not second


def test_a_section_under_a_key_that_somebody_else_made_first_is_opened_by_theirs(
    folder: Path, keys: Keys
) -> None:
    """Though a key of the same scope was made here, which will not be kept."""
    with closing(keys_at(folder / KEYS, folder / KEY_FILE)) as others:
        theirs = others.made(ONE, "c")
        others.keep()
    mine = keys.made(ONE, "c")
    scope, found = keys.named(theirs.id) or ("", None)
    assert isinstance(found, ScopeKey)
    assert (scope, found.id, found.secret()) == ("c", theirs.id, theirs.secret())
    assert keys.of(ONE, "c") is mine
    with pytest.raises(KeyChangedError):
        keys.keep()


def test_a_row_key_of_another_number_is_not_taken_for_the_first(keys: Keys) -> None:
    """Also once the first was read: a row that names another was sealed by another."""
    first = keys.row_key()
    for number in (2, 2, 3):
        with pytest.raises(KeysError, match=f"does not contain row key {number}: it belongs to"):
            keys.row_key(number)
    assert keys.row_key() is first


def test_each_row_key_is_read_by_its_number(keys: Keys) -> None:
    """A second one does not take the place of the first."""
    first = keys.row_key()
    second = wrapped(keys.wrapping(), bytes(KEY_ID), "", "row:2", bytes(KEY))
    keys.table.write(lambda writer: writer.insert(ADD, [second]))
    for _ in range(2):
        assert keys.row_key(2).secret == bytes(KEY)
        assert keys.row_key() is first


def test_the_keys_of_a_hosts_service_are_made_without_a_key_file(tmp_path: Path) -> None:
    """A second time they are there already."""
    service = WrappingKey(1, bytes(range(32)))
    assert make_keys(tmp_path / "a.keys", service)
    assert not make_keys(tmp_path / "a.keys", service)
    with closing(keys_at(tmp_path / "a.keys", service)) as keys:
        assert keys.row_key().secret
    assert [one.name for one in tmp_path.iterdir()] == ["a.keys"]


# --- Counted and copied


def test_keys_are_counted_by_what_wraps_them_and_by_what_became_of_them(keys: Keys) -> None:
    """Of a record without entries every key is unused, but the row key and those destroyed."""
    of_the_case, of_a_child, gone = made(keys, "c", "p:C-1", "p:C-2")
    destroy(keys, ONE, [("p:C-2", None), ("c", 3)], order_id="E-1", at=NOW)
    with closing(Store.in_memory(keys_in_memory())) as store:
        found = counted(keys, store.opened.rows)
    unused = tuple(sorted(one.id.hex() for one in (of_the_case, of_a_child)))
    assert found == Census({1: 3}, destroyed=1, entries=1, lost=(), damaged=(), unused=unused)
    assert gone.id.hex() not in unused


def test_keys_are_counted_in_the_order_of_the_numbers_of_what_wraps_them(keys: Keys) -> None:
    """Ten comes after two, and last what somebody wrote there that is no number."""
    rows = [
        (f"{number:032x}", ONE, f"p:C-{number}", epoch, "a key, wrapped", None, None, None)
        for number, epoch in enumerate(("none", 10, 2))
    ]
    keys.table.write(lambda writer: writer.insert(ADD, rows))
    with closing(Store.in_memory(keys_in_memory())) as store:
        assert list(counted(keys, store.opened.rows).by_epoch) == [1, 2, 10, "none"]


def test_every_key_that_was_destroyed_is_counted(keys: Keys) -> None:
    """Of each of two persons, and of one of whom nothing was erased none."""
    made(keys, "p:C-1", "p:C-2", "p:C-3")
    destroy(keys, ONE, [("p:C-1", None), ("p:C-2", None)], order_id="E-1", at=NOW)
    with closing(Store.in_memory(keys_in_memory())) as store:
        assert counted(keys, store.opened.rows).destroyed == 2


def test_a_key_that_only_a_late_entry_names_is_not_unused() -> None:
    """Entries are read a thousand at a time, and all of them are read."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        letters = [changed(WRITE, correspondence=f"LET-{number}") for number in range(1_000)]
        send_all(reviews, RECEIVE, *letters)
        reviews.handle("KM-LATE", RECEIVE, by=TEAM)
        assert store.keys is not None
        found = counted(store.keys, store.opened.rows)
        assert (found.lost, found.unused) == ((), ())


def test_a_copy_of_a_key_store_holds_the_same_and_is_opened_by_the_same_key_file(
    folder: Path, keys: Keys
) -> None:
    """Keys, tombstones, and the entries whose keys were destroyed by themselves."""
    made(keys, "c", "p:C-1")
    destroy(keys, ONE, [("p:C-1", None), ("c", 3)], order_id="E-1", at=NOW)
    assert copy_keys(folder / KEYS, folder / "copy.keys") == 3
    with closing(keys_at(folder / "copy.keys", folder / KEY_FILE)) as copied:
        assert list(copied.all()) == list(keys.all())
        assert list(copied.erased()) == list(keys.erased()) != []
        assert copied.row_key().secret == keys.row_key().secret


def test_the_fence_counts_what_was_destroyed_on_both_sides() -> None:
    """One key of one entry, told by the record and by the key store."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = approved(store, OF_AN_ENTRY)
        assert store.keys is not None
        assert fence.fence(store.keys, store.opened.rows) == fence.Fence()
        reviews.erase(CASE, "E-1", by=TEAM)
        found = fence.fence(store.keys, store.opened.rows)
        assert found.stands
        assert found.destroyed == found.tombstones == 1


def test_the_fence_names_each_key_that_went_by_an_order_the_record_has_not(keys: Keys) -> None:
    """And of a key that is gone for one entry alone, which entry it was."""
    key, of_a_child = made(keys, "c", "p:C-1")
    destroy(keys, ONE, [("p:C-1", None), ("c", 3)], order_id="E-1", at=NOW)
    with closing(Store.in_memory(keys_in_memory())) as store:
        found = fence.fence(keys, store.opened.rows)
    assert set(found.unordered) == {
        fence.Gone(ONE, "E-1", of_a_child.id.hex()),
        fence.Gone(ONE, "E-1", key.id.hex(), 3),
    }
    assert (found.destroyed, found.tombstones, found.stands) == (0, 2, False)


def test_a_key_that_opens_an_entry_no_longer_is_not_alive_though_its_tombstone_is_gone() -> None:
    """Nothing can be opened with it, so nothing must be destroyed again."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = approved(store, OF_AN_ENTRY)
        assert store.keys is not None
        reviews.erase(CASE, "E-1", by=TEAM)
        store.keys.table.write(lambda writer: writer.execute("DELETE FROM erased_entries", ()))
        found = fence.fence(store.keys, store.opened.rows)
        assert (found.destroyed, found.tombstones, found.alive, found.missing) == (1, 0, (), ())


def test_an_order_may_take_one_entry_and_then_all_of_a_scope(keys: Keys) -> None:
    """The fence names both; that of the entry is as it was."""
    (key,) = made(keys, "c")
    for version in (3, None):
        destroy(keys, ONE, [("c", version)], order_id="E-1", at=NOW)
    with closing(Store.in_memory(keys_in_memory())) as store:
        found = fence.fence(keys, store.opened.rows)
    assert set(found.unordered) == {
        fence.Gone(ONE, "E-1", key.id.hex(), 3),
        fence.Gone(ONE, "E-1", key.id.hex()),
    }


def test_each_order_that_the_record_lacks_is_counted_once(keys: Keys) -> None:
    """However many keys went by it."""
    made(keys, "c", "p:C-1", "p:C-2")
    destroy(keys, ONE, [("p:C-1", None), ("c", 3)], order_id="E-1", at=NOW)
    destroy(keys, ONE, [("p:C-2", None)], order_id="E-2", at=NOW)
    lacks = pytest.raises(KeysError, match="it lacks 2 orders by which keys were destroyed")
    with closing(Store.in_memory(keys_in_memory())) as store, lacks:
        fence.must_stand(keys, store.opened.rows, ONE)


def test_every_key_of_a_case_is_found_by_its_scope(keys: Keys) -> None:
    """Or what is left of it; those of another case are not among them."""
    key, of_a_child = made(keys, "c", "p:C-1")
    keys.made("f" * 32, "c")
    keys.keep()
    destroy(keys, ONE, [("p:C-1", None)], order_id="E-1", at=NOW)
    found = {row.scope: keys.of(ONE, row.scope) for row in keys.rows_of(ONE)}
    assert found["p:C-1"] == Destroyed(NOW, "E-1", of_a_child.fingerprint())
    assert isinstance(found["c"], ScopeKey)
    assert (found["c"].id, len(found)) == (key.id, 2)


# --- Words that are taken over


def test_a_token_that_an_entry_holds_as_something_else_leads_to_no_words() -> None:
    """As the reference of an action; the words are found in the entry after it."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE, WRITE)
        assert store.keys is not None
        (stream,) = {row[1] for row in store.opened.rows.after(0, 100)}
        key = store.keys.of(stream, "c")
        assert isinstance(key, ScopeKey)
        token = key.token("words", "some words")
        send_all(reviews, changed(ACT, action=f"A{token}"), changed(ACT, words="some words"))
        *_, other, said = [row[4] for row in store.opened.rows.after(0, 100)]
        other = other.replace(b'"A%b"' % token.encode(), b'"%b"' % token.encode())
        assert b'"%b"' % token.encode() in other
        for rows, found in (([other], None), ([other, said], "some words")):
            assert found_in(store.keys, stream, rows, token, scope="c", path="words") == found


def test_words_are_taken_over_from_an_entry_and_its_corrections_alone() -> None:
    """Not from the entry before it, nor from a proposal to correct it that nobody approved."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE, ACT)
        (acted,) = reviews.case(CASE).all(ImmediateActionRecorded)
        earlier = acted.model_copy(update={"at": RECEIVE.at})
        told = {"at": LATER, "version": 5, "because": "the hour", "replacement": earlier}
        for correct in (ProposeCorrection, CorrectRecord):
            send_all(reviews, correct.model_validate(told))
        rows = [row[4] for row in store.opened.rows.after(0, 100)]
        assert len(rows) == 7
        assert of_entry(rows, 5) == (rows[4], rows[6])


def test_a_second_correction_takes_over_the_words_of_the_first() -> None:
    """The entry that is corrected is what its latest correction says."""
    child = RECEIVE.children[0]
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        send_all(reviews, changed(RECEIVE, children=(changed(child, identity="a name"),)))
        (received,) = reviews.case(CASE).all(NotificationReceived)
        renamed = received.children[0].model_copy(update={"identity": "another name"})
        right = received.model_copy(update={"children": (renamed,)})
        correct = CorrectRecord(at=received.at, version=1, because="misspelt", replacement=right)
        send_all(reviews, correct)
        (named,) = reviews.case(CASE).all(NotificationReceived)
        later = named.model_copy(update={"panel_notified_at": received.at})
        send_all(reviews, changed(correct, because="late", replacement=later))
        assert words_of(store)[-1]["event.replacement.children.0.identity"] == "another name"


@pytest.mark.parametrize("command_id", ["recorded", "recorded-already"])
def test_a_correction_that_took_words_over_is_answered_again_after_an_erasure(
    command_id: str,
) -> None:
    """No words are taken over any more, and what was answered once is answered alike."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = held(store)
        *_, acted = reviews.history(CASE)
        earlier = acted.event.model_copy(update={"at": RECEIVE.at})
        correct = CorrectRecord(
            at=LATER, version=acted.version, because="the hour", replacement=earlier
        )
        reviews.handle(CASE, correct, by=TEAM, command_id="recorded")
        first = reviews.handle(CASE, correct, by=TEAM, command_id=command_id)
        reviews.handle(CASE, changed(OF_AN_ENTRY, at=LATER), by=TEAM)
        reviews.handle(CASE, changed(APPROVE, at=LATER), by=OTHER)
        assert reviews.handle(CASE, correct, by=TEAM, command_id=command_id) == first


def test_words_of_an_erased_entry_are_known_to_be_erased() -> None:
    """Before it they are found by their token; after it, by which order they went."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = approved(store, OF_AN_ENTRY)
        assert store.keys is not None
        (stream,) = {row[1] for row in store.opened.rows.after(0, 100)}
        rows = [row[4] for row in store.opened.rows.after(0, 100)]
        said = json.loads(envelope.public_part(rows[5]))["event"]
        path, token = next(
            (name, one[TOKEN])
            for name, one in said.items()
            if isinstance(one, dict) and TOKEN in one
        )

        def words() -> object:
            assert store.keys is not None
            return found_in(store.keys, stream, rows, token, scope="c", path=path)

        assert isinstance(words(), str)
        reviews.erase(CASE, "E-1", by=TEAM)
        gone = words()
        assert isinstance(gone, Destroyed)
        assert gone.order_id == "E-1"


def test_a_correction_takes_over_no_words_of_a_destroyed_key() -> None:
    """It is refused, and says whose words they were and by which order they went."""
    named = changed(RECEIVE, children=(changed(RECEIVE.children[0], identity="a name"),))
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        send_all(reviews, named)
        (received,) = reviews.case(CASE).all(NotificationReceived)
        (stream,) = {row[1] for row in store.opened.rows.after(0, 100)}
        assert store.keys is not None
        scope = f"p:{received.children[0].reference}"
        destroy(store.keys, stream, [(scope, None)], order_id="E-1", at=NOW)
        right = received.model_copy(update={"panel_notified_at": received.at})
        correct = CorrectRecord(at=received.at, version=1, because="late", replacement=right)
        with pytest.raises(Refused) as refused:
            send_all(reviews, correct)
        assert (refused.value.clause, refused.value.because, refused.value.way_on) == (
            RECORD,
            f"the step has words about person {scope[2:]!r} in this case, {ERASED_BY_ORDER}",
            WITHOUT_WORDS,
        )


def test_of_an_erased_case_nothing_more_is_said() -> None:
    """The refusal names the case, and no person in it."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE, ACT)
        (stream,) = {row[1] for row in store.opened.rows.after(0, 100)}
        assert store.keys is not None
        destroy(store.keys, stream, [("c", None)], order_id="E-1", at=NOW)
        with pytest.raises(Refused, match=r"^the step has words about this case"):
            send_all(reviews, changed(ACT, action="ACT-2", words="more"))


def test_in_an_erased_case_no_other_person_is_named(keys: Keys) -> None:
    """A person who was never named in it has no key, and none is made."""
    named = changed(RECEIVE, children=(changed(RECEIVE.children[0], identity="a name"),))
    made(keys, "c")
    destroy(keys, ONE, [("c", None)], order_id="E-1", at=NOW)
    with pytest.raises(Refused, match="erased all such words on 2026-11-26"):
        Sealer(keys).of_case(ONE, tuple).sealed([named])
    assert [row.scope for row in keys.rows_of(ONE)] == ["c"]


@pytest.mark.parametrize(
    "secret",
    [b"", bytes(31), bytes(32) + b"\x00" + bytes(31), bytes(32) + b"\x01a" + bytes(33)],
    ids=["nothing", "too short", "a short branch", "a branch cut off"],
)
def test_what_has_not_the_form_of_a_key_is_none(secret: bytes) -> None:
    """A key that was damaged would else open nothing, and nobody would know why."""
    with pytest.raises(RecordError, match="does not have the form of a key"):
        ScopeKey.read(bytes(KEY_ID), secret)


def test_the_same_entry_is_taken_from_a_key_once() -> None:
    """Taken from it again, the key is as it was."""
    key = ScopeKey.new(bytes(KEY_ID), bytes(range(64))).without(3)
    assert key.without(3).secret() == key.secret()


def test_a_key_without_one_entry_is_the_same_key_to_every_other() -> None:
    """It keeps its id, by which sections name it, and makes the same tokens."""
    key = ScopeKey.new(bytes(KEY_ID), bytes(range(64)))
    without = key.without(3)
    assert without.id == key.id
    assert without.token("words", "a word") == key.token("words", "a word")
    assert without.of_entry(3) is None
    assert [without.of_entry(one) for one in (2, 4, 19)] == [
        key.of_entry(one) for one in (2, 4, 19)
    ]


@given(st.lists(st.integers(1, 600), min_size=2, max_size=6), st.integers(1, 600))
def test_the_key_of_an_entry_is_the_same_whichever_was_asked_for_before(
    versions: list[int], erased: int
) -> None:
    """What was derived last is kept, and leads to the entries beside it alone."""
    key = ScopeKey.new(bytes(KEY_ID), bytes(range(64))).without(erased)
    for version in versions:
        fresh = ScopeKey.read(key.id, key.secret())
        assert key.of_entry(version) == fresh.of_entry(version)
    assert len({key.of_entry(version) for version in versions}) == len(set(versions))


def test_a_branch_that_no_entry_has_opens_nothing() -> None:
    """As in a row that another program wrote: it is read, and leads to no entry."""
    key = ScopeKey.read(bytes(KEY_ID), bytes(32) + b"\x01\xff" + bytes(32))
    assert [key.of_entry(version) for version in (1, 16, 255)] == [None, None, None]


def test_words_of_one_entry_by_two_keys_are_of_no_key() -> None:
    """So that the whole entry is sealed again, by the key of now alone."""
    sections = Sections([])
    for text, key in (("one", b"a" * KEY_ID), ("two", b"b" * KEY_ID), ("three", b"b" * KEY_ID)):
        sections(WordsToSeal(f"token of {text}", "c", text, key))
    assert sections.by_scope == {"c": (0, b"", ["one", "two", "three"])}


def test_words_that_are_not_sealed_or_were_sealed_already_go_into_no_row(keys: Keys) -> None:
    """Words, their token alone, and words that another entry left behind."""
    left = WordsToSeal("token", "c", "words", bytes(KEY_ID))
    leave_behind([left])
    for words in ("words", SealedWords("token", 0), left):
        sections = Sections([])
        assert sections(words) is None
        with pytest.raises(InvalidInputError, match="must be sealed exactly once"):
            Sealer(keys).row(ONE, 1, "CaseClosed", b"{}", sections)


def test_words_on_their_way_are_sealed_once(keys: Keys) -> None:
    """Sealed again they are as they were; their entry may be decided several times."""
    with Sealer(keys).of_case(ONE, tuple) as sealing:
        once = sealing.sealed([RECEIVE, ACT])
        assert sealing.sealed(once) == once
        assert all(map(is_, sealing.sealed(once), once))
        why = sealing.sealed_purpose("statutory review")
        assert isinstance(why, WordsToSeal)
        assert (why.text, why.scope) == ("statutory review", "c")


def test_a_purpose_is_taken_over_from_no_entry(keys: Keys) -> None:
    """Not even after a command that was answered before, whose words stay as they are."""
    sealing = Sealer(keys).of_case(ONE, tuple)
    (said,) = sealing.sealed([changed(ACT, words=SealedWords("token", 0))], again=True)
    assert said.words == SealedWords("token", 0)
    with pytest.raises(InvalidInputError, match=r"^purpose: these words are sealed"):
        sealing.sealed_purpose(SealedWords("token", 0))


def test_where_a_person_has_no_key_nothing_is_destroyed(keys: Keys) -> None:
    """Nor of an entry whose key is gone; the tombstones are as they were."""
    made(keys, "c")
    destroy(keys, ONE, [("c", 3), ("p:C-1", None)], order_id="E-1", at=NOW)
    before = [*keys.all(), *keys.erased()]
    destroy(keys, ONE, [("c", 3), ("p:C-1", None)], order_id="E-2", at=NOW)
    assert [*keys.all(), *keys.erased()] == before
    assert [row.scope for row in keys.rows_of(ONE)] == ["c"]


def test_behind_an_altered_newest_entry_nothing_is_recorded(tmp_path: Path) -> None:
    """Though every entry before it is as it was."""
    with closing(sealed_in(tmp_path)) as store:
        send_all(kent_in(store), RECEIVE, ACT)

    def altered(rows: list[Row]) -> list[Row]:
        *others, newest = rows
        return [*others, newest._replace(state=newest.state[:-1] + b"?")]

    IntruderInFile(tmp_path / "record.db").alter(altered)
    with closing(sealed_in(tmp_path)) as store, pytest.raises(KeysError, match="newest entry"):
        send_all(kent_in(store), changed(ACT, action="ACT-2"))


def test_under_a_key_that_the_key_store_drops_nothing_is_recorded(tmp_path: Path) -> None:
    """Whatever drops it there, such as a trigger, reports no error; the words would be lost."""
    sealed_in(tmp_path).close()
    with closing(sealed_in(tmp_path)) as store:
        with a_trigger(tmp_path, DROPS_NEW_KEYS):
            with pytest.raises(KeysError, match="did not keep a new key"):
                send_all(kent_in(store), RECEIVE, ACT)
            assert not any(row.sections for row in sealed_rows(store))
        send_all(kent_in(store), RECEIVE, ACT)
        assert any(row.sections for row in sealed_rows(store))
