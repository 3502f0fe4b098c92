"""A key as the table stores it: wrapped, and bound to its case and its scope."""

import base64
import os
from collections.abc import Callable
from typing import Final

from rapid_review.store.sealing.key_table import KeyRow
from rapid_review.store.sealing.scope_key import KEY, KEY_ID
from rapid_review.store.sealing.wrapping import Wrapping

ROW_SCOPE: Final = "row:1"
"""The scope of the key that seals whole rows."""


def new_row_key(by: Wrapping, chance: Callable[[int], bytes] = os.urandom) -> KeyRow:
    """Return the row that a new key store begins with: the key that seals whole rows."""
    return wrapped(by, chance(KEY_ID), "", ROW_SCOPE, chance(KEY))


def wrapped(by: Wrapping, key_id: bytes, stream: str, scope: str, secret: bytes) -> KeyRow:
    """Return the row of a key.

    Args:
        by: the wrapping key.
        key_id: the id by which sections name it.
        stream: the case's stream, in hexadecimal; empty for the row key.
        scope: whose words it seals.
        secret: the key.
    """
    associated_data = _associated_data(key_id.hex(), stream, scope, by.epoch)
    kept = base64.b64encode(by.wrap(secret, associated_data)).decode()
    return KeyRow(key_id.hex(), stream, scope, by.epoch, kept)


def unwrapped(by: Wrapping, row: KeyRow) -> bytes:
    """Return the key of a row.

    Raises:
        KeysError: another key wraps it, or the row is damaged, or belongs to another place.
    """
    associated_data = _associated_data(row.key_id, row.stream, row.scope, row.epoch)
    try:
        kept = base64.b64decode(row.wrapped or "")
    except (TypeError, ValueError):  # not even base64; no wrapping key unwraps an empty text
        kept = b""
    return by.unwrap(kept, associated_data)


def _associated_data(key_id: str, stream: str, scope: str, epoch: int) -> bytes:
    # Bound to its row: a wrapped key that was moved to another row, case or scope does not open.
    return f"rr-kek/v1\n{key_id}\n{stream}\n{scope}\n{epoch}".encode()
