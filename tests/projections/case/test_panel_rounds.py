"""ToR 5(b), 7.8: the rounds in which the Panel is asked; days decide, and no hours (I-23).

The report went on 21 May 2020, the Panel disagreed on 12 June, and the group looked at its
decision again on 23 June. Version 2 of the report went after that.
"""

from datetime import date
from typing import Final

import pytest

from rapid_review import calendars
from rapid_review.domain import events as did
from rapid_review.domain.case import replay
from rapid_review.domain.commands import Command
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.panel_rounds import panel_rounds
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Unit
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clock_reading import ClockReading, ClockState
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.findings import findings
from rapid_review.projections.case.stage import Stage, stage
from rapid_review.testing.oracle import disagreements_in
from tests.domain.a_review import (
    COMPILE,
    DIFFER,
    DISAGREE,
    DISCUSS,
    KENT,
    RECONSIDER,
    SENT,
    TELL_GROUP,
    TELL_PARTNERS,
    TO_PANEL,
    at,
    changed,
    varied,
)
from tests.projections.a_record import entries_of

SECOND_VERSION: Final = changed(COMPILE, at=at("2020-06-23 08:00"), version=2)
ANSWERED: Final = (*SENT, DISCUSS, DISAGREE, SECOND_VERSION)
TO_TELL: Final = Deadline(
    id="tell-all",
    title="Tell everybody of the answer",
    clause="ToR 7.9",
    starts_on="PanelFeedbackReceived.at",
    stops_on="FeedbackShared.at",
    length=10,
    unit=Unit.WORKING_DAYS,
    owed_by="partnership-team",
    each_time=True,
)
"""A partnership of its own sets ten days for each answer; those from 12 June end on 26 June."""
LATE: Final = at("2020-07-20 09:00")


def sent(on: str) -> Command:
    """Return the sending of version 2 at a time."""
    return changed(TO_PANEL, at=at(on), version=2)


def discussed(on: date, noted: str) -> Command:
    """Return that the Panel discussed the report on a day, noted at a time."""
    return changed(DISCUSS, at=at(noted), discussed_on=on)


def history_of(*history: Command | AnyEvent) -> CaseHistory:
    """Return the history of a case under the terms of Kent and Medway."""
    return CaseHistory(entries_of(*history), KENT, calendars.load)


def panel_clocks(history: CaseHistory) -> list[ClockReading]:
    """Return the clock of the Panel's answer in each of its rounds, on 20 July."""
    return [one for one in clocks(history, AsOf(read_on=LATE)) if one.rule.id == "panel-feedback"]


def test_a_decision_made_again_without_a_new_answer_begins_no_round() -> None:
    """ToR 7.8: version 3 went before the Panel had answered version 2, and it answers both."""
    third = changed(SECOND_VERSION, at=at("2020-07-01 16:00"), version=3)
    answer = changed(DISAGREE, at=at("2020-07-10 10:00"), words="we agree to that")
    history = history_of(
        *ANSWERED,
        RECONSIDER,
        sent("2020-06-25 09:00"),
        discussed(date(2020, 6, 30), "2020-06-30 15:00"),
        changed(RECONSIDER, at=at("2020-07-01 15:00"), rationale="once more"),
        third,
        changed(TO_PANEL, at=at("2020-07-03 09:00"), version=3),
        answer,
    )
    first, second = panel_clocks(history)
    assert (first.state, second.state, second.days_taken) == (ClockState.MET, ClockState.MET, 8)


def test_a_second_decision_in_a_record_from_elsewhere_begins_a_round_too() -> None:
    """ToR 5(b), 7.8, I-21: the old file says of both that the group decided."""
    second = did.DecisionMade.model_validate(dict(RECONSIDER))
    history = history_of(*ANSWERED, second, sent("2020-06-25 09:00"))
    assert [one.state for one in panel_clocks(history)] == [
        ClockState.MET,
        ClockState.UNDETERMINED,
    ]
    assert stage(history.case(AsOf(read_on=LATE)), KENT) is Stage.REPORTED
    assert not tuple(disagreements_in("KM-1", history, AsOf(read_on=LATE)))


@pytest.mark.parametrize(("answered", "rounds"), [((), 2), (("29",), 3)])
def test_an_answer_on_the_day_of_the_second_sending_is_not_one_to_it(
    answered: tuple[str, ...], rounds: int
) -> None:
    """ToR 7.8: it came on 25 June, before the group decided again; another one ends that round."""
    history = history_of(
        *SENT,
        DISCUSS,
        SECOND_VERSION,
        changed(DISAGREE, at=at("2020-06-25 09:00")),
        changed(RECONSIDER, at=at("2020-06-25 10:00")),
        sent("2020-06-25 11:00"),
        *(changed(DIFFER, at=at(f"2020-06-{day} 15:00")) for day in answered),
        changed(RECONSIDER, at=at("2020-07-01 15:00"), rationale="once more"),
        changed(SECOND_VERSION, at=at("2020-07-02 08:00"), version=3),
        changed(TO_PANEL, at=at("2020-07-03 09:00"), version=3),
    )
    assert len(panel_clocks(history)) == rounds
    assert not tuple(disagreements_in("KM-1", history, AsOf(read_on=LATE)))


