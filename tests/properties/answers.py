"""All that is answered about a case, in a form in which two records of the same facts compare.

A version is the place of an entry in one record, so a finding is told here by the event that
stands in that place. Everything is written down late, so that no answer is about the time of
recording.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from rapid_review import calendars
from rapid_review import terms as shipped
from rapid_review.domain.case import effective, latest_words, replay
from rapid_review.domain.clocks import clocks_started
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import (
    AnyEvent,
    DeadlineReckonedAgain,
    DeadlineSet,
    NotificationReceived,
    RecordCorrected,
)
from rapid_review.domain.rules.finding import Kind, Verdict
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Actor
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import AsOf, CaseHistory, effective_entries
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.duties import Duty, duties
from rapid_review.projections.case.findings import Found, findings
from rapid_review.projections.statistics.case_facts import CaseFacts, case_facts_as_of
from rapid_review.testing.stories import Story, story

ENGLAND: Final = calendars.load("england-and-wales")
EDITIONS: Final = tuple(map(shipped.load, shipped.available()))
READ_ON: Final = datetime(2021, 9, 1, tzinfo=UTC)
WRITTEN_DOWN: Final = datetime(2023, 6, 1, 9, tzinfo=UTC)
BY: Final = Actor(id="u-1", role="business-support", agency="partnership-team")

Judge = Callable[[CaseHistory, AsOf], Iterable[Found]]
"""Finds what is wrong with a case."""


@lru_cache
def load(calendar: str, version: str | None = None) -> WorkingCalendar:
    """Return a calendar, read from its file once."""
    return calendars.load(calendar, version)


def told(seed: int) -> Story:
    """Return the story of a seed, under the terms of one of ten partnerships."""
    return story(seed, EDITIONS, ENGLAND)


class Answers(NamedTuple):
    """What is answered about a case.

    Attributes:
        findings: how often each thing is found, told by the event.
        clocks: every clock.
        duties: every duty.
        figures: the facts that figures are made from.
    """

    findings: Mapping[tuple[str, str, Kind, Verdict, str, str], int]
    clocks: tuple[ClockReading, ...]
    duties: tuple[Duty, ...]
    figures: CaseFacts | None


def answers(
    entries: Sequence[Entry], terms: Terms, as_of: AsOf, judge: Judge = findings
) -> Answers:
    """Return all that is answered about a case, whatever the order of its entries."""
    history = CaseHistory(entries, terms, load)
    events = {entry.version: entry.event for entry in effective_entries(entries, as_of)}
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
    """Return what stands of a story, the notification first, no two facts at one time.

    Where two facts are of one time, the order of recording decides between them, as is settled.
    """
    said = effective([entry.event for entry in one.entries])
    facts = [
        said[version].model_copy(update={"at": said[version].at + timedelta(seconds=place)})
        for place, version in sorted(latest_words(said).items())
        if not isinstance(said[version], DeadlineSet | DeadlineReckonedAgain | RecordCorrected)
    ]
    first = next(event for event in facts if isinstance(event, NotificationReceived))
    return [first, *(event for event in facts if event is not first)]


def written_late(events: Sequence[AnyEvent], terms: Terms) -> tuple[Entry, ...]:
    """Return the entries of events, written down long after they happened, with their clocks."""
    set_last = clocks_started(replay(events), terms, ENGLAND, at=WRITTEN_DOWN)
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
