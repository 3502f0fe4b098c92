"""`rapid-review work` is killed, competes, and is told to stop: each entry is handled once.

Held by a table of the host's beside the entries, with a row for each entry: it has no key, so that
what is lost or done twice is seen.
"""

import json
import random
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.domain.a_review import INFORM, RECEIVE
from tests.faults.a_background_worker import (
    KEEPING,
    begun,
    hold_to_the_entries,
    opened,
    wait_until_caught_up,
    working,
)
from tests.faults.a_writer import batch
from tests.faults.processes import PATIENCE
from tests.store.a_read_model import until
from tests.store.a_record import TEAM, kent_in, send_all
from tests.store.subscriptions.a_side_table import make_table


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Return where an empty store is, with the host's table in it."""
    path = str(tmp_path / "record.db")
    with opened(path) as store:
        make_table(store)
    return path


@pytest.mark.parametrize("rounds", [3, pytest.param(60, marks=pytest.mark.faults)])
def test_of_two_workers_one_is_killed_again_and_again(
    place: str, tmp_path: Path, rounds: int
) -> None:
    """At any moment, while cases are recorded: nothing is lost, and nothing is done twice."""
    said = tmp_path / "said"
    chance = random.Random(rounds)  # noqa: S311 - when to kill, not what to hide
    with working(place, said), opened(place) as store:
        reviews = kent_in(store)
        for number in range(rounds):
            other = begun(place, said, *KEEPING)
            end = time.monotonic() + chance.uniform(0.6, 2.5)  # it takes half a second to start
            written = 0
            while time.monotonic() < end:
                written += 1
                reviews.import_histories(batch(f"R{number}-{written}", 5), by=TEAM)
                time.sleep(chance.uniform(0, 0.05))
            other.kill()
            other.wait()
        wait_until_caught_up(place, said)
    hold_to_the_entries(place)


@pytest.mark.parametrize("rounds", [2, pytest.param(40, marks=pytest.mark.faults)])
def test_a_worker_that_is_killed_goes_on_where_it_was(
    place: str, tmp_path: Path, rounds: int
) -> None:
    """The only one there is, in the midst of a page or not."""
    said = tmp_path / "said"
    chance = random.Random(rounds)  # noqa: S311 - when to kill, not what to hide
    with opened(place) as store:
        for number in range(rounds):
            kent_in(store).import_histories(batch(f"R{number}", 60), by=TEAM)
            process = begun(place, said, *KEEPING)
            time.sleep(chance.uniform(0.5, 1.5))
            process.kill()
            process.wait()
    with working(place, said):
        wait_until_caught_up(place, said)
    hold_to_the_entries(place)


def test_it_says_how_it_is_getting_on(place: str, tmp_path: Path) -> None:
    """On a port of this machine and in a file, in figures; told to stop, it ends with 0."""
    said, file = tmp_path / "said", tmp_path / "health.json"
    with opened(place) as store:
        send_all(kent_in(store), RECEIVE)
    with working(place, said, "--health-port", "0", "--health-file", str(file)):
        wait_until_caught_up(place, said)
        where = _port_in(said)
        for path, status in (("live", 200), ("ready", 200), ("other", 404)):
            assert _asked(f"{where}/health/{path}")[0] == status
        until(lambda: _position_of_keeping(where) == 4)  # it says so after it is committed
        figures = _asked(f"{where}/health/ready")[1]
        assert figures.keys() == {"live", "ready", "at", "jobs"}
        keys = {"name", "position", "last", "lag", "beat_at", "moved_at", "failures", "parked"}
        assert [job.keys() for job in figures["jobs"]] == [keys, keys]
        assert figures["jobs"][1]["name"] == "keeping"
        with opened(place) as store:
            send_all(kent_in(store), INFORM)
        wait_until_caught_up(place, said)
    last = json.loads(file.read_text())
    assert (last["live"], last["jobs"][0]["position"]) == (False, 5)
    lines = said.read_text().splitlines()
    assert "works at read-model-of-kent-and-medway, keeping" in lines[1]
    assert "stopped as requested, after finishing its current work" in lines[-1]


def _port_in(said: Path) -> str:
    end = time.monotonic() + PATIENCE
    while "/health/ready" not in (text := said.read_text()):
        assert time.monotonic() < end, text
        time.sleep(0.05)
    return text.partition("health at ")[2].partition("/health/ready")[0]


def _position_of_keeping(where: str) -> object:
    return _asked(f"{where}/health/ready")[1]["jobs"][1]["position"]


def _asked(address: str) -> tuple[int, dict[str, list[dict[str, object]]]]:
    try:
        with urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - of our own making
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, {}
