"""Statements with other values, made fast."""

import pytest
from pydantic import ValidationError

from rapid_review.domain.statement import with_other
from tests.domain.a_review import INFORM, changed


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
