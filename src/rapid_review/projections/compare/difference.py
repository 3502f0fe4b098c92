"""What differs between two views of one case, and which entries made the difference.

Each view shows the case as it had happened by one time and was recorded by another. So the
difference may be what was recorded between two days, what happened between them, or what a
correction changed in the past.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple, Self

from rapid_review.domain.case import Case
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import NotificationReceived
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf, CaseHistory, entries_as_of
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.findings import Found
from rapid_review.projections.case.judgement import judgement
from rapid_review.projections.case.stage import Stage, stage
from rapid_review.projections.case.timeline import Line, timeline_of
from rapid_review.projections.compare.clock_changes import ClockChange, bearing_on, clock_changes


@dataclass(frozen=True, slots=True)
class ClockDifference:
    """A clock whose verdict differs.

    Attributes:
        change: both readings of it.
        entries: the entries that made the difference and bear on the clock, by version; none where
            it differs only because the two readings are of different days.
    """

    change: ClockChange
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LineDifference:
    """A line of the timeline that appeared, disappeared or changed."""

    version: int
    before: Line | None
    after: Line | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two views of one case.

    Attributes:
        stage_before: the stage of the case in the first view; None before its notification.
        stage_after: its stage in the second view; None before its notification.
        clocks: the clocks whose verdict differs.
        found_before: what was found in the first view only.
        found_after: what was found in the second view only.
        lines: the lines of the timeline that differ.
        entries: the entries that made the difference, by version: entries that only one view
            has, or that the views have with different events.
    """

    stage_before: Stage | None
    stage_after: Stage | None
    clocks: tuple[ClockDifference, ...]
    found_before: tuple[Found, ...]
    found_after: tuple[Found, ...]
    lines: tuple[LineDifference, ...]
    entries: tuple[int, ...]


def difference(history: CaseHistory, before: AsOf, after: AsOf) -> Difference:
    """Return what differs between two views of one case.

    Args:
        history: the case; each view is under the terms that held by its times.
        before: as of when the first view is.
        after: as of when the second view is.

    Raises:
        RecordError: the entries are not all of one case, from its first.
        TermsError: a clock is running that none of the terms given holds.
    """
    one, other = (_View.of(history, as_of) for as_of in (before, after))
    recorded = history.entries
    changed = _entries_that_differ(recorded, before, after)
    return Difference(
        one.stage,
        other.stage,
        tuple(
            ClockDifference(change, bearing_on(change.rule, changed, recorded))
            for change in clock_changes(one.clocks, other.clocks)
        ),
        tuple(found for found in one.found if found not in other.found),
        tuple(found for found in other.found if found not in one.found),
        tuple(
            LineDifference(version, one.lines.get(version), other.lines.get(version))
            for version in sorted(one.lines.keys() | other.lines.keys())
            if one.lines.get(version) != other.lines.get(version)
        ),
        tuple(entry.version for entry in changed),
    )


def around(entries: Sequence[Entry], version: int) -> tuple[AsOf, AsOf]:
    """Return as of when to view a case just before and just after an entry was recorded.

    Both are read on the day of the recording. The difference is the effect of the entry, and of
    what was recorded at the same moment.
    """
    recorded_at = entries[version - 1].recorded_at
    just_before = recorded_at - timedelta.resolution
    return (
        AsOf(recorded_by=just_before, read_on=recorded_at),
        AsOf(recorded_by=recorded_at, read_on=recorded_at),
    )


def _stage_reached(case: Case, terms: Terms) -> Stage | None:
    return stage(case, terms) if case.last(NotificationReceived) else None


class _View(NamedTuple):
    stage: Stage | None
    clocks: tuple[ClockReading, ...]
    found: tuple[Found, ...]
    lines: Mapping[int, Line]

    @classmethod
    def of(cls, history: CaseHistory, as_of: AsOf) -> Self:
        """Return what a view of a case shows as of a reading."""
        lines = timeline_of(history, as_of)
        judged, case = judgement(history, as_of), history.case(as_of)
        return cls(
            _stage_reached(case, history.terms_of(case)),
            judged.clocks,
            judged.found,
            {line.version: line for line in lines},
        )


def _entries_that_differ(
    recorded: Sequence[Entry], before: AsOf, after: AsOf
) -> tuple[Entry, ...]:
    """Return the entries that only one view has, or that the views have with different events.

    Corrections are among them.
    """
    events = [
        {entry.version: entry.event for entry in entries_as_of(recorded, as_of)}
        for as_of in (before, after)
    ]
    written = [
        {entry.version for entry in entries_as_of(recorded, as_of._replace(happened_by=None))}
        for as_of in (before, after)
    ]
    return tuple(
        entry
        for version, entry in enumerate(recorded, start=1)
        if events[0].get(version) != events[1].get(version)
        or (version in written[0]) is not (version in written[1])
    )
