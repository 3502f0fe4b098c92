"""Idempotent replay: a command sent again under its id is answered as it was the first time."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import uuid4

from rapid_review.domain.case import Case
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import (
    CalendarGapError,
    InvalidInputError,
    Refused,
    shown,
)
from rapid_review.domain.events import AnyEvent, DeadlineSet, TermsReplaced

if TYPE_CHECKING:
    from rapid_review.domain.commands import Command


class Request(NamedTuple):
    """A command as it was sent, with its id.

    Attributes:
        command: the command.
        command_id: its id.
        may_come_again: whether the caller gave the id, and so may send it again.
        as_history: whether it has happened already, so that only nonsense is refused.
    """

    command: "Command"
    command_id: str
    may_come_again: bool
    as_history: bool = False

    @classmethod
    def of(
        cls, command: "Command", command_id: str | None, *, as_history: bool = False
    ) -> "Request":
        """Return a command with the id that the caller gave, or one that is made up."""
        if command_id is None:
            return cls(command, str(uuid4()), may_come_again=False, as_history=as_history)
        return cls(command, command_id, may_come_again=True, as_history=as_history)


class Answer(NamedTuple):
    """The answer to a command; sent again under its id, the command gets the same answer.

    Attributes:
        entries: what was recorded; none if the record said so already.
        version: the version of the last of these entries; or, if there are none, the version of
            the case that said so already. What others recorded since, or meanwhile, does not
            count.
        repeated: whether the command was answered before.
    """

    entries: tuple[Entry, ...]
    version: int
    repeated: bool


def replay_of(
    entries: Iterable[Entry],
    command: "Command",
    command_id: str,
    local_day: Callable[[datetime], date],
) -> tuple[Entry, ...]:
    """Return what a command recorded when it was first sent.

    Args:
        entries: the case's entries.
        command: the command, sent again.
        command_id: the id under which some of the entries were recorded.
        local_day: returns the day on which a time falls, by the midnight of the case's terms.

    Raises:
        InvalidInputError: the id was used for another command, or for this one with other
            content, or on another day where that is another fact (ADR 0102): nobody's words may
            be lost silently.
    """
    done = tuple(entry for entry in entries if entry.command_id == command_id)
    first = done[0].event
    if not _asks_for(command, first):
        raise _already_used(command_id, f"for {_name_of(first)} with other content")
    if (
        command.at != first.at  # asked first: only another time needs the terms
        and _day_counts(command)
        and local_day(command.at) != local_day(first.at)
    ):
        raise _already_used(command_id, f"for {_name_of(first)} on another day")
    return done


def must_lead_to_nothing(decide: Callable[[], Sequence[AnyEvent]], command_id: str) -> None:
    """Check that a command is the one that recorded nothing, because the record said so already.

    Args:
        decide: decides the command, sent again, on the case as it was then.
        command_id: the id under which a command recorded nothing.

    Raises:
        InvalidInputError: on the case as it was then, this command would have recorded something,
            so it is another command.
    """
    try:
        is_the_same = not decide()
    except (Refused, CalendarGapError):
        is_the_same = False
    if not is_the_same:
        raise _already_used(
            command_id, "for a command that recorded nothing, because nothing had to change"
        )


def is_of_the_id(error: Exception) -> bool:
    """Say whether a command was refused because of its id, such as one that is used already."""
    return isinstance(error, InvalidInputError) and error.problems[0].startswith(_ID)


_ID: Final = "command_id: "


def was_recorded(command: "Command", case: Case) -> bool:
    """Return whether a case records, as recorded or as corrected, what a command asks for.

    Erased words count as equal, so the event must also have the very time of the command.
    """
    events = chain(case.recorded, case.standing)
    return any(event.at == command.at and _asks_for(command, event) for event in events)


def _name_of(event: AnyEvent) -> str:
    """Return the name of the command that an event is recorded by; the event's own without one."""
    from rapid_review.domain.registry import command_for  # noqa: PLC0415 - reading needs none

    command = command_for(type(event))
    return event.kind if command is None else command.__name__


def _already_used(command_id: str, how: str) -> InvalidInputError:
    return InvalidInputError(
        f"{_ID}{shown(command_id)} was already used in this case {how}; give this "
        "command a new command_id"
    )


def _day_counts(command: "Command") -> bool:
    """Say whether the same words on another day are another fact; see `Step` (ADR 0102)."""
    from rapid_review.domain.registry import STEPS  # noqa: PLC0415 - reading needs none

    step = STEPS[type(command)]
    return step.known_by is None or step.at_counts or bool(step.again_after)


def _asks_for(command: "Command", event: AnyEvent) -> bool:
    """Return whether an event is what a command asks for, apart from `at`: a retry comes later."""
    from rapid_review.domain.commands import ReckonDeadlineAgain, ReplaceTerms  # noqa: PLC0415 - to
    from rapid_review.domain.registry import leads_to  # noqa: PLC0415 - read needs neither

    if isinstance(command, ReckonDeadlineAgain) and isinstance(event, DeadlineSet):
        return command.deadline == event.deadline  # a due day that no calendar reached before
    if not isinstance(event, leads_to(type(command))):
        return False
    if isinstance(command, ReplaceTerms) and isinstance(event, TermsReplaced):
        return (command.terms, command.because) == (event.terms.id, event.because)
    return all(getattr(event, name) == value for name, value in command if name != "at")
