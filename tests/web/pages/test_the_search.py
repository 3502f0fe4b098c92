"""The search: whatever is typed is answered, and more cases than a page shows are counted."""

import pytest

from rapid_review.web.pages.views.search import MOST_SHOWN
from tests.domain.a_review import RECEIVE, REQUEST, changed
from tests.web.pages.a_site import CASE, COORDINATOR, a_team


@pytest.mark.parametrize(
    "query",
    [
        f"q={'K' * 65}",
        "q=Sean+O%E2%80%99Neill",
        f"agency={'police' * 11}",
        "agency=%E2%80%93",
        f"theme={'a' * 65}",
        "theme=%C3%9F",
    ],
)
def test_what_no_case_can_have_is_found_in_none(query: str) -> None:
    """It is no mistake to look for it."""
    with a_team([RECEIVE]) as team:
        assert "<h2>0 found</h2>" in team.sees(f"/search?{query}")


def test_a_pasted_dash_is_read_as_a_hyphen() -> None:
    """A letter writes the reference with a dash."""
    with a_team([RECEIVE]) as team:
        assert f'href="/case/{CASE}"' in team.sees("/search?q=KM%E2%80%932020")


@pytest.mark.parametrize("asked", ["Kent Police", "police", "POLICE"])
def test_an_agency_is_found_by_the_title_of_its_seat(asked: str) -> None:
    """And by its code, as before."""
    with a_team([RECEIVE, changed(REQUEST, agency="police")]) as team:
        assert f'href="/case/{CASE}"' in team.sees(f"/search?agency={asked}")


def test_where_more_cases_are_found_than_shown_the_page_says_so() -> None:
    """It counts them all, and says how to see the others."""
    with a_team() as team:
        for case in (f"KM-{number}" for number in range(1, MOST_SHOWN + 2)):
            team.reviews.handle(case, changed(RECEIVE, reference=f"N-{case}"), by=COORDINATOR)
        page = team.sees("/search?q=KM")
        assert "<h2>501 found</h2>" in page
        assert "These are the first 500." in page
        assert page.count('<h3><a href="/case/') == MOST_SHOWN
        assert "These are the first" not in team.sees("/search?q=KM-501")
