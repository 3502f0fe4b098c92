"""The fence: what the record says was destroyed, and what the key store says, must be the same.

A key store that was restored from an older copy holds destroyed keys again; a record that was
restored may lack an order that was carried out. No words are opened until both agree. An older
copy may also lack keys that were made after it and destroyed since. They open nothing, so they
stop nobody, unless the key store is another record's.

Only rows that this record sealed count, and of what they say was destroyed, only what an approved
order destroyed. Of a case with any other such row no words are opened, and nothing is destroyed on
the word of that row; all other cases go on.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple

from rapid_review.audit.verify import LeafEntry, MalformedError, read_case
from rapid_review.domain.errors import KeysError, RecordError, shown
from rapid_review.store.backends.ports import ERASURES, Rows
from rapid_review.store.sealing import key_table
from rapid_review.store.sealing.census import are_of_another
from rapid_review.store.sealing.destroying import destroy
from rapid_review.store.sealing.key_table import KeyRow
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.place import Place
from rapid_review.store.sealing.row_seals import row_sealed_by
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


class Untrusted(NamedTuple):
    """A row about an erasure that is not trusted, so no key is destroyed because of it.

    Attributes:
        stream: the stream in which it is, in hexadecimal.
        version: its version.
        case: the case that it states; the stream, if it states none.
        is_sealed: whether this record sealed it; then no approved order is behind it.
    """

    stream: str
    version: int
    case: str
    is_sealed: bool

    def __str__(self) -> str:
        return f"entry {self.version} of case {shown(self.case)}"

    @property
    def why(self) -> str:
        """Why nothing is done on its word."""
        return _NO_ORDER if self.is_sealed else _NOT_SEALED


_NO_ORDER: Final = "says that keys are destroyed by an order that nobody approved"
_NOT_SEALED: Final = (
    "is about an erasure, and was not written with the keys of this record, or somebody altered "
    "it since"
)


class Fence(NamedTuple):
    """How the record and the key store differ.

    Attributes:
        alive: keys that the record says are destroyed, and that open words.
        missing: keys that the record says are destroyed, and that the key store does not know.
        unordered: keys that the key store says are destroyed, by an order that the record lacks.
        untrusted: rows about erasures that are not trusted.
        destroyed: how many keys the record says are destroyed.
        tombstones: how many keys the key store says are destroyed.
        of_another: whether the key store is another record's; asked only if it lacks keys, or did
            not seal a row about an erasure.
    """

    alive: tuple[Gone, ...] = ()
    missing: tuple[Gone, ...] = ()
    unordered: tuple[Gone, ...] = ()
    untrusted: tuple[Untrusted, ...] = ()
    destroyed: int = 0
    tombstones: int = 0
    of_another: bool = False

    @property
    def stands(self) -> bool:
        """Whether all words may be opened."""
        return not (self.alive or self.unordered or self.untrusted or self.of_another)


def fence(keys: Keys, rows: Rows) -> Fence:
    """Return how the record and the key store differ.

    Raises:
        KeysError: the keys are not available.
        StorageError: one of the two cannot be read.
    """
    return _fence(keys, rows, _stated_in(keys, rows))


def _fence(keys: Keys, rows: Rows, stated: "_Stated") -> Fence:
    tombs = set(_tombstones(keys))
    left = [one for one in stated.destroyed if one not in tombs]
    known = [(one, keys.row_named(bytes.fromhex(one.key))) for one in left]
    alive = tuple(one for one, row in known if row and _is_alive(keys, one, row))
    missing = tuple(one for one, row in known if row is None)
    # Where somebody altered the approval of an order, the record is not older: it is altered.
    altered = {one.stream for one in stated.untrusted}
    # Sorted as text: `entry` may be None, which has no order.
    unordered = tuple(
        one
        for one in sorted(tombs, key=str)
        if (one.stream, one.order) not in stated.approved and one.stream not in altered
    )
    return Fence(
        alive,
        missing,
        unordered,
        stated.untrusted,
        destroyed=len(stated.destroyed),
        tombstones=len(tombs),
        of_another=bool(missing or stated.untrusted) and are_of_another(keys, rows),
    )


def _is_alive(keys: Keys, gone: Gone, row: KeyRow) -> bool:
    """Return whether a key that the record says is destroyed still opens words of its case."""
    # A key is bound to its case, so it opens nothing there if it is another's.
    if row.stream != gone.stream:
        return False
    named = keys.named(bytes.fromhex(gone.key))
    return named is not None and opens(named[1], gone.entry)


class Guard:
    """Checks before words are opened that the two agree; see `must_stand`.

    Once they were found to agree, this is not checked again.
    """

    def __init__(self, keys: Keys, rows: Rows) -> None:
        self._keys = keys
        self._rows = rows
        self._has_checked = False

    def __call__(self, stream: str) -> None:
        """Check that the two agree, before words of a case are opened."""
        if not self._has_checked:
            # While a row is untrusted, it is checked each time: the row may have been put right.
            self._has_checked = not must_stand(self._keys, self._rows, stream)


def must_stand(keys: Keys, rows: Rows, stream: str) -> tuple[Untrusted, ...]:
    """Check that record and key store agree, before any words of a case are opened.

    Args:
        keys: the keys of the record.
        rows: the rows of the record.
        stream: the case's stream, in hexadecimal.

    Returns:
        The rows about erasures of other cases on whose word nothing is done.

    Raises:
        KeysError: they do not agree.
        RecordError: nothing is done on the word of a row of this case; the message names it.
    """
    found = fence(keys, rows)
    if found.of_another:
        raise KeysError(
            f"the key store {keys.table.name} belongs to another record: its row key sealed "
            "neither the first entry of this record nor the newest. Give the key store of this "
            "record with --keys; everything except the words can be read"
        )
    if found.alive:
        raise KeysError(
            f"the key store {keys.table.name} is older than the record: "
            f"of the keys that were destroyed, it still holds {len(found.alive)}. No words "
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
    for one in found.untrusted:
        if one.stream == stream:
            raise RecordError(
                f"{one} {one.why}. Therefore no words of this case open. `rapid-review audit "
                "verify --keys` shows every such entry; restore the record from before"
            )
    return found.untrusted


def mend(keys: Keys, rows: Rows, *, at: str) -> Fence:
    """Destroy again what the record says was destroyed; return what differed.

    A key that the key store lacks, because it was made after this copy, gets a tombstone. Nothing
    is done in the key store of another record, nor because of a row that is not trusted.

    Args:
        keys: the keys of the record.
        rows: the rows of the record.
        at: the time of destroying.
    """
    stated = _stated_in(keys, rows)
    found = _fence(keys, rows, stated)
    if found.of_another:
        return found
    # No entry says whose key it was; no other key has this scope, and none is ever made for it.
    tombstones = [
        (one.key, one.stream, f"gone:{one.key}", 0, None, at, one.order, stated.destroyed[one])
        for one in found.missing
        if one.entry is None
    ]
    if tombstones:
        keys.table.write(lambda writer: writer.insert(key_table.ADD, tombstones))
    scopes = {row.key_id: row.scope for row in keys.all()}
    for one in found.alive:
        those = [(scopes[one.key], one.entry)]
        destroy(keys, one.stream, those, order_id=one.order, at=at)
    return found


class _Stated(NamedTuple):
    """What the record states of erasures.

    Attributes:
        approved: each approved order, with its stream before it.
        destroyed: each destroyed key, with its fingerprint.
        untrusted: the rows that do not count, as they are not trusted.
    """

    approved: set[tuple[str, str]]
    destroyed: dict[Gone, str]
    untrusted: tuple[Untrusted, ...]


def _stated_in(keys: Keys, rows: Rows) -> _Stated:
    """Return what the record states about erasures, as far as its rows are sealed."""
    approved, destroyed = set[tuple[str, str]](), dict[Gone, str]()
    untrusted: list[Untrusted] = []
    for stream, version, kind, body in rows.erasures():
        place = Place(stream, version, kind)
        row = row_sealed_by(keys, place, body)
        event: Mapping[str, Any] = json.loads(row.public)["event"] if row else {}
        order = str(event.get("order"))
        if row and kind == ERASURES[0]:
            approved.add((stream, order))
        elif row and (stream, order) in approved:
            for one in event["destroyed"]:
                key = bytes.fromhex(one["key"]).hex()
                gone = Gone(stream, order, key, one.get("of_entry"))
                destroyed[gone] = str(one["fingerprint"]).removeprefix("sha256:")
        else:
            case = _case_of(place, body)
            untrusted.append(Untrusted(stream, version, case, is_sealed=row is not None))
    return _Stated(approved, destroyed, tuple(untrusted))


def _case_of(place: Place, body: bytes) -> str:
    """Return the case of a row; its stream, if the row does not say truly where it belongs."""
    with suppress(MalformedError, TypeError):  # the body may be of no bytes
        return read_case(LeafEntry(*place, "", ""), body, is_sealed=True)
    return place.stream


def _tombstones(keys: Keys) -> Iterator[Gone]:
    for key_id, stream, order in keys.table.rows(key_table.DESTROYED):
        yield Gone(stream, order, key_id)
    for key_id, stream, order, version in keys.table.rows(key_table.ERASED_OF):
        yield Gone(stream, order, key_id, version)
