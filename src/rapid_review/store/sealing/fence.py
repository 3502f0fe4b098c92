"""The fence: what the record says was destroyed, and what the key store says, must be the same.

A key store that was restored from an older copy holds destroyed keys again; a record that was
restored may lack an order that was carried out. No words are opened until both agree. An older
copy may also lack keys that were made after it and destroyed since. They open nothing, so they
stop nobody, unless the key store is another record's.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, cast

from rapid_review.domain.errors import KeysError, RecordError
from rapid_review.store.backends.ports import ERASURES, Rows
from rapid_review.store.sealing import envelope, key_table
from rapid_review.store.sealing.census import have_sealed
from rapid_review.store.sealing.destroying import destroy
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.scope_key import opens


class Gone(NamedTuple):
    """A key that was destroyed, or the key of one entry under it.

    Attributes:
        stream: the case's stream, in hexadecimal.
        order: the order by which it was destroyed.
        key: the id of the key.
        entry: the entry, if only its key was destroyed.
    """

    stream: str
    order: str
    key: str
    entry: int | None = None


class Fence(NamedTuple):
    """How the record and the key store differ.

    Attributes:
        alive: keys that the record says are destroyed, and that open words.
        missing: keys that the record says are destroyed, and that the key store does not know.
        unordered: keys that the key store says are destroyed, by an order that the record lacks.
        destroyed: how many keys the record says are destroyed.
        tombstones: how many keys the key store says are destroyed.
        of_another: whether the key store is another record's; asked only if it lacks keys.
    """

    alive: tuple[Gone, ...] = ()
    missing: tuple[Gone, ...] = ()
    unordered: tuple[Gone, ...] = ()
    destroyed: int = 0
    tombstones: int = 0
    of_another: bool = False

    @property
    def stands(self) -> bool:
        """Whether words may be opened."""
        return not (self.alive or self.unordered or self.of_another)


def fence(keys: Keys, rows: Rows) -> Fence:
    """Return how the record and the key store differ.

    Raises:
        KeysError: the keys are not available.
        RecordError: an entry about an erasure is damaged.
        StorageError: one of the two cannot be read.
    """
    approved, destroyed = _stated_in(rows)
    tombs = set(_tombstones(keys))
    left = [one for one in destroyed if one not in tombs]
    known = [(one, keys.named(bytes.fromhex(one.key))) for one in left]
    alive = tuple(one for one, found in known if found and opens(found[1], one.entry))
    missing = tuple(one for one, found in known if found is None)
    # Sorted as text: `entry` may be None, which has no order.
    unordered = tuple(
        one for one in sorted(tombs, key=str) if (one.stream, one.order) not in approved
    )
    of_another = bool(missing) and not have_sealed(keys, rows)
    return Fence(alive, missing, unordered, len(destroyed), len(tombs), of_another)


class Guard:
    """Checks once, before the first words are opened, that the two agree; see `must_stand`."""

    def __init__(self, keys: Keys, rows: Rows) -> None:
        self._keys = keys
        self._rows = rows
        self._has_checked = False

    def __call__(self) -> None:
        """Check that the two agree, unless they were found to agree before."""
        if not self._has_checked:
            must_stand(self._keys, self._rows)
            self._has_checked = True


def must_stand(keys: Keys, rows: Rows) -> None:
    """Check that record and key store agree, before any words are opened.

    Raises:
        KeysError: they do not.
    """
    found = fence(keys, rows)
    if found.of_another:
        raise KeysError(
            f"the key store {keys.table.name} belongs to another record: it lacks "
            f"{len(found.missing)} keys that this record says are destroyed, and its row key did "
            "not seal the newest entry. Give the key store of this record with --keys; everything "
            "except the words can be read"
        )
    if found.alive:
        raise KeysError(
            f"the key store {keys.table.name} is older than the record: the record says that "
            f"{len(found.alive)} keys are destroyed, and the key store still holds them. No words "
            "open until you destroy the keys again with `rapid-review keys fence`; everything "
            "except the words can be read"
        )
    if found.unordered:
        orders = len({(one.stream, one.order) for one in found.unordered})
        raise KeysError(
            f"the record is older than the key store {keys.table.name}: it lacks {orders} "
            "orders by which keys were destroyed. No words open until it has them. Restore the "
            "newer record. If that is lost, propose and approve the orders again under the "
            "same references, which `rapid-review keys fence` lists"
        )


def mend(keys: Keys, rows: Rows, *, at: str) -> Fence:
    """Destroy again what the record says was destroyed; return what differed.

    A key that the key store lacks, because it was made after this copy, gets a tombstone. In the
    key store of another record nothing is done.

    Args:
        keys: the keys of the record.
        rows: the rows of the record.
        at: the time of destroying.
    """
    found = fence(keys, rows)
    if found.of_another:
        return found
    if found.missing:
        _add_tombstones(keys, rows, found.missing, at=at)
    scopes = {row.key_id: row.scope for row in keys.all()} if found.alive else {}
    for one in found.alive:
        those = [(scopes[one.key], one.entry)]
        destroy(keys, one.stream, those, order_id=one.order, at=at)
    return found


def _add_tombstones(keys: Keys, rows: Rows, missing: Iterable[Gone], *, at: str) -> None:
    """Add a tombstone for each key that the key store lacks."""
    _, destroyed = _stated_in(rows)
    # No entry says whose key it was; no other key has this scope, and none is ever made for it.
    tombstones = [
        (one.key, one.stream, f"gone:{one.key}", 0, None, at, one.order, destroyed[one])
        for one in missing
        if one.entry is None
    ]
    keys.table.write(lambda writer: writer.insert(key_table.ADD, tombstones))


def _stated_in(rows: Rows) -> tuple[set[tuple[str, str]], dict[Gone, str]]:
    """Return what the record states: the approved orders, and each destroyed key's fingerprint."""
    approved, destroyed = set[tuple[str, str]](), dict[Gone, str]()
    for stream, kind, body in rows.erasures():
        try:
            event: Mapping[str, Any] = json.loads(envelope.public_part(body))["event"]
            order = str(event["order"])
            if kind == ERASURES[0]:
                approved.add((stream, order))
                continue
            for one in cast("list[dict[str, Any]]", event["destroyed"]):
                key = bytes.fromhex(one["key"]).hex()
                gone = Gone(stream, order, key, one.get("of_entry"))
                destroyed[gone] = str(one["fingerprint"]).removeprefix("sha256:")
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            raise RecordError(
                "an entry about an erasure is damaged, so the record and the key store cannot "
                "be compared; `rapid-review audit verify --keys` shows which entry"
            ) from None
    return approved, destroyed


def _tombstones(keys: Keys) -> Iterator[Gone]:
    for key_id, stream, order in keys.table.rows(key_table.DESTROYED):
        yield Gone(stream, order, key_id)
    for key_id, stream, order, version in keys.table.rows(key_table.ERASED_OF):
        yield Gone(stream, order, key_id, version)
