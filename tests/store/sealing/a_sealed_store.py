"""A sealed store in a folder, with its keys beside it."""

from collections.abc import Iterator
from pathlib import Path

from rapid_review.domain.sealed_words import NotReadable
from rapid_review.store.sealing.entry_words import opened
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.sealing.place import Place
from rapid_review.store.store import Store
from tests.store.a_record import CASE

KEYS = "record.keys"
KEY_FILE = "record.key-file"


def sealed_in(folder: Path, name: str = "record.db") -> Store:
    """Open the sealed store in a folder with its keys; what is not there is made."""
    make_keys(folder / KEYS, folder / KEY_FILE)
    return Store.on_sqlite(folder / name, keys=keys_at(folder / KEYS, folder / KEY_FILE))


def words_of(store: Store, case: str = CASE) -> list[dict[str, str | NotReadable]]:
    """Return the words of each entry of a case, by the path of their field."""
    return [words for of, words in words_in(store) if of == case]


def words_in(store: Store) -> Iterator[tuple[str, dict[str, str | NotReadable]]]:
    """Yield each entry's case, and its words by the path of their field."""
    assert store.keys is not None
    for _, stream, version, kind, state in store.opened.rows.after(0, 10_000):
        entry = store.codec.entry(kind, state)
        place = Place(stream, version, kind)
        yield entry.case, dict(opened(store.keys, place, entry, state))
