"""Recording from the pages: once, on what was seen, and with what is to be known."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from httpx2 import Response

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.vocabulary import Capacity, DecisionManner
from rapid_review.store import RapidReviews
from rapid_review.web.pages import May
from rapid_review.web.pages.forms.presets import filled_with
from tests.domain.a_review import ANSWERED, ASSESSED, DECIDE, DISAGREE, RECEIVE, changed, varied
from tests.web.pages.a_site import (
    CASE,
    COORDINATOR,
    KENT,
    NOW,
    Team,
    a_team,
    hidden,
    pages_of,
    said,
    texts,
)
from tests.web.pages.test_corrections import corrects
from tests.web.pages.test_one_case_through_the_forms import story

NOTIFICATION, TOLD, TOLD_TOO = list(story())[:3]
POLICE_INFORMED = next(
    one for one in story() if isinstance(one, ask.InformMember) and one.seat == "police"
)


def test_a_button_that_is_pressed_twice_records_once() -> None:
    """Both presses are answered alike: by what was recorded."""
    with a_team([NOTIFICATION]) as team:
        checked = team.fills_in(TOLD)
        form = hidden(checked.text) | {"go": "record"}
        first, second = (team.sends(str(checked.url.path), form) for _ in range(2))
        assert (first.status_code, second.status_code) == (303, 303)
        assert first.headers["location"] == second.headers["location"]
        assert len(team.reviews.history(CASE)) == 5


def test_a_case_that_has_moved_is_told_and_asked_again() -> None:
    """What others recorded meanwhile is shown; pressed once more, it is recorded."""
    with a_team([NOTIFICATION]) as team:
        checked = team.fills_in(TOLD)
        team.reviews.handle(CASE, TOLD_TOO, by=COORDINATOR)
        path, form = str(checked.url.path), hidden(checked.text) | {"go": "record"}
        moved = team.sends(path, form)
        assert moved.status_code == 409
        assert "The case has changed meanwhile" in said(moved)
        assert "Entry 5: Member informed, police" in said(moved)
        again = team.sends(path, hidden(moved.text) | {"go": "record"})
        assert again.status_code == 303
        assert len(team.reviews.history(CASE)) == 6


def test_what_others_recorded_meanwhile_is_part_of_what_is_checked_again() -> None:
    """A colleague told of the same meanwhile: the check says that ours would add nothing."""
    with a_team([NOTIFICATION]) as team:
        checked = team.fills_in(TOLD)
        team.reviews.handle(CASE, TOLD, by=COORDINATOR)
        moved = team.sends(str(checked.url.path), hidden(checked.text) | {"go": "record"})
        assert moved.status_code == 409
        assert "The case has changed meanwhile" in said(moved)
        assert "The record says this already." in said(moved)


def test_a_step_that_a_colleague_made_impossible_is_not_offered_once_more() -> None:
    """ToR 6.2: while one records the decision, another retracts that the meeting was quorate."""
    with a_team(ASSESSED) as team:
        checked = team.fills_in(DECIDE)
        history = team.reviews.history(CASE)
        met = next(one for one in history if isinstance(one.event, did.QuorumConfirmed)).version
        retract = ask.CorrectRecord(at=NOW, version=met, because="another case's")
        team.reviews.handle(CASE, retract, by=COORDINATOR)
        moved = team.sends(str(checked.url.path), hidden(checked.text) | {"go": "record"})
        assert f"Entry {len(history) + 1}: Record corrected" in said(moved)
        assert "This cannot be recorded" in said(moved)
        assert "press the button again" not in said(moved)
        assert 'value="record"' not in moved.text


# ---------------------------------------------------- a form that was sent, changed and sent again

SENT_BEFORE = "This form was sent before"


def changed_after(team: Team, command: ask.Command, **answers: str) -> tuple[str, Response]:
    """Record a step, go back to its form, change some answers, and press the button again."""
    checked = team.fills_in(command)
    path, form = str(checked.url.path), hidden(checked.text) | {"go": "record"}
    assert team.sends(path, form).status_code == 303
    return path, team.sends(path, form | answers)


@pytest.mark.parametrize("answers", [{"at-day": "12"}, {"at-time": "17:15"}, {"manner": "letter"}])
def test_a_form_that_was_recorded_is_not_recorded_again_in_other_words_unasked(
    answers: dict[str, str],
) -> None:
    """What it recorded is named, and leads to its correction; pressed once more, it is a step."""
    with a_team([NOTIFICATION]) as team:
        path, answer = changed_after(team, TOLD, **answers)
        assert answer.status_code == 409
        assert SENT_BEFORE in said(answer)
        assert f'<a href="/entry/5/{CASE}">Entry 5: Member informed</a>' in answer.text
        assert "command" not in said(answer).lower()
        again = team.sends(path, hidden(answer.text) | {"go": "record"})
        assert again.status_code == 303, said(again)
        assert team.sends(path, hidden(answer.text) | {"go": "record"}).headers == again.headers


def test_a_form_that_recorded_nothing_can_be_put_right_and_recorded() -> None:
    """ToR 7.4: the member was told before; it is another member, and the officer goes back."""
    with a_team([NOTIFICATION, TOLD]) as team:
        path, answer = changed_after(team, TOLD, seat=POLICE_INFORMED.seat)
        assert SENT_BEFORE in said(answer)
        assert "It recorded nothing then" in said(answer)
        again = team.sends(path, hidden(answer.text) | {"go": "record"})
        assert again.headers["location"] == f"/recorded/{CASE}?first=6&last=6"


def test_a_form_that_opened_a_case_leads_to_it_whatever_was_changed() -> None:
    """A case is not opened twice under one reference, and what was typed stays."""
    with a_team() as team:
        checked = team.fills_in(NOTIFICATION)
        form = hidden(checked.text) | {"go": "record"}
        assert team.sends("/new", form).status_code == 303
        answer = team.sends("/new", form | {"reference": "PRN-2020-041"})
        assert answer.status_code == 422
        assert f"There is already a case {CASE}." in said(answer)
        assert 'value="PRN-2020-041"' in answer.text


def test_a_refusal_says_why_and_leads_on() -> None:
    """The page says what stands in the way, with its clause, and links to the step before."""
    send = next(one for one in story() if isinstance(one, ask.SendReportToPanel))
    with a_team([NOTIFICATION]) as team:
        answer = team.records(send)
        assert answer.status_code == 409
        assert "This was not recorded" in said(answer)
        assert f'href="/record/CompileReport/{CASE}"' in answer.text
        assert len(team.reviews.history(CASE)) == 4


def test_what_is_recorded_already_is_no_entry() -> None:
    """To say the same again records nothing, and the page says so."""
    with a_team([NOTIFICATION, TOLD]) as team:
        answer = team.records(TOLD)
        assert "Nothing new was recorded" in team.sees(answer.headers["location"])


def test_the_page_of_what_was_recorded_tells_of_clocks() -> None:
    """A notification starts clocks: the page says which, and until when."""
    with a_team() as team:
        answer = team.records(NOTIFICATION)
        page = team.sees(answer.headers["location"])
        assert "Decision whether a practice review is required: due Wednesday 27 May 2020" in page


def test_a_case_needs_a_name() -> None:
    """What a case is called is asked with its notification, and is no person's name."""
    with a_team() as team:
        for name in ("", "a name"):
            answer = team.fills_in(NOTIFICATION, case=name)
            assert answer.status_code == 422
            assert said(answer).count("Give the case a reference") == 2
            assert 'href="#case-reference"' in answer.text
            assert 'id="case-reference-wrong"' in answer.text


