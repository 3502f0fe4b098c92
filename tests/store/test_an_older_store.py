"""What every release wrote is read, verified and written to, by the table in `tests/older/`.

So is what this version would leave to later ones, as `python -m release.stores` writes it.
"""

import json
import shutil
import sqlite3
import subprocess
import tomllib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from click.testing import CliRunner

from rapid_review.audit.verify.__main__ import main as verify
from rapid_review.cli import main
from rapid_review.projections.case.findings import EDITION
from release.stores import written

ROOT: Final = Path(__file__).parent.parent.parent
OLDER: Final = ROOT / "tests" / "older"


def rows(older: Path) -> dict[str, dict[str, Any]]:
    """Return the rows of a table of stores, each by its folder."""
    text = (older / "releases.toml").read_text(encoding="utf-8")
    return {row["folder"]: row for row in tomllib.loads(text)["store"]}


WRITTEN: Final = rows(OLDER)
OF_TODAY: Final = {"today": False, "today-sealed": True}
ACTION = {
    "case": "KM-2020-007",
    "command": "RecordImmediateAction",
    "at": "2020-05-20T10:00:00+01:00",
    "by": {"id": "u-17", "role": "business-support", "agency": "partnership-team"},
    "action": "safety-plan",
    "words": "A safety plan was agreed.",
}