@pytest.mark.parametrize("hour", ["09:00", "10:00", "17:00"])
def test_what_went_on_the_day_of_the_reconsideration_was_sent_again(hour: str) -> None:
    """ToR 7.8: the group decided at 10:00, and wrote down another hour for what followed."""
    history = history_of(*ANSWERED, RECONSIDER, sent(f"2020-06-23 {hour}"))
    assert [one.round for one in panel_clocks(history)] == [1, 2]
    assert stage(history.case(AsOf()), KENT) is Stage.REPORTED


def test_of_three_rounds_the_last_says_how_far_a_case_has_come() -> None:
    """ToR 7.8: the Panel has discussed the first report, and answered the first two."""
    third = changed(SECOND_VERSION, at=at("2020-07-02 08:00"), version=3)
    history = history_of(
        *ANSWERED,
        RECONSIDER,
        sent("2020-06-25 09:00"),
        DIFFER,
        changed(RECONSIDER, at=at("2020-07-01 15:00"), rationale="once more"),
        third,
        changed(TO_PANEL, at=at("2020-07-03 09:00"), version=3),
    )
    assert [one.round for one in panel_clocks(history)] == [1, 2, 3]
    assert stage(history.case(AsOf()), KENT) is Stage.REPORTED


def test_what_went_on_the_day_before_the_reconsideration_is_no_second_round() -> None:
    """ToR 7.8: another version of the report went while the first decision stood."""
    before = changed(SECOND_VERSION, at=at("2020-06-22 08:00"))
    history = history_of(*SENT, DISCUSS, DISAGREE, before, sent("2020-06-22 17:00"), RECONSIDER)
    assert [one.round for one in panel_clocks(history)] == [1]
    assert stage(history.case(AsOf()), KENT) is Stage.ANSWERED


def test_a_discussion_before_the_second_sending_is_found() -> None:
    """ToR 7.8: the Panel cannot have discussed on 24 June what went to it on 25 June."""
    again = (*ANSWERED, RECONSIDER, sent("2020-06-25 09:00"))
    history = history_of(*again, discussed(date(2020, 6, 24), "2020-07-01 09:00"))
    (found,) = (one.finding for one in findings(history) if one.finding.code == "date-inside")
    assert found.subject == "discussed_on<sent"
    assert "2020-06-24" in found.because
    assert "2020-06-25" in found.because
    after = history_of(*again, discussed(date(2020, 6, 25), "2020-07-01 09:00"))
    assert "date-inside" not in {one.finding.code for one in findings(after)}


def test_the_first_discussion_that_is_noted_after_the_second_sending_is_of_the_first_round() -> (
    None
):
    """ToR 7.8: nobody had noted it; the second round still waits for its own."""
    unnoted = (*SENT, DISAGREE, SECOND_VERSION, RECONSIDER, sent("2020-06-25 09:00"))
    history = history_of(*unnoted, discussed(date(2020, 6, 2), "2020-07-01 09:00"))
    first, second = panel_clocks(history)
    assert (first.state, first.counted_from) == (ClockState.MET, date(2020, 6, 2))
    assert (second.state, second.counted_from) == (ClockState.UNDETERMINED, None)
    assert "date-inside" not in {one.finding.code for one in findings(history)}


@pytest.mark.parametrize("hour", ["09:00", "14:20", "17:00"])
def test_a_discussion_on_the_day_of_the_second_sending_is_of_that_whatever_the_hour(
    hour: str,
) -> None:
    """ToR 7.8: the Panel had answered on 12 June, so it discussed version 2 on 23 June."""
    for first in ((DISCUSS,), ()):
        steps = (*SENT, *first, DISAGREE, SECOND_VERSION, RECONSIDER, sent("2020-06-23 14:20"))
        history = history_of(*steps, discussed(date(2020, 6, 23), f"2020-06-23 {hour}"))
        _, second = panel_clocks(history)
        assert (second.state, second.counted_from) == (ClockState.OVERDUE, date(2020, 6, 23))
        assert stage(history.case(AsOf()), KENT) is Stage.DISCUSSED
        assert not tuple(disagreements_in("KM-1", history, AsOf(read_on=LATE)))


@pytest.mark.parametrize("hour", ["08:40", "17:00"])
def test_a_discussion_on_the_day_of_the_second_sending_led_to_the_answer_of_that_day(
    hour: str,
) -> None:
    """ToR 7.8: the Panel disagreed, the group met and the report went again, all on 23 June."""
    answer = changed(DISAGREE, at=at("2020-06-23 08:50"))
    steps = (*SENT, SECOND_VERSION, answer, RECONSIDER, sent("2020-06-23 14:20"))
    history = history_of(*steps, discussed(date(2020, 6, 23), f"2020-06-23 {hour}"))
    first, second = panel_clocks(history)
    assert (first.state, first.days_taken) == (ClockState.MET, 0)
    assert (second.state, second.counted_from) == (ClockState.UNDETERMINED, None)
    assert not tuple(disagreements_in("KM-1", history, AsOf(read_on=LATE)))


