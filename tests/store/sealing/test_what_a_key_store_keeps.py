"""What a key store keeps, counts and copies: keys, and what is left of those destroyed."""

import json
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from rapid_review.domain.commands import CorrectRecord
from rapid_review.domain.errors import ClosedError, KeysError, Refused
from rapid_review.domain.events import NotificationReceived
from rapid_review.domain.sealed_words import TOKEN
from rapid_review.store.sealing import envelope, fence
from rapid_review.store.sealing.canaries import Found, in_files
from rapid_review.store.sealing.census import Census, counted
from rapid_review.store.sealing.copies import copy_keys
from rapid_review.store.sealing.destroying import destroy
from rapid_review.store.sealing.finder import found_in
from rapid_review.store.sealing.key_file import enlist, from_key_file, new_key_file, opened_by
from rapid_review.store.sealing.key_table import KeyRow, SQLiteKeyTable
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import keys_at, keys_in_memory, make_keys, next_file
from rapid_review.store.sealing.rotation import finish
from rapid_review.store.sealing.scope_key import KEY_ID, ScopeKey
from rapid_review.store.sealing.sealer import Sealer
from rapid_review.store.sealing.tombstone import Destroyed, left_of
from rapid_review.store.store import Store
from tests.domain.a_review import ACT, RECEIVE, changed
from tests.store.a_record import CASE, TEAM, kent_in, told
from tests.store.sealing.a_sealed_store import KEY_FILE, KEYS, words_of
from tests.store.writing.test_erasing import OF_AN_ENTRY, approved

ONE: Final = "0" * 31 + "1"
NOW: Final = "2026-11-26T12:00:00Z"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a key store and a key file."""
    make_keys(tmp_path / KEYS, tmp_path / KEY_FILE)
    return tmp_path


@pytest.fixture
def keys(folder: Path) -> Iterator[Keys]:
    """Open the keys in the folder."""
    with closing(keys_at(folder / KEYS, folder / KEY_FILE)) as opened:
        yield opened


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


def test_a_tombstone_that_says_nothing_is_a_tombstone_all_the_same() -> None:
    """As where another program wrote the row."""
    assert left_of(KeyRow("00", ONE, "c", 1, None)) == Destroyed("", "", "")


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


# --- Counted and copied


def test_keys_are_counted_by_what_wraps_them_and_by_what_became_of_them(keys: Keys) -> None:
    """Of a record without entries every key is unused, but the row key and those destroyed."""
    of_the_case, of_a_child, gone = made(keys, "c", "p:C-1", "p:C-2")
    destroy(keys, ONE, [("p:C-2", None), ("c", 3)], order_id="E-1", at=NOW)
    with closing(Store.in_memory(keys_in_memory())) as store:
        found = counted(keys, store.opened.rows)
    unused = tuple(sorted(one.id.hex() for one in (of_the_case, of_a_child)))
    assert found == Census({1: 3}, destroyed=1, entries=1, lost=(), unused=unused)
    assert gone.id.hex() not in unused


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
        assert found.told == found.tombstones == 1


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
    assert (found.told, found.tombstones, found.stands) == (0, 2, False)


def test_every_key_of_a_case_is_at_hand_by_its_scope(keys: Keys) -> None:
    """Or what is left of it; those of another case are not among them."""
    key, of_a_child = made(keys, "c", "p:C-1")
    keys.made("f" * 32, "c")
    keys.keep()
    destroy(keys, ONE, [("p:C-1", None)], order_id="E-1", at=NOW)
    found = keys.of_case(ONE)
    assert found["p:C-1"] == Destroyed(NOW, "E-1", of_a_child.fingerprint())
    assert isinstance(found["c"], ScopeKey)
    assert (found["c"].id, len(found)) == (key.id, 2)


# --- Words that are taken over


def test_a_second_correction_takes_over_the_words_of_the_first() -> None:
    """The entry that is corrected is what its latest correction says."""
    child = RECEIVE.children[0]
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        told(reviews, changed(RECEIVE, children=(changed(child, identity="a name"),)))
        (received,) = reviews.case(CASE).all(NotificationReceived)
        renamed = received.children[0].model_copy(update={"identity": "another name"})
        right = received.model_copy(update={"children": (renamed,)})
        correct = CorrectRecord(at=received.at, version=1, because="misspelt", replacement=right)
        told(reviews, correct)
        (named,) = reviews.case(CASE).all(NotificationReceived)
        later = named.model_copy(update={"panel_notified_at": received.at})
        told(reviews, changed(correct, because="late", replacement=later))
        assert words_of(store)[-1]["event.replacement.children.0.identity"] == "another name"


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
        told(reviews, named)
        (received,) = reviews.case(CASE).all(NotificationReceived)
        (stream,) = {row[1] for row in store.opened.rows.after(0, 100)}
        assert store.keys is not None
        scope = f"p:{received.children[0].reference}"
        destroy(store.keys, stream, [(scope, None)], order_id="E-1", at=NOW)
        right = received.model_copy(update={"panel_notified_at": received.at})
        correct = CorrectRecord(at=received.at, version=1, because="late", replacement=right)
        with pytest.raises(Refused) as refused:
            told(reviews, correct)
        whose = f"words about person {scope[2:]!r} in this case were to be recorded"
        assert str(refused.value).startswith(whose)
        assert "were erased on 2026-11-26 by order 'E-1'" in str(refused.value)


def test_of_an_erased_case_nothing_more_is_said() -> None:
    """The refusal names the case, and no person in it."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        told(reviews, RECEIVE, ACT)
        (stream,) = {row[1] for row in store.opened.rows.after(0, 100)}
        assert store.keys is not None
        destroy(store.keys, stream, [("c", None)], order_id="E-1", at=NOW)
        with pytest.raises(Refused, match=r"^words about this case were to be recorded"):
            told(reviews, changed(ACT, action="ACT-2", words="more"))


