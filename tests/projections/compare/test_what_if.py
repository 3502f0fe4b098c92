"""A case read again under other terms or another calendar; nothing recorded changes.

The Kent case was received on Monday 4 May 2020 and sent on 21 May, the twelfth working day.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from hypothesis import given

from rapid_review import calendars
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.entry import Entry
from rapid_review.domain.makers import recorded_as
from rapid_review.domain.terms.quorum import AllOf
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Capacity, Seating
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clock_reading import ClockState, Reason
from rapid_review.projections.compare.what_if import Supposed, WhatIf, what_if
from rapid_review.testing.strategies import History, histories
from tests.domain.a_review import (
    ATTEND,
    BEFORE_THE_FUNERAL,
    CONVENE,
    DECIDED,
    ENGLAND,
    INVITE,
    KENT,
    RECEIVE,
    RECKON,
    REPLACE,
    SEATS,
    SENT,
    at,
    changed,
    seated,
    varied,
)
from tests.projections.a_record import entries_of, state_of, written_down

AUTUMN: Final = at("2022-10-03 09:00")
IN_SEPTEMBER: Final = changed(
    RECEIVE,
    at=at("2022-09-08 10:00"),
    incident=changed(RECEIVE.incident, happened_on=None, known_on=date(2022, 9, 7)),
)
SHORTER: Final = varied(
    KENT,
    id="kent-shorter",
    digest=f"sha256:{'c' * 64}",
    deadlines=tuple(changed(one, length=10) for one in KENT.deadlines),
)
WITHOUT_POLICE: Final = changed(ATTEND, sat=seated(*(seat for seat in SEATS if seat != "police")))


def in_september(said: ask.Command) -> ask.Command:
    """Return a step of the review of 2020 as one of that of September 2022."""
    later = IN_SEPTEMBER.at.date() - RECEIVE.at.date()
    meets = {"meets_at": said.meets_at + later} if isinstance(said, ask.ConveneMeeting) else {}
    return changed(said, at=said.at + later, **meets)


def supposing(
    entries: Sequence[Entry],
    terms: Terms | None = None,
    calendar: WorkingCalendar | None = None,
    *,
    as_of: datetime = AUTUMN,
    happened_by: datetime | None = None,
) -> WhatIf:
    """Return what would be otherwise in a case of the Kent terms."""
    return what_if(
        CaseHistory(entries, KENT, calendars.load),
        Supposed(terms, calendar),
        AsOf(happened_by=happened_by, read_on=as_of),
    )


def states(found: WhatIf) -> dict[str, tuple[ClockState | None, ClockState | None]]:
    """Return the state of each clock that would be otherwise, as it is and as it would be."""
    return {one.deadline: (state_of(one.before), state_of(one.after)) for one in found.clocks}


def test_a_calendar_that_did_not_know_the_funeral_makes_a_review_late() -> None:
    """ToR 5(a): sent on 30 September 2022, in time only if 19 September was no working day."""
    sent = ask.SendReportToPanel(at=at("2022-09-30 09:00"), version=1)
    entries = entries_of(IN_SEPTEMBER, *(in_september(one) for one in SENT[1:-1]), sent)
    found = supposing(entries, calendar=BEFORE_THE_FUNERAL)
    assert states(found)["rapid-review"] == (ClockState.MET, ClockState.MET_LATE)
    assert states(found)["decision"] == (ClockState.MET, ClockState.MET)
    clock = found.clocks[0]
    assert clock.before is not None
    assert clock.after is not None
    assert (clock.before.due, clock.after.due) == (date(2022, 9, 30), date(2022, 9, 29))
    assert clock.after.days_taken == 16
    assert found.changes_a_verdict


def test_a_due_day_that_moves_and_changes_no_verdict_is_shown_as_one() -> None:
    """ToR 5(a): the review was overdue by then with either calendar; its due day would move."""
    found = supposing(entries_of(IN_SEPTEMBER), calendar=BEFORE_THE_FUNERAL)
    assert states(found)["rapid-review"] == (ClockState.OVERDUE, ClockState.OVERDUE)
    assert not found.changes_a_verdict


def test_shorter_terms_make_a_review_late_and_are_counted_with_the_cases_calendar() -> None:
    """ToR 5(a): ten working days from 8 September are over on the 22nd, as was known that day.

    The newest calendar would say the 23rd: the terms alone are to make the difference.
    """
    entries = entries_of(IN_SEPTEMBER, calendar=BEFORE_THE_FUNERAL)
    found = supposing(entries, SHORTER)
    (review, decision) = found.clocks
    assert review.after is not None
    assert decision.after is not None
    assert review.after.due == decision.after.due == date(2022, 9, 22)
    again = supposing(entries_of(changed(RECKON, at=AUTUMN), before=entries), SHORTER)
    assert again.clocks[0].after is not None
    assert again.clocks[0].after.due == date(2022, 9, 23)


def test_what_follows_from_the_terms_would_follow_from_the_others() -> None:
    """ToR 6.2: where the seat of the police may be empty, the meeting would be quorate."""
    entries = entries_of(RECEIVE, CONVENE, WITHOUT_POLICE)
    fewer = varied(
        SHORTER,
        quorum=KENT.quorum.model_copy(update={"needs": "partnership-team"}),
        deadlines=KENT.deadlines,
    )
    found = supposing(entries, fewer)
    assert [one.kind for one in found.found_before] == ["QuorumNotMet"]
    assert (found.found_after, found.clocks) == ((), ())
    assert found.changes_a_verdict


def test_a_quorum_that_asks_for_more_finds_the_meeting_and_what_it_decided() -> None:
    """ToR 6.2, 7.6: under these terms a sixth seat would have had to be filled, and told."""
    seats = (*KENT.seats, changed(KENT.seats[1], id="education"))
    needs = AllOf(all_of=tuple(seat.id for seat in seats))
    more = varied(
        KENT,
        id="kent-more",
        digest=f"sha256:{'d' * 64}",
        seats=seats,
        quorum=KENT.quorum.model_copy(update={"needs": needs}),
    )
    found = supposing(entries_of(*DECIDED), more)
    assert [(one.kind, one.finding.clause) for one in found.found_after] == [
        ("QuorumNotMet", "ToR 6.2"),
        ("DecisionMade", "ToR 6.2"),
        ("", "ToR 7.2, 8.2"),
        ("", "ToR 7.5, 8.4"),
    ]


def test_adoption_that_is_automatic_would_be_left_to_the_partners() -> None:
    """ToR 5(b): the report went out before the partners of the other terms adopted anything."""
    three = varied(
        KENT,
        id="kent-three",
        digest=f"sha256:{'e' * 64}",
        adoption=changed(KENT.adoption, by=("police", "health"), automatic=False),
    )
    found = supposing(entries_of(*SENT), three)
    assert [one.kind for one in found.found_after] == ["ReportSentToPanel"]
    assert "health, police" in found.found_after[0].finding.because


def test_terms_that_replaced_others_are_set_aside_with_them() -> None:
    """The case moved to the shorter terms; supposed are the first ones, for all of it."""
    replaced = changed(REPLACE, at=at("2022-09-30 09:00"), terms=SHORTER.id)
    moved = entries_of(replaced, before=entries_of(IN_SEPTEMBER), terms=SHORTER)
    assert what_if(
        CaseHistory(moved, SHORTER, calendars.load, (KENT,)),
        Supposed(terms=KENT),
        AsOf(read_on=AUTUMN),
    ) == WhatIf("KM-2020-001")


def test_a_calendar_of_another_id_is_taken_in_its_newest_version() -> None:
    """Scotland's first Monday of August is a holiday there, and no day of this case."""
    scottish = varied(KENT, id="scottish", digest=f"sha256:{'f' * 64}", calendar="scotland")
    entries = entries_of(changed(RECEIVE, at=at("2020-07-27 09:00")))
    found = supposing(entries, scottish)
    after = [one.after for one in found.clocks]
    assert all(one is not None and one.calendar is not None for one in after)
    assert {one.calendar.id for one in after if one and one.calendar} == {"scotland"}


