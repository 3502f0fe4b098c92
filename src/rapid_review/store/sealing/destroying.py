"""What is written to destroy keys, and what is left of them."""

import os
from collections.abc import Callable, Iterable
from typing import NamedTuple

from rapid_review.domain.errors import KeysError
from rapid_review.store.backends.ports import Values, Writer
from rapid_review.store.sealing import key_table
from rapid_review.store.sealing.key_table import KeyRow
from rapid_review.store.sealing.scope_key import ScopeKey


class Destroyed(NamedTuple):
    """A key that is no more.

    Attributes:
        at: when it was destroyed.
        order_id: by which order.
        fingerprint: of what was destroyed.
    """

    at: str
    order_id: str
    fingerprint: str


class KeyChangedError(Exception):
    """Another worker made a key of the same scope first: what was sealed must be sealed anew."""


class Destroying:
    """What is written to destroy keys, as they were read."""

    def __init__(
        self,
        unwrapped: Callable[[KeyRow], bytes],
        wrapped: Callable[[bytes, str, str, bytes], KeyRow],
        rows: Iterable[KeyRow],
    ) -> None:
        self._unwrapped = unwrapped
        self._wrapped = wrapped
        self._rows = {row.scope: row for row in rows}
        self._changes: list[tuple[str, Values]] = []
        self._added: list[tuple[str, Values]] = []

    def one(self, scope: str, version: int | None, order_id: str, at: str) -> None:
        """Destroy the key of a scope, or of one entry in it."""
        row = self._rows.get(scope)
        if row is None or row.wrapped is None:
            return
        key = ScopeKey.read(bytes.fromhex(row.key_id), self._unwrapped(row))
        if version is None:
            told = (at, order_id, key.fingerprint(), row.key_id, row.wrapped)
            self._changes.append((key_table.DESTROY, told))
        elif (entry := key.of_entry(version)) is not None:
            mark = ScopeKey(key.id, b"", {"": entry}).fingerprint()
            left = self._wrapped(key.id, row.stream, scope, key.without(version).secret())
            values = (left.epoch, left.wrapped, row.key_id, row.wrapped)
            self._added.append((key_table.ERASE, (row.key_id, version, at, order_id, mark)))
            self._changes.append((key_table.REWRAP, values))

    def fenced(self, stream: str, scope: str, order_id: str, at: str) -> None:
        """Let no key of a scope be made, where none was."""
        if scope not in self._rows:
            key = ScopeKey(os.urandom(16), b"", {})
            row = (key.id.hex(), stream, scope, 0, None, at, order_id, key.fingerprint())
            self._added.append((key_table.ADD, row))

    def __call__(self, writer: Writer) -> None:
        """Write it: the tombstones first.

        Raises:
            KeyChangedError: a key is not as it was read.
        """
        for statement, values in self._added:
            writer.execute(statement, values)
        for statement, values in self._changes:
            if writer.execute(statement, values) != 1:
                raise KeyChangedError


def left_of(row: KeyRow) -> Destroyed:
    """Return what is left of a key that was destroyed."""
    return Destroyed(row.destroyed_at or "", row.order_id or "", row.fingerprint or "")


def overtaken(name: str, times: int) -> KeysError:
    """Return the error of a destruction that others were before, again and again."""
    return KeysError(
        f"keys in {name} were to be destroyed, and others changed them meanwhile, {times} times "
        "over; none was destroyed. Ask again"
    )
