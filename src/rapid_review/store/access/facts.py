"""What is known of the case that something is asked of: read only where the answer counts."""

from collections.abc import Callable, Sequence
from datetime import date

from rapid_review.domain.case import Case
from rapid_review.domain.commands import Command, CorrectRecord, ReceiveNotification
from rapid_review.domain.events import (
    DECISIONS,
    AnyEvent,
    ExpertInvited,
    NotificationReceived,
    RecordCorrected,
)
from rapid_review.store.authority.port import Facts


def facts_of(
    reference: str,
    read: Callable[[], Case],
    today: Callable[[], date],
    said: Command | Sequence[AnyEvent] | None = None,
) -> Facts:
    """Return the facts about a case.

    Args:
        reference: the case's.
        read: reads it; one that is not there is empty.
        today: says which day it is.
        said: the command, or the history, that is to be recorded in it.
    """
    return Facts(
        today=today,
        case=reference,
        into_a_case=lambda: not _opens_a_case(said) and read().version > 0,
        experts=lambda: frozenset(one.person for one in read().all(ExpertInvited)),
        corrects_a_decision=lambda: (
            isinstance(said, CorrectRecord) and corrects_a_decision(said, read())
        ),
    )


def _opens_a_case(said: Command | Sequence[AnyEvent] | None) -> bool:
    """Say whether a whole case is told: said again, it records nothing or is refused."""
    if isinstance(said, Sequence):
        return any(isinstance(event, NotificationReceived) for event in said)
    return isinstance(said, ReceiveNotification)


def corrects_a_decision(command: CorrectRecord, case: Case) -> bool:
    """Say whether a correction touches a decision: as recorded, or put in its place before."""
    if isinstance(command.replacement, DECISIONS):
        return True
    version = command.version
    while 0 < version <= case.version:
        event = case.recorded[version - 1]
        if not isinstance(event, RecordCorrected):
            return isinstance(event, DECISIONS)
        if isinstance(event.replacement, DECISIONS):
            return True
        version = min(event.version, version - 1)  # it names an entry before itself
    return False
