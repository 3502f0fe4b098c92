"""Whether it can do its work, what is logged, and what is told where something is wrong."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
from starlette.exceptions import HTTPException

from rapid_review.domain.errors import RecordError, StorageError
from rapid_review.store import RapidReviews
from rapid_review.store.authority.by_file import ByPermissions
from rapid_review.store.sealing import key_table
from rapid_review.web.http import Asking, problem, version_in
from rapid_review.web.http.headers import BadRequestError
from tests.domain.a_review import (
    CONVENE,
    KENT,
    LATER_KENT,
    RECEIVE,
    REPLACE,
    at,
)
from tests.store.a_record import CASE, TEAM, HandSetClock
from tests.store.access.an_access_log import permissions
from tests.web.http.a_service import Asked, Client, place_in, problem_in, served

# --- Health


class Figures(NamedTuple):
    """How far a job has come."""

    name: str
    position: int
    last: int
    beat_at: datetime
    failures: int
    parked: int


class Workshop:
    """A worker of one job, which is healthy or not."""

    def __init__(self, *, healthy: bool) -> None:
        self._healthy = healthy

    def is_healthy(self) -> bool:
        """Say whether it is."""
        return self._healthy

    def status(self) -> Sequence[Figures]:
        """Return its one job's figures."""
        return (Figures("read-model", 4, 9, at("2026-11-23 12:00"), 2, 1),)


