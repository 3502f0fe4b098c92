"""What the tests of the read model share: all that it says, and the same from entries alone."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import strategies as st

from rapid_review import calendars
from rapid_review.domain.commands import Command
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import (
    AgencyReportFiled,
    AgencyReportRequested,
    LearningThemeIdentified,
    NotificationReceived,
    ProcessLinked,
    ThemeReferred,
)
from rapid_review.projections.as_of import CASE, AsOf, CaseHistory, effective_entries, project
from rapid_review.projections.case.clock_reading import ClockReading, Reason
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.stage import stage
from rapid_review.projections.duplicates import linked, look_alikes, notified_in
from rapid_review.projections.learning import learning_of
from rapid_review.projections.statistics.case_facts import case_facts
from rapid_review.projections.statistics.facts import by_clock
from rapid_review.projections.work.board import standing_of
from rapid_review.projections.work.diary import diary, due_in
from rapid_review.store import RapidReviews
from rapid_review.store.read_model.readings import Readings
from rapid_review.store.read_model.searching import Sought
from rapid_review.testing.strategies import histories
from tests.domain.a_review import at
from tests.store.a_record import TEAM

if TYPE_CHECKING:
    from rapid_review.projections.statistics.facts import CountCell, DurationCell
    from rapid_review.projections.work.diary import Due

DAYS: Final = (at("2020-06-01 12:00"), at("2026-11-23 12:00"))
"""When the board is looked at: while clocks run, and long after."""

AGENCIES: Final = ("health", "ics", "kent-ics", "police", "school")
"""Those that are searched for."""

Contents = Mapping[str, Any]
"""All that a read model says, by what was asked."""


def all_of(read_model: Readings) -> Contents:
    """Return all that a read model says."""
    return {
        "durations": read_model.durations(),
        "counts": read_model.counts(),
        "how many": (read_model.how_many_cases, read_model.how_many_duplicates),
        "cases": [
            (one.reference, one.version, one.stage, one.received_on) for one in read_model.cases()
        ],
        "still to come": [read_model.still_to_come(day) for day in DAYS],
        "boards": [
            tuple(
                one
                for one in read_model.board(day)
                if one.case not in read_model.still_to_come(day)
            )
            for day in DAYS
        ],
        "deadlines": sorted(
            (one.reference, one.deadline, one.counted_from, one.due, one.stopped_on, one.owed_by)
            for one in read_model.deadlines(all_of_them=True)
        ),
        "open": sorted((one.reference, one.deadline) for one in read_model.deadlines()),
        "themes": [(one.theme, one.reference, one.referred_to) for one in read_model.themes()],
        "diaries": [
            diary(
                one
                for one in read_model.falls_due(day)
                if one.case not in read_model.still_to_come(day)
            )
            for day in DAYS
        ],
        "learning": read_model.learning(),
        "references": read_model.references(),
        "duplicates": read_model.duplicates(),
        "agencies": {
            agency: found
            for agency in AGENCIES
            if (found := listed(read_model, Sought(agency=agency)))
        },
    }


def listed(read_model: Readings, sought: Sought) -> tuple[str, ...]:
    """Return the cases that fit, by reference, read two at a time."""
    found: list[str] = []
    after: str | None = None
    while True:
        page = read_model.search(sought, after=after, limit=2)
        found += [one.reference for one in page.cases]
        if (after := page.after) is None:
            return tuple(found)


def from_entries(reviews: RapidReviews) -> Contents:
    """Return the same from every entry of every case, by the pure views."""
    durations: Counter[DurationCell] = Counter()
    counts: Counter[CountCell] = Counter()
    cases: list[Any] = []
    deadlines: list[Any] = []
    boards: list[list[Any]] = [[] for _ in DAYS]
    diaries: list[list[Due]] = [[] for _ in DAYS]
    to_come: list[list[str]] = [[] for _ in DAYS]
    themes: list[Any] = []
    how_many = 0
    for reference in sorted(reviews.references()):
        entries = reviews.history(reference)
        case = project(CASE, entries)
        if case.last(NotificationReceived) is None:
            continue
        terms, earlier = reviews.terms_of(case), reviews.earlier_terms_of(case)
        history = CaseHistory(entries, terms, calendars.load, earlier)
        read = clocks(history, AsOf(read_on=_END))
        told = [*(event.at for event in case.standing), *_days_of(read)]
        for board, falls_due, ahead, day in zip(boards, diaries, to_come, DAYS, strict=True):
            if max(map(terms.local_day, told)) > terms.local_day(day):
                ahead.append(reference)
                continue
            board.append(standing_of(history, AsOf(read_on=day)))
            falls_due.extend(due_in(history, AsOf(read_on=day)))
        found = case_facts(case, terms, calendars.load, earlier)
        cases.append((reference, len(entries), stage(case, terms), found.received_on))
        if not _is_a_duplicate(entries):
            how_many += 1
            durations.update(found.durations)
            counts.update(found.counts)
            deadlines += [(reference, clock) for clock in read if _is_counted(clock)]
            themes.extend(_themes(reference, entries))
    received = {reference: received_on for reference, _, _, received_on in cases}
    return {
        "durations": by_clock(durations),
        "counts": counts,
        "how many": (how_many, len(cases) - how_many),
        "cases": sorted(cases, key=lambda one: (one[3], one[0])),
        "still to come": [tuple(ahead) for ahead in to_come],
        "boards": [tuple(board) for board in boards],
        "diaries": list(map(diary, diaries)),
        "deadlines": sorted(
            (case, one.rule.id, one.counted_from, one.due, one.stopped_on, one.rule.owed_by)
            for case, one in deadlines
        ),
        "open": sorted(
            (case, one.rule.id)
            for case, one in deadlines
            if one.stopped_on is None
            and one.state != "ended-otherwise"
            and one.reason is not Reason.IMPOSSIBLE_ORDER
        ),
        "themes": sorted(themes, key=lambda one: (one[0], received[one[1]], one[1])),
        **_lists(reviews),
    }


def _lists(reviews: RapidReviews) -> Contents:
    """Return what lists of cases say."""
    by_agency: dict[str, dict[str, None]] = {}
    for reference in reviews.references():
        for agency in _agencies(reviews.history(reference)):
            by_agency.setdefault(agency, {})[reference] = None
    notified = [notified_in(one, reviews.case(one)) for one in reviews.references()]
    cases = [one for one in notified if one is not None]
    return {
        "references": reviews.references(),
        "duplicates": (look_alikes(cases), linked(cases)),
        "learning": tuple(
            taught
            for one in reviews.references()
            if (taught := learning_of(reviews.case_history(one))) is not None
        ),
        "agencies": {one: tuple(by_agency[one]) for one in AGENCIES if one in by_agency},
    }


def _agencies(entries: tuple[Entry, ...]) -> set[str]:
    """Return which agencies sent the notification, were asked or answered; none before it."""
    stands = [entry.event for entry in effective_entries(entries)]
    sent = {one.source for one in stands if isinstance(one, NotificationReceived)}
    told = (AgencyReportRequested, AgencyReportFiled)
    return sent | {one.agency for one in stands if isinstance(one, told)} if sent else set()


def _days_of(read: Iterable[ClockReading]) -> Iterator[date]:
    for one in read:
        if _is_counted(one) and one.due:
            yield from (day for day in (one.counted_from, one.stopped_on) if day is not None)


def _is_counted(clock: ClockReading) -> bool:
    """Say whether a clock has started, and did not stop on a day that nobody knows (I-30)."""
    return clock.counted_from is not None and clock.reason is not Reason.NOT_KNOWN


def _is_a_duplicate(entries: tuple[Entry, ...]) -> bool:
    """Say whether it stands that the notification came in twice, and counts in another case."""
    stands = [entry.event for entry in effective_entries(entries)]
    return any(isinstance(one, ProcessLinked) and one.process == "duplicate-of" for one in stands)


_END: Final = at("2199-01-01 12:00")


def _themes(reference: str, entries: tuple[Entry, ...]) -> Iterator[tuple[str, str, Any]]:
    stands = [entry.event for entry in effective_entries(entries)]
    for theme in {one.theme for one in stands if isinstance(one, LearningThemeIdentified)}:
        referred = [one for one in stands if isinstance(one, ThemeReferred) and one.theme == theme]
        yield theme, reference, tuple(dict.fromkeys(one.referred_to for one in referred))


@dataclass(frozen=True, slots=True)
class Story:
    """What happens in a record: what is asked of which case, and where somebody catches up."""

    steps: tuple[tuple[str, Command, bool], ...]
    page: int


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Return the histories of up to three cases, told in turns; corrections come when they may."""
    told = draw(st.lists(histories(at_most=14), min_size=1, max_size=3))
    order = draw(st.permutations([n for n, one in enumerate(told) for _ in one.commands]))
    rest = [iter(one.commands) for one in told]
    steps = tuple((f"KM-{n}", next(rest[n]), draw(st.booleans())) for n in order)
    return Story(steps, draw(st.sampled_from([1, 2, 3, 7, 50])))


def unlike(found: Contents, expected: Contents) -> dict[str, tuple[Any, Any]]:
    """Return what is not said alike, with both answers."""
    return {
        asked: (found[asked], expected[asked])
        for asked in expected
        if found[asked] != expected[asked]
    }


def hold(reviews: RapidReviews, story: Story) -> None:
    """Tell a story; hold what the read model says to what the entries say, then made again."""
    read_model = reviews.read_model(page=story.page)
    for case, command, catches_up in story.steps:
        reviews.handle(case, command, by=TEAM)
        if catches_up:
            read_model.catch_up()
    read_model.catch_up()
    expected = from_entries(reviews)
    assert unlike(all_of(read_model), expected) == {}
    read_model.rebuild()
    assert unlike(all_of(read_model), expected) == {}
    assert read_model.quarantined() == ()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    waiting = threading.Event()
    for _ in range(3_000):
        if holds():
            return
        waiting.wait(0.01)
    pytest.fail("it never came about")
