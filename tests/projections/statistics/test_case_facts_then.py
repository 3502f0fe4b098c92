"""What a case added to every statistic by an earlier time: as it had happened, as it was recorded.

The case was received on Monday 4 May 2020; it was due on Wednesday 27 May and sent on day 12, on
Wednesday 20 May.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import assume
from hypothesis import given as for_all
from hypothesis import strategies as st

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.entry import Entry
from rapid_review.projections.as_of import CASE, AsOf, CaseHistory, entries_as_of, project
from rapid_review.projections.statistics.case_facts import CaseFacts, case_facts, case_facts_as_of
from rapid_review.projections.statistics.facts import Ended
from rapid_review.testing.strategies import History, histories
from tests.domain.a_review import DISCUSS, KENT, RECEIVE, SENT, at, changed, recorded, varied
from tests.projections.a_record import entries_of, written

WHOLE = entries_of(*SENT, DISCUSS)


def then(
    entries: Sequence[Entry], *, happened: str | None = None, recorded: str | None = None
) -> CaseFacts | None:
    """Return the figures as it had happened or was recorded by a time in UTC."""
    return case_facts_as_of(
        CaseHistory(entries, KENT, calendars.load),
        AsOf(
            happened_by=at(happened) if happened else None,
            recorded_by=at(recorded) if recorded else None,
        ),
    )


def ended(found: CaseFacts | None, deadline: str) -> list[tuple[Ended, date]]:
    """Return how a clock stood, and its due day; nothing if it had not started."""
    assert found is not None
    return [(one.ended, one.due) for one in found.durations if one.deadline == deadline]


def test_a_report_that_had_not_been_sent_had_stopped_no_clock() -> None:
    """ToR 5(a): it was sent on 20 May; as happened by the 19th the review was open."""
    due = date(2020, 5, 27)
    assert ended(then(WHOLE, happened="2020-05-19 09:00"), "rapid-review") == [(Ended.OPEN, due)]
    assert ended(then(WHOLE, happened="2020-05-21 09:00"), "rapid-review") == [
        (Ended.STOPPED, due)
    ]


def test_a_clock_that_had_not_started_is_no_cell() -> None:
    """ToR 7.8: the Panel met on 2 June, and its answer was due from then on."""
    assert ended(then(WHOLE, happened="2020-06-01 09:00"), "panel-feedback") == []
    assert len(ended(then(WHOLE), "panel-feedback")) == 1


def test_before_the_notification_there_was_no_case() -> None:
    """Neither as it had happened nor as it was recorded."""
    assert then(WHOLE, happened="2020-05-03 09:00") is None
    assert then(WHOLE, recorded="2020-05-03 09:00") is None


def test_a_day_that_is_still_to_come_decides_no_month() -> None:
    """By a slip received in 2062: read in July 2020 it counts, and its month is not known."""
    entries = entries_of(changed(RECEIVE, at=at("2062-05-04 09:00")))
    history = CaseHistory(entries, KENT, calendars.load)

    def read_on(day: date) -> CaseFacts:
        found = case_facts_as_of(history, AsOf(read_on=day))
        assert found is not None
        return found

    early, when_it_comes = read_on(date(2020, 7, 1)), read_on(date(2062, 5, 4))
    assert (early.dated_on, early.month) == (None, "")
    assert {cell.month for cell in early.counts} == {""}
    assert early.counted == when_it_comes.counted
    assert when_it_comes.month == "2062-05"


def test_a_receipt_corrected_later_had_always_been_earlier() -> None:
    """ToR 7.3: on 12 May it was found to be of Friday 1 May, due on the 26th."""
    earlier = changed(RECEIVE, at=at("2020-05-01 15:00"))
    receipt = recorded(did.NotificationReceived, earlier, terms=KENT.ref)
    correct = ask.CorrectRecord(
        at=at("2020-05-12 09:00"), version=1, because="misread", replacement=receipt
    )
    entries = entries_of(correct, before=entries_of(RECEIVE))
    by_the_6th = {
        "happened": then(entries, happened="2020-05-06 09:00"),
        "recorded": then(entries, recorded="2020-05-06 09:00"),
    }
    assert {name: ended(found, "rapid-review") for name, found in by_the_6th.items()} == {
        "happened": [(Ended.OPEN, date(2020, 5, 26))],
        "recorded": [(Ended.OPEN, date(2020, 5, 27))],
    }


def test_a_case_moved_to_other_terms_later_counts_as_it_was_then() -> None:
    """I-24: as recorded in June, no clock of the terms that it moved to in October had started."""
    kept = tuple(one for one in KENT.deadlines if one.id != "decision")
    without = varied(KENT, id="kent-without", digest=f"sha256:{'c' * 64}", deadlines=kept)
    before = entries_of(RECEIVE, terms=without)
    moved = ask.ReplaceTerms(at=at("2020-10-05 09:00"), because="a new edition", terms=KENT.id)
    history = CaseHistory(
        entries_of(moved, before=before), KENT, calendars.load, earlier=(without,)
    )

    def then(day: str) -> CaseFacts | None:
        return case_facts_as_of(history, AsOf(recorded_by=at(day)))

    assert len(ended(then("2020-06-01 09:00"), "rapid-review")) == 1
    assert ended(then("2020-06-01 09:00"), "decision") == []
    assert len(ended(then("2020-11-02 09:00"), "decision")) == 1


def test_what_was_written_down_later_had_happened_all_the_same() -> None:
    """Received on 4 May and written down on the 10th: happened by the 6th, and not recorded."""
    entries = entries_of(written(RECEIVE, "2020-05-10 09:00"))
    assert then(entries, happened="2020-05-06 09:00") is not None
    assert then(entries, recorded="2020-05-06 09:00") is None


@for_all(histories())
def test_by_the_last_event_everything_had_happened(history: History) -> None:
    """Asked by a time after all of it, the figures are those of the case as it is."""
    entries = entries_of(*history.commands, terms=history.terms, calendar=history.calendar)
    whole = project(CASE, entries)
    if not whole.all(did.NotificationReceived):
        assert case_facts_as_of(CaseHistory(entries, history.terms, calendars.load)) is None
        return
    happened = [event.at for event in (*whole.standing, *(one.event for one in entries))]
    after = max(happened) + timedelta(days=1)  # a correction may move an event beyond itself
    assert _told(
        case_facts_as_of(
            CaseHistory(entries, history.terms, calendars.load),
            AsOf(happened_by=after, read_on=date.max),  # what entries foretell has happened too
        )
    ) == _told(case_facts(whole, history.terms, calendars.load))


@for_all(histories(), st.integers(0, 60))
def test_a_clock_had_stopped_if_what_stops_it_had_happened(history: History, place: int) -> None:
    """By the time of any of its events: open if nothing that was by then stops it."""
    entries = entries_of(*history.commands, terms=history.terms, calendar=history.calendar)
    assume(entries)
    cut = entries[place % len(entries)].event.at
    found = case_facts_as_of(
        CaseHistory(entries, history.terms, calendars.load), AsOf(happened_by=cut)
    )
    had_happened = [entry.event for entry in entries_as_of(entries, AsOf(happened_by=cut))]
    assert (found is None) == (
        not any(isinstance(event, did.NotificationReceived) for event in had_happened)
    )
    for cell in () if found is None else found.durations:
        rule = history.terms.clocks[cell.deadline]
        told = (rule.stopped_by(event) for event in had_happened)
        day = history.terms.local_day(cut)
        stops = [stop for stop in told if stop and history.terms.local_day(stop) <= day]
        assert (cell.ended is Ended.STOPPED) <= bool(stops)
        assert (cell.ended is Ended.OPEN) <= (not stops)


def _told(found: CaseFacts | None) -> tuple[object, ...]:
    assert found is not None
    return found.received_on, found.durations, found.counts
