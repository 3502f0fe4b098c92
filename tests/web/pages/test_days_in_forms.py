"""The days that a form asks for: what is read, and what is said of a day that cannot be read."""

import re
from datetime import UTC, date, datetime

import pytest
from httpx2 import Response

from rapid_review.domain import commands as ask
from tests.web.pages.a_site import CASE, Team, a_team, hidden, said
from tests.web.pages.test_one_case_through_the_forms import story

NOTIFICATION = next(one for one in story() if isinstance(one, ask.ReceiveNotification))
CLOSED = "When was it closed"
BOXES = {"month": "month.", "year": "year ", "day": "day"}
"""The boxes of a day, and what a message says that leads to one of them."""
REPORT_DUE = "By which day is the report due"


def a_day(path: str, *texts: str) -> dict[str, str | list[str]]:
    """Return a day as it is typed into the boxes of a question."""
    return {
        f"{path}-{part}": text for part, text in zip(("day", "month", "year"), texts, strict=True)
    }


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("1", "6", "20"), "Write the year in four digits, such as 2026."),
        (("1", "6", "020"), "Write the year in four digits, such as 2026."),
        (("1", "6", "june"), "Write the year in four digits, such as 2026."),
        (("1", "6", "0020"), "Write a year from 2000 to 2199."),
        (("1", "6", "2200"), "Write a year from 2000 to 2199."),
        (("1", "Jnue", "2020"), "There is no such month. Write its number or its name"),
        (("1", "13", "2020"), "There is no such month. Write its number or its name"),
        (("31", "6", "2020"), "This day does not exist."),
        (("0", "June", "2020"), "This day does not exist."),
        (("first", "June", "2020"), "Write only the day of the month in the first box, in digits"),
        (("1/6/2020", "6", "2020"), "Write only the day of the month in the first box, in digits"),
        (("1", "6", "20206"), "Write the year in four digits, such as 2026."),
    ],
)
def test_a_day_that_cannot_be_read_is_refused_with_its_question(
    typed: tuple[str, ...], says: str
) -> None:
    """The list of what is wrong names the question, leads to it, and gives the right reason."""
    path = f"/record/CloseCase/{CASE}"
    with a_team([NOTIFICATION]) as team:
        form = hidden(team.sees(path)) | a_day("at", *typed) | {"go": "check"}
        answer = team.sends(path, form)
        assert answer.status_code == 422
        box = next(one for one in BOXES if BOXES[one] in says)
        assert f'<a href="#at-{box}">{CLOSED}: {says}' in answer.text
        marked = re.findall(r'<input id="at-([a-z]+)"[^>]* aria-invalid="true"', answer.text)
        assert marked == [box]
        assert said(answer).count(says) == 2  # in the list, and beside the question


def test_a_day_without_its_month_leads_to_the_month() -> None:
    """The box that is empty is the one that is marked."""
    path = f"/record/CloseCase/{CASE}"
    with a_team([NOTIFICATION]) as team:
        form = hidden(team.sees(path)) | a_day("at", "1", "", "2020") | {"go": "check"}
        page = team.sends(path, form).text
    assert f'<a href="#at-month">{CLOSED}: This needs a day, a month and a year' in page
    assert ' aria-describedby="at-wrong"' in page


def test_a_question_of_a_day_alone_takes_no_year_of_two_digits() -> None:
    """Without an hour no rule of the record would refuse the year 20: no clock would then run."""
    path = f"/record/RequestAgencyReport/{CASE}"
    with a_team([NOTIFICATION]) as team:
        form = hidden(team.sees(path)) | a_day("at", "18", "5", "2020") | {"go": "check"}
        form |= {"agency": "school", "about": ["child"]}
        wrong = said(team.sends(path, form | a_day("due_on", "20", "5", "20")))
        assert f"{REPORT_DUE}: Write the year in four digits, such as 2026." in wrong
        right = team.sends(path, form | a_day("due_on", "20", "May", "2020"))
        assert right.status_code == 200
        assert "20 May 2020" in said(right)


