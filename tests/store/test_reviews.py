"""`RapidReviews`: what is asked of a case is decided, recorded once, and found again."""

import traceback
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from rapid_review.domain.case import Case, replay
from rapid_review.domain.commands import (
    COMMANDS,
    AdoptDecision,
    ApproveCorrection,
    ApproveErasure,
    Command,
    CorrectRecord,
    FindCriteriaNotMet,
    LiftHold,
    PlaceHold,
    ProposeCorrection,
    ProposeErasure,
    ProposeLiftingHold,
    ReckonDeadlineAgain,
    ReplaceTerms,
    VerifyErasure,
)
from rapid_review.domain.errors import CaseNotFoundError, ClockError, InvalidInputError, Refused
from rapid_review.domain.events import AnyEvent, DeadlineSet, NotificationReceived
from rapid_review.projections.as_of import AsOf
from rapid_review.store import RapidReviews
from rapid_review.store.log.body import stream_name
from rapid_review.store.log.streams import AppendConflictError
from rapid_review.store.store import Store
from rapid_review.testing.machine import ReviewMachine
from rapid_review.testing.wording import ANY_WORDS, worded_alike
from tests.domain import a_review as step
from tests.domain.a_review import (
    ACT,
    CLOSED,
    CONVENE,
    DECIDE,
    HOLD,
    INFORM,
    KENT,
    RECEIVE,
    TO_PANEL,
    at,
    changed,
    varied,
)
from tests.how_many import in_proportion
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, reviews_in, send_all

LATER_KENT = varied(KENT, id="kent-and-medway-2021-09", digest=f"sha256:{'b' * 64}")
STORY: tuple[Command, ...] = (
    step.RECEIVE,
    *(step.INFORM, step.REQUEST, step.FILE, step.COLLATE, step.SHARE, step.LINK),
    *(step.TOLD_LATER, step.ACT, step.SHARE_LEARNING, step.CONVENE, step.CANCEL),
    *(changed(step.CONVENE, at=at("2020-05-15 12:00")), step.INVITE, step.ATTEND),
    *(step.AGREE_TO_NOTIFY, step.ANOTHER_AREA, step.MEDIA),
    *(step.MINUTES, step.AGREE_ACTION, step.COMPLETE_ACTION),
    *(step.CHALLENGE, step.ANSWER, step.ASSESS, step.DECIDE, step.NAME_THEME),
    *(
        step.COMMISSION,
        step.ENGAGE,
        step.PLAN,
        step.SEND_AHEAD,
        step.WITHHOLD,
        step.PUBLISH,
        *(step.MILESTONE, step.REFER_THEME),
    ),
    *(step.COMPILE, step.TO_MEMBERS, step.TO_PANEL, step.WRITE, step.DISCUSS, step.DISAGREE),
    *(step.RECONSIDER, step.TELL_GROUP, step.TELL_PARTNERS, step.CLOSE, step.REOPEN),
    CorrectRecord(at=step.REOPEN.at, version=5, because="it was not so"),
    ReplaceTerms(at=step.REOPEN.at, because="a new edition", terms=LATER_KENT.id),
)
"""Every step once, as far as one case can have it."""


# --- Asking, and finding again


def test_what_was_asked_is_found_again_as_it_was_recorded(store: Store) -> None:
    """A whole review: every entry in its order, and the case that follows from them."""
    reviews = kent_in(store)
    recorded = send_all(reviews, *CLOSED)
    assert reviews.history(CASE) == recorded
    assert [entry.version for entry in recorded] == list(range(1, len(recorded) + 1))
    assert reviews.case(CASE) == replay(entry.event for entry in recorded)
    assert reviews.case(CASE).review.closed


