"""`benchmarks.growth` asks every command that looks at a store. What it costs, no test asserts."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from benchmarks.grown import beside
from benchmarks.growth import Cost, table
from benchmarks.questions import BEFORE, LEFT_OUT, QUESTIONS, STORE
from benchmarks.whole_cases import store_of
from rapid_review.cli import main
from tests.cli.a_terminal import typed
from tests.cli.every_command import COMMANDS, UNTIL_STOPPED, leaves

PAGE: Final = Path(__file__).parents[1] / "docs" / "explanation" / "performance.md"
FOUR_CASES: Final = 4 * 48


def test_every_command_is_asked_or_left_out_for_a_reason() -> None:
    """A new one gets its row in one of the two tables, and none is in both."""
    asked = {one.command for one in QUESTIONS}
    assert not asked & LEFT_OUT.keys()
    assert asked | LEFT_OUT.keys() == set(leaves(main))
    assert {one.command for one in BEFORE} <= LEFT_OUT.keys()


def test_what_looks_at_a_store_is_not_left_out_as_if_it_did_not() -> None:
    """As `every_command` has it: it reads, writes or makes one."""
    no_store = {name for name, why in LEFT_OUT.items() if why == "it looks at no store"}
    assert not {name for name in no_store if COMMANDS[name].store}
    runs = {name for name, why in LEFT_OUT.items() if why.startswith("it runs until")}
    assert runs == UNTIL_STOPPED


def test_every_question_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a store of four cases, one after the other: what one makes, a later one reads."""
    monkeypatch.chdir(tmp_path)
    beside()
    for question in BEFORE:
        assert typed(*question.asked, now=datetime.now(UTC)).exit_code == 0, question.name
    store_of(Path(STORE), FOUR_CASES)
    for question in QUESTIONS:
        result = typed(*question.asked, now=datetime.now(UTC))
        assert result.exit_code == 0, (question.name, result.stderr)


def test_no_two_questions_have_one_name() -> None:
    """Else a figure of one would be taken for that of the other."""
    names = [one.name for one in QUESTIONS]
    assert len(set(names)) == len(names)


def test_the_page_has_a_row_for_every_question() -> None:
    """And none for a question that is no longer asked."""
    section = PAGE.read_text("utf-8").partition("## How cost grows")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    rows = [line.split(" | ")[0].removeprefix("| ") for line in lines]
    assert sorted(rows) == sorted(one.name for one in QUESTIONS)


def test_a_question_that_is_left_out_has_dashes_in_the_table() -> None:
    """And one that failed has the status with which it ended, in place of its seconds."""
    figures = {
        ("`show`", 1_000): str(Cost(0.5, 61.4, 0)),
        ("`diary`", 1_000): str(Cost(0.5, 61.4, 4)),
        ("`show`", 10_000): str(Cost(1.25, 70, 0)),
    }
    assert table(figures).splitlines() == [
        "| question | 1,000: s | MB | 10,000: s | MB |",
        "|---|--:|--:|--:|--:|",
        "| `show` | 0.50 | 61 | 1.25 | 70 |",
        "| `diary` | ended with 4 | 61 | \N{EN DASH} | \N{EN DASH} |",
    ]


def test_a_process_that_measures_lends_no_memory_to_what_it_starts() -> None:
    """So it imports nothing large: a process counts what its parent had until it begins."""
    said = subprocess.run(
        [sys.executable, "-c", "import sys, benchmarks.growth; print(*sys.modules)"],
        capture_output=True,
        check=True,
        cwd=PAGE.parents[2],
        text=True,
    ).stdout.split()
    assert "benchmarks.questions" in said
    assert not {"rapid_review", "pydantic", "eventsourcing"} & set(said)
