"""Idempotent replay: a command sent again under its id is answered as it was the first time."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from rapid_review.domain.case import Case
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import (
    CalendarGapError,
    InvalidInputError,
    Refused,
    listed,
    shown,
)
from rapid_review.domain.events import AnyEvent, DeadlineSet, TermsReplaced

if TYPE_CHECKING:
    from rapid_review.domain.commands import Command


class Request(NamedTuple):
    """A command as it was asked.

    Attributes:
        command: what is asked.
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
    """What is answered to a command; said again under its id, it is answered the same.

    Attributes:
        entries: what was recorded; none if it was so already.
        version: at which version the case then was: that of the last of the entries, or the one
            at which it was so already. What others recorded since, or meanwhile, is not counted.
        repeated: whether it was answered before.
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
    """Return what a command recorded when it was first asked.

    Args:
        entries: the case's entries.
        command: the command, asked again.
        command_id: the id under which some of the entries were recorded.
        local_day: returns the day on which a time falls, by the midnight of the case's terms.

    Raises:
        InvalidInputError: the id was used for another command, or for this one with other
            content, or on another day where that is another fact (ADR 0102): nobody's words may
            be lost silently.
    """
    done = tuple(entry for entry in entries if entry.command_id == command_id)
    first, kinds = done[0].event, listed({entry.event.kind for entry in done})
    if not _asks_for(command, first):
        raise _used_otherwise(command_id, f"for {kinds} with other content")
    if (
        command.at != first.at  # asked first: only another time needs the terms
        and _day_counts(command)
        and local_day(command.at) != local_day(first.at)
    ):
        raise _used_otherwise(command_id, f"for {kinds} on another day")
    return done


def must_lead_to_nothing(decided: Callable[[], Sequence[AnyEvent]], command_id: str) -> None:
    """Hold that a command is the one that was answered with nothing, for it was so already.

    Args:
        decided: decides the command, asked again, on the case as it was then.
        command_id: the id under which a command led to nothing.

    Raises:
        InvalidInputError: on the case as it was then this command would have led to something, so
            it is another one.
    """
    try:
        is_the_same = not decided()
    except (Refused, CalendarGapError):
        is_the_same = False
    if not is_the_same:
        raise _used_otherwise(
            command_id, "for a command that recorded nothing, because nothing had to change"
        )


def was_recorded(command: "Command", case: Case) -> bool:
    """Say whether what a command asks for was recorded, or put right, as of that very time.

    Where its words were erased they count as the same, so the time must tell it from another.
    """
    there = chain(case.recorded, case.standing)
    return any(event.at == command.at and _asks_for(command, event) for event in there)


def _used_otherwise(command_id: str, how: str) -> InvalidInputError:
    return InvalidInputError(
        f"command_id: {shown(command_id)} was already used in this case {how}; give this "
        "command a new command_id"
    )


def _day_counts(command: "Command") -> bool:
    """Say whether the same words on another day are another fact; see `Step` (ADR 0102)."""
    from rapid_review.domain.registry import STEPS  # noqa: PLC0415 - reading needs none

    step = STEPS[type(command)]
    return step.known_by is None or step.at_counts or bool(step.again_after)


def _asks_for(command: "Command", event: AnyEvent) -> bool:
    """Say whether an event is what a command asks for; `at` aside, for a retry may come later."""
    from rapid_review.domain.commands import ReckonDeadlineAgain, ReplaceTerms  # noqa: PLC0415 - to
    from rapid_review.domain.registry import leads_to  # noqa: PLC0415 - read needs neither

    if isinstance(command, ReckonDeadlineAgain) and isinstance(event, DeadlineSet):
        return command.deadline == event.deadline  # one that no calendar had reached
    if not isinstance(event, leads_to(type(command))):
        return False
    if isinstance(command, ReplaceTerms) and isinstance(event, TermsReplaced):
        return (command.terms, command.because) == (event.terms.id, event.because)
    return all(getattr(event, name) == said for name, said in command if name != "at")
