"""The naive judge in time: clocks, duties, two times, corrections, and a second round."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from rapid_review import calendars
from rapid_review import terms as shipped
from rapid_review.domain.errors import CalendarError
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.testing.naive_judge import judge
from rapid_review.testing.strategies import History, histories
from tests.testing.a_story import (
    ATTEND,
    CLOSE,
    COMMISSION,
    COMPILE,
    CONVENE,
    DECIDE,
    DECIDE_NOT,
    INFORMED,
    KENT,
    LIMBS,
    RECEIPT,
    SEATS,
    WHOLE,
    WITHOUT_PRACTICE_REVIEW,
    Step,
    Story,
    but,
    clock,
    duty,
    entries_of,
    found,
    judged,
    sat,
    step,
    varied,
    with_steps,
)

FOUR = [seat for seat in SEATS if seat != "police"]
SHORT = but(ATTEND, kind="QuorumNotMet", sat=sat(*FOUR), empty_seats=["police"])
NOT_MET = step("NotificationCriteriaFoundNotMet", "05-25", because="it was an accident")


def read_in_2020(month: int, day: int) -> dict[str, Any]:
    """Return the question as of a reading on a day of 2020."""
    return {"read_on": date(2020, month, day)}


# --- Clocks (ToR 5(a), 7.3, 7.8)

WAITING = with_steps({"receipt": RECEIPT}, {})
SENT = with_steps(WAITING, {"to panel": step("ReportSentToPanel", "05-28", version=1)})


@pytest.mark.parametrize(
    ("story", "read", "state"),
    [
        (WAITING, date(2020, 5, 3), "not-started"),
        (WAITING, date(2020, 5, 27), "running"),
        (WAITING, date(2020, 5, 28), "overdue"),
        (SENT, date(2020, 5, 27), "running"),
        (SENT, date(2020, 5, 28), "met-late"),
        (
            with_steps(SENT, {"to panel": step("ReportSentToPanel", "05-27", version=1)}),
            None,
            "met",
        ),
        (with_steps(SENT, {"not met": NOT_MET}), date(2020, 5, 28), "ended-otherwise"),
        (with_steps(SENT, {"not met": but(NOT_MET, at="06-20")}), None, "ended-otherwise"),
        (with_steps(WAITING, {"not met": NOT_MET}), date(2020, 5, 24), "running"),
        ({"sent": SENT["to panel"]}, None, "undetermined"),
    ],
)
def test_a_clock_is_read_on_a_day(story: Story, read: date | None, state: str) -> None:
    """ToR 5(a): day 15 after Monday 4 May 2020 is Wednesday 27 May; later is another state."""
    assert clock(story, "rapid-review", read_on=read or date(2020, 12, 20)).state == state


def test_a_clock_that_would_stop_before_it_started_is_undetermined() -> None:
    """ToR 5(a): a report sent a year before the receipt meets nothing."""
    story = with_steps(WHOLE, {"to panel": step("ReportSentToPanel", "2019-05-21", version=1)})
    one = clock(story, "rapid-review")
    assert (one.state, one.reason) == ("undetermined", "impossible-order")
    assert (one.counted_from, one.due) == (date(2020, 5, 4), date(2020, 5, 27))
    assert {("precedes-receipt", "order", "to panel")} <= found(story)


def test_a_clock_whose_start_is_not_known_is_undetermined() -> None:
    """ToR 7.8: what was sent will be discussed; until that day is known no clock runs."""
    story = with_steps(WHOLE, {"discuss": None, "answer": None})
    for told_so in (story, with_steps(story, {"answer": WHOLE["answer"]})):
        one = clock(told_so, "panel-feedback")
        assert (one.state, one.reason, one.due) == ("undetermined", "not-known", None)


def test_a_clock_that_no_calendar_reaches_is_undetermined_and_the_others_run() -> None:
    """ToR 7.3: the incident became known in 1950, and the notification is of 2020."""
    incident = {"known_on": "1950-06-01", "nature": "serious-harm"}
    story = with_steps(WHOLE, {"receipt": but(RECEIPT, incident=incident)})
    one = clock(story, "notify-panel")
    assert (one.state, one.reason) == ("undetermined", "calendar-gap")
    assert (one.counted_from, one.due) == (date(1950, 6, 1), None)
    assert clock(story, "rapid-review").state == "met"
    assert found(story) == set()


def test_a_calendar_that_is_not_at_hand_reaches_nothing() -> None:
    """ToR 7.3: nothing is counted with another calendar."""

    def none_at_hand(name: str, _version: str | None) -> WorkingCalendar:
        raise CalendarError(f"calendar {name} is not at hand")

    assert {one.reason for one in judged(WHOLE, calendars=none_at_hand).clocks} == {"calendar-gap"}


def test_a_class_that_opens_no_review_starts_no_clock() -> None:
    """ToR 1: whatever stopped."""
    receipt = but(RECEIPT, notification_class="looked-after-child-death")
    assert {one.state for one in judged(with_steps(WHOLE, {"receipt": receipt})).clocks} == {
        "not-started"
    }


def test_a_class_that_does_not_start_a_clock_leaves_it_not_started() -> None:
    """ToR 7.3: whatever stopped; here the clock is for serious incidents alone."""
    clocks = tuple(
        one.model_copy(update={"only_for_classes": ("serious-incident",)})
        if one.id == "rapid-review"
        else one
        for one in KENT.deadlines
    )
    local = KENT.national.notification_classes[0].model_copy(update={"code": "local-referral"})
    terms = varied(deadlines=clocks, notification_classes=(local,))
    story = with_steps(WHOLE, {"receipt": but(RECEIPT, notification_class="local-referral")})
    one = clock(story, "rapid-review", terms=terms)
    assert (one.state, one.reason) == ("not-started", "")
    assert clock(story, "decision", terms=terms).state == "met"


def test_withheld_is_settled_and_met_by_nothing() -> None:
    """ToR 3.2: a practice review that is not published has its clock withheld, with the day."""
    withheld = step("PublicationWithheld", "2021-01-10", because="a child is known")
    story = with_steps(WHOLE, {"publish": None, "withheld": withheld})
    one = clock(story, "publication", read_on=date(2021, 2, 1))
    assert (one.state, one.stopped_on) == ("withheld", date(2021, 1, 10))
    assert clock(story, "publication", read_on=date(2021, 1, 9)).state == "overdue"
    both = with_steps(WHOLE, {"withheld": withheld})
    assert clock(both, "publication", read_on=date(2021, 2, 1)).state == "met"


def test_what_started_before_the_receipt_is_of_an_impossible_order() -> None:
    """ToR 7.3: nothing that follows the notification can have started a clock before it came."""
    by_slip = with_steps(WHOLE, {"commission": but(COMMISSION, at="2019-06-30"), "publish": None})
    one = clock(by_slip, "publication", read_on=date(2021, 2, 1))
    assert (one.state, one.reason) == ("undetermined", "impossible-order")


def commissioned(day: str, *, published: str | None = None) -> Story:
    """Return a story of a practice review commissioned in 2020 or before, under the Kent terms."""
    changes: dict[str, Step | None] = {
        "receipt": but(RECEIPT, at="2019-05-04"),  # whenever it was commissioned, it came before
        "commission": but(COMMISSION, at=day),
        "publish": None,
    }
    if published:
        changes["publish"] = but(WHOLE["publish"], at=published)
    return with_steps(WHOLE, changes)


@pytest.mark.parametrize(
    ("story", "read", "state"),
    [
        # Due on 20 May 2020, and running when the letter of 30 March came.
        (commissioned("2019-11-20"), date(2020, 11, 30), "relaxed"),
        (commissioned("2019-11-20"), date(2020, 12, 1), "overdue"),
        (commissioned("2019-11-20", published="11-30"), date(2021, 1, 1), "relaxed"),
        (commissioned("2019-11-20", published="12-01"), date(2021, 1, 1), "met-late"),
        # Due on 29 March 2020: already late when it came.
        (commissioned("2019-09-29"), date(2020, 6, 1), "overdue"),
        (commissioned("2019-09-30"), date(2020, 6, 1), "relaxed"),
        # Due after the last day: nothing is excused.
        (commissioned("06-30"), date(2020, 12, 30), "running"),
        (commissioned("06-30"), date(2020, 12, 31), "overdue"),
        (commissioned("2020-12-01"), date(2021, 6, 2), "overdue"),
    ],
)
def test_a_national_relaxation_excuses_from_its_first_day_to_its_last(
    story: Story, read: date, state: str
) -> None:
    """From 30 March to 30 November 2020, for the national clock of publication."""
    assert clock(story, "publication", read_on=read).state == state


def test_a_relaxation_excuses_no_clock_of_the_partnership() -> None:
    """ToR 5(a): the clock of the Terms of Reference keeps its own verdict."""
    assert clock(WAITING, "rapid-review", **read_in_2020(6, 1)).state == "overdue"


def test_a_clock_for_all_stops_with_the_last_of_them() -> None:
    """ToR 5(b), 7.9: the first time each of those whom the terms name has done it."""
    clocks = tuple(
        one.model_copy(update={"stops_on": "FeedbackShared.at", "starts_on": "CaseClosed.at"})
        if one.id == "decision"
        else one
        for one in KENT.deadlines
    )
    story = with_steps(WHOLE, {"close": but(CLOSE, at="06-15 08:00")})
    later = but(WHOLE["tell group"], at="06-17")
    terms = varied(deadlines=clocks)
    both = with_steps(story, {"tell group": later})
    assert clock(both, "decision", terms=terms).stopped_on == date(2020, 6, 17)
    again = {**both, "again": but(later, at="06-19")}
    assert clock(again, "decision", terms=terms).stopped_on == date(2020, 6, 17)
    alone = with_steps(story, {"tell group": None})
    assert clock(alone, "decision", terms=terms).stopped_on is None


# --- The second round

AGAIN = with_steps(
    WITHOUT_PRACTICE_REVIEW,
    {
        "answer": step("PanelFeedbackReceived", "06-12", agrees=False),
        "convene 2": but(CONVENE, at="06-16", meeting=2, meets_at="2020-06-23T09:00Z"),
        "attend 2": but(ATTEND, at="06-23", meeting=2),
        "again": but(DECIDE, kind="DecisionReconsidered", at="06-23 11:00", meeting=2),
        "adopt 2": step("DecisionAdopted", "06-24", partner="safeguarding-partnership"),
        "compile 2": but(COMPILE, at="06-24", version=2),
        "to members 2": step("ReportSentToMembers", "06-25", version=2),
        "to panel 2": step("ReportSentToPanel", "06-25", version=2),
        "discuss 2": step("PanelDiscussionNoted", "07-01", discussed_on="2020-07-01"),
        "commission": COMMISSION,
        "engage": WHOLE["engage"],
        "publish": WHOLE["publish"],
    },
)
ANSWERED_AGAIN = with_steps(
    AGAIN,
    {
        "answer 2": step("PanelFeedbackReceived", "07-10", agrees=True),
        "tell group 2": step("FeedbackShared", "07-13", shared_with="rapid-review-group"),
        "tell partners 2": step("FeedbackShared", "07-13", shared_with="safeguarding-partners"),
    },
)


def test_after_a_reconsidered_decision_was_sent_the_panels_clock_runs_again() -> None:
    """ToR 7.8: one reading for each round; the clocks of the group run once."""
    assert clock(AGAIN, "panel-feedback", number=1).state == "met"
    second = clock(AGAIN, "panel-feedback", number=2, **read_in_2020(7, 14))
    assert (second.state, second.counted_from) == ("running", date(2020, 7, 1))
    assert clock(AGAIN, "panel-feedback", number=2).state == "overdue"
    assert clock(ANSWERED_AGAIN, "panel-feedback", number=2).state == "met"
    waiting = clock(AGAIN, "panel-feedback", number=2, **read_in_2020(6, 30))
    assert (waiting.state, waiting.reason) == ("not-started", "")
    rounds = [one.round for one in judged(AGAIN).clocks if one.deadline == "rapid-review"]
    assert rounds == [1]


def test_a_case_closes_after_the_panels_second_answer() -> None:
    """ToR 7.9: until then its answer is awaited; a second answer is passed on like the first."""
    assert found(AGAIN) == {("everyone-was-told", "forbidden", "close")}
    assert found(ANSWERED_AGAIN) == set()
    assert found(with_steps(ANSWERED_AGAIN, {"tell group 2": None})) == {
        ("everyone-was-told", "forbidden", "close"),
        ("pass-on", "duty", "rapid-review-group"),
    }


def answered_on_the_day_of_the_second_sending(hour: str) -> Story:
    """Return a story whose only answer came on the day on which the report was sent again."""
    return with_steps(
        AGAIN,
        {
            "answer": step("PanelFeedbackReceived", f"06-25 {hour}", agrees=False),
            "again": but(AGAIN["again"], at="06-25 11:00"),
            "adopt 2": but(AGAIN["adopt 2"], at="06-25"),
            "compile 2": but(AGAIN["compile 2"], at="06-25"),
            "tell group": but(WHOLE["tell group"], at="06-26"),
            "tell partners": but(WHOLE["tell partners"], at="06-26"),
        },
    )


@pytest.mark.parametrize("hour", ["09:00", "17:00"])
def test_the_only_answer_is_to_the_first_sending_though_it_came_on_the_day_of_the_second(
    hour: str,
) -> None:
    """ToR 7.8, 7.9, I-23: days decide, so the Panel has still to answer what was sent again."""
    story = answered_on_the_day_of_the_second_sending(hour)
    assert ("everyone-was-told", "forbidden", "close") in found(story)


def test_a_clock_runs_again_if_its_start_or_its_stop_is_of_the_panel() -> None:
    """ToR 7.8: what starts it belongs to the round in which it happened."""
    clocks = tuple(
        one.model_copy(update=changes)
        for one, changes in zip(
            KENT.deadlines,
            (
                {},
                {"starts_on": "ReportSentToPanel.at", "stops_on": "CaseClosed.at"},
                {"starts_on": "ReportSentToPanel.at"},
            ),
            strict=True,
        )
    )
    terms = varied(deadlines=clocks)
    for deadline in ("decision", "panel-feedback"):
        days = [clock(AGAIN, deadline, number=n, terms=terms).counted_from for n in (1, 2)]
        assert days == [date(2020, 5, 21), date(2020, 6, 25)]
    on_the_day = clock(AGAIN, "panel-feedback", number=2, terms=terms, **read_in_2020(6, 25))
    assert on_the_day.state == "running"


def test_the_last_answer_is_the_one_to_act_on() -> None:
    """ToR 5(b): a decision reconsidered before the last answer does not answer it."""
    disagrees = step("PanelFeedbackReceived", "07-10", agrees=False)
    assert found(with_steps(ANSWERED_AGAIN, {"answer 2": disagrees})) == {
        ("disagreement-was-reconsidered", "irregular", "close")
    }


def test_the_second_decision_is_adopted_before_its_report_goes() -> None:
    """ToR 5(b): the adoption of the first decision is not that of the second."""
    assert found(with_steps(ANSWERED_AGAIN, {"adopt 2": None})) == {
        ("decision-was-adopted", "irregular", "to panel 2")
    }


# --- The edges of days


def on_one_day(story: Story, day: str) -> Story:
    """Return a story that happened on one day, each step a minute after the one before."""
    steps: Story = {}
    for minute, (name, one) in enumerate(story.items()):
        moved = but(one, at=f"{day} {9 + minute // 60:02}:{minute % 60:02}")
        for field in ("meets_at", "discussed_on", "due_on"):
            if field in moved:
                moved[field] = f"2020-{day}T12:00Z" if field == "meets_at" else f"2020-{day}"
        steps[name] = moved
    return steps


@pytest.mark.parametrize("story", [WHOLE, ANSWERED_AGAIN])
def test_nothing_is_made_of_what_follows_within_one_day(story: Story) -> None:
    """ToR 7: what is needed is by the end of the same local day."""
    one_day = on_one_day(story, "05-04")
    assert found(one_day, **read_in_2020(5, 4)) == set()
    assert {one.state for one in judged(one_day, **read_in_2020(5, 4)).clocks} == {"met"}
    assert {one.state for one in judged(one_day, **read_in_2020(5, 4)).duties} == {"done"}


def test_what_is_missing_on_one_day_is_found_on_it() -> None:
    """ToR 5(b), 7.9: the Panel disagreed, or had not answered again, by the end of the day."""
    disagrees = with_steps(WHOLE, {"answer": but(WHOLE["answer"], agrees=False)})
    assert found(on_one_day(disagrees, "05-04"), **read_in_2020(5, 4)) == {
        ("disagreement-was-reconsidered", "irregular", "close")
    }
    assert found(on_one_day(AGAIN, "05-04"), **read_in_2020(5, 4)) == {
        ("everyone-was-told", "forbidden", "close")
    }


def test_only_the_panels_own_clock_awaits_a_day_to_be_known() -> None:
    """ToR 7.8, I-5: from the day on which the report was sent; what it starts otherwise waits."""
    assert clock(WAITING, "panel-feedback").state == "not-started"
    sent = read_in_2020(5, 28)
    assert clock(SENT, "panel-feedback", **read_in_2020(5, 27)).state == "not-started"
    assert clock(SENT, "panel-feedback", **sent).reason == "not-known"
    assert clock(SENT, "publication", **sent).state == "not-started"


def test_within_one_day_nothing_is_made_of_minutes() -> None:
    """ToR 7: people write times down loosely; here each step seems to come before its reason.

    Only a bar asks for minutes: a meeting that was held is not convened after it.
    """
    steps = {"receipt": RECEIPT, **dict(reversed(WITHOUT_PRACTICE_REVIEW.items()))}
    barred = {("meeting-not-yet-held", "forbidden", "convene")}
    assert found(on_one_day(steps, "05-04"), **read_in_2020(5, 4)) == barred
    in_order = {"receipt": RECEIPT, "convene": CONVENE, **steps}
    assert found(on_one_day(in_order, "05-04"), **read_in_2020(5, 4)) == set()


def test_withheld_or_ended_on_the_day_of_the_reading_is_so_on_that_day() -> None:
    """ToR 1, 3.2: what happened by the end of that day had happened."""
    withheld = step("PublicationWithheld", "12-20", because="a child is known")
    again = but(withheld, at="12-19")
    story = with_steps(WHOLE, {"publish": None, "withheld": withheld})
    assert clock(story, "publication").state == "withheld"
    assert clock({**story, "more": again}, "publication").stopped_on == date(2020, 12, 19)
    assert clock({**WAITING, "not met": NOT_MET}, "decision", **read_in_2020(5, 25)).state == (
        "ended-otherwise"
    )


def test_a_moment_of_a_question_is_part_of_it() -> None:
    """What happened, and what was recorded, at that very moment is in."""
    story: Story = {"receipt": RECEIPT}
    assert judged(story, happened_by=datetime(2020, 5, 4, 9, 30, tzinfo=UTC)).duties
    assert not judged(story, happened_by=datetime(2020, 5, 4, 9, 29, tzinfo=UTC)).duties
    assert judged(story, recorded_by=datetime(2020, 5, 4, 9, 40, tzinfo=UTC)).duties
    assert not judged(story, recorded_by=datetime(2020, 5, 4, 9, 39, tzinfo=UTC)).duties
    assert found({"receipt": but(RECEIPT, recorded="05-04 09:30")}, **read_in_2020(5, 4)) == set()


@pytest.mark.parametrize("day", ["2020-05-01", "2023-12-14"])
def test_terms_hold_on_their_first_and_on_their_last_day(day: str) -> None:
    """ToR 7.3: those of Kent from 1 May 2020, their rule set until 14 December 2023."""
    incident = {"known_on": day, "nature": "death"}
    receipt = but(RECEIPT, at=f"{day} 10:00", incident=incident, panel_notified_at=None)
    assert found({"receipt": receipt}, read_on=date.fromisoformat(day)) == set()


def test_a_day_is_that_of_the_terms_own_midnight() -> None:
    """I-2: 23:30 UTC on 27 May 2020 is 28 May in London, and one day late."""
    sent = step("ReportSentToPanel", "05-27 23:30", version=1)
    one = clock({"receipt": RECEIPT, "sent": sent}, "rapid-review")
    assert (one.state, one.stopped_on) == ("met-late", date(2020, 5, 28))


def test_the_first_start_counts_and_the_earliest_stop() -> None:
    """I-23: a later version of the report, or a second discussion, changes neither."""
    later = {
        "discuss later": but(WHOLE["discuss"], at="06-05", discussed_on="2020-06-05"),
        "to panel later": but(WHOLE["to panel"], at="06-02"),
        "answer later": but(WHOLE["answer"], at="06-14"),
    }
    for story in ({**WHOLE, **later}, {"receipt": RECEIPT, **later, **WHOLE}):
        assert judged(story).clocks == judged(WHOLE).clocks


# --- Due days as they were recorded


def reckoned(kind: str, at: str, counted_from: str, due: str, **more: object) -> Step:
    """Return a due day of the rapid review as it was recorded."""
    calendar = calendars.load("england-and-wales")
    named = {"id": calendar.id, "version": calendar.version, "digest": calendar.digest}
    said = {"deadline": "rapid-review", "counted_from": counted_from, "due": due}
    return step(kind, at, **said, calendar=named, **more)


SET = reckoned(
    "DeadlineSet",
    "05-04 09:30",
    "2020-05-04",
    "2020-05-27",
    length=15,
    unit="working_days",
    counts_day_of_start=False,
    clause="ToR 5(a)",
)
AGAIN_LATER = reckoned(
    "DeadlineReckonedAgain",
    "05-25",
    "2020-05-04",
    "2020-05-28",
    because="another calendar",
    old_due="2020-05-27",
    old_calendar=SET["calendar"],
)


def test_a_due_day_calculated_again_holds_from_when_it_was_calculated() -> None:
    """ToR 7.3: another calendar moved it on 25 May, and not for a question as of before."""
    story: Story = {"receipt": RECEIPT, "set": SET, "again": AGAIN_LATER}
    assert clock(story, "rapid-review").due == date(2020, 5, 28)
    before = datetime(2020, 5, 24, tzinfo=UTC)
    assert clock(story, "rapid-review", happened_by=before).due == date(2020, 5, 27)
    assert clock(story, "rapid-review", happened_by=datetime(2020, 5, 25, 10, tzinfo=UTC)).due == (
        date(2020, 5, 28)
    )
    assert ("due-day-differs", "order", "again") in found(story)


def test_a_due_day_whose_start_was_corrected_always_was_the_later_one() -> None:
    """ToR 7.3: a moved start says what the start always was; another length does not hold."""
    moved = AGAIN_LATER | {"counted_from": "2020-05-05", "due": "2020-05-28"}
    story: Story = {
        "receipt": RECEIPT,
        "set": SET | {"length": 14, "due": "2020-05-26"},
        "corrected": correction(1, but(RECEIPT, at="05-05 09:30"), at="06-01"),
        "again": moved,
    }
    before = datetime(2020, 5, 20, tzinfo=UTC)
    one = clock(story, "rapid-review", happened_by=before, **read_in_2020(5, 20))
    assert (one.counted_from, one.due) == (date(2020, 5, 5), date(2020, 5, 28))
    uncounted = {name: said for name, said in story.items() if name != "again"}
    counted_now = clock(uncounted, "rapid-review")
    assert (counted_now.counted_from, counted_now.due) == (date(2020, 5, 5), date(2020, 5, 27))


def test_a_clock_of_earlier_terms_runs_on() -> None:
    """I-24: the later terms have no such clock; it started, and stops, as it was set."""
    later = varied(
        id="kent-and-medway-2020-06",
        digest=f"sha256:{'b' * 64}",
        deadlines=tuple(one for one in KENT.deadlines if one.id != "rapid-review"),
    )
    refs = (KENT.ref.model_dump(mode="json"), later.ref.model_dump(mode="json"))
    replaced = step(
        "TermsReplaced", "05-10", because="a new edition", old_terms=refs[0], terms=refs[1]
    )
    story: Story = {"receipt": RECEIPT, "set": SET, "replaced": replaced}
    names = [one.deadline for one in judged(story, terms=later, earlier=(KENT,)).clocks]
    assert names == ["notify-panel", "publication", "decision", "panel-feedback", "rapid-review"]
    before = judged(story, terms=later, earlier=(KENT,), **read_in_2020(5, 9))
    assert [one.deadline for one in before.clocks] == [
        *("notify-panel", "publication", "rapid-review", "decision", "panel-feedback")
    ]


# --- Duties

OPEN = with_steps(WITHOUT_PRACTICE_REVIEW, {"close": None})
CLOSED_ANYHOW: Story = {"receipt": RECEIPT, "close": CLOSE}


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        ("ask-agencies", ("ask", "file", "collate", "share")),
        ("collate", ("collate", "share")),
        ("convene", ("convene", "invite")),
        ("meet", ("attend",)),
    ],
)
def test_what_comes_before_the_report_is_over_with_the_clock_of_the_review(
    code: str, steps: tuple[str, ...]
) -> None:
    """ToR 7.4 to 7.6, 8.2 to 8.5: open until 27 May 2020, and found from the next day."""
    story = with_steps(OPEN, dict.fromkeys(steps))
    assert duty(OPEN, code) == "done"
    assert duty(story, code, **read_in_2020(5, 27)) == "open"
    assert duty(story, code, **read_in_2020(5, 28)) == "found"
    assert (code, "duty", "") in found(story, **read_in_2020(5, 28))


@pytest.mark.parametrize(
    ("code", "name"), [("inform", "inform police"), ("share-reports", "share")]
)
def test_every_seat_is_informed_and_is_sent_the_reports(code: str, name: str) -> None:
    """ToR 7.2, 7.5, 8.2, 8.4: done late is done."""
    story = with_steps(OPEN, {name: None})
    assert duty(story, code, "police", **read_in_2020(5, 27)) == "open"
    assert duty(story, code, "police", **read_in_2020(5, 28)) == "found"
    late = with_steps(OPEN, {name: but(WHOLE[name], at="07-01")})
    assert duty(late, code, "police") == "done"


def test_what_is_shared_is_the_latest_collation() -> None:
    """ToR 7.5, 8.4: a late report asks for the next collation, and for its sharing."""
    later = but(WHOLE["collate"], at="05-18", collation=2)
    assert duty(with_steps(OPEN, {"more": later}), "share-reports", "police") == "found"
    without = with_steps(OPEN, {"collate": None})
    assert duty(without, "share-reports", "police") == "done"


@pytest.mark.parametrize(
    ("code", "subject"),
    [
        ("decide", ""),
        ("compile", ""),
        ("tell-members", ""),
        ("tell-panel", ""),
    ],
)
def test_what_the_report_asks_for_is_over_at_the_closing(code: str, subject: str) -> None:
    """ToR 7.6, 7.7, 8.7, 8.8: open however late; found when the case was closed without it."""
    assert duty(WAITING, code, subject) == "open"
    assert duty(CLOSED_ANYHOW, code, subject) == "found"
    reopened = {**CLOSED_ANYHOW, "reopen": step("CaseReopened", "12-17", because="more was heard")}
    assert duty(reopened, code, subject) == "open"


def test_an_answer_is_to_be_passed_on_once_it_came() -> None:
    """ToR 7.9: not owed before; since the last answer afterwards."""
    assert duty(WAITING, "pass-on", "rapid-review-group") == "not owed"
    story = with_steps(OPEN, {"tell group": None})
    assert duty(story, "pass-on", "rapid-review-group") == "open"
    second = step("PanelFeedbackReceived", "06-16", agrees=True)
    assert duty(with_steps(OPEN, {"more": second}), "pass-on", "rapid-review-group") == "open"


def test_a_practice_review_is_owed_what_the_document_asks_once_it_is_commissioned() -> None:
    """ToR 3.2, 8.10: over at publication, withholding, its due day, or the closing."""
    going_on = with_steps(WHOLE, {"close": None, "engage": None, "publish": None})
    for code in ("engagement", "publication"):
        assert duty(OPEN, code) == "not owed"
        assert duty(going_on, code, read_on=date(2020, 12, 30)) == "open"
        assert duty(going_on, code, read_on=date(2020, 12, 31)) == "found"
    assert duty(going_on, "coordination") == "done"
    withheld = step("PublicationWithheld", "10-01", because="a child is known")
    settled = with_steps(going_on, {"withheld": withheld})
    assert (duty(settled, "engagement"), duty(settled, "publication")) == ("found", "done")
    none = with_steps(WHOLE, {"close": None, "commission": None, "engage": None, "publish": None})
    assert duty(none, "commission") == "open"
    assert duty(none | {"close": CLOSE}, "commission") == "found"
    assert duty(with_steps(OPEN, {}), "commission") == "not owed"


def test_a_theme_that_nobody_took_up_stays_open() -> None:
    """ToR 4(b): it is over at nothing."""
    story = with_steps(WHOLE, {"refer": None})
    assert duty(story, "refer-theme", "safer-sleep") == "open"
    assert found(story) == set()


def test_where_no_review_is_held_informing_alone_is_owed() -> None:
    """ToR 1, 8.2: criteria that were found not met end the rest."""
    story = {"receipt": RECEIPT, "not met": NOT_MET, "close": CLOSE}
    assert {(one.code, one.state) for one in judged(story).duties} == {("inform", "found")}
    assert found({**story, **INFORMED}) == set()


# --- Two times, corrections, and one fact by several routes


def correction(version: int, replacement: Step | None, at: str = "06-01") -> Step:
    """Return the correction of an entry."""
    if replacement is not None:
        known = ("recorded", "command")
        replacement = {key: value for key, value in replacement.items() if key not in known}
    return step("RecordCorrected", at, version=version, because="wrong", replacement=replacement)


def place(story: Story, name: str) -> int:
    """Return the version of a step."""
    return list(story).index(name) + 1


def test_recorded_again_or_corrected_an_attendance_is_one_fact() -> None:
    """ToR 6.2: a decision at a meeting short of the police is forbidden, by every route."""
    version = place(WHOLE, "attend")
    wrong = {
        ("meeting-was-quorate", "irregular", "attend"),
        ("meeting-is-quorate", "forbidden", "decide"),
    }
    at_once = with_steps(WHOLE, {"attend": SHORT})
    again = with_steps(WHOLE, {"again": SHORT})
    corrected = with_steps(WHOLE, {"corrected": correction(version, SHORT)})
    said_quorate = with_steps(
        WHOLE, {"corrected": correction(version, but(ATTEND, sat=SHORT["sat"]))}
    )
    for story in (at_once, again, corrected, said_quorate):
        assert found(story) == wrong
        assert judged(story).clocks == judged(at_once).clocks
        assert judged(story).duties == judged(at_once).duties


def test_the_reverse_has_nothing_to_find() -> None:
    """ToR 6.2: all five were there after all."""
    short = with_steps(WHOLE, {"attend": SHORT})
    assert found({**short, "again": ATTEND}) == set()
    assert found({**short, "corrected": correction(place(short, "attend"), ATTEND)}) == set()


def test_corrections_settle_first_and_then_the_later_entry_holds() -> None:
    """ToR 6.2: a correction of an attendance that was recorded again changes nothing."""
    again = {**with_steps(WHOLE, {"attend": SHORT}), "again": ATTEND}
    corrected = {**again, "corrected": correction(place(again, "attend"), SHORT)}
    assert found(corrected) == set()


def test_what_was_recorded_by_a_day_is_judged_as_it_was_recorded_then() -> None:
    """ToR 6.2: before the correction of 1 June nothing is found, and after it the decision is."""
    story = with_steps(WHOLE, {"corrected": correction(place(WHOLE, "attend"), SHORT, at="12-18")})
    before = datetime(2020, 12, 18, 9, tzinfo=UTC)
    assert found(story, recorded_by=before) == set()
    assert len(found(story, recorded_by=before + timedelta(hours=2))) == 2


def test_what_had_not_happened_is_left_out_and_then_the_latest_word_holds() -> None:
    """ToR 6.2: the later word moves the attendance to 20 May; on the 19th the first one holds."""
    story = with_steps(WHOLE, {"again": but(SHORT, at="05-20 13:05")})
    by_then = {"happened_by": datetime(2020, 5, 19, 22, tzinfo=UTC), **read_in_2020(5, 19)}
    assert found(story, **by_then) == set()
    assert ("meeting-is-quorate", "forbidden", "decide") in found(story)


def test_a_correction_counts_whatever_its_own_day() -> None:
    """ToR 6.2: it was made in December, and says what was so in May."""
    story = with_steps(WHOLE, {"corrected": correction(place(WHOLE, "attend"), SHORT, at="12-18")})
    by_then = {"happened_by": datetime(2020, 5, 19, 22, tzinfo=UTC), **read_in_2020(5, 19)}
    assert len(found(story, **by_then)) == 2


def test_a_correction_that_is_retracted_corrects_nothing() -> None:
    """The latest word holds; a retracted correction brings back what it had replaced."""
    story = with_steps(WHOLE, {"corrected": correction(place(WHOLE, "attend"), SHORT)})
    undone = {**story, "undone": correction(place(story, "corrected"), None, at="06-02")}
    assert found(undone) == set()
    redone = {**undone, "redone": correction(place(undone, "undone"), None, at="06-03")}
    assert found(redone) == found(story) != set()
    twice = {**story, "better": correction(place(story, "attend"), ATTEND, at="06-02")}
    assert found(twice) == set()


def test_a_corrected_entry_was_written_down_when_its_words_were() -> None:
    """I-29: the time of the correction counts, which is its corrector's."""
    version = place(WHOLE, "inform police")
    words = but(INFORMED["inform police"], at="06-01 10:05")
    early = correction(version, words) | {"recorded": "05-31 10:00"}
    assert found(with_steps(WHOLE, {"corrected": early})) == {
        ("recorded-before-it-happened", "order", "inform police")
    }
    soon = correction(version, words) | {"recorded": "06-01 10:00"}
    assert found(with_steps(WHOLE, {"corrected": soon})) == set()


