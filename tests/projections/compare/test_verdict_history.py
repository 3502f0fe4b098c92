"""ToR 5(a): each time the record changed the verdict on a clock, and by which entries.

The case was received on Monday 4 May 2020; its review and its decision are due on Wednesday 27
May, the fifteenth working day.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.entry import Entry
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clock_reading import ClockState
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.compare.clock_changes import clock_changes
from rapid_review.projections.compare.verdict_history import VerdictChange, verdict_history
from rapid_review.testing.strategies import History, histories
from tests.domain.a_review import (
    BEFORE_THE_FUNERAL,
    DECIDED,
    DISCUSS,
    KENT,
    LATER_KENT,
    LINK,
    NOT_MET,
    RECEIVE,
    RECKON,
    REPLACE,
    SENT,
    TO_PANEL,
    at,
    changed,
    recorded,
    varied,
)
from tests.projections.a_record import entries_of, state_of, written, written_down


def history_of(
    entries: Sequence[Entry], clock: str = "rapid-review", terms: Terms = KENT
) -> list[VerdictChange]:
    """Return every change of one clock's verdict."""
    found = verdict_history(CaseHistory(entries, terms, calendars.load, (KENT,)))
    return [one for one in found if one.change.deadline == clock]


def told(change: VerdictChange) -> tuple[ClockState | None, ClockState | None, tuple[int, ...]]:
    """Return what was believed before, what from then on, and by which entries."""
    return state_of(change.change.before), state_of(change.change.after), change.entries


def test_a_report_written_down_late_turns_overdue_into_met() -> None:
    """ToR 5(a), 7.7: sent on 21 May and written down on 2 June, when all thought it late."""
    history = (*SENT[:-1], written(TO_PANEL, "2020-06-02 09:00"))
    entries = entries_of(*history)
    started, sent = history_of(entries)
    assert told(started) == (None, ClockState.RUNNING, (1, 3))
    assert told(sent) == (ClockState.OVERDUE, ClockState.MET, (entries[-1].version,))
    assert sent.recorded_at == at("2020-06-02 09:00")


def test_a_retraction_takes_a_verdict_back_and_its_retraction_returns_it() -> None:
    """ToR 5(a): the report was not sent after all; then that was wrong too."""
    entries = entries_of(*SENT)
    last = entries[-1].version
    retract = ask.CorrectRecord(at=at("2020-05-22 09:00"), version=last, because="it was not sent")
    undo = ask.CorrectRecord(at=at("2020-05-25 09:00"), version=last + 1, because="it was")
    found = history_of(entries_of(retract, undo, before=entries))
    assert [told(one) for one in found[1:]] == [
        (ClockState.RUNNING, ClockState.MET, (last,)),
        (ClockState.MET, ClockState.RUNNING, (last + 1,)),
        (ClockState.RUNNING, ClockState.MET, (last + 2,)),
    ]


def test_a_corrected_receipt_moves_the_due_day_and_the_calculation_is_named() -> None:
    """ToR 7.3: received on Thursday 30 April, the review was due on 22 May."""
    entries = entries_of(RECEIVE)
    right = entries[0].event.model_copy(update={"at": at("2020-04-30 15:00")})
    correct = ask.CorrectRecord(
        at=at("2020-05-20 09:00"), version=1, because="it came in before", replacement=right
    )
    _, moved = history_of(entries_of(correct, before=entries))
    assert moved.entries == (5, 6)
    assert moved.change.after is not None
    assert moved.change.after.due == date(2020, 5, 22)
    assert not moved.change.changes_state


def test_another_calendar_that_leaves_the_due_day_changes_no_verdict() -> None:
    """ToR 5(a): the newer calendar has the same bank holidays in May 2020."""
    entries = entries_of(RECEIVE, calendar=BEFORE_THE_FUNERAL)
    again = entries_of(RECKON, before=entries)
    assert len(again) == len(entries) + 1
    assert history_of(again) == history_of(entries)


