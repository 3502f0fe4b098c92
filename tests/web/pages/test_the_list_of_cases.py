"""The list of cases: what it says is late, in which cases, and how many days are left.

The case was received on Monday 4 May 2020; its decision and its report are due on Wednesday 27
May. The list is read on 1 July unless a test says otherwise.
"""

from datetime import UTC, datetime

import pytest

from rapid_review.domain import commands as ask
from tests.domain.a_review import CLOSED, LINK, NOT_MET, RECEIVE, changed
from tests.web.pages.a_site import CASE, COORDINATOR, Team, a_team

CLOSED_AND_LATE = (changed(RECEIVE, panel_notified_at=None), *CLOSED[1:])
"""Nobody recorded that the Panel was notified, which the council still owes."""


def lead_of(team: Team) -> str:
    """Return what the list says first."""
    return team.sees("/").partition('<p class="lead">')[2].partition("</p>")[0]


def test_a_closed_case_in_which_a_clock_is_late_is_in_the_list() -> None:
    """Its own page says the same."""
    with a_team(CLOSED_AND_LATE) as team:
        team.now[0] = CLOSED[-1].at
        assert "A clock is late in 1 case, 1 of them closed." in lead_of(team)
        assert f'href="/case/{CASE}"' in team.sees("/")
        assert "What is late" in team.sees(f"/case/{CASE}")


def test_a_case_in_which_a_clock_is_late_is_counted_as_open_or_closed() -> None:
    """Of the two cases one is open."""
    with a_team([RECEIVE]) as team:
        assert "A clock is late in 1 case.<" in lead_of(team)
        for command in CLOSED_AND_LATE:
            team.reviews.handle("KM-2020-015", command, by=COORDINATOR)
        team.now[0] = CLOSED[-1].at
        assert "A clock is late in 2 cases, 1 of them closed." in lead_of(team)


def test_where_no_clock_is_late_the_list_says_what_it_looked_at() -> None:
    """Clocks alone: it leads to the diary for reports of agencies, meetings and actions."""
    with a_team([RECEIVE]) as team:
        team.now[0] = RECEIVE.at
        assert "No clock is late." in lead_of(team)
        assert 'href="/diary"' in lead_of(team)


@pytest.mark.parametrize(
    ("history", "says"),
    [(CLOSED, "1 is closed</a>."), ((RECEIVE, NOT_MET), "1 did not meet the criteria</a>.")],
)
def test_where_no_case_is_open_the_list_leads_to_those_that_ended(
    history: tuple[ask.Command, ...], says: str
) -> None:
    """There is a case: nobody is told that there is none yet."""
    with a_team(history) as team:
        team.now[0] = max(one.at for one in history)
        page = team.sees("/")
        assert "No case is open; " in page
        assert says in page
        assert "There is no case" not in page
        assert f'href="/case/{CASE}"' not in page
        assert f'href="/case/{CASE}"' in team.sees("/?all=1")


def test_cases_that_are_not_in_the_list_are_counted_by_why() -> None:
    """ToR 8.1: a duplicate is neither closed, nor was its notification found not to meet them."""
    link = changed(LINK, process="duplicate-of", reference=CASE)
    with a_team([RECEIVE]) as team:
        for case, history in (
            ("KM-2", CLOSED),
            ("KM-3", (RECEIVE, NOT_MET)),
            ("KM-4", (RECEIVE, link)),
            ("KM-5", (RECEIVE, link)),
        ):
            for command in history:
                team.reviews.handle(case, command, by=COORDINATOR)
        team.now[0] = CLOSED[-1].at
        page = team.sees("/")
    ended = "1 is closed, 2 are duplicates, 1 did not meet the criteria"
    assert f'Not in the list: <a href="/?all=1">{ended}</a>.' in page


def test_where_nothing_was_recorded_there_is_no_case_yet() -> None:
    """And nothing is claimed about clocks."""
    with a_team() as team:
        assert "There is no case yet." in team.sees("/")
        assert "late" not in lead_of(team)


def test_days_of_a_clock_in_working_days_are_called_working_days() -> None:
    """Four working days are seven days here: the diary says which it counts."""
    with a_team([RECEIVE]) as team:
        team.now[0] = datetime(2020, 5, 20, 9, tzinfo=UTC)
        for path in ("/", "/search?q=KM"):
            assert "27 May 2020, 4 working days left" in team.sees(path)
        assert "4 working days left" in team.sees(f"/case/{CASE}")
        diary = team.sees("/diary")
        assert "The days left are calendar days." in diary
        assert "7 days left" in diary


def test_the_day_of_rest_after_the_due_day_is_late_and_not_today() -> None:
    """Due on Friday 22 May: on Saturday no working day has gone by, and the day is over."""
    sooner = RECEIVE.model_copy(update={"at": datetime(2020, 4, 30, 9, tzinfo=UTC)})
    with a_team([sooner]) as team:
        team.now[0] = datetime(2020, 5, 23, 9, tzinfo=UTC)
        assert "22 May 2020, late" in team.sees("/")
        assert "A clock is late in 1 case.<" in lead_of(team)
        team.now[0] = datetime(2020, 5, 22, 9, tzinfo=UTC)
        assert "22 May 2020, today" in team.sees("/")
        assert "No clock is late." in lead_of(team)
