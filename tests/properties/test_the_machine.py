"""Random commands, one after another, against a case: nothing that must hold is ever broken."""

from collections.abc import Sequence

import pytest
from hypothesis import Phase, settings

from rapid_review.domain.case import Case
from rapid_review.domain.commands import Command
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.vocabulary import MeetingManner
from rapid_review.testing.machine import InMemory, ReviewMachine, hold_to_the_rules
from tests.domain.a_review import BEFORE_THE_FUNERAL, ENGLAND, KENT, changed, varied

TestKent = ReviewMachine.TestCase
TestKent.settings = settings(stateful_step_count=25)


class Forgetful(InMemory):
    """A store that loses the last event of whatever a command led to."""

    def handle(self, command: Command) -> Sequence[AnyEvent]:
        """Record everything, and return all but the last."""
        return super().handle(command)[:-1]


class Lax(InMemory):
    """A store that takes a refusal for an answer."""

    def handle(self, command: Command) -> Sequence[AnyEvent]:
        """Record what can be recorded, and nothing otherwise."""
        try:
            return super().handle(command)
        except Exception:  # noqa: BLE001 - that is what is wrong with it
            return ()


class Blind(InMemory):
    """A store that reads an empty case."""

    def case(self) -> Case:
        """Return a case of which nothing is known."""
        return Case()


@pytest.mark.parametrize("store", [Forgetful, Lax, Blind])
def test_the_machine_finds_a_store_that_does_not_keep_the_rules(store: type[InMemory]) -> None:
    """An embedder's store that loses, swallows or forgets is found out, and its store closed."""
    closed: list[InMemory] = []
    quick = settings(
        max_examples=20,
        stateful_step_count=10,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
    )
    with pytest.raises(AssertionError):
        hold_to_the_rules(lambda: store(KENT, ENGLAND), close=closed.append, settings=quick)
    assert closed
    assert isinstance(closed[0], store)


def test_the_machine_finds_nothing_in_a_store_that_keeps_them() -> None:
    """ToR 5 to 8: under another partnership's terms, with a calendar that is not the newest."""
    in_person = varied(KENT, meetings=changed(KENT.meetings, manners=(MeetingManner.IN_PERSON,)))
    hold_to_the_rules(
        lambda: InMemory(in_person, BEFORE_THE_FUNERAL),
        terms=in_person,
        calendar=BEFORE_THE_FUNERAL,
        settings=settings(max_examples=10, stateful_step_count=20),
    )