def test_a_duplicate_names_the_link_that_ended_its_clocks() -> None:
    """ToR 8.1: the same notification had come in before, and its clocks count (I-26)."""
    link = changed(LINK, process="duplicate-of", reference="KM-2020-006")
    entries = entries_of(RECEIVE, link)
    _, ended = history_of(entries)
    assert told(ended) == (ClockState.RUNNING, ClockState.ENDED_OTHERWISE, (entries[-1].version,))


def test_an_ended_review_names_the_finding_that_ended_it() -> None:
    """ToR 1: the criteria were not met."""
    _, ended = history_of(entries_of(RECEIVE, NOT_MET))
    assert told(ended) == (ClockState.RUNNING, ClockState.ENDED_OTHERWISE, (5,))


def test_the_report_bears_on_the_panels_clock() -> None:
    """ToR 7.8: with the report the Panel's ten days must begin, and nobody knows when."""
    entries = entries_of(*SENT, DISCUSS)
    unknown, known = history_of(entries, "panel-feedback")
    assert told(unknown) == (
        ClockState.NOT_STARTED,
        ClockState.UNDETERMINED,
        (entries[-3].version,),
    )
    assert told(known)[:2] == (ClockState.UNDETERMINED, ClockState.RUNNING)


def test_each_verdict_is_read_under_the_terms_of_its_time() -> None:
    """New terms have a clock more; before they were recorded, nobody was held to it."""
    added = KENT.deadlines[0].model_copy(update={"id": "sooner", "length": 5})
    terms = varied(
        LATER_KENT, deadlines=(*KENT.deadlines, added.model_copy(update={"title": "Sooner"}))
    )
    entries = entries_of(RECEIVE, before=())
    replaced = entries_of(changed(REPLACE, terms=terms.id), before=entries, terms=terms)
    (begun,) = history_of(replaced, "sooner", terms)
    assert told(begun) == (None, ClockState.OVERDUE, (5, 6))


def test_a_correction_that_names_no_earlier_entry_bears_on_nothing() -> None:
    """An imported one may: it corrects nothing, and the report beside it is what is named."""
    odd = did.RecordCorrected(at=at("2020-05-21 09:00"), version=99, because="b")
    when = "2020-05-21 10:00"
    sent = written(recorded(did.ReportSentToPanel, TO_PANEL), when)
    entries = entries_of(*DECIDED, written(odd, when), sent)
    assert history_of(entries)[-1].entries == (len(entries),)


@given(histories(), st.sampled_from([timedelta(0), timedelta(days=1), timedelta(days=9)]))
def test_the_changes_lead_to_what_is_read_now(history: History, gap: timedelta) -> None:
    """In any history: since its last change the days alone have made a verdict another.

    They make a running clock overdue; and what was still to come when it was written down starts,
    stops or ends a clock on its day, which then may be anything.
    """
    entries = written_down(history, gap=gap)
    if not entries:
        return
    found = verdict_history(CaseHistory(entries, history.terms, calendars.load))
    last = {one.change.deadline: one.change.after for one in found}
    written_at = {one.change.deadline: one.recorded_at for one in found}
    on = entries[-1].recorded_at
    now = clocks(CaseHistory(entries, history.terms, calendars.load), AsOf(read_on=on))
    believed = [reading for reading in last.values() if reading is not None]
    by_the_days = {ClockState.RUNNING, ClockState.OVERDUE, ClockState.RELAXED}
    for change in clock_changes(believed, now):
        assert change.after is not None
        then = written_at.get(change.deadline, entries[0].recorded_at)
        counted_from = change.after.counted_from
        day = history.terms.local_day(then)
        stopped_on = change.after.stopped_on
        if any(told is not None and told > day for told in (counted_from, stopped_on)):
            continue
        if any(history.terms.local_day(entry.event.at) > day for entry in entries):
            continue
        assert change.before is not None
        assert {change.before.state, change.after.state} <= by_the_days
    assert all(one.entries for one in found)
