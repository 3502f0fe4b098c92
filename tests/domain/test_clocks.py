"""ToR 5(a), 7.3: from which days a clock was ever counted, and what counts it again."""

from datetime import date, timedelta
from itertools import permutations
from typing import Final

import pytest

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.case import Case, evolve
from rapid_review.domain.clock_stops import stop_of
from rapid_review.domain.clocks import (
    clock_reckoned_again,
    clock_set,
    clocks_started,
    days_that_started,
    due_on,
    may_run,
    rounds,
    runs_again,
    start_of,
)
from rapid_review.domain.errors import CalendarError
from rapid_review.domain.panel_rounds import panel_rounds
from rapid_review.domain.team_events import PanelNotified
from rapid_review.domain.terms.deadlines import PANEL_NOTIFIED, Ends, Receipt, Stop
from rapid_review.domain.vocabulary import Unit
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.testing import given
from tests.domain.a_review import (
    BEFORE_THE_FUNERAL,
    COMPILE,
    CONVENE,
    DISAGREE,
    DISCUSS,
    INFORM,
    KENT,
    RECEIVE,
    RECONSIDER,
    SENT,
    TO_PANEL,
    TOLD_LATER,
    at,
    changed,
    recorded,
    varied,
)

ENGLAND: Final = calendars.load("england-and-wales")
REVIEW: Final = KENT.clocks["rapid-review"]
PANEL: Final = KENT.clocks["panel-feedback"]
RECEIVED: Final = recorded(did.NotificationReceived, RECEIVE, terms=KENT.ref)
EARLIER: Final = changed(RECEIVED, at=at("2020-05-01 09:30"))
AGAIN: Final = (
    *SENT,
    DISAGREE,
    changed(COMPILE, at=at("2020-06-23 08:00"), version=2),
    RECONSIDER,
    changed(TO_PANEL, at=at("2020-06-25 09:00"), version=2),
)
"""The report went to the Panel on 21 May, and again on 25 June."""


@pytest.mark.parametrize(
    ("keys", "due"),
    [
        ({"length": 15, "unit": Unit.WORKING_DAYS}, "2020-05-27"),
        ({"length": 15, "unit": Unit.WORKING_DAYS, "counts_day_of_start": True}, "2020-05-26"),
        ({"length": 1, "unit": Unit.WORKING_DAYS, "counts_day_of_start": True}, "2020-05-04"),
        ({"length": 15, "unit": Unit.CALENDAR_DAYS}, "2020-05-19"),
        ({"length": 6, "unit": Unit.MONTHS}, "2020-11-04"),
        ({"length": 2, "unit": Unit.WORKING_DAYS, "before": True}, "2020-04-30"),
        ({"length": 2, "unit": Unit.CALENDAR_DAYS, "before": True}, "2020-05-02"),
    ],
)
def test_a_due_day_is_counted_in_the_unit_and_the_direction_of_its_clock(
    keys: dict[str, object], due: str
) -> None:
    """ToR 5(a), 7.8: from Monday 4 May 2020; as it was set, it counts to that day again."""
    clock, day = changed(REVIEW, **keys), date(2020, 5, 4)
    assert due_on(clock, day, ENGLAND) == date.fromisoformat(due)
    as_set = clock_set(clock, day, ENGLAND, at=RECEIVE.at)
    assert due_on(as_set, day, ENGLAND) == as_set.due == date.fromisoformat(due)


def test_a_clock_starts_with_the_earliest_of_what_starts_it() -> None:
    """ToR 7.3: whatever was recorded first; and by no day before that."""
    informed = recorded(did.MemberInformed, INFORM)
    for events in ((RECEIVED, informed, EARLIER), (EARLIER, RECEIVED), (RECEIVED, EARLIER)):
        assert start_of(REVIEW, events, KENT) == date(2020, 5, 1)
    assert start_of(REVIEW, (RECEIVED,), KENT, by=date(2020, 5, 4)) == date(2020, 5, 4)
    assert start_of(REVIEW, (RECEIVED,), KENT, by=date(2020, 5, 3)) is None
    assert start_of(REVIEW, (RECEIVED, EARLIER), KENT, by=date(2020, 5, 3)) == date(2020, 5, 1)
    assert start_of(REVIEW, (informed,), KENT) is None


