"""What is made to be slow to read, or long to answer, is read in time and answered in short.

Every reader of outside input: lines of JSON, terms, rule sets, calendars.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from rapid_review.calendars import calendar_file
from rapid_review.domain.errors import CalendarError
from rapid_review.domain.terms import terms_file
from rapid_review.wire.lines import LONGEST, MOST_MEMBERS
from tests.cli.a_terminal import RECEIPT, TEAM, answers, lines, typed
from tests.in_time import in_time

SHORT: Final = 8_000
"""The most characters of an answer to a line, however long that line."""
MANY: Final = MOST_MEMBERS - 100

DECISION: Final[Mapping[str, object]] = {
    "case": "KM-1",
    "command": "MakeDecision",
    "at": "2020-05-19T14:30:00+01:00",
    "by": TEAM,
    "meeting": 1,
    "outcomes": ["no-practice-review"],
    "rationale": "weighed",
}


def said(shape: object) -> bytes:
    """Return it as JSON, with no space in it."""
    return json.dumps(shape, separators=(",", ":")).encode()


LINES: Final[Mapping[str, Callable[[], bytes]]] = {
    "many keys": lambda: said({f"key{one}": 1 for one in range(MANY)}),
    "more keys than are read": lambda: said({f"key{one}": 1 for one in range(300_000)}),
    "many keys twice": lambda: (
        b"{%s}" % b",".join(b'"k%d":1,"k%d":1' % (n, n) for n in range(MANY // 2))
    ),
    "a long key": lambda: said({**DECISION, "k" * (LONGEST - 1_000): 1}),
    "many long keys": lambda: said({**DECISION, **{f"{n}{'k' * 40_000}": 1 for n in range(100)}}),
    "a long command": lambda: said({**DECISION, "command": "k" * (LONGEST - 1_000)}),
    "a mistake in each of many": lambda: said({**DECISION, "outcomes": [1] * MANY}),
    "more mistakes than are counted": lambda: said({**RECEIPT, "children": [{}] * 1_000_000}),
    "many unknown codes": lambda: said(
        {**DECISION, "outcomes": [f"code-{one}" for one in range(MANY)]}
    ),
    "arrays in arrays": lambda: b"[" * (LONGEST // 2),
    "arrays in arrays of a field": lambda: b'{"outcomes":%s%s}' % (b"[" * 900, b"]" * 900),
    "objects in objects": lambda: b'{"a":' * (LONGEST // 8),
}
"""Each is made by the test that reads it: they are megabytes."""


@pytest.mark.parametrize("kind", LINES)
def test_a_line_made_to_be_slow_is_read_in_time_and_answered_in_short(
    kind: str, tmp_path: Path
) -> None:
    """The time rises with the length of a line and not with its square; the answer is bounded."""
    store = str(tmp_path / "rapid-review.db")
    typed("apply", "-", "--store", store, stdin=lines(RECEIPT))
    line = LINES[kind]()
    with in_time():
        result = typed("apply", "-", "--store", store, stdin=line + b"\n")
    assert len(result.stdout) < SHORT
    assert set(answers(result)[0]) & {"invalid", "refused"}
    assert result.exit_code == 5


@pytest.mark.parametrize("kind", LINES)
def test_a_history_made_to_be_slow_is_answered_in_short_too(kind: str, tmp_path: Path) -> None:
    """The same line where an event is to be imported, by itself and as the event."""
    alone = LINES[kind]()
    line = b'{"case":"KM-1","event":%s}\n' % alone
    with in_time():
        result = typed(
            "import", "-", "--store", str(tmp_path / "a.db"), stdin=alone + b"\n" + line
        )
    assert len(result.stdout) < 2 * SHORT
    assert result.exit_code == 5


# --- Files of terms, rule sets and calendars

LENGTH: Final = terms_file.LONGEST - 10_000


def test_checking_a_deeply_nested_file_says_that_it_is_invalid(tmp_path: Path) -> None:
    """One line, and the exit code of an invalid file."""
    file = tmp_path / "ours.toml"
    file.write_bytes(b"a = " + b"[" * 100_000)
    result = typed("terms", "check", str(file))
    assert result.stderr.splitlines() == [
        "ours.toml: is nested too deeply; terms need only a few levels of tables and lists"
    ]
    assert result.exit_code == 5


CALENDARS: Final[Mapping[str, tuple[Callable[[], bytes], str]]] = {
    "arrays in arrays": (lambda: b"[" * LENGTH, "nested too deeply"),
    "many keys": (lambda: said({f"k{n}": 1 for n in range(60_000)}), "and [0-9]+ more problems"),
    "a key many times": (
        lambda: b"{%s}" % b",".join([b'"k":1'] * 60_000),
        "found the key twice, allowed",
    ),
    "a long list": (lambda: said({"covers": [1] * 400_000}), "and [0-9]+ more"),
    "many days": (
        lambda: said({"holidays": {f"d{n}": 1 for n in range(60_000)}}),
        "more problems",
    ),
    "longer than is read": (
        lambda: b" " * (calendar_file.LONGEST + 1),
        "more than [0-9]+ bytes",
    ),
}


@pytest.mark.parametrize("kind", CALENDARS)
def test_a_calendar_made_to_be_slow_is_an_invalid_calendar(kind: str, tmp_path: Path) -> None:
    """As a file of terms is."""
    made, words = CALENDARS[kind]
    file = tmp_path / "days.json"
    file.write_bytes(made())
    with in_time(), pytest.raises(CalendarError, match=words) as caught:
        calendar_file.load_file(file)
    assert len(str(caught.value)) < SHORT


def test_a_file_without_an_end_is_not_read_to_its_end() -> None:
    """A device gives zeros for ever; only as much is read as a file may hold."""
    result = typed("terms", "check", "/dev/zero")
    assert "is longer than the 1048576 bytes that are allowed" in result.stderr
    assert result.exit_code == 5
    with pytest.raises(CalendarError, match=r"more than [0-9]+ bytes"):
        calendar_file.load_file("/dev/zero")
