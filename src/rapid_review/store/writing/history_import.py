"""Record what happened elsewhere, as it was, and the clocks it lacks; see `added_history`."""

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CaseChangedError, Refused
from rapid_review.domain.imported_history import events_to_record
from rapid_review.domain.self_links import must_be_of_another
from rapid_review.store.log.stream import Stream
from rapid_review.store.log.streams import AppendConflictError, Sealing
from rapid_review.store.writing.added_history import ImportedEvent, as_entries, new_in
from rapid_review.store.writing.bulk_import import Account
from rapid_review.store.writing.four_eyes import must_all_be_by_two
from rapid_review.store.writing.metadata import sealed_purpose
from rapid_review.store.writing.record import Record


def import_history(record: Record, account: Account, *, purpose: str | None) -> tuple[Entry, ...]:
    """Record what happened elsewhere; see `RapidReviews.import_history`."""
    entries = imported_entries(record, account, purpose=purpose)
    if not entries:
        return ()
    try:
        record.streams.append(entries)
    except AppendConflictError as error:
        stream = record.streams.stream(record.partnership, account.case)
        if not stream.holds(entries[0].command_id):  # otherwise our own reply was lost
            raise CaseChangedError(
                "somebody else recorded an entry in the case meanwhile, so nothing was "
                "imported; try again"
            ) from error
    return entries


def imported_entries(
    record: Record, account: Account, *, purpose: str | None
) -> tuple[Entry, ...]:
    """Return the entries to record for an account; none if the record already holds all of it.

    Raises:
        Refused: the history makes no sense, or the record has another history of the case.
        InvalidInputError: a command_id was used for something else, or is malformed; or it names
            the terms of another partnership.
    """
    place = (record.partnership, account.case)
    stream = record.streams.stream(*place)
    with record.streams.sealing(*place, stream) as sealing:
        return _new_entries(record, account, stream, sealing, purpose)


def _new_entries(
    record: Record, account: Account, stream: Stream, sealing: Sealing, purpose: str | None
) -> tuple[Entry, ...]:
    imported = _new_events(account, stream, sealing)
    if not imported:
        sealing.forget_keys()
        return ()
    terms, history = record.editions.of(stream.case), [one.event for one in imported]
    must_all_be_by_two(record, history, stream)
    for event in history:
        must_be_of_another(event, account.case, terms)
    events = events_to_record(
        history,
        terms,
        record.editions.imported,
        record.calendars,
        into=stream.case,
    )
    why = sealed_purpose(sealing, purpose, stream)
    place = (record.partnership, account.case)
    return as_entries(
        place, events, imported, stream.last, record.time(), by=account.by, purpose=why
    )


def _new_events(account: Account, stream: Stream, sealing: Sealing) -> tuple[ImportedEvent, ...]:
    """Return the events of an account that the record does not hold yet, with words sealed.

    Raises:
        Refused: it has words that were erased, and not only in events that the record holds.
    """
    try:
        sealed = sealing.sealed(account.events)
    except Refused:
        as_before = sealing.sealed(account.events, again=True)
        if new_in(account._replace(events=as_before), stream):
            raise
        return ()
    return new_in(account._replace(events=sealed), stream)
