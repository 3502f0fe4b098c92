"""The operator's manual is followed on a store in a file; `tests/store/postgres` does on a server.

`test_docs.py` holds each command of the manual to what is printed below it, in a file. Here the
worker runs as the manual starts it, and what it writes is held to the manual's tables.
"""

import json
import re
import shlex
import signal
import subprocess
import time
import tomllib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

from rapid_review.cli import main
from tests.web.pages.a_server import PROGRAM

ROOT: Final = Path(__file__).parents[2]
MANUAL: Final = (ROOT / "docs" / "manuals" / "operator.md").read_text(encoding="utf-8")
NEW: Final = "rapid-review.db"
A_MINUTE: Final = 60.0
ENTRIES: Final = 16
ASK_NO_STORE: Final = ("permissions",)


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return where the store is to be, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return NEW


def section(title: str) -> str:
    """Return the text under a heading of the manual."""
    return MANUAL.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def typed_in(title: str) -> list[list[str]]:
    """Return the commands that a section has typed at a terminal."""
    return [shlex.split(one)[1:] for one in re.findall(r"^\$ (.+)$", section(title), re.MULTILINE)]


def printed(start: str) -> list[str]:
    """Return the command in plain text that begins so."""
    (line,) = re.findall(rf"^{start}.*$", MANUAL, re.MULTILINE)
    return shlex.split(line)


def keys_of_table(heading: str) -> set[str]:
    """Return what is in code in the first column of the table under a heading row."""
    rows = MANUAL.partition(f"| {heading} | holds |\n| --- | --- |\n")[2].partition("\n\n")[0]
    return {key for row in rows.splitlines() for key in re.findall(r"`(\w+)`", row.split("|")[1])}


def follows(commands: list[list[str]], store: str) -> None:
    """Type commands, of a store; each is done."""
    for one in commands:
        of_it = [] if one[0] in ASK_NO_STORE else ["--store", store]
        result = CliRunner().invoke(main, [*one, *of_it])
        assert result.exit_code == 0, f"{one}: {result.output}"


def installs(store: str) -> None:
    """Do what the section on installing says, in this folder."""
    Path("examples").symlink_to(ROOT / "examples")
    first, *others = typed_in("Install")
    assert first == ["db", "init"]
    if store != NEW:
        first = printed("rapid-review db init --store")[1:]
        first[first.index("--store") + 1] = store
        assert CliRunner().invoke(main, ["keys", "init"]).exit_code == 0
        others = [one for one in others if one[0] not in ASK_NO_STORE]
    else:
        first = [*first, "--store", store]
    result = CliRunner().invoke(main, first)
    assert result.exit_code == 0, result.output
    follows(others, store)


@contextmanager
def working(store: str) -> Generator["subprocess.Popen[str]", None, None]:
    """Run the worker as the manual starts it."""
    command = [PROGRAM, *printed("rapid-review work")[1:], "--store", store]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as worker:  # noqa: S603 - our own program
        try:
            yield worker
        finally:
            if worker.poll() is None:
                worker.kill()


def health_once(is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return the worker's health once it is so."""
    until = time.monotonic() + A_MINUTE
    while time.monotonic() < until:
        if Path("work.json").exists():
            report: dict[str, Any] = json.loads(Path("work.json").read_text("utf-8"))
            if is_so(report):
                return report
        time.sleep(0.05)
    raise AssertionError("the worker did not come so far in a minute")


def script() -> Callable[[Path, Path, datetime], list[str]]:
    """Return the manual's script for alarms."""
    (code,) = re.findall(r"```python\n(import json\n.+?)```", MANUAL, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own page
    found: Callable[[Path, Path, datetime], list[str]] = names["alarms"]
    return found


def of_the_worker(now: datetime) -> list[str]:
    """Return the alarms that the script gives at a time, but those of the disk."""
    given = script()(Path("work.json"), Path(), now)
    return [one for one in given if not one.startswith("disk")]


def test_the_worker_keeps_up_and_tells_what_the_manual_says(where: str) -> None:
    """Health and log have the keys of the tables; stopped, it ends with 0, which is an alarm."""
    installs(where)
    with working(where) as worker:
        report = health_once(lambda one: all(job["last"] >= ENTRIES for job in one["jobs"]))
        assert {job["name"] for job in report["jobs"]} >= {"checkpoints"}
        assert of_the_worker(datetime.fromisoformat(report["at"])) == []
        worker.send_signal(signal.SIGTERM)
        _, log = worker.communicate()
    assert worker.returncode == 0, log
    assert report.keys() == keys_of_table("key")
    for job in report["jobs"]:
        assert job.keys() == keys_of_table("key of a job")
    for line in log.splitlines():
        assert json.loads(line).keys() == {"at", "level", "logger", "message"}
    later = datetime.now(UTC) + timedelta(hours=1)
    assert of_the_worker(later) == ["worker: it does not run"]


def test_the_log_has_the_keys_of_the_table() -> None:
    """Those that the test above finds in each line."""
    rows = section("Logs").partition("| --- | --- |\n")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)`", rows, re.MULTILINE) == ["at", "level", "logger", "message"]


def test_an_upgrade_goes_as_the_manual_says(where: str) -> None:
    """Nothing is lost by its steps: the same entries are verified afterwards."""
    installs(where)
    follows(typed_in("Upgrade while it runs"), where)
    checkpoint = ["audit", "checkpoint", "--key", "log-key", "--store", where]
    result = CliRunner().invoke(main, checkpoint)
    assert result.stdout.startswith(f"{ENTRIES} entries")


def test_every_logger_of_the_package_is_in_the_table() -> None:
    """And no other."""
    files = (ROOT / "src").rglob("*.py")
    named = {
        name.strip('"') if name.startswith('"') else _module(file)
        for file in files
        for name in re.findall(r"getLogger\(([^)]+)\)", file.read_text("utf-8"))
    }
    listed = re.findall(r"^\| `(rapid_review[a-z_.]+)`", section("Logs"), re.MULTILINE)
    assert set(listed) == named - {"rapid_review"}


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT / "src").with_suffix("").parts)


def test_the_extras_that_are_installed_are_there() -> None:
    """By their names in the package's own table."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    installed = re.findall(r"\.whl\[([a-z,]+)\]", MANUAL)
    assert installed
    for extras in installed:
        assert set(extras.split(",")) <= project["optional-dependencies"].keys()