def test_what_happened_before_terms_were_replaced_is_held_to_those_of_its_day() -> None:
    """ToR 6: a seat that later terms do not name was informed while it was one."""
    later = varied(
        id="kent-and-medway-2020-06",
        digest=f"sha256:{'b' * 64}",
        meetings=KENT.meetings.model_copy(update={"manners": KENT.meetings.manners[1:]}),
    )
    refs = (KENT.ref.model_dump(mode="json"), later.ref.model_dump(mode="json"))
    replaced = step(
        "TermsReplaced", "06-01", because="a new edition", old_terms=refs[0], terms=refs[1]
    )
    before = but(CONVENE, at="05-30", meeting=2, manner="in-person", meets_at="2020-06-02T10:00Z")
    after = but(before, at="06-01", meeting=3)
    story = with_steps(WHOLE, {"replaced": replaced, "before": before, "after": after})
    assert found(story, terms=later, earlier=(KENT,)) == {
        ("manner-is-allowed", "irregular", "after")
    }


# --- Small inputs that were once answered wrongly


def decided(day: str) -> Story:
    """Return one case of October 2026: received on the 5th, decided on the 12th, unreported."""
    kept: Story = {}
    for name in ("receipt", *INFORMED, "convene", "attend", "assess", "decide", "adopt"):
        one = WITHOUT_PRACTICE_REVIEW[name]
        month_and_day = "10-05" if name in ("receipt", *INFORMED) else "10-12"
        kept[name] = but(one, at=f"2026-{month_and_day} {one['at'][11:16]}")
    incident = {"known_on": "2026-10-02", "nature": "death"}
    kept["receipt"] |= {"incident": incident, "panel_notified_at": "2026-10-05T08:00Z"}
    kept["convene"] |= {"meets_at": "2026-10-12T13:00Z"}
    return {
        **kept,
        "compile": but(COMPILE, at="2026-10-13 10:00"),
        "to panel": step("ReportSentToPanel", day, version=1),
    }


