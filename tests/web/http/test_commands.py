"""A command over HTTP: recorded once, at the version that was read, or told why not."""

import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin

import pytest
from starlette.types import Message

from rapid_review.domain.commands import COMMANDS, Command
from rapid_review.domain.errors import CalendarGapError, CaseChangedError
from rapid_review.store.authority.without_a_file import WithoutFile
from rapid_review.web.http import Action, Asking, problem
from rapid_review.wire.lines import LONGEST, MOST_MEMBERS
from tests.domain.a_review import (
    CLOSE,
    CONVENE,
    DECIDE,
    DECIDED,
    EVERYTHING,
    INFORM,
    LATER_KENT,
    RECEIVE,
    REPLACE,
    TO_ERASE,
    changed,
)
from tests.store.a_record import CASE, TEAM, send_all
from tests.web.http.a_service import CHAIR, JSON, Asked, awaited, problem_in, sent, served


def test_a_notification_opens_a_case_and_says_where_it_is(service: Asked) -> None:
    """201, its first version as a strong tag, and its address from wherever it was asked."""
    answer = service.ask(RECEIVE, "KM/2020/1")
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"4"'
    asked_at = "http://host/behind/cases/KM/2020/1/commands"
    assert urljoin(asked_at, answer.headers["Location"]) == "http://host/behind/cases/KM/2020/1"
    told = answer.json()
    assert (told["version"], told["repeated"]) == (4, False)
    assert told["entries"][0] == {"version": 1, "kind": "NotificationReceived"}
    assert service.reviews.references() == ("KM/2020/1",)


def test_what_is_asked_is_recorded_by_anyone_who_is_signed_in(service: Asked) -> None:
    """The host's login says who it is; why is beside the command."""
    service.opened()
    answer = service.ask(
        sent(INFORM, purpose="as agreed", correlation_id="piece-1"), X_User="chair"
    )
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"5"')
    entry = service.reviews.history(CASE)[-1]
    assert (entry.by, entry.correlation_id) == (CHAIR, "piece-1")


@pytest.mark.parametrize("name", ["CorrectRecord", "ProposeCorrection"])
def test_a_correction_made_from_what_was_read_loses_no_words(service: Asked, name: str) -> None:
    """What is read of an entry has no words, so the sender is told which are missing."""
    send_all(service.reviews, *DECIDED)
    version = len(service.reviews.history(CASE)) - 1
    path = f"/cases/{CASE}/entries/{version}"
    read = service.get(path).json()
    assert (read["kind"], "event.rationale" in read["sealed"]) == ("DecisionMade", True)
    right = {
        **read["event"],
        "kind": read["kind"],
        "at": read["at"],
        "outcomes": ["no-practice-review"],
    }
    correction = {"at": "2020-06-03T09:00:00Z", "version": version, "because": "as minuted"}
    said = {"command": name, **correction, "replacement": right}
    told = problem_in(service.ask(said), 422, "invalid")["problems"]
    pointers = [f"/replacement/{one.removeprefix('event.')}" for one in read["sealed"]]
    assert [one["pointer"] for one in told] == pointers
    assert f"`GET .../entries/{version}/words` reads them" in told[0]["problem"]
    words = service.get(f"{path}/words", Purpose="to correct").json()["words"]
    whole = {one.removeprefix("event."): said for one, said in words.items()}
    for replacement in (right | whole, right | dict.fromkeys(whole)):
        assert service.ask(said | {"replacement": replacement}).status_code == 200


C_1, C_2 = ({"reference": one, "age_band": "under-1"} for one in ("c-1", "c-2"))
ZOE = {"identity": "Zoë"}


@pytest.mark.parametrize(
    ("children", "lost"),
    [
        ([C_1], []),
        ([C_2], ["/replacement/children/0/identity"]),
        ([C_2, C_1], ["/replacement/children/0/identity"]),
        ([C_2 | ZOE, C_1], []),
        ([C_1, C_2 | {"reference": "c-3"}], ["/replacement/children/1/identity"]),
    ],
    ids=["without her", "without the other", "another order", "with her name", "her reference"],
)
def test_the_words_about_a_child_are_missed_wherever_the_child_is_named(
    service: Asked, children: list[dict[str, str]], lost: list[str]
) -> None:
    """A child that is not named at all is meant to go."""
    notification = sent(RECEIVE) | {"children": [C_1, C_2 | ZOE]}
    assert service.ask(notification).status_code == 201
    read = service.get(f"/cases/{CASE}/entries/1").json()
    right = {**read["event"], "kind": read["kind"], "at": read["at"], "children": children}
    right["incident"]["where"] = None
    said = {"at": "2020-06-03T09:00:00Z", "version": 1, "because": "as it was"}
    answer = service.ask({"command": "CorrectRecord", **said, "replacement": right})
    assert [one["pointer"] for one in answer.json().get("problems", ())] == lost


