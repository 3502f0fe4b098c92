"""Somebody who can write to the key store destroys keys in the name of an order.

They need no key for that, and a backup of the key store undoes it, unless the record says that the
order destroyed them.
"""

from typing import Final

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain.erasure_events import KeyDestroyed
from rapid_review.domain.errors import KeysError
from rapid_review.domain.sealed_words import ERASED
from rapid_review.store.backends.ports import Values
from rapid_review.store.log.body import stream_name
from rapid_review.store.sealing import fence
from rapid_review.store.store import Store
from tests.domain.a_review import KENT, RECEIVE, changed
from tests.store.a_record import CASE, TEAM
from tests.store.sealing.test_the_word_of_a_forger import key_rows, put_back, taken_out
from tests.store.writing.test_erasing import (
    OF_AN_ENTRY,
    OF_THE_CASE,
    OF_THE_CHILD,
    approved,
    words_of,
)

NOW: Final = "2026-11-27T09:00:00+00:00"
MARK: Final = "ab" * 32
STREAM: Final = stream_name(KENT.partnership, CASE)
ANOTHER: Final = "KM-2020-002"
OF_ANOTHER: Final = stream_name(KENT.partnership, ANOTHER)
DESTROY: Final = (
    "UPDATE {at}sealed_keys SET stream = ?, scope = ?, wrapped = NULL, destroyed_at = ?, "
    "order_id = 'E-1', fingerprint = ? WHERE stream = ? AND scope = ?"
)


def written(store: Store, statement: str, values: Values) -> None:
    """Write to the key store, past the program."""
    assert store.keys is not None
    store.keys.table.write(lambda writer: writer.execute(statement, values))
    store.keys.evict()


def test_a_key_that_the_order_does_not_cover_comes_back_with_a_backup(kept: Store) -> None:
    """The record does not say that it is destroyed, so the fence does not ask for it."""
    reviews = approved(kept, OF_AN_ENTRY)
    before = words_of(kept)
    of_the_child = next(one for one in key_rows(kept) if one.scope == "p:C-1")
    written(kept, DESTROY, (STREAM, "p:C-1", NOW, MARK, STREAM, "p:C-1"))
    done = reviews.erase(CASE, "E-1", by=TEAM).event
    assert isinstance(done, KeyDestroyed)
    assert [one.of_entry for one in done.destroyed] == [OF_AN_ENTRY.of_entry]
    taken_out(kept, "p:C-1")
    put_back(kept, of_the_child)
    assert kept.keys is not None
    assert fence.mend(kept.keys, kept.opened.rows, at=NOW).stands
    after = words_of(kept)
    erased = {where for where, text in after.items() if text is ERASED}
    assert {version for version, _ in erased} == {OF_AN_ENTRY.of_entry}
    assert after == {where: ERASED if where in erased else before[where] for where in after}


def planted(store: Store, key_id: str, fingerprint: str) -> None:
    """Put a tombstone of the order into the key store, as the program would of a key."""
    add = "INSERT INTO {at}sealed_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    written(store, add, (key_id, STREAM, "x", 1, None, NOW, "E-1", fingerprint))


@pytest.mark.parametrize("order", [OF_AN_ENTRY, OF_THE_CHILD])
def test_what_was_never_a_key_does_not_come_into_the_record(
    kept: Store, order: ask.ProposeErasure
) -> None:
    """No words of any case could be opened any more."""
    reviews = approved(kept, order)
    planted(kept, "no-key", MARK)
    reviews.erase(CASE, "E-1", by=TEAM)
    assert kept.keys is not None
    assert fence.fence(kept.keys, kept.opened.rows).stands


@pytest.mark.parametrize(("key_id", "mark"), [("no-key", MARK), ("ab" * 16, "no-mark")])
def test_an_order_is_not_finished_by_what_is_damaged(kept: Store, key_id: str, mark: str) -> None:
    """The error names the key store, and nothing is destroyed until that was restored."""
    reviews = approved(kept, OF_THE_CASE)
    planted(kept, key_id, mark)
    before = key_rows(kept)
    with pytest.raises(KeysError, match=r"is damaged, or .* The erasure was not recorded"):
        reviews.erase(CASE, "E-1", by=TEAM)
    assert key_rows(kept) == before
    taken_out(kept, "x")
    reviews.erase(CASE, "E-1", by=TEAM)
    assert set(words_of(kept).values()) == {ERASED}


def test_a_key_of_another_case_is_not_one_that_the_order_destroyed(kept: Store) -> None:
    """Put into this case and back, it would stop the opening of all words for ever."""
    reviews = approved(kept, OF_THE_CASE)
    reviews.handle(ANOTHER, changed(RECEIVE, reference="CSPR-2"), by=TEAM)
    other = next(one for one in key_rows(kept) if one[1:3] == (OF_ANOTHER, "p:C-1"))
    written(kept, DESTROY, (STREAM, "x", NOW, MARK, OF_ANOTHER, "p:C-1"))
    reviews.erase(CASE, "E-1", by=TEAM)
    taken_out(kept, "x")
    put_back(kept, other)
    assert kept.keys is not None
    assert fence.fence(kept.keys, kept.opened.rows).stands