ANSWERED_IN_2026: Story = {
    "discuss": step("PanelDiscussionNoted", "2026-10-20", discussed_on="2026-10-20"),
    "answer": step("PanelFeedbackReceived", "2026-10-21", agrees=True),
    "tell group": step("FeedbackShared", "2026-10-22", shared_with="rapid-review-group"),
    "tell partners": step("FeedbackShared", "2026-10-22", shared_with="safeguarding-partners"),
    "close": but(CLOSE, at="2026-10-23"),
}
IN_2026: dict[str, Any] = {"read_on": date(2026, 11, 23)}


def test_a_closed_case_in_which_nobody_was_asked_has_its_duties_undone() -> None:
    """ToR 7.4, 7.5 with 8.4, 8.3, 8.7: never done, and found; the theme came after the closing."""
    theme = step("LearningThemeIdentified", "2026-10-23 11:00", theme="neglect", words="so")
    story = {**decided("2026-10-13 11:00"), **ANSWERED_IN_2026, "theme": theme}
    assert found(story, **IN_2026) == {
        ("ask-agencies", "duty", ""),
        ("collate", "duty", ""),
        *(("share-reports", "duty", seat) for seat in SEATS),
        ("tell-members", "duty", ""),
    }
    assert duty(story, "refer-theme", "neglect", **IN_2026) == "open"


