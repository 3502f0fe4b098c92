"""What a host's own wiring keeps to, whatever is asked of it: a class of tests to inherit from.

    class TestMyPlatform(WiringConformance):
        def wires(self, folder: Path, clock: Clock) -> Wiring:
            return MyPlatform(folder / "cases.db", clock)

A host asks commands through its own views, queues and retries. It gives four methods, and is held
to the rules: by single laws, and by random commands in any order, with the store opened again
between them.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import ClassVar, Final, Protocol

from rapid_review.domain.case import Case
from rapid_review.domain.commands import Command
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CaseNotFoundError, InvalidInputError, Refused
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Actor
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.store.reviews import RapidReviews
from rapid_review.testing import wiring_laws
from rapid_review.testing.holding import examples
from rapid_review.testing.speaking import speaker
from rapid_review.testing.wiring_machine import run

BY: Final = Actor(id="u-1", role="business-support", agency="partnership-team")
Clock = Callable[[], datetime]
"""Says what time it is now, aware."""


class Wiring(Protocol):
    """Cases, through whatever a host has built around them.

    The person who asks may do everything: refusals by a host's own permissions are no business of
    the rules.
    """

    def ask(self, case: str, command: Command, command_id: str, /) -> Sequence[AnyEvent]:
        """Ask a command under an id; return what it recorded, the same when asked again.

        Raises:
            Refused: the rules refuse it; anyone who is asked says so in their own words elsewhere.
            InvalidInputError: the id was used for another command.
        """
        ...

    def entries(self, case: str, /) -> Sequence[Entry]:
        """Return a case's entries from the first; none if there is no such case."""
        ...

    def case(self, case: str, /) -> Case:
        """Return a case as it is; an empty one if there is none."""
        ...

    def reopen(self) -> None:
        """Close everything, and open it again, as after a restart; in memory do nothing."""
        ...


class ReviewsWiring:
    """The plainest wiring: `RapidReviews`, and nothing around them.

    Args:
        opens: opens them; each time on the same store.
        by: who asks.
    """

    def __init__(self, opens: Callable[[], RapidReviews], by: Actor = BY) -> None:
        self._opens = opens
        self._by = by
        self._reviews = opens()

    def ask(self, case: str, command: Command, command_id: str) -> tuple[AnyEvent, ...]:
        """Ask, and return the events of what was recorded."""
        made = self._reviews.handle(case, command, by=self._by, command_id=command_id)
        return tuple(entry.event for entry in made)

    def entries(self, case: str) -> tuple[Entry, ...]:
        """Return a case's entries."""
        try:
            return self._reviews.history(case)
        except CaseNotFoundError:
            return ()

    def case(self, case: str) -> Case:
        """Return a case as it is."""
        try:
            return self._reviews.case(case)
        except CaseNotFoundError:
            return Case()

    def reopen(self) -> None:
        """Close the reviews, and open them again."""
        self._reviews.close()
        self._reviews = self._opens()

    def close(self) -> None:
        """Close the reviews."""
        self._reviews.close()


class HandSetClock:
    """A clock that shows what it was last set to."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Say what time it is."""
        return self.now


class WiringConformance:
    """What holds for every wiring.

    Attributes:
        terms: the terms that the wiring opens cases under; Kent and Medway's of May 2020 unless
            others are given.
        calendar: what counts working days there; the newest of the terms' own unless one is given.
        another: what is raised where an id was used for another command.
        refused: what is raised where the rules refuse.
        examples: how many walks are taken.
        steps: how many commands each has.
        chance: whether other walks are taken at each run.
    """

    terms: ClassVar[Terms | None] = None
    calendar: ClassVar[WorkingCalendar | None] = None
    another: ClassVar[type[Exception]] = InvalidInputError
    refused: ClassVar[type[Exception]] = Refused
    examples: ClassVar[int] = 15
    steps: ClassVar[int] = 25
    chance: ClassVar[bool] = False

    def wires(self, folder: Path, clock: Clock) -> Wiring:
        """Return a wiring over a new and empty store; to be overridden.

        Args:
            folder: an empty folder for its files.
            clock: what it must date entries by.
        """
        raise NotImplementedError(
            f"{type(self).__name__} does not say how it is wired; override `wires`"
        )

    def test_random_commands_are_answered_by_the_rules(self, tmp_path: Path) -> None:
        """ToR 1 to 8: of two cases, opened again at any time; what was recorded stays as it is."""
        folders = (tmp_path / f"walk-{number}" for number in count(1))

        def new() -> Wiring:
            folder = next(folders)
            folder.mkdir()
            return self.wires(folder, HandSetClock())

        settings = examples(self.examples, chance=self.chance, steps=self.steps)
        says = speaker(self.terms, self.calendar)
        run(new, says, settings, another=self.another, refused=self.refused)

    def test_an_answer_that_was_lost_is_given_again(self, tmp_path: Path) -> None:
        """Said again under its id a command answers the same, and records nothing more."""
        with self._wired(tmp_path) as (wiring, _):
            wiring_laws.answered_again(wiring, self._terms)

    def test_an_id_is_of_one_command(self, tmp_path: Path) -> None:
        """Under the id of another command, or with other content, nothing is recorded."""
        with self._wired(tmp_path) as (wiring, _):
            wiring_laws.one_command(wiring, self._terms, self.another)

    def test_an_answer_of_nothing_is_kept(self, tmp_path: Path) -> None:
        """What led to nothing leads to nothing under its id, even once the fact was retracted."""
        with self._wired(tmp_path) as (wiring, _):
            wiring_laws.nothing_kept(wiring, self._terms)

    def test_what_is_refused_is_not_recorded(self, tmp_path: Path) -> None:
        """A refusal leaves the case as it was, or not there."""
        with self._wired(tmp_path) as (wiring, _):
            wiring_laws.refused(wiring, self._terms, self.refused)

    def test_stamps_never_go_back(self, tmp_path: Path) -> None:
        """Where the clock is set back a little, no entry is dated before the one it follows."""
        with self._wired(tmp_path) as (wiring, clock):
            wiring_laws.asked_at(wiring, self._terms, _MOMENTS, clock)

    @contextmanager
    def _wired(self, folder: Path) -> Generator[tuple[Wiring, HandSetClock], None, None]:
        clock = HandSetClock()
        wiring = self.wires(folder, clock)
        try:
            yield wiring, clock
        finally:
            closed(wiring)

    @property
    def _terms(self) -> Terms:
        return speaker(self.terms, self.calendar).terms


def closed(wiring: Wiring) -> None:
    """Close a wiring, where it can be closed."""
    close = getattr(wiring, "close", None)
    if close is not None:
        close()


_NOON: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
_MOMENTS: Final = tuple(
    _NOON + timedelta(minutes=minutes) for minutes in (0, 3, -1, 4, 2, 4, 90, 87)
)
"""A clock that is set back by less than five minutes, time and again."""
