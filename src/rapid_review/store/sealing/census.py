"""Count the keys of a record, open each, and compare them with those that its entries name."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rapid_review.domain.errors import KeysError
from rapid_review.store.backends.ports import Rows, WholeRow
from rapid_review.store.sealing import envelope
from rapid_review.store.sealing.key_table import KeyRow
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.place import Place
from rapid_review.store.sealing.row_seals import row_sealed_by

_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Census:
    """The keys of a record, counted, and compared with those that its entries name.

    Attributes:
        by_epoch: by the number of each wrapping key, how many keys it wraps, row key included.
        destroyed: how many keys were destroyed.
        entries: how many single entries had their words erased.
        lost: the ids of keys that entries name and the key store does not hold: their words cannot
            be read.
        damaged: the ids of keys that the key store holds and that do not open.
        unused: the ids of keys that the key store holds and no entry names: a crash left them, or
            a restore lost their entries.
    """

    by_epoch: Mapping[int, int]
    destroyed: int
    entries: int
    lost: tuple[str, ...]
    damaged: tuple[str, ...]
    unused: tuple[str, ...]


def counted(keys: Keys, rows: Rows) -> Census:
    """Count and open the keys, and compare them with those that a sealed store's entries name.

    Raises:
        RecordError: a row is not sealed correctly.
        StorageError: one of the two cannot be read.
    """
    named = set(_keys_named_in(rows))
    by_epoch = Counter[int]()
    destroyed, held, living, damaged = 0, set[str](), set[str](), list[str]()
    for row in keys.all():
        if row.wrapped is None:
            destroyed += 1
        else:
            by_epoch[row.epoch] += 1
            damaged += () if _opens(keys, row) else (row.key_id,)
        # A tombstone counts as held, because its words are erased, not lost; it is never unused.
        if row.stream:  # not the row key, which no section names
            held.add(row.key_id)
            living |= {row.key_id} if row.wrapped else set()
    return Census(
        # As text: somebody may have written other things there than numbers.
        by_epoch=dict(sorted(by_epoch.items(), key=lambda one: (len(str(one[0])), str(one[0])))),
        destroyed=destroyed,
        entries=len(keys.erased()),
        lost=tuple(sorted(named - held)),
        damaged=tuple(damaged),
        unused=tuple(sorted(living - named)),
    )


def _opens(keys: Keys, row: KeyRow) -> bool:
    try:
        keys.unwrapped(row)
    except KeysError:
        return False
    return True


def have_sealed(keys: Keys, rows: Rows) -> bool:
    """Return whether the row key of these keys sealed the newest entry of a record, if any.

    Raises:
        KeysError: the key store holds no row key.
    """
    return _sealed(keys, rows.after(rows.last_position() - 1, 1))


def are_of_another(keys: Keys, rows: Rows) -> bool:
    """Return whether these keys sealed neither the first entry of a record nor the newest.

    Raises:
        KeysError: the key store holds no row key.
    """
    # A forged entry may well be the newest, but nobody can put one before the first.
    return not _sealed(keys, rows.after(0, 1)) and not have_sealed(keys, rows)


def _sealed(keys: Keys, rows: Iterable[WholeRow]) -> bool:
    return all(
        row_sealed_by(keys, Place(stream, version, kind), state)
        for _, stream, version, kind, state in rows
    )


def _keys_named_in(rows: Rows) -> Iterator[str]:
    position = 0
    while page := rows.after(position, _PAGE):
        for row in page:
            for section in envelope.read(row[4]).sections:
                yield section.key_id.hex()
        position = page[-1][0]
