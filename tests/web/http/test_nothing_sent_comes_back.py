"""Whatever is sent, it is answered: never with a fault of ours, and never with what was typed.

Nor does any of it come into the log. What is not a code may be a name.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.a_review import EVERYTHING
from tests.store.a_record import CASE
from tests.web.http.a_service import JSON, Asked, sent, served

CANARIES: Final = ("Zebedee Quux", "zoë from no 7", "Zebedee\u2028Quux", "07700 900461")
SAID: Final = [sent(one) for one in EVERYTHING]
FAULT: Final = 500


class Log(logging.Handler):
    """What every logger of this process was told, as text."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record, but for the client's own."""
        if not record.name.startswith(("httpx", "httpcore")):
            self.said.append(f"{record.getMessage()} {record.__dict__}")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Yield one service for every example: what one records stands for the next."""
    with served(tmp_path_factory.mktemp("record")) as made:
        yield made.opened()


@pytest.fixture(scope="module")
def log() -> Iterator[Log]:
    """Yield what is logged."""
    made = Log()
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.INFO)
    root.addHandler(made)
    yield made
    root.removeHandler(made)
    root.setLevel(level)


canaries: Final = st.sampled_from(CANARIES)
leaves: Final = canaries | st.none() | st.booleans() | st.integers() | st.floats() | st.text()
shapes: Final = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(canaries | st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def amiss(draw: st.DrawFn) -> dict[str, Any]:
    """Return a command with something else in one place, however deep, or a key too many."""
    said: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from(SAID))))
    inside: Any = said
    while True:
        if isinstance(inside, dict):
            place: Any = draw(st.sampled_from([*inside, draw(canaries)]))
        else:
            place = draw(st.integers(0, len(inside) - 1))
        deeper = inside.get(place) if isinstance(inside, dict) else inside[place]
        if isinstance(deeper, dict | list) and deeper and draw(st.booleans()):
            inside = deeper
            continue
        inside[place] = draw(shapes)
        return said


def hold(answer: httpx2.Response, log: Log) -> None:
    """Hold that an answer is no fault, and that no canary is in it or in the log."""
    said = [answer.text, str(answer.headers), *log.said]
    log.said.clear()
    assert answer.status_code != FAULT, answer.text
    for one in said:
        for canary in CANARIES:
            assert canary not in one
            assert json.dumps(canary)[1:-1] not in one
            assert quote(canary) not in one


@given(body=st.binary(max_size=2_000) | canaries.map(str.encode))
def test_any_bytes_are_answered(service: Asked, log: Log, body: bytes) -> None:
    """They are no command, and are told so."""
    answer = service.ask(body)
    hold(answer, log)
    assert 400 <= answer.status_code < FAULT


@given(said=shapes)
def test_any_json_is_answered(service: Asked, log: Log, said: object) -> None:
    """Whatever its shape."""
    hold(service.ask(json.dumps(said).encode()), log)


@given(said=amiss())
def test_a_command_with_something_amiss_is_answered(
    service: Asked, log: Log, said: dict[str, Any]
) -> None:
    """Where it is recorded all the same, what was typed is in a sealed field, and stays there."""
    hold(service.ask(json.dumps(said).encode()), log)


@given(
    case=st.text(max_size=20) | canaries,
    rest=st.sampled_from(["", "/entries", "/entries/1", "/entries/1/words", "/commands"]),
    value=canaries | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80),
    header=st.sampled_from(["Idempotency-Key", "If-Match", "If-None-Match", "Purpose"]),
    name=st.sampled_from(["after", "limit", "timeout", "days", "by", "from", "deadline"]),
    path=st.sampled_from(["/cases", "/diary", "/statistics", "/feed", f"/cases/{CASE}/entries/1"]),
)
def test_any_address_and_any_header_are_answered(  # noqa: PLR0917 - what is sent has so many parts
    service: Asked, log: Log, case: str, rest: str, value: str, header: str, name: str, path: str
) -> None:
    """As they come."""
    text = {header: value.strip().encode("ascii", "replace").decode()}
    hold(service.send("GET", f"/cases/{quote(case)}{rest}", headers=text), log)
    hold(service.send("POST", f"/cases/{CASE}/commands", b"{}", JSON | text), log)
    if not (name == "timeout" and value.isdigit()):
        hold(service.get(f"{path}?{name}={quote(value)}"), log)
