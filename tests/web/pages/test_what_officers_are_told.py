"""What officers are told: questions and steps by their words, and no names of fields."""

import re
from contextlib import closing

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.statement import with_other
from rapid_review.domain.vocabulary import AgeBand, Child
from rapid_review.store import RapidReviews
from rapid_review.store.authority.without_a_file import WithoutFile
from rapid_review.store.store import Store
from rapid_review.web.pages.forms.presets import filled_with
from rapid_review.web.pages.views.rule_texts import plainly
from tests.domain.a_review import (
    ASSESSED,
    COLLATE,
    DECIDE,
    FILE,
    RECEIVE,
    SHARE,
    at,
    changed,
    document,
    recorded,
)
from tests.web.pages.a_site import (
    CASE,
    COORDINATOR,
    KENT,
    NOW,
    a_team,
    hidden,
    pages_of,
    said,
    texts,
)
from tests.web.pages.test_one_case_through_the_forms import story

NOTIFICATION = next(one for one in story() if isinstance(one, ask.ReceiveNotification))
TOLD = next(one for one in story() if isinstance(one, ask.InformMember))
REPORT = next(one for one in story() if isinstance(one, ask.FileAgencyReport))
HELD = next(one for one in story() if isinstance(one, ask.RecordAttendance))
NAME = "Anna"
NAMED = changed(NOTIFICATION, children=(Child(reference=NAME, age_band=AgeBand.UNDER_1),))


def test_a_name_in_place_of_a_child_s_reference_is_answered_on_the_form() -> None:
    """It says what is allowed, and under which question a name is sealed."""
    with a_team() as team:
        answer = team.fills_in(NAMED)
        assert answer.status_code == 422
        assert (
            "Use letters and a number, such as c-1. A name belongs under “What do you call the "
            "child?”."
        ) in said(answer)
        assert "handle" not in said(answer)
        assert list(team.reviews.references()) == []


def test_a_reference_that_the_case_holds_may_be_written_again() -> None:
    """A case from elsewhere keeps the references it has; its forms accept them."""
    with a_team() as team:
        history: list[did.AnyEvent] = [
            recorded(did.NotificationReceived, NOTIFICATION, terms=KENT.ref),
            recorded(did.MemberInformed, changed(TOLD, person="grace.h")),
        ]
        team.reviews.import_history(CASE, history, by=COORDINATOR)
        again = changed(TOLD, seat="partnership-team", person="grace.h")
        assert team.records(again).status_code == 303
        new = team.fills_in(changed(again, seat="police", person="grace.n"))
        assert "Use letters and a number, such as p-3." in said(new)


def test_no_form_shows_a_pattern() -> None:
    """A pattern tells an officer nothing; it says in words which signs are allowed."""
    with a_team([NOTIFICATION]) as team:
        answer = team.fills_in(REPORT.model_copy(update={"agency": "police"}))
        assert answer.status_code == 200
        wrong = with_other(document("doc-7"), {"reference": "report of may"})
        answer = team.fills_in(REPORT.model_copy(update={"document": wrong}))
        assert (
            "Use letters and a number, such as doc-7. A name belongs under “Its title”. "
            "Take up to eight letters, then a hyphen if you like, and then up to nine digits: no "
            "other signs."
        ) in said(answer)
        link = ask.LinkProcess(at=REPORT.at, process="inquest", reference="a")
        answer = team.fills_in(with_other(link, {"reference": "an inquest"}))
        assert "What is its reference: use letters, digits and . _ : / + -, without spaces" in (
            said(answer)
        )
        assert "pattern" not in said(answer)
        assert "not shown" not in said(answer)


def test_a_refusal_names_the_questions_that_are_open() -> None:
    """ToR 5(c): by what the form asks, and not by the fields' names."""
    with a_team(ASSESSED) as team:
        answer = team.records(changed(DECIDE, style=None, methodology=None))
    assert (
        "The decision recommends a practice review, and does not give “How would a practice "
        "review be done?” and “What should it be like?”"
    ) in said(answer)
    assert "methodology" not in said(answer)


def test_a_finding_names_only_the_question_that_is_open() -> None:
    """ToR 3.2, 4(c): proportionality was weighed, and publication was not considered."""
    with a_team(ASSESSED) as team:
        answer = team.records(changed(DECIDE, publication_considered=False))
        page = team.sees(answer.headers["location"])
    assert "The decision does not say that the group considered publication" in page
    assert "Give “Was publication considered?” with the decision" in page
    assert "publication and proportionality" not in page


def test_a_field_that_no_form_asks_for_keeps_its_name() -> None:
    """So does the name of a program, and a field that each step asks for in its own words."""
    assert plainly("run `rapid-review` with `authorizer`") == (
        "Run `rapid-review` with `authorizer`"
    )
    assert plainly("give `due_on`") == "Give “due on”"
    assert plainly("give `due_on`", "AgreeAction") == "Give “By which day?”"


def test_an_entry_without_words_does_not_offer_to_read_them() -> None:
    """An entry with words does; the others say that they have none."""
    with a_team([NOTIFICATION, TOLD]) as team:
        with_words, without = (team.sees(f"/entry/{version}/{CASE}") for version in (1, 5))
    assert "Read its words" in with_words
    assert "Read its words" not in without
    assert "This entry contains no words." in without


