"""What differs between two views of a case, and which entries made the difference.

The case was received on Monday 4 May 2020; its review and its decision are due on Wednesday 27
May, the fifteenth working day.
"""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.entry import Entry
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clock_reading import ClockState
from rapid_review.projections.case.stage import Stage
from rapid_review.projections.compare.difference import Difference, around, difference
from rapid_review.testing.strategies import History, histories
from tests.domain.a_review import (
    ATTEND,
    DISAGREE,
    FILE,
    KENT,
    MET,
    RECEIVE,
    RECONSIDER,
    SEATS,
    SENT,
    TO_PANEL,
    at,
    changed,
    recorded,
    seated,
    varied,
)
from tests.projections.a_record import entries_of, state_of, written, written_down

JULY = at("2020-07-01 09:00")


def between(entries: Sequence[Entry], before: AsOf, after: AsOf) -> Difference:
    """Return what differs between two views under the Kent terms."""
    return difference(CaseHistory(entries, KENT, calendars.load), before, after)


def states(found: Difference) -> dict[str, tuple[ClockState | None, ClockState | None, object]]:
    """Return the states of each clock that differs, and the entries that made the difference."""
    return {
        one.change.deadline: (
            state_of(one.change.before),
            state_of(one.change.after),
            one.entries,
        )
        for one in found.clocks
    }


def test_between_the_same_two_views_nothing_differs() -> None:
    """The same times, the same day."""
    found = between(entries_of(*SENT), AsOf(read_on=JULY), AsOf(read_on=JULY))
    assert found == Difference(Stage.REPORTED, Stage.REPORTED, (), (), (), (), ())


def test_a_second_decision_that_is_recorded_late_begins_a_round_of_the_panel() -> None:
    """ToR 5(b), 7.8, I-21: the group had decided again before version 2 went to the Panel."""
    sent_again = changed(TO_PANEL, at=at("2020-06-25 09:00"))
    second = did.DecisionMade.model_validate(dict(RECONSIDER))
    entries = entries_of(*SENT, DISAGREE, sent_again, written(second, "2020-06-30 09:00"))
    before = AsOf(read_on=JULY, recorded_by=at("2020-06-29 09:00"))
    found = between(entries, before, AsOf(read_on=JULY))
    assert states(found)["panel-feedback-round-2"][1:] == (
        ClockState.UNDETERMINED,
        (len(entries),),
    )


def test_what_was_written_down_between_two_days_makes_the_difference() -> None:
    """ToR 7.7: the report of 21 May was written down on 2 June."""
    entries = entries_of(*SENT[:-1], written(TO_PANEL, "2020-06-02 09:00"))
    sent = entries[-1].version
    found = between(
        entries, AsOf(read_on=JULY, recorded_by=at("2020-06-01 09:00")), AsOf(read_on=JULY)
    )
    assert (found.stage_before, found.stage_after) == (Stage.DECIDED, Stage.REPORTED)
    assert states(found)["rapid-review"] == (ClockState.OVERDUE, ClockState.MET, (sent,))
    assert [(one.version, one.before) for one in found.lines] == [(sent, None)]
    assert found.entries == (sent,)


def test_an_invitation_that_is_recorded_late_makes_the_difference_of_a_quorum() -> None:
    """ToR 6.2: the seat's holder was there as an expert, so the meeting was short."""
    clock = KENT.clocks["decision"].model_copy(
        update={"id": "meeting", "stops_on": "QuorumConfirmed.at"}
    )
    terms = varied(KENT, deadlines=(*KENT.deadlines, clock))
    police = next(one.person for one in ATTEND.sat if one.seat == "police" and one.person)
    invited = did.ExpertInvited(
        at=at("2020-05-15 09:00"), meeting=1, person=police, expertise="law"
    )
    entries = entries_of(*MET, written(invited, "2020-06-02 09:00"), terms=terms)
    before = AsOf(read_on=JULY, recorded_by=at("2020-06-01 09:00"))
    found = difference(CaseHistory(entries, terms, calendars.load), before, AsOf(read_on=JULY))
    changed_clock = states(found)["meeting"]
    assert changed_clock == (ClockState.MET, ClockState.OVERDUE, (entries[-1].version,))


