"""The four-eyes checks on decided events: `decide` cannot make them, as it knows no actor."""

from collections.abc import Iterable, Sequence
from typing import Final

from rapid_review.domain.erasure_events import ErasureApproved, HoldLifted
from rapid_review.domain.erasures import must_not_be_erased
from rapid_review.domain.events import AnyEvent, CorrectionApproved, RecordCorrected
from rapid_review.domain.four_eyes import must_be_another, must_be_by_two, proposed_in
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.backends.ports import StoredRow
from rapid_review.store.log.body import stream_name
from rapid_review.store.log.stream import Stream
from rapid_review.store.log.streams import Sealing
from rapid_review.store.writing.erasing import must_be_sealed
from rapid_review.store.writing.metadata import erases_words
from rapid_review.store.writing.record import Record


def checked_by_four_eyes(
    record: Record,
    case: str,
    events: Sequence[AnyEvent],
    stream: Stream,
    sealing: Sealing,
    *,
    by: Actor,
) -> Sequence[AnyEvent]:
    """Check that this actor may record decided events, and return the events.

    The approval of a correction takes its words from the proposal; they are sealed again.

    Args:
        record: the partnership's record.
        case: the case's reference.
        events: the decided events.
        stream: the case as stored.
        sealing: seals the words of the case.
        by: who sent the command.

    Raises:
        InvalidInputError: an erasure is approved in a store whose words are not sealed.
        RecordError: the proposal was not recorded with the keys of the record.
        Refused: a second person must do this; or it records words that an approved order erases.
    """
    if erases_words(stream):
        must_not_be_erased(events, stream.case)
    approval = next((one for one in events if isinstance(one, CorrectionApproved)), None)
    for event in events:
        # Only the approval: a proposal may be recorded in any store.
        if isinstance(event, ErasureApproved):
            must_be_sealed(record)
        if isinstance(event, ErasureApproved | HoldLifted | CorrectionApproved):
            row = stream.rows[proposed_in(event, stream.case) - 1]
            _must_be_recorded_here(record, case, row)
            must_be_another(by, record.streams.entry(record.partnership, case, row).by)
    if approval is None:
        must_all_be_by_two(record, events, stream)
        return events
    return sealing.sealed(events, proposed_in=approval.proposal)


def _must_be_recorded_here(record: Record, case: str, row: StoredRow) -> None:
    """Check that a proposal was recorded with the keys of the record, if its words are sealed.

    Otherwise somebody who can write to the database could be one of the two people.

    Raises:
        RecordError: it was not, or somebody altered it since.
    """
    if (sealer := record.streams.codec.sealer) is not None:
        from rapid_review.store.sealing.row_seals import must_all_be_sealed_by  # noqa: PLC0415 - needed only with keys

        must_all_be_sealed_by(sealer.keys, stream_name(record.partnership, case), case, [row])


def must_all_be_by_two(record: Record, events: Iterable[AnyEvent], stream: Stream) -> None:
    """Check that no event lets one person alone correct a decision of a case.

    Args:
        record: the partnership's record.
        events: decided events, or those of an imported history.
        stream: the case as stored.

    Raises:
        Refused: an event does; a second person must propose or approve the correction.
    """
    if not record.takes_two:
        return
    for event in events:
        if isinstance(event, _CORRECTIONS):
            must_be_by_two(event, stream.case)


_CORRECTIONS: Final = (RecordCorrected, CorrectionApproved)
"""Made once: an import looks at every event, and to make a union takes longer than to look."""
