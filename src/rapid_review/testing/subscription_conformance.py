"""What holds for everything that delivers entries to a handler: a class of tests to inherit from.

    class TestOurOutbox(SubscriptionConformance):
        def opens(self, folder: Path, clock: Clock, trouble: Trouble) -> Opens:
            return lambda: OurOutbox(folder / "record.db", clock, trouble)

Each test is one law, and its docstring says it. The kit makes
handlers fail and processes end, and moves its clock on by an hour.
"""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import ClassVar, Final

from rapid_review.domain.commands import Command
from rapid_review.domain.terms.terms import Terms
from rapid_review.store.closing import close_all
from rapid_review.testing.assertions import same
from rapid_review.testing.delivery import Delivered, Delivery, KilledError, Opens, Trouble
from rapid_review.testing.speaking import speaker
from rapid_review.testing.wiring import Clock, HandSetClock
from rapid_review.testing.wiring_laws import ACT, receive

CASES: Final = ("D-1", "D-2", "D-3")
_LONG: Final = timedelta(hours=1)
"""Longer than anybody waits before an entry is retried, or a process counts as dead."""
_TRIES: Final = 6


class SubscriptionConformance:
    """What holds for everything that delivers entries.

    Attributes:
        terms: the terms that cases open under; Kent and Medway's of May 2020 unless others are
            given.
        many: a number of steps, larger than what is delivered together.
        rounds: how often two processes deliver at the same time.
    """

    terms: ClassVar[Terms | None] = None
    many: ClassVar[int] = 120
    rounds: ClassVar[int] = 3

    def opens(self, folder: Path, clock: Clock, trouble: Trouble) -> Opens:
        """Return what opens handles on one new and empty store; to be overridden.

        Args:
            folder: an empty folder for its files.
            clock: what it must date entries, and wait, by.
            trouble: what a handler calls with an entry's case, after it has written.
        """
        raise NotImplementedError(
            f"{type(self).__name__} does not say how its reviews are opened; override `opens`"
        )

    def test_each_entry_is_delivered_once_in_the_order_of_its_case(self, tmp_path: Path) -> None:
        """Over several cases and more than a page, and also what is recorded afterwards."""
        with self._opened(tmp_path) as world:
            world.record()
            world.one.deliver()
            world.must_be_whole("what was delivered")
            for _ in range(self.many):
                world.act(CASES[0])
            world.record()
            world.one.deliver()
            world.must_be_whole("what was delivered, over more than a page")

    def test_a_restart_delivers_nothing_again(self, tmp_path: Path) -> None:
        """A subscription that is opened again continues where the last one stopped."""
        with self._opened(tmp_path) as world:
            for _ in range(3):
                world.record()
                world.one.deliver()
                world.restart()
                world.one.deliver()
                world.must_be_whole("what was delivered, after a restart")

    def test_a_process_that_ends_in_the_midst_loses_and_repeats_nothing(
        self, tmp_path: Path
    ) -> None:
        """What the handler writes and the new position are one transaction."""
        with self._opened(tmp_path) as world:
            world.record()
            for entries in (0, 1, 2, 5):
                world.trouble.kills_at = entries
                _must_be_killed(world.one)
                world.trouble.kills_at = None
                world.restart()
                world.must_be_in_order("what was delivered by a process that ended")
            world.one.deliver()
            world.must_be_whole("what was delivered, after processes ended")

    def test_an_entry_that_fails_holds_up_no_other_case(self, tmp_path: Path) -> None:
        """Its own case waits for it, and is delivered in order once it succeeds."""
        with self._opened(tmp_path) as world:
            failing = CASES[1]
            world.trouble.failing = frozenset({failing})
            for _ in range(2):
                world.record()
                _must_deliver(world.one)
                world.must_be_whole("what was delivered of the other cases", but=failing)
                same(world.delivered_of(failing), [], "what was delivered of a case that fails")
            world.trouble.failing = frozenset()
            for _ in range(_TRIES):
                world.clock.now += _LONG
                _must_deliver(world.one)
            world.must_be_whole("what was delivered, once nothing failed")

    def test_of_two_readers_each_entry_comes_to_one(self, tmp_path: Path) -> None:
        """Two processes with one subscription share its entries, in turns and at the same time."""
        with self._opened(tmp_path) as world:
            for turn in range(self.rounds):
                world.record()
                for one in (world.one, world.other) if turn % 2 else (world.other, world.one):
                    one.deliver()
                world.must_be_whole("what two delivered in turns")
            for _ in range(self.rounds):
                world.record()
                with ThreadPoolExecutor(2) as pool:
                    both = [pool.submit(one.deliver) for one in (world.one, world.other)]
                for done in both:
                    done.result()
                world.one.deliver()
                world.must_be_whole("what two delivered at the same time")

    @contextmanager
    def _opened(self, folder: Path) -> Generator["_TwoProcesses", None, None]:
        clock, trouble = HandSetClock(), Trouble()
        opens = self.opens(folder, clock, trouble)
        world = _TwoProcesses(opens, clock, trouble, speaker(self.terms).terms)
        with closing(world):
            yield world


class _TwoProcesses:
    """Two processes over one store, and what must have been delivered by now."""

    def __init__(self, opens: Opens, clock: HandSetClock, trouble: Trouble, terms: Terms) -> None:
        self.clock, self.trouble = clock, trouble
        self._opens, self._terms = opens, terms
        self._numbers = count(1)
        self._recorded: list[Delivered] = []
        self.one, self.other = opens(), opens()

    def record(self) -> None:
        """Record something in each case, in turns."""
        for case in CASES:
            if not any(one.case == case for one in self._recorded):
                self._ask(case, receive(self._terms))
        for case in (*CASES, *reversed(CASES)):
            self.act(case)

    def act(self, case: str) -> None:
        """Record one more step in a case."""
        self._ask(case, ACT.model_copy(update={"action": f"A-{next(self._numbers)}"}))

    def _ask(self, case: str, command: Command) -> None:
        self._recorded += [Delivered(case, one) for one in self.one.record(case, command)]

    def restart(self) -> None:
        """End both processes, and begin them again, an hour later."""
        self.close()
        self.clock.now += _LONG
        self.one, self.other = self._opens(), self._opens()

    def delivered_of(self, case: str) -> list[int]:
        """Return the versions of a case that were delivered, in the order of it."""
        return [one.version for one in self.one.delivered() if one.case == case]

    def must_be_whole(self, what: str, but: str = "") -> None:
        """Assert that each entry was delivered once, in order, those of one case left out."""
        for case in CASES:
            if case != but:
                wanted = [one.version for one in self._recorded if one.case == case]
                same(self.delivered_of(case), wanted, f"{what}, of {case}")

    def must_be_in_order(self, what: str) -> None:
        """Assert that each case was delivered up to some entry, each once."""
        for case in CASES:
            found = self.delivered_of(case)
            same(found, list(range(1, len(found) + 1)), f"{what}, of {case}")

    def close(self) -> None:
        """Close both."""
        close_all(self.one, self.other)


def _must_be_killed(one: Delivery) -> None:
    try:
        one.deliver()
    except KilledError:
        return
    raise AssertionError("the handler never called the fault that the kit passed to it")


def _must_deliver(one: Delivery) -> None:
    """Deliver; an error of a handler must not come out."""
    try:
        one.deliver()
    except Exception as error:
        raise AssertionError("an entry that fails stopped the delivery of all others") from error
