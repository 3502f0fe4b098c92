"""The example as a service: two workers of uvicorn on one server, and answers that are lost."""

import json
import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx2
import pytest

from rapid_review.domain.commands import Command
from tests.domain.a_review import DECIDED, RECEIVE, WRITE, changed
from tests.faults.processes import ROOT
from tests.web.http.a_service import JSON, Place, place_on, problem_in, sent
from tests.web.http.test_many_at_one_version import AT_ONCE, OPENED

PATIENCE: Final = 120.0
LOGGED_IN: Final = {"Authorization": "Bearer a-token"}


@contextmanager
def running(place: Place, folder: Path) -> Iterator[str]:
    """Run the example with two workers; yield where it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "PLATFORM_RECORD": place.store,
        "PLATFORM_KEYS": place.keys,
        "PLATFORM_KEY_FILE": str(place.key_file),
    }
    command = [sys.executable, "-m", "uvicorn", "service_on_fastapi:app", "--app-dir", "examples"]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own file
            [*command, "--workers", "2", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=said,
            stderr=said,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/reviews/health/ready", process, folder)
        yield address
    finally:
        process.terminate()
        assert process.wait(PATIENCE) is not None


def _wait_for(path: str, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        told = (folder / "said").read_text()
        assert process.poll() is None and "Traceback" not in told, told  # noqa: PT018 - one thing
        try:
            if httpx2.get(path).status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    pytest.fail((folder / "said").read_text())


def test_the_example_has_fewer_than_forty_lines() -> None:
    """Blank ones are not counted."""
    text = (ROOT / "examples" / "service_on_fastapi.py").read_text(encoding="utf-8")
    assert len([line for line in text.splitlines() if line.strip()]) < 40


def test_a_case_from_notification_to_decision_over_a_network_that_loses_answers(
    empty: str, table: str, tmp_path: Path
) -> None:
    """Each command takes effect once, in order, at the version that its sender read.

    Every request has a connection of its own, so that either worker may answer it. Half of the
    answers are lost, and half of those sent again are sent twice at once.
    """
    place, chance = place_on(empty, table, tmp_path), random.Random(14)  # noqa: S311 - no secret
    with running(place, tmp_path) as address:
        case = f"{address}/reviews/cases/KM/2020/1"
        tag, lost = '"0"', 0
        for number, command in enumerate(DECIDED):
            key = f"form-{number}"
            answer = posted(case, command, key, tag)
            while chance.random() < 0.5:  # it never came
                lost += 1
                first, answer = answer, posted(case, command, key, tag)
                assert answer.json() == {**first.json(), "repeated": True}
                assert answer.headers["ETag"] == first.headers["ETag"]
            assert answer.status_code == (201 if command is RECEIVE else 200)
            tag = answer.headers["ETag"]
        assert lost
        read = httpx2.get(case, headers=LOGGED_IN)
        assert (read.headers["ETag"], read.json()["outcomes"]) == (tag, ["local-practice-review"])
        assert httpx2.get(f"{address}/me", headers=LOGGED_IN).json() == "u-4711"
        problem_in(httpx2.get(case), 401, "not-signed-in")
        assert httpx2.get(f"{address}/me").status_code == httpx2.codes.UNAUTHORIZED
        feed = httpx2.get(f"{address}/reviews/feed", headers=LOGGED_IN).json()
    kinds = Counter(one["type"].removeprefix("rapid-review.") for one in feed)
    assert kinds["NotificationReceived"] == kinds["DecisionMade"] == 1
    assert [one["recordedby"] for one in feed] == ["u-4711"] * int(tag.strip('"'))
    workers = [
        one for one in (tmp_path / "said").read_text().splitlines() if "Started server" in one
    ]
    assert len(workers) == 2


@pytest.mark.parametrize("rounds", [20, pytest.param(1_000, marks=pytest.mark.faults)])
def test_of_five_requests_with_one_tag_two_workers_record_one(
    empty: str, table: str, tmp_path: Path, rounds: int
) -> None:
    """The others are told 412 with the tag of now, whichever worker each of them reached."""
    with (
        running(place_on(empty, table, tmp_path), tmp_path) as address,
        ThreadPoolExecutor(AT_ONCE) as senders,
    ):
        case = f"{address}/reviews/cases/KM/2020/1"
        tag = posted(case, RECEIVE, "opening", '"0"').headers["ETag"]
        assert tag == f'"{OPENED}"'
        for number in range(rounds):
            letters = [
                changed(WRITE, correspondence=f"LET-{number}-{at}") for at in range(AT_ONCE)
            ]
            keys = [letter.correspondence for letter in letters]
            answers = [*senders.map(posted, [case] * AT_ONCE, letters, keys, [tag] * AT_ONCE)]
            found = sorted(answer.status_code for answer in answers)
            assert found == [200, *[412] * (AT_ONCE - 1)], number
            (tag,) = {answer.headers["ETag"] for answer in answers}
        read = httpx2.get(case, headers=LOGGED_IN)
    assert read.headers["ETag"] == tag == f'"{OPENED + rounds}"'


def posted(case: str, command: Command, key: str, tag: str) -> httpx2.Response:
    """Ask a command, over a connection of its own."""
    headers = {**JSON, **LOGGED_IN, "Idempotency-Key": key, "If-Match": tag}
    body = json.dumps(sent(command)).encode()
    return httpx2.post(f"{case}/commands", content=body, headers=headers)
