"""Clocks as plain tuples, and the cells that the histogram holds of them.

The brute force of these tests reads the tuples and the calendar, and never a cell.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Final, NamedTuple

from hypothesis import strategies as st

from rapid_review.calendars import load
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.facts import DurationCell, Ended, by_clock
from rapid_review.projections.statistics.selection import Durations

ENGLAND: Final = load("england-and-wales")
CLOCK: Final = "rapid-review"
LENGTH: Final = 15
"""ToR 5(a): working days; the day of receipt is day 0."""
TODAY: Final = date(2021, 4, 1)
AS_OF: Final = AsOf(read_on=TODAY)


class Story(NamedTuple):
    """One clock: who notified, when; how it ended, and when, if it has."""

    source: str
    received: date
    ended: Ended
    ended_on: date | None

    @property
    def due(self) -> date:
        """The fifteenth working day."""
        return ENGLAND.after(self.received, LENGTH)

    @property
    def days(self) -> int:
        """The working days until it ended, or until today."""
        return ENGLAND.count(self.received, self.ended_on or TODAY)

    @property
    def is_late(self) -> bool:
        """Whether it ended, or still runs, after its due day."""
        return (self.ended_on or TODAY) > self.due

    @property
    def is_open(self) -> bool:
        """Whether it runs, in time, overdue or excused."""
        return self.ended in (Ended.OPEN, Ended.OPEN_RELAXED)

    @property
    def has_stopped(self) -> bool:
        """Whether it stopped, in time, late or excused."""
        return self.ended in (Ended.STOPPED, Ended.STOPPED_RELAXED)

    @property
    def is_relaxed(self) -> bool:
        """Whether a national relaxation excuses that it is late."""
        return self.ended in (Ended.STOPPED_RELAXED, Ended.OPEN_RELAXED)

    @property
    def cell(self) -> DurationCell:
        """What the histogram holds of it; a stop on the weekend after the due day is late by 1."""
        days = late_days = None
        if self.ended_on is not None:
            days = self.days
            late_days = max(1, ENGLAND.count(self.due, self.ended_on)) if self.is_late else 0
        month = f"{self.received:%Y-%m}"
        return DurationCell(
            CLOCK, self.source, month, self.received, self.due, self.ended, days, late_days
        )


def story(received: str, ended: Ended = Ended.OPEN, ended_on: str | None = None) -> Story:
    """Return a clock of Kent County Council, with its days as they are written."""
    last = None if ended_on is None else date.fromisoformat(ended_on)
    return Story("kent", date.fromisoformat(received), ended, last)


def timed(stories: list[Story]) -> list[Story]:
    """Return the clocks that say how long something took; the others are in no curve."""
    return [one for one in stories if one.ended not in (Ended.WITHHELD, Ended.IMPOSSIBLE)]


def histogram(*groups: list[Story]) -> Durations:
    """Return the histogram of some clocks, and of one of another kind, which is never counted.

    Args:
        groups: the clocks, of which each group is counted by itself and then added to the others.
    """
    other = DurationCell("panel-feedback", "kent", "2020-05", TODAY, TODAY, Ended.STOPPED, 3, 0)
    each = (Counter(one.cell for one in stories) for stories in groups)
    return by_clock(sum(each, Counter({other: 2})))


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Clocks of three agencies from April 2020 to March 2021; many share a day and a fate."""
    first = date(2020, 4, 1)
    received = first + timedelta(days=draw(st.integers(0, 364)))
    ended = draw(st.sampled_from(Ended))
    most = min(45, (TODAY - received).days)
    ended_on = received + timedelta(days=draw(st.integers(0, most)))
    source = draw(st.sampled_from(["kent", "medway", "police"]))
    made = Story(source, received, ended, ended_on)
    if made.is_open:
        made = made._replace(ended_on=None)
    if made.is_relaxed and not made.is_late:
        plain = Ended.OPEN if made.is_open else Ended.STOPPED
        made = made._replace(ended=plain)  # only lateness is excused
    return made


HISTORIES: Final = st.lists(stories(), max_size=30)
