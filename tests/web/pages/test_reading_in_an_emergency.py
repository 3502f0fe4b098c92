"""Breaking the glass in the pages: all words of a case for a reason, and a second look at it."""

import html
import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import pytest

from rapid_review.domain.vocabulary import Actor
from rapid_review.store import RapidReviews
from rapid_review.web.pages import May
from rapid_review.web.pages.views.purposes import wrong_with
from tests.domain.a_review import DECIDED
from tests.store.a_record import CASE, send_all
from tests.store.access.an_access_log import CLERK, DUTY, MEMBER, POLICE, read_in
from tests.web.pages.a_site import Team, pages_of, said

RATIONALE: Final = "much can be learnt"
WHY: Final = {"emergency": "Child at risk", "purpose": "night duty"}
READ: Final = f"/emergency/{CASE}"
REVIEW: Final = f"/emergencies/1/{CASE}"
JUSTIFIED: Final = {"found": "justified", "purpose": "the rota of that night"}


@pytest.fixture
def reviews() -> Generator[RapidReviews, None, None]:
    """Yield reviews of a sealed store with a case that was decided, and permissions."""
    with read_in() as made:
        send_all(made, *DECIDED)
        yield made


@contextmanager
def seen_by(
    reviews: RapidReviews, actor: Actor, may: May = May.READER
) -> Generator[Team, None, None]:
    """Yield somebody at the pages of these reviews."""
    with pages_of(reviews, [reviews.now()], may, actor) as team:
        yield team


def test_all_words_of_a_case_are_read_at_once_for_a_reason(reviews: RapidReviews) -> None:
    """One reading stands on the access log, with the reason, before anything is shown."""
    with seen_by(reviews, DUTY) as duty:
        assert "of another agency" in duty.sees(READ)
        answer = duty.sends(READ, WHY)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        shown = said(answer)
        assert RATIONALE in shown
        assert "A second person, of another agency, reviews this reading within two" in shown
    (reading,) = reviews.readings()
    assert (reading.entry.by, reading.purpose) == (DUTY, "night duty")
    assert (reading.event.emergency, reading.event.versions) == ("child-at-risk", ())
    assert reading.waits_for_review


def test_an_auditor_is_shown_that_words_were_read_and_not_why(reviews: RapidReviews) -> None:
    """A purpose may say what words do; who may read words is shown it."""
    with seen_by(reviews, DUTY) as duty:
        duty.sends(READ, WHY | {"purpose": "the child was seen alone"})
    with seen_by(reviews, POLICE) as police:
        assert "the child was seen alone" in police.sees(REVIEW)
        police.sends(REVIEW, JUSTIFIED)
    with seen_by(reviews, MEMBER, May.AUDITOR) as auditor:
        page = auditor.sees(REVIEW)
    assert "Not shown to you" in page
    assert "the child was seen alone" not in page
    assert JUSTIFIED["purpose"] not in page


@pytest.mark.parametrize("lacks", WHY)
def test_without_a_reason_nothing_is_read(reviews: RapidReviews, lacks: str) -> None:
    """The page asks again, keeps the other answer, and nothing is on the access log."""
    with seen_by(reviews, DUTY) as duty:
        answer = duty.sends(READ, {**WHY, lacks: " "})
        assert answer.status_code == 422
        assert "There is a problem" in said(answer)
        assert f'href="#{lacks}"' in answer.text
        (other,) = set(WHY) - {lacks}
        assert WHY[other] in answer.text
    assert reviews.readings() == ()
    assert reviews.refusals() == ()


@pytest.mark.parametrize("purpose", ["ребёнок", "24 hours", "x" * 81])
def test_a_purpose_that_cannot_be_recorded_is_asked_again(
    reviews: RapidReviews, purpose: str
) -> None:
    """On the same page, with what was typed still there, and in words; nothing is read."""
    with seen_by(reviews, DUTY) as duty:
        for path, form in ((READ, WHY), (f"/words/1/{CASE}", {})):
            answer = duty.sends(path, {**form, "purpose": purpose})
            assert answer.status_code == 422
            assert "in at most 80 characters" in said(answer)
            assert 'href="#purpose"' in answer.text
            assert f'value="{purpose}"' in html.unescape(answer.text)
        assert reviews.readings() == ()
        duty.sends(READ, WHY)
    with seen_by(reviews, POLICE) as police:
        answer = police.sends(REVIEW, JUSTIFIED | {"purpose": purpose})
        assert answer.status_code == 422
        assert "in at most 80 characters" in said(answer)
        assert "checked" in answer.text
        assert police.sends(REVIEW, JUSTIFIED).status_code == 303


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        ("To prepare: the chair's letter, and the minutes", None),
        ("Zoë O’Neill is at risk (tonight)", "Zoe ONeill is at risk tonight"),  # noqa: RUF001 - meant
    ],
)
def test_a_purpose_is_recorded_in_the_signs_that_the_record_takes(
    reviews: RapidReviews, typed: str, recorded: str | None
) -> None:
    """Ordinary English is no mistake, least of all in an emergency; the page shows what stands."""
    stands = recorded or "To prepare the chairs letter and the minutes"
    with seen_by(reviews, DUTY) as duty:
        answer = duty.sends(READ, WHY | {"purpose": typed})
        assert answer.status_code == 200
        assert stands in said(answer)
    with seen_by(reviews, MEMBER) as member:
        assert member.sends(f"/words/1/{CASE}", {"purpose": typed}).status_code == 200
    assert {one.purpose for one in reviews.readings()} == {stands}


