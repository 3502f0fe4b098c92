"""Turn decided events into entries: number them, date them, and say who recorded them and why."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, NotRequired, TypedDict, Unpack

from pydantic import ValidationError

from rapid_review.domain.entry import Entry, Reason
from rapid_review.domain.erasure_events import ErasureApproved
from rapid_review.domain.erasures import must_take_a_purpose
from rapid_review.domain.errors import ClockError, InvalidInputError, problems, shown
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.sealed_words import SealedWords
from rapid_review.domain.statement import with_other
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.log.stream import Stream
from rapid_review.store.log.streams import Sealing

CLOCK_LAG: Final = timedelta(minutes=5)
"""How far the clock may be behind the newest entry of a case: the clocks of several machines
differ a little, and a clock that is set right over the network may step back a little."""


class Provenance(TypedDict):
    """Who recorded something, why (sealed, where the store seals words), what it belongs to."""

    by: Actor
    purpose: str | SealedWords | None
    command_id: str
    correlation_id: NotRequired[str | None]
    causation_id: NotRequired[str | None]


class RecordingTime(NamedTuple):
    """The time of recording, aware, and how far it may be behind the newest entry of a case."""

    now: datetime
    lag: timedelta = CLOCK_LAG


def erases_words(stream: Stream) -> bool:
    """Say whether an order to erase words of a case was approved, by its rows alone."""
    return ErasureApproved.__name__ in stream.kinds()


def sealed_purpose(
    sealing: Sealing, purpose: str | SealedWords | None, stream: Stream
) -> str | SealedWords | None:
    """Return a purpose as entries hold it: sealed, if the store seals words.

    Args:
        sealing: seals the words of the case, or of the stream beside the cases.
        purpose: as given.
        stream: the stream as stored.

    Raises:
        InvalidInputError: it is not in the required form.
        KeysError: the keys are not available, or are not those of this store.
        Refused: the case's words were erased, or an approved order erases them.
    """
    if purpose is None or not sealing.seals:
        return purpose
    if erases_words(stream):
        must_take_a_purpose(stream.case)
    try:
        Reason(purpose=purpose)
    except ValidationError as error:
        raise InvalidInputError(*problems(error, Reason)) from None
    return sealing.sealed_purpose(purpose)


def with_metadata(
    place: tuple[str, str],
    events: Sequence[AnyEvent],
    last: Entry | None,
    time: RecordingTime,
    **provenance: Unpack[Provenance],
) -> tuple[Entry, ...]:
    """Return events as the next entries of a case.

    If the clock is a little behind the latest entry, the new entries get the time of that entry:
    what was known on a day must not change because a machine's clock was set back. If it is
    further behind, it is wrong now, or was wrong before, and nothing is recorded.

    Args:
        place: the partnership and the case.
        events: the decided events in order, at least one.
        last: the case's latest entry; None for a new case.
        time: the time of recording.
        provenance: who recorded them, why, and by which command.

    Raises:
        InvalidInputError: a reference or an id is not in the required form.
        ClockError: the clock is too far behind the latest entry.
    """
    partnership, case = place
    now, lag = time
    if last and now + lag < last.recorded_at:
        raise _clock_is_behind(case, last, now, lag)
    try:
        first = Entry(
            partnership=partnership,
            case=case,
            version=last.version + 1 if last else 1,
            recorded_at=max(now, last.recorded_at) if last else now,
            event=events[0],
            **provenance,
        )
    except ValidationError as error:
        raise InvalidInputError(*problems(error, Entry)) from None
    others = enumerate(events[1:], start=first.version + 1)
    return (
        first,
        *(with_other(first, {"version": version, "event": event}) for version, event in others),
    )


def _clock_is_behind(case: str, last: Entry, now: datetime, lag: timedelta) -> ClockError:
    newest, clock = (at.isoformat(" ", "seconds") for at in (last.recorded_at, now))
    return ClockError(
        f"nothing was recorded in {shown(case)}: the clock says {clock}, and entry "
        f"{last.version} was recorded at {newest}. The clock may be at most {lag / _MINUTE:g} "
        "minutes behind the newest entry of a case. If the clock is behind, set it right and "
        "try again. If the entry is ahead, because a clock was wrong when it was recorded, "
        "find all such entries with `rapid-review audit verify`. Then record with a greater "
        "clock_lag (`rapid-review apply --clock-lag MINUTES`): the new entries get the same "
        "time"
    )


_MINUTE: Final = timedelta(minutes=1)
