"""Anyone who makes, wraps or copies keys is killed at each step: one of two states, no third."""

from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.audit.log.signing import Signer
from rapid_review.domain.errors import KeysError, RecordError
from rapid_review.store.sealing.census import counted
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import key_table, keys_at, make_keys, next_file
from rapid_review.store.sealing.rotation import rotate
from rapid_review.store.sealing.scope_key import ScopeKey
from rapid_review.store.store import Store
from tests.domain.a_review import RECEIVE
from tests.faults import at_each_step as do
from tests.faults.places import keys_in, sealed_in, table_at
from tests.store.a_ledger import KEY, letter
from tests.store.a_record import CASE, kent_in, rows_at, send_all
from tests.store.sealing.a_sealed_store import words_of

CASES = 3
WHOLE = 5
"""How many entries a notification and a letter make."""
EACH = pytest.mark.parametrize("every", [13, pytest.param(1, marks=pytest.mark.faults)])
"""Killed at every thirteenth step; or, among the slow tests, at every one."""


def is_there(folder: Path) -> bool:
    """Say whether there is a key store in a folder."""
    try:
        key_table(table_at(folder)).close()
    except KeysError:
        return False
    return True


def tokens(keys: Keys) -> list[str]:
    """Return what the keys of the cases make of a word."""
    every = [keys.of(f"{number:032x}", "c") for number in range(CASES)]
    return [key.token("words", "a word") for key in every if isinstance(key, ScopeKey)]


@pytest.fixture
def before(where: Path) -> Path:
    """Return a folder with the keys of some cases."""
    do.make(where)
    with closing(keys_in(where)) as keys:
        for number in range(CASES):
            keys.made(f"{number:032x}", "c")
        keys.keep()
    return where


@EACH
def test_keys_are_made_whole_or_can_be_made_again(where: Path, every: int) -> None:
    """A key file alone is used by the person who asks next.

    A key store has its row key at once.
    """
    seen = set[bool]()
    for folder in do.left_by(do.make, where.parent, every=every):
        was_there = is_there(folder)
        seen.add(was_there)
        assert make_keys(table_at(folder), folder / "key-file") is (not was_there)
        with closing(keys_in(folder)) as keys:
            assert keys.row_key().secret
    assert seen == {True, False}


@EACH
def test_a_rotation_leaves_all_keys_as_they_were_or_all_again(before: Path, every: int) -> None:
    """Every key is there, the key file opens it, and asked again the rotation comes to its end."""
    with closing(keys_in(before)) as keys:
        expected = tokens(keys)
    seen = set[int]()
    for folder in do.left_by(do.rotate_keys, before.parent, every=every):
        with closing(keys_in(folder)) as keys:
            assert tokens(keys) == expected
            (epoch,) = {row.epoch for row in keys.all()}
            seen.add(epoch)
        do.rotate_keys(folder)
        do.finish_rotation(folder)
        with closing(keys_in(folder)) as keys:
            assert tokens(keys) == expected
    assert seen == {1, 2}


@EACH
def test_a_rotation_that_is_finished_by_halves_can_be_finished(before: Path, every: int) -> None:
    """At each step one key file at least opens every key."""
    with closing(keys_in(before)) as keys:
        expected = tokens(keys)
    rotate(table_at(before), before / "key-file")
    for folder in do.left_by(do.finish_rotation, before.parent, every=every):
        with closing(keys_in(folder)) as keys:
            assert tokens(keys) == expected
        if next_file(folder / "key-file").exists():
            do.finish_rotation(folder)
        with closing(keys_in(folder)) as keys:
            assert tokens(keys) == expected


@EACH
def test_a_copy_of_keys_is_whole_or_not_there(before: Path, every: int) -> None:
    """And the key store is as it was."""
    with closing(keys_in(before)) as keys:
        expected = tokens(keys)
    for folder in do.left_by(do.copy, before.parent, every=every):
        if not (folder / "copy").exists():
            do.copy(folder)
        for name in (table_at(folder), folder / "copy"):
            with closing(keys_at(name, folder / "key-file")) as keys:
                assert tokens(keys) == expected


@pytest.mark.parametrize("every", [41, pytest.param(1, marks=pytest.mark.faults)])
def test_no_entry_is_ever_without_its_key(before: Path, every: int) -> None:
    """A key that was made before a kill is used when asked again; none is made twice."""
    with closing(sealed_in(before)):
        pass
    seen = set[int]()
    for folder in do.left_by(do.record, before.parent, every=every):
        with closing(sealed_in(folder)) as store:
            assert store.keys is not None
            assert counted(store.keys, store.opened.rows).lost == ()
            assert not store.ledger().verify().findings
            seen.add(len(store.opened.rows.after(0, 10)))
        do.record(folder)
        with closing(sealed_in(folder)) as store:
            assert len(store.opened.rows.after(0, 10)) == WHOLE
            assert words_of(store, CASE)[-1] == {"event.words": "letter 1"}
            assert store.keys is not None
            assert len(counted(store.keys, store.opened.rows).unused) == CASES
    assert {0, WHOLE} <= seen


@pytest.mark.parametrize("every", [61, pytest.param(1, marks=pytest.mark.faults)])
def test_a_store_is_sealed_whole_or_not_at_all(tmp_path: Path, every: int) -> None:
    """The old store is as it was; the new one is absent or whole, and asked again it is there."""
    folder = tmp_path / "before"
    folder.mkdir()
    with closing(Store.on_sqlite(folder / "old.db", unsealed=True)) as store:
        send_all(kent_in(store), RECEIVE, letter(1), letter(2))
        store.ledger().checkpoint(Signer.start(KEY, folder / "signed"))
    rows = rows_at(folder / "old.db")
    seen = set[bool]()
    for left in do.left_by(do.seal_store, tmp_path, every=every):
        assert rows_at(left / "old.db") == rows
        is_there = (left / "new.db").exists()
        seen.add(is_there)
        if is_there:
            _hold_whole(left, len(rows))
        do.seal_store(left)
        _hold_whole(left, len(rows))
        with pytest.raises(RecordError):
            Signer(KEY, left / "signed").last()
        assert Signer(do.NEW, left / "signed-2").last().size == len(rows)
    assert seen == {True, False}


def _hold_whole(folder: Path, size: int) -> None:
    """Hold that the new store has every entry, and that its words are opened by its keys."""
    keys = keys_at(folder / "keys", folder / "key-file")
    with closing(Store.on_sqlite(folder / "new.db", create=False, keys=keys)) as store:
        report = store.ledger().verify()
        assert (report.findings, report.checked["entries"]) == ([], size)
        assert words_of(store, CASE)[-1] == {"event.words": "letter 2"}