def test_an_entry_says_who_recorded_it_why_and_by_which_command(store: Store) -> None:
    """All entries that one command leads to say the same."""
    entries = kent_in(store).handle(
        CASE,
        RECEIVE,
        by=TEAM,
        purpose="statutory review",
        command_id="form-7",
        correlation_id="form-1",
        causation_id="mail-3",
    )
    assert [type(entry.event) for entry in entries] == [NotificationReceived, *[DeadlineSet] * 3]
    for entry in entries:
        assert (entry.partnership, entry.case, entry.by) == ("kent-and-medway", CASE, TEAM)
        assert worded_alike(entry).purpose == ANY_WORDS
        assert entry.command_id == "form-7"
        assert (entry.correlation_id, entry.causation_id) == ("form-1", "mail-3")


def test_a_command_that_is_given_no_id_gets_one_of_its_own(store: Store) -> None:
    """So that every entry names the command that led to it."""
    reviews = kent_in(store)
    first, second = send_all(reviews, RECEIVE), send_all(reviews, INFORM)
    ids = {entry.command_id for entry in first}
    assert len(ids) == 1
    assert {entry.command_id for entry in second}.isdisjoint(ids)


def test_cases_are_named_in_the_order_in_which_they_were_opened(store: Store) -> None:
    """More of them than one page of the store holds."""
    reviews = kent_in(store)
    names = [f"KM-{number}" for number in range(400, 100, -1)]
    made = tuple(entry.event for entry in kent_in().handle(CASE, RECEIVE, by=TEAM))
    reviews.import_histories([(name, made) for name in names], by=TEAM)
    assert reviews.references() == tuple(names)


def test_each_partnership_sees_its_own_cases_only(store: Store) -> None:
    """Two partnerships may keep their cases in one store, even under the same reference."""
    medway = varied(KENT, partnership="medway-alone", id="medway-1")
    ours, theirs = kent_in(store), reviews_in(store, terms=medway, clock=HandSetClock())
    send_all(ours, RECEIVE)
    assert theirs.references() == ()
    with pytest.raises(CaseNotFoundError):
        theirs.case(CASE)
    send_all(theirs, RECEIVE, INFORM)
    send_all(theirs, RECEIVE, case="M-2")
    assert ours.references() == (CASE,)
    assert theirs.references() == (CASE, "M-2")
    assert len(ours.history(CASE)) == 4
    assert len(theirs.history(CASE)) == 5


def test_a_case_is_read_as_it_was_recorded_and_as_it_had_happened(store: Store) -> None:
    """Informed on 4 May at eleven, written down the day after; retracted on 20 May."""
    clock = HandSetClock("2020-05-04 09:30")
    reviews = reviews_in(store, terms=KENT, clock=clock)
    send_all(reviews, RECEIVE)
    clock.now = at("2020-05-05 09:00")
    (informed,) = send_all(reviews, INFORM)
    clock.now = at("2020-05-20 09:00")
    send_all(
        reviews, CorrectRecord(at=clock.now, version=informed.version, because="it was not so")
    )

    def has_it(**times: datetime) -> bool:
        seen = reviews.history(CASE, AsOf(**times))
        case = reviews.case(CASE, AsOf(**times))
        assert case == replay(entry.event for entry in seen)
        return informed.event in case.standing

    assert not has_it(recorded_by=at("2020-05-04 12:00"))
    assert has_it(recorded_by=at("2020-05-19 12:00"))
    assert has_it(recorded_by=at("2020-05-19 12:00"), happened_by=at("2020-05-04 12:00"))
    assert not has_it(happened_by=at("2020-05-04 12:00"))
    assert reviews.case(CASE, AsOf(recorded_by=at("2020-05-03 12:00"))) == Case()


def test_a_case_that_is_not_there_is_not_found(store: Store) -> None:
    """And is not opened by looking for it."""
    reviews = kent_in(store)
    for look in (reviews.case, reviews.history):
        with pytest.raises(CaseNotFoundError, match="no case 'KM-9' of kent-and-medway in this"):
            look("KM-9")
    assert reviews.references() == ()


def test_what_is_refused_leaves_no_trace(store: Store) -> None:
    """A step before the notification; a decision before a quorate meeting."""
    reviews = kent_in(store)
    with pytest.raises(Refused):
        send_all(reviews, INFORM)
    assert reviews.references() == ()
    recorded = send_all(reviews, RECEIVE)
    with pytest.raises(Refused):
        send_all(reviews, DECIDE)
    assert reviews.history(CASE) == recorded


