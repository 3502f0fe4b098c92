"""Recording from the pages: once, on what was seen, and with what is to be known."""

import pytest
from httpx2 import Response

from rapid_review.domain import commands as ask
from tests.web.pages.a_site import CASE, COORDINATOR, a_team, hidden, said
from tests.web.pages.test_one_case_through_the_forms import story

NOTIFICATION, TOLD, TOLD_TOO = list(story())[:3]


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
