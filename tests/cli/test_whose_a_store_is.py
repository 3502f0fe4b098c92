"""`db init --terms` says whose cases a store is for; nothing is filed under another's name."""

import json
from pathlib import Path

import pytest

from tests.cli.a_terminal import RECEIPT, answers, document, lines, typed


@pytest.fixture
def plymouths(tmp_path: Path) -> str:
    """Return a store that is Plymouth's."""
    store = str(tmp_path / "store.db")
    made = typed("db", "init", "--store", store, "--terms", "plymouth")
    assert "new\npartnership" in made.stdout
    return store


def test_a_store_lists_its_partnerships(plymouths: str) -> None:
    """More are added later; none is ever taken out."""
    more = document(
        typed(
            "db",
            "init",
            "--store",
            plymouths,
            "--terms",
            "liverpool",
            "--terms",
            "plymouth",
            "--json",
        )
    )
    assert more["made"] is False
    assert [one["partnership"] for one in more["partnerships"]] == ["liverpool", "plymouth"]
    assert [one["terms"] for one in more["partnerships"]] == ["liverpool", "plymouth"]
    unknown = typed("db", "init", "--store", plymouths, "--terms", "atlantis")
    assert unknown.exit_code == 5


def test_a_store_of_one_partnership_is_not_written_under_another(plymouths: str) -> None:
    """A command without --terms is of Kent; it is told whose the store is, and nothing is done."""
    for command in (("apply", "-"), ("board",), ("show", "KM-1"), ("db", "rebuild")):
        stdin = lines(RECEIPT) if command == ("apply", "-") else None
        asked = typed(*command, "--store", plymouths, stdin=stdin)
        assert asked.exit_code == 5, asked.output
        assert "this store to plymouth (--terms plymouth)" in asked.stderr
    theirs = ("--store", plymouths, "--terms", "plymouth")
    assert document(typed("board", *theirs, "--json"))["cases"] == []
    assert typed("apply", "-", *theirs, stdin=lines(RECEIPT)).exit_code == 0
    assert typed("show", "KM-1", *theirs).exit_code == 0


def test_a_case_of_another_partnership_of_the_store_is_not_opened_again(plymouths: str) -> None:
    """Where a store has several, a line for a case of the one is no case of the other."""
    typed("db", "init", "--store", plymouths, "--terms", "liverpool")
    theirs, others = (("--store", plymouths, "--terms", one) for one in ("plymouth", "liverpool"))
    typed("apply", "-", *theirs, stdin=lines(RECEIPT))
    asked = typed("apply", "-", *others, stdin=lines(RECEIPT, {**RECEIPT, "case": "LP-1"}))
    first, second = answers(asked)
    assert "case KM-1 belongs to partnership plymouth" in first["invalid"][0]["problem"]
    assert second["events"]
    shown = typed("show", "KM-1", *others)
    assert shown.exit_code == 3
    assert "Name the terms of the case: --terms plymouth" in shown.stderr
    said = {key: one for key, one in RECEIPT.items() if key not in ("case", "command", "by")}
    event = {"kind": "NotificationReceived", **said}
    told = typed("import", "-", *others, stdin=json.dumps({"case": "KM-1", "event": event}))
    assert told.exit_code == 5
    assert "belongs to partnership plymouth" in told.stdout


def test_the_audit_is_of_the_whole_store(plymouths: str, tmp_path: Path) -> None:
    """A checkpoint is of every row, whosever case it is in."""
    made = typed("audit", "key", "--origin", "example.org/log", "--store", plymouths)
    assert made.exit_code == 0, made.output
    theirs = ("--store", plymouths, "--terms", "plymouth")
    typed("apply", "-", *theirs, stdin=lines(RECEIPT))
    sink = str(tmp_path / "sink")
    kept = typed("audit", "checkpoint", "--store", plymouths, "--sink", sink)
    assert kept.exit_code == 0, kept.output