def test_an_incident_may_be_of_a_year_long_ago() -> None:
    """What happened to a child may come to be known many years later."""
    incident = NOTIFICATION.incident.model_copy(update={"happened_on": None})
    with a_team() as team:
        checked = team.fills_in(NOTIFICATION.model_copy(update={"incident": incident}))
        form = hidden(checked.text) | {"go": "check"}
        old = team.sends("/new", form | a_day("incident.happened_on", "2", "3", "1979"))
        assert old.status_code == 200
        assert "2 March 1979" in said(old)
        older = team.sends("/new", form | a_day("incident.happened_on", "2", "3", "1879"))
        assert "Write a year from 1900 to 2199." in said(older)


def test_an_hour_and_a_number_that_cannot_be_read_are_refused_with_their_question() -> None:
    """Each message in the list of what is wrong says what it is about."""
    path = f"/record/ConveneMeeting/{CASE}"
    with a_team([NOTIFICATION]) as team:
        form = hidden(team.sees(path)) | a_day("at", "18", "5", "2020") | {"go": "check"}
        form |= a_day("meets_at", "26", "5", "2020") | {"meets_at-time": "two", "meeting": "one"}
        page = team.sends(path, form)
        answer = said(page)
        assert "When does it meet: Write the time in hours and minutes" in answer
        assert '<a href="#meets_at-time">When does it meet' in page.text
        assert "Which meeting is it: Write a number in digits" in answer


@pytest.mark.parametrize(
    ("typed", "hour"),
    [("02:30pm", "14:30"), ("10:30 PM", "22:30"), ("9.30am", "09:30"), ("0930", "09:30")],
)
def test_a_time_is_read_as_people_type_it(typed: str, hour: str) -> None:
    """The check shows the hour that is recorded."""
    path = f"/record/CloseCase/{CASE}"
    with a_team([NOTIFICATION]) as team:
        form = hidden(team.sees(path)) | a_day("at", "1", "6", "2020") | {"go": "check"}
        assert f"1 June 2020, {hour}" in said(team.sends(path, form | {"at-time": typed}))


def test_no_box_cuts_what_is_typed() -> None:
    """A browser would cut it without a word, and a wrong value would be accepted."""
    with a_team([NOTIFICATION]) as team:
        assert "maxlength" not in team.sees("/new")
        assert "maxlength" not in team.sees(f"/record/ConveneMeeting/{CASE}")


AHEAD = "has not come yet. Is the day right?"


def test_a_day_in_the_future_is_asked_about_and_may_be_recorded_all_the_same() -> None:
    """Each such day is named with its question; the record takes it (reading I-29)."""
    slipped = {"happened_on": date(2062, 5, 2), "known_on": date(2062, 5, 3)}
    by_slip = NOTIFICATION.model_copy(
        update={
            "at": NOTIFICATION.at.replace(year=2062),
            "incident": NOTIFICATION.incident.model_copy(update=slipped),
        }
    )
    with a_team() as team:
        checked = said(team.fills_in(by_slip))
        assert f"When was the notification received? 4 May 2062 {AHEAD}" in checked
        assert f"When did it happen? 2 May 2062 {AHEAD}" in checked
        assert f"When did the local authority learn of it? 3 May 2062 {AHEAD}" in checked
        assert team.records(by_slip).status_code == 303


def test_a_day_of_today_and_a_plan_are_not_asked_about() -> None:
    """What happened today has come, and a report is due on a day that has not."""
    path = f"/record/RequestAgencyReport/{CASE}"
    with a_team([NOTIFICATION]) as team:
        form = hidden(team.sees(path)) | {"agency": "school", "about": ["child"], "go": "check"}
        form |= a_day("due_on", "10", "July", "2020")
        today = team.sends(path, form | a_day("at", "1", "7", "2020"))
        assert today.status_code == 200
        assert AHEAD not in said(today)
        tomorrow = said(team.sends(path, form | a_day("at", "2", "7", "2020")))
        assert f"When was the agency asked? 2 July 2020 {AHEAD}" in tomorrow
        assert tomorrow.count(AHEAD) == 1