def test_a_clock_starts_on_the_day_that_is_said_and_not_when_it_was_noted() -> None:
    """ToR 7.8: the Panel discussed the report on 2 June; that was noted on 3 June."""
    discussed = recorded(did.PanelDiscussionNoted, DISCUSS)
    assert start_of(PANEL, (discussed,), KENT, by=date(2020, 6, 2)) == date(2020, 6, 2)
    assert start_of(PANEL, (discussed,), KENT, by=date(2020, 6, 1)) is None


def test_a_notification_that_opens_no_review_starts_no_clock() -> None:
    """ToR 1: nor does telling the Panel of it; another that opens one starts it."""
    other = changed(EARLIER, notification_class="looked-after-child-death")
    told = recorded(PanelNotified, TOLD_LATER)
    telling = changed(REVIEW, starts_on=PANEL_NOTIFIED)
    assert start_of(REVIEW, (other,), KENT) is None
    assert start_of(REVIEW, (other, RECEIVED), KENT) == date(2020, 5, 4)
    assert start_of(telling, (other, told), KENT) is None
    assert start_of(telling, (told,), KENT) == date(2020, 5, 4)
    untold = changed(RECEIVED, panel_notified_at=None)
    assert start_of(telling, (untold, told), KENT) == date(2020, 5, 4)
    told_of_another = changed(RECEIVED, notification_class="looked-after-child-death")
    assert start_of(telling, (untold, told_of_another), KENT) is None
    only = changed(telling, only_for_classes=("looked-after-child-death",))
    assert start_of(only, (untold, told), KENT) is None


def test_a_clock_runs_where_its_class_of_notification_opens_a_review() -> None:
    """ToR 1: and where nothing was notified yet; not where it is for other classes only."""
    other = changed(RECEIVE, notification_class="looked-after-child-death")
    of_others = changed(REVIEW, only_for_classes=("looked-after-child-death",))
    assert may_run(REVIEW, given().case, KENT)
    assert may_run(REVIEW, given(RECEIVE).case, KENT)
    assert not may_run(REVIEW, given(other).case, KENT)
    assert not may_run(of_others, given(RECEIVE).case, KENT)


def test_where_nothing_starts_a_clock_no_calendar_is_asked_for() -> None:
    """ToR 7.3: so that a step is recorded though the calendar is not at hand."""

    def not_at_hand() -> WorkingCalendar:
        raise CalendarError("there is no calendar")

    at_noon = at("2020-05-04 12:00")
    assert not list(clocks_started(Case(), KENT, not_at_hand, at=at_noon))
    with pytest.raises(CalendarError):
        list(clocks_started(evolve(Case(), RECEIVED), KENT, not_at_hand, at=at_noon))


def test_a_clock_that_runs_backwards_starts_on_the_last_plan() -> None:
    """ToR 8.4: a plan counts from the day on which it was made, for its own day lies ahead."""
    clock = changed(REVIEW, before=True, length=3, starts_on="MeetingConvened.meets_at")
    first = recorded(did.MeetingConvened, CONVENE)
    meets = KENT.local_day(first.meets_at)
    made = KENT.local_day(first.at)
    assert made < meets
    after, long_after = made + timedelta(days=1), made + timedelta(days=2)
    later = changed(first, at=at(f"{after} 09:00"), meets_at=at("2020-06-02 09:00"))
    sooner = changed(first, at=at(f"{long_after} 09:00"), meets_at=at("2020-05-18 09:00"))
    assert start_of(clock, (first,), KENT, by=made) == meets
    assert start_of(clock, (first,), KENT, by=made - timedelta(days=1)) is None
    assert start_of(clock, (first, later), KENT) == date(2020, 6, 2)
    assert start_of(clock, (first, later, sooner), KENT) == date(2020, 5, 18)
    assert start_of(clock, (first, later), KENT, by=made) == meets


