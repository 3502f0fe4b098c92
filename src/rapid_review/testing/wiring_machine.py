"""Random commands through a host's wiring, two cases at once, beside the rules alone."""

import json
from collections.abc import Callable, Sequence
from itertools import count
from typing import Final, NamedTuple

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rapid_review.domain.case import Case
from rapid_review.domain.commands import ApproveCorrection, Command, ReceiveNotification
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import AnyEvent
from rapid_review.testing import invariants
from rapid_review.testing.assertions import same
from rapid_review.testing.machine import InMemory, known
from rapid_review.testing.speaking import KINDS, Speaker
from rapid_review.testing.strategies import HERE_ALONE
from rapid_review.testing.wiring import Wiring
from rapid_review.testing.wording import all_alike

CASES: Final = ("W-1", "W-2")
_ASKED: Final = [kind for kind in KINDS if kind not in (*HERE_ALONE, ApproveCorrection)]
"""Every command but those that need two people."""


class _Asked(NamedTuple):
    case: str
    command: Command
    command_id: str
    made: tuple[AnyEvent, ...]


def run(
    new: Callable[[], Wiring],
    says: Speaker,
    settings: hypothesis.settings,
    *,
    another: type[Exception],
    refused: type[Exception],
) -> None:
    """Walk through a wiring, as often as the settings say; see `WiringConformance`.

    Args:
        new: wires a new and empty store.
        says: in whose words commands are said.
        settings: how many walks, and how many steps each.
        another: what is raised where an id was used for another command.
        refused: what is raised where the rules refuse.

    Raises:
        AssertionError: an answer, or what is read, is not as it should be.
    """

    class Machine(WiringMachine):
        def __init__(self) -> None:
            super().__init__(new(), says, another, refused)

    run_state_machine_as_test(Machine, settings=settings)


class WiringMachine(RuleBasedStateMachine):
    """Asks commands of two cases, and holds the wiring to the rules after every step."""

    def __init__(
        self,
        wiring: Wiring,
        says: Speaker,
        another: type[Exception],
        refused: type[Exception],
    ) -> None:
        super().__init__()
        self.wiring = wiring
        self.speaker = says
        self.another = another
        self.refused = refused
        self.expected = {case: InMemory(says.terms, says.calendar) for case in CASES}
        self.seen: dict[str, list[str]] = {case: [] for case in CASES}
        self.accepted: list[_Asked] = []
        self._ids = count(1)

    @initialize(case=st.sampled_from(CASES), data=st.data())
    def open_a_case(self, case: str, data: st.DataObject) -> None:
        """Each walk begins with a notification: without one everything is refused."""
        self._ask(case, data.draw(self.speaker.commands(Case(), [ReceiveNotification])))

    @rule(case=st.sampled_from(CASES), data=st.data())
    def ask(self, case: str, data: st.DataObject) -> None:
        """Ask anything: what happens, or that it is refused, is as the rules say."""
        self._ask(case, data.draw(self.speaker.commands(self.expected[case].case(), _ASKED)))

    def _ask(self, case: str, command: Command) -> None:
        mine = self.expected[case]
        command_id = f"w-{next(self._ids)}"
        try:
            made = tuple(mine.handle(command))
        except Refused as refusal:
            self._must_be_refused(case, command, command_id, refusal)
            return
        self._must_record(case, command, command_id, made)
        self.accepted.append(_Asked(case, command, command_id, made))

    @precondition(lambda self: self.accepted)
    @rule(data=st.data())
    def ask_again_under_its_id(self, data: st.DataObject) -> None:
        """An answer was lost: it is given again, and nothing more is recorded."""
        one = data.draw(st.sampled_from(self.accepted), "asked before")
        self._must_record(*one)

    @precondition(lambda self: any(one.made for one in self.accepted))
    @rule(data=st.data())
    def ask_another_under_that_id(self, data: st.DataObject) -> None:
        """An id belongs to one command: another one is refused, and nothing is recorded."""
        one = data.draw(st.sampled_from([one for one in self.accepted if one.made]), "the id's")
        kinds = [kind for kind in _ASKED if kind is not type(one.command)]
        case = self.expected[one.case].case()
        command = data.draw(self.speaker.commands(case, kinds), "another")
        try:
            found = self.wiring.ask(one.case, command, one.command_id)
        except (self.another, self.refused):
            return
        raise AssertionError(
            f"{type(command).__name__} was answered with {found!r} under the id of "
            f"{type(one.command).__name__}"
        )

    @rule()
    def open_it_anew(self) -> None:
        """Everything is closed, and opened again."""
        self.wiring.reopen()

    @invariant()
    def each_case_is_what_the_rules_make_of_it(self) -> None:
        """What is read is what was folded beside it, and what was read before is unchanged."""
        for case in CASES:
            entries, expected = self.wiring.entries(case), self.expected[case].case()
            found = all_alike(entry.event for entry in entries)
            same(found, all_alike(expected.recorded), f"what was recorded in {case}")
            same(known(self.wiring.case(case)), known(expected), f"case {case}")
            self._must_be_in_order(case, entries)

    @invariant()
    def what_holds_for_every_case_holds(self) -> None:
        """See `rapid_review.testing.invariants`."""
        for name in CASES:
            case = self.wiring.case(name)
            invariants.replays_alike(case, case.version // 2)
            invariants.only_corrections_unmake(case)

    def teardown(self) -> None:
        """Close the wiring, where it can be closed."""
        close = getattr(self.wiring, "close", None)
        if close is not None:
            close()

    def _must_be_in_order(self, case: str, entries: Sequence[Entry]) -> None:
        numbers = [entry.version for entry in entries]
        same(numbers, list(range(1, len(entries) + 1)), f"versions of {case}")
        same({entry.case for entry in entries} - {case}, set[str](), "cases of other names")
        stamps = [entry.recorded_at for entry in entries]
        same(stamps, sorted(stamps), f"times of recording in {case}")
        written = [json.dumps(entry.model_dump(mode="json"), default=str) for entry in entries]
        before = self.seen[case]
        same(written[: len(before)], before, f"entries of {case} that were read before")
        self.seen[case] = written

    def _must_record(
        self, case: str, command: Command, command_id: str, expected: Sequence[AnyEvent]
    ) -> None:
        found = tuple(self.wiring.ask(case, command, command_id))
        same(all_alike(found), all_alike(expected), f"what {type(command).__name__} recorded")

    def _must_be_refused(
        self, case: str, command: Command, command_id: str, refusal: Refused
    ) -> None:
        try:
            found = self.wiring.ask(case, command, command_id)
        except self.refused:
            return
        raise AssertionError(
            f"{type(command).__name__} recorded {found!r}; expected the refusal: {refusal}"
        )
