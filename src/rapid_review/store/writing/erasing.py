"""Finish an approved erasure: first destroy the keys, then record that they are destroyed.

A process may die between the two steps. An order that is approved, but not recorded as finished,
is pending: called again, this finds the destroyed keys by their tombstones, destroys the rest, and
records the erasure once.

What cannot be undone is done only on the word of rows that this record sealed. A row that somebody
altered may have been a hold, or the words themselves; so the seals of all rows of the case are
checked, each time.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC
from uuid import uuid4

from rapid_review.domain.clauses import RECORD
from rapid_review.domain.entry import Entry
from rapid_review.domain.erasure_events import KeyDestroyed
from rapid_review.domain.erasure_particulars import DestroyedKey, Erased
from rapid_review.domain.erasures import Order, must_be_free, order_named, orders
from rapid_review.domain.errors import (
    CaseChangedError,
    CaseNotFoundError,
    InvalidInputError,
    KeysError,
    Refused,
    shown,
)
from rapid_review.domain.sealed_scopes import CASE
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.log.body import stream_name
from rapid_review.store.log.codec import NO_KEYS_TO_RECORD
from rapid_review.store.log.stream import Stream
from rapid_review.store.log.streams import TRIES, AppendConflictError
from rapid_review.store.sealing.covered import Covered, covered, still_open
from rapid_review.store.sealing.destroying import destroy
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.row_seals import must_all_be_sealed_by
from rapid_review.store.sealing.scope_key import opens
from rapid_review.store.writing.record import Record


def finish(record: Record, case: str, reference: str, *, by: Actor) -> Entry:
    """Destroy the keys of an order, record it, and return the entry; see `RapidReviews.erase`."""
    keys = keys_of(record)
    for _ in range(TRIES):
        stream = record.streams.stream(record.partnership, case)
        if not stream.events:
            raise CaseNotFoundError(
                f"there is no case {shown(case)} of {record.partnership}; check the reference"
            )
        must_all_be_sealed_by(keys, stream_name(record.partnership, case), case, stream.rows)
        order = order_named(reference, stream.case)
        if not order.approved:
            raise Refused(
                RECORD,
                f"order {shown(reference)} cannot be finished, because it is not approved",
                "A second person, of another agency, must approve it with ApproveErasure.",
            )
        destroyed = _destroy(record, keys, case, stream, order)
        if order.destroyed is not None:
            return _entry_of(record, case, order.destroyed)
        entries = record.entries_of(
            case, [destroyed], stream, by=by, purpose=None, command_id=f"erasure-{uuid4()}"
        )
        try:
            record.streams.append(entries)
        except AppendConflictError:
            continue  # somebody else recorded something meanwhile, or this very erasure
        return entries[0]
    raise CaseChangedError(
        "the keys of the erasure are destroyed, but the erasure was not recorded: each of "
        f"{TRIES} times, somebody else recorded an entry first. Try again to record it"
    )


def keys_of(record: Record) -> Keys:
    """Return the keys of a sealed record.

    Raises:
        InvalidInputError: its words are not sealed.
        KeysError: they are not available.
    """
    must_be_sealed(record)
    if (sealer := record.streams.codec.sealer) is None:
        raise KeysError(NO_KEYS_TO_RECORD)
    return sealer.keys


def must_be_sealed(record: Record) -> None:
    """Check that the words of a record are sealed, because no others can be erased.

    Raises:
        InvalidInputError: they are not.
    """
    if not record.streams.codec.is_sealed:
        raise InvalidInputError(
            "the words of this store are not sealed, so they cannot be erased one by one. Make "
            "a sealed store of it with `rapid-review db seal`, and then destroy the whole old "
            "store"
        )


def _entry_of(record: Record, case: str, event: KeyDestroyed) -> Entry:
    entries = record.streams.entries(record.partnership, case)
    return next(one for one in entries if one.event == event)


def _destroy(record: Record, keys: Keys, case: str, stream: Stream, order: Order) -> KeyDestroyed:
    """Destroy the keys of an order, unless they are destroyed already; return what to record.

    A hold stops the destruction of keys that still exist. A hold that was placed after all keys
    were destroyed does not stop the recording of it. If the record says that an order is finished,
    and a key of it still exists, as after a restore, that key is destroyed as well.

    Raises:
        Refused: a hold is in force, and some keys still exist.
        KeysError: the key store does not hold a key that an entry names; or a key still opens.
    """
    where, now = stream_name(record.partnership, case), record.time().now
    reference = order.proposed.order
    keys.evict()  # the keys in memory may have been destroyed by others meanwhile
    covers = _covered(record, case, stream, order)
    scopes = list(_scopes_to_destroy(keys, where, stream, order, covers))
    tombstones = tuple(_tombstones(keys, where, order, covers))
    is_known = bool(tombstones) or order.destroyed is not None
    if is_known and not any(opens(keys.of(where, scope), version) for scope, version in scopes):
        keys.table.forget()  # the process that destroyed them may have died before this step
    else:
        must_be_free(stream.case)
        destroy(
            keys,
            where,
            scopes,
            order_id=reference,
            at=now.astimezone(UTC).isoformat(timespec="seconds"),
            fence=CASE if order.proposed.what is Erased.CASE else None,
        )
        tombstones = tuple(_tombstones(keys, where, order, covers))
    _must_be_closed(keys, covers)
    return KeyDestroyed(at=now, order=reference, destroyed=tombstones)


def _covered(record: Record, case: str, stream: Stream, order: Order) -> set[Covered]:
    """Return the sections of words in a case that an order covers."""
    return {
        one
        for row in stream.rows
        for one in covered(order, record.streams.entry(record.partnership, case, row), row[2])
    }


def _scopes_to_destroy(
    keys: Keys, where: str, stream: Stream, order: Order, covers: Iterable[Covered]
) -> Iterator[tuple[str, int | None]]:
    """Yield the scopes whose keys an order destroys, each with the entry if it is for one entry.

    Raises:
        KeysError: the key store does not hold a key that an entry names, and no finished order
            destroyed it.
    """
    rows = keys.rows_of(where)
    named = {row.key_id: row.scope for row in rows}
    gone = {
        (key.key, key.of_entry)
        for other in orders(stream.case).values()
        for key in (other.destroyed.destroyed if other.destroyed else ())
    }
    for one in sorted(covers):
        if one.key not in named and not gone & {(one.key, None), (one.key, one.version)}:
            raise KeysError(
                f"entry {one.version} of this case names a key that {keys.table.name} does not "
                "contain: the key store is older than the record, or belongs to another "
                "record. Nothing was destroyed, because that key may still open words elsewhere. "
                "Restore the key store that belongs to the record"
            )
        if order.proposed.what is Erased.ENTRY and one.key in named:
            yield named[one.key], one.version
    if order.proposed.what is not Erased.ENTRY:
        yield from ((row.scope, None) for row in rows if order.covers(0, row.scope))


def _must_be_closed(keys: Keys, covers: Iterable[Covered]) -> None:
    """Check that no key opens words that an order covers any more.

    Raises:
        KeysError: one does.
    """
    keys.evict()
    for one in still_open(keys, covers):
        raise KeysError(
            f"the words of entry {one.version} of this case can still be read, although the keys "
            f"of the order are destroyed: somebody changed {keys.table.name} meanwhile. The "
            "erasure was not recorded. Try again, and see `rapid-review audit verify --keys`"
        )


def _tombstones(
    keys: Keys, where: str, order: Order, covers: Iterable[Covered]
) -> Iterator[DestroyedKey]:
    """Yield the tombstones of the keys that an order destroyed, in this call or an earlier one.

    Anyone who can write to the key store can destroy other keys under the order's name. They may
    still be in a backup, and the record must not say that they have to be destroyed there too.

    Raises:
        KeysError: a tombstone does not have the form of one.
    """
    what, reference = order.proposed.what, order.proposed.order
    covered_keys = {one.key for one in covers}
    if what is Erased.ENTRY:
        for key_id, version, _, order_id, mark in keys.erased():
            is_its_own = order_id == reference and version == order.proposed.of_entry
            if is_its_own and key_id in covered_keys:
                yield _destroyed_key(keys, key_id, version, mark)
        return
    for row in keys.rows_of(where):
        is_covered = what is Erased.CASE or row.key_id in covered_keys
        if row.order_id == reference and row.wrapped is None and is_covered:
            yield _destroyed_key(keys, row.key_id, None, row.fingerprint)


def _destroyed_key(
    keys: Keys, key_id: str, of_entry: int | None, fingerprint: str | None
) -> DestroyedKey:
    try:
        bytes.fromhex(key_id)
        return DestroyedKey(key=key_id, of_entry=of_entry, fingerprint=f"sha256:{fingerprint}")
    except ValueError:  # among them pydantic's
        raise KeysError(
            f"the key store {keys.table.name} is damaged, or somebody altered it: a key that the "
            "order destroyed has no id or no fingerprint there. The erasure was not recorded. "
            "Restore the key store from its own backup, and try again"
        ) from None