def test_a_case_that_is_there_is_not_opened_again() -> None:
    """The form says so before anything is checked, and leads to the case that is there."""
    other = NOTIFICATION.model_copy(update={"reference": "PRN-2020-099"})
    with a_team([NOTIFICATION]) as team:
        for notification in (other, NOTIFICATION):
            taken_is_told(team.fills_in(notification))
        assert team.fills_in(other, case="KM-2020-015").status_code == 200
        assert len(team.reviews.history(CASE)) == 4


def test_a_case_that_was_opened_meanwhile_is_not_opened_again() -> None:
    """Nobody presses the button once more to record a second notification in another's case."""
    with a_team() as team:
        checked = team.fills_in(NOTIFICATION)
        team.reviews.handle(CASE, NOTIFICATION, by=COORDINATOR)
        taken_is_told(team.sends("/new", hidden(checked.text) | {"go": "record"}))
        assert len(team.reviews.history(CASE)) == 4


def test_a_case_is_opened_once_by_a_button_that_is_pressed_twice() -> None:
    """The second press finds the case that the first opened, which is no mistake."""
    with a_team() as team:
        form = hidden(team.fills_in(NOTIFICATION).text) | {"go": "record"}
        first, second = (team.sends("/new", form) for _ in range(2))
        assert (first.status_code, second.status_code) == (303, 303)
        assert first.headers["location"] == second.headers["location"]


