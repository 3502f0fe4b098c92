"""Entries as a record would hold them: a history of commands and events, with both its times.

The case is the Kent one of `tests/domain/a_review.py`: received on Monday 4 May 2020, due on
Wednesday 27 May.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from typing import Final, NamedTuple

from rapid_review.domain.case import Case, evolve
from rapid_review.domain.commands import Command
from rapid_review.domain.decisions import decide
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Actor
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.case.clock_reading import ClockReading, ClockState
from rapid_review.testing.strategies import History
from tests.domain.a_review import ENGLAND, KENT, at

TEAM: Final = Actor(id="pt-01", role="business-support", agency="partnership-team")
SOON: Final = timedelta(minutes=10)


class Written(NamedTuple):
    """Something said at one time and written down at another."""

    said: Command | AnyEvent
    recorded_at: datetime


def written(said: Command | AnyEvent, recorded: str) -> Written:
    """Return what was said, to be written down at another time than soon after."""
    return Written(said, at(recorded))


def entries_of(
    *history: Command | AnyEvent | Written,
    terms: Terms = KENT,
    calendar: WorkingCalendar = ENGLAND,
    before: Sequence[Entry] = (),
) -> tuple[Entry, ...]:
    """Return the entries of a history, each written down ten minutes after it happened.

    `before` are entries to go on from, perhaps under other terms or with another calendar.
    """
    entries = list(before)
    case = reduce(evolve, (entry.event for entry in before), Case())
    for step in history:
        said, recorded_at = step if isinstance(step, Written) else Written(step, step.at + SOON)
        events = decide(said, case, terms, calendar) if isinstance(said, Command) else (said,)
        command_id = f"c-{len(entries)}"
        for event in events:
            case = evolve(case, event)
            entries.append(
                Entry(
                    partnership=terms.partnership,
                    case="KM-2020-001",
                    version=case.version,
                    event=event,
                    recorded_at=recorded_at,
                    by=TEAM,
                    command_id=command_id,
                )
            )
    return tuple(entries)


def written_down(history: History, *, gap: timedelta = timedelta(days=1)) -> tuple[Entry, ...]:
    """Return the entries of a history, each written down some time after the one before."""
    return tuple(
        Entry(
            partnership=history.terms.partnership,
            case="KM-2020-001",
            version=version,
            event=event,
            recorded_at=history.events[0].at + version * gap,
            by=TEAM,
            command_id=f"c-{version}",
        )
        for version, event in enumerate(history.events, start=1)
    )


def state_of(reading: ClockReading | None) -> ClockState | None:
    """Return a clock's state, if the clock was read at all."""
    return None if reading is None else reading.state