@pytest.mark.parametrize("hour", ["08:50", "09:00", "15:00"])
def test_the_hour_of_an_answer_on_the_day_of_the_second_sending_decides_nothing(hour: str) -> None:
    """ToR 7.8: the Panel disagreed, the group met and the report went again, all on 23 June."""
    answer = changed(DISAGREE, at=at(f"2020-06-23 {hour}"))
    history = history_of(
        *SENT, DISCUSS, SECOND_VERSION, answer, RECONSIDER, sent("2020-06-23 14:20")
    )
    first, second = panel_clocks(history)
    assert first.stopped_on == date(2020, 6, 23)
    assert (second.state, second.stopped_on) == (ClockState.UNDETERMINED, None)
    assert stage(history.case(AsOf()), KENT) is Stage.REPORTED


@pytest.mark.parametrize("hour", ["09:00", "14:20", "17:00"])
def test_an_answer_on_the_day_of_the_second_sending_is_to_that_if_the_first_has_one(
    hour: str,
) -> None:
    """ToR 7.8: the Panel had disagreed on 12 June; on 23 June it answered at once."""
    answer = changed(DISAGREE, at=at(f"2020-06-23 {hour}"), agrees=True, words="now we agree")
    history = history_of(*ANSWERED, RECONSIDER, sent("2020-06-23 14:20"), answer)
    assert stage(history.case(AsOf()), KENT) is Stage.ANSWERED


def both_told(on: str) -> tuple[Command, ...]:
    """Return that both who are told of an answer were told of it at a time."""
    return (changed(TELL_GROUP, at=at(on)), changed(TELL_PARTNERS, at=at(on)))


@pytest.mark.parametrize("day", ["2020-06-24", "2020-06-25", "2020-06-26"])
def test_what_is_shared_stops_the_clock_of_the_answer_that_it_passes_on(day: str) -> None:
    """ToR 7.9: the first answer was passed on before there was another, after version 2 went."""
    own = varied(KENT, deadlines=(*KENT.deadlines, TO_TELL))
    steps = (*ANSWERED, RECONSIDER, sent("2020-06-25 09:00"), *both_told(f"{day} 16:00"))
    one, none = clocks_to_tell(own, *steps)
    assert (one.state, one.stopped_on) == (ClockState.MET, date.fromisoformat(day))
    assert (none.state, none.stopped_on) == (ClockState.NOT_STARTED, None)
    first, second = clocks_to_tell(own, *steps, DIFFER, *both_told("2020-06-30 09:00"))
    assert (first.state, first.stopped_on) == (one.state, one.stopped_on)
    assert (second.state, second.days_taken) == (ClockState.MET, 1)


@pytest.mark.parametrize("hour", ["09:00", "17:00"])
def test_what_is_shared_on_the_day_of_the_second_answer_passes_that_on(hour: str) -> None:
    """ToR 7.9: of the first answer, from 12 June, nobody was told; days decide, and no hours."""
    own = varied(KENT, deadlines=(*KENT.deadlines, TO_TELL))
    shared = both_told(f"2020-06-29 {hour}")
    steps = (*ANSWERED, RECONSIDER, sent("2020-06-25 09:00"), DIFFER, *shared)
    first, second = clocks_to_tell(own, *steps)
    assert (first.state, first.stopped_on) == (ClockState.OVERDUE, None)
    assert (second.state, second.days_taken) == (ClockState.MET, 0)


@pytest.mark.parametrize("hour", ["09:00", "14:20", "17:00"])
def test_what_is_shared_on_the_day_of_the_second_sending_passes_on_the_answer_of_that_day(
    hour: str,
) -> None:
    """ToR 7.9: the Panel had disagreed on 12 June; on 23 June it answered version 2 at once."""
    own = varied(KENT, deadlines=(*KENT.deadlines, TO_TELL))
    answer = changed(DISAGREE, at=at("2020-06-23 09:00"), agrees=True, words="now we agree")
    shared = both_told(f"2020-06-23 {hour}")
    first, second = clocks_to_tell(
        own, *ANSWERED, RECONSIDER, sent("2020-06-23 14:20"), answer, *shared
    )
    assert (first.state, first.stopped_on) == (ClockState.OVERDUE, None)
    assert (second.state, second.days_taken) == (ClockState.MET, 0)


def clocks_to_tell(terms: Terms, *steps: Command) -> list[ClockReading]:
    """Return the clock for telling everybody, in each of its rounds, on 20 July."""
    history = CaseHistory(entries_of(*steps), terms, calendars.load)
    assert not tuple(disagreements_in("KM-1", history, AsOf(read_on=LATE)))
    return [one for one in clocks(history, AsOf(read_on=LATE)) if one.rule.id == TO_TELL.id]


def test_one_sending_that_was_said_several_times_opens_one_round() -> None:
    """ToR 7.8: a history may hold the very same event more than once."""
    (*before, sending) = [
        entry.event for entry in entries_of(*ANSWERED, RECONSIDER, sent("2020-06-25 09:00"))
    ]
    case = replay((*before, sending, sending, sending))
    assert len(panel_rounds(case, KENT)) == 2