def test_an_attendance_recorded_again_after_the_decision_forbids_it() -> None:
    """ToR 6.2: the second word on the meeting is without the police."""
    short = but(SHORT, at="2026-10-12 13:00")
    story = {**decided("2026-10-13 11:00"), "again": short, **ANSWERED_IN_2026}
    assert {(code, said) for code, said, _ in found(story, **IN_2026)} >= {
        ("meeting-was-quorate", "irregular"),
        ("meeting-is-quorate", "forbidden"),
    }


def test_a_report_sent_in_a_mistyped_year_meets_no_clock() -> None:
    """ToR 5(a): 29 October 2025 is before the receipt, and before all that it needs."""
    story = decided("2025-10-29")
    assert {one for one in found(story, **IN_2026) if one[2] == "to panel"} == {
        ("precedes-receipt", "order", "to panel"),
        ("version-was-compiled", "irregular", "to panel"),
        ("decision-was-adopted", "irregular", "to panel"),
    }
    one = clock(story, "rapid-review", **IN_2026)
    assert (one.state, one.reason) == ("undetermined", "impossible-order")


def test_dates_that_cannot_be_are_found_each_with_its_field() -> None:
    """ToR 7.3: an incident after its notification, and one in the future."""
    incident = {"happened_on": "2028-01-01", "known_on": "2027-06-01", "nature": "serious-harm"}
    receipt = but(
        RECEIPT,
        at="2026-11-20 09:00",
        incident=incident,
        panel_notified_at="2027-07-01T09:00Z",
        recorded="2026-11-23",
    )
    assert found({"receipt": receipt}, **IN_2026) == {
        ("date-inside", "order", "receipt incident.happened_on>incident.known_on"),
        ("date-inside", "order", "receipt incident.known_on>at"),
        ("date-inside", "order", "receipt incident.happened_on>recorded"),
        ("date-inside", "order", "receipt incident.known_on>recorded"),
        ("date-inside", "order", "receipt panel_notified_at>recorded"),
    }