def test_where_the_calendar_does_not_reach_a_clock_is_undetermined() -> None:
    """The calendar of September 2022 does not reach a review of 2026."""
    entries = entries_of(changed(RECEIVE, at=at("2026-03-02 09:00")))
    spring = at("2026-04-01 09:00")
    found = supposing(entries, calendar=BEFORE_THE_FUNERAL, as_of=spring)
    after = {one.deadline: one.after.reason for one in found.clocks if one.after}
    assert after == dict.fromkeys(("rapid-review", "decision"), Reason.CALENDAR_GAP)


def test_what_had_not_happened_would_not_have() -> None:
    """ToR 7.6: as happened by noon of 19 May nothing was decided, under whichever terms."""
    entries = entries_of(*DECIDED)
    when = at("2020-05-19 12:00")
    assert supposing(entries, SHORTER, as_of=when, happened_by=when).found_after == ()


def test_a_meeting_that_was_wrongly_called_quorate_would_be_found_as_it_is() -> None:
    """ToR 6.2: under its own terms its event has the name that its seats give; nothing is new."""
    called_quorate = recorded_as(did.QuorumConfirmed, WITHOUT_POLICE)
    entries = entries_of(RECEIVE, CONVENE, called_quorate)
    assert not supposing(entries, KENT, ENGLAND).changes_a_verdict


def test_an_expert_who_was_said_to_fill_a_seat_would_fill_none_either() -> None:
    """ToR 6.1: who is an expert is said by the case, and by the attendance maybe not."""
    police = Seating(seat="police", person=INVITE.person, capacity=Capacity.MEMBER)
    sat = (*WITHOUT_POLICE.sat, police)
    attended = recorded_as(
        did.QuorumNotMet, changed(ATTEND, sat=sat, experts=()), empty_seats=("police",)
    )
    entries = entries_of(RECEIVE, CONVENE, INVITE, attended)
    assert supposing(entries, KENT, ENGLAND) == WhatIf(entries[0].case)


@given(histories(without=[ask.CorrectRecord, ask.ReckonDeadlineAgain]))
def test_under_its_own_terms_and_calendar_nothing_would_be_otherwise(history: History) -> None:
    """In any history without a correction: what is supposed is what is."""
    entries = written_down(history)
    if entries:
        assert supposing(entries, KENT, ENGLAND) == WhatIf(entries[0].case)


@given(histories())
def test_supposing_changes_nothing_that_is_recorded(history: History) -> None:
    """The entries are as they were, and the case is still held under its own terms."""
    entries = written_down(history)
    if entries:
        before = [entry.model_dump_json() for entry in entries]
        supposing(entries, SHORTER, BEFORE_THE_FUNERAL)
        assert [entry.model_dump_json() for entry in entries] == before
