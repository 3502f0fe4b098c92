"""What is left of a key that was destroyed."""

from typing import NamedTuple

from rapid_review.store.sealing.key_table import KeyRow


class Destroyed(NamedTuple):
    """A key that is destroyed.

    Attributes:
        at: when it was destroyed.
        order_id: the order by which it was destroyed.
        fingerprint: the fingerprint of the destroyed key.
    """

    at: str
    order_id: str
    fingerprint: str


class KeyChangedError(Exception):
    """Another worker changed a key first: what was sealed must be sealed again."""


def left_of(row: KeyRow) -> Destroyed:
    """Return what is left of a key that was destroyed."""
    return Destroyed(row.destroyed_at or "", row.order_id or "", row.fingerprint or "")