def taken_is_told(answer: Response) -> None:
    """Hold that a form says that its reference is taken, and leads to the case that has it."""
    assert answer.status_code == 422
    says = f"There is already a case {CASE}. Open it, or give another reference."
    assert said(answer).count(says) == 2  # in the list of what is wrong, and beside the question
    assert f'href="/case/{CASE}"' in answer.text
    assert 'href="#case-reference"' in answer.text


def test_who_records_is_who_is_signed_in() -> None:
    """No form says who recorded something."""
    with a_team([NOTIFICATION]) as team:
        checked = team.fills_in(TOLD)
        form = hidden(checked.text) | {"go": "record", "by": "po-02", "actor": "po-02"}
        team.sends(str(checked.url.path), form)
        assert team.reviews.history(CASE)[-1].by == COORDINATOR


def test_half_a_row_is_not_left_out() -> None:
    """A person is named for a seat, and not whether they came as its member: it is asked."""
    path = f"/record/RecordAttendance/{CASE}"
    with a_team([NOTIFICATION]) as team:
        form = hidden(team.sees(path)) | {"meeting": "1", "sat.police.person": "p-7"}
        day = {"at-day": "15", "at-month": "5", "at-year": "2020"}
        answer = team.sends(path, form | day | {"go": "check"})
        assert answer.status_code == 422
        assert "Protecting Vulnerable People Command: Choose who came." in said(answer)
        assert 'href="#sat.police.capacity-1"' in answer.text


def test_a_day_without_an_hour_is_noon_and_says_so() -> None:
    """Noon by the clock of the partnership; an hour that is given is kept."""
    path = f"/record/CloseCase/{CASE}"
    day = {"at-day": "1", "at-month": "June", "at-year": "2020", "go": "check"}
    with a_team([NOTIFICATION]) as team:
        form = hidden(team.sees(path)) | day
        noon = said(team.sends(path, form))
        assert "1 June 2020, 12:00 (No hour was given, so noon is recorded.)" in noon
        assert "1 June 2020, 09:05" in said(team.sends(path, form | {"at-time": "9.05"}))
        for part, text in (("day", "31"), ("month", "0"), ("year", "20"), ("time", "25:00")):
            assert team.sends(path, form | {f"at-{part}": text}).status_code == 422


