"""The examples run alone, in a process and a folder of their own, and say what the docs say."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

import rapid_review

EXAMPLES: Final = Path(__file__).parent.parent / "examples"
SOURCE: Final = Path(rapid_review.__file__).parents[1]
STRAY: Final = {
    "PERSISTENCE_MODULE": "no.such.module",
    "SQLITE_DBNAME": "/no/such/folder/other.db",
    "CIPHER_KEY": "stray",
    "COMPRESSOR_TOPIC": "no.such:compressor",
}
"""What the event store's own applications would read from the environment, and we must not."""


def run(name: str, folder: Path, *arguments: str) -> list[str]:
    """Return the lines that an example prints, with any warning made an error."""
    ran = subprocess.run(  # noqa: S603 - our own interpreter, our own file
        [sys.executable, "-W", "error", str(EXAMPLES / name), *arguments],
        cwd=folder,
        env={**os.environ, **STRAY, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stderr
    assert not list(folder.iterdir()), "an example leaves nothing behind"
    return ran.stdout.splitlines()


def test_a_review_from_start_to_finish(tmp_path: Path) -> None:
    """ToR 5(a), 7: reported on day 12 of 15, answered on day 8 of 10; a clause on each line."""
    lines = run("one_review_start_to_finish.py", tmp_path)
    blank = lines.index("")
    timeline, clocks = lines[:blank], lines[blank + 1 :]
    quorum = "19 May 13:00  QuorumConfirmed: meeting 1; quorate, 5 seats filled (ToR 6.2)"
    assert timeline[0].startswith("04 May 09:30  NotificationReceived: ")
    assert timeline[-1] == "15 Jun 10:00  CaseClosed: everyone was told (ToR 7.9)"
    assert all(line.endswith(")") for line in timeline)
    assert quorum in timeline
    assert "rapid-review: met, due 2020-05-27, 12 of 15 days (ToR 5(a), 7.3, 7.7)" in clocks
    assert "panel-feedback: met, due 2020-06-16, 8 of 10 days (ToR 7.8)" in clocks


def test_another_partnerships_terms(tmp_path: Path) -> None:
    """ToR 5(a), 6.2: day 12 over Easter 2026, counting the first; three of six decide nothing."""
    short = (
        "a decision needs a quorate meeting; meeting 1 was not quorate; empty seats: "
        "education, icb, public-health"
    )
    assert run("another_partnerships_terms.py", tmp_path) == [
        "NotificationReceived",
        "DeadlineSet",
        "DeadlineSet",
        "MeetingConvened",
        "QuorumNotMet",
        "due 2026-04-20",
        "empty: icb, education, public-health",
        f"refused by Westshire 3: {short}",
        "decided: no-practice-review",
    ]


def test_importing_a_legacy_case(tmp_path: Path) -> None:
    """ToR 5(a), 6.2: what broke a rule is recorded and found; day 15 was 26 October 2020."""
    short = (
        "a decision needs a quorate meeting; meeting 1 was not quorate; empty seats: "
        "designated-health"
    )
    assert run("importing_a_legacy_case.py", tmp_path) == [
        "7 events given, 10 entries recorded",
        (
            "3 QuorumNotMet: irregular, meeting 1 was not quorate; empty seats: "
            "designated-health (ToR 6.2)"
        ),
        f"4 DecisionMade: forbidden, {short} (ToR 6.2)",
        (
            "4 DecisionMade: irregular, the criteria of the rule set have not been weighed "
            "(ToR 5(b))"
        ),
        "notify-panel: met, 2 of 5 days",
        "rapid-review: met-late, 19 of 15 days",
        "decision: met, 11 of 15 days",
        "imported again: 0 entries recorded",
    ]


def test_outgrowing_one_machine(tmp_path: Path) -> None:
    """Without a server it moves to a second file; judging the cases comes to the same."""
    owed = "notify-panel due 2020-05-11"
    assert run("outgrowing_one_machine.py", tmp_path) == [
        "8 entries moved",
        "read elsewhere: 2 cases, to 8",
        f"  KM-1: {owed}",
        f"  KM-2: {owed}",
        "6 cases of an archive: 0 of 6 in time, 6 overdue",
        "by a pool, in two processes: True",
        "by Dask, in two processes: True",
    ]


def test_compliance_statistics(tmp_path: Path) -> None:
    """ToR 5(a): due on 26 October 2020; the open one is a breach from the 27th, 5 of 7 in time."""
    not_met = "  criteria not met: 1 of 8 (12.5 %) of the notifications"
    half = "  half had stopped by day 13"
    assert run("compliance_statistics.py", tmp_path) == [
        "2020-10-26: undefined (0 of 0 clocks) in time",
        "  overdue 0, not due yet 7, ended otherwise 1",
        half,
        not_met,
        "2020-10-27: 71.4 % (5 of 7 clocks) in time",
        "  overdue 2, not due yet 0, ended otherwise 1",
        half,
        not_met,
        "2020-12-01: 71.4 % (5 of 7 clocks) in time",
        "  overdue 1, not due yet 0, ended otherwise 1",
        half,
        not_met,
    ]


def test_embedding_in_a_platform(tmp_path: Path) -> None:
    """Its clock and its users' ids are recorded; a name is not shown; a retry adds nothing.

    A form that is no command is answered by its problems, without what was typed.
    """
    answers = run("embedding_in_a_platform.py", tmp_path)
    recorded = "NotificationReceived, DeadlineSet, DeadlineSet, DeadlineSet"
    assert answers[0] == answers[3] == f"200 {recorded}"
    assert answers[1].startswith("409 collation 1 has not been recorded")
    assert answers[2].startswith("400 collation: found")
    assert "Jane" not in answers[2]
    assert answers[4:-1] == [
        f"{version} 2026-11-10T09:00:00+00:00 u-4711 {kind}"
        for version, kind in enumerate(recorded.split(", "), start=1)
    ]
    assert "identity='(sealed)'" in answers[-1]


def test_keys_of_a_key_service(tmp_path: Path) -> None:
    """Nothing is written in plain; an old key of the service opens nothing, and all is read."""
    assert run("keys_of_a_key_service.py", tmp_path) == [
        "the name is in a file: False",
        "keys wrapped again: 2",
        "the keys in the key store platform.keys are wrapped with key 2",
        "entries: 4",
    ]


def test_auditing_a_case(tmp_path: Path) -> None:
    """ToR 5(a): four events are proved; a due date moved by a day is named, and never hidden."""
    third = "case 'KM-2020-007', version 3, position 3"
    others = "from 1 on they are not the entries that were signed"
    somewhere = "Somebody altered something between position 1 and position 8"
    assert run("auditing_a_case.py", tmp_path) == [
        "a checkpoint of 8 entries is with the auditor",
        "verified: case KM-2020-007 in the log kent.example/rapid-reviews",
        "4 events proved, 0 findings",
        "before the ledger is made again: 3 findings, the first:",
        f"  {third}: it is not the row that was added to the ledger",
        "by the auditor's copy, afterwards:",
        f"  the root calculated from the first 8 entries does not match it: {others}. {somewhere}",
    ]


def test_testing_your_own_wiring(tmp_path: Path) -> None:
    """An outbox that delivers twice keeps every law; one that forgets the ids is found."""
    assert run("testing_your_own_wiring.py", tmp_path) == [
        "an answer of nothing is kept: kept, broken",
        "an answer that was lost is given again: kept, broken",
        "an id is of one command: kept, broken",
        "random commands are answered by the rules: kept, broken",
        "stamps never go back: kept, kept",
        "what is refused is not recorded: kept, broken",
        "1 case, 4 entries, 37 answers: 0 disagreements",
    ]


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.py")), ids=lambda file: file.stem)
def test_every_example_is_run_and_shown_in_the_documentation(example: Path) -> None:
    """None is left that nobody runs or reads; what needs a server is run beside its subject."""
    tests = Path(__file__).parent
    files = (Path(__file__), *(tests / "store" / "postgres").glob("test_*.py"))
    files += tuple((tests / "web" / "http").glob("test_*.py"))
    starts = "".join(file.read_text(encoding="utf-8") for file in files)
    pages = (EXAMPLES.parent / "docs").rglob("*.md")
    assert f'run("{example.name}"' in starts or f'"{example.stem}:app"' in starts
    assert any(f"/{example.name}\n" in page.read_text(encoding="utf-8") for page in pages)