@pytest.mark.parametrize(
    ("starts_on", "stops_on", "again"),
    [
        ("PanelDiscussionNoted.discussed_on", "PanelFeedbackReceived.at", True),
        ("PanelDiscussionNoted.discussed_on", "FeedbackShared.at", True),
        ("ReportSentToPanel.at", "FeedbackShared.at", True),
        ("ReportCompiled.at", "PanelFeedbackReceived.at", True),
        ("NotificationReceived.at", "ReportSentToPanel.at", False),
    ],
)
def test_a_clock_of_the_panel_runs_in_each_of_its_rounds(
    starts_on: str, stops_on: str, *, again: bool
) -> None:
    """ToR 7.8, reading I-23: a decision that was reconsidered after its answer went again."""
    clock = changed(REVIEW, starts_on=starts_on, stops_on=stops_on)
    case = given(*AGAIN).case
    assert runs_again(clock) is again
    found = rounds(clock, case, KENT)
    assert len(found) == (2 if again else 1)
    assert found == (panel_rounds(case, KENT) if again else (case.standing,))
    assert rounds(clock, case, KENT, by=date(2020, 6, 24)) == (case.standing,)
    for said in (False, True):
        assert runs_again(changed(clock, each_time=said)) is said


FIRST: Final = DISCUSS
SECOND: Final = changed(DISCUSS, at=at("2020-07-01 09:00"), discussed_on=date(2020, 6, 30))


@pytest.mark.parametrize(
    ("history", "days"),
    [
        ((*SENT, FIRST), ["2020-06-02"]),
        ((*SENT, FIRST, *AGAIN[len(SENT) :]), ["2020-06-02"]),
        ((*SENT, FIRST, *AGAIN[len(SENT) :], SECOND), ["2020-06-02", "2020-06-30"]),
        ((*AGAIN, SECOND), ["2020-06-30"]),
    ],
)
def test_the_clock_of_the_panel_is_set_once_in_each_round(
    history: tuple[ask.Command, ...], days: list[str]
) -> None:
    """ToR 7.8: also where its first round has no day; and no clock is set that was set before."""
    case = given(*history).case
    set_by = [one for one in case.all(did.DeadlineSet) if one.deadline == "panel-feedback"]
    assert [str(one.counted_from) for one in set_by] == days
    assert not list(clocks_started(case, KENT, ENGLAND, at=SECOND.at))
    assert len([one for one in case.all(did.DeadlineSet) if one.deadline == "decision"]) == 1


def test_a_clock_is_set_from_the_day_on_which_its_notification_counts() -> None:
    """ToR 7.3, reading I-1: after the hour on Monday 4 May, so from Tuesday."""
    terms = varied(KENT, receipt=Receipt(until="08:00"))
    case = given(RECEIVE, terms=terms).case
    assert case.review.clocks["rapid-review"].counted_from == date(2020, 5, 5)


def test_a_clock_was_counted_from_each_day_that_was_recorded_as_its_start() -> None:
    """ToR 7.3: from Monday 4 May, and from Friday 1 May, to which the receipt was corrected.

    What else was recorded, before it or after, started no clock; nor did what was taken back.
    """
    informed = recorded(did.MemberInformed, INFORM)
    corrected = did.RecordCorrected(
        at=at("2020-05-12 09:00"), version=1, because="misread", replacement=EARLIER
    )
    taken_back = changed(corrected, replacement=None)
    record = (informed, taken_back, RECEIVED, informed, corrected)
    assert days_that_started(REVIEW, record[:3], KENT) == {date(2020, 5, 4)}
    assert days_that_started(REVIEW, record, KENT) == {date(2020, 5, 4), date(2020, 5, 1)}


def test_the_day_on_which_a_notification_counts_started_the_clock() -> None:
    """ToR 7.3, reading I-1: after the hour on Thursday 7 May counts on Monday 11 May."""
    terms = varied(KENT, receipt=Receipt(until="08:00", day_off="next-working-day"))
    late = changed(RECEIVED, at=at("2020-05-07 09:30"))
    assert days_that_started(REVIEW, [late], terms, ENGLAND) == {date(2020, 5, 11)}
    assert days_that_started(REVIEW, [late], terms) == {date(2020, 5, 7)}


