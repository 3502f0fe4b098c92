"""The sealed words that an order covers, and those of them that a key still opens."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from rapid_review.domain.entry import Entry
from rapid_review.domain.erasures import Order
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.store.sealing import envelope
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.scope_key import opens


class Covered(NamedTuple):
    """A section of words that an order covers.

    Attributes:
        version: the entry that holds it.
        key: the id of the key that the section names, in hexadecimal.
    """

    version: int
    key: str


def covered(order: Order, entry: Entry, state: bytes) -> set[Covered]:
    """Return the sections of an entry that an order covers; none if it has no such words.

    Args:
        order: the order.
        entry: the entry, as it was read from its row.
        state: the row's bytes.

    Raises:
        RecordError: the row lacks a section that its public text names.
    """
    numbers = {one.section for one in words_in(entry) if order.covers(entry.version, one.scope)}
    sections = envelope.read(state).sections if numbers else ()
    if numbers and max(numbers) >= len(sections):
        raise envelope.lacks_section(entry)
    return {Covered(entry.version, sections[number].key_id.hex()) for number in numbers}


def still_open(keys: Keys, those: Iterable[Covered]) -> Iterator[Covered]:
    """Yield the sections whose words a key still opens, in the order of their entries.

    Raises:
        KeysError: a key cannot be read.
    """
    named = cache(keys.named)
    for one in sorted(those):
        found = named(bytes.fromhex(one.key))
        if found is not None and opens(found[1], one.version):
            yield one