def test_what_is_so_already_is_not_recorded_again(store: Store) -> None:
    """Said twice by two people, under two ids: the second finds it done."""
    reviews = kent_in(store)
    recorded = send_all(reviews, RECEIVE, INFORM)
    assert send_all(reviews, RECEIVE, INFORM) == ()
    assert reviews.history(CASE) == recorded


# --- A command and its id


def test_a_command_asked_again_under_its_id_returns_what_it_recorded(store: Store) -> None:
    """Once and later, whatever was recorded between, in this process or in another's handle."""
    reviews = kent_in(store)
    first = reviews.handle(CASE, RECEIVE, by=TEAM, command_id="form-7")
    assert reviews.handle(CASE, RECEIVE, by=TEAM, command_id="form-7") == first
    send_all(reviews, INFORM)
    assert kent_in(store).handle(CASE, RECEIVE, by=TEAM, command_id="form-7") == first
    assert len(reviews.history(CASE)) == 5


def test_a_retry_may_be_dated_later(store: Store) -> None:
    """A form sent again with the time of sending it is still that form."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE)
    first = reviews.handle(CASE, INFORM, by=TEAM, command_id="form-8")
    later = changed(INFORM, at=INFORM.at + timedelta(hours=1))
    assert reviews.handle(CASE, later, by=TEAM, command_id="form-8") == first


@pytest.mark.parametrize(
    "other",
    [CONVENE, changed(INFORM, seat="health-designated"), changed(INFORM, person="P-2")],
    ids=["another command", "another seat", "another person"],
)
def test_an_id_is_not_used_for_two_things(store: Store, other: Command) -> None:
    """Its words would be lost: the second is refused, and nothing of it is recorded."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE)
    reviews.handle(CASE, INFORM, by=TEAM, command_id="form-8")
    with pytest.raises(InvalidInputError, match=r"'form-8' was already used .* give this command"):
        reviews.handle(CASE, other, by=TEAM, command_id="form-8")
    assert len(reviews.history(CASE)) == 5


@pytest.mark.parametrize(
    ("first", "other_day"),
    [
        (INFORM, "2020-05-05 09:00"),
        (CONVENE, "2020-05-15 09:00"),
        (TO_PANEL, "2020-05-21 23:30"),
        (HOLD, "2020-09-20 09:00"),
    ],
    ids=[
        "on the next day",
        "convened again",
        "after midnight in Kent, and the same day in UTC",
        "a hold that may have been lifted in between",
    ],
)
def test_an_id_is_not_used_for_the_same_words_on_another_day(
    store: Store, first: Command, other_day: str
) -> None:
    """On another day they are another fact, which would be lost (ADR 0102)."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE)
    done = reviews.handle(CASE, first, by=TEAM, command_id="form-8", as_history=True)
    with pytest.raises(InvalidInputError, match=r"'form-8' was already used .* on another day"):
        reviews.handle(CASE, changed(first, at=at(other_day)), by=TEAM, command_id="form-8")
    assert reviews.handle(CASE, first, by=TEAM, command_id="form-8") == done


def test_what_a_field_identifies_is_the_same_on_another_day(store: Store) -> None:
    """An action is known by its reference, so its retry may come on another day (ADR 0102)."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE)
    first = reviews.handle(CASE, ACT, by=TEAM, command_id="form-8")
    later = changed(ACT, at=ACT.at + timedelta(days=3))
    assert reviews.handle(CASE, later, by=TEAM, command_id="form-8") == first


BY_TWO = (
    ProposeCorrection,
    ApproveCorrection,
    PlaceHold,
    ProposeLiftingHold,
    LiftHold,
    ProposeErasure,
    ApproveErasure,
    VerifyErasure,
)


