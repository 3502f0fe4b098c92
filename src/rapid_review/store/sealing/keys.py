"""The keys at hand: those of each scope, and the row key; made, kept, destroyed, wrapped anew.

A key is made when words of its scope are first recorded, and is on the disk before any entry that
it seals. It is never made a second time: neither after it was destroyed, nor for a case whose
entries name a key that the table does not hold.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from threading import RLock
from typing import Final

from rapid_review.domain.errors import KeysError
from rapid_review.store.backends.ports import Values, Writer
from rapid_review.store.sealing import key_table
from rapid_review.store.sealing.destroying import (
    Destroyed,
    Destroying,
    KeyChangedError,
    left_of,
    overtaken,
)
from rapid_review.store.sealing.key_table import KeyRow, KeyTable
from rapid_review.store.sealing.scope_key import KEY, KEY_ID, ScopeKey
from rapid_review.store.sealing.wrapped import ROW_SCOPE, new_row_key, unwrapped, wrapped
from rapid_review.store.sealing.wrapping import Wrapping

KEPT: Final = 60.0
"""For how many seconds a key is used that was read once."""
_MOST: Final = 4_096
ROW_EPOCH: Final = 1
_PAGE: Final = 1_000
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class _Kept:
    key: ScopeKey | Destroyed
    since: float


class Keys:
    """The keys of one record.

    Args:
        table: where they are kept.
        wrapping: the key that wraps them.
        older: a wrapping key that was used before, while not all keys are wrapped anew.
        look: returns the wrapping keys that are at hand now; asked when the keys turn out to be
            wrapped by another, as after `keys rotate` in another process.
        now: seconds on a clock that only goes on, by which a key that was read is read again.
        chance: draws so many bytes that nobody can foretell, for keys and their ids.
    """

    def __init__(
        self,
        table: KeyTable,
        wrapping: Wrapping,
        *,
        older: Wrapping | None = None,
        look: Callable[[], Iterable[Wrapping]] = tuple,
        now: Callable[[], float] = time.monotonic,
        chance: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.table = table
        self._wrappings = {one.epoch: one for one in (older, wrapping) if one is not None}
        self._first = wrapping
        self._look = look
        self._now = now
        self._chance = chance
        self._lock = RLock()
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._new: dict[tuple[str, str], ScopeKey] = {}
        self._row_key: bytes | None = None
        self.before_opening: Callable[[], object] = lambda: None
        """Asked before any words are opened; raises where none may be."""

    # ------------------------------------------------------------------------------- looked up

    def of(self, stream: str, scope: str) -> ScopeKey | Destroyed | None:
        """Return the key of a scope of a case; None if none was made.

        Raises:
            KeysError: the table cannot be read, or the wrapping key is another.
        """
        with self._lock:
            if (new := self._new.get((stream, scope))) is not None:
                return new
            kept = self._kept.get((stream, scope))
            if kept is not None and self._now() - kept.since < KEPT:
                return kept.key
            rows = self.table.rows(key_table.OF_SCOPE, (stream, scope))
            return self._read(KeyRow(*rows[0])) if rows else None

    def named(self, key_id: bytes) -> tuple[str, ScopeKey | Destroyed] | None:
        """Return the key that a section names, and its scope; None if the table holds none."""
        row = self.row_named(key_id)
        if row is None:
            return None
        key = self.of(row.stream, row.scope)
        if key is None or (isinstance(key, ScopeKey) and key.id != key_id):
            key = self._read(row)  # another was made here, and not kept
        return row.scope, key

    def row_named(self, key_id: bytes) -> KeyRow | None:
        """Return the row of the table that a section names; None if there is none."""
        rows = self.table.rows(key_table.OF_ID, (key_id.hex(),))
        return KeyRow(*rows[0]) if rows else None

    def of_case(self, stream: str) -> dict[str, ScopeKey | Destroyed]:
        """Return every key of a case by its scope."""
        return {row.scope: self._read(row) for row in self.rows_of(stream)}

    def row_key(self, epoch: int = ROW_EPOCH) -> bytes:
        """Return the key that seals whole rows; it is made with the key store, never erased.

        Raises:
            KeysError: the table holds none of that number.
        """
        with self._lock:
            if self._row_key is None or epoch != ROW_EPOCH:
                rows = self.table.rows(key_table.OF_SCOPE, ("", f"row:{epoch}"))
                if not rows or rows[0][4] is None:
                    raise KeysError(
                        f"the key store {self.table.name} holds no row key {epoch}; it is not "
                        "that of this record, or was not made by `rapid-review keys init`"
                    )
                self._row_key = self._unwrapped(KeyRow(*rows[0]))
            return self._row_key

    # ------------------------------------------------------------------------------------ made

    def start(self) -> None:
        """Make the row key of a new record, unless it is there."""
        if not self.table.rows(key_table.OF_SCOPE, ("", ROW_SCOPE)):
            row = new_row_key(self._first, self._chance)
            self.table.write(lambda writer: writer.insert(key_table.ADD, [row]))

    def made(self, stream: str, scope: str) -> ScopeKey:
        """Return a new key of a scope that has none; it is kept by the next `keep`."""
        with self._lock:
            new = ScopeKey.new(self._chance(KEY_ID), self._chance(2 * KEY))
            return self._new.setdefault((stream, scope), new)

    def drop(self, stream: str) -> None:
        """Forget the keys of a case that were made and not kept: what they were for is refused."""
        with self._lock:
            for of in [of for of in self._new if of[0] == stream]:
                del self._new[of]

    def keep(self) -> None:
        """Put the keys that were made on the disk, all of them in one transaction.

        Raises:
            KeyChangedError: somebody else made one of them first; theirs holds.
            KeysError: the table cannot be written.
        """
        with self._lock:
            if not self._new:
                return
            new = dict(self._new)
            by = self._wrapping()
            rows = [wrapped(by, key.id, *of, key.secret()) for of, key in new.items()]

            made = 0

            def work(writer: Writer) -> None:
                nonlocal made
                _must_still_be(by, writer)
                made = writer.insert(key_table.ADD, rows)

            self.table.write(work)
            self._new.clear()
            for of, key in new.items():
                self._keep_at_hand(of, key)
            if made != len(new):
                self.evict()
                raise KeyChangedError

    # ------------------------------------------------------------------------------- destroyed

    def destroy(self, stream: str, scope: str, *, order_id: str, at: str) -> Destroyed | None:
        """Destroy the key of a scope for good; return what is left of it, None for none."""
        self.destroy_each(stream, [(scope, None)], order_id=order_id, at=at)
        rows = self.rows_of(stream)
        return next((left_of(row) for row in rows if row.scope == scope), None)

    def destroy_entry(
        self, stream: str, scope: str, version: int, *, order_id: str, at: str
    ) -> Destroyed | None:
        """Destroy the key of one entry's words in a scope; see `destroy`."""
        self.destroy_each(stream, [(scope, version)], order_id=order_id, at=at)
        row = next((row for row in self.rows_of(stream) if row.scope == scope), None)
        if row is None or row.wrapped is None:
            return None if row is None else left_of(row)
        return self.erased_entry(bytes.fromhex(row.key_id), version)

    def destroy_each(
        self,
        stream: str,
        those: Sequence[tuple[str, int | None]],
        *,
        order_id: str,
        at: str,
        fence: str | None = None,
    ) -> None:
        """Destroy keys of a case in one transaction, all or none; what is gone stays as it is.

        Args:
            stream: the case's.
            those: of which scopes the keys; with a version, that of one entry alone.
            order_id: by which order.
            at: when.
            fence: a scope of which no key may ever be made, though none was.

        Raises:
            KeysError: the table cannot be written, or others change it again and again.
        """
        with self._lock:
            for _ in range(_TRIES):
                by = self._wrapping()
                work = Destroying(self._unwrapped, partial(wrapped, by), self.rows_of(stream))
                for scope, version in those:
                    work.one(scope, version, order_id, at)
                if fence is not None:
                    work.fenced(stream, fence, order_id, at)
                try:
                    self.table.write(partial(_destroyed, by, work))
                except KeyChangedError:
                    continue
                finally:
                    self.evict()
                self.table.forget()
                return
        raise overtaken(self.table.name, _TRIES)

    def rows_of(self, stream: str) -> list[KeyRow]:
        """Return the rows of a case's keys as they are in the table."""
        return [KeyRow(*row) for row in self.table.rows(key_table.OF_STREAM, (stream,))]

    def erased_entry(self, key_id: bytes, version: int) -> Destroyed | None:
        """Return what is left of one entry's key under a scope's; None if it was not destroyed."""
        found = (row for row in self.erased() if row[:2] == (key_id.hex(), version))
        return next((Destroyed(*row[2:]) for row in found), None)

    def erased(self) -> Iterable[tuple[str, int, str, str, str]]:
        """Return every entry whose key was destroyed by itself, with its key's id first."""
        return [
            (row[0], row[1], row[2], row[3], row[4]) for row in self.table.rows(key_table.ERASED)
        ]

    def all(self) -> Iterator[KeyRow]:
        """Yield every row of the table, by key id."""
        last = ""
        while rows := self.table.rows(key_table.ALL, (last, _PAGE)):
            yield from (KeyRow(*row) for row in rows)
            last = rows[-1][0]

    # ----------------------------------------------------------------------------- wrapped anew

    def rotate(self, wrapping: Wrapping) -> int:
        """Wrap every key anew, all or none; return how many.

        A key that somebody else made or erased of while these were wrapped is wrapped by a pass of
        its own. Once this returns, none is left that another wrapping key wraps.

        Args:
            wrapping: the new wrapping key, of a higher epoch.
        """
        done = 0
        with self._lock:
            self._wrappings[wrapping.epoch] = wrapping
            while rows := [
                row for row in self.all() if row.wrapped and row.epoch != wrapping.epoch
            ]:
                new = [(wrapped(wrapping, *self._secret(row)), row) for row in rows]
                values = [(one.epoch, one.wrapped, one.key_id, row.wrapped) for one, row in new]
                self.table.write(partial(_insert, key_table.REWRAP, values))
                done += len(rows)
            self.table.forget()
            return done

    def evict(self) -> None:
        """Forget every key that was read."""
        with self._lock:
            self._kept.clear()

    def close(self) -> None:
        """Close the table, and forget every key."""
        self.evict()
        self.table.close()

    # ------------------------------------------------------------------------------------------

    def _read(self, row: KeyRow) -> ScopeKey | Destroyed:
        key: ScopeKey | Destroyed
        if row.wrapped is None:
            key = left_of(row)
        else:
            key = ScopeKey.read(bytes.fromhex(row.key_id), self._unwrapped(row))
        self._keep_at_hand((row.stream, row.scope), key)
        return key

    def _keep_at_hand(self, of: tuple[str, str], key: ScopeKey | Destroyed) -> None:
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[of] = _Kept(key, self._now())

    def _secret(self, row: KeyRow) -> tuple[bytes, str, str, bytes]:
        return bytes.fromhex(row.key_id), row.stream, row.scope, self._unwrapped(row)

    def _unwrapped(self, row: KeyRow) -> bytes:
        return unwrapped(self._of_epoch(row.epoch), row)

    def _wrapping(self) -> Wrapping:
        """Return the wrapping key of now: the one that wraps the row key."""
        rows = self.table.rows(key_table.OF_SCOPE, ("", ROW_SCOPE))
        return self._of_epoch(rows[0][3]) if rows else self._first

    def _of_epoch(self, epoch: int) -> Wrapping:
        if epoch not in self._wrappings:
            self._wrappings |= {one.epoch: one for one in self._look()}
        wrapping = self._wrappings.get(epoch)
        if wrapping is None:
            known = " and ".join(map(str, sorted(self._wrappings)))
            raise KeysError(
                f"the key store {self.table.name} is wrapped by key {epoch}, and the one given is "
                f"{known}; give the key file of now with --key-file"
            )
        return wrapping


def _must_still_be(by: Wrapping, writer: Writer) -> None:
    """Hold, in the transaction that writes, that no other key wraps the keys by now."""
    if not writer.execute(key_table.STILL, (ROW_SCOPE, by.epoch)):
        raise KeyChangedError


def _destroyed(by: Wrapping, work: Destroying, writer: Writer) -> None:
    _must_still_be(by, writer)
    work(writer)


def _insert(statement: str, rows: Iterable[Values], writer: Writer) -> None:
    writer.insert(statement, rows)