def test_a_correction_that_retracts_or_finds_no_entry_is_answered_as_ever(service: Asked) -> None:
    """No words are asked for where nothing takes the place of an entry."""
    said = {"command": "CorrectRecord", "at": "2020-06-03T09:00:00Z", "because": "not so"}
    inform = sent(INFORM) | {"kind": "MemberInformed"}
    del inform["command"]
    problem_in(service.ask(said | {"version": 5, "replacement": inform}), 409, "refused")
    service.opened().ask(INFORM)
    assert service.ask(said | {"version": 5}).status_code == 200
    problem_in(service.ask(said | {"version": 99, "replacement": inform}), 409, "refused")


def test_an_erasure_is_not_finished_by_a_command(service: Asked) -> None:
    """The sender is told where it is finished, and is not led to another command."""
    told = problem_in(service.opened().ask({"command": "FinishErasure"}), 422, "invalid")
    (wrong,) = told["problems"]
    assert wrong["pointer"] == "/command"
    assert "`rapid-review erase finish`" in wrong["problem"]


@pytest.mark.parametrize("key", ["form-1", '"form-1"'])
def test_a_command_that_is_sent_again_takes_effect_once(service: Asked, key: str) -> None:
    """Its answer is the first one, also where the case has moved and a version is expected."""
    first = service.ask(RECEIVE, Idempotency_Key=key)
    service.ask(INFORM)
    again = service.ask(RECEIVE, Idempotency_Key='"form-1"', If_None_Match="*")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == {**first.json(), "repeated": True}
    assert again.headers["ETag"] == '"4"'
    by_body = service.ask(sent(RECEIVE, command_id="form-1"))
    assert by_body.json()["repeated"]


def test_one_key_for_two_commands_is_told(service: Asked) -> None:
    """422: the key was used, and nobody's words are lost silently."""
    service.opened().ask(INFORM, Idempotency_Key="form-2")
    found = problem_in(service.ask(CONVENE, Idempotency_Key="form-2"), 422, "invalid")
    (told,) = found["problems"]
    assert told["problem"] == (
        "Idempotency-Key: 'form-2' was already used in this case for InformMember with other "
        "content; give this command a new Idempotency-Key"
    )
    by_body = problem_in(service.ask(sent(CONVENE, command_id="form-2")), 422, "invalid")
    assert by_body["problems"][0]["problem"].endswith("give this command a new command_id")


def test_one_key_for_two_days_is_told(service: Asked) -> None:
    """422: the same words on another day are another fact (ADR 0102)."""
    service.opened().ask(INFORM, Idempotency_Key="form-2")
    next_day = changed(INFORM, at=INFORM.at + timedelta(days=1))
    found = problem_in(service.ask(next_day, Idempotency_Key="form-2"), 422, "invalid")
    assert "for InformMember on another day" in found["problems"][0]["problem"]


@pytest.mark.parametrize("key", ["k" * 65, '""', "", "two words", '"open', "Zebedee Quux"])
def test_a_key_that_is_no_reference_is_told(service: Asked, key: str) -> None:
    """400, and the key is not repeated where it may hold a name."""
    found = problem_in(service.ask(RECEIVE, Idempotency_Key=key), 400, "unreadable")
    assert found["problems"][0]["header"] == "Idempotency-Key"
    assert "Zebedee" not in str(found)
    assert service.reviews.references() == ()


def test_two_ids_for_one_command_are_told(service: Asked) -> None:
    """Which of them would count, nobody could know."""
    answer = service.ask(sent(RECEIVE, command_id="form-1"), Idempotency_Key="form-2")
    problem_in(answer, 400, "unreadable")


# --- At a version


def test_a_command_at_the_version_that_was_read_counts_only_if_nothing_came_since(
    service: Asked,
) -> None:
    """412 with the tag of now, and nothing recorded."""
    service.opened()
    tag = service.get(f"/cases/{CASE}").headers["ETag"]
    assert service.ask(INFORM, If_Match=tag).status_code == 200
    moved = service.ask(CONVENE, If_Match=tag)
    found = problem_in(moved, 412, "moved")
    assert (moved.headers["ETag"], found["version"]) == ('"5"', 5)
    assert 'If-Match: "5"' in found["way_on"]
    assert len(service.reviews.history(CASE)) == 5


