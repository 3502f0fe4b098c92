"""Facts about a case, which are read only if the answer to a question depends on them."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from rapid_review.domain.case import Case
from rapid_review.domain.events import (
    DECISIONS,
    AnyEvent,
    CorrectionProposed,
    ExpertInvited,
    NotificationReceived,
    RecordCorrected,
)
from rapid_review.domain.in_effect import effective
from rapid_review.domain.record_particulars import CorrectionApproval, CorrectionTarget
from rapid_review.store.authority.port import Facts
from rapid_review.store.log.body import stream_name
from rapid_review.store.log.stream import Stream

if TYPE_CHECKING:
    from rapid_review.domain.commands import Command
    from rapid_review.store.sealing.keys import Keys


class AskedOf(NamedTuple):
    """The case that a question is about.

    Attributes:
        partnership: whose case it is.
        reference: the case's reference.
        read: reads the case; a case that does not exist is empty.
        keys: the keys of the record; None if they are not available, or its words are not sealed.
    """

    partnership: str
    reference: str
    read: Callable[[], Stream]
    keys: "Keys | None"


def facts_of(
    asked_of: AskedOf,
    today: Callable[[], date],
    to_record: "Command | Sequence[AnyEvent] | None" = None,
) -> Facts:
    """Return the facts about a case.

    Args:
        asked_of: the case.
        today: returns the day of today.
        to_record: the command, or the history, that is to be recorded in the case.
    """
    stream = _Once(asked_of.read)

    def case() -> Case:
        return stream().case

    return Facts(
        today=today,
        case=asked_of.reference,
        into_a_case=lambda: not _opens_a_case(to_record) and case().version > 0,
        experts=lambda: _invited(asked_of, stream()),
        corrects_a_decision=lambda: _corrects(to_record, case, decides=False),
        corrects_what_decides=lambda: _corrects(to_record, case, decides=True),
    )


def _invited(asked_of: AskedOf, stream: Stream) -> frozenset[str]:
    """Return the persons who are invited to a case as experts.

    An invitation lets somebody in, so it counts only if this record sealed it, and every entry
    after it: one of them may have retracted it.

    Raises:
        RecordError: the record did not seal one of these entries, or somebody altered it.
    """
    invited = {
        version: event.person
        for version, event in effective(stream.case.recorded).items()
        if isinstance(event, ExpertInvited)
    }
    if invited and asked_of.keys is not None:
        from rapid_review.store.sealing.row_seals import must_all_be_sealed_by  # noqa: PLC0415 - needed only with keys

        name = stream_name(asked_of.partnership, asked_of.reference)
        rows = stream.rows[min(invited) - 1 :]
        must_all_be_sealed_by(asked_of.keys, name, asked_of.reference, rows)
    return frozenset(invited.values())


class _Once:
    """Reads a case when it is first needed, and keeps it for the next question."""

    # Not `functools.cache`: making one takes longer than it saves for most commands.

    __slots__ = ("_read", "_stream")

    def __init__(self, read: Callable[[], Stream]) -> None:
        self._read = read
        self._stream: Stream | None = None

    def __call__(self) -> Stream:
        if self._stream is None:
            self._stream = self._read()
        return self._stream


def _opens_a_case(to_record: "Command | Sequence[AnyEvent] | None") -> bool:
    """Return whether a whole case is to be recorded, which is never added to an existing one."""
    if isinstance(to_record, Sequence):
        return any(isinstance(event, NotificationReceived) for event in to_record)
    from rapid_review.domain.commands import ReceiveNotification  # noqa: PLC0415 - to read needs none

    return isinstance(to_record, ReceiveNotification)


def _corrects(
    to_record: "Command | Sequence[AnyEvent] | None", read: Callable[[], Case], *, decides: bool
) -> bool:
    """Return whether a correction of a decision is asked for, proposed or approved.

    In a history that is added to a case, only corrections of entries already in the case count.

    Args:
        to_record: the command, or the history.
        read: reads the case.
        decides: whether everything by which a case is decided counts, such as an assessment.
    """
    if not isinstance(to_record, _MAY_CORRECT) or _opens_a_case(to_record):
        return False  # as for most commands, and for most histories
    from rapid_review.domain.commands import (  # noqa: PLC0415 - to read needs none
        ApproveCorrection,
        CorrectRecord,
        ProposeCorrection,
    )
    from rapid_review.domain.proposed_corrections import (  # noqa: PLC0415 - nor this
        WHAT_DECIDES,
        is_about,
        proposal_in,
    )

    kinds = WHAT_DECIDES if decides else DECISIONS

    match to_record:
        case CorrectRecord() | ProposeCorrection():
            return is_about(to_record, read(), kinds)
        case ApproveCorrection():
            proposal = proposal_in(to_record.proposal, case := read())
            return proposal is not None and is_about(proposal, case, kinds)
        case Sequence():
            given = [
                one for one in to_record if isinstance(one, RecordCorrected | CorrectionProposed)
            ]
            case = read() if given else Case()
            return any(one.version <= case.version and is_about(one, case, kinds) for one in given)
        case _:
            return False


_MAY_CORRECT: Final[tuple[type, ...]] = (CorrectionTarget, CorrectionApproval, Sequence)
"""What may correct a decision: a command that corrects, proposes to, or approves; a history."""
