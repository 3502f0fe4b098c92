"""What differs between two views of one case, and which entries made the difference.

Each view is of two times: as the case had happened by the one, as it was recorded by the other.
So the difference may be what was written down between two days, what happened between them, or
what a correction made of the past.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple, Self

from rapid_review.domain.case import Case
from rapid_review.domain.entry import Entry
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf, CaseHistory, entries_as_of
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.findings import Found
from rapid_review.projections.case.judgement import judgement
from rapid_review.projections.case.stage import Stage, stage
from rapid_review.projections.case.timeline import Line, timeline
from rapid_review.projections.compare.clock_changes import ClockChange, bearing_on, clock_changes


@dataclass(frozen=True, slots=True)
class ClockDifference:
    """A clock whose verdict differs.

    Attributes:
        change: both readings of it.
        entries: the entries that made the difference and bear on it, by version; none where the
            days of the two readings alone did.
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
        stage_before: the stage it had come to in the one view; None before its notification.
        stage_after: in the other.
        clocks: the clocks whose verdict differs.
        found_before: what the rules found in the one view only.
        found_after: what they found in the other only.
        lines: the lines of the timeline that differ.
        entries: the entries that made the difference, by version: those that one view does not
            see, or sees as they then stood.
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
        before: the one view.
        after: the other.

    Raises:
        RecordError: the entries are not all of one case, from its first.
        TermsError: a clock is running that none of the terms given holds.
    """
    one, other = (_View.of(history, as_of) for as_of in (before, after))
    recorded = history.entries
    made_by = _made_by(recorded, before, after)
    return Difference(
        one.stage,
        other.stage,
        tuple(
            ClockDifference(change, bearing_on(change.rule, made_by, recorded))
            for change in clock_changes(one.clocks, other.clocks)
        ),
        tuple(found for found in one.found if found not in other.found),
        tuple(found for found in other.found if found not in one.found),
        tuple(
            LineDifference(version, one.lines.get(version), other.lines.get(version))
            for version in sorted(one.lines.keys() | other.lines.keys())
            if one.lines.get(version) != other.lines.get(version)
        ),
        tuple(entry.version for entry in made_by),
    )


def around(entries: Sequence[Entry], version: int) -> tuple[AsOf, AsOf]:
    """Return the views of a case just before and just after one of its entries was recorded.

    Both are read on the day of the recording. Their difference is the effect of the entry, and of
    what was recorded in the same instant: a correction's, on all that had been believed before.
    """
    recorded_at = entries[version - 1].recorded_at
    just_before = recorded_at - timedelta.resolution
    return (
        AsOf(recorded_by=just_before, read_on=recorded_at),
        AsOf(recorded_by=recorded_at, read_on=recorded_at),
    )


def _stage(case: Case, terms: Terms) -> Stage | None:
    return stage(case, terms) if case.review.terms else None


class _View(NamedTuple):
    stage: Stage | None
    clocks: tuple[ClockReading, ...]
    found: tuple[Found, ...]
    lines: Mapping[int, Line]

    @classmethod
    def of(cls, history: CaseHistory, as_of: AsOf) -> Self:
        """Return what is seen of a case as of a reading."""
        lines = timeline(history.entries, as_of, terms=history.terms)
        judged, case = judgement(history, as_of), history.case(as_of)
        return cls(
            _stage(case, history.terms_of(case)),
            judged.clocks,
            judged.found,
            {line.version: line for line in lines},
        )


def _made_by(recorded: Sequence[Entry], before: AsOf, after: AsOf) -> tuple[Entry, ...]:
    """Return the entries that only one view sees, or sees otherwise, corrections among them."""
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
