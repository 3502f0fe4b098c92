"""ToR 5(a): how long a clock takes, with those that still run counted for as long as they ran.

At the end of each day on which anything happened, of all the clocks of a group:

- `running`: the share still running, by Kaplan and Meier (1958); both kinds of end count.
- `has_stopped` and `has_ended_otherwise`: the shares that came to each of the two ends, by Aalen
  and Johansen (1978). A clock that ended otherwise will never stop. A Kaplan-Meier curve of
  stopping alone would treat it as if it might.

The three shares add up to 1. Of an open clock only the number of days it has run is known: it is
at risk up to and including that day, and then leaves without an end.

Days are the clock's own: working days for a clock in working days, else calendar days.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.statistics.basis import Basis
from rapid_review.projections.statistics.selection import Clocks

# A product of fractions that is exactly a half may come out a little below it.
_HALF: Final = 0.5 - 1e-12


class Step(NamedTuple):
    """One day on which a clock ended, or was last known to run.

    Attributes:
        day: how many days after its start.
        at_risk: the clocks known to have run until then.
        stopped: those of them that stopped on that day.
        ended_otherwise: those that ended otherwise on it.
        still_open: those that have run so many days and are open.
        running: the share still running at its end, from 0 to 1.
        has_stopped: the share that had stopped by its end.
        has_ended_otherwise: the share that had ended otherwise.
    """

    day: int
    at_risk: int
    stopped: int
    ended_otherwise: int
    still_open: int
    running: float
    has_stopped: float
    has_ended_otherwise: float


@dataclass(frozen=True, slots=True)
class Curve:
    """How the clocks of one group came to an end.

    Attributes:
        deadline: which clock.
        basis: what it is a figure of.
        clocks: how many clocks it is made of: the denominator.
        days_unknown: how many are left out, because they have ended and their days could not be
            counted.
        still_open: how many of the clocks are open.
        steps: the days on which anything happened, in order.
        median_days: the first day by which half of all clocks had stopped; None if that was not
            seen, because too many are open or ended otherwise.
    """

    deadline: str
    basis: Basis
    clocks: int
    days_unknown: int
    still_open: int
    steps: tuple[Step, ...]
    median_days: int | None


def survival(
    clocks: Clocks, calendar: WorkingCalendar | None, *, counting_day: bool = False
) -> Curve:
    """Return the curve of one group, as of the clocks' own day.

    Args:
        clocks: the clocks, all under terms that count in the same way.
        calendar: counts the working days that an open clock has run; None for a clock in calendar
            days or months.
        counting_day: whether the terms count the day of the start, as day 1.

    Raises:
        CalendarGapError: the calendar does not cover the start of an open clock, or today.
    """
    stopped, still_open, unknown = Counter[int](), Counter[int](), 0
    for (days, _, _), number in clocks.stopped.items():
        if days is None:
            unknown += number
        else:
            stopped[days] += number
    known = ((days, number) for days, number in clocks.ended_otherwise.items() if days is not None)
    otherwise = Counter(dict(known))
    today = clocks.basis.as_of.today
    for (start, _), number in clocks.still_open.items():
        if calendar is None:
            run = max(0, (today - start).days)
        else:
            run = calendar.count(start, today, counting_day=counting_day)
        still_open[run] += number
    steps = tuple(_steps(stopped, otherwise, still_open))
    return Curve(
        clocks.deadline,
        clocks.basis,
        stopped.total() + otherwise.total() + still_open.total(),
        unknown + clocks.ended_otherwise.get(None, 0),
        still_open.total(),
        steps,
        next((step.day for step in steps if step.has_stopped >= _HALF), None),
    )


def _steps(
    stopped: Counter[int], otherwise: Counter[int], still_open: Counter[int]
) -> Iterator[Step]:
    """Yield a step for each day, from the number of clocks that came to each end on it.

    On each day, the share still running is split in proportion to the clocks at risk that stopped,
    that ended otherwise, and that ran on.
    """
    at_risk = stopped.total() + otherwise.total() + still_open.total()
    running, has_stopped, has_ended_otherwise = 1.0, 0.0, 0.0
    for day in sorted(stopped.keys() | otherwise.keys() | still_open.keys()):
        ends = stopped[day] + otherwise[day]
        has_stopped += running * stopped[day] / at_risk
        has_ended_otherwise += running * otherwise[day] / at_risk
        running *= (at_risk - ends) / at_risk
        yield Step(
            day,
            at_risk,
            stopped[day],
            otherwise[day],
            still_open[day],
            running,
            has_stopped,
            has_ended_otherwise,
        )
        at_risk -= ends + still_open[day]
