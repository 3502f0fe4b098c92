"""What is read of cases over HTTP: where they stand, their entries, their words; and by whom."""

import asyncio
from itertools import product
from pathlib import Path

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain.beside_events import WordsRead
from rapid_review.domain.erasure_particulars import Erased
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.work.board import standing_of
from rapid_review.store.authority.by_file import ByPermissions
from rapid_review.store.authority.permissions import parse_permissions
from rapid_review.store.authority.without_a_file import WithoutFile
from rapid_review.web.http import Action, Asking
from rapid_review.web.http.cases import standings_after, standings_from_entries
from tests.domain.a_review import DECIDED, ERASE, RECEIVE, TO_ERASE, changed
from tests.store.a_record import CASE, TEAM, send_all
from tests.web.http.a_service import CHAIR, Asked, next_of, problem_in, served

READ_ONLY = ("/cases", f"/cases/{CASE}", f"/cases/{CASE}/entries", f"/cases/{CASE}/entries/1")
OVERVIEWS = ("/diary", "/statistics", "/terms", "/exports", "/feed")
EVERYTHING = (*READ_ONLY, *OVERVIEWS, f"/cases/{CASE}/entries/1/words")

ONLY_OF_THE_CASE = """
partnership = "kent-and-medway"

[[editions]]
in_force_from = 2020-01-01

[[editions.roles]]
id = "business-support"
commands = ["all"]
words = ["case"]
"""


# --- Cases


def test_cases_are_read_a_page_at_a_time(service: Asked) -> None:
    """Each once, by reference, whatever is recorded meanwhile; Link leads on."""
    names = [f"KM/{number}+a" for number in range(1, 6)]
    for name in names:
        service.opened(name)
    found, path = [], "/cases?limit=2"
    while path:
        answer = service.get(path)
        found += [one["case"] for one in answer.json()["cases"]]
        assert len(answer.json()["cases"]) <= 2
        path = next_of(answer, "/cases")
    assert found == names


def test_a_page_of_cases_is_the_same_from_the_entries(service: Asked) -> None:
    """From the read model a page costs a page; the walk over all entries is the naive way."""
    reviews, names = service.reviews, ("A-1", "KM-1", "KM-5", "KM_3", "Z-1", "km-2")
    for name in reversed(names):
        send_all(reviews, *(DECIDED if name == "KM-5" else [RECEIVE]), case=name)
    now = reviews.now()
    every = [
        standing_of(reviews.case_history(case), AsOf(read_on=now))
        for case in sorted(reviews.references())
    ]
    assert [one.case for one in every if one] == list(names)
    unread: list[object] = []
    for after, limit in product(("", *names, "KM", "KM-2", "zz"), (1, 2, 100)):
        walked = [one for one in every if one and one.case > after][:limit]
        assert standings_after(reviews, after, limit) == (tuple(walked), 0)
        assert list(standings_from_entries(reviews, after, limit, now, unread.append)) == walked
    assert not unread


def test_a_case_says_where_no_case_counts_in_its_place(service: Asked) -> None:
    """ToR 8.1: two cases that are linked as duplicates of each other are judged by nobody."""
    reviews = service.reviews
    for case, other in (("KM-1", "KM-2"), ("KM-2", "KM-1")):
        link = ask.LinkProcess(at=RECEIVE.at, process="duplicate-of", reference=other)
        send_all(reviews, RECEIVE, link, case=case)
    found = service.get("/cases/KM-2").json()
    assert found["duplicate_of"] == "KM-1"
    assert "the links form a circle" in found["not_counted_because"]


@pytest.mark.parametrize("query", ["after=two%20words", "limit=0", "limit=1001", "limit=x"])
def test_a_page_that_is_none_is_told(service: Asked, query: str) -> None:
    """400."""
    problem_in(service.get(f"/cases?{query}"), 400, "unreadable")


def test_a_case_is_read_as_of_now_with_its_tag(service: Asked) -> None:
    """Stage, clocks, findings and next steps of one moment; no copy of it is kept."""
    send_all(service.reviews, *DECIDED)
    answer = service.get(f"/cases/{CASE}")
    case, reading = (
        answer.json(),
        service.reviews.case_reading(CASE, AsOf(read_on=service.reviews.now())),
    )
    assert answer.headers["ETag"] == f'"{reading.version}"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert (case["version"], case["stage"]) == (reading.version, str(reading.stage))
    assert [one["step"] for one in case["next_steps"]] == [one.step for one in reading.next_steps]
    assert len(case["findings"]) == len(reading.judged.found)
    assert {one["deadline"] for one in case["clocks"]} >= {"rapid-review", "decision"}


def test_entries_are_read_without_words(service: Asked) -> None:
    """What is public of each, and where it has words."""
    send_all(service.reviews, *DECIDED)
    entries = service.get(f"/cases/{CASE}/entries").json()["entries"]
    assert [one["version"] for one in entries] == list(range(1, len(entries) + 1))
    decision = next(one for one in entries if one["kind"] == "DecisionMade")
    assert decision["event"]["outcomes"] == ["local-practice-review"]
    assert "event.rationale" in decision["sealed"]
    assert "much can be learnt" not in str(entries)
    assert entries[0]["sealed"] == ["event.children.0.identity"]
    assert service.get(f"/cases/{CASE}/entries/1").json() == entries[0]


@pytest.mark.parametrize("number", ["0", "5", "01", "-1", "one", "9" * 5_000])
def test_an_entry_that_is_not_there_is_not_found(service: Asked, number: str) -> None:
    """404, also where the address names no number."""
    service.opened()
    problem_in(service.get(f"/cases/{CASE}/entries/{number}"), 404, "not-found")
    answer = service.get(f"/cases/{CASE}/entries/{number}/words", Purpose="to see")
    problem_in(answer, 404, "not-found")


