"""Two writers at one case, statement by statement in an order that a seed decides.

Before each statement the writer that asks it lets the other go first, or not. A writer that waits
for a lock that the other holds goes on when the other has gone further, so that no order is left
out that SQLite allows.
"""

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CaseChangedError
from rapid_review.store.backends.open import joined
from rapid_review.store.backends.sqlite.opening import open_sqlite
from rapid_review.store.store import Store
from tests.domain.a_review import RECEIVE
from tests.faults.a_writer import letter
from tests.faults.sizes import INTERLEAVINGS, sizes
from tests.faults.test_failing_statements import Fault, FaultyPool
from tests.store.a_record import CASE, TEAM, kent_in, send_all

LETTERS = 2
"""How many each writes that is theirs alone; and as many that both write, under one id."""
OPENED = 4
PATIENCE = 0.02
"""Seconds after which the writer that was let go first is taken to wait for a lock."""

Answers = dict[str, Sequence[Entry]]


class Turns:
    """Says who goes next.

    Args:
        chance: decides it.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._changed = threading.Condition()
        self._next = 0
        self._over = set[int]()

    def step(self, who: int) -> None:
        """Wait until it is one's turn, or the other has ended or does not go on."""
        with self._changed:
            self._next = self._chance.choice((0, 1))
            self._changed.notify_all()
            self._changed.wait_for(
                lambda: self._next == who or bool(self._over - {who}), timeout=PATIENCE
            )

    def ended(self, who: int) -> None:
        """Say that one has nothing more to ask."""
        with self._changed:
            self._over.add(who)
            self._changed.notify_all()


class InTurn(Fault):
    """What happens at each statement of one writer: it waits for its turn, and nothing fails."""

    def __init__(self, step: Callable[[], None]) -> None:
        super().__init__()
        self._step = step

    def strike(self, *, after: bool) -> None:
        """Wait for one's turn before a statement."""
        if not after:
            self._step()


def writes(path: Path, who: int, turns: Turns) -> Answers:
    """Write letters of one's own, and those that both write; return the answers by their ids."""
    log = open_sqlite(path, create=False, sealed=False)
    plain = log.datastore.pool
    log.datastore.pool = FaultyPool(plain.db_name, InTurn(lambda: turns.step(who)))
    plain.close()
    answers: Answers = {}
    try:
        with closing(Store(joined(log), unsealed=True)) as store:
            reviews = kent_in(store)
            for number in range(LETTERS):
                for name in (f"own-{who}-{number}", f"shared-{number}"):
                    while name not in answers:
                        try:
                            answers[name] = reviews.handle(
                                CASE, letter(name), by=TEAM, command_id=name
                            )
                        except CaseChangedError:
                            continue
    finally:
        turns.ended(who)
    return answers


@pytest.mark.parametrize("orders", sizes(INTERLEAVINGS))
def test_in_any_order_each_command_is_recorded_once_and_answered_alike(
    tmp_path: Path, orders: int
) -> None:
    """And a case's versions have no gap, no matter who was first."""
    first = set[str]()
    for seed in range(orders):
        path, turns = tmp_path / f"{seed}.db", Turns(random.Random(seed))  # noqa: S311 - who is next
        with closing(Store.on_sqlite(path, unsealed=True)) as store:
            send_all(kent_in(store), RECEIVE)
        with ThreadPoolExecutor(2) as both:
            one, other = both.map(lambda who: writes(path, who, turns), (0, 1))  # noqa: B023 - ends here
        with closing(Store.on_sqlite(path, create=False)) as store:
            entries = kent_in(store).history(CASE)
            assert not store.ledger().verify().findings
        assert [entry.version for entry in entries] == list(range(1, len(entries) + 1))
        recorded = {entry.command_id: (entry,) for entry in entries[OPENED:]}
        assert len(recorded) == len(entries) - OPENED == 3 * LETTERS
        assert {**one, **other} == recorded
        assert all(one[name] == other[name] for name in one.keys() & other.keys())
        first.add(str(entries[OPENED].command_id))
    assert len(first) > 1, "one of the two was always first"
    print(f"\n{orders} orders of two writers, every command recorded once")  # noqa: T201 - for -s
