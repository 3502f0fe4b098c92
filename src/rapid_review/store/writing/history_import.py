"""What happened elsewhere, recorded as it was, then the clocks it lacks; see `added_history`."""

from rapid_review.domain.case import replay
from rapid_review.domain.duplicates import must_be_of_another
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CaseChangedError
from rapid_review.domain.imports import taken_in
from rapid_review.store.log.streams import AppendConflictError
from rapid_review.store.writing.added_history import as_entries, new_in
from rapid_review.store.writing.bulk_import import Account
from rapid_review.store.writing.record import Record


def import_history(record: Record, account: Account, *, purpose: str | None) -> tuple[Entry, ...]:
    """Record what happened elsewhere; see `RapidReviews.import_history`."""
    entries = imported_entries(record, account, purpose=purpose)
    try:
        record.streams.append(entries)
    except AppendConflictError as error:
        stream = record.streams.stream(record.partnership, account.case)
        if not stream.holds(entries[0].command_id):  # else it was our own lost reply
            raise CaseChangedError(
                "someone else wrote to the case meanwhile; nothing was imported"
            ) from error
    return entries


def imported_entries(
    record: Record, account: Account, *, purpose: str | None
) -> tuple[Entry, ...]:
    """Return the entries to record for an account; none if it is in the record just so.

    Raises:
        Refused: the history has no meaning, or the case is in the record with another one.
        InvalidInputError: a command_id was used for something else, or has not the form of one.
    """
    place = (record.partnership, account.case)
    stream = record.streams.stream(*place)
    told = new_in(account, stream)
    if not told:
        return ()
    into, editions = replay(stream.events), record.editions
    for one in told:
        must_be_of_another(one.event, account.case, editions.of(into))
    events = taken_in(
        [one.event for one in told],
        editions.of(into),
        editions.pinned,
        record.calendars,
        into=into,
    )
    return as_entries(
        place, events, told, stream.last, record.time(), by=account.by, purpose=purpose
    )
