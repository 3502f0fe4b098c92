"""How the verdicts on a case's clocks came about: each time the record changed one (ToR 5(a)).

"On 14 May we believed that this was late; on 20 May we learnt that it was not." For each time of
recording, clocks are read twice on that day: without what was recorded then, and with it. So a
clock that became overdue since the last recording is overdue in both, which is not a change.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from rapid_review.domain.entry import Entry
from rapid_review.projections.as_of import AsOf, CaseHistory, entries_as_of
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.compare.clock_changes import ClockChange, bearing_on, clock_changes


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A clock's verdict as it was believed until something was recorded, and from then on.

    Attributes:
        recorded_at: when that was recorded.
        change: the clock, and both readings of it, on the day of `recorded_at`.
        entries: the entries recorded then that bear on it, by version.
    """

    recorded_at: datetime
    change: ClockChange
    entries: tuple[int, ...]


def verdict_history(
    history: CaseHistory, *, recorded_by: datetime | None = None
) -> tuple[VerdictChange, ...]:
    """Return every change that the record made to a clock's verdict, in the order of recording.

    Args:
        history: the case; each reading is under the terms that held by then.
        recorded_by: as it was recorded by then.

    Raises:
        RecordError: the entries are not all of one case, from its first.
        TermsError: a clock is running that none of the terms given holds.
    """
    recorded = entries_as_of(history.entries, AsOf(recorded_by=recorded_by))

    def read(seen: tuple[Entry, ...], on: datetime) -> tuple[ClockReading, ...]:
        return clocks(replace(history, entries=seen), AsOf(read_on=on)) if seen else ()

    found: list[VerdictChange] = []
    for recorded_at, written in groupby(recorded, key=lambda entry: entry.recorded_at):
        new = tuple(written)
        before, after = recorded[: new[0].version - 1], recorded[: new[-1].version]
        changes = clock_changes(read(before, recorded_at), read(after, recorded_at))
        found.extend(
            VerdictChange(recorded_at, one, bearing_on(one.rule, new, recorded)) for one in changes
        )
    return tuple(found)