def test_every_step_is_recognised_when_it_is_asked_again() -> None:
    """However its event differs from it.

    A quorum calculated, a collation numbered, terms pinned.
    """
    reviews = reviews_in(terms=KENT, clock=HandSetClock(), editions=[LATER_KENT])
    for number, command in enumerate(STORY):
        first = reviews.handle(CASE, command, by=TEAM, command_id=f"form-{number}")
        assert first
        assert reviews.handle(CASE, command, by=TEAM, command_id=f"form-{number}") == first
    assert {*COMMANDS.values()} - {type(command) for command in STORY} == {
        AdoptDecision,  # under these terms adoption comes with the decision
        FindCriteriaNotMet,  # it would end the story
        ReckonDeadlineAgain,  # it is asked in test_terms_and_calendars.py
        *BY_TWO,  # in test_erasing.py and test_corrections_by_two.py
    }


def test_an_id_is_one_case_s_own(store: Store) -> None:
    """Two cases may each have had a form 7."""
    reviews = kent_in(store)
    for case in ("KM-1", "KM-2"):
        assert len(reviews.handle(case, RECEIVE, by=TEAM, command_id="form-7")) == 4


def test_a_redelivered_command_that_led_to_nothing_does_not_undo_a_correction(
    store: Store,
) -> None:
    """It was so already; then it was retracted; then the message comes again."""
    reviews = kent_in(store)
    (informed,) = send_all(reviews, RECEIVE, INFORM)[4:]
    assert reviews.handle(CASE, INFORM, by=TEAM, command_id="form-8") == ()
    wrong = CorrectRecord(at=step.REOPEN.at, version=informed.version, because="it was not so")
    send_all(reviews, wrong)
    before = reviews.history(CASE)
    later = changed(INFORM, at=INFORM.at + timedelta(hours=1))
    for again in (INFORM, later):
        assert reviews.handle(CASE, again, by=TEAM, command_id="form-8") == ()
        assert kent_in(store).handle(CASE, again, by=TEAM, command_id="form-8") == ()
    assert reviews.history(CASE) == before
    # The person who says it again, under an id of its own, is heard.
    assert len(reviews.handle(CASE, INFORM, by=TEAM, command_id="form-9")) == 1


@pytest.mark.parametrize(
    "other",
    [CONVENE, changed(INFORM, seat="health-designated"), DECIDE],
    ids=["another command", "another seat", "what was refused then"],
)
def test_an_id_that_led_to_nothing_is_not_used_for_something_else(
    store: Store, other: Command
) -> None:
    """Its words would be lost: it is refused, and nothing of it is recorded."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE, INFORM)
    assert reviews.handle(CASE, INFORM, by=TEAM, command_id="form-8") == ()
    with pytest.raises(InvalidInputError, match=r"'form-8' was already used .* recorded nothing"):
        reviews.handle(CASE, other, by=TEAM, command_id="form-8")
    assert len(reviews.history(CASE)) == 5


def test_an_id_that_led_to_nothing_is_one_case_s_own(store: Store) -> None:
    """Two cases may each have had a form 8; in one it was so already."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE, INFORM)
    send_all(reviews, RECEIVE, case="KM-2")
    assert reviews.handle(CASE, INFORM, by=TEAM, command_id="form-8") == ()
    assert len(reviews.handle("KM-2", INFORM, by=TEAM, command_id="form-8")) == 1


def test_what_led_to_nothing_is_remembered_only_of_the_case_as_it_still_is(
    stores: tuple[Store, Store],
) -> None:
    """Retracted between the decision and the answer: it is decided again, and recorded."""
    fast, slow = kent_in(stores[1]), kent_in(stores[0])
    (informed,) = send_all(fast, RECEIVE, INFORM)[4:]
    at_version = len(fast.history(CASE))
    wrong = CorrectRecord(at=step.REOPEN.at, version=informed.version, because="it was not so")
    send_all(fast, wrong)
    place = ("kent-and-medway", CASE)
    with pytest.raises(AppendConflictError):
        stores[0].remember(*place, "form-8", at_version)
    assert stores[0].answered_at(*place, "form-8") is None
    assert len(slow.handle(CASE, INFORM, by=TEAM, command_id="form-8")) == 1