def test_what_is_suggested_as_a_purpose_can_be_recorded(reviews: RapidReviews) -> None:
    """The example below each question is an answer that the page takes."""
    with seen_by(reviews, DUTY) as duty:
        duty.sends(READ, WHY)
        pages = [duty.sees(READ)]
    with seen_by(reviews, MEMBER) as member:
        pages.append(member.sees(f"/entry/1/{CASE}"))
    with seen_by(reviews, POLICE) as police:
        pages.append(police.sees(REVIEW))
    suggested = [re.findall(r"such as: ([^.<]+)\.", page)[-1] for page in pages]
    assert len(set(suggested)) == 3
    assert [wrong_with(one, "none") for one in suggested] == ["", "", ""]


def test_who_may_not_break_the_glass_is_refused_on_the_access_log(reviews: RapidReviews) -> None:
    """Nothing is shown, and that it was asked for in vain is recorded."""
    with seen_by(reviews, CLERK) as clerk:
        form = clerk.client.get(READ)
        assert form.status_code == 403
        assert "may not read words in an emergency. Roles that may: " in said(form)
        assert READ not in clerk.sees(f"/entry/1/{CASE}")
        answer = clerk.sends(READ, WHY)
        assert answer.status_code == 403
        assert RATIONALE not in answer.text
    assert reviews.readings() == ()
    (refusal,) = reviews.refusals()
    assert (refusal.entry.by, refusal.event.emergency) == (CLERK, "child-at-risk")


def test_who_reads_words_in_an_emergency_alone_is_asked_no_other_reason(
    reviews: RapidReviews,
) -> None:
    """The entry says who may read its words otherwise, and leads to the page for emergencies."""
    with seen_by(reviews, DUTY) as duty:
        page = duty.client.get(f"/entry/1/{CASE}")
    assert "may not read words of a case. Roles that may: " in said(page)
    assert "Read its words" not in page.text
    assert f'href="{READ}"' in page.text


def test_a_second_person_of_another_agency_reviews_it(reviews: RapidReviews) -> None:
    """It waits on the list; the person who read it, or is of the same agency, cannot review it."""
    with seen_by(reviews, MEMBER) as member:
        member.sends(READ, WHY)
        assert f"Case {CASE}, reading 1" in member.sees("/emergencies")
        page = member.sees(REVIEW)
        assert "You cannot review this. You, or somebody of your agency, made reading 1" in said(
            member.client.get(REVIEW)
        )
        assert "Record the review" not in page
        assert member.sends(REVIEW, JUSTIFIED).status_code == 403
    with seen_by(reviews, POLICE) as police:
        page = police.sees(REVIEW)
        assert "entries that the case had then" in page
        assert "night duty" in page
        asked_again = police.sends(REVIEW, {"purpose": "the rota of that night"})
        assert asked_again.status_code == 422
        assert "Say whether the reading was justified" in said(asked_again)
        assert police.sends(REVIEW, JUSTIFIED).status_code == 303
        listed = police.sees("/emergencies")
        assert "There are none." in listed
        assert "justified" in listed
        assert "<form" not in police.sees(REVIEW).partition("<main")[2]
        again = police.sends(REVIEW, JUSTIFIED)  # a button that is pressed twice
        assert again.headers["location"] == "/emergencies"
        other = police.sends(REVIEW, JUSTIFIED | {"found": "not-justified"})
        assert "reviewed already, as you see below, so your review was not recorded" in said(other)
        assert "Reviewed Justified, " in said(other)
    (reading,) = reviews.readings()
    assert reading.was_justified
    assert reading.review is not None
    assert (reading.review.by, reading.review_purpose) == (POLICE, "the rota of that night")


def test_an_auditor_sees_who_read_and_reviews_nothing(reviews: RapidReviews) -> None:
    """The list and the reading are there without a form; no words are."""
    with seen_by(reviews, DUTY) as duty:
        duty.sends(READ, WHY)
    with seen_by(reviews, POLICE, May.AUDITOR) as auditor:
        assert "/emergencies" in auditor.sees("/audit")
        assert "reading 1" in auditor.sees("/emergencies")
        assert "Auditors do not review readings" in auditor.sees(REVIEW)
        assert auditor.client.get(READ).status_code == 403
        assert auditor.sends(REVIEW, JUSTIFIED).status_code == 403


def test_only_a_reading_in_an_emergency_is_reviewed(reviews: RapidReviews) -> None:
    """Another reading, and one that is not there, are not found."""
    reviews.read(CASE, 1, by=MEMBER, purpose="panel pack")
    with seen_by(reviews, POLICE) as police:
        assert "There are none." in police.sees("/emergencies")
        for number in (1, 2, 99):
            assert police.client.get(f"/emergencies/{number}/{CASE}").status_code == 404
        assert police.client.get("/emergency/KM-9").status_code == 404