def test_a_case_that_is_not_to_be_there_yet_is_opened_once(service: Asked) -> None:
    """`If-None-Match: *`, or the tag of version 0."""
    assert service.ask(RECEIVE, If_None_Match="*").status_code == 201
    problem_in(service.ask(RECEIVE, If_None_Match="*"), 412, "moved")
    problem_in(service.ask(RECEIVE, If_Match='"0"'), 412, "moved")


@pytest.mark.parametrize("tag", ['W/"4"', "*", "4", '"4", "5"', '"four"', '"04"', f'"{10**11}"'])
def test_a_tag_that_says_nothing_of_what_was_read_is_told(service: Asked, tag: str) -> None:
    """400: by the letter a weak tag never matches, and its sender would read for ever."""
    problem_in(service.opened().ask(INFORM, If_Match=tag), 400, "unreadable")


def test_two_conditions_are_told(service: Asked) -> None:
    """400: a case is expected at one version, or not to be there."""
    answer = service.ask(RECEIVE, If_Match='"0"', If_None_Match="*")
    problem_in(answer, 400, "unreadable")
    problem_in(service.ask(RECEIVE, If_None_Match='"4"'), 400, "unreadable")


def test_a_host_may_require_a_version(tmp_path: Path) -> None:
    """428 without one."""
    with served(tmp_path, require_if_match=True) as service:
        problem_in(service.ask(RECEIVE), 428, "version-required")
        assert service.ask(RECEIVE, If_None_Match="*").status_code == 201
        problem_in(service.ask(INFORM), 428, "version-required")
        assert service.ask(INFORM, If_Match='"4"').status_code == 200


# --- What is told instead


def test_the_rules_no_is_told_with_its_clause_and_what_to_do_next(service: Asked) -> None:
    """409."""
    found = problem_in(service.opened().ask(CLOSE), 409, "refused")
    assert found["clause"] == "ToR 7.9"
    assert "not yet been shared" in found["detail"]
    assert found["way_on"].startswith("Record the feedback first with ReceivePanelFeedback")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "is not JSON"),
        (b"[]", "found a list; allowed: an object"),
        (b'{"command": "CloseCase", "command": "CloseCase"}', "occurs twice"),
        ('{"words": "Zoë"}'.encode("latin-1"), "is not UTF-8"),
        (b'{"a": NaN}', "a number that JSON does not allow"),
        (json.dumps({str(n): n for n in range(MOST_MEMBERS + 1)}).encode(), "members"),
        (b'{"a":' * 5_000, ""),
    ],
)
def test_what_is_not_one_object_of_json_is_told(service: Asked, body: bytes, told: str) -> None:
    """400."""
    found = problem_in(service.ask(body), 400, "unreadable")
    assert told in found["problems"][0]["problem"]


def test_what_is_wrong_in_a_command_is_told_with_its_place(service: Asked) -> None:
    """422, each with a pointer into what was sent; an unknown command with what is allowed."""
    wrong = sent(RECEIVE) | {"children": [{"reference": "C-1", "age_band": "young"}], "by": "me"}
    found = problem_in(service.ask(wrong), 422, "invalid")
    places = [one["pointer"] for one in found["problems"]]
    assert (places[0], places[-1]) == ("/children/0/age_band", "/(a key of 2 characters)")
    leap = problem_in(service.ask(sent(INFORM) | {"at": "2016-12-31T23:59:60Z"}), 422, "invalid")
    assert leap["problems"][0]["pointer"] == "/at"
    assert "such as 2020-05-04T09:30+01:00" in leap["problems"][0]["problem"]
    assert "23:59:60" not in str(leap)
    named = problem_in(service.ask({"command": "MakeDecisions"}), 422, "invalid")
    assert named["problems"][0]["pointer"] == "/command"
    assert "did you mean MakeDecision?" in named["problems"][0]["problem"]


@pytest.mark.parametrize("media", ["", "text/plain", "application/json; charset=latin-1"])
def test_what_does_not_say_that_it_is_json_is_not_read(service: Asked, media: str) -> None:
    """415: so no form of another site can send a command either."""
    body = json.dumps(sent(RECEIVE)).encode()
    headers = {"Content-Type": media}
    answer = service.send("POST", f"/cases/{CASE}/commands", body, headers)
    problem_in(answer, 415, "media-type")
    spelt = {"Content-Type": 'Application/JSON; charset="UTF-8"'}
    assert service.send("POST", f"/cases/{CASE}/commands", body, spelt).status_code == 201


def test_what_is_too_large_is_not_read_to_its_end(service: Asked) -> None:
    """413, whether its length was said or not."""
    problem_in(service.ask(b" " * (LONGEST + 1)), 413, "too-large")