def test_what_a_correction_puts_in_place_is_asked_about_too() -> None:
    """A wrong year is typed as easily into a correction; so is the day of finding the mistake."""
    path = f"/correct/5/{CASE}"
    told = next(one for one in story() if isinstance(one, ask.InformMember))
    with a_team([NOTIFICATION, told]) as team:
        page = team.sees(path)
        form = hidden(page) | {"because": "It was another day.", "go": "check", "instead": "right"}
        form |= {"replacement.seat": "police", "replacement.manner": "e-mail"}
        form |= a_day("at", "1", "6", "2021") | a_day("replacement.at", "1", "6", "2062")
        checked = team.sends(path, form)
        assert checked.status_code == 200, said(checked)
        assert f"1 June 2021 {AHEAD}" in said(checked)
        assert f"1 June 2062 {AHEAD}" in said(checked)


# ----------------------------------------------------------- the night in which clocks are changed

MEDIA = f"/record/NoteMediaInterest/{CASE}"


def at_half_past_one(team: Team, *day: str, time: str = "01:30") -> Response:
    """Return what is answered to a step of this time."""
    team.now[0] = datetime(2021, 7, 1, tzinfo=UTC)
    form = hidden(team.sees(MEDIA)) | a_day("at", *day) | {"at-time": time, "go": "check"}
    return team.sends(MEDIA, form)


def test_an_hour_that_did_not_exist_is_not_recorded_as_another() -> None:
    """At one it was two o'clock: the check would show one hour, and another be recorded."""
    with a_team([NOTIFICATION]) as team:
        answer = at_half_past_one(team, "28", "3", "2021")
        assert answer.status_code == 422
        assert "This hour did not exist on that day, as the clocks went forward." in said(answer)
        assert '<a href="#at-time">' in answer.text


@pytest.mark.parametrize(
    ("time", "utc"), [("1.30 am bst", "2020-10-25T00:30"), ("01:30 GMT", "2020-10-25T01:30")]
)
def test_of_an_hour_that_occurred_twice_it_is_asked_which_is_meant(time: str, utc: str) -> None:
    """By the name of its time, which the check and the pages of the case show from then on."""
    with a_team([NOTIFICATION]) as team:
        asked = at_half_past_one(team, "25", "10", "2020")
        assert asked.status_code == 422
        assert "Write 01:30 BST or 01:30 GMT." in said(asked)
        checked = at_half_past_one(team, "25", "10", "2020", time=time)
        shown = f"25 October 2020, 01:30 {time[-3:].upper()}"
        assert shown in said(checked)
        answer = team.sends(MEDIA, hidden(checked.text) | {"go": "record"})
        assert shown in team.sees(answer.headers["location"])
        recorded = team.reviews.history(CASE)[-1].event.at.astimezone(UTC)
        assert recorded == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_an_hour_that_was_chosen_for_a_step_is_recorded_as_it_was_checked() -> None:
    """Only the day of a step is known, and it is half past one for the second time."""
    with a_team([NOTIFICATION]) as team:
        team.now[0] = datetime(2020, 10, 25, 1, 30, tzinfo=UTC)
        form = hidden(team.sees(MEDIA)) | a_day("at", "25", "10", "2020") | {"go": "check"}
        checked = team.sends(MEDIA, form)
        assert "so 01:30 GMT is recorded" in said(checked)
        team.sends(MEDIA, hidden(checked.text) | {"go": "record"})
        assert team.reviews.history(CASE)[-1].event.at == team.now[0]


@pytest.mark.parametrize("time", ["14:30 GMT", "14:30 GM", "GMT"])
def test_a_time_that_clocks_did_not_show_by_that_name_is_none(time: str) -> None:
    """In July there is no Greenwich mean time in Kent."""
    with a_team([NOTIFICATION]) as team:
        answer = at_half_past_one(team, "1", "6", "2021", time=time)
        assert "Write the time in hours and minutes, such as 14:30" in said(answer)
        right = at_half_past_one(team, "1", "6", "2021", time="14:30 BST")
        assert "1 June 2021, 14:30" in said(right)
