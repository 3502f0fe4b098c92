"""Turning decided events into entries: numbered, dated by the record's clock, signed with who."""

from collections.abc import Sequence
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from pydantic import ValidationError

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError, problems
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.vocabulary import Actor


class Provenance(TypedDict):
    """Who recorded something, why, and what it belongs to."""

    by: Actor
    purpose: str | None
    command_id: str
    correlation_id: NotRequired[str | None]
    causation_id: NotRequired[str | None]


def stamped(
    place: tuple[str, str],
    events: Sequence[AnyEvent],
    last: Entry | None,
    now: datetime,
    **provenance: Unpack[Provenance],
) -> tuple[Entry, ...]:
    """Return events as the next entries of a case.

    A clock that was set back does not put an entry before those it follows: what was known on a
    day must not change because a machine's clock did.

    Args:
        place: the partnership and the case.
        events: what was decided, in order.
        last: the case's latest entry; None for a new case.
        now: the time of recording, aware.
        provenance: who, why, by which command.

    Raises:
        InvalidInputError: a reference, an id or the clock's time has not the form it must.
    """
    partnership, case = place
    try:
        return tuple(
            Entry(
                partnership=partnership,
                case=case,
                version=version,
                recorded_at=max(now, last.recorded_at) if last and now.tzinfo else now,
                event=event,
                **provenance,
            )
            for version, event in enumerate(events, start=last.version + 1 if last else 1)
        )
    except ValidationError as error:
        raise InvalidInputError(*problems(error)) from None  # pydantic's own repeats what it found
