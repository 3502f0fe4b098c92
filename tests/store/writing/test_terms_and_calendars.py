"""A case stays under the terms pinned when it opened, and counts with the calendars handed in.

Terms are data, and files are edited; what a case was opened under must not change with them.
"""

from datetime import date

import pytest

from rapid_review import calendars
from rapid_review import terms as shipped_terms
from rapid_review.domain.commands import ReckonDeadlineAgain, ReplaceTerms
from rapid_review.domain.errors import InvalidInputError, Refused, TermsError
from rapid_review.domain.events import (
    AnyEvent,
    DeadlineReckonedAgain,
    DeadlineSet,
    NotificationReceived,
    TermsReplaced,
)
from rapid_review.domain.terms.quorum import AllOf
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.case.duties import DutyState
from rapid_review.projections.case.stage import Stage
from rapid_review.store import RapidReviews
from rapid_review.store.store import Store
from tests.domain.a_review import (
    AGREE,
    ASSESS,
    ATTEND,
    COLLATE,
    COMMISSION,
    COMPILE,
    CONVENE,
    DECIDE,
    DISCUSS,
    FILE,
    INFORM,
    INFORM_ALL,
    KENT,
    RECEIVE,
    REQUEST,
    SEATS,
    SHARE,
    TELL_GROUP,
    TELL_PARTNERS,
    TO_MEMBERS,
    TO_PANEL,
    at,
    changed,
    recorded,
    seated,
    varied,
)
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, reviews_in, send_all


def quicker(terms: Terms, **changes: object) -> Terms:
    """Return terms whose rapid review has ten working days instead of fifteen."""
    deadlines = tuple(
        deadline.model_copy(update={"length": 10}) if deadline.id == "rapid-review" else deadline
        for deadline in terms.deadlines
    )
    return varied(terms, deadlines=deadlines, digest=f"sha256:{'b' * 64}", **changes)


EDITED = quicker(KENT)
"""The file of the terms, edited in place: another digest under the same id."""
LATER = quicker(KENT, id="kent-and-medway-2021-09")
"""The edition after it, under an id of its own."""
FOUR = tuple(seat for seat in SEATS if seat != "police")
REPLACE = ReplaceTerms(at=at("2021-09-01 09:00"), because="a new edition", terms=LATER.id)


def reviews_under(store: Store, terms: Terms, *editions: Terms) -> RapidReviews:
    """Return reviews in which new cases open under these terms."""
    return reviews_in(store, terms=terms, editions=editions, clock=HandSetClock())


def due(reviews: RapidReviews, case: str = CASE) -> date:
    """Return when a case's rapid review is due."""
    return reviews.case(case).review.clocks["rapid-review"].due


PLYMOUTH = shipped_terms.load("plymouth")


def test_a_case_is_never_put_under_the_terms_of_another_partnership(store: Store) -> None:
    """It would cite their document; an edition of its own partnership is taken."""
    reviews = reviews_under(store, KENT, LATER, PLYMOUTH)
    before = send_all(reviews, RECEIVE)
    theirs = changed(REPLACE, terms=PLYMOUTH.id)
    with pytest.raises(InvalidInputError, match="plymouth, and the case to kent-and-medway; allo"):
        send_all(reviews, theirs)
    assert reviews.history(CASE) == before
    assert send_all(reviews, REPLACE)


def test_a_history_under_the_terms_of_another_partnership_is_not_imported(store: Store) -> None:
    """Neither one that opened under them, nor one that changed to them."""
    reviews = reviews_under(store, KENT, LATER, PLYMOUTH)
    opened = recorded(NotificationReceived, RECEIVE, terms=KENT.ref)
    changes = TermsReplaced(at=REPLACE.at, because="w", old_terms=KENT.ref, terms=LATER.ref)
    theirs = changed(opened, terms=PLYMOUTH.ref)
    histories: tuple[list[AnyEvent], ...] = (
        [theirs],
        [opened, changed(changes, terms=PLYMOUTH.ref)],
    )
    for history in histories:
        with pytest.raises(
            InvalidInputError, match="terms: plymouth belong to partnership plymou"
        ):
            reviews.import_history(CASE, history, by=TEAM)
    refused = reviews.import_histories([("A", [theirs])], by=TEAM).refused
    assert [case for case, _ in refused] == ["A"]
    assert reviews.references() == ()
    assert reviews.import_history(CASE, [opened, changes], by=TEAM)