def test_in_an_erased_case_no_other_person_is_named(keys: Keys) -> None:
    """A person who was never named in it has no key, and none is made."""
    named = changed(RECEIVE, children=(changed(RECEIVE.children[0], identity="a name"),))
    made(keys, "c")
    destroy(keys, ONE, [("c", None)], order_id="E-1", at=NOW)
    with pytest.raises(Refused, match="were erased on 2026-11-26"):
        Sealer(keys).sealed(ONE, [named], [])
    assert [row.scope for row in keys.rows_of(ONE)] == ["c"]


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


def test_a_branch_that_no_entry_has_opens_nothing() -> None:
    """As in a row that another program wrote: it is read, and leads to no entry."""
    key = ScopeKey.read(bytes(KEY_ID), bytes(32) + b"\x01\xff" + bytes(32))
    assert [key.of_entry(version) for version in (1, 16, 255)] == [None, None, None]


# --- The files


def test_a_key_store_that_cannot_be_filled_is_not_made(tmp_path: Path) -> None:
    """The error says why, and that nothing is left of it."""
    with pytest.raises(KeysError, match=r"could not be made: no such table: nowhere\. See"):
        SQLiteKeyTable.make(
            tmp_path / "new.db", lambda fresh: fresh.execute("DELETE FROM nowhere", ())
        )
    assert not list(tmp_path.iterdir())


def test_finishing_goes_on_with_a_rotation_that_had_only_made_its_key_file(
    folder: Path, keys: Keys
) -> None:
    """Killed before a single key was wrapped again: the older key still takes them out."""
    (key,) = made(keys, "c")
    assert new_key_file(next_file(folder / KEY_FILE), 2)
    done = finish(folder / KEYS, folder / KEY_FILE)
    assert (done.keys, done.epoch, done.file) == (2, 2, folder / KEY_FILE)
    with closing(keys_at(folder / KEYS, folder / KEY_FILE)) as after:
        found = after.of(ONE, "c")
        assert isinstance(found, ScopeKey)
        assert found.token("words", "a word") == key.token("words", "a word")


