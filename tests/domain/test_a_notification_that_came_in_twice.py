"""ToR 8.1: a case that is linked as the duplicate of another, as decisions see it."""

from typing import Final

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain.case import replay
from rapid_review.domain.duplicates import (
    DUPLICATE_OF,
    SAME_INCIDENT_AS,
    duplicate_of,
    is_of_an_incident_counted_elsewhere,
)
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import CaseClosed, DecisionMade, ProcessLinked
from rapid_review.domain.particulars import Particulars
from rapid_review.domain.rules.contradictions import contradictions
from rapid_review.domain.self_links import must_be_of_another
from rapid_review.domain.terms.own_codes import Vocabulary
from rapid_review.testing import given
from tests.domain.a_review import (
    ASSESSED,
    CLOSE,
    DECIDE_NOT,
    DISAGREE,
    KENT,
    LINK,
    RECEIVE,
    SENT,
    TELL_GROUP,
    TELL_PARTNERS,
    at,
    changed,
    recorded,
    varied,
)

TWICE: Final = changed(LINK, process=DUPLICATE_OF, reference="KM-2020-002")


def test_a_case_is_a_duplicate_of_the_one_that_it_was_linked_to_last() -> None:
    """ToR 8.1: another process makes it none."""
    assert duplicate_of(given(RECEIVE, LINK).case) is None
    assert duplicate_of(given(RECEIVE, TWICE, LINK).case) == "KM-2020-002"
    again = changed(TWICE, at=at("2020-05-07 09:00"), reference="KM-2020-003")
    assert duplicate_of(given(RECEIVE, again, TWICE).case) == "KM-2020-003"


def test_a_duplicate_closes_before_the_panel_has_answered() -> None:
    """ToR 7.9: nobody is told in it, for anyone who is to be told is told in the other."""
    given(RECEIVE).when(CLOSE).then_refused(clause="ToR 7.9", because="feedback")
    given(RECEIVE, TWICE).when(CLOSE).then(recorded(CaseClosed, CLOSE))
    disagreed = (*SENT, DISAGREE, TELL_GROUP, TELL_PARTNERS)
    given(*disagreed, TWICE).when(CLOSE).then(recorded(CaseClosed, CLOSE))


def test_that_no_related_review_was_found_is_beside_a_duplicate() -> None:
    """ToR 4(e): the other case is no other review."""
    none_found = changed(DECIDE_NOT, related_reviews=())
    case = given(*ASSESSED, TWICE, none_found).case
    decision = case.last(DecisionMade)
    assert decision is not None
    assert [one.code for one in contradictions(decision, case, KENT)] == []


def test_the_word_belongs_to_the_record_and_to_no_list_of_the_terms() -> None:
    """ToR 4(e): terms that name other processes need not name this one."""
    words = Vocabulary(processes=("inquest",))
    terms = varied(KENT, vocabulary=words)
    case = given(RECEIVE, TWICE, changed(LINK, process="prosecution")).case
    strange = [
        (link.process, one.code)
        for link in case.all(ProcessLinked)
        for one in contradictions(link, case, terms)
    ]
    assert strange == [("prosecution", "word-not-of-the-terms")]


@pytest.mark.parametrize(
    "said",
    [
        TWICE,
        recorded(ProcessLinked, TWICE),
        ask.CorrectRecord(
            at=at("2020-05-08 09:00"),
            version=5,
            because="the wrong one",
            replacement=recorded(ProcessLinked, TWICE),
        ),
    ],
    ids=["asked", "imported", "corrected"],
)
def test_a_case_is_no_duplicate_of_itself(said: Particulars) -> None:
    """ToR 8.1: of another it may be, and another process may bear any reference."""
    with pytest.raises(Refused, match="cannot be a duplicate of itself"):
        must_be_of_another(said, "KM-2020-002", KENT)
    must_be_of_another(said, "KM-2020-001", KENT)
    must_be_of_another(changed(TWICE, process="inquest"), "KM-2020-002", KENT)
    must_be_of_another(CLOSE, "KM-2020-002", KENT)


def test_an_incident_is_counted_with_the_case_that_came_first() -> None:
    """ToR 8.1: the later case says so; it is no duplicate, and a duplicate says nothing of it."""
    of_the_same = changed(TWICE, process=SAME_INCIDENT_AS)
    told = given(RECEIVE, of_the_same).case
    assert is_of_an_incident_counted_elsewhere(told)
    assert duplicate_of(told) is None
    assert not is_of_an_incident_counted_elsewhere(given(RECEIVE, TWICE).case)


def test_a_case_is_not_of_the_same_incident_as_itself() -> None:
    """ToR 8.1: the link names the case of the notification that came first."""
    link = changed(TWICE, process=SAME_INCIDENT_AS)
    with pytest.raises(Refused, match="cannot be linked to itself as a case of the same incident"):
        must_be_of_another(link, "KM-2020-002", KENT)
    must_be_of_another(link, "KM-2020-001", KENT)


def test_that_a_case_is_a_duplicate_is_said_once() -> None:
    """ToR 8.1: the same link adds nothing, and once it is retracted holds no more."""
    linked = given(RECEIVE, TWICE)
    linked.when(TWICE).then_nothing_happens()
    wrong = ask.CorrectRecord(at=CLOSE.at, version=linked.case.version, because="two incidents")
    assert duplicate_of(given(RECEIVE, TWICE, wrong).case) is None
    assert duplicate_of(replay(linked.case.recorded)) == "KM-2020-002"
