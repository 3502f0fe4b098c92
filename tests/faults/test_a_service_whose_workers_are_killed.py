"""A platform's service in which anybody may be killed: nothing is lost, nothing is done twice.

The example of FastAPI with two web workers on PostgreSQL, a `rapid-review work` beside it, and
eight clients, two of them at each case, who ask again until they are answered, and now and then
once more. Run it with `-s` for the figures.
"""

import random
import statistics
import time
from collections import Counter
from pathlib import Path
from queue import SimpleQueue

import pytest

from rapid_review.domain.vocabulary import Actor
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.sealing.opening import make_keys
from tests.faults.a_background_worker import (
    hold_to_the_entries,
    opened,
    wait_until_caught_up,
)
from tests.faults.a_loopback_server import on_loopback
from tests.faults.a_service import OPENING, Client, Killer, Told, served
from tests.faults.processes import PATIENCE
from tests.store.postgres.conftest import pg_programs as pg_programs  # noqa: PLC0414 - it is a fixture
from tests.store.subscriptions.a_side_table import make_table

CLIENTS = 8
LENGTH = 40
"""How many entries each case is to have."""
SENDER = Actor(id="u-4711", role="business-support", agency="partnership-team")
"""Who the example says has sent a request."""


@pytest.mark.parametrize(
    ("cases", "pause"), [(10, 4.0), pytest.param(200, 4.0, marks=pytest.mark.faults)]
)
def test_nothing_is_lost_and_nothing_is_done_twice(
    pg_programs: Path, tmp_path: Path, cases: int, pause: float
) -> None:
    """Nor is anything answered otherwise the second time; and what is derived is as it must be."""
    chance = random.Random(cases)  # noqa: S311 - what is sent twice, and who is killed
    with on_loopback(pg_programs) as address:
        place, keys = f"{address}&schema=record", f"{address}&schema=keys"
        make_keys(keys, tmp_path / "key-file")
        assert init_postgres(place, sealed=True)
        with opened(place) as store:
            make_table(store)
        settings = {
            "PLATFORM_RECORD": place,
            "PLATFORM_KEYS": keys,
            "PLATFORM_KEY_FILE": str(tmp_path / "key-file"),
        }
        with served(tmp_path, settings) as (where, server):
            killer = Killer(server, place, tmp_path, chance, pause=pause)
            killer.start()
            try:
                told, seconds = asked(where, cases, chance)
            finally:
                killer.stop()
            start = time.monotonic()
            wait_until_caught_up(place, tmp_path / "worked")
            caught_up = time.monotonic() - start
        killer.background.terminate()
        assert killer.background.wait(PATIENCE) == 0
        hold_what_was_told(place, told, cases)
        hold_to_the_entries(place)
        with opened(place) as store:
            assert not store.ledger().verify().findings
    tell(told, killer.kills, cases * LENGTH, seconds, caught_up)


def asked(where: str, cases: int, chance: random.Random) -> tuple[Told, float]:
    """Have every case done by two of the clients; return what they were told, and how long."""
    left: SimpleQueue[str] = SimpleQueue()
    for number in range(cases):
        left.put(f"KM-{number}")
        left.put(f"KM-{number}")
    clients = [
        Client(where, left, LENGTH, random.Random(chance.random()))  # noqa: S311 - as above
        for _ in range(CLIENTS)
    ]
    start = time.monotonic()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    seconds = time.monotonic() - start
    told = Told()
    for client in clients:
        if client.failed is not None:
            raise client.failed
        for key, answers in client.told.answers.items():
            told.answers.setdefault(key, []).extend(answers)
        told.counts += client.told.counts
        told.seconds += client.told.seconds
    return told, seconds


def hold_what_was_told(place: str, told: Told, cases: int) -> None:
    """Hold that each command is in the record once, and was answered alike each time."""
    recorded: dict[str, list[tuple[int, str]]] = {}
    versions: dict[str, list[int]] = {}
    with opened(place) as store:
        for entry in store.all_entries():
            recorded.setdefault(entry.command_id, []).append((entry.version, entry.event.kind))
            versions.setdefault(entry.case, []).append(entry.version)
            assert entry.by == SENDER
    assert len(told.answers) == cases * (LENGTH - OPENING + 1)
    for key, answers in told.answers.items():
        assert len(answers) >= 2, "two clients asked it"
        assert set(answers) == {(recorded[key][-1][0], tuple(recorded[key]))}, key
    assert recorded.keys() == told.answers.keys()
    assert list(versions.values()) == [list(range(1, LENGTH + 1))] * cases


def tell(told: Told, kills: Counter[str], entries: int, seconds: float, caught_up: float) -> None:
    """Print the figures."""
    parts = statistics.quantiles(told.seconds, n=100)
    print(  # noqa: T201 - for anyone who runs it with -s
        f"\n{entries} entries in {seconds:.1f} s by {CLIENTS} clients: "
        f"{len(told.seconds) / seconds:.0f} answers a second; an answer took "
        f"{parts[49] * 1000:.0f} ms in the middle, {parts[94] * 1000:.0f} ms at the 95th of a "
        f"hundred, {max(told.seconds) * 1000:.0f} ms at most; {dict(told.counts)}; {dict(kills)}; "
        f"caught up {caught_up:.1f} s after the last answer"
    )
