"""Random commands against a store of your own, compared with the rules after every step.

    def test_my_store_keeps_the_terms_of_reference() -> None:
        hold_to_the_rules(MyCase)

`MyCase()` is one new case in your store: anything with the two methods of `Reviewed`, which give a
command to that case and read it. `ReviewMachine.TestCase` runs the same against memory.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rapid_review.domain.case import Case, evolve
from rapid_review.domain.commands import Command
from rapid_review.domain.decisions import decide
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import AnyEvent, RecordCorrected
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.testing import invariants
from rapid_review.testing.speaking import Speaker, speaker
from rapid_review.testing.wording import all_alike


class Reviewed(Protocol):
    """One case, in any kind of store."""

    def handle(self, command: Command) -> Sequence[AnyEvent]:
        """Record the events of a command, and return them; raise `Refused` if it is refused."""
        ...

    def case(self) -> Case:
        """Return the case as it is."""
        ...


class InMemory:
    """A case in memory."""

    def __init__(self, terms: Terms, calendar: WorkingCalendar) -> None:
        self._terms = terms
        self._calendar = calendar
        self._case = Case()

    def handle(self, command: Command) -> Sequence[AnyEvent]:
        """Decide, and apply the events to the case."""
        events = decide(command, self._case, self._terms, self._calendar)
        for event in events:
            self._case = evolve(self._case, event)
        return events

    def case(self) -> Case:
        """Return the case as it is."""
        return self._case


def hold_to_the_rules(
    new_case: Callable[[], Reviewed],
    *,
    terms: Terms | None = None,
    calendar: WorkingCalendar | None = None,
    close: Callable[[Any], object] = lambda _: None,
    settings: hypothesis.settings | None = None,
) -> None:
    """Send random commands to new cases, one case after another, and compare with the rules.

    Args:
        new_case: makes a case that is under `terms` and has no entry yet.
        terms: Kent and Medway's of May 2020 unless others are given.
        calendar: what counts working days; the newest of the terms' own unless one is given.
        close: is given each case when it is done with.
        settings: Hypothesis's; how many cases, and how many commands each.

    Raises:
        AssertionError: a case is not as the rules say; Hypothesis shows the shortest way there.

    >>> from rapid_review import calendars, terms
    >>> kent = terms.load("kent-and-medway-2020-05")
    >>> england = calendars.load("england-and-wales")
    >>> few = hypothesis.settings(max_examples=2, stateful_step_count=10)
    >>> hold_to_the_rules(lambda: InMemory(kent, england), settings=few)
    """
    says = speaker(terms, calendar)

    class Machine(ReviewMachine):
        def __init__(self) -> None:
            super().__init__(new_case(), says)

        def teardown(self) -> None:
            close(self.reviewed)

    run_state_machine_as_test(Machine, settings=settings)


class ReviewMachine(RuleBasedStateMachine):
    """Sends commands to a case, and checks it against the rules and the invariants.

    Args:
        reviewed: one new case in your store; one in memory unless it is given.
        says: in whose words commands are said, and by which terms and calendar they are decided;
            Kent and Medway's of May 2020 and the newest calendar unless others are given.
    """

    def __init__(self, reviewed: Reviewed | None = None, says: Speaker | None = None) -> None:
        super().__init__()
        self.speaker = says or speaker()
        self.expected = InMemory(self.speaker.terms, self.speaker.calendar)
        self.reviewed = reviewed or InMemory(self.speaker.terms, self.speaker.calendar)
        self.accepted: Command | None = None

    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        """Send any command: the events, or the refusal and its clause, are what the rules say."""
        command = data.draw(self.speaker.commands(self.expected.case()), "command")
        try:
            expected = tuple(self.expected.handle(command))
        except Refused as refusal:
            self._must_be_refused(command, refusal)
            return
        self._must_record(command, expected)
        self.accepted = command

    @precondition(lambda self: self.accepted is not None)
    @rule()
    def say_it_again(self) -> None:
        """A command that was just accepted records nothing when it is sent again."""
        if self.accepted is not None:
            self._must_record(self.accepted, ())

    @invariant()
    def the_case_is_what_the_rules_make_of_it(self) -> None:
        """The case read from the store is the one that was folded beside it."""
        found, expected = self.reviewed.case(), self.expected.case()
        if known(found) != known(expected):
            raise AssertionError(f"the case: found\n  {found!r}\nexpected\n  {expected!r}")

    @invariant()
    def what_holds_for_every_case_holds(self) -> None:
        """See `rapid_review.testing.invariants`."""
        case, terms = self.reviewed.case(), self.speaker.terms
        invariants.replays_alike(case, case.version // 2)
        invariants.only_corrections_unmake(case)
        invariants.due_days_are_working_days(case.recorded, self.speaker.calendar)
        invariants.clocks_run_that_were_started(case, terms)
        corrected = any(isinstance(event, RecordCorrected) for event in case.recorded)
        if not terms.quorum.chair_selects and not corrected:
            invariants.only_a_quorate_meeting_decides(case.recorded)

    def _must_record(self, command: Command, expected: Sequence[AnyEvent]) -> None:
        found = tuple(self.reviewed.handle(command))
        if all_alike(found) != all_alike(expected):  # a sealed store gives no words back
            raise AssertionError(
                f"{type(command).__name__}: recorded\n  {found!r}\nexpected\n  {expected!r}"
            )

    def _must_be_refused(self, command: Command, refusal: Refused) -> None:
        try:
            found = self.reviewed.handle(command)
        except Refused as error:
            if error.args != refusal.args:
                raise AssertionError(f"found the refusal: {error}\nexpected: {refusal}") from error
            return
        raise AssertionError(
            f"{type(command).__name__} recorded {found!r}; expected the refusal: {refusal}"
        )


def known(case: Case) -> tuple[object, ...]:
    """Return the parts of a case that can be compared, whether or not its words are sealed.

    Args:
        case: the case, read or folded.
    """
    return all_alike(case.recorded), all_alike(case.standing), case.review
