"""Readers of the output: one who has read enough, a full disk, one who cannot show a letter."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rapid_review.audit.log.bundle import write_folder
from rapid_review.store.backends.extras import requirement
from tests.audit.a_log import KEY, case_of, checkpoint_of, rows
from tests.cli.a_terminal import RECEIPT, REPORT, lines, typed

PROGRAM = f"{sys.executable} -c 'from rapid_review.cli import main; main()'"
FULL = Path("/dev/full")
OUR_TERMS = Path(__file__).parents[2] / "src/rapid_review/terms/kent-and-medway-2020-05.toml"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a store of one case."""
    monkeypatch.chdir(tmp_path)
    typed("apply", "-", stdin=lines(RECEIPT, REPORT))
    return tmp_path


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of a shell, in which the exit code of each part counts."""
    return subprocess.run(  # noqa: S602 - our own words
        f"set -o pipefail; {line}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        check=False,
        env=os.environ | environment,
    )


NOTHING = "(exec 0<&-; sleep 0.2)"
"""A reader that reads nothing at all, and closes its end at once."""


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("both", ["", "2>&1"])
def test_a_reader_that_has_read_enough_changes_no_exit_code(both: str) -> None:
    """Least of all that of damage: neither by standard output nor by standard error."""
    Path("rapid-review.db").write_bytes(b"no store")
    found = shell(f"{PROGRAM} show KM-1 {both} | {NOTHING}")
    assert found.returncode == 4
    assert b"Traceback" not in found.stderr


@pytest.mark.usefixtures("here")
def test_findings_are_told_to_the_end_for_a_reader_that_has_read_enough() -> None:
    """The exit code of `audit verify` is the verdict, however much is read of the report."""
    typed("audit", "key", "--origin", "safeguarding.example/reviews")
    typed("audit", "checkpoint", "--sink", "sink")
    Path("sink/checkpoint.9").write_text("none\n", encoding="utf-8")
    key = "rapid-review.audit-key.pub"
    found = shell(f"{PROGRAM} audit verify --key {key} --sink sink 2>&1 | {NOTHING}")
    assert found.returncode == 4


@pytest.mark.usefixtures("here")
def test_every_line_is_applied_though_nobody_reads_the_answers() -> None:
    """What is asked is done, and a refused line is still an exit code of 5."""
    later = [{**REPORT, "agency": agency} for agency in ("police", "health-visiting")]
    Path("more.jsonl").write_text(lines(later[0], {"case": "KM-1"}, later[1]), encoding="utf-8")
    found = shell(f"{PROGRAM} apply more.jsonl | {NOTHING}")
    assert (found.returncode, found.stderr) == (5, b"")
    assert typed("timeline", "KM-1").stdout.count("AgencyReportFiled") == 3


def test_the_verifier_alone_says_the_same_to_a_reader_that_has_read_enough(tmp_path: Path) -> None:
    """`python -m rapid_review.audit.verify BUNDLE | head` keeps its verdict."""
    recorded = rows(9)
    bundle = case_of(recorded, note=checkpoint_of(recorded))
    (event,) = (name for name in bundle if name.startswith("state/") and name.endswith("/2"))
    write_folder({**bundle, event: b"{}"}.items(), tmp_path / "bundle")
    program = f"{sys.executable} -m rapid_review.audit.verify"
    line = f"{program} {tmp_path / 'bundle'} --key '{KEY.public}'"
    found = shell(f"{line} | {NOTHING}")
    assert (found.returncode, found.stderr) == (4, b"")
    if FULL.exists():  # pragma: no branch - it is there on Linux
        full = shell(f"{line} > {FULL}")
        words = b"the report cannot be written: No space left on device\n"
        assert (full.returncode, full.stderr) == (1, words)


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a disk that is always full")
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("asked", ["--help", "--version", "show --help", "show KM-1", "stats"])
def test_a_full_disk_is_the_machines_fault_and_told_in_one_line(asked: str) -> None:
    """Whatever was to be printed."""
    for form in ("", " --format csv") if asked == "stats" else ("",):
        found = shell(f"{PROGRAM} {asked}{form} > {FULL}")
        words = b"Error: standard output: No space left on device\n"
        assert (found.returncode, found.stderr) == (1, words)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("encoding", ["cp1252", "iso-8859-1", "ascii"])
@pytest.mark.parametrize("form", ["", "--json"])
def test_a_character_that_cannot_be_shown_is_shown_by_its_number(encoding: str, form: str) -> None:
    """In a terms file of a partnership whose name the terminal has no letters for."""
    text = OUR_TERMS.read_text("utf-8")
    title = next(line for line in text.splitlines() if line.startswith("title = "))
    theirs = text.replace(title, 'title = "Łódź"', 1)
    Path("ours.toml").write_text(theirs, encoding="utf-8")
    found = shell(f"{PROGRAM} terms show ours.toml {form}", PYTHONIOENCODING=encoding)
    assert (found.returncode, found.stderr) == (0, b"")
    shown = found.stdout.decode(encoding if encoding != "ascii" else "utf-8")
    assert r"\u0141" in shown or (encoding == "ascii" and "Ł" in shown)


@pytest.mark.parametrize(
    ("noted", "wanted"),
    [
        (None, "'rapid-review[report]'"),
        (
            '{"url": "file:///srv/our%20copy", "dir_info": {"editable": true}}',
            "-e '/srv/our copy[report]'",
        ),
        ('{"url": "file:///srv/rr", "dir_info": {}}', "'/srv/rr[report]'"),
        (
            '{"url": "https://x.example/rr.whl", "archive_info": {}}',
            "'rapid-review[report] @ https://x.example/rr.whl'",
        ),
        (
            '{"url": "https://x.example/rr", "vcs_info": {"vcs": "git", "commit_id": "ab12"}}',
            "'rapid-review[report] @ git+https://x.example/rr@ab12'",
        ),
    ],
)
def test_an_extra_is_installed_from_where_the_package_came(noted: str | None, wanted: str) -> None:
    """Another of the same name, from an index, need not be this one."""
    assert requirement("report", noted) == wanted


def test_a_store_on_a_server_without_its_driver_is_no_fault_of_ours(tmp_path: Path) -> None:
    """Each command says what to install; it is what the machine lacks, exit code 1."""
    lacking = "import sys; sys.modules['psycopg'] = None; sys.modules['psycopg_pool'] = None"
    for words in ("show KM-1", "db init", "audit verify", "board", "apply -"):
        asked = [*words.split(), "--store", "postgresql://u@h/d"]
        program = f"{lacking}\nfrom rapid_review.cli import main; main({asked!r})"
        found = subprocess.run(  # noqa: S603 - our own interpreter, our own words
            [sys.executable, "-c", program],
            capture_output=True,
            check=False,
            cwd=tmp_path,
            input=b"",
        )
        assert (found.returncode, found.stdout) == (1, b"")
        assert found.stderr.startswith(
            b"Error: a store on PostgreSQL needs its driver: pip install "
        )
        assert b"fault" not in found.stderr
