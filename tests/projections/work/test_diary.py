"""The diary: what falls due, in the order of its days, and how the record revised it.

The case was received on Monday 4 May 2020; its review and its decision are due on Wednesday 27
May. The school was asked for its report by 13 May; the group meets on 19 May at two, London time.
"""

from datetime import date, datetime
from typing import Final

from rapid_review import calendars, terms
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.work.diary import Due, DueKind, diary, due_in, revised_in
from tests.domain.a_review import (
    AGREE_ACTION,
    ANSWER_AWAITED,
    ATTEND,
    CANCEL,
    CLOSED,
    COMMISSION,
    COMPLETE_ACTION,
    CONVENE,
    FILE,
    KENT,
    NOT_MET,
    PLAN,
    PUBLISH,
    RECEIVE,
    REQUEST,
    SHARE_LEARNING,
    WRITE_BACK,
    at,
    changed,
    recorded,
    varied,
)
from tests.projections.a_record import Written, entries_of, written

GATHERING: Final = (RECEIVE, REQUEST, CONVENE)
MONDAY: Final = at("2020-05-18 09:00")


def falls_due(
    *history: ask.Command | Written,
    as_of: datetime = MONDAY,
    held: Terms = KENT,
    recorded_by: datetime | None = None,
) -> tuple[Due, ...]:
    """Return what falls due in a history, in the order of its days."""
    entries = entries_of(*history, terms=held)
    found = due_in(
        CaseHistory(entries, held, calendars.load), AsOf(recorded_by=recorded_by, read_on=as_of)
    )
    return diary(found)


def test_reports_meetings_and_clocks_fall_due_in_the_order_of_their_days() -> None:
    """ToR 5(a), 7.4, 8.5: each with who owes it, and the calendar days that are left."""
    found = [(one.on.day, one.what, one.owed_by, one.days_left) for one in falls_due(*GATHERING)]
    assert found == [
        (13, "school", "school", -5),
        (19, "1", "rapid-review-group", 1),
        (27, "decision", "rapid-review-group", 9),
        (27, "rapid-review", "rapid-review-group", 9),
    ]


def test_what_was_done_falls_due_no_more() -> None:
    """ToR 7.4, 6.2: the report is filed and the meeting was held."""
    found = falls_due(*GATHERING, FILE, ATTEND, as_of=at("2020-05-20 09:00"))
    assert {one.kind for one in found} == {DueKind.CLOCK}


def test_a_meeting_that_was_called_off_falls_due_no_more() -> None:
    """ToR 8.5: until it is convened again, under the same number."""
    off = (*GATHERING, CANCEL)
    assert "meeting" not in {one.kind for one in falls_due(*off)}
    again = changed(CONVENE, at=at("2020-05-15 12:00"), meets_at=at("2020-05-21 13:00"))
    (meeting,) = (one for one in falls_due(*off, again) if one.kind == "meeting")
    assert (meeting.what, meeting.on.day) == ("1", 21)


def test_an_action_falls_due_on_its_day_also_when_the_case_is_closed() -> None:
    """ToR 8.6: as it was last agreed, until it is done; one without a day falls due on none."""
    moved = changed(AGREE_ACTION, at=at("2020-06-16 09:00"), due_on=date(2020, 7, 19))
    undated = changed(AGREE_ACTION, action="ACT-8", due_on=None)
    (action,) = falls_due(*CLOSED, AGREE_ACTION, moved, undated, as_of=at("2020-07-20 09:00"))
    assert (action.kind, action.what, action.owed_by) == (DueKind.ACTION, "ACT-7", "u-31")
    assert (action.clause, action.days_left) == ("ToR 8.6", -1)
    again = changed(AGREE_ACTION, at=at("2020-07-16 09:00"))
    (once_more,) = falls_due(
        *CLOSED, AGREE_ACTION, COMPLETE_ACTION, again, as_of=at("2020-07-20 09:00")
    )
    assert once_more.on == AGREE_ACTION.due_on, "it was agreed again after it was done"
    done = falls_due(*CLOSED, AGREE_ACTION, COMPLETE_ACTION, as_of=at("2020-07-20 09:00"))
    assert done == ()


