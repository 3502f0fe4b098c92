"""A rehearsal: another algorithm is taken into use, and the first one is given up."""

from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.domain.errors import InvalidInputError, RecordError
from rapid_review.store.backends.open import on_sqlite
from rapid_review.store.log.codec import Codec
from rapid_review.store.sealing import envelope
from rapid_review.store.sealing.opening import keys_at
from rapid_review.store.sealing.place import Place
from rapid_review.store.sealing.sealer import Sealer
from rapid_review.store.store import Store
from tests.domain.a_review import RECEIVE, WRITE, changed
from tests.store.a_ledger import unguarded
from tests.store.a_record import kent_in, send_all
from tests.store.sealing.a_sealed_store import KEY_FILE, KEYS, sealed_in, words_of

FIRST, SECOND = 1, 2
LETTER = changed(WRITE, words="what the Panel is told")


def by_the_second(folder: Path) -> Store:
    """Open the store so that new words are sealed by the second algorithm."""
    keys = keys_at(folder / KEYS, folder / KEY_FILE)
    sealer = Sealer(keys, suite=SECOND, retired={FIRST})
    opened = on_sqlite(folder / "record.db", create=False)
    return Store(opened, keys, codec=Codec(is_sealed=True, sealer=sealer))


def suites_in(store: Store) -> list[set[int]]:
    """Return by which algorithms each entry with words is sealed."""
    rows = (envelope.read(row[4]) for row in store.opened.rows.after(0, 1_000))
    return [{section.suite for section in row.sections} for row in rows if row.sections]


def test_new_words_are_sealed_by_another_algorithm_and_old_ones_still_opened(
    tmp_path: Path,
) -> None:
    """Each section says by which it is sealed; in one case both are side by side."""
    with closing(sealed_in(tmp_path)) as store:
        send_all(kent_in(store), RECEIVE)
        before = words_of(store)
    with closing(by_the_second(tmp_path)) as store:
        send_all(kent_in(store), LETTER)
        assert suites_in(store) == [{FIRST}, {SECOND}]
        *first, last = words_of(store)
        assert first == before
        assert last == {"event.words": "what the Panel is told"}
        assert send_all(kent_in(store), RECEIVE, LETTER) == ()  # both are known again
        assert not store.ledger().verify().findings


def test_by_an_algorithm_that_is_retired_nothing_is_sealed_any_more(tmp_path: Path) -> None:
    """Nor by one that nobody knows; the message says which are left."""
    with closing(sealed_in(tmp_path)) as store:
        assert store.keys is not None
        with pytest.raises(InvalidInputError, match=r"algorithm 1 cannot seal.* allowed: 2\."):
            Sealer(store.keys, retired={FIRST})
        with pytest.raises(InvalidInputError, match=r"algorithm 3 cannot seal.* allowed: 1, 2\."):
            Sealer(store.keys, suite=3)


def test_a_section_that_is_said_to_be_of_the_other_algorithm_does_not_open(tmp_path: Path) -> None:
    """The number is bound to the words: nobody can have the one read what the other sealed."""
    with closing(sealed_in(tmp_path)) as store:
        entry = send_all(kent_in(store), RECEIVE)[0]
        assert store.keys is not None
        (row,) = store.opened.rows.after(0, 1)
        place = Place(row[1], entry.version, row[3])
        read = envelope.read(row[4])
        for section in read.sections:
            named = store.keys.named(section.key_id)
            assert named is not None
            other = envelope.Section(section.key_id, SECOND, section.nonce, section.sealed)
            key = named[1].of_entry(entry.version)  # type: ignore[union-attr]
            assert key is not None
            with pytest.raises(RecordError, match="not those that were recorded here"):
                envelope.opened_section(place, named[0], read.public, other, key)


def test_a_section_of_an_algorithm_of_later_names_it(tmp_path: Path) -> None:
    """Anyone who opens a store with an older version is told that, and all else is read."""
    with closing(sealed_in(tmp_path)) as store:
        send_all(kent_in(store), RECEIVE)
    store = Store.on_sqlite(tmp_path / "record.db", unsealed=True)
    with closing(store):
        (row,) = store.opened.rows.after(0, 1)
        section = envelope.Section(bytes(16), 9, bytes(12), bytes(80))
        place = Place(row[1], 1, row[3])
        with pytest.raises(RecordError, match="algorithm 9, which this version does not know"):
            envelope.opened_section(place, "c", b"{}", section, bytes(32))


def test_a_verification_names_an_algorithm_of_later(tmp_path: Path) -> None:
    """Whether somebody altered its number, or a newer version sealed the words."""
    with closing(sealed_in(tmp_path)) as store:
        send_all(kent_in(store), RECEIVE)
    with unguarded(tmp_path / "record.db") as connection:
        ((state,),) = connection.execute("SELECT state FROM stored_events WHERE rowid = 1")
        (section,) = envelope.read(state).sections
        other = state.replace(bytes(section), bytes(section._replace(suite=9)))
        connection.execute("UPDATE stored_events SET state = ? WHERE rowid = 1", (other,))
    with closing(sealed_in(tmp_path)) as store:
        (finding,) = store.ledger().verify(keys=store.keys).findings
    assert "section 1 of its words is sealed with algorithm 9, which this" in finding.what
