"""What is read over all cases: what falls due, figures, the register, the feed."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from tests.domain.a_review import CONVENE, DECIDED, INFORM, RECEIVE, changed
from tests.golden.entries import EXPORT
from tests.store.a_ledger import unguarded
from tests.store.a_record import CASE, TEAM, send_all
from tests.web.http.a_service import Asked, Client, next_of, problem_in

# --- Over all cases


def test_what_falls_due_is_read(service: Asked) -> None:
    """ToR 5(a): the clocks of the open cases, what is overdue first."""
    due = service.opened().get("/diary").json()["due"]
    assert {one["what"] for one in due} == {"decision", "rapid-review"}
    assert {one["on"] for one in due} == {"2020-05-27"}
    problem_in(service.get("/diary?days=soon"), 400, "unreadable")


def test_figures_are_read_and_small_numbers_can_be_hidden(service: Asked) -> None:
    """Those of the command line; one notification is hidden where five are the least."""
    service.opened()
    whole = service.get("/statistics?by=year").json()
    assert (whole["cases"], whole["by"]) == (1, "year")
    assert any(one["value"] == 1 and one["group"] != "Total" for one in whole["figures"])
    hidden = service.get("/statistics?by=year&suppress_below=5").json()
    assert hidden["cases"] is None
    assert not any(one["value"] == 1 for one in hidden["figures"])


@pytest.mark.parametrize(
    "query",
    [
        *("by=week", "by=partnership", "from=yesterday", "from=2021&to=2020", "deadline=none"),
        *("suppress_below=1", "round_to=x", "suppress_below=100000"),
        *("suppress_below=0", "round_to=0", "suppress_below=5&suppress_below=2"),
    ],
)
def test_a_parameter_that_is_none_is_told(service: Asked, query: str) -> None:
    """400, and which."""
    found = problem_in(service.get(f"/statistics?{query}"), 400, "unreadable")
    assert found["problems"][0]["parameter"]


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/statistics?suppress-below=5", "by, deadline, from, round_to, suppress_below, to"),
        (
            "/statistics?by=year&suppres_below=5",
            "by, deadline, from, round_to, suppress_below, to",
        ),
        ("/cases?page=2", "after, limit"),
        ("/diary?until=2020-06", "days"),
        (f"/cases/{CASE}?as_of=2020-05-05", "nothing"),
        ("/health/ready?within=1", "nothing"),
    ],
)
def test_a_parameter_that_an_address_does_not_take_is_told(
    service: Asked, address: str, allowed: str
) -> None:
    """Misspelt, it would change nothing: small numbers would go out as if nobody had asked."""
    found = problem_in(service.opened().get(address), 400, "unreadable")
    (wrong,) = found["problems"]
    assert wrong["parameter"] == address.rpartition("=")[0].rpartition("?")[2].rpartition("&")[2]
    assert wrong["problem"] == f"is not a parameter of this address; allowed: {allowed}"


def test_the_name_of_a_parameter_that_may_hold_a_name_is_not_repeated(service: Asked) -> None:
    """Only its length is told."""
    found = problem_in(service.get("/diary?Zebedee%20Quux=5"), 400, "unreadable")
    assert found["problems"][0]["parameter"] == "(a key of 12 characters)"


def test_the_terms_and_the_register_are_read(service: Asked) -> None:
    """What new cases open under; and what was disclosed."""
    service.opened()
    assert service.get("/terms").json()["digest"] == service.reviews.terms.digest
    service.reviews.export_made(EXPORT, by=TEAM, purpose="research")
    (row,) = service.get("/exports").json()["exports"]
    assert (row["export"], row["recipient"], row["by"]["id"]) == (1, EXPORT.recipient, TEAM.id)


def test_a_store_that_only_its_entries_can_answer_is_read_all_the_same(service: Asked) -> None:
    """A case that tells of a day still to come is not in the read model as of now."""
    service.opened()
    later = service.reviews.now() + timedelta(days=30)
    service.ask(changed(CONVENE, at=later, meets_at=later + timedelta(days=1)))
    (case,) = service.get("/cases").json()["cases"]
    assert case["case"] == CASE
    assert service.get("/statistics").json()["cases"] == 1


# --- The feed


def test_the_feed_is_read_on_from_a_position(service: Asked) -> None:
    """Every entry once, as recorded, without words; nothing new is an empty batch."""
    send_all(service.reviews, *DECIDED)
    send_all(service.reviews, RECEIVE, case="KM-2")
    found, path = [], "/feed?limit=4"
    while batch := (answer := service.get(path)).json():
        assert answer.headers["Content-Type"] == "application/cloudevents-batch+json"
        found += batch
        path = next_of(answer, "/feed")
        assert f"after={batch[-1]['sequence']}&" in path
    recorded = list(service.reviews.entries_after(0))
    assert [int(one["sequence"]) for one in found] == [position for position, _ in recorded]
    assert [one["id"] for one in found] == [f"{one.case}/{one.version}" for _, one in recorded]
    assert "much can be learnt" not in str(found)


def test_a_reader_waits_for_what_is_recorded_next(service: Asked) -> None:
    """Many wait at once, more than there are threads, and a command is answered meanwhile."""
    service.opened()

    async def wait(client: Client) -> list[httpx2.Response]:
        waiting = [asyncio.create_task(client.get("/feed?after=4&timeout=60")) for _ in range(20)]
        await asyncio.sleep(0.5)
        assert not any(one.done() for one in waiting)
        live = await client.get(f"/cases/{CASE}")
        assert live.status_code == 200
        service.reviews.handle(CASE, INFORM, by=TEAM)
        return await asyncio.gather(*waiting)

    for answer in service.together(wait):
        assert [one["type"] for one in answer.json()] == ["rapid-review.MemberInformed"]


def test_a_reader_who_waited_in_vain_is_told_nothing_new(service: Asked) -> None:
    """An empty batch, and the position to go on from."""
    began = time.monotonic()
    answer = service.opened().get("/feed?after=4&timeout=1")
    assert time.monotonic() - began >= 1
    assert answer.json() == []
    assert answer.headers["Link"].startswith("<?after=4&")


# --- What cannot be read


def test_a_row_that_cannot_be_read_costs_the_others_nothing(
    service: Asked, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is left out, and each answer says how many are; `audit verify` says which it is."""
    for case in ("KM-1", "KM-2"):
        service.opened(case)
    with unguarded(tmp_path / "record.db") as connection:
        connection.execute("UPDATE stored_events SET state = x'00' WHERE rowid = 6")
    feed = service.get("/feed")
    assert [int(one["sequence"]) for one in feed.json()] == [1, 2, 3, 4, 5, 7, 8]
    assert feed.headers["Entries-That-Could-Not-Be-Read"] == "1"
    assert "rows of the store that cannot be read, and were left out: 1" in caplog.text
    cases, diary = service.get("/cases").json(), service.get("/diary").json()
    figures = service.get("/statistics").json()
    assert [one["case"] for one in cases["cases"]] == ["KM-1"]
    assert {one["case"] for one in diary["due"]} == {"KM-1"}
    assert figures["cases"] == 1
    assert [one["could_not_be_read"] for one in (cases, diary, figures)] == [1, 1, 1]
    problem_in(service.get("/cases/KM-2"), 500, "fault")
