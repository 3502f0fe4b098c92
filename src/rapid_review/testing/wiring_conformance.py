"""What holds for every host's own wiring, whatever is asked of it: a class of tests to inherit.

    class TestMyPlatform(WiringConformance):
        def wires(self, folder: Path, clock: Clock) -> Wiring:
            return MyPlatform(folder / "cases.db", clock)

A host sends commands through its own views, queues and retries. It gives four methods, and is
compared with the rules: by single laws, and by random commands in any order, between which the
store is opened again.
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import ClassVar, Final

from rapid_review.domain.errors import InvalidInputError, Refused
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.testing import wiring_laws
from rapid_review.testing.assertions import examples
from rapid_review.testing.speaking import speaker
from rapid_review.testing.wiring import Clock, HandSetClock, Wiring, closed
from rapid_review.testing.wiring_machine import run


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
        """ToR 1 to 8: in two cases, with restarts at any time; what was recorded never changes."""
        folders = (tmp_path / f"walk-{number}" for number in count(1))

        def new() -> Wiring:
            folder = next(folders)
            folder.mkdir()
            return self.wires(folder, HandSetClock())

        settings = examples(self.examples, chance=self.chance, steps=self.steps)
        says = speaker(self.terms, self.calendar)
        run(new, says, settings, another=self.another, refused=self.refused)

    def test_an_answer_that_was_lost_is_given_again(self, tmp_path: Path) -> None:
        """A command that is repeated under its id is answered as before, and records nothing."""
        with self._wired(tmp_path) as (wiring, _):
            wiring_laws.answered_again(wiring, self._terms)

    def test_an_id_is_of_one_command(self, tmp_path: Path) -> None:
        """Under the id of another command, or with other content, nothing is recorded."""
        with self._wired(tmp_path) as (wiring, _):
            wiring_laws.one_command(wiring, self._terms, self.another)

    def test_an_answer_of_nothing_is_kept(self, tmp_path: Path) -> None:
        """Under its id it records nothing again, even once the fact that it found is retracted."""
        with self._wired(tmp_path) as (wiring, _):
            wiring_laws.nothing_kept(wiring, self._terms)

    def test_what_is_refused_is_not_recorded(self, tmp_path: Path) -> None:
        """After a refusal the case is as it was before, or still does not exist."""
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


_NOON: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
_MOMENTS: Final = tuple(
    _NOON + timedelta(minutes=minutes) for minutes in (0, 3, -1, 4, 2, 4, 90, 87)
)
"""A clock that is set back by less than five minutes, time and again."""
