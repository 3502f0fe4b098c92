"""Tests of rules in three steps: given a history, when a command comes, then this happens.

A history is the commands and events so far, in order. Its commands are decided on the way, so that
a test can tell a case's story in a few words. Nothing is stored and no clock is read.

    given(NOTIFICATION).when(ATTENDANCE_WITHOUT_POLICE).then(QUORUM_NOT_MET)
    given(NOTIFICATION).when(DECISION).then_refused(clause="ToR 8.5", because="not convened")
    given(NOTIFICATION).when(NOTIFICATION).then_nothing_happens()
"""

from dataclasses import dataclass
from typing import Final

from rapid_review import calendars
from rapid_review import terms as shipped
from rapid_review.domain.case import Case, evolve
from rapid_review.domain.commands import Command
from rapid_review.domain.decisions import decide
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar

NOTHING: Final = "  nothing"


def given(
    *history: AnyEvent | Command,
    terms: Terms | None = None,
    calendar: WorkingCalendar | None = None,
) -> "Given":
    """Return a case with this history, to which a command can be sent.

    Args:
        history: events and commands, in the order in which they were recorded.
        terms: the terms; by default those of Kent and Medway of May 2020.
        calendar: what counts working days; the newest of the terms' own unless one is given.

    Raises:
        Refused: a command of the history is refused, so there is no such history.

    >>> from datetime import UTC, datetime
    >>> from rapid_review.domain.commands import CloseCase
    >>> close = CloseCase(at=datetime(2020, 6, 1, 12, tzinfo=UTC))
    >>> refusal = given().when(close).then_refused(clause="ToR 7.3", because="no notification")
    >>> refusal.way_on
    'Record the notification first with ReceiveNotification. A late record is accepted.'
    """
    terms = terms or shipped.load(shipped.KENT_AND_MEDWAY_2020)
    calendar = calendar or calendars.load(terms.calendar)
    case = Case()
    for one in history:
        made = decide(one, case, terms, calendar) if isinstance(one, Command) else (one,)
        for event in made:
            case = evolve(case, event)
    return Given(case, terms, calendar)


@dataclass(frozen=True, slots=True)
class Given:
    """A case with its history, its terms, and the calendar that counts working days."""

    case: Case
    terms: Terms
    calendar: WorkingCalendar

    @property
    def events(self) -> tuple[AnyEvent, ...]:
        """The events of the history, to continue under other terms or with another calendar."""
        return self.case.recorded

    def when(self, command: Command) -> "Then":
        """Send `command` to the case."""
        try:
            return Then(command, decide(command, self.case, self.terms, self.calendar))
        except Refused as refusal:
            return Then(command, (), refusal)


@dataclass(frozen=True, slots=True)
class Then:
    """The result of a command: events, none, or a refusal. Each method asserts one of them."""

    command: Command
    events: tuple[AnyEvent, ...]
    refusal: Refused | None = None

    def then(self, *events: AnyEvent) -> None:
        """Assert that exactly these events happened, in this order.

        Raises:
            AssertionError: something else happened; both are shown, sealed words left out.
        """
        if self.refusal is not None or self.events != events:
            expected = "\n".join(f"  {event!r}" for event in events) or NOTHING
            raise self._failure(f"these events were expected:\n{expected}")

    def then_nothing_happens(self) -> None:
        """Assert that the command was accepted but recorded nothing: the case has it already.

        Raises:
            AssertionError: something happened, or it was refused.
        """
        if self.refusal is not None or self.events:
            raise self._failure("nothing was expected to happen")

    def then_refused(self, *, clause: str, because: str, way_on: str = "") -> Refused:
        """Assert that the command was refused; return the refusal.

        Args:
            clause: the exact clause of the refusal.
            because: words that the reason must contain.
            way_on: words that the advice on what to do next must contain.

        Raises:
            AssertionError: it was not refused, or not by this clause or for this reason.
        """
        refusal = self.refusal
        if (
            refusal is None
            or refusal.clause != clause
            or because not in refusal.because
            or way_on not in refusal.way_on
        ):
            reason = f"{clause}, because {because!r}" + (f", way on {way_on!r}" if way_on else "")
            raise self._failure(f"a refusal was expected by {reason}")
        return refusal

    def _failure(self, expected: str) -> AssertionError:
        """Return the error that says what was expected and what happened instead."""
        if self.refusal is not None:
            came = f"it was refused: {self.refusal}"
        else:
            events = "\n".join(f"  {event!r}" for event in self.events) or NOTHING
            came = f"this happened:\n{events}"
        return AssertionError(f"{type(self.command).__name__}: {expected}\nand {came}")