def test_an_answer_to_a_letter_falls_due_until_it_is_logged() -> None:
    """ToR 8.9: the Panel owes it where we wrote, and the Partnership Team where the Panel did."""
    theirs = changed(ANSWER_AWAITED, correspondence="LET-4", sent=False)
    found = falls_due(RECEIVE, ANSWER_AWAITED, theirs, as_of=at("2020-06-05 09:00"))
    awaited = [(one.what, one.owed_by) for one in found if one.kind == DueKind.LETTER]
    assert awaited == [("LET-2", "national-panel"), ("LET-4", "partnership-team")]
    found = falls_due(RECEIVE, ANSWER_AWAITED, WRITE_BACK, as_of=at("2020-06-05 09:00"))
    assert DueKind.LETTER not in {one.kind for one in found}


def test_the_diary_calls_the_team_and_the_group_as_the_terms_do() -> None:
    """ToR 8.5, 8.9, 8.10: a meeting, an answer and a publication of another partnership."""
    theirs = varied(KENT, team="secretariat", group="assembly")
    letter = changed(ANSWER_AWAITED, sent=False)
    planned, june = (*CLOSED, COMMISSION, PLAN), at("2020-06-05 09:00")
    found = (
        *falls_due(*GATHERING, letter, held=theirs, as_of=june),
        *falls_due(*planned, held=theirs, as_of=at("2020-12-14 09:00")),
    )
    owing = {one.kind: one.owed_by for one in found}
    assert owing[DueKind.MEETING] == "assembly"
    assert owing[DueKind.LETTER] == owing[DueKind.PUBLICATION] == "secretariat"


def test_a_meeting_that_was_never_held_falls_due_no_more_once_a_later_one_was() -> None:
    """ToR 7.6, 8.5: as no next step asks for its attendance."""
    second = changed(CONVENE, at=at("2020-05-18 10:00"), meeting=2)
    both = falls_due(RECEIVE, CONVENE, second, as_of=at("2020-05-20 09:00"))
    assert [one.what for one in both if one.kind is DueKind.MEETING] == ["1", "2"]
    held = changed(ATTEND, meeting=2)
    later = falls_due(RECEIVE, CONVENE, second, held, as_of=at("2020-05-20 09:00"))
    assert [one.what for one in later if one.kind is DueKind.MEETING] == []


def test_a_planned_publication_falls_due_until_it_is_published() -> None:
    """ToR 3.2, 8.10: on the day that was planned last."""
    later = changed(PLAN, at=at("2020-11-30 09:00"), planned_on=date(2020, 12, 21))
    november = at("2020-12-14 09:00")
    found = falls_due(*CLOSED, COMMISSION, PLAN, later, as_of=november)
    planned = [(one.on.day, one.clause) for one in found if one.kind == DueKind.PUBLICATION]
    assert planned == [(21, "ToR 8.10")]
    assert falls_due(*CLOSED, COMMISSION, PLAN, PUBLISH, as_of=at("2020-12-16 09:00")) == ()


def test_as_it_was_recorded_the_report_is_still_awaited() -> None:
    """ToR 7.4: filed on the 12th and written down on the 18th, it was awaited in the record."""
    history = (*GATHERING, written(FILE, "2020-05-18 09:00"))
    first, *_ = falls_due(*history, recorded_by=at("2020-05-15 09:00"))
    assert (first.kind, first.what) == (DueKind.AGENCY_REPORT, "school")


def test_what_is_overdue_stands_first_and_stays() -> None:
    """ToR 7.4: the report is a day late on 14 May, and looking no day ahead shows it."""
    found = falls_due(*GATHERING, as_of=at("2020-05-14 09:00"))
    assert [one.days_left for one in diary(found, days=0)] == [-1]


def test_a_report_asked_for_by_no_day_falls_due_on_none() -> None:
    """ToR 7.4: it is a next step, and is in no diary."""
    request = changed(REQUEST, due_on=None)
    assert {one.kind for one in falls_due(RECEIVE, request)} == {DueKind.CLOCK}


def test_a_meeting_convened_again_falls_on_its_new_day() -> None:
    """ToR 8.5: half past eleven at night by UTC is the next day in London."""
    moved = changed(CONVENE, meets_at=at("2020-05-20 23:30"))
    (meeting,) = (one for one in falls_due(*GATHERING, moved) if one.kind is DueKind.MEETING)
    assert (meeting.on, meeting.at) == (date(2020, 5, 21), at("2020-05-20 23:30"))