def test_criteria_found_not_met_after_the_report_end_every_clock() -> None:
    """ToR 1: the report had gone, and no review was called for."""
    story: Story = {
        "receipt": but(RECEIPT, panel_notified_at=None),
        "decide": but(DECIDE_NOT, at="05-11"),
        "adopt": step("DecisionAdopted", "05-11", partner="safeguarding-partnership"),
        "compile": but(COMPILE, at="05-12", limbs=LIMBS[:1]),
        "to panel": step("ReportSentToPanel", "05-13", version=1),
        "commission": but(COMMISSION, at="05-14"),
        "not met": but(NOT_MET, at="05-17"),
    }
    judgement = judged(story)
    assert {one.state for one in judgement.clocks} == {"ended-otherwise"}
    assert {one.code for one in judgement.duties} == {"inform"}


# --- What holds for every history


@drawn(histories(), st.randoms(use_true_random=False))
def test_the_order_of_recording_changes_no_answer(history: History, chance: Random) -> None:
    """Facts of which each has its own time, and each meeting one attendance, in any order."""
    facts: list[AnyEvent] = []
    seen: set[object] = set()
    for event in history.events:
        own = {event.at, getattr(event, "meeting", 0) if event.kind.startswith("Quorum") else 0}
        if event.kind not in FOLLOWS_FROM_ENTRIES and not (own - {0}) & seen:
            seen |= own
            facts.append(event)
    others = list(facts)
    chance.shuffle(others)
    assert answers(facts, history.terms) == answers(others, history.terms)


