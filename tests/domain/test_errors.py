"""What can go wrong, and how it is said.

What was asked, what stands in the way, what to do next.
"""

import json
import pickle

import pytest
from pydantic import ValidationError

import rapid_review.domain
from rapid_review.domain import errors
from rapid_review.domain.commands import ConveneMeeting, CorrectRecord, ReceiveNotification
from rapid_review.domain.entry import must_be_references
from rapid_review.domain.errors import (
    CaseMovedError,
    InvalidInputError,
    RapidReviewError,
    Refused,
    TermsError,
    listed,
    must_be,
    problems,
    shown,
)
from rapid_review.domain.events import ReportsCollated
from rapid_review.domain.redaction import MOST
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.store.backends.extras import MissingExtraError
from tests.domain.a_review import CONVENE, KENT, RECEIVE, changed


@pytest.mark.parametrize("code", ["police", "2020-05-04", "ToR-7.3", "CSPR/2020-07", 15])
def test_codes_dates_and_numbers_are_shown(code: object) -> None:
    """They hold no words, and anyone who reads the message needs them."""
    assert shown(code) == repr(str(code))


@pytest.mark.parametrize(
    "words", ["Zebedee", "Zebedee Quux", "the child", "", "x" * 65, "name\n1"]
)
def test_what_may_be_a_name_is_not_shown(words: str) -> None:
    """ToR 3.1: a capital without a digit, a space, anything long: only its length is said."""
    assert shown(words) == f"a value of {len(words)} characters (not shown: it may hold a name)"


def test_what_is_allowed_is_listed_in_order() -> None:
    """And where nothing is, that is said."""
    assert listed(["police", "gp"]) == "gp, police"
    assert listed([10, 9, 100]) == "9, 10, 100"
    assert listed([]) == "nothing"


def test_a_refusal_says_the_clause_and_what_to_do_next() -> None:
    """ToR 6.2: for people as one sentence, for programs in parts."""
    refusal = Refused("ToR 6.2", "empty seats: police", "Convene another meeting.")
    assert str(refusal) == "empty seats: police (ToR 6.2). Convene another meeting."
    assert (refusal.clause, refusal.way_on) == ("ToR 6.2", "Convene another meeting.")


def test_a_refusal_of_the_record_itself_names_no_clause_in_its_sentence() -> None:
    """For a reader, "(the record)" after the reason would say nothing."""
    assert str(Refused("the record", "it is there", "Do nothing.")) == "it is there. Do nothing."


@pytest.mark.parametrize(
    ("expected", "found", "way_on"),
    [
        (4, 5, "Read entry 5, recorded since. If the command is still right"),
        (4, 7, "Read entries 5 to 7, recorded since. If the command is still right"),
        (4, 3, "It has never had that version: check that this is the case"),
    ],
)
def test_a_case_that_moved_says_what_to_read(expected: int, found: int, way_on: str) -> None:
    """What was recorded since, or that the case was never so far; for programs in numbers."""
    moved = CaseMovedError(expected, found)
    assert (
        f"you expected the case at version {expected}, and it is at version {found}. {way_on}"
        in str(moved)
    )
    assert (moved.expected, moved.found) == (expected, found)


def test_what_is_closed_says_who_closed_it_and_what_to_do() -> None:
    """Nothing was recorded; asking again does not help, opening it again does."""
    told = str(errors.ClosedError("the store"))
    assert told.startswith("the store cannot be used: the program that opened it has closed it")
    assert "Nothing was recorded. Open it again" in told


def test_every_error_is_of_one_tree() -> None:
    """Anyone who catches the root catches them all; input that has no meaning keeps its lines."""
    ours = [one for one in vars(errors).values() if isinstance(one, type)]
    raised = {
        one for one in ours if issubclass(one, Exception) and one.__module__ == errors.__name__
    }
    assert len(raised) >= 9
    assert all(issubclass(one, RapidReviewError) for one in raised)
    error = TermsError("one", "two")
    assert isinstance(error, InvalidInputError)
    assert (error.problems, str(error)) == (("one", "two"), "one; two")