@pytest.mark.parametrize("rest", ["", "/entries", "/entries/1"])
def test_a_case_that_is_not_there_is_not_found(service: Asked, rest: str) -> None:
    """404."""
    problem_in(service.get(f"/cases/KM-9{rest}"), 404, "not-found")


def test_an_address_with_a_slash_at_its_end_is_the_same(service: Asked) -> None:
    """Some hosts put one there; nobody is sent elsewhere."""
    service.opened()
    for path in (*READ_ONLY, *OVERVIEWS, "/health/live"):
        assert service.get(f"{path}/").status_code == 200, path


# --- Words


def test_words_are_read_with_a_purpose_that_is_on_the_access_log(tmp_path: Path) -> None:
    """First it is recorded, then the host is told, then the words go out."""
    heard: list[tuple[Asking, str | None, int]] = []

    def on_read(asking: Asking, purpose: str | None) -> None:
        heard.append((asking, purpose, len(service.reviews.readings(CASE))))

    with served(tmp_path, on_read=on_read) as service:
        service.opened()
        path = f"/cases/{CASE}/entries/1/words"
        missing = problem_in(service.get(path), 400, "unreadable")
        assert missing["problems"][0]["header"] == "Purpose"
        assert not heard
        answer = service.get(path, Purpose="to prepare the meeting", X_User="chair")
        assert answer.json() == {
            "version": 1,
            "words": {"event.children.0.identity": "a name"},
        }
        asking = Asking(CHAIR, Action.READ_WORDS, CASE)
        assert heard == [(asking, "to prepare the meeting", 1)]
        (reading,) = service.reviews.readings(CASE)
        assert isinstance(reading.entry.event, WordsRead)
        assert (reading.entry.by, reading.purpose) == (CHAIR, "to prepare the meeting")


def test_a_host_that_hears_of_readings_may_be_awaited(tmp_path: Path) -> None:
    """If it cannot note the reading, nothing goes out."""
    heard: list[str] = []

    async def on_read(asking: Asking, purpose: str | None) -> None:
        await asyncio.sleep(0)
        heard.append(f"{asking.action}: {purpose}")
        if asking.action is Action.FEED:
            raise OSError

    with served(tmp_path, on_read=on_read) as service:
        assert service.opened().get("/cases").status_code == 200
        assert heard == ["read: None"]
        problem_in(service.get("/feed"), 500, "fault")


def test_a_purpose_that_is_none_opens_nothing(service: Asked) -> None:
    """422; it may hold a name, and is not repeated."""
    answer = service.opened().get(f"/cases/{CASE}/entries/1/words", Purpose="for: Zebedee!")
    problem_in(answer, 422, "invalid")
    assert "Zebedee" not in answer.text


def test_words_that_were_erased_are_told_apart_from_words(service: Asked) -> None:
    """`erased` is no text that could be taken for what somebody wrote."""
    child = changed(RECEIVE.children[0], identity="erased")
    service.ask(changed(RECEIVE, children=(child,)))
    path = f"/cases/{CASE}/entries/1/words"
    before = service.get(path, Purpose="to see").json()["words"]
    assert before == {"event.children.0.identity": "erased"}
    propose = changed(TO_ERASE, what=Erased.PERSON, of_person="C-1")
    assert service.ask(propose).status_code == 200
    assert service.ask(ERASE, X_User="chair").status_code == 200
    service.reviews.erase(CASE, ERASE.order, by=CHAIR)
    after = service.get(path, Purpose="to see").json()["words"]
    assert after == {"event.children.0.identity": {"erased": True}}


def test_words_that_this_reader_may_not_read_are_told_apart_from_words(tmp_path: Path) -> None:
    """The case's words go out, and of a child's name that it is withheld."""
    by_file = ByPermissions(parse_permissions(ONLY_OF_THE_CASE.encode(), name="permissions.toml"))
    with served(tmp_path, authorizer=by_file) as service:
        incident = changed(RECEIVE.incident, where="at home")
        assert service.ask(changed(RECEIVE, incident=incident)).status_code == 201
        words = service.get(f"/cases/{CASE}/entries/1/words", Purpose="to see").json()["words"]
    assert words == {
        "event.incident.where": "at home",
        "event.children.0.identity": {"withheld": True},
    }


def test_words_that_the_permissions_withhold_are_refused(tmp_path: Path) -> None:
    """403, and the refusal is on the access log."""
    with served(tmp_path, authorizer=WithoutFile()) as service:
        answer = service.opened().get(f"/cases/{CASE}/entries/1/words", Purpose="to see")
        problem_in(answer, 403, "not-allowed")
        assert len(service.reviews.refusals(CASE)) == 1


# --- Who may


@pytest.mark.parametrize("path", EVERYTHING)
def test_nothing_is_read_without_a_login_and_the_hosts_yes(path: str, tmp_path: Path) -> None:
    """401 and 403, before anything is read; a probe and the document ask neither."""
    asked: list[Asking] = []

    def may(asking: Asking) -> bool:
        asked.append(asking)
        return asking.action is Action.ASK

    with served(tmp_path, may=may) as service:
        service.opened()
        problem_in(service.get(path, X_User="nobody"), 401, "not-signed-in")
        problem_in(service.get(path, Purpose="to see"), 403, "not-allowed")
        assert [one.actor for one in asked] == [TEAM, TEAM]
        assert asked[1].case == (CASE if CASE in path else None)
        assert not service.reviews.readings()
        for open_to_all in ("/health/live", "/health/ready", "/openapi.json"):
            assert service.get(open_to_all, X_User="nobody").status_code == 200