FOLLOWS_FROM_ENTRIES = ("RecordCorrected", "DeadlineSet", "DeadlineReckonedAgain", "TermsReplaced")


def answers(facts: list[AnyEvent], terms: Terms) -> set[tuple[object, ...]]:
    """Return all that is judged of facts written down in this order, without the versions."""
    template = entries_of({"receipt": RECEIPT})[0]
    late = datetime(2200, 1, 1, tzinfo=UTC)
    entries = [
        template.model_copy(
            update={
                "version": version,
                "recorded_at": late,
                "command_id": f"c-{version}",
                "event": fact,
            }
        )
        for version, fact in enumerate(facts, start=1)
    ]
    read = date(2021, 6, 1)
    judgement = judge(entries, terms, calendars=calendars.load, read_on=read)
    found_of = {one: facts[one.version - 1] if one.version else None for one in judgement.findings}
    return {
        *((*one._replace(version=None), fact and fact.at) for one, fact in found_of.items()),
        *judgement.clocks,
        *judgement.duties,
    }


@pytest.mark.parametrize("name", shipped.available())
def test_the_terms_of_every_partnership_can_be_judged_by(name: str) -> None:
    """ToR 1 to 8: each has its clocks and its duties, and no finding but for its own rules."""
    terms = shipped.load(name)
    pinned = but(RECEIPT, terms=terms.ref.model_dump(mode="json"))
    judgement = judged(with_steps(WHOLE, {"receipt": pinned}), terms=terms)
    assert {one.deadline for one in judgement.clocks} == set(terms.clocks)
    assert {one.subject for one in judgement.duties if one.code == "inform"} == terms.seat_ids
