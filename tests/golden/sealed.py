"""The keys and the chance by which the golden files of sealed bodies are made; they are no secret.

The keys of the one case are drawn in one order, before any entry is sealed; the nonces of an entry
are drawn again for each kind, so that a new kind changes no other file.
"""

import hashlib
from collections.abc import Callable
from typing import Final

from rapid_review.domain.entry import Entry
from rapid_review.store.log.body import stream_id
from rapid_review.store.log.codec import Codec
from rapid_review.store.sealing.key_table import SQLiteKeyTable
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.scope_key import KEY
from rapid_review.store.sealing.sealer import Sealer
from rapid_review.store.sealing.wrapping import WrappingKey

SEALED: Final = "sealed"
"""In which folder the sealed bodies are."""
STREAM: Final = stream_id("kent-and-medway", "KM-2020/007").hex
"""Of the one case."""
_SCOPES: Final = ("c", "p:C-1", "p:C-2", "s:C-1", "s:C-2")


def foretold(label: str) -> Callable[[int], bytes]:
    """Return chance that is none: bytes that follow from a label, and never the same twice."""
    asked = 0

    def draw(number: int) -> bytes:
        nonlocal asked
        asked += 1
        found = b""
        while len(found) < number:
            found += hashlib.sha256(f"{label}\n{asked}\n{len(found)}".encode()).digest()
        return found[:number]

    return draw


def golden_keys() -> Keys:
    """Return the keys of the one case."""
    keys = Keys(SQLiteKeyTable(), WrappingKey(1, bytes(KEY)), chance=foretold("golden"))
    keys.start()
    for scope in _SCOPES:
        keys.made(STREAM, scope)
    keys.keep()
    return keys


def sealed_body(entry: Entry) -> bytes:
    """Return the sealed body of an entry of that case."""
    return sealed_by(Sealer(golden_keys(), chance=foretold(entry.event.kind)), entry)


def sealed_by(sealer: Sealer, entry: Entry) -> bytes:
    """Return the sealed body of an entry: what is said is sealed first, and then its purpose."""
    stream = stream_id(entry.partnership, entry.case).hex
    sealed = sealer.of_case(stream, tuple).sealed_entry(entry)
    return Codec(is_sealed=True, sealer=sealer).encode(sealed)