def test_a_clock_is_calculated_again_where_its_calendar_or_its_start_is_another() -> None:
    """ToR 7.3: with neither changed nothing is recorded; each alone is enough."""
    received = changed(RECEIVE, at=at("2022-09-08 09:30"), panel_notified_at=None)
    case = given(received, calendar=BEFORE_THE_FUNERAL).case
    set_by = next(one for one in case.all(did.DeadlineSet) if one.deadline == "rapid-review")
    said = ask.ReckonDeadlineAgain(
        at=at("2022-09-12 09:00"), deadline="rapid-review", because="the State Funeral"
    )
    own, other = date(2022, 9, 8), date(2022, 9, 7)
    for calendar, start, due in (
        (BEFORE_THE_FUNERAL, None, None),
        (BEFORE_THE_FUNERAL, own, None),
        (BEFORE_THE_FUNERAL, other, date(2022, 9, 28)),
        (ENGLAND, None, date(2022, 9, 30)),
        (ENGLAND, other, date(2022, 9, 29)),
    ):
        made = clock_reckoned_again(set_by, said, case, calendar, start)
        assert [(one.counted_from, one.due) for one in made] == (
            [] if due is None else [(start or own, due)]
        )
        assert all(one.old_due == date(2022, 9, 29) for one in made)


@pytest.mark.parametrize(("by", "stopped"), [("2020-05-20", False), ("2020-05-21", True)])
def test_what_stops_a_clock_stops_it_on_its_own_day(by: str, *, stopped: bool) -> None:
    """ToR 7.7: a report of 21 May stopped the clock by the 21st, and not by the 20th."""
    events = (RECEIVED, recorded(did.ReportSentToPanel, TO_PANEL))
    found = stop_of(REVIEW, given(RECEIVE).case, events, KENT, by=date.fromisoformat(by))
    assert found == ((date(2020, 5, 21), Ends.MET) if stopped else None)


def test_a_report_that_was_published_after_all_is_not_withheld() -> None:
    """ToR 7.8: what meets a clock counts, though something else ended it days before.

    Of two days of the same kind the earlier counts.
    """
    sent = recorded(did.ReportSentToPanel, TO_PANEL)
    informed, again = (
        changed(recorded(did.MemberInformed, INFORM), at=at(f"2020-05-{day} 09:00"))
        for day in ("05", "07")
    )
    otherwise = Stop(on="MemberInformed.at", state=Ends.OTHERWISE)
    clock = changed(REVIEW, stops_on=(otherwise, Stop(on="ReportSentToPanel.at")))
    case = given(RECEIVE).case
    assert stop_of(clock, case, [again, informed], KENT) == (date(2020, 5, 5), Ends.OTHERWISE)
    assert stop_of(clock, case, [informed, sent], KENT) == (date(2020, 5, 21), Ends.MET)
    assert stop_of(clock, case, [], KENT) is None


def test_of_two_stops_of_a_clock_the_earlier_counts() -> None:
    """ToR 7.7: and of two on one day, the one that the terms name first."""
    sent, case = recorded(did.ReportSentToPanel, TO_PANEL), given(RECEIVE).case
    informed = changed(recorded(did.MemberInformed, INFORM), at=at("2020-05-07 09:00"))
    to_panel, to_member = "ReportSentToPanel.at", "MemberInformed.at"
    clock = changed(REVIEW, stops_on=(Stop(on=to_panel), Stop(on=to_member)))
    assert stop_of(clock, case, [sent, informed], KENT) == (date(2020, 5, 7), Ends.MET)
    informed = changed(informed, at=sent.at)
    for first, second in permutations([Ends.OTHERWISE, Ends.WITHHELD]):
        stops = (Stop(on=to_panel, state=first), Stop(on=to_member, state=second))
        clock = changed(REVIEW, stops_on=stops)
        assert stop_of(clock, case, [sent, informed], KENT) == (date(2020, 5, 21), first)
