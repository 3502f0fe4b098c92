"""The law of the order of commands: what is taken in order of time is taken in any order."""

from collections.abc import Sequence
from random import Random
from typing import Final

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.case import Case, evolve
from rapid_review.domain.decisions import decide
from rapid_review.domain.erasures import NEVER_CORRECTED, PROPOSALS
from rapid_review.domain.errors import Refused
from rapid_review.domain.registry import STEPS, leads_to
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import TermsRef
from rapid_review.testing.answers import facts_of
from tests.properties.answers import ENGLAND, story_of

STORIES: Final = range(40)
OF_THE_RECORD: Final = (
    *(did.CorrectionProposed, did.CorrectionApproved, did.DeadlineReckonedAgain),
    *(*NEVER_CORRECTED, *PROPOSALS),
)
SAYS: Final = {event: command for command in STEPS for event in leads_to(command)}


def said(event: did.AnyEvent) -> ask.Command:
    """Return the command that leads to an event."""
    command = SAYS[type(event)]
    fields = {name: getattr(event, name) for name in command.model_fields}
    named = {name: one.id for name, one in fields.items() if isinstance(one, TermsRef)}
    return command.model_validate(fields | named)


def recorded(
    commands: Sequence[ask.Command], case: Case, terms: Terms
) -> tuple[Case, list[ask.Command], list[ask.Command]]:
    """Return the case after commands, and of these those that were refused or led to nothing."""
    refused: list[ask.Command] = []
    lost: list[ask.Command] = []
    for command in commands:
        try:
            made = decide(command, case, terms, ENGLAND)
        except Refused:
            refused.append(command)
            continue
        if not made:
            lost.append(command)
        for event in made:
            case = evolve(case, event)
    return case, refused, lost


@pytest.mark.parametrize("times", [1, 2])
def test_what_is_recorded_in_order_of_time_is_recorded_in_any_order(times: int) -> None:
    """ToR 7, reading I-7: nothing is lost, and what is refused is taken once its needs are there.

    Of a random story, those steps are told in another order that were taken in order of time.
    """
    orders = 0
    for seed in STORIES:
        one = story_of(seed)
        facts = sorted(facts_of(one), key=lambda event: event.at)
        receipt = next(event for event in facts if isinstance(event, did.NotificationReceived))
        opened, *_ = recorded([said(receipt)], Case(), one.terms)
        kinds = (did.NotificationReceived, did.DeadlineSet, *OF_THE_RECORD)
        asked = [said(event) for event in facts if not isinstance(event, kinds)]
        _, refused, lost = recorded(asked, opened, one.terms)
        left = [command for command in asked if command not in (*refused, *lost)]
        Random(seed * times).shuffle(left)  # noqa: S311 - an order, and no secret
        orders += len(left) > 1
        case, waiting = opened, len(left) + 1
        while left and len(left) < waiting:
            waiting = len(left)
            case, left, lost = recorded(left, case, one.terms)
            assert lost == [], seed
        assert left == [], seed
    assert orders > len(STORIES) / 2