class Store(NamedTuple):
    """A copy of a store: its folder, and what its row says of it."""

    folder: Path
    sealed: bool
    row: dict[str, Any]

    @property
    def entries(self) -> int:
        """How many entries it held when its checkpoint was made."""
        return int(self.row["entries"])

    @property
    def cases(self) -> dict[str, int]:
        """Its cases, with the number of entries of each."""
        return dict(self.row["cases"])

    @property
    def store(self) -> Path:
        """The store itself."""
        return self.folder / "store.db"

    @property
    def sink(self) -> Path:
        """Where the copies of its checkpoints were put."""
        return self.folder / "checkpoints"


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write what a release of today would."""
    older = tmp_path_factory.mktemp("today")
    assert len(list(written(older))) == len(OF_TODAY)
    return older


@pytest.fixture(params=[*WRITTEN, *OF_TODAY])
def older(request: pytest.FixtureRequest, tmp_path: Path, today: Path) -> Store:
    """Return a copy of what was written then."""
    home, found = OLDER, WRITTEN
    if request.param in OF_TODAY:
        home, found = today, rows(today)
        row = next(one for one in found.values() if one["sealed"] == OF_TODAY[request.param])
    else:
        row = found[request.param]
    copy = tmp_path / "older"
    shutil.copytree(home / row["folder"], copy)
    for secret in ("store.audit-key", "store.keys", "store.key-file"):
        if (copy / secret).exists():  # its mode is not among what a repository keeps
            (copy / secret).chmod(0o600)
    return Store(copy, row["sealed"], row)


def ran(*args: str | Path) -> str:
    """Run a command that must succeed, and return its standard output."""
    result = CliRunner().invoke(main, [str(arg) for arg in args], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def again(older: Store, *lines: Mapping[str, object]) -> list[dict[str, object]]:
    """Send lines to the store, and return what is answered to each."""
    file = older.folder / "lines.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    how = [] if older.sealed else ["--unsealed"]
    answered = ran("apply", file, *how, "--store", older.store)
    return [json.loads(one) for one in answered.splitlines()]


def test_every_release_left_its_stores() -> None:
    """Every folder has a row and every row its folder; every tagged version has both kinds."""
    assert set(WRITTEN) == {folder.name for folder in OLDER.iterdir() if folder.is_dir()}
    tags = subprocess.run(
        ["git", "tag", "--list", "v[0-9]*"],  # noqa: S607 - the user's own git
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    left = {(row["written_by"], row["sealed"]) for row in WRITTEN.values()}
    for version in (tag.removeprefix("v") for tag in tags.stdout.split()):
        assert {(version, False), (version, True)} <= left


def test_an_older_store_is_read(older: Store) -> None:
    """Every case opens, with every entry that it had."""
    for case, entries in older.cases.items():
        shown = json.loads(ran("timeline", case, "--store", older.store, "--json"))
        assert len(shown["entries"]) == entries


def test_an_older_store_is_judged(older: Store) -> None:
    """By the rules of today, which say how much they asked; its due dates stand as recorded."""
    for case in older.cases:
        said = ran("compliance", case, "--store", older.store, "--json")
        (told,) = json.loads(said)["cases"]
        assert told["asked"]["edition"]
        due = {one["calendar"]["version"] for one in told["clocks"] if one["calendar"]}
        assert due <= set(older.row["calendars"])


def test_an_older_store_is_verified(older: Store) -> None:
    """Its rows give the root of the checkpoint that was put elsewhere at the time."""
    key = older.folder / "store.audit-key.pub"
    asked: list[str | Path] = ["--store", older.store, "--sink", older.sink, "--key", key]
    asked += ["--recount"]
    if older.sealed:
        keys, opened_by = older.folder / "store.keys", older.folder / "store.key-file"
        asked += ["--keys", keys, "--key-file", opened_by]
    said = ran("audit", "verify", *asked)
    assert f"checkpoint  {older.entries} events" in said
    assert "unchecked" not in said


def test_an_older_store_is_written_to_and_verified_again(older: Store) -> None:
    """New entries continue the old log, and its old checkpoint holds of the new one."""
    (done,) = again(older, ACTION)
    assert done["events"] == ["ImmediateActionRecorded"]
    ran("audit", "checkpoint", "--store", older.store, "--sink", older.sink)
    said = ran("audit", "verify", "--store", older.store, "--sink", older.sink)
    assert f"checked     {older.entries + 1} entries" in said


@pytest.mark.parametrize("bundle", ["log-bundle", "case-bundle.zip"])
def test_an_older_bundle_is_verified(
    older: Store, bundle: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verifier of today accepts what was disclosed then, and says what it proved."""
    key = (older.folder / "store.audit-key.pub").read_text(encoding="utf-8").strip()
    held = older.sink / f"checkpoint.{older.entries}"
    assert verify([str(older.folder / bundle), "--key", key, "--held", str(held)]) == 0
    assert "verified" in capsys.readouterr().out
    said = ran("audit", "verify-bundle", older.folder / bundle, "--key", key, "--held", held)
    assert "checked     3 terms and calendars" in said
    judged_anew = bundle.startswith("case") and older.row["edition"] != EDITION
    assert ("replay/case.json: was made by an earlier edition of the rules" in said) == judged_anew


def test_an_older_store_remembers_what_led_to_nothing(older: Store) -> None:
    """One without a table for it gets that with the first such command, and not by being read."""
    store = older.store
    before = "answered_commands" in tables(store)
    ran("timeline", "KM-2020-007", "--store", store)
    assert ("answered_commands" in tables(store)) == before
    action = {**ACTION, "command_id": "form-7"}
    (done,) = again(older, action)
    assert done["events"] == ["ImmediateActionRecorded"]
    assert ("answered_commands" in tables(store)) == before
    redelivered = {**action, "command_id": "form-8"}
    assert [one["events"] for one in again(older, redelivered)] == [[]]
    assert "answered_commands" in tables(store)
    correction = {
        **{key: action[key] for key in ("case", "at", "by")},
        "command": "CorrectRecord",
        "version": older.cases["KM-2020-007"] + 1,
        "because": "it was another case's",
    }
    assert [one["events"] for one in again(older, correction)] == [["RecordCorrected"]]
    assert [one["events"] for one in again(older, redelivered)] == [[]]


def tables(store: Path) -> set[str]:
    """Return the names of a store's tables."""
    with closing(sqlite3.connect(store)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in found}
