"""What takes two people: asked of what was decided, for `decide` knows nobody who asks."""

from collections.abc import Iterable, Sequence

from rapid_review.domain.erasure_events import ErasureApproved, HoldLifted
from rapid_review.domain.erasures import must_not_be_erased
from rapid_review.domain.events import AnyEvent, CorrectionApproved, RecordCorrected
from rapid_review.domain.four_eyes import must_be_another, must_be_by_two, proposed_in
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.log.stream import Stream
from rapid_review.store.writing.erasing import must_be_sealed
from rapid_review.store.writing.metadata import erases_words
from rapid_review.store.writing.record import Record


def allowed(
    record: Record, case: str, events: Sequence[AnyEvent], stream: Stream, *, by: Actor
) -> Sequence[AnyEvent]:
    """Return what was decided, if they may who ask it, with the words that it takes over.

    A correction that was proposed takes its words from the proposal; they are sealed again.

    Args:
        record: the partnership's.
        case: the case's reference.
        events: what was decided.
        stream: the case as stored.
        by: who asks it.

    Raises:
        InvalidInputError: words are to be erased that are not sealed.
        Refused: four eyes are needed; or the words are such as an approved order erases.
    """
    if erases_words(stream):
        must_not_be_erased(events, stream.case)
    approval = next((one for one in events if isinstance(one, CorrectionApproved)), None)
    for event in events:
        if isinstance(event, ErasureApproved):  # a proposal is recorded wherever it is made
            must_be_sealed(record)
        if isinstance(event, ErasureApproved | HoldLifted | CorrectionApproved):
            version = proposed_in(event, stream.case)
            entries = record.streams.entries(record.partnership, case)
            must_be_another(by, entries[version - 1].by)
    if approval is None:
        must_not_be_by_one(record, events, stream)
        return events
    place = (record.partnership, case)
    return record.streams.sealed(*place, events, stream, proposed_in=approval.proposal)


def must_not_be_by_one(record: Record, events: Iterable[AnyEvent], stream: Stream) -> None:
    """Hold that nothing corrects a decision of a case, or approves, that one alone records.

    Args:
        record: the partnership's.
        events: what was decided, or is recorded as having happened.
        stream: the case as stored.

    Raises:
        Refused: something does.
    """
    of_two = [one for one in events if isinstance(one, RecordCorrected | CorrectionApproved)]
    if record.takes_two and of_two:
        for one in of_two:
            must_be_by_two(one, stream.case)