def test_words_that_read_like_an_id_are_no_id(store: Store) -> None:
    """The id is looked for in the stored bytes; in words its quotation marks are escaped."""
    reviews = kent_in(store)
    words = changed(RECEIVE.incident, where='"command_id":"form-7"')
    send_all(reviews, changed(RECEIVE, incident=words))
    assert len(reviews.handle(CASE, INFORM, by=TEAM, command_id="form-7")) == 1


@pytest.mark.parametrize(
    ("case", "ids", "words"),
    [
        ("Canary Wharfe", {}, "case: found a value of 13 characters"),
        (CASE, {"command_id": 'Canary" Wharfe'}, "command_id: found a value of 14"),
        (CASE, {"correlation_id": "Canary Wharfe"}, "correlation_id: found a value of 13"),
        (CASE, {"causation_id": "Canary Wharfe"}, "causation_id: found a value of 13"),
        (CASE, {"purpose": "for Canary: Wharfe"}, "purpose: found text"),
    ],
)
def test_a_name_where_a_reference_belongs_is_refused_and_not_repeated(
    store: Store, case: str, ids: dict[str, Any], words: str
) -> None:
    """Not even in a traceback; and nothing is recorded."""
    with pytest.raises(InvalidInputError, match=words) as raised:
        kent_in(store).handle(case, RECEIVE, by=TEAM, **ids)
    assert "Canary" not in "".join(traceback.format_exception(raised.value))
    assert kent_in(store).references() == ()


# --- When it was recorded


def test_an_entry_is_dated_by_the_clock_that_was_handed_in(store: Store) -> None:
    """Not by the machine's, and not by when it happened; the zone is kept."""
    clock = HandSetClock()
    reviews = reviews_in(store, terms=KENT, clock=clock)
    send_all(reviews, RECEIVE)
    clock.now = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=1)))
    send_all(reviews, INFORM)
    dates = [entry.recorded_at for entry in reviews.history(CASE)]
    assert dates == [at("2026-11-23 12:00")] * 4 + [at("2026-11-24 08:30")]
    assert dates[-1].utcoffset() == timedelta(hours=1)


def test_a_clock_that_was_set_back_does_not_put_an_entry_before_another(store: Store) -> None:
    """What was known on a day must not change because a machine's clock did, by five minutes."""
    clock = HandSetClock("2026-11-23 12:00")
    reviews = reviews_in(store, terms=KENT, clock=clock)
    send_all(reviews, RECEIVE)
    clock.now = at("2026-11-23 11:55")
    send_all(reviews, INFORM)
    clock.now = at("2026-11-23 12:01")
    send_all(reviews, CONVENE)
    dates = [entry.recorded_at for entry in reviews.history(CASE)]
    assert dates == [at("2026-11-23 12:00")] * 5 + [at("2026-11-23 12:01")]


def test_a_clock_that_ran_ahead_once_does_not_date_what_comes_after(store: Store) -> None:
    """It stamped a case with next year; as recorded by today, all that came later would be lost.

    So nothing is recorded there until somebody has looked, and says how much is to be borne.
    """
    clock = HandSetClock("2027-11-23 12:00")
    reviews = reviews_in(store, terms=KENT, clock=clock)
    send_all(reviews, RECEIVE)
    clock.now = at("2026-11-23 12:00")
    with pytest.raises(
        ClockError, match=r"the clock says 2026-11-23 .* entry 4 was recorded at 2027-11-23"
    ) as said:
        send_all(reviews, INFORM)
    assert "audit verify" in str(said.value)
    assert len(reviews.history(CASE)) == 4
    assert send_all(reviews, RECEIVE) == ()  # it is so already, and nothing is dated
    send_all(reviews, RECEIVE, case="KM-2")  # a case of its own
    year = timedelta(days=366)
    knowing = reviews_in(store, terms=KENT, clock=clock, clock_lag=year)
    (entry,) = send_all(knowing, INFORM)
    assert entry.recorded_at == at("2027-11-23 12:00")


