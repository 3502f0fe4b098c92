"""A sealed store in a folder, with its keys beside it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from rapid_review.domain.sealed_words import NotReadable
from rapid_review.store.sealing.entry_words import opened
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.sealing.place import Place
from rapid_review.store.store import Store
from tests.store.a_record import CASE

KEYS = "record.keys"
KEY_FILE = "record.key-file"

DROPS_NEW_KEYS: Final = (
    "AFTER INSERT ON sealed_keys BEGIN DELETE FROM sealed_keys WHERE key_id = new.key_id; END"
)
PUTS_KEYS_BACK: Final = (
    "AFTER UPDATE OF wrapped ON sealed_keys WHEN new.wrapped IS NOT old.wrapped BEGIN "
    "UPDATE sealed_keys SET epoch = old.epoch, wrapped = old.wrapped, destroyed_at = NULL, "
    "order_id = NULL, fingerprint = NULL WHERE key_id = old.key_id; END"
)
"""Triggers of somebody else, by which a key store undoes what it reported as done."""


@contextmanager
def a_trigger(folder: Path, what: str) -> Iterator[None]:
    """Have a trigger in the key store of a folder; none is left at the end."""
    with closing(sqlite3.connect(folder / KEYS)) as connection:
        connection.execute(f"CREATE TRIGGER other {what}")
        yield
        connection.execute("DROP TRIGGER other")


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