def test_anyone_who_may_not_read_words_is_told_whom_to_ask() -> None:
    """In words for an officer, and not by what a program calls the right."""
    with (
        closing(Store.in_memory()) as access,
        RapidReviews.in_memory(
            terms=KENT, clock=lambda: NOW, access=access, authorizer=WithoutFile()
        ) as reviews,
    ):
        reviews.handle(CASE, NOTIFICATION, by=COORDINATOR)
        with pages_of(reviews, [NOW]) as team:
            answer = team.sends(f"/words/1/{CASE}", {"purpose": "to prepare the meeting"})
    assert answer.status_code == 403
    assert (
        "Nobody has been given the right to read words of a case in this store yet. Ask the "
        "person who runs this program"
    ) in said(answer)
    assert "ReadWords" not in answer.text


def test_a_child_whose_reference_is_wrong_is_not_said_to_be_missing() -> None:
    """One mistake is told once: the list is short only because its one child is wrong."""
    with a_team() as team:
        form = hidden(team.sees("/new")) | texts(filled_with(dict(NOTIFICATION), KENT.zone))
        answer = team.sends(
            "/new",
            form
            | {
                "go": "check",
                "case-reference": CASE,
                "children.0.reference": "Sean O'Neill",
                "incident.where": "a" * 20_001,
            },
        )
    assert answer.status_code == 422
    assert "Use letters and a number, such as c-1." in said(answer)
    assert "The children:" not in said(answer)
    assert ": use at most 20,000 characters." in said(answer)
    assert "Sean" not in said(answer)


@pytest.mark.parametrize("reference", ["K" * 65, "-KM-1", "KM 1", ""])
def test_a_reference_that_no_case_can_have_is_answered_with_all_that_one_must_be(
    reference: str,
) -> None:
    """How long, of which signs, and how it begins: any of these may be what is wrong."""
    with a_team() as team:
        form = hidden(team.sees("/new")) | {"go": "check", "case-reference": reference}
        assert (
            "Give the case a reference of at most 64 characters. Use letters, digits and "
            ". _ : / + -, without spaces, and begin with a letter or a digit."
        ) in said(team.sends("/new", form))


def test_a_refused_decision_says_how_what_happened_is_recorded_all_the_same() -> None:
    """ToR 6.2: no command records a decision of a meeting without a quorum; an import does."""
    with a_team(ASSESSED[:-2]) as team:
        answer = team.fills_in(DECIDE)
        assert "This cannot be recorded" in said(answer)
        assert "A link leaves this page, and your answers are not kept" in said(answer)
        assert "to add it to the case with rapid-review import" in said(answer)
        assert "the right import-into-case" in said(answer)


def test_that_somebody_looked_and_found_none_is_shown_as_such() -> None:
    """I-20: it is another statement than that nobody looked, on the check and afterwards."""
    decided = changed(DECIDE, prior_themes=(), related_reviews=None)
    with a_team(ASSESSED) as team:
        answer = team.records(decided)
        assert answer.status_code == 303
        version = next(
            one.version for one in team.reviews.history(CASE) if one.event.kind == "DecisionMade"
        )
        page = said(team.client.get(f"/entry/{version}/{CASE}"))
    assert "None found" in page
    assert "Nobody looked" in page


def test_the_check_of_an_attendance_shows_the_seats_in_which_nobody_sat() -> None:
    """ToR 6.2: an answer that was left open counts as that nobody came."""
    with a_team([NOTIFICATION]) as team:
        checked = said(team.fills_in(changed(HELD, sat=HELD.sat[1:])))
    assert "Director Integrated Children's Services: Who came? Nobody" in checked


def test_what_is_found_before_recording_is_mended_in_the_answers() -> None:
    """Nothing is recorded yet that could be corrected; and its days are in words."""
    early = changed(TOLD, at=TOLD.at.replace(year=2019))
    with a_team([NOTIFICATION]) as team:
        checked = said(team.fills_in(early))
    assert "If you record this, the case will show:" in checked
    found = checked.partition("the case will show:")[2].partition("record it all the same")[0]
    assert "change the answers, or correct what is recorded with “Correct an entry”" in found
    assert "2020-" not in found
    assert "May 2020" in found


def test_a_duty_that_was_not_done_is_said_plainly_and_leads_to_its_step() -> None:
    """Once, with the titles of all who were not told, and with the form that records it."""
    with a_team([NOTIFICATION]) as team:
        team.now[0] = NOW.replace(year=2021)
        page = team.sees(f"/case/{CASE}").partition("What is late")[2].partition("</section>")[0]
    assert "There is no record that" in page
    assert page.count("was told of the notification") == 1
    assert "Kent and Medway CCG" in page
    assert f'href="/record/InformMember/{CASE}"' in page


def test_a_correction_names_the_entry_that_it_is_of() -> None:
    """The form of one entry looks like that of any other."""
    with a_team([NOTIFICATION]) as team:
        page = team.sees(f"/correct/1/{CASE}")
    assert f'<a href="/entry/1/{CASE}">Entry 1: Notification received</a>' in page


def test_seats_that_lack_different_collations_are_named_apart() -> None:
    """ToR 7.5, 8.4: the police were sent the first, and a later report is in a second alone."""
    to_police = changed(SHARE, seats=("police",))
    again = (
        changed(FILE, agency="clinic", at=at("2020-05-14 12:00")),
        changed(COLLATE, agencies=("clinic",), at=at("2020-05-14 13:00")),
    )
    with a_team([RECEIVE, FILE, COLLATE, to_police, *again]) as team:
        page = said(team.client.get(f"/case/{CASE}"))
    lacking = re.findall(r"There is no record that ([^.]*) was sent collation (\d)", page)
    assert ("Kent Police, Protecting Vulnerable People Command", "2") in lacking
    assert {number for _, number in lacking} == {"1", "2"}
