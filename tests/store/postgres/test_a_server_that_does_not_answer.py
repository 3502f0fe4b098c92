"""A server is stopped, stands still, or cannot be heard, while many write, sign and follow.

What was acknowledged is there, once; nobody waits for ever. Run it with `-s` for the figures.
"""

import random
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from rapid_review.store.backends.postgres.making import init_postgres
from tests.faults.sizes import FREEZES, PARTITIONS, STOPS
from tests.store.postgres.a_proxy import Proxy, a_proxy
from tests.store.postgres.a_server import Server
from tests.store.postgres.beside_writers import beside_writers, wait_until_served

FEW: Final = range(2)
MANY: Final = range(4)
"""Who writes meanwhile: at the small sizes, and at the large."""

Adversity = Callable[[Server, Proxy, float], None]
"""Does something to a server, or to the way to it, for so many seconds."""


def stopped(server: Server, _: Proxy, seconds: float) -> None:
    """Stop it at once: no transaction is ended, no reply is sent."""
    server.stop()
    time.sleep(seconds)
    server.start()


def frozen(server: Server, _: Proxy, seconds: float) -> None:
    """Let it stand still: its machine takes what it is sent, and nothing is answered."""
    server.freeze()
    time.sleep(seconds)
    server.thaw()


def partitioned(_: Server, proxy: Proxy, seconds: float) -> None:
    """Let nothing through, either way; what was said meanwhile is lost."""
    proxy.cut()
    time.sleep(seconds)
    proxy.heal()


SIZES: Final[dict[Adversity, tuple[int, int]]] = {
    stopped: STOPS,
    frozen: FREEZES,
    partitioned: PARTITIONS,
}
CASES: Final = [
    pytest.param(one, times, writers, marks=marks, id=f"{one.__name__}-{times}")
    for one, (small, large) in SIZES.items()
    for times, writers, marks in ((small, FEW, ()), (large, MANY, pytest.mark.faults))
]


@pytest.mark.parametrize(("adversity", "times", "writers"), CASES)
def test_nothing_acknowledged_is_lost_and_nobody_waits_for_ever(
    mortal: Server, tmp_path: Path, adversity: Adversity, times: int, writers: range
) -> None:
    """Every writer is served again; a reader beside saw each entry once; the log goes on."""
    chance, waited = random.Random(times), list[float]()  # noqa: S311 - for how long
    init_postgres(mortal.address, sealed=False)
    with (
        TemporaryDirectory(prefix="px-") as folder,
        a_proxy(mortal.address, Path(folder)) as way,
        beside_writers(way.address, tmp_path, writers) as beside,
    ):
        for _ in range(times):
            wait_until_served(tmp_path, writers, time.monotonic())
            adversity(mortal, way, chance.uniform(0.1, 2))
            healed = time.monotonic()
            waited += [one - healed for one in wait_until_served(tmp_path, writers, healed)]
    entries = beside.lost_nothing(mortal.address, tmp_path, writers)
    print(  # noqa: T201 - for a person who runs it with -s
        f"\n{times} times {adversity.__name__} under {len(writers)} writers, {entries} entries, "
        f"none lost: every writer was served again {max(waited):.1f} s afterwards at most"
    )
