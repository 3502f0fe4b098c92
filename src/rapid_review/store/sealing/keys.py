"""The available keys: those of each scope, and the row key; how they are found, made and stored.

A key is made when words of its scope are first recorded, and is on the disk before any entry that
it seals. It is never made a second time: neither after it was destroyed, nor for a case whose
entries name a key that the table does not hold.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import RLock
from typing import Final, NamedTuple

from rapid_review.domain.errors import InvalidInputError, KeysError, shown
from rapid_review.store.backends.ports import Writer
from rapid_review.store.sealing import key_table
from rapid_review.store.sealing.envelope import RowKey
from rapid_review.store.sealing.key_table import KeyRow, KeyTable
from rapid_review.store.sealing.scope_key import KEY, KEY_ID, Destroyed, KeyChangedError, ScopeKey
from rapid_review.store.sealing.wrapped import ROW_SCOPE, new_row_key, unwrapped, wrapped
from rapid_review.store.sealing.wrapping import Wrapping
from rapid_review.store.sql.placeholders import among

KEPT: Final = 60.0
"""For how many seconds a key is used before it is read again. For that long, this process may
still open words that another process erased.
"""
_MOST: Final = 16_384
"""How many keys stay in memory: those of some 5,000 cases with two people each, in 25 MB."""
ROW_EPOCH: Final = 1
_PAGE: Final = 1_000


class _Kept(NamedTuple):
    key: ScopeKey | Destroyed
    since: float


class Keys:
    """The keys of one record.

    Args:
        table: where the keys are stored.
        wrapping: the key that wraps them.
        older: the earlier wrapping key, while not all keys are wrapped again.
        look: returns the wrapping keys that are available now; called if a key is wrapped by an
            unknown one, as after `keys rotate` in another process.
        opens: called with the id of the row key, which identifies the key store, once that key
            was unwrapped.
        now: returns seconds on a clock that never goes back, to know when to read a key again.
        chance: returns so many random bytes, for keys and their ids.
    """

    def __init__(
        self,
        table: KeyTable,
        wrapping: Wrapping,
        *,
        older: Wrapping | None = None,
        look: Callable[[], Iterable[Wrapping]] = tuple,
        opens: Callable[[str], object] = lambda _: None,
        now: Callable[[], float] = time.monotonic,
        chance: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.table = table
        self._wrappings = {one.epoch: one for one in (older, wrapping) if one is not None}
        self._first = wrapping
        self._look = look
        self._opens = opens
        self._now = now
        self._chance = chance
        self.lock = RLock()
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._new: dict[tuple[str, str], ScopeKey] = {}
        self._row_keys: dict[int, RowKey] = {}
        self.before_opening: Callable[[str], object] = lambda _: None
        """Called with a case's stream before any words of it are opened; raises an error if none
        may be."""

    # ---------------------------------------------------------------------------- finding keys

    def of(self, stream: str, scope: str) -> ScopeKey | Destroyed | None:
        """Return the key of a scope of a case; None if none was made.

        Raises:
            KeysError: the table cannot be read, or another wrapping key wraps the key.
        """
        of = (stream, scope)
        if (new := self._new.get(of)) is not None:
            return new
        kept = self._kept.get(of)
        if kept is not None and self._now() - kept.since < KEPT:
            return kept.key
        with self.lock:
            rows = self.table.rows(key_table.OF_SCOPE, of)
            return self.read(KeyRow(*rows[0])) if rows else None

    def named(self, key_id: bytes) -> tuple[str, ScopeKey | Destroyed] | None:
        """Return the key that a section names, and its scope; None if the table holds none."""
        row = self.row_named(key_id)
        if row is None:
            return None
        key = self.of(row.stream, row.scope)
        if key is None or (isinstance(key, ScopeKey) and key.id != key_id):
            # A new key of the scope was made here and not stored yet; this section has another.
            key = self.read(row)
        return row.scope, key

    def row_named(self, key_id: bytes) -> KeyRow | None:
        """Return the row of the key that a section names; None if there is none."""
        rows = self.table.rows(key_table.OF_ID, (key_id.hex(),))
        return KeyRow(*rows[0]) if rows else None

    def row_key(self, epoch: int = ROW_EPOCH) -> RowKey:
        """Return the key that seals whole rows; it is made with the key store, and never erased.

        Raises:
            KeysError: the table holds none of that number.
        """
        if (known := self._row_keys.get(epoch)) is not None:
            return known
        with self.lock:
            rows = self.table.rows(key_table.OF_SCOPE, ("", f"row:{epoch}"))
            if not rows or rows[0][4] is None:
                raise KeysError(
                    f"the key store {self.table.name} does not contain row key {epoch}: it "
                    "belongs to another record, or was not made with `rapid-review keys init`"
                )
            row = KeyRow(*rows[0])
            self._row_keys[epoch] = found = RowKey(self.unwrapped(row))
            self._opens(row.key_id)
            return found

    def rows_of(self, stream: str) -> list[KeyRow]:
        """Return the rows of a case's keys as they are in the table."""
        return [KeyRow(*row) for row in self.table.rows(key_table.OF_STREAM, (stream,))]

    def erased_entry(self, key_id: bytes, version: int) -> Destroyed | None:
        """Return what is left of one entry's key under a scope's; None if it was not destroyed."""
        found = (row for row in self.erased() if row[:2] == (key_id.hex(), version))
        return next((Destroyed(*row[2:]) for row in found), None)

    def erased(self) -> Sequence[tuple[str, int, str, str, str]]:
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

    # ----------------------------------------------------------------------------- making keys

    def start(self) -> None:
        """Make the row key of a new record, unless it exists."""
        if not self.table.rows(key_table.OF_SCOPE, ("", ROW_SCOPE)):
            row = new_row_key(self._first, self._chance)
            self.table.write(lambda writer: writer.insert(key_table.ADD, [row]))

    def made(self, stream: str, scope: str) -> ScopeKey:
        """Return a new key of a scope that has none; the next `keep` stores it."""
        with self.lock:
            new = ScopeKey.new(self._chance(KEY_ID), self._chance(2 * KEY))
            return self._new.setdefault((stream, scope), new)

    def drop(self, stream: str) -> None:
        """Forget the keys that were made for a case and not stored: their command was refused."""
        with self.lock:
            self._new = {of: key for of, key in self._new.items() if of[0] != stream}

    def keep(self) -> None:
        """Store the keys that were made, all of them in one transaction.

        Raises:
            KeyChangedError: somebody else made one of them first, which counts.
            KeysError: the table cannot be written, or did not keep one of them.
        """
        with self.lock:
            if not self._new:
                return
            new = dict(self._new)
            by = self.wrapping()
            rows = [wrapped(by, key.id, *of, key.secret()) for of, key in new.items()]

            made = 0

            def work(writer: Writer) -> None:
                nonlocal made
                made = writer.insert(key_table.ADD, rows)

            self.write(by, work)
            self._new.clear()
            # Somebody else's key of one scope was stored first: all keys are read again.
            if made != len(new):
                self.evict()
                raise KeyChangedError
            self._must_be_kept([row.key_id for row in rows])
            for of, key in new.items():
                self._keep_at_hand(of, key)

    def _must_be_kept(self, key_ids: Sequence[str]) -> None:
        """Check that new keys are in the table: what somebody put there may drop them silently.

        Raises:
            KeysError: one of them is not.
        """
        for start in range(0, len(key_ids), _PAGE):
            some = key_ids[start : start + _PAGE]
            ((number,),) = self.table.rows(among(key_table.COUNTED, some), tuple(some))
            if number != len(some):
                raise self.not_kept(
                    "a new key",
                    "Nothing was recorded, because nobody could ever have read the words",
                )

    def not_kept(self, what: str, therefore: str) -> KeysError:
        """Return the error for a change that the key store did not keep, and said nothing."""
        return KeysError(
            f"the key store {self.table.name} did not keep {what}, although it reported no error. "
            f"{therefore}. Look there for a trigger or a rule that is not of this program, and "
            "remove it. Then try again"
        )

    # -------------------------------------------------------------------------- wrapped keys

    def wrapping(self) -> Wrapping:
        """Return the current wrapping key: the one that wraps the row key."""
        rows = self.table.rows(key_table.OF_SCOPE, ("", ROW_SCOPE))
        return self._of_epoch(rows[0][3]) if rows else self._first

    def accept(self, wrapping: Wrapping) -> None:
        """Accept another wrapping key as one that may wrap keys."""
        self._wrappings[wrapping.epoch] = wrapping

    def unwrapped(self, row: KeyRow) -> bytes:
        """Return the key of a row.

        Raises:
            KeysError: no available wrapping key unwraps it, or the row is damaged.
        """
        by = self._of_epoch(row.epoch)
        try:
            return unwrapped(by, row)
        except KeysError:
            if row.scope == ROW_SCOPE:
                raise
        self.row_key()  # raises the same error if it is the wrapping key that is wrong
        raise KeysError(
            f"key {shown(row.key_id)} in the key store {self.table.name} does not open, and other "
            "keys there do: somebody altered its row, or moved it there, or the key store is "
            "damaged. Restore the key store that belongs to this record. Until then nobody can "
            "read the words under that key, or record new ones under it"
        )

    def read(self, row: KeyRow) -> ScopeKey | Destroyed:
        """Return the key of a row, or what is left of it.

        Raises:
            KeysError: no available wrapping key unwraps it, or the row is damaged.
        """
        key: ScopeKey | Destroyed
        if row.wrapped is None:
            key = left_of(row)
        else:
            secret = self.unwrapped(row)  # first: it fails if the id was altered
            key = ScopeKey.read(bytes.fromhex(row.key_id), secret)
        self._keep_at_hand((row.stream, row.scope), key)
        return key

    def write(self, by: Wrapping, work: Callable[[Writer], object]) -> None:
        """Do some work in one transaction, if a wrapping key is still the current one.

        Raises:
            KeyChangedError: it no longer is; nothing is written.
            KeysError: the table cannot be written.
        """

        def work_if_current(writer: Writer) -> None:
            # In the same transaction: a rotation that finishes in between would leave a key
            # wrapped by a wrapping key that was given up (ADR 0062).
            if not writer.execute(key_table.STILL, (ROW_SCOPE, by.epoch)):
                raise KeyChangedError
            work(writer)

        self.table.write(work_if_current)

    def evict(self) -> None:
        """Forget every key that was read."""
        with self.lock:
            self._kept.clear()

    def close(self) -> None:
        """Close the table, and forget every key."""
        self.evict()
        self.table.close()

    # ------------------------------------------------------------------------------------------

    def _keep_at_hand(self, of: tuple[str, str], key: ScopeKey | Destroyed) -> None:
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[of] = _Kept(key, self._now())

    def _of_epoch(self, epoch: int) -> Wrapping:
        if epoch not in self._wrappings:
            self._wrappings |= {one.epoch: one for one in self._look()}
        wrapping = self._wrappings.get(epoch)
        if wrapping is None:
            known = " and ".join(map(str, sorted(self._wrappings)))
            raise KeysError(
                f"the keys in the key store {self.table.name} are wrapped with key {epoch}, and "
                f"the key file given contains key {known}. Give the current key file with "
                "--key-file"
            )
        return wrapping


def left_of(row: KeyRow) -> Destroyed:
    """Return what is left of a key that was destroyed."""
    return Destroyed(row.destroyed_at or "", row.order_id or "", row.fingerprint or "")


def must_need_keys(keys: Keys | None, *, is_sealed: bool) -> None:
    """Check that keys are given only for a sealed store.

    Raises:
        InvalidInputError: keys are given, and the store is not sealed.
    """
    if keys is not None and not is_sealed:
        raise InvalidInputError(_NOT_SEALED)


_NOT_SEALED: Final = (
    "keys were given, and the words of this store are not sealed. Leave the keys out to read "
    "it, or make a sealed store of it with `rapid-review db seal`"
)
