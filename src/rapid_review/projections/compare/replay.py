"""A case replayed: what its record said by the end of each day on which it was kept.

The replay follows from the entries, the terms and the calendars alone. Anyone who makes it again
gets the same bytes, so their digest fixes the timeline and its verdicts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from pydantic_core import to_json

from rapid_review.domain.case import replay
from rapid_review.domain.errors import RecordError
from rapid_review.domain.events import NAMING_TERMS
from rapid_review.domain.in_effect import corrections
from rapid_review.domain.vocabulary import TermsRef
from rapid_review.projections.as_of import (
    AsOf,
    CaseHistory,
    effective_entries,
    end_of_day,
    entries_as_of,
)
from rapid_review.projections.case.clock_reading import ClockReading, ClockState, Reason
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.documents import Named, documents
from rapid_review.projections.case.findings import EDITION, Found
from rapid_review.projections.case.judgement import Asked, judgement
from rapid_review.projections.case.stage import Stage, stage
from rapid_review.projections.case.timeline import Line, timeline
from rapid_review.projections.compare.verdict_history import VerdictChange, verdict_history
from rapid_review.projections.editions import by_terms_of_then

REPLAY: Final = "replay/case.json"
"""Where the bundle of a case states its replay."""


@dataclass(frozen=True, slots=True)
class ClockThen:
    """A clock as it was read at the end of a day.

    `deadline` is its key among the clocks of the case; the other fields are those of
    `ClockReading`.
    """

    deadline: str
    state: ClockState
    reason: Reason | None
    counted_from: date | None
    due: date | None
    stopped_on: date | None
    days_taken: int | None
    days_allowed: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict as it was believed until something was recorded, and from then on.

    The fields are those of `VerdictChange`, each reading as it was at `recorded_at`.
    """

    recorded_at: datetime
    deadline: str
    before: ClockThen | None
    after: ClockThen | None
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """What the record said by the end of one day, by the terms' own midnight.

    Attributes:
        day: which day.
        entries: how many entries the case had.
        superseded: the versions of the entries that no longer applied as recorded.
        stage: how far the case had come.
        clocks: every clock of the terms that were in force.
    """

    day: date
    entries: int
    superseded: tuple[int, ...]
    stage: Stage
    clocks: tuple[ClockThen, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """A case, told from public fields only.

    Attributes:
        partnership: whose record it is in.
        case: its reference.
        terms: the terms that it was held under at the end.
        time_zone: whose midnight ends a day.
        titles: the title of every clock in the replay, by its key.
        timeline: a line for each entry, as recorded.
        edition: the edition of the rules.
        findings: what was wrong on the last day of the record.
        asked: how much was asked.
        changes: each time that something recorded changed a verdict.
        documents: the documents that entries in effect name.
        days: from the first day on which something was recorded to the last, without a gap.
    """

    partnership: str
    case: str
    terms: TermsRef
    time_zone: str
    titles: Mapping[str, str]
    timeline: tuple[Line, ...]
    edition: str
    findings: tuple[Found, ...]
    asked: Asked
    changes: tuple[Change, ...]
    documents: tuple[Named, ...]
    days: tuple[Day, ...]

    def __bytes__(self) -> bytes:
        """Return it as JSON without "<", so that no tag can begin when it is put into a page."""
        return to_json(self).replace(b"<", b"\\u003c")


def replay_by_day(history: CaseHistory, *, recorded_by: datetime | None = None) -> Replay:
    """Return a case as its record had it on every day.

    Args:
        history: the case; each day is read under the terms that were pinned by then.
        recorded_by: leave out what was recorded later.

    Raises:
        RecordError: the entries are not all of one case, from its first, or there are none.
        TermsError: a clock is running that none of the terms given holds.
    """
    recorded = entries_as_of(history.entries, AsOf(recorded_by=recorded_by))
    if not recorded:
        raise RecordError(
            "no entry was recorded by then, so there is nothing to replay; give a later time"
        )
    pinned = [entry.event.terms for entry in recorded if isinstance(entry.event, NAMING_TERMS)]
    # Only terms that the case was held under: others at hand must not change the bytes.
    terms = history.terms_of(replay(entry.event for entry in recorded))
    every = (*history.earlier, history.terms)
    earlier = tuple(one for one in every if one.ref in pinned and one.ref != terms.ref)
    history = CaseHistory(recorded, terms, history.calendars, earlier)
    last_day = end_of_day(terms.local_day(recorded[-1].recorded_at), terms)
    judged = judgement(history, AsOf(read_on=last_day))
    titles = {clock.id: clock.title for one in (*earlier, terms) for clock in one.clocks.values()}
    days, changes = tuple(_days(history, titles)), verdict_history(history)
    titles |= {
        reading.key: reading.title
        for one in changes
        for reading in (one.change.before, one.change.after)
        if reading
    }
    return Replay(
        partnership=recorded[0].partnership,
        case=recorded[0].case,
        terms=terms.ref,
        time_zone=terms.time_zone,
        titles=titles,
        timeline=timeline(recorded, terms=terms, earlier=earlier),
        edition=EDITION,
        findings=judged.found,
        asked=judged.asked,
        changes=tuple(map(_change_then, changes)),
        documents=tuple(documents(effective_entries(recorded))),
        days=days,
    )


def _days(history: CaseHistory, titles: dict[str, str]) -> Iterator[Day]:
    """Yield each day of the record, and add the titles of the clocks read on it to `titles`."""
    recorded, terms = history.entries, history.terms
    editions = {edition.ref: edition for edition in (*history.earlier, terms)}
    first, last = (terms.local_day(recorded[at].recorded_at) for at in (0, -1))
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        end = end_of_day(day, terms)
        seen = entries_as_of(recorded, AsOf(recorded_by=end))
        case = replay(entry.event for entry in seen)
        pinned = case.review.terms
        held = terms if pinned is None else editions.get(pinned, terms)
        others = tuple(editions.values())
        then = CaseHistory(seen, held, history.calendars, others)
        read = clocks(then, AsOf(read_on=end))
        titles.update((one.key, one.title) for one in read)
        yield Day(
            day,
            len(seen),
            tuple(sorted(corrections(seen))),
            stage(by_terms_of_then(case, held, others), held),
            tuple(map(_clock_then, read)),
        )


def _change_then(found: VerdictChange) -> Change:
    change = found.change
    return Change(
        found.recorded_at,
        change.deadline,
        _clock_then(change.before) if change.before else None,
        _clock_then(change.after) if change.after else None,
        found.entries,
    )


def _clock_then(reading: ClockReading) -> ClockThen:
    return ClockThen(
        reading.key,
        reading.state,
        reading.reason,
        reading.counted_from,
        reading.due,
        reading.stopped_on,
        reading.days_taken,
        reading.days_allowed,
    )