def test_what_happened_between_two_days_makes_the_difference() -> None:
    """ToR 7.4: by 11 May the school had filed nothing, by 12 May it had."""
    entries = entries_of(RECEIVE, FILE)
    before, after = (
        AsOf(read_on=at(day), happened_by=at(day))
        for day in ("2020-05-11 18:00", "2020-05-12 18:00")
    )
    found = between(entries, before, after)
    assert (found.stage_before, found.stage_after) == (Stage.NOTIFIED, Stage.GATHERING)
    assert (found.clocks, found.entries) == ((), (len(entries),))


def test_where_only_the_days_passed_no_entry_made_the_difference() -> None:
    """ToR 5(a): on 27 May the review runs, on 28 May it is overdue."""
    days = (AsOf(read_on=at("2020-05-27 09:00")), AsOf(read_on=at("2020-05-28 09:00")))
    found = between(entries_of(RECEIVE), *days)
    assert states(found)["rapid-review"] == (ClockState.RUNNING, ClockState.OVERDUE, ())
    assert found.entries == ()


def test_a_correction_shows_in_what_was_found_and_in_the_line_that_it_corrects() -> None:
    """ToR 6.2: the police had been there; the meeting is quorate after all."""
    sat = seated(*(seat for seat in SEATS if seat != "police"))
    short = recorded(did.QuorumNotMet, changed(ATTEND, sat=sat), empty_seats=("police",))
    entries = entries_of(*MET[:-1], short)
    wrong = len(entries)
    correct = ask.CorrectRecord(
        at=at("2020-06-02 09:00"),
        version=wrong,
        because="misread",
        replacement=recorded(did.QuorumConfirmed, ATTEND),
    )
    corrected = entries_of(correct, before=entries)
    found = between(corrected, *around(corrected, wrong + 1))
    assert (found.stage_before, found.stage_after) == (Stage.CONVENED, Stage.QUORATE)
    assert [one.version for one in found.found_before] == [wrong]
    assert found.found_after == ()
    assert [one.version for one in found.lines] == [wrong, wrong + 1]
    assert found.entries == (wrong + 1,)
    back = between(corrected, *reversed(around(corrected, wrong + 1)))
    assert (back.found_before, back.found_after) == ((), found.found_before)


def test_as_it_happened_the_corrected_entry_and_its_correction_made_the_difference() -> None:
    """ToR 7.3: with the correction, the receipt of 30 April had happened by 1 May."""
    entries = entries_of(RECEIVE)
    right = entries[0].event.model_copy(update={"at": at("2020-04-30 15:00")})
    correct = ask.CorrectRecord(
        at=at("2020-05-20 09:00"), version=1, because="it came in before", replacement=right
    )
    corrected = entries_of(correct, before=entries)
    first = at("2020-05-01 18:00")
    found = between(
        corrected,
        AsOf(read_on=first, happened_by=first, recorded_by=at("2020-05-19 09:00")),
        AsOf(read_on=first, happened_by=first),
    )
    assert (found.stage_before, found.stage_after) == (None, Stage.NOTIFIED)
    state = states(found)["rapid-review"]
    assert state == (ClockState.NOT_STARTED, ClockState.RUNNING, (1, 5, 6))


@given(histories(), st.data())
def test_a_difference_without_an_entry_is_one_of_the_days(
    history: History, data: st.DataObject
) -> None:
    """In any history: read on one day, a clock differs only where an entry that bears on it does.

    And the difference turned round names the same entries.
    """
    entries = written_down(history)
    times = [None, *(one.recorded_at for one in entries), *(one.event.at for one in entries)]
    on = JULY if not entries else entries[-1].recorded_at
    views = st.builds(AsOf, st.sampled_from(times), st.sampled_from(times), st.just(on))
    before, after = data.draw(views), data.draw(views)
    found = between(entries, before, after)
    assert all(one.entries for one in found.clocks)
    assert all(set(one.entries) <= set(found.entries) for one in found.clocks)
    back = between(entries, after, before)
    assert back.entries == found.entries
    assert (back.found_before, back.found_after) == (found.found_after, found.found_before)
    if not found.entries:
        assert (found.lines, found.clocks, found.found_before) == ((), (), ())