@pytest.mark.parametrize(("healthy", "status"), [(True, 200), (False, 503)])
def test_it_is_ready_while_its_worker_moves(healthy: bool, status: int, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter
    """Figures only; what is quarantined waits for a person, and costs nobody the service."""
    with served(tmp_path, worker=Workshop(healthy=healthy)) as service:
        answer = service.get("/health/ready")
        assert answer.status_code == status
        job = {"name": "read-model", "position": 4, "lag": 5, "failures": 2, "parked": 1}
        beat = {"beat_at": "2026-11-23T12:00:00Z"}
        assert answer.json()["worker"] == {"healthy": healthy, "jobs": [job | beat]}


def test_it_is_not_ready_while_every_thread_is_stuck(service: Asked) -> None:
    """A probe is answered in seconds, whatever others wait for."""
    release = threading.Event()

    async def probe(client: Client) -> httpx2.Response:
        stuck = [
            asyncio.create_task(service.awaiting.run(lambda _: release.wait(60))) for _ in range(8)
        ]
        await asyncio.sleep(0.1)
        answer = await client.get("/health/ready")
        release.set()
        await asyncio.gather(*stuck)
        return answer

    assert service.together(probe).status_code == 503
    assert service.get("/health/ready").status_code == 200


def test_it_is_not_ready_without_its_store(service: Asked) -> None:
    """503, while it lives."""
    service.reviews.close()
    answer = service.get("/health/ready")
    assert (answer.status_code, answer.json()["store"]["reached"]) == (503, False)
    assert service.get("/health/live").status_code == 200


# --- What is logged


def test_a_request_is_one_record_without_case_or_words(
    service: Asked, caplog: pytest.LogCaptureFixture
) -> None:
    """The resource, the command, what came of it, how long it took, in which role."""
    with caplog.at_level(logging.INFO, "rapid_review.web.http"):
        service.ask(RECEIVE, Idempotency_Key="form-1")
        service.ask(CONVENE, If_Match='"1"')
        service.get("/nothing")
    records = [one for one in caplog.records if one.name == "rapid_review.web.http"]
    opened, moved, nothing = [one.getMessage() for one in records]
    assert opened.startswith(
        "resource=POST /cases/{case}/commands status=201 role=business-support "
        "command=ReceiveNotification ms="
    )
    assert "status=412" in moved
    assert "problem=moved" in moved
    assert "status=404" in nothing
    assert CASE not in opened + moved
    assert "pt-01" not in opened + moved


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (StorageError("the disk at /srv/secret is full"), 503, "unavailable"),
        (RecordError("row 7 of Zebedee Quux"), 500, "fault"),
        (ValueError("Zebedee Quux"), 500, "fault"),
    ],
)
def test_what_goes_wrong_inside_is_told_by_an_id_alone(
    error: Exception, status: int, kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has the id, what kind of error it was and where, and no text of it either."""

    def may(_: Asking) -> bool:
        raise error

    with served(tmp_path, may=may) as service:
        found = problem_in(service.get("/cases"), status, kind)
    records = [one for one in caplog.records if one.name == "rapid_review.web.http"]
    assert "Zebedee" not in str(found) + caplog.text
    assert "secret" not in str(found) + caplog.text
    (record,) = records
    assert record.levelno == (logging.ERROR if status == 500 else logging.WARNING)
    assert f"error={type(error).__name__}" in record.getMessage()
    assert "test_health_and_log.py" in record.getMessage()
    if status == 500:
        assert f"id={found['id']}" in record.getMessage()


def test_terms_that_are_not_at_hand_are_ours_to_mend(tmp_path: Path) -> None:
    """Anyone who reads said nothing wrong."""
    with served(tmp_path, editions=[LATER_KENT]) as service:
        assert service.opened().ask(REPLACE).status_code == 200
    with served(tmp_path) as service:
        problem_in(service.get(f"/cases/{CASE}"), 500, "fault")
        problem_in(service.ask(CONVENE), 500, "fault")


def test_an_access_log_that_is_not_there_is_ours_to_mend(tmp_path: Path) -> None:
    """Nobody who asks said anything wrong, and asking again does not help: 503, no Retry-After."""
    path = f"/cases/{CASE}/entries/1/words"
    with served(tmp_path, has_access_log=False) as service:
        words = service.opened().get(path, Purpose="to prepare the meeting")
    by_file = ByPermissions(permissions())
    with served(tmp_path, has_access_log=False, authorizer=by_file) as service:
        recorded = service.ask(CONVENE)
    for answer in (words, recorded):
        assert "access log" in problem_in(answer, 503, "unavailable")["detail"]
        assert "Retry-After" not in answer.headers


def test_what_the_hosts_login_answers_goes_out_as_it_is(tmp_path: Path) -> None:
    """Its own refusals, with their headers: a 401, or to ask less often."""

    def may(_: Asking) -> bool:
        raise HTTPException(429, headers={"Retry-After": "60"})

    with served(tmp_path, may=may) as service:
        answer = service.get("/cases")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
        assert answer.json()["title"] == "Too Many Requests"


def test_a_store_that_cannot_be_reached_is_told_to_come_back(
    service: Asked, tmp_path: Path
) -> None:
    """503 with Retry-After; whether a command was recorded is not claimed."""
    (tmp_path / "record.db").rename(tmp_path / "elsewhere.db")
    answer = service.ask(RECEIVE)
    assert "is not known" in problem_in(answer, 503, "unavailable")["detail"]
    assert answer.headers["Retry-After"] == "1"


def test_keys_that_another_program_has_locked_are_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 with Retry-After: they are not missing. Once the lock is gone, it is recorded."""
    monkeypatch.setattr(key_table, "_PATIENCE", 0.0)
    with served(tmp_path) as service, closing(sqlite3.connect(tmp_path / "keys.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = service.ask(RECEIVE)
        told = problem_in(answer, 503, "unavailable")
        assert "at the moment, and nothing was recorded" in told["detail"]
        assert answer.headers["Retry-After"] == "1"
        other.rollback()
        assert service.ask(RECEIVE).status_code == 201


def test_clocks_that_differ_are_told_apart_from_a_store_that_cannot_be_reached(
    tmp_path: Path,
) -> None:
    """Another worker's clock ran ten minutes ahead: nothing is recorded here, and that is said."""
    with (
        served(tmp_path) as service,
        RapidReviews.owning(
            place_in(tmp_path).opened(), terms=KENT, clock=HandSetClock("2026-11-23 12:10")
        ) as ahead,
    ):
        ahead.handle(CASE, RECEIVE, by=TEAM)
        answer = service.ask(CONVENE)
        told = problem_in(answer, 503, "unavailable")
        assert "nothing was recorded: it is behind, or another clock was ahead" in told["detail"]
        assert answer.headers["Retry-After"] == "1"
        assert service.ask(RECEIVE, "KM-2").status_code == 201


def test_a_store_or_keys_that_are_closed_are_told_in_plain_words(tmp_path: Path) -> None:
    """To come back does not help: the people who run the service must start it again."""
    with served(tmp_path) as service:
        keys = service.opened().reviews._store.keys  # noqa: SLF001 - as a host closes its own
        assert keys is not None
        keys.close()
        words = f"/cases/{CASE}/entries/1/words"
        for answer in (service.ask(RECEIVE, "KM-2"), service.get(words, Purpose="panel pack")):
            told = problem_in(answer, 503, "unavailable")
            assert "closed its store, or the store's keys" in told["detail"]
            assert "Retry-After" not in answer.headers
        assert service.get(f"/cases/{CASE}").status_code == 200
        service.reviews.close()
        told = problem_in(service.get(f"/cases/{CASE}"), 503, "unavailable")
        assert "nothing was recorded" in told["detail"]


def test_the_version_of_a_header_is_there_for_hosts() -> None:
    """As the resources read it; what is no version is a problem of theirs as well."""
    assert (version_in(None), version_in('"12"'), version_in(' "0" ')) == (None, 12, 0)
    with pytest.raises(BadRequestError) as told:
        version_in("12")
    assert problem(told.value).status == 400
