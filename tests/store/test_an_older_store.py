"""What earlier versions wrote is read, verified and written to (`tests/older/`)."""

import json
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from rapid_review.audit.verify.__main__ import main as verify
from rapid_review.cli import main

OLDER = Path(__file__).parent.parent / "older"
MONTHS = sorted(folder.name for folder in OLDER.iterdir() if folder.is_dir())
CASES = {"KM-2020-007": 16, "KM-2020-008": 11, "KM-2020-014": 45, "KM-2020-031": 10}
ENTRIES = 82
ACTION = {
    "case": "KM-2020-007",
    "command": "RecordImmediateAction",
    "at": "2020-05-20T10:00:00+01:00",
    "by": {"id": "u-17", "role": "business-support", "agency": "partnership-team"},
    "action": "safety-plan",
    "words": "A safety plan was agreed.",
}


@pytest.fixture(params=MONTHS)
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a copy of what was written in that month."""
    copy = tmp_path / "older"
    shutil.copytree(OLDER / request.param, copy)
    (copy / "store.audit-key").chmod(0o600)
    return copy


def ran(*args: str | Path) -> str:
    """Run a command that must succeed, and return its standard output."""
    result = CliRunner().invoke(main, [str(arg) for arg in args], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def again(older: Path, *lines: Mapping[str, object]) -> list[dict[str, object]]:
    """Send lines to the store, and return what is answered to each."""
    file = older / "lines.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return [
        json.loads(one)
        for one in ran("apply", file, "--unsealed", "--store", older / "store.db").splitlines()
    ]


def test_an_older_store_is_read(older: Path) -> None:
    """Every case opens, with every entry that it had."""
    for case, entries in CASES.items():
        shown = json.loads(ran("timeline", case, "--store", older / "store.db", "--json"))
        assert len(shown["entries"]) == entries


def test_an_older_store_is_judged(older: Path) -> None:
    """By the rules of today, which say how much they asked; its due dates stand as recorded."""
    for case in CASES:
        (told,) = json.loads(ran("compliance", case, "--store", older / "store.db", "--json"))[
            "cases"
        ]
        assert told["asked"]["edition"]
        due = {one["calendar"]["version"] for one in told["clocks"] if one["calendar"]}
        assert due <= {"2026-11-23", "2022-09-09"}


def test_an_older_store_is_verified(older: Path) -> None:
    """Its rows give the root of the checkpoint that was put elsewhere at the time."""
    store, sink = older / "store.db", older / "checkpoints"
    key = older / "store.audit-key.pub"
    said = ran("audit", "verify", "--store", store, "--sink", sink, "--key", key)
    assert f"checkpoint  {ENTRIES} events" in said
    assert "unchecked" not in said


def test_an_older_store_is_written_to_and_verified_again(older: Path) -> None:
    """New entries continue the old log, and its old checkpoint holds of the new one."""
    store, sink = older / "store.db", older / "checkpoints"
    (done,) = again(older, ACTION)
    assert done["events"] == ["ImmediateActionRecorded"]
    ran("audit", "checkpoint", "--store", store, "--sink", sink)
    said = ran("audit", "verify", "--store", store, "--sink", sink)
    assert f"checked     {ENTRIES + 1} entries" in said


@pytest.mark.parametrize("bundle", ["log-bundle", "case-bundle.zip"])
def test_an_older_bundle_is_verified(
    older: Path, bundle: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verifier of today accepts what was given out then, and says what it proved."""
    key = (older / "store.audit-key.pub").read_text(encoding="utf-8").strip()
    held = older / "checkpoints" / f"checkpoint.{ENTRIES}"
    assert verify([str(older / bundle), "--key", key, "--held", str(held)]) == 0
    assert "verified" in capsys.readouterr().out
    said = ran("audit", "verify-bundle", older / bundle, "--key", key, "--held", held)
    assert "checked     3 terms and calendars" in said
    is_case = bundle.startswith("case")
    assert ("replay/case.json: was made by an earlier edition of the rules" in said) == is_case


def test_an_older_store_remembers_what_led_to_nothing(older: Path) -> None:
    """It gets its table with the first such command, and not by being read."""
    store = older / "store.db"
    ran("timeline", "KM-2020-007", "--store", store)
    assert "answered_commands" not in tables(store)
    action = {**ACTION, "command_id": "form-7"}
    (done,) = again(older, action)
    assert done["events"] == ["ImmediateActionRecorded"]
    assert "answered_commands" not in tables(store)
    redelivered = {**action, "command_id": "form-8"}
    assert [one["events"] for one in again(older, redelivered)] == [[]]
    assert "answered_commands" in tables(store)
    correction = {
        **{key: action[key] for key in ("case", "at", "by")},
        "command": "CorrectRecord",
        "version": 17,
        "because": "it was another case's",
    }
    assert [one["events"] for one in again(older, correction)] == [["RecordCorrected"]]
    assert [one["events"] for one in again(older, redelivered)] == [[]]


def tables(store: Path) -> set[str]:
    """Return the names of a store's tables."""
    with closing(sqlite3.connect(store)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in found}
