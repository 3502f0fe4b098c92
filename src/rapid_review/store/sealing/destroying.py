"""Destroy keys for good: all keys of an order in one transaction, each leaving a tombstone."""

import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final

from rapid_review.domain.errors import KeysError
from rapid_review.store.backends.ports import Values, Writer
from rapid_review.store.sealing import key_table
from rapid_review.store.sealing.key_table import KeyRow
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.scope_key import (
    KEY_ID,
    Destroyed,
    KeyChangedError,
    ScopeKey,
    opens,
)
from rapid_review.store.sealing.wrapped import wrapped

_TRIES: Final = 5


def destroy(
    keys: Keys,
    stream: str,
    those: Sequence[tuple[str, int | None]],
    *,
    order_id: str,
    at: str,
    fence: str | None = None,
) -> None:
    """Destroy keys of a case in one transaction, all or none; existing tombstones stay.

    Args:
        keys: the keys of the record.
        stream: the case's stream, in hexadecimal.
        those: the scopes whose keys are destroyed; with a version, only the key of that entry.
        order_id: the reference of the order to erase.
        at: when they are destroyed.
        fence: a scope in which no key may be made from now on, although it never had one.

    Raises:
        KeysError: the table cannot be written, others change it again and again, or it did not
            keep the change.
    """
    with keys.lock:
        for _ in range(_TRIES):
            by = keys.wrapping()
            work = _Work(keys.read, partial(wrapped, by), keys.rows_of(stream))
            for scope, version in those:
                work.destroy(scope, version, order_id, at)
            if fence is not None:
                work.forbid_new_key(stream, fence, order_id, at)
            try:
                keys.write(by, work)
            except KeyChangedError:
                continue
            finally:
                # Written or not, keys that were read before must not open words any more.
                keys.evict()
            _must_be_kept(keys, stream, those, fence)
            keys.table.forget()
            return
    raise KeysError(
        f"no key in {keys.table.name} was destroyed: each of {_TRIES} times, somebody else "
        "changed the keys first. Try again"
    )


def _must_be_kept(
    keys: Keys, stream: str, those: Sequence[tuple[str, int | None]], fence: str | None
) -> None:
    """Check that the keys are destroyed: what somebody put there may undo it silently.

    Raises:
        KeysError: one of them is not.
    """
    # Not `keys.of`: this process may have made a key of the scope that is not stored.
    rows = {row.scope: row for row in keys.rows_of(stream)}
    if any(scope in rows and opens(keys.read(rows[scope]), version) for scope, version in those):
        raise keys.not_kept("the destruction of a key", "So that key still opens words")
    if fence is not None and fence not in rows:
        raise keys.not_kept(
            "that no key may be made for this case", "So a key could be made for it later"
        )


class _Work:
    """The statements that destroy keys, if these are still as they were read."""

    def __init__(
        self,
        read: Callable[[KeyRow], ScopeKey | Destroyed],
        wrapped: Callable[[bytes, str, str, bytes], KeyRow],
        rows: Iterable[KeyRow],
    ) -> None:
        self._read = read
        self._wrapped = wrapped
        self._rows = {row.scope: row for row in rows}
        self._changes: list[tuple[str, Values]] = []
        self._added: list[tuple[str, Values]] = []

    def destroy(self, scope: str, version: int | None, order_id: str, at: str) -> None:
        """Destroy the key of a scope, or of one entry in it."""
        row = self._rows.get(scope)
        key = None if row is None else self._read(row)
        # It is destroyed already if an erasure is asked for again after a crash (ADR 0061).
        if row is None or not isinstance(key, ScopeKey):
            return
        if version is None:
            tombstone = (at, order_id, key.fingerprint(), row.key_id, row.wrapped)
            self._changes.append((key_table.DESTROY, tombstone))
        elif (entry := key.of_entry(version)) is not None:
            mark = ScopeKey(key.id, b"", {"": entry}).fingerprint()
            left = self._wrapped(key.id, row.stream, scope, key.without(version).secret())
            values = (left.epoch, left.wrapped, row.key_id, row.wrapped)
            self._added.append((key_table.ERASE, (row.key_id, version, at, order_id, mark)))
            self._changes.append((key_table.REWRAP, values))

    def forbid_new_key(self, stream: str, scope: str, order_id: str, at: str) -> None:
        """Forbid that a key is made for a scope that has none."""
        # A tombstone without a key: no other person's key is made in this case later (ADR 0061).
        if scope not in self._rows:
            key = ScopeKey(os.urandom(KEY_ID), b"", {})
            row = (key.id.hex(), stream, scope, 0, None, at, order_id, key.fingerprint())
            self._added.append((key_table.ADD, row))

    def __call__(self, writer: Writer) -> None:
        """Execute the statements: the tombstones first.

        Raises:
            KeyChangedError: a key is not as it was read.
        """
        for statement, values in self._added:
            writer.execute(statement, values)
        for statement, values in self._changes:
            # If somebody changed it since it was read, writing over it could undo an erasure.
            if writer.execute(statement, values) != 1:
                raise KeyChangedError
