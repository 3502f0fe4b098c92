"""Statements with other values: validated, or made fast."""

from datetime import datetime

import pytest
from pydantic import ValidationError

from rapid_review.domain.sealed_words import SealedWords
from rapid_review.domain.statement import Statement, with_other
from rapid_review.domain.vocabulary import Actor
from tests.domain.a_review import ACT, CONVENE, INFORM, LATER, RECEIVE, changed

HOLDER = Actor(id="u-17", role="business-support", agency="partnership-team")


def test_a_statement_with_other_values_is_as_one_that_was_validated() -> None:
    """The first is left as it was; the new one is as closed to change, and reads back alike."""
    other = with_other(INFORM, {"seat": "health"})
    said_anew = changed(INFORM, seat="health")
    assert other == said_anew
    assert hash(other) == hash(said_anew)
    assert other.model_dump_json() == said_anew.model_dump_json()
    assert type(INFORM).model_validate_json(other.model_dump_json()) == other
    assert INFORM.seat == "police"
    with pytest.raises(ValidationError):
        other.seat = "police"  # type: ignore[misc] # the very thing that is refused


def test_a_copy_with_other_values_is_validated_as_a_new_statement() -> None:
    """Or the record would hold what nobody can read: a time without its offset, a name as code."""
    wrong: tuple[tuple[Statement, dict[str, object]], ...] = (
        (CONVENE, {"meets_at": datetime(2020, 5, 7, 9)}),  # noqa: DTZ001 - the very thing
        (RECEIVE, {"source": "Kent ICS"}),
        (RECEIVE.children[0], {"reference": "Jane Doe"}),
        (HOLDER, {"auth_ref": "sess 1"}),
        (RECEIVE.incident, {"place": "at home"}),
    )
    for said, update in wrong:
        with pytest.raises(ValidationError) as refused:
            said.model_copy(update=update)
        assert "Jane" not in str(refused.value)
        with pytest.raises(ValidationError):
            said.__replace__(**update)  # type: ignore[attr-defined] # what `copy.replace` calls, from Python 3.13 on


def test_a_copy_is_what_was_asked_for() -> None:
    """With other values, with none, and deep."""
    assert INFORM.model_copy(update={"seat": "health"}) == changed(INFORM, seat="health")
    for deep in (False, True):
        assert RECEIVE.model_copy(deep=deep) == RECEIVE
        assert RECEIVE.model_copy(update={"index_child": None}, deep=deep) == RECEIVE
        copied = RECEIVE.model_copy(deep=deep)
        assert (copied.incident is RECEIVE.incident) is not deep


def test_sealed_words_go_along_into_a_copy() -> None:
    """A correction of a sealed entry gives the words again, as the record has them."""
    sealed = with_other(ACT, {"words": SealedWords("token", 1)})
    later = sealed.model_copy(update={"at": LATER})
    assert (later.words, later.at) == (SealedWords("token", 1), LATER)
