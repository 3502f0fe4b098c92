"""What was destroyed stays destroyed, whichever of the two databases is restored."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from rapid_review.domain.commands import ProposeErasure
from rapid_review.domain.erasure_events import KeyDestroyed
from rapid_review.domain.errors import KeysError, Refused
from rapid_review.domain.sealed_words import ERASED
from rapid_review.store.sealing import fence
from rapid_review.store.sealing.destroying import destroy
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.store import Store
from tests.domain.a_review import ACT, RECEIVE, changed
from tests.store.a_record import CASE, TEAM, kent_in
from tests.store.sealing.a_sealed_store import words_of as sealed_words
from tests.store.writing.test_erasing import (
    APPROVE,
    OF_AN_ENTRY,
    OF_THE_CASE,
    OF_THE_CHILD,
    OTHER,
    approved,
    held,
    words_of,
)

NOW = "2026-11-27T09:00:00+00:00"
ORDERS = pytest.mark.parametrize("order", [OF_THE_CHILD, OF_AN_ENTRY, OF_THE_CASE])


@contextmanager
def sealed(folder: Path, record: str = "record.db", table: str = "keys.db") -> Iterator[Store]:
    """Open a store with its keys, and close both."""
    keys = keys_at(folder / table, folder / "key")
    with closing(Store.on_sqlite(folder / record, keys=keys)) as store:
        yield store


def copied(folder: Path, name: str, copy: str) -> None:
    """Copy a database that is closed."""
    shutil.copy(folder / name, folder / copy)


@ORDERS
def test_a_key_store_from_before_opens_nothing_until_the_fence_stands(
    tmp_path: Path, order: ProposeErasure
) -> None:
    """What the record says was destroyed is destroyed again; then all else is opened."""
    make_keys(tmp_path / "keys.db", tmp_path / "key")
    with sealed(tmp_path) as store:
        reviews = approved(store, order)
    copied(tmp_path, "keys.db", "older.db")
    with sealed(tmp_path) as store:
        kent_in(store).erase(CASE, "E-1", by=TEAM)
        erased = {where for where, one in words_of(store).items() if one is ERASED}
    with sealed(tmp_path, table="older.db") as store:
        reviews = kent_in(store)
        assert reviews.case(CASE).review.terms is not None
        with pytest.raises(KeysError, match="keys fence"):
            words_of(store)
        assert store.keys is not None
        found = fence.mend(store.keys, store.opened.rows, at=NOW)
        assert found.alive
        assert not found.missing
        assert fence.fence(store.keys, store.opened.rows).stands
        assert {where for where, one in words_of(store).items() if one is ERASED} == erased
    with sealed(tmp_path, table="older.db") as store:
        assert words_of(store)


OTHER_CASE = "KM-9"


@pytest.mark.parametrize("is_late", [False, True], ids=["its fence alone", "all of its keys"])
def test_a_case_whose_keys_an_older_key_store_lacks_keeps_no_other_from_being_opened(
    tmp_path: Path, *, is_late: bool
) -> None:
    """A case that never had a key of its own, whose tombstone is new; or one that came later."""
    make_keys(tmp_path / "keys.db", tmp_path / "key")
    with sealed(tmp_path) as store:
        kent_in(store).handle(OTHER_CASE, RECEIVE, by=TEAM)
        if not is_late:
            kent_in(store).handle(CASE, RECEIVE, by=TEAM)
    copied(tmp_path, "keys.db", "older.db")
    with sealed(tmp_path) as store:
        reviews = kent_in(store)
        for command in (RECEIVE, ACT) if is_late else ():
            reviews.handle(CASE, command, by=TEAM)
        reviews.handle(CASE, OF_THE_CASE, by=TEAM)
        reviews.handle(CASE, APPROVE, by=OTHER)
        told = reviews.erase(CASE, "E-1", by=TEAM).event
    assert isinstance(told, KeyDestroyed)
    with sealed(tmp_path, table="older.db") as store:
        assert store.keys is not None
        found = fence.mend(store.keys, store.opened.rows, at=NOW)
        assert (len(found.alive), len(found.missing)) == ((0, 2) if is_late else (1, 1))
        for _ in range(2):
            again = fence.mend(store.keys, store.opened.rows, at=NOW)
            assert (again.alive, again.missing, again.unordered) == ((), (), ())
        left = {row.key_id: row for row in store.keys.all() if row.wrapped is None}
        assert all(row[3:7] == (left[row.key_id].epoch, None, NOW, "E-1") for row in left.values())
        for one in told.destroyed:
            assert f"sha256:{left[one.key].fingerprint}" == one.fingerprint
        for gone in found.missing:
            assert left[gone.key][1:4] == (gone.stream, f"gone:{gone.key}", 0)
        assert "a name" in sealed_words(store, OTHER_CASE)[0].values()
        with pytest.raises(Refused):
            kent_in(store).handle(CASE, changed(ACT, action="ACT-2"), by=TEAM)


def test_a_record_from_before_opens_nothing_until_the_order_is_in_it(tmp_path: Path) -> None:
    """It is proposed and approved again, under the same reference; its words are gone anyway."""
    make_keys(tmp_path / "keys.db", tmp_path / "key")
    with sealed(tmp_path) as store:
        held(store)
    copied(tmp_path, "record.db", "older.db")
    with sealed(tmp_path) as store:
        reviews = kent_in(store)
        reviews.handle(CASE, OF_THE_CHILD, by=TEAM)
        reviews.handle(CASE, APPROVE, by=OTHER)
        gone = reviews.erase(CASE, "E-1", by=TEAM).event
    with sealed(tmp_path, "older.db") as store:
        with pytest.raises(KeysError, match="older than the key store"):
            words_of(store)
        assert store.keys is not None
        assert fence.mend(store.keys, store.opened.rows, at=NOW).unordered
        reviews = kent_in(store)
        reviews.handle(CASE, OF_THE_CHILD, by=TEAM)
        reviews.handle(CASE, APPROVE, by=OTHER)
        again = reviews.erase(CASE, "E-1", by=TEAM).event
        assert again == gone
        assert ERASED in words_of(store).values()


def test_what_is_approved_and_not_finished_is_no_breach(tmp_path: Path) -> None:
    """Neither before its keys are gone, nor when the process died right after."""
    make_keys(tmp_path / "keys.db", tmp_path / "key")
    with sealed(tmp_path) as store:
        approved(store, OF_THE_CHILD)
        assert words_of(store)
    with sealed(tmp_path) as store:
        assert store.keys is not None
        (stream,) = {row[1] for row in store.opened.rows.after(0, 100)}
        destroy(store.keys, stream, [("p:C-1", None)], order_id="E-1", at=NOW)
        assert words_of(store)


def test_another_records_key_store_is_told_apart(tmp_path: Path) -> None:
    """It sealed none of the entries."""
    make_keys(tmp_path / "keys.db", tmp_path / "key")
    make_keys(tmp_path / "others.db", tmp_path / "key")
    with sealed(tmp_path) as store:
        approved(store, OF_THE_CHILD)
        kent_in(store).erase(CASE, "E-1", by=TEAM)
    with sealed(tmp_path, table="others.db") as store:
        assert store.keys is not None
        assert fence.fence(store.keys, store.opened.rows).of_another
        for _ in range(2):  # nothing is done to it
            with pytest.raises(KeysError, match=r"others\.db belongs to another record"):
                words_of(store)
            before = list(store.keys.all())
            assert fence.mend(store.keys, store.opened.rows, at=NOW).of_another
            assert list(store.keys.all()) == before


def test_once_both_agreed_a_process_does_not_compare_them_again(tmp_path: Path) -> None:
    """Another process, that begins later, does."""
    make_keys(tmp_path / "keys.db", tmp_path / "key")
    with sealed(tmp_path) as store:
        kent_in(store).handle(CASE, RECEIVE, by=TEAM)
        assert store.keys is not None
        (stream,) = {row[1] for row in store.opened.rows.after(0, 100)}
        guard = fence.Guard(store.keys, store.opened.rows)
        guard(stream)
        destroy(store.keys, stream, [("p:C-1", None)], order_id="E-1", at=NOW)
        guard(stream)
        with pytest.raises(KeysError, match="it lacks 1 orders"):
            fence.Guard(store.keys, store.opened.rows)(stream)


def test_where_nothing_was_erased_the_fence_stands(tmp_path: Path) -> None:
    """Also for a record in which there is nothing else."""
    make_keys(tmp_path / "keys.db", tmp_path / "key")
    with sealed(tmp_path) as store:
        assert store.keys is not None
        assert fence.fence(store.keys, store.opened.rows).stands
        for command in (RECEIVE, ACT):
            kent_in(store).handle(CASE, command, by=TEAM)
        assert fence.fence(store.keys, store.opened.rows).stands