def test_an_edited_terms_file_is_noticed_and_nothing_is_decided_by_it(store: Store) -> None:
    """The digest is pinned, not the name alone; the message gives both, and two ways on."""
    send_all(reviews_under(store, EDITED), RECEIVE)
    shipped = kent_in(store)
    with pytest.raises(TermsError, match=r"digests sha256:.*Restore the files.*ReplaceTerms"):
        send_all(shipped, INFORM)
    with pytest.raises(TermsError):
        shipped.terms_of(shipped.case(CASE))
    assert len(shipped.history(CASE)) == 4


def test_published_terms_are_found_by_their_digest_whatever_was_edited(store: Store) -> None:
    """A file at hand has the id of the shipped one and other bytes: the case keeps its own."""
    send_all(kent_in(store), RECEIVE)
    edited = reviews_under(store, EDITED)
    assert send_all(edited, INFORM)
    assert edited.terms_of(edited.case(CASE)) == KENT
    assert due(edited) == date(2020, 5, 27)


def test_two_files_of_one_id_are_told_apart_by_their_bytes(store: Store) -> None:
    """Both editions given, each case goes on under the one it is pinned to."""
    send_all(reviews_under(store, EDITED), RECEIVE)
    both = reviews_under(store, KENT, EDITED)
    assert both.terms_of(both.case(CASE)) == EDITED


def test_a_case_is_read_whatever_became_of_its_terms(store: Store) -> None:
    """Replay asks no terms: an old case opens for ever."""
    entries = send_all(kent_in(store), RECEIVE)
    edited = reviews_under(store, EDITED)
    assert edited.history(CASE) == entries
    assert due(edited) == date(2020, 5, 27)


def test_an_edited_national_rule_set_is_noticed_too(store: Store) -> None:
    """The terms refer to the national guidance, so its file is pinned with theirs."""
    national = KENT.national.model_copy(update={"digest": f"sha256:{'c' * 64}"})
    send_all(reviews_under(store, varied(KENT, national=national)), RECEIVE)
    with pytest.raises(TermsError, match=f"{KENT.digest} and {KENT.national.digest}"):
        send_all(kent_in(store), INFORM)


def test_terms_that_are_not_at_hand_are_asked_for_by_name(store: Store) -> None:
    """A case opened under a file of one's own, and the store opened later without that file."""
    send_all(reviews_under(store, LATER), RECEIVE)
    with pytest.raises(TermsError, match="kent-and-medway-2021-09"):
        send_all(kent_in(store), INFORM)


def test_a_case_goes_on_under_its_own_edition_when_a_new_one_is_in_force(store: Store) -> None:
    """ToR 7.3: new cases get the new length; the old case is decided by its old terms."""
    send_all(kent_in(store), RECEIVE)
    later = reviews_under(store, LATER, KENT)
    send_all(later, INFORM, CONVENE)
    send_all(later, RECEIVE, case="KM-2021-001")
    assert (due(later), due(later, "KM-2021-001")) == (date(2020, 5, 27), date(2020, 5, 19))
    assert later.terms_of(later.case(CASE)) == KENT
    assert later.terms_of(later.case("KM-2021-001")) == LATER


@pytest.mark.parametrize(
    ("needs", "sat", "quorate"),
    [((*SEATS, "education"), SEATS, True), (FOUR, FOUR, False)],
    ids=["a seat more", "a seat less"],
)
def test_a_meeting_that_is_recorded_after_new_terms_has_the_quorum_of_its_day(
    store: Store, needs: tuple[str, ...], sat: tuple[str, ...], *, quorate: bool
) -> None:
    """ToR 6.2, I-24: what comes next, the stage and a command ask as the findings do."""
    seats = tuple(changed(KENT.seats[0], id=seat) for seat in needs)
    quorum = changed(KENT.quorum, needs=AllOf(all_of=needs))
    later = varied(KENT, id="kent-and-medway-2020-06", seats=seats, quorum=quorum)
    reviews = reviews_under(store, KENT, later)
    replace = changed(REPLACE, at=at("2020-05-20 09:00"), terms=later.id)
    send_all(reviews, RECEIVE, CONVENE, replace, changed(ATTEND, sat=seated(*sat)), ASSESS)

    read = reviews.case_reading(CASE, AsOf(read_on=at("2020-05-20 12:00")))
    steps = {one.step: one for one in read.next_steps}
    assert (read.stage is Stage.QUORATE, "ConveneMeeting" not in steps) == (quorate, quorate)
    assert steps["MakeDecision"].about == ("meeting-1" if quorate else "meeting-2",)
    assert steps["MakeDecision"].possible is quorate
    if quorate:
        assert send_all(reviews, DECIDE)
        read = reviews.case_reading(CASE, AsOf(read_on=at("2020-05-20 12:00")))
        assert "meeting-is-quorate" not in {one.finding.code for one in read.judged.found}
    else:
        with pytest.raises(Refused, match="meeting 1 was not quorate; empty seats: police"):
            send_all(reviews, DECIDE)


