"""An order to erase words, on its page: what it says to whom, and what is refused."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from typing import Final

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain.erasure_events import KeyDestroyed
from rapid_review.domain.erasure_particulars import Erased
from rapid_review.domain.events import DecisionMade
from rapid_review.domain.vocabulary import Actor
from rapid_review.projections.as_of import effective_entries
from rapid_review.store import RapidReviews
from rapid_review.store.authority.by_file import ByPermissions
from rapid_review.store.authority.permissions import parse_permissions, template
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.web.pages import May
from tests.domain.a_review import CORRECT, DECIDED, ERASE, KENT, TO_ERASE, changed
from tests.store.a_record import CASE, TEAM, send_all
from tests.store.access.an_access_log import read_in
from tests.web.pages.a_site import Team, hidden, pages_of, said
from tests.web.pages.test_corrections import WHEN, as_shown

POLICE: Final = Actor(id="po-02", role="detective", agency="police")
OF_THE_CASE: Final = changed(TO_ERASE, what=Erased.CASE, of_person=None)
BUTTON: Final = "Erase the words now"
PRESSED: Final = {"go": "erase"}


@pytest.fixture
def reviews() -> Generator[RapidReviews, None, None]:
    """Yield reviews of a sealed store with a case that was decided; everybody may do all."""
    with read_in(authorizer=Everybody()) as made:
        send_all(made, *DECIDED)
        yield made


@contextmanager
def seen_by(
    reviews: RapidReviews, actor: Actor = POLICE, may: May = May.TEAM
) -> Generator[Team, None, None]:
    """Yield somebody at the pages of these reviews."""
    with pages_of(reviews, [reviews.now()], may, actor) as team:
        yield team


def proposed(reviews: RapidReviews, order: ask.ProposeErasure = TO_ERASE) -> str:
    """Propose an order; return the address of its page."""
    (entry,) = send_all(reviews, order)
    return f"/erasure/{entry.version}/{CASE}"


def approved(reviews: RapidReviews, order: ask.ProposeErasure = TO_ERASE) -> str:
    """Propose an order, and have the police approve it; return the address of its page."""
    path = proposed(reviews, order)
    reviews.handle(CASE, changed(ERASE, order=order.order), by=POLICE)
    return path


def the_decision(reviews: RapidReviews) -> int:
    """Return the number of the entry that holds the decision."""
    entries = reviews.history(CASE)
    return next(one.version for one in entries if isinstance(one.event, DecisionMade))


# ------------------------------------------------------------------------------- what a page says


def test_an_order_about_a_person_says_what_stays_of_them(reviews: RapidReviews) -> None:
    """Their own words go; what others wrote under the key of the case is listed as staying."""
    path = proposed(reviews)
    with seen_by(reviews) as police:
        page = said(police.client.get(path))
    goes, _, stays = page.partition("What stays")
    assert "Those of person C-1" in goes
    assert "Child 1: Who is the child?" in goes
    assert "decision made : Why?" in stays
    assert "decision made : Why?" not in goes


@pytest.mark.parametrize("may", [May.READER, May.AUDITOR])
def test_who_records_nothing_reads_the_order_and_finds_no_button(
    reviews: RapidReviews, may: May
) -> None:
    """No word is on the page, so that everybody may see it."""
    path = approved(reviews, OF_THE_CASE)
    with seen_by(reviews, POLICE, may) as other:
        page = other.sees(path)
        assert "Somebody of the team must finish it." in page
        assert BUTTON not in page
        assert other.sends(path, PRESSED).status_code == 403
    with seen_by(reviews) as police:
        assert BUTTON in police.sees(path)


def test_a_proposal_that_was_retracted_is_no_order(reviews: RapidReviews) -> None:
    """Its page is gone, and the page of the case lists it no longer."""
    path = proposed(reviews)
    version = int(path.split("/")[2])
    with seen_by(reviews) as police:
        assert path in police.sees(f"/case/{CASE}")
        send_all(reviews, changed(CORRECT, version=version, replacement=None))
        assert path not in police.sees(f"/case/{CASE}")
        answer = police.client.get(path)
        assert answer.status_code == 404
        assert "proposes no erasure, or its proposal was retracted" in said(answer)


# --------------------------------------------------------------------------------- the last step


def test_an_order_that_nobody_approved_is_not_finished(reviews: RapidReviews) -> None:
    """Whatever a browser sends: the page says what is missing, and nothing is erased."""
    path = proposed(reviews)
    with seen_by(reviews) as police:
        answer = police.sends(path, PRESSED)
        assert answer.status_code == 409
        assert "Nothing was erased" in said(answer)
        assert "A second person, of another agency, must approve it" in said(answer)
    assert not any(isinstance(one.event, KeyDestroyed) for one in reviews.history(CASE))


def test_a_button_that_is_pressed_twice_erases_once(reviews: RapidReviews) -> None:
    """Both times the page shows the one entry that says so."""
    path = approved(reviews)
    with seen_by(reviews) as police:
        first, second = (police.sends(path, PRESSED).headers["location"] for _ in range(2))
        assert first == second
        assert "Finished: nobody can read the words any more." in police.sees(first)
    assert sum(isinstance(one.event, KeyDestroyed) for one in reviews.history(CASE)) == 1


# ------------------------------------------------------------------- correcting, after an approval


def corrects_the_day(team: Team, version: int, **words: str) -> None:
    """Correct the day of the decision: the check page says what becomes of words."""
    path = f"/correct/{version}/{CASE}"
    page = team.sees(path)
    right = {"replacement.at-day": "18", **words}
    form = hidden(page) | as_shown(page) | WHEN | {"go": "check"} | right
    checked = team.sends(path, form)
    assert "Words that you leave empty will be missing." in said(checked)
    answer = team.sends(path, hidden(checked.text) | {"go": "record"})
    assert answer.status_code == 303, said(answer)


def test_after_an_erasure_a_correction_takes_over_no_words(reviews: RapidReviews) -> None:
    """The form says so, and the check; what is written again counts, and the rest is missing."""
    version = the_decision(reviews)
    order = changed(TO_ERASE, what=Erased.ENTRY, of_entry=version, of_person=None)
    with seen_by(reviews, TEAM) as team:
        assert "If you leave words empty, they stay" in team.sees(f"/correct/{version}/{CASE}")
        team.sends(approved(reviews, order), PRESSED)
        assert "no words are taken over" in team.sees(f"/correct/{version}/{CASE}")
        corrects_the_day(team, version, **{"replacement.rationale": "much can be learnt from it"})
    entries = effective_entries(reviews.history(CASE))
    (now,) = (one.event for one in entries if one.version == version)
    assert isinstance(now, DecisionMade)
    assert now.at.day == 18
    assert now.rationale is not None
    assert now.style is None


def test_who_may_not_approve_an_order_is_not_offered_to_finish_it() -> None:
    """Under permissions as `new` writes them: business support reads why, and sees no button."""
    text = template(KENT.partnership, date(2020, 1, 1)).encode()
    authorizer = ByPermissions(parse_permissions(text, name="permissions.toml"))
    with read_in(authorizer=authorizer) as reviews:
        send_all(reviews, *DECIDED)
        path = proposed(reviews)
        reviews.handle(CASE, ERASE, by=changed(POLICE, role="member"))
        with seen_by(reviews, TEAM) as team:
            page = said(team.client.get(path))
            assert BUTTON not in page
            assert "You cannot finish this. Role " in page
        with seen_by(reviews, changed(POLICE, role="member")) as member:
            assert BUTTON in member.sees(path)
