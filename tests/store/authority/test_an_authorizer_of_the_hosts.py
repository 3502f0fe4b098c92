"""What an authorizer of the host's answers: a decision, or nobody may do anything."""

from typing import Any

import pytest

from rapid_review.domain.vocabulary import Actor
from rapid_review.store.authority.port import Decision, Facts
from tests.domain.a_review import KENT, RECEIVE
from tests.store.a_record import CASE, TEAM, HandSetClock, reviews_in


class Answering:
    """Answers every question with what it was given."""

    def __init__(self, answer: object) -> None:
        self._answer: Any = answer

    def may(self, actor: Actor, action: str, facts: Facts) -> Decision:
        """Give the answer, whatever it is."""
        del actor, action, facts
        answer: Decision = self._answer
        return answer


@pytest.mark.parametrize(
    "answer",
    [
        None,
        True,
        (True, "", "", None),
        Decision(allowed="no"),  # type: ignore[arg-type]  # what this is about
        Decision(allowed=Decision),  # type: ignore[arg-type]  # as a coroutine, it counts as true
    ],
)
def test_only_a_decision_that_says_true_or_false_is_an_answer(answer: object) -> None:
    """A coroutine that nobody awaited would count as yes, and everybody could do everything."""
    reviews = reviews_in(terms=KENT, clock=HandSetClock(), authorizer=Answering(answer))
    for ask in (reviews.handle, reviews.rehearse):
        with pytest.raises(TypeError, match=r"authorizer: answered with .*allowed: Decision\("):
            ask(CASE, RECEIVE, by=TEAM)
    assert reviews.references() == ()