REVIEW = (
    *INFORM_ALL,
    REQUEST,
    FILE,
    COLLATE,
    SHARE,
    CONVENE,
    ATTEND,
    ASSESS,
    DECIDE,
    COMPILE,
    TO_MEMBERS,
    TO_PANEL,
    DISCUSS,
    AGREE,
    TELL_GROUP,
    TELL_PARTNERS,
)
WITHOUT_POLICE = varied(
    KENT,
    id="kent-and-medway-2020-07",
    seats=tuple(seat for seat in KENT.seats if seat.id in FOUR),
    quorum=changed(KENT.quorum, needs=AllOf(all_of=FOUR)),
)
THE_POLICE_LEAVE = changed(REPLACE, at=at("2020-07-01 09:00"), terms=WITHOUT_POLICE.id)


def test_what_happened_before_new_terms_is_recorded_after_them_as_it_was_before(
    store: Store,
) -> None:
    """ToR 6.1, 7.2 to 7.9, I-24: a seat that is gone was informed, sat and got its reports."""
    reviews = reviews_under(store, KENT, WITHOUT_POLICE)
    send_all(reviews, RECEIVE, THE_POLICE_LEAVE, *REVIEW, case="late")
    send_all(reviews, RECEIVE, *REVIEW, THE_POLICE_LEAVE, case="in-time")
    then = AsOf(read_on=at("2020-07-01 12:00"))
    late, in_time = (reviews.case_reading(case, then) for case in ("late", "in-time"))
    assert [(one.kind, one.at) for one in late.case.standing] == [
        (one.kind, one.at) for one in in_time.case.standing
    ]
    assert late.judged.clocks == in_time.judged.clocks
    assert late.judged.duties == in_time.judged.duties
    assert [one.finding for one in late.judged.found] == [
        one.finding for one in in_time.judged.found
    ]


@pytest.mark.parametrize(
    ("day", "is_accepted"), [("2020-06-30 09:00", True), ("2020-07-01 08:00", False)]
)
def test_a_seat_is_one_of_the_terms_of_the_day(
    store: Store, day: str, *, is_accepted: bool
) -> None:
    """ToR 6.1, I-24: new terms hold from the first minute of their day, as the findings read."""
    reviews = reviews_under(store, KENT, WITHOUT_POLICE)
    send_all(reviews, RECEIVE, THE_POLICE_LEAVE)
    informed = changed(INFORM, at=at(day))
    if is_accepted:
        assert send_all(reviews, informed)
    else:
        with pytest.raises(Refused, match="seat 'police' is not in these terms"):
            send_all(reviews, informed)


def test_a_seat_that_only_new_terms_have_took_no_part_before_them(store: Store) -> None:
    """ToR 6.1, I-24: what the findings would call forbidden is refused."""
    reviews = reviews_under(store, KENT, WITHOUT_POLICE)
    back = changed(REPLACE, at=at("2020-08-03 09:00"), terms=KENT.id)
    send_all(reviews, RECEIVE, THE_POLICE_LEAVE, back)
    between = changed(INFORM, at=at("2020-07-15 09:00"))
    with pytest.raises(Refused, match="seat 'police' is not in these terms"):
        send_all(reviews, between)
    assert send_all(reviews, changed(INFORM, at=at("2020-08-03 10:00")))


