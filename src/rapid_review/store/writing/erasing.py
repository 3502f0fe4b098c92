"""Finish an approved erasure: first destroy the keys, then record that they are destroyed.

A process may die between the two steps. An order that is approved, but not recorded as finished,
is pending: called again, this finds the destroyed keys by their tombstones, destroys the rest, and
records the erasure once.
"""

from collections.abc import Iterator
from datetime import UTC
from typing import Final
from uuid import uuid4

from rapid_review.domain.clauses import RECORD
from rapid_review.domain.entry import Entry
from rapid_review.domain.erasure_events import KeyDestroyed
from rapid_review.domain.erasure_particulars import DestroyedKey, Erased
from rapid_review.domain.erasures import Order, must_be_free, order_named
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
from rapid_review.store.log.codec import NO_KEYS
from rapid_review.store.log.stream import Stream
from rapid_review.store.log.streams import AppendConflictError
from rapid_review.store.sealing import envelope
from rapid_review.store.sealing.destroying import destroy
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.scope_key import opens
from rapid_review.store.writing.record import Record

TRIES: Final = 3


def finish(record: Record, case: str, reference: str, *, by: Actor) -> Entry:
    """Destroy the keys of an order, record it, and return the entry; see `RapidReviews.erase`."""
    keys = keys_of(record)
    for _ in range(TRIES):
        stream = record.streams.stream(record.partnership, case)
        if not stream.events:
            raise CaseNotFoundError(
                f"there is no case {shown(case)} of {record.partnership}; check the reference"
            )
        state = stream.case
        order = order_named(reference, state)
        if order.destroyed is not None:
            return _entry_of(record, case, order.destroyed)
        if not order.approved:
            raise Refused(
                RECORD,
                f"order {shown(reference)} cannot be finished, because it is not approved",
                "A second person, of another agency, must approve it with ApproveErasure.",
            )
        destroyed = _destroy(record, keys, case, stream, order)
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
        raise KeysError(NO_KEYS)
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
    were destroyed does not stop the recording of it.

    Raises:
        Refused: a hold is in force, and some keys still exist.
    """
    where, now = stream_name(record.partnership, case), record.time().now
    reference = order.proposed.order
    keys.evict()  # the keys in memory may have been destroyed by others meanwhile
    scopes = list(_scopes_to_destroy(keys, where, stream, order))
    tombstones = tuple(_tombstones(keys, where, reference))
    if tombstones and not any(opens(keys.of(where, scope), version) for scope, version in scopes):
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
        tombstones = tuple(_tombstones(keys, where, reference))
    return KeyDestroyed(at=now, order=reference, destroyed=tombstones)


def _scopes_to_destroy(
    keys: Keys, where: str, stream: Stream, order: Order
) -> Iterator[tuple[str, int | None]]:
    """Yield the scopes whose keys an order destroys, each with the entry if it is for one entry.

    Raises:
        KeysError: the key store does not hold a key that the entry names.
    """
    if order.proposed.what is not Erased.ENTRY:
        for row in keys.rows_of(where):
            if order.covers(0, row.scope):
                yield row.scope, None
        return
    version = order.proposed.of_entry or 0
    named = {row.key_id: row.scope for row in keys.rows_of(where)}
    for section in envelope.read(stream.rows[version - 1][2]).sections:
        if (scope := named.get(section.key_id.hex())) is None:
            raise KeysError(
                f"entry {version} of this case names a key that {keys.table.name} does not "
                "contain: the key store is older than the record, or belongs to another "
                "record. Restore the key store that belongs to the record"
            )
        yield scope, version


def _tombstones(keys: Keys, where: str, reference: str) -> Iterator[DestroyedKey]:
    """Yield the tombstones of the keys that an order destroyed, in this call or an earlier one."""
    ids: set[str] = set()
    for row in keys.rows_of(where):
        ids.add(row.key_id)
        if row.order_id == reference and row.wrapped is None:
            yield DestroyedKey(key=row.key_id, fingerprint=f"sha256:{row.fingerprint}")
    for key_id, version, _, order_id, mark in keys.erased():
        if key_id in ids and order_id == reference:
            yield DestroyedKey(key=key_id, of_entry=version, fingerprint=f"sha256:{mark}")
