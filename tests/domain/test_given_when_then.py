"""The helper for tests says what was expected and what came instead, and no sealed words."""

import pytest

from rapid_review.domain.errors import Refused
from rapid_review.domain.events import MemberInformed, NotificationCriteriaFoundNotMet
from rapid_review.testing import given
from tests.domain.a_review import (
    BEFORE_THE_FUNERAL,
    CONVENE,
    ENGLAND,
    INFORM,
    KENT,
    NOT_MET,
    RECEIVE,
    recorded,
    varied,
)

INFORMED = recorded(MemberInformed, INFORM)
CANARY = "Zebedee Quux"


def test_a_history_may_be_of_events_of_commands_or_of_both() -> None:
    """Events are taken as they are; commands are decided on the way."""
    by_commands = given(RECEIVE, INFORM)
    assert given(*by_commands.events) == by_commands
    assert given(*given(RECEIVE).events, INFORM) == by_commands
    assert by_commands.events[-1] == INFORMED


def test_kent_and_the_newest_calendar_hold_unless_others_are_given() -> None:
    """Terms name their calendar; either may be replaced."""
    assert (given().terms, given().calendar) == (KENT, ENGLAND)
    scots = varied(KENT, calendar="scotland")
    assert given(terms=scots).calendar.id == "scotland"
    assert given(calendar=BEFORE_THE_FUNERAL).calendar.version == "2022-09-09"


def test_a_history_that_the_rules_refuse_is_none() -> None:
    """A test cannot begin where no case can be."""
    with pytest.raises(Refused, match="no notification"):
        given(INFORM)


def test_other_events_than_expected_are_told() -> None:
    """Both are shown: what was expected and what happened, which may be nothing."""
    with pytest.raises(
        AssertionError, match=r"were expected:\n  nothing\nand this happened:\n  Me"
    ):
        given(RECEIVE).when(INFORM).then()
    with pytest.raises(AssertionError, match=r"MemberInformed.*\nand this happened:\n  nothing"):
        given(RECEIVE, INFORM).when(INFORM).then(INFORMED)
    with pytest.raises(AssertionError, match="and it was refused: no notification"):
        given().when(INFORM).then(INFORMED)


def test_something_where_nothing_was_expected_is_told() -> None:
    """An event or a refusal: neither is staying quiet."""
    with pytest.raises(AssertionError, match="nothing was expected to happen"):
        given(RECEIVE).when(INFORM).then_nothing_happens()
    with pytest.raises(AssertionError, match="nothing was expected to happen"):
        given().when(INFORM).then_nothing_happens()


@pytest.mark.parametrize(
    "wrong", [{"clause": "ToR 7"}, {"because": "it rained"}, {"way_on": "Wait."}]
)
def test_a_refusal_for_another_reason_is_told(wrong: dict[str, str]) -> None:
    """The clause is exactly that; reason and way on hold the words."""
    right = {"clause": "ToR 7.3", "because": "no notification", "way_on": "ReceiveNotification"}
    refusal = given().when(CONVENE).then_refused(**right)
    assert refusal.clause == "ToR 7.3"
    with pytest.raises(AssertionError, match="a refusal was expected by"):
        given().when(CONVENE).then_refused(**(right | wrong))


def test_what_was_accepted_was_not_refused() -> None:
    """It is shown what happened instead."""
    with pytest.raises(AssertionError, match=r"ToR 6\.2, because 'police'\nand this happened"):
        given(RECEIVE).when(INFORM).then_refused(clause="ToR 6.2", because="police")


def test_no_sealed_word_stands_in_what_is_told() -> None:
    """ToR 3.1: the output of a test run is read by many."""
    named = NOT_MET.model_copy(update={"because": CANARY})
    with pytest.raises(AssertionError) as told:
        given(RECEIVE).when(named).then(recorded(NotificationCriteriaFoundNotMet, NOT_MET))
    assert CANARY not in str(told.value)