@pytest.mark.parametrize(
    "error",
    [
        Refused("ToR 6.2", "empty seats: police", "Convene another meeting."),
        errors.NotPermittedError("ToR 6.2", "role 'clerk' may not", "Ask."),
        TermsError("one", "two"),
        CaseMovedError(4, 5),
        errors.ClosedError("the key store", "Open it."),
        errors.RecordError("row 3 is damaged"),
        MissingExtraError("a page needs", "pip install it"),
    ],
)
def test_an_error_says_the_same_in_another_process(error: RapidReviewError) -> None:
    """Cases are read by processes of their own; what goes wrong there is told here."""
    carried = pickle.loads(pickle.dumps(error))  # noqa: S301 - made in this line
    assert (type(carried), str(carried)) == (type(error), str(error))
    assert vars(carried) == vars(error)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('{"at": "2020-05-14T12:00:00Z"}', "meeting: is missing; give it"),
        ('{"meeting": 0}', "meeting: found '0'; give a number of at least 1"),
        ('{"meeting": "A Name"}', "meeting: found a value of 6 characters"),
        ('{"meeting": {"a": 1}}', "meeting: found an object; input should be a valid integer"),
        ('{"colour": 1}', "(a key of 6 characters): found an unknown field; allowed: at, "),
        ('{"A Name": 1}', "(a key of 6 characters): found an unknown field"),
        ('"text"', "the whole of it: found text; input should be an object"),
    ],
)
def test_malformed_input_is_answered_by_where_what_and_what_is_allowed(
    given: str, said: str
) -> None:
    """ToR 3.1: a line a problem, and never the words that were put in."""
    with pytest.raises(ValidationError) as caught:
        ConveneMeeting.model_validate_json(given)
    assert any(line.startswith(said) for line in problems(caught.value, ConveneMeeting, "json"))


def test_an_event_of_no_kind_is_answered_with_the_kinds_there_are() -> None:
    """ToR 3.1: the kind that was put in is not repeated where it may be a name."""
    with pytest.raises(ValidationError) as caught:
        CorrectRecord.model_validate_json('{"replacement": {"kind": "Zebedee Quux"}}')
    (line,) = (
        line for line in problems(caught.value, CorrectRecord) if line.startswith("replacement")
    )
    assert line.startswith("replacement: found an unknown kind")
    assert "allowed: 'NotificationReceived', 'DeadlineSet'" in line


def test_a_check_of_our_own_is_told_in_its_own_words() -> None:
    """A deadline that starts on a date no event has: the dates that can be meant are listed."""
    with pytest.raises(ValidationError) as caught:
        changed(KENT.deadlines[0], starts_on="Party.at")
    (line,) = problems(caught.value, Deadline)
    assert "starts_on is 'Party.at'; allowed: the name of an event followed by .at, or" in line
    assert isinstance(KENT.deadlines[0], Deadline)


def test_of_a_statement_with_very_many_mistakes_one_line_is_said() -> None:
    """Nobody mends a thousand lines one by one; they see that it is what was meant."""

    def wrong(unknown: int) -> ValidationError:
        with pytest.raises(ValidationError) as caught:
            ReportsCollated.model_validate({str(number): number for number in range(unknown)})
        return caught.value

    missing = wrong(0).error_count()
    assert wrong(MOST - missing).error_count() == MOST
    (line,) = problems(wrong(MOST - missing + 1), ReportsCollated)
    assert f"contains {MOST + 1} mistakes; check that you gave what you meant" in line


def test_public_names_are_loaded_when_they_are_first_used() -> None:
    """And one that does not exist is no name of the package."""
    loaded = {name: getattr(rapid_review.domain, name) for name in rapid_review.domain.__all__}
    assert loaded["Refused"] is Refused
    with pytest.raises(AttributeError, match="has no attribute 'Rumour'"):
        _ = rapid_review.domain.Rumour  # type: ignore[attr-defined]
    assert CONVENE.meeting == 1


def test_every_reference_that_is_none_is_named() -> None:
    """A sender mends them all at once."""
    must_be_references(case="KM-1", command_id="c-1")
    with pytest.raises(InvalidInputError) as caught:
        must_be_references(case="KM 1", command_id=None)
    assert [one.partition(":")[0] for one in caught.value.problems] == ["case", "command_id"]


def test_a_value_of_another_type_is_named_by_its_kind() -> None:
    """No type checker has seen the program; the value itself is not repeated."""
    must_be((int, str), "a number or a text", first=1, second="w")
    for value, kind in ({}, "an object"), (int, "a class"), (RECEIVE, "a ReceiveNotification"):
        with pytest.raises(InvalidInputError, match=f"^first: found {kind}; allowed: a text$"):
            must_be(str, "a text", first=value)


def test_a_limit_is_told_in_words_and_a_short_list_only_if_nothing_in_it_is_wrong() -> None:
    """Not in pydantic's words, of tuples and validation."""
    given = json.loads(RECEIVE.model_dump_json())
    reference, children = problems_of(given | {"children": [], "reference": "a" * 65})
    assert reference.endswith("; use at most 64 characters")
    assert children == "children: found a list; give at least 1"
    (wrong_child,) = problems_of(given | {"children": [{"reference": "?", "age_band": "1-5"}]})
    assert wrong_child.startswith("children.0.reference: ")


def problems_of(given: dict[str, object]) -> list[str]:
    """Return what is wrong with a notification."""
    with pytest.raises(ValidationError) as refused:
        ReceiveNotification.model_validate_json(json.dumps(given))
    return list(problems(refused.value, ReceiveNotification, "json"))