@pytest.mark.parametrize("case", ["two%20words", "k" * 65, "%2E%2E%2Fkeys", "-1"])
def test_an_address_that_names_no_case_is_not_found(service: Asked, case: str) -> None:
    """404."""
    problem_in(service.ask(RECEIVE, case), 404, "not-found")
    problem_in(service.get(f"/cases/{case}"), 404, "not-found")
    problem_in(service.get(f"/cases/{case}", X_User="nobody"), 401, "not-signed-in")


def test_nobody_asks_who_is_not_signed_in(service: Asked) -> None:
    """401, and how to sign in."""
    answer = service.ask(RECEIVE, X_User="nobody")
    problem_in(answer, 401, "not-signed-in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_host_is_asked_who_may_what(tmp_path: Path) -> None:
    """403; it is told who, which case and which command."""
    asked: list[Asking] = []

    async def may(asking: Asking) -> bool:
        asked.append(asking)
        return asking.command is not None and asking.command.__name__ == "ReceiveNotification"

    with served(tmp_path, may=may) as service:
        service.opened()
        problem_in(service.ask(INFORM), 403, "not-allowed")
        assert asked == [
            Asking(TEAM, Action.ASK, CASE, type(RECEIVE)),
            Asking(TEAM, Action.ASK, CASE, type(INFORM)),
        ]
        assert len(service.reviews.history(CASE)) == 4


def test_what_the_stores_own_permissions_forbid_is_told_as_such(tmp_path: Path) -> None:
    """403 with its reason and what to do next; what the case forbids stays a 409."""
    with served(tmp_path, authorizer=WithoutFile()) as service:
        found = problem_in(service.opened().ask(TO_ERASE), 403, "not-allowed")
        assert (
            "nobody has been given the right to propose to erase words in this store yet"
            in found["detail"]
        )
        problem_in(service.ask(CLOSE), 409, "refused")


def test_what_can_only_be_posted_is_not_read(service: Asked) -> None:
    """405 elsewhere, and 404 where nothing is."""
    problem_in(service.send("DELETE", "/cases"), 405, "method")
    problem_in(service.send("PUT", f"/cases/{CASE}", b"{}", JSON), 405, "method")
    problem_in(service.get("/nothing"), 404, "not-found")


def said_by_name() -> dict[str, Command]:
    """Return one command of each name."""
    return {type(one).__name__: one for one in (*EVERYTHING, DECIDE)}


def test_every_command_can_be_asked(tmp_path: Path) -> None:
    """Each is read and asked of the rules, whatever they answer."""
    every = said_by_name()
    assert every.keys() == COMMANDS.keys()
    with served(tmp_path, editions=[LATER_KENT]) as service:
        service.opened()
        answered = {name: service.ask(one).status_code for name, one in every.items()}
    assert set(answered.values()) <= {200, 409}, answered
    assert sum(status == 200 for status in answered.values()) > 10


def test_terms_that_a_command_names_and_nobody_has_are_the_senders_mistake(
    service: Asked,
) -> None:
    """422, unlike terms under which a case stands and that the service lacks."""
    answer = service.opened().ask({**sent(REPLACE), "terms": "no-such-terms"})
    (wrong,) = problem_in(answer, 422, "invalid")["problems"]
    assert "found 'no-such-terms'" in wrong["problem"]


def test_a_header_that_is_given_twice_is_told(service: Asked) -> None:
    """Which of them counts, nobody could know."""
    headers = [*JSON.items(), ("Idempotency-Key", "form-1"), ("Idempotency-Key", "form-2")]
    body = json.dumps(sent(RECEIVE)).encode()
    path = f"/cases/{CASE}/commands"
    answer = service.together(lambda client: client.post(path, content=body, headers=headers))
    found = problem_in(answer, 400, "unreadable")
    assert found["problems"][0]["header"] == "Idempotency-Key"


def test_a_command_that_breaks_off_is_not_recorded(service: Asked) -> None:
    """Nobody is there to be answered; it is no fault."""
    said: list[Message] = []

    async def breaks_off() -> Message:
        return {"type": "http.disconnect"}

    async def hear(message: Message) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/cases/{CASE}/commands",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }

    async def run() -> None:
        await service.app(scope, breaks_off, hear)

    awaited(run())
    assert said[0]["status"] == 400
    assert service.reviews.references() == ()


@pytest.mark.parametrize(
    ("error", "status"),
    [(CaseChangedError("decided 3 times"), 503), (CalendarGapError("beyond its days"), 422)],
)
def test_what_only_a_race_or_a_calendar_raises_is_a_problem_too(
    error: Exception, status: int
) -> None:
    """With its own message, which repeats nothing that was typed."""
    found = problem(error)
    assert (found.status, found.body["detail"]) == (status, str(error))
