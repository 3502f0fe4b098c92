"""Words are sealed as they are recorded, and everything else is read without a key."""

from contextlib import closing
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.audit.verify import public_part
from rapid_review.domain.errors import KeysError, RecordError
from rapid_review.domain.events import NotificationReceived
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.domain.sealed_words import ERASED, WITHHELD, SealedWords
from rapid_review.store.log.body import stream_name
from rapid_review.store.sealing.destroying import destroy
from rapid_review.store.sealing.entry_words import Opens, opened
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.sealing.place import Place
from rapid_review.store.sealing.scope_key import ScopeKey
from rapid_review.store.sealing.sections import Sections
from rapid_review.store.store import Store
from tests.domain.a_review import CONVENE, RECEIVE, changed
from tests.store.a_record import CASE, TEAM, kent_in, rows_at, send_all

CANARY = "Zebedee Quux"
NAMED = changed(RECEIVE, children=(changed(RECEIVE.children[0], identity=CANARY),))


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """Return where a store is to be, whose keys have been made."""
    make_keys(tmp_path / "keys.db", tmp_path / "key")
    return tmp_path / "record.db"


def sealed(record: Path) -> Store:
    """Return the store, with its keys."""
    return Store.on_sqlite(record, keys=keys_beside(record))


def keys_beside(record: Path) -> Keys:
    """Return its keys."""
    return keys_at(record.parent / "keys.db", record.parent / "key")


def test_no_file_of_the_store_holds_what_was_sealed(record: Path) -> None:
    """Neither the record nor its log, nor the key store and its log."""
    with closing(sealed(record)) as store:
        send_all(kent_in(store), NAMED)
        for file in record.parent.iterdir():
            assert CANARY.encode() not in file.read_bytes(), file.name


def test_a_token_is_made_of_the_name_of_its_field_and_its_words(record: Path) -> None:
    """So a field's words are known again, whichever version recorded them: also the purpose."""
    with closing(sealed(record)) as store:
        reviews = kent_in(store)
        entry = reviews.handle(CASE, NAMED, by=TEAM, purpose="statutory review")[0]
        keys, stream = store.keys, stream_name(entry.partnership, CASE)
        assert keys is not None
        of_the_case, of_the_child = keys.of(stream, "c"), keys.of(stream, "p:C-1")
        assert isinstance(of_the_case, ScopeKey)
        assert isinstance(of_the_child, ScopeKey)
        found = {one.path: one.words for one in words_in(entry)}
    assert found["purpose"] == SealedWords(of_the_case.token("purpose", "statutory review"), 0)
    assert found["event.children.0.identity"] == SealedWords(
        of_the_child.token("children.identity", CANARY), 1
    )


def test_a_sealed_store_is_read_without_any_key(record: Path) -> None:
    """The case is the same, and its words are sealed words either way."""
    with closing(sealed(record)) as store:
        send_all(kent_in(store), NAMED, CONVENE)
        before = kent_in(store).case(CASE)
    with closing(Store.on_sqlite(record, unsealed=True)) as store:
        assert kent_in(store).case(CASE) == before
        (received,) = before.all(NotificationReceived)
        assert isinstance(received.children[0].identity, SealedWords)


def test_without_its_keys_a_sealed_store_records_nothing(record: Path) -> None:
    """The error is the machine's; the record is as it was."""
    with closing(sealed(record)) as store:
        send_all(kent_in(store), NAMED)
    with (
        closing(Store.on_sqlite(record, unsealed=True)) as store,
        pytest.raises(KeysError, match="nothing can be recorded without its keys"),
    ):
        send_all(kent_in(store), CONVENE)
    assert len(rows_at(record)) == 4


def test_what_was_said_before_is_known_again_by_its_token(record: Path) -> None:
    """Also by another process, which never had the words before."""
    with closing(sealed(record)) as store:
        assert send_all(kent_in(store), NAMED)
    with closing(sealed(record)) as store:
        assert send_all(kent_in(store), NAMED) == ()


def test_with_the_keys_the_words_of_an_entry_are_opened(record: Path) -> None:
    """Those of a person by the person's key; without a right to it they are withheld."""
    with closing(sealed(record)) as store:
        entry = send_all(kent_in(store), NAMED)[0]
        assert store.keys is not None
        (row,) = store.opened.rows.after(0, 1)
        place = Place(row[1], entry.version, entry.event.kind)
        read = store.entries(entry.partnership, entry.case)[0]
        path = "event.children.0.identity"
        assert opened(store.keys, place, read, row[4])[path] == CANARY
        assert opened(store.keys, place, read, row[4], Opens({"c"}))[path] is WITHHELD


def test_a_row_that_lacks_a_section_which_its_text_names_is_not_opened(record: Path) -> None:
    """The error names the entry, and the program goes on to no other words of it."""
    with closing(sealed(record)) as store:
        entry = send_all(kent_in(store), NAMED)[0]
        assert store.codec.sealer is not None
        (row,) = store.opened.rows.after(0, 1)
        place = Place(row[1], entry.version, entry.event.kind)
        body = store.codec.sealer.row(*place, public_part(row[4]), Sections([]))
        with pytest.raises(RecordError, match=f"^entry 1 of case '{CASE}' lacks a section"):
            opened(store.codec.sealer.keys, place, entry, body)


@pytest.mark.parametrize(
    ("may", "opens"),
    [
        (Opens("c"), {"c"}),
        (Opens("cp"), {"c", "p:C-1", "p:C-2"}),
        (Opens("ps", "C-1"), {"p:C-1", "s:C-1"}),
        (Opens("cps", "C-1"), {"c", "p:C-1", "s:C-1"}),
        (Opens("cps"), {"c", "p:C-1", "p:C-2", "s:C-1"}),
        (Opens(""), set[str]()),
    ],
    ids=["the case", "all persons", "one person", "all of one", "everything", "nothing"],
)
def test_a_scope_is_opened_to_those_who_may_read_it(may: Opens, opens: set[str]) -> None:
    """Of persons to those who may read of all, or of this one; of the case for any person."""
    assert {one for one in ("c", "p:C-1", "p:C-2", "s:C-1") if may(one)} == opens


def test_a_person_whose_reference_holds_a_colon_is_one_person() -> None:
    """The scope's name begins before the first colon, and the reference is all that follows."""
    may = Opens("p", "C:1")
    assert may("p:C:1")
    assert not may("p:C:2")


def test_of_an_erased_person_nothing_can_be_opened_nor_recorded(record: Path) -> None:
    """What else the case holds is as it was."""
    with closing(sealed(record)) as store, closing(keys_beside(record)) as keys:
        entry = send_all(kent_in(store), NAMED)[0]
        (row,) = store.opened.rows.after(0, 1)
        destroy(keys, row[1], [("p:C-1", None)], order_id="E-1", at="2026-11-26T12:00:00Z")
        place = Place(row[1], entry.version, entry.event.kind)
        read = store.entries(entry.partnership, entry.case)[0]
        words = opened(keys, place, read, row[4])
        assert words["event.children.0.identity"] is ERASED


@given(st.integers(1, 2**31), st.sets(st.integers(1, 2**31), max_size=4))
def test_a_key_from_which_entries_are_erased_reaches_every_other(
    one: int, erased: set[int]
) -> None:
    """And none of those that were erased, in whatever order."""
    key = ScopeKey.new(bytes(16), bytes(range(64)))
    left = reduce(ScopeKey.without, erased, key)
    again = ScopeKey.read(left.id, left.secret())
    assert again.of_entry(one) == (None if one in erased else key.of_entry(one))
    assert again.token("words", "a") == key.token("words", "a")