@pytest.mark.parametrize(
    "name", ["\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "\u0936\u0930\u094d\u200d\u092e\u093e"]
)
def test_a_name_is_shown_in_its_own_script_as_it_was_typed(name: str) -> None:
    """Alireza in Persian and Sharma in Hindi are written with a joiner, which turns no text."""
    with a_team() as team:
        checked = team.fills_in(NOTIFICATION)
        form = hidden(checked.text) | {"go": "check", "children.0.identity": name}
        checked = team.sends("/new", form)
        assert f"Who is the child? {name}" in said(checked)
        team.sends("/new", hidden(checked.text) | {"go": "record"})
        read = team.sends(f"/words/1/{CASE}", {"purpose": "to look"})
        assert f"Who is the child? {name}" in said(read)


def test_a_row_is_added_and_what_was_typed_stays() -> None:
    """Another child is asked for by a button; what is in the form is kept."""
    with a_team() as team:
        form = hidden(team.sees("/new")) | {"children.0.reference": "c-1", "add": "children"}
        answer = team.sends("/new", form)
        assert 'name="children.1.reference"' in answer.text
        assert 'name="children.0.reference" value="c-1"' in answer.text


@pytest.mark.parametrize("row", ["²", "9" * 5_000, "-1", ""])
def test_a_row_that_is_no_number_is_none(row: str) -> None:
    """No page sends such a name; somebody else may, and gets the form back."""
    with a_team() as team:
        form = hidden(team.sees("/new")) | {f"children.{row}.reference": "c-1", "go": "check"}
        assert team.sends("/new", form).status_code == 422


def test_cases_are_searched_by_what_is_open_of_them() -> None:
    """By reference, stage, agency and theme; capitals and blanks make no difference."""
    asked = next(one for one in story() if isinstance(one, ask.RequestAgencyReport))
    with a_team([NOTIFICATION, asked]) as team:
        for query in ("q=km-2020", "q=PRN-2020", "stage=gathering", "agency=Kent+Police"):
            assert f'href="/case/{CASE}"' in team.sees(f"/search?{query}")
        for query in ("q=KM-2021", "stage=closed", "agency=school", "theme=none"):
            assert "0 found" in team.sees(f"/search?{query}")


def test_a_search_by_stage_leaves_out_what_is_dated_ahead() -> None:
    """The case is found at the stage that the list of cases shows (reading I-29)."""
    asked = next(one for one in story() if isinstance(one, ask.RequestAgencyReport))
    by_slip = asked.model_copy(update={"at": asked.at.replace(year=asked.at.year + 10)})
    with a_team([NOTIFICATION, by_slip]) as team:
        assert f'href="/case/{CASE}"' in team.sees("/search?stage=notified")
        assert "0 found" in team.sees("/search?stage=gathering")


def test_a_sender_that_the_terms_do_not_name_is_shown_as_it_was_recorded() -> None:
    """Its code may be the name of a system, of which no words can be made."""
    with a_team([NOTIFICATION.model_copy(update={"source": "kent-ics"})]) as team:
        for path in (f"/case/{CASE}", f"/entry/1/{CASE}"):
            assert "kent-ics" in team.sees(path)
            assert "Kent ics" not in team.sees(path)


# --------------------------------------------------------------- what would come of it, beforehand

TOO_EARLY = TOLD.model_copy(update={"at": NOTIFICATION.at.replace(month=4)})


def test_the_check_shows_what_will_be_found_and_records_nothing() -> None:
    """A member is said to have been told before the notification: it can be changed in time."""
    with a_team([NOTIFICATION]) as team:
        checked = team.fills_in(TOO_EARLY)
        says = said(checked)
        assert "If you record this, the case will show: " in says
        assert len(team.reviews.history(CASE)) == 4
        recorded = team.sends(str(checked.url.path), hidden(checked.text) | {"go": "record"})
        found = team.sees(recorded.headers["location"]).partition("What is not in order")[2]
        (because,) = re.findall(r"<li>(.*?)\.", found)[:1]
        assert because in says


def test_the_check_says_once_what_is_found_in_two_entries() -> None:
    """ToR 7.8: two answers of the Panel contradict each other; each of them is found wrong."""
    with a_team(ANSWERED) as team:
        says = said(team.fills_in(DISAGREE))
    assert says.count("The Panel gave two answers to one report") == 1


def test_a_step_is_not_said_to_cause_what_the_days_made_late() -> None:
    """ToR 7.2: nobody else was told by the due day; that was over before this correction."""
    with a_team([NOTIFICATION, TOLD]) as team:
        team.now[0] = NOTIFICATION.at + timedelta(days=90)
        assert "What was not done in time is above" in team.sees(f"/case/{CASE}")
        page = corrects(team, 1, **{"replacement.reference": "KM-2"})
        assert "was told of the notification" not in page


def test_the_check_does_not_show_what_is_found_already() -> None:
    """Only what the step would add; the case page shows the rest."""
    with a_team([NOTIFICATION, TOO_EARLY]) as team:
        assert "What is not in order" in team.sees(f"/case/{CASE}")
        assert "the case will show" not in said(team.fills_in(TOLD_TOO))


def test_the_check_of_a_step_that_would_be_refused_says_so_at_once() -> None:
    """It links to the step that comes before, and offers only to change the answers."""
    send = next(one for one in story() if isinstance(one, ask.SendReportToPanel))
    with a_team([NOTIFICATION]) as team:
        checked = team.fills_in(send)
        assert "This cannot be recorded" in said(checked)
        assert f'href="/record/CompileReport/{CASE}"' in checked.text
        assert 'value="record"' not in checked.text
        assert 'value="change"' in checked.text


def test_the_check_says_if_the_record_says_it_already() -> None:
    """And that nothing would be added."""
    with a_team([NOTIFICATION, TOLD]) as team:
        assert "The record says this already." in said(team.fills_in(TOLD))


def test_a_finding_leads_to_the_correction_of_its_entry() -> None:
    """From the page of the case, the entry and the result: under the name that the text gives."""
    with a_team([NOTIFICATION]) as team:
        answer = team.records(TOO_EARLY)
        link = f'<a href="/correct/5/{CASE}">Correct an entry: entry 5</a>'
        for path in (answer.headers["location"], f"/case/{CASE}", f"/entry/5/{CASE}"):
            assert link in team.sees(path)


def test_who_records_nothing_finds_no_link_to_correct() -> None:
    """A reader sees the finding alone."""
    with a_team([NOTIFICATION, TOO_EARLY], may=May.READER) as team:
        page = team.sees(f"/case/{CASE}")
        assert "What is not in order" in page
        assert "/correct/" not in page


# ------------------------------------------------------------ a day without an hour

CONVENE, HELD = (
    next(one for one in story() if isinstance(one, kind))
    for kind in (ask.ConveneMeeting, ask.RecordAttendance)
)
KEEPS_ORDER = "(No hour was given, so {} is recorded, which keeps the steps of the day in order.)"


def on_a_day(command: ask.Command, team: Team) -> tuple[str, dict[str, str | list[str]]]:
    """Return the address of a step's form, and the form with its day and no hour."""
    path = f"/record/{type(command).__name__}/{CASE}"
    form = hidden(team.sees(path)) | texts(filled_with(dict(command), KENT.zone))
    return path, form | {"at-time": "", "go": "check"}


def test_a_meeting_is_convened_before_it_was_held_if_only_the_day_is_known() -> None:
    """ToR 8.5: it met at ten past two of that day; noon fits, and a morning's meeting bars it."""
    for held, says in (
        ("14:10", "12:00 (No hour was given, so noon is recorded.)"),
        ("10:00", f"09:59 {KEEPS_ORDER.format('09:59')}"),
    ):
        met = HELD.model_copy(update={"at": moment(f"2020-05-15 {held}")})
        same_day = CONVENE.model_copy(
            update={"at": moment("2020-05-15 12:00"), "meets_at": met.at}
        )
        with a_team([NOTIFICATION, CONVENE, met]) as team:
            path, form = on_a_day(same_day, team)
            checked = team.sends(path, form)
            assert f"15 May 2020, {says}" in said(checked)
            carried = hidden(checked.text) | {"go": "record"}
            first, second = (team.sends(path, carried) for _ in range(2))
            assert first.status_code == second.status_code == 303
            assert first.headers["location"] == second.headers["location"]


def test_a_step_that_its_day_forbids_is_still_refused() -> None:
    """ToR 8.5: the group cannot convene a meeting a day after it was held."""
    next_day = CONVENE.model_copy(update={"at": moment("2020-05-16 12:00")})
    with a_team([NOTIFICATION, CONVENE, HELD]) as team:
        path, form = on_a_day(next_day, team)
        checked = team.sends(path, form)
        assert "16 May 2020, 12:00 (No hour was given, so noon is recorded.)" in said(checked)
        assert team.sends(path, hidden(checked.text) | {"go": "record"}).status_code == 409


def test_criteria_are_found_not_met_after_what_the_group_did_that_day() -> None:
    """ToR 1: the meeting was at ten past two, and only the day of the finding is known."""
    unmet = ask.FindCriteriaNotMet(at=moment("2020-05-15 12:00"), because="an accident")
    with a_team([NOTIFICATION, CONVENE, HELD]) as team:
        path, form = on_a_day(unmet, team)
        assert f"15 May 2020, 14:10 {KEEPS_ORDER.format('14:10')}" in said(team.sends(path, form))


def test_a_step_of_the_day_of_the_receipt_is_recorded_after_it() -> None:
    """ToR 7.2: a notification of half past five in the evening; members were told that day."""
    late = NOTIFICATION.model_copy(update={"at": moment("2020-05-04 17:30")})
    told = next(one for one in story() if isinstance(one, ask.InformMember))
    same_day = told.model_copy(update={"at": moment("2020-05-04 12:00")})
    with a_team([late]) as team:
        path, form = on_a_day(same_day, team)
        says = f"4 May 2020, 17:31 {KEEPS_ORDER.format('17:31')}"
        assert says in said(team.sends(path, form))


def test_a_step_of_this_morning_is_not_recorded_at_an_hour_to_come() -> None:
    """The record names no hour that was still to come when it was written."""
    today = ask.CloseCase(at=moment("2020-07-01 12:00"))
    with a_team([NOTIFICATION]) as team:
        team.now[0] = moment("2020-07-01 09:41")
        path, form = on_a_day(today, team)
        assert f"1 July 2020, 09:41 {KEEPS_ORDER.format('09:41')}" in said(team.sends(path, form))
        team.now[0] = moment("2020-07-01 15:00")
        assert "1 July 2020, 12:00 (No hour was given" in said(team.sends(path, form))


def moment(text: str) -> datetime:
    """Return a moment by the clock of the partnership."""
    return datetime.fromisoformat(text).replace(tzinfo=KENT.zone)


# ---------------------------------------------------------------- a duplicate that nobody judges


def test_the_page_of_a_duplicate_says_of_which_case_and_whether_one_counts() -> None:
    """ToR 8.1: two cases are linked as duplicates of each other, so none of them counts."""
    with a_team([NOTIFICATION]) as team:
        for case, other in (("KM-2", CASE), (CASE, "KM-2")):
            team.reviews.handle("KM-2", NOTIFICATION, by=COORDINATOR)
            assert "form a circle" not in team.sees(f"/case/{CASE}")
            link = ask.LinkProcess(at=NOTIFICATION.at, process="duplicate-of", reference=other)
            team.reviews.handle(case, link, by=COORDINATOR)
        page = said(team.client.get(f"/case/{CASE}"))
        assert "A duplicate of KM-2" in page
        assert "the links form a circle, so none of these cases counts" in page


@pytest.fixture
def without_police() -> Iterator[Team]:
    """Yield somebody at a case that was moved to terms without a seat of the police."""
    seats = tuple(seat for seat in KENT.seats if seat.id != "police")
    later = varied(KENT, id="kent-and-medway-2020-06", seats=seats)
    replace = ask.ReplaceTerms(at=NOW, because="a new edition", terms=later.id)
    with RapidReviews.in_memory(terms=KENT, editions=[later], clock=lambda: NOW) as reviews:
        for command in (NOTIFICATION, replace):
            reviews.handle(CASE, command, by=COORDINATOR)
        with pages_of(reviews, [NOW]) as team:
            yield team


def test_a_seat_of_earlier_terms_can_be_chosen_for_an_earlier_day(without_police: Team) -> None:
    """ToR 6.1, I-24: the form says of it that it is one of these; other seats come first."""
    team = without_police
    page = team.sees(f"/record/InformMember/{CASE}")
    assert page.count("(under earlier terms)") == 1
    assert team.records(POLICE_INFORMED).status_code == 303
    refused = team.records(POLICE_INFORMED.model_copy(update={"at": NOW}))
    assert "Seat 'police' is not in these terms" in said(refused)


def test_an_attendance_under_earlier_terms_is_corrected_by_them(without_police: Team) -> None:
    """ToR 6.2, I-24: it stays the quorum of its day, though the police have no seat by now."""
    team = without_police
    convene = [one for one in story() if isinstance(one, ask.ConveneMeeting)][-1]
    attend = [one for one in story() if isinstance(one, ask.RecordAttendance)][-1]
    for command in (convene, attend):
        team.reviews.handle(CASE, command, by=COORDINATOR)
    version = team.reviews.case(CASE).version
    corrects(team, version, **{"replacement.sat.police.capacity": "member"})
    (met,) = team.reviews.case(CASE).all(did.QuorumConfirmed)
    assert Capacity.REPRESENTATIVE not in {one.capacity for one in met.sat if one.seat == "police"}


def test_an_hour_that_fits_is_one_that_the_terms_of_the_day_allow(without_police: Team) -> None:
    """ToR 7.2, I-24: the group met on the day on which the criteria were found not met."""
    team = without_police
    convene = [one for one in story() if isinstance(one, ask.ConveneMeeting)][-1]
    attend = [one for one in story() if isinstance(one, ask.RecordAttendance)][-1]
    not_met = ask.FindCriteriaNotMet(at=attend.at.replace(hour=10), because="it was an accident")
    for command in (convene, not_met):
        team.reviews.handle(CASE, command, by=COORDINATOR)
    path = f"/record/RecordAttendance/{CASE}"
    form = hidden(team.sees(path)) | texts(filled_with(dict(attend), KENT.zone))
    checked = team.sends(path, form | {"at-time": "", "go": "check"})
    answer = team.sends(path, hidden(checked.text) | {"go": "record"})
    assert answer.status_code == 303, said(answer)
    met = team.reviews.case(CASE).last(did.QuorumConfirmed)
    assert met is not None
    assert met.at == not_met.at - timedelta(minutes=1)


# --------------------------------------------------------------- what the terms do not provide for


def test_a_decision_by_majority_is_recorded_and_shown_as_not_in_order() -> None:
    """ToR 7.6, I-9: a vote that was taken is a fact; the form says that the terms have none."""
    with a_team(ASSESSED) as team:
        page = said(team.client.get(f"/record/MakeDecision/{CASE}"))
        assert "Consensus Majority (the terms do not allow it; it is recorded" in page
        assert "Chair (the terms do not allow it" in page
        answer = team.records(changed(DECIDE, manner=DecisionManner.MAJORITY))
        assert answer.status_code == 303
        recorded = team.sees(answer.headers["location"])
        (made,) = (
            one.event
            for one in team.reviews.history(CASE)
            if isinstance(one.event, did.DecisionMade)
        )
    assert made.manner is DecisionManner.MAJORITY
    assert "The terms do not provide for a decision by majority" in recorded


def test_a_decision_is_by_consensus_unless_another_manner_is_chosen() -> None:
    """What the terms allow comes first, and is chosen at the start."""
    with a_team(ASSESSED) as team:
        page = team.sees(f"/record/MakeDecision/{CASE}")
    (ticked,) = re.findall(r'name="manner" value="([a-z]+)" checked', page)
    assert ticked == "consensus"


# --------------------------------------------------------------- a notification that came in twice

TWICE = "KM-2020-015"


def linked_to(reference: str) -> ask.LinkProcess:
    """Return the command that links a case as the duplicate of another."""
    return ask.LinkProcess(at=NOTIFICATION.at, process="duplicate-of", reference=reference)


def test_the_check_of_a_notification_says_which_case_it_looks_like() -> None:
    """ToR 8.1: before anything is recorded, and again after it, with a link to the step."""
    with a_team([NOTIFICATION]) as team:
        alone = team.fills_in(RECEIVE, TWICE)
        assert "It looks like case" not in said(alone)
        checked = team.fills_in(NOTIFICATION, TWICE)
        assert f"It looks like case {CASE}: the same incident day" in said(checked)
        answer = team.records(NOTIFICATION, TWICE)
        recorded = team.sees(answer.headers["location"])
        (path,) = re.findall(r'href="([^"]*)">Link it to case', recorded)
        page = team.sees(path.replace("&amp;", "&"))
    assert f'id="reference" name="reference" value="{CASE}"' in page
    assert 'name="process" value="duplicate-of"' in page


def test_the_form_that_links_suggests_the_cases_that_look_alike() -> None:
    """The number of the case's own notification is no case, and is not suggested."""
    with a_team([NOTIFICATION]) as team:
        team.reviews.handle(TWICE, NOTIFICATION, by=COORDINATOR)
        first = team.sees(f"/record/LinkProcess/{CASE}")
        second = team.sees(f"/record/LinkProcess/{TWICE}")
        document = team.sees(f"/record/FileAgencyReport/{CASE}")
    assert 'list="reference-list"' not in first
    assert re.findall('<option value="(KM[^"]*)">', second) == [CASE]
    for page in (first, second, document):
        assert '<option value="PRN-2020-014"' not in page


def test_the_check_of_a_link_says_if_no_case_counts_in_its_place() -> None:
    """The case would leave the list for good: what was typed can be mended before it does."""
    with a_team([NOTIFICATION]) as team:
        team.reviews.handle(TWICE, NOTIFICATION, by=COORDINATOR)
        wrong = team.fills_in(linked_to("KM-2020-041"), TWICE)
        right = team.fills_in(linked_to(CASE), TWICE)
        assert len(team.reviews.history(TWICE)) == len(team.reviews.history(CASE))
    assert "no case counts in its place" in said(wrong)
    assert "no case counts in its place" not in said(right)


def test_a_case_that_opens_after_its_guidance_ended_is_told_what_that_means() -> None:
    """ToR 2.1: it is no fault of the case; the page says by what it is judged, and what to do."""
    with a_team() as team:
        team.now[0] = datetime(2024, 1, 8, 12, tzinfo=KENT.zone)
        late = changed(NOTIFICATION, at=team.now[0], panel_notified_at=None)
        answer = team.records(late)
        page = said(team.client.get(answer.headers["location"]))
        assert (
            "ended on 14 December 2023. Cases under these terms are still counted and judged"
            in page
        )
        assert "record “Continue under other terms of reference” in those under way." in page


def test_the_result_shows_the_entries_that_its_address_names() -> None:
    """Also where an address names only the last of them: the clocks are not without their step."""
    with a_team([NOTIFICATION]) as team:
        page = said(team.client.get(f"/recorded/{CASE}?last=3"))
        assert "Notification received" in page
        assert "Nothing new was recorded" not in page
        assert "Nothing new was recorded" in said(team.client.get(f"/recorded/{CASE}"))