def test_a_linked_key_file_is_not_read(folder: Path) -> None:
    """Anyone who may set a link could have another file used."""
    (folder / "link").symlink_to(folder / KEY_FILE)
    with pytest.raises(KeysError, match="the key file link cannot be used: it is a link"):
        from_key_file(folder / "link")
    with pytest.raises(KeysError, match="cannot be used: No such file or directory"):
        from_key_file(folder / "none")


@pytest.mark.skipif(os.name != "posix", reason="there are no such rights")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o610, 0o602])
def test_a_key_file_that_others_may_use_is_not_read(folder: Path, mode: int) -> None:
    """Whatever it is that they may do with it."""
    (folder / KEY_FILE).chmod(mode)
    with pytest.raises(KeysError, match=f"chmod 600 {KEY_FILE}"):
        from_key_file(folder / KEY_FILE)


def test_a_name_that_cannot_be_printed_stays_on_one_line(folder: Path) -> None:
    """A break in it would begin a line of another key store."""
    enlist(folder / KEY_FILE, "f" * 32, "a\nopens\tb")
    assert opened_by(folder / KEY_FILE)["f" * 32] == "a?opens?b"


def test_each_line_of_a_key_file_says_something(folder: Path) -> None:
    """The key first, and then each key store that it opens; no line is empty."""
    for number in (1, 2):
        enlist(folder / KEY_FILE, f"{number:032x}", f"store {number}")
    first, *others = (folder / KEY_FILE).read_text().splitlines()
    assert first.startswith("RR-KEK-1 1 ")
    assert [one.split(" ", 2)[::2] for one in others] == [
        ["opens", KEYS],
        ["opens", "store 1"],
        ["opens", "store 2"],
    ]


def test_a_key_store_that_is_there_is_not_made_again(folder: Path) -> None:
    """It says so, and leaves it as it was."""
    before = (folder / KEYS).read_bytes()
    assert not make_keys(folder / KEYS, folder / KEY_FILE)
    assert not SQLiteKeyTable.make(folder / KEYS, lambda _: None)
    assert (folder / KEYS).read_bytes() == before


def test_the_key_file_that_does_not_open_a_key_store_is_named(folder: Path) -> None:
    """There may be several about."""
    new_key_file(folder / "other.key-file")
    keys = keys_at(folder / KEYS, folder / "other.key-file")
    with (
        closing(keys),
        pytest.raises(KeysError, match=r"^the key file other\.key-file does not open"),
    ):
        keys.row_key()


def test_keys_in_memory_are_gone_with_their_closing_and_those_in_a_file_are_not(
    folder: Path,
) -> None:
    """Only the first need the advice to close them last."""
    for table, is_lost in ((SQLiteKeyTable(), True), (SQLiteKeyTable(folder / KEYS), False)):
        table.close()
        with pytest.raises(ClosedError) as closed:
            table.rows("SELECT 1")
        assert ("Keys in memory are lost" in str(closed.value)) is is_lost


def test_a_key_store_overwrites_what_it_deletes_and_waits_for_the_disk(keys: Keys) -> None:
    """A destroyed key is gone from the file; a new one outlasts a power cut."""
    assert keys.table.rows("PRAGMA secure_delete") == [(1,)]
    assert keys.table.rows("PRAGMA synchronous") == [(2,)]  # FULL


# --- Words where none should be


def test_a_word_is_found_at_each_of_its_places(tmp_path: Path) -> None:
    """Also where one begins inside another."""
    (tmp_path / "log").write_text("otto anna otto aaaaa otto")
    assert list(in_files([tmp_path / "log"], ("otto", "aaaa"))) == [
        Found("log", 0, 1),
        Found("log", 10, 1),
        Found("log", 15, 2),
        Found("log", 16, 2),
        Found("log", 21, 1),
    ]
