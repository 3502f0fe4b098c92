"""Check with the keys that what the record says is erased cannot be read any more.

The comparison of destroyed keys starts from the keys that an order names. An order that was
finished against a key store without some keys names too few of them. So this starts from the words
that each finished order covers, and asks whether a key opens them.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from rapid_review.audit.verify import Checked, Step, Unchecked
from rapid_review.domain.case import replay
from rapid_review.domain.erasures import orders
from rapid_review.domain.errors import KeysError, RecordError, StorageError, shown
from rapid_review.store.backends.ports import ERASURES, Rows, StoredRow
from rapid_review.store.ledger.sealed_rows import check_destroyed_keys
from rapid_review.store.ledger.walk import Mismatch
from rapid_review.store.log.codec import Codec
from rapid_review.store.sealing.covered import Covered, covered, still_open
from rapid_review.store.sealing.keys import Keys


def check_erasures(keys: Keys, rows: Rows, codec: Codec) -> Iterator[Step | Mismatch]:
    """Compare destroyed keys with the key store, and then the words of finished orders."""
    found = yield from check_destroyed_keys(keys, rows)
    # A row that does not count may say falsely that an order is finished; it was named above.
    untrusted = {one.stream for one in found.untrusted}
    named = {(one.stream, one.key) for one in found.alive}
    ended = dict.fromkeys(stream for stream, _, kind, _ in rows.erasures() if kind == ERASURES[1])
    number = 0
    for stream, its_rows in _each(rows, [one for one in ended if one not in untrusted]):
        try:
            for order, words in _of_finished_orders(codec, its_rows):
                number += 1
                for one in still_open(keys, words):
                    if (stream, one.key) not in named:
                        yield Mismatch("erased words", f"{order}, entry {one.version}", _OPEN)
        except RecordError as error:
            if isinstance(error, StorageError) and not isinstance(error, KeysError):
                raise
            yield Unchecked(f"whether all words of finished orders are erased: {error}")
    yield Checked("finished orders, whose words no key should open", number)


_OPEN: Final = (
    "the record says that the order is finished, and it covers words of this entry that can still "
    "be read: a key was missing from the key store when the order was finished, or somebody "
    "altered the entry for that time. Finish it again with `rapid-review erase finish`"
)


def _each(rows: Rows, streams: Sequence[str]) -> Iterator[tuple[str, Sequence[StoredRow]]]:
    """Yield the rows of each stream, one stream after the other."""
    for stream in streams:
        yield from rows.of_each([stream])


def _of_finished_orders(
    codec: Codec, rows: Sequence[StoredRow]
) -> Iterator[tuple[str, set[Covered]]]:
    """Yield each finished order of a case, in words, and the sections that it covers.

    Raises:
        RecordError: a row cannot be read.
    """
    entries = [codec.entry(kind, body) for _, kind, body in rows]
    for reference, order in orders(replay(entry.event for entry in entries)).items():
        if order.destroyed is not None:
            sections = (
                covered(order, entry, body)
                for entry, (_, _, body) in zip(entries, rows, strict=True)
            )
            where = f"order {shown(reference)}, case {shown(entries[0].case)}"
            yield where, set[Covered]().union(*sections)
