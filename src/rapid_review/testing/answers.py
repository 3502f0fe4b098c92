"""All answers about a case, in a form that can be compared between two records of it.

A version is the place of an entry in one record. So a finding is identified here by the event that
is in that place. Everything is written down late, so that no answer depends on the time of
recording.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from rapid_review.domain.case import replay
from rapid_review.domain.clocks import clocks_started
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import (
    AnyEvent,
    DeadlineReckonedAgain,
    DeadlineSet,
    NotificationReceived,
    RecordCorrected,
)
from rapid_review.domain.in_effect import effective, latest_versions
from rapid_review.domain.rules.finding import Kind, Verdict
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import AsOf, CaseHistory, effective_entries
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.duties import Duty, duties
from rapid_review.projections.case.findings import findings
from rapid_review.projections.statistics.case_facts import CaseFacts, case_facts_as_of
from rapid_review.testing.oracle import Judge
from rapid_review.testing.stories import Story
from rapid_review.testing.telling import BY

WRITTEN_DOWN: Final = datetime(2023, 6, 1, 9, tzinfo=UTC)
"""When everything is written down."""


class Answers(NamedTuple):
    """What is answered about a case.

    Attributes:
        findings: how often each finding occurs, with its event in place of its version.
        clocks: every clock.
        duties: every duty.
        figures: the facts that figures are made from.
    """

    findings: Mapping[tuple[str, str, Kind, Verdict, str, str], int]
    clocks: tuple[ClockReading, ...]
    duties: tuple[Duty, ...]
    figures: CaseFacts | None


def answers(history: CaseHistory, as_of: AsOf, judge: Judge = findings) -> Answers:
    """Return all answers about a case, in a form that does not depend on the order of entries.

    Args:
        history: the case.
        as_of: as it had happened and was recorded by then, and the day of reading.
        judge: finds what is wrong; the library's own unless another is to be compared.
    """
    entries = effective_entries(history.entries, as_of)
    events = {entry.version: entry.event for entry in entries}
    found = Counter(
        (
            events[one.version].model_dump_json(),
            one.finding.code,
            one.finding.kind,
            one.finding.verdict,
            one.finding.subject,
            one.finding.because,
        )
        for one in judge(history, as_of)
        if one.version in events
    )
    return Answers(
        found, clocks(history, as_of), duties(history, as_of), case_facts_as_of(history, as_of)
    )


def facts_of(one: Story) -> list[AnyEvent]:
    """Return the facts of a story in effect, the notification first, no two facts at one time.

    Where two facts have the same time, the order of recording decides between them.
    """
    in_effect = effective([entry.event for entry in one.entries])
    facts = [
        in_effect[version].model_copy(
            update={"at": in_effect[version].at + timedelta(seconds=place)}
        )
        for place, version in sorted(latest_versions(in_effect).items())
        if not isinstance(
            in_effect[version], DeadlineSet | DeadlineReckonedAgain | RecordCorrected
        )
    ]
    first = next(event for event in facts if isinstance(event, NotificationReceived))
    return [first, *(event for event in facts if event is not first)]


def written_late(
    events: Sequence[AnyEvent], terms: Terms, calendar: WorkingCalendar
) -> tuple[Entry, ...]:
    """Return the entries of events, written down long after they happened, with their clocks.

    Args:
        events: what happened, in the order in which it is written down.
        terms: the terms whose clocks are set.
        calendar: what counts them.
    """
    set_last = clocks_started(replay(events), terms, calendar, at=WRITTEN_DOWN)
    return tuple(
        Entry(
            partnership=terms.partnership,
            case="T-1",
            version=version,
            recorded_at=WRITTEN_DOWN + timedelta(minutes=version),
            by=BY,
            command_id=f"c-{version}",
            event=event,
        )
        for version, event in enumerate((*events, *set_last), start=1)
    )