def test_a_clock_may_lie_five_minutes_behind_and_no_more(store: Store) -> None:
    """To the second, and across a change of zone."""
    clock = HandSetClock("2026-11-23 12:00")
    reviews = reviews_in(store, terms=KENT, clock=clock)
    send_all(reviews, RECEIVE)
    clock.now = (at("2026-11-23 11:54") + timedelta(seconds=59)).astimezone(
        timezone(timedelta(hours=9))
    )
    with pytest.raises(ClockError):
        send_all(reviews, INFORM)
    clock.now += timedelta(seconds=1)
    assert len(send_all(reviews, INFORM)) == 1


def test_a_case_that_slept_for_a_year_wakes_up(store: Store) -> None:
    """Nothing is wrong with a stamp that lies long before the clock."""
    clock = HandSetClock("2020-05-04 12:00")
    reviews = reviews_in(store, terms=KENT, clock=clock)
    send_all(reviews, RECEIVE)
    clock.now = at("2021-06-04 12:00")
    (entry,) = send_all(reviews, INFORM)
    assert entry.recorded_at == clock.now


@pytest.mark.parametrize("before", [(), (RECEIVE,)])
def test_a_clock_without_a_zone_dates_nothing(store: Store, before: tuple[Command, ...]) -> None:
    """Neither a case's first entry nor a later one."""
    send_all(kent_in(store), *before)
    naive = datetime(2026, 11, 23, 12, 0)  # noqa: DTZ001 - that is what is wrong with it
    reviews = reviews_in(store, terms=KENT, clock=lambda: naive)
    with pytest.raises(InvalidInputError, match="clock: says a time without its offset"):
        send_all(reviews, INFORM if before else RECEIVE)


# --- Any commands, in any order


class Kept:
    """One case in a record, for the machine to work on."""

    def __init__(self, reviews: RapidReviews, case: str) -> None:
        self._reviews = reviews
        self._case = case

    def handle(self, command: Command) -> tuple[AnyEvent, ...]:
        """Ask, and return the events of what was recorded."""
        return tuple(entry.event for entry in self._reviews.handle(self._case, command, by=TEAM))

    def case(self) -> Case:
        """Return the case as the record has it."""
        try:
            return self._reviews.case(self._case)
        except CaseNotFoundError:
            return Case()


def test_the_record_keeps_the_rules_whatever_is_asked_of_it(store: Store) -> None:
    """Random commands, case after case: the record says and keeps what the rules alone would."""
    reviews = kent_in(store)
    cases = iter(range(1, 1_000_000))
    run_state_machine_as_test(
        lambda: ReviewMachine(Kept(reviews, f"KM-{next(cases)}")),  # type: ignore[arg-type]  # a maker will do
        settings=settings(max_examples=in_proportion(15), stateful_step_count=20),
    )
    assert reviews.references()


def test_of_a_case_that_is_not_there_no_row_is_given(store: Store) -> None:
    """Rows are asked for by the streams of cases, of which some may not be there."""
    send_all(kent_in(store), RECEIVE)
    there, missing = (stream_name(KENT.partnership, case) for case in (CASE, "KM-NONE"))
    rows = store.opened.rows
    assert [stream for stream, _ in rows.of_each([missing, there])] == [there]
    assert list(rows.openings([missing, there])) == [there]


@pytest.mark.parametrize("asks", [RapidReviews.ask, RapidReviews.handle])
def test_a_keyword_that_is_misspelt_is_told_by_the_name_of_what_was_called(
    asks: Callable[..., object],
) -> None:
    """And not by that of something inside, which nobody has called; nothing is recorded."""
    with (
        reviews_in(terms=KENT, clock=HandSetClock()) as reviews,
        pytest.raises(TypeError, match=r"TakesCommands\.ask\(\).* 'expected_versoin'"),
    ):
        asks(reviews, CASE, RECEIVE, by=TEAM, expected_versoin=1)