def test_what_is_dated_after_the_reading_has_not_been_done() -> None:
    """ToR 7.4: a report that is said to come next year is awaited until then (reading I-29)."""
    by_slip = changed(FILE, at=at("2021-05-12 16:00"))
    kinds = [one.kind for one in falls_due(*GATHERING, by_slip)]
    assert DueKind.AGENCY_REPORT in kinds
    next_year = [one.kind for one in falls_due(*GATHERING, by_slip, as_of=at("2021-05-13 09:00"))]
    assert DueKind.AGENCY_REPORT not in next_year


def test_a_milestone_is_marked_as_one() -> None:
    """Devon plans its collation by the fifth working day, and nobody is held to it."""
    devon = terms.load("devon-dscp")
    kinds = {one.kind for one in falls_due(RECEIVE, held=devon)}
    assert kinds == {DueKind.CLOCK, DueKind.MILESTONE}


def test_a_case_that_calls_for_no_review_owes_nothing() -> None:
    """ToR 1: its meeting and its report are not waited for."""
    assert falls_due(*GATHERING, NOT_MET) == ()


def test_of_a_closed_case_the_clock_that_still_runs_is_left() -> None:
    """ToR 3.2, 8.10: a practice review is to be published, whether or not the case is closed."""
    found = falls_due(*CLOSED, COMMISSION, as_of=at("2020-08-01 09:00"))
    assert [one.what for one in found] == ["publication"]


# --- Revisions


def revisions(
    *history: ask.Command | did.AnyEvent | Written,
    on: datetime = MONDAY,
    recorded_by: datetime | None = None,
) -> dict[str, tuple[int, datetime]]:
    """Return how often what falls due was revised, and when it was last, by what it is."""
    case = CaseHistory(entries_of(*history), KENT, calendars.load)
    as_of = AsOf(recorded_by=recorded_by, read_on=on)
    found = revised_in(case, as_of)
    assert tuple(one.due for one in found) == due_in(case, as_of)
    return {one.due.what: (one.times, one.recorded_at) for one in found}


def test_what_falls_due_is_as_it_was_first_recorded_until_it_changes() -> None:
    """ToR 7.4, 8.5: ten minutes after each was said it was written down, and nothing changed."""
    assert revisions(*GATHERING, SHARE_LEARNING) == {
        "rapid-review": (0, at("2020-05-04 09:40")),
        "decision": (0, at("2020-05-04 09:40")),
        "school": (0, at("2020-05-04 12:10")),
        "1": (0, at("2020-05-14 12:10")),
    }


def test_a_meeting_moved_or_corrected_is_revised_and_convened_again_alike_is_not() -> None:
    """ToR 8.5: moved by an hour, said again, and then corrected; nothing else was touched."""
    moved = changed(CONVENE, at=at("2020-05-15 09:00"), meets_at=at("2020-05-19 14:00"))
    again = changed(moved, at=at("2020-05-15 10:00"))
    assert revisions(*GATHERING, moved, again)["1"] == (1, at("2020-05-15 09:10"))
    version = len(entries_of(*GATHERING, moved))
    replacement = recorded(did.MeetingConvened, changed(moved, meets_at=at("2020-05-20 14:00")))
    corrected = did.RecordCorrected(
        at=at("2020-05-18 09:00"), version=version, because="misread", replacement=replacement
    )
    found = revisions(*GATHERING, moved, corrected)
    assert found["1"] == (2, at("2020-05-18 09:10"))
    assert found["school"] == (0, at("2020-05-04 12:10"))


def test_what_was_recorded_later_revises_nothing_before() -> None:
    """ToR 8.5: as the record was on the 14th, the meeting had not been moved."""
    moved = changed(CONVENE, at=at("2020-05-15 09:00"), meets_at=at("2020-05-22 13:00"))
    then = revisions(*GATHERING, moved, recorded_by=at("2020-05-14 23:00"))
    assert then["1"] == (0, at("2020-05-14 12:10"))


def test_another_day_of_reading_revises_nothing() -> None:
    """ToR 5(a): a clock that has become overdue is the same entry of the record."""
    assert revisions(*GATHERING) == revisions(*GATHERING, on=at("2020-06-30 09:00"))


def test_where_nothing_falls_due_nothing_was_revised() -> None:
    """ToR 1: the meeting was convened, and then no review was called for."""
    assert revisions(*GATHERING, NOT_MET) == {}