def test_what_was_decided_before_new_terms_is_commissioned_after_them(store: Store) -> None:
    """ToR 2.1, 8.10, I-24: the new edition calls a local review otherwise."""
    renamed = varied(
        KENT,
        id="kent-and-medway-2020-07",
        decision=changed(
            KENT.decision,
            outcomes=tuple(
                changed(one, code="lcspr") if one.practice_review else one
                for one in KENT.decision.outcomes
            ),
        ),
    )
    reviews = reviews_under(store, KENT, renamed)
    replace = changed(REPLACE, at=at("2020-06-22 09:00"), terms=renamed.id)
    send_all(reviews, RECEIVE, *REVIEW, replace)
    then = AsOf(read_on=at("2020-07-01 12:00"))
    (owed,) = (
        one for one in reviews.case_reading(CASE, then).judged.duties if one.code == "commission"
    )
    assert owed.state is DutyState.OPEN
    assert send_all(reviews, COMMISSION)
    assert reviews.case_reading(CASE, then).judged.found == ()


def test_a_shipped_edition_is_found_without_being_named(store: Store) -> None:
    """A case pinned to terms that come with the package goes on under them."""
    send_all(kent_in(store), RECEIVE)
    assert send_all(reviews_under(store, LATER), INFORM)


def test_terms_are_replaced_by_an_event_and_hold_from_then_on(store: Store) -> None:
    """A clock that runs keeps its due day; what replaced them is pinned in turn."""
    send_all(kent_in(store), RECEIVE)
    later = reviews_under(store, LATER)
    (entry,) = send_all(later, REPLACE)
    assert entry.event.kind == "TermsReplaced"
    assert later.terms_of(later.case(CASE)) == LATER
    assert due(later) == date(2020, 5, 27)
    with pytest.raises(TermsError):
        send_all(kent_in(store), INFORM)
    assert send_all(later, INFORM)


def test_replacing_them_is_what_to_do_next_from_an_edited_file(store: Store) -> None:
    """The edited file gets an id of its own, and the case is told to go on under that."""
    send_all(reviews_under(store, EDITED), RECEIVE)
    without = reviews_under(store, KENT, LATER)
    with pytest.raises(TermsError):
        send_all(without, INFORM)
    send_all(without, REPLACE)
    assert send_all(without, INFORM)


def test_replacing_terms_is_recognised_when_it_is_asked_again(store: Store) -> None:
    """By its id, though the event holds digests where the command holds a name."""
    later = reviews_under(store, KENT, LATER)
    send_all(later, RECEIVE)
    first = later.handle(CASE, REPLACE, by=TEAM, command_id="form-9")
    assert later.handle(CASE, REPLACE, by=TEAM, command_id="form-9") == first


# --- Calendars

DIED = changed(RECEIVE, at=at("2022-09-08 10:00"))
AGAIN = ReckonDeadlineAgain(
    at=at("2022-09-12 09:00"), deadline="rapid-review", because="a bank holiday was proclaimed"
)


def before_the_funeral(calendar_id: str) -> WorkingCalendar:
    """Return the calendar as it was known on 9 September 2022."""
    return calendars.load(calendar_id, "2022-09-09")


def test_a_due_day_is_counted_once_with_the_calendar_of_that_time(store: Store) -> None:
    """ToR 5(a), 7.3: received on 8 September 2022, before the funeral of the 19th was a holiday.

    A newer calendar moves nothing; `ReckonDeadlineAgain` does, with both answers on record, and
    asked again under its id it is recognised.
    """
    then = reviews_in(store, terms=KENT, clock=HandSetClock(), calendars=before_the_funeral)
    send_all(then, DIED)
    now = kent_in(store)
    send_all(now, INFORM)
    assert due(now) == date(2022, 9, 29)
    again = now.handle(CASE, AGAIN, by=TEAM, command_id="form-3")
    assert due(now) == date(2022, 9, 30)
    assert [type(entry.event) for entry in again] == [DeadlineReckonedAgain]
    assert now.handle(CASE, AGAIN, by=TEAM, command_id="form-3") == again
    versions = {event.calendar.version for event in now.case(CASE).all(DeadlineSet)}
    assert versions == {"2022-09-09"}


def test_a_clock_beyond_the_calendar_is_not_guessed(store: Store) -> None:
    """What happened is recorded; its due days are not known, and none is recorded."""
    reviews = kent_in(store)
    send_all(reviews, changed(RECEIVE, at=at("2199-12-01 09:00")))
    assert {one.deadline for one in reviews.case(CASE).all(DeadlineSet)} == {"notify-panel"}
