"""The benchmarks run, and print what they promise to. How fast anything is, no test asserts."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest

from benchmarks import serving
from benchmarks.harness import Benchmark, Effort, measured
from tests.store.postgres.a_server import programs

ROOT = Path(__file__).parents[1]
NAMES = {
    "due_dates",
    "working_calendar_after",
    "count_working_days",
    "encode_entry",
    "decode_entry",
    "replay_1000",
    "replay_1000_kept",
    "replay_1000_other_ways",
    "replay_1000_in_memory",
    "durable_commands",
    "durable_commands_again",
    "one_case_by_eight",
    "commands_of_eight",
    "bulk_import",
    "catch_up",
    "rebuild_million",
    "rebuild_million_memory",
    "sealed_commands",
    "sealed_commands_first",
    "sealed_import",
    "sealed_replay",
    "sealed_replay_kept",
    "reading_words",
    "sealed_bytes_a_row",
    "keys_of_entries",
    "rotating_100000_cases",
    "commands_with_ledger",
    "verify_million",
    "verify_million_memory",
    "checkpoint_256",
    "bundle_of_case",
    "slowest_statistic",
    "every_statistic",
    "import_domain",
    "import_domain_names",
    "make_one_event",
    "import_reviews",
    "judging_45",
    "start_up",
    *(() if programs() is None else ("commands_over_http",)),
}
KEYS = ["ours", "unit", "better", "peers", "limit", "ratio_to_best_peer", "ratio_to_limit"]
WITHOUT_PEER = {
    "judging_45",
    "rotating_100000_cases",
    "slowest_statistic",
    "every_statistic",
    "start_up",
    "verify_million",
}
WITHOUT_LIMIT = {
    "sealed_commands",
    "sealed_commands_first",
    "sealed_import",
    "sealed_replay",
    "sealed_replay_kept",
    "reading_words",
    "sealed_bytes_a_row",
    "keys_of_entries",
    "rotating_100000_cases",
    "replay_1000_in_memory",
    "replay_1000_kept",
    "durable_commands_again",
    "one_case_by_eight",
    "commands_of_eight",
    "rebuild_million",
    "rebuild_million_memory",
    "commands_with_ledger",
    "verify_million_memory",
    "checkpoint_256",
    "bundle_of_case",
}

Figures: TypeAlias = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def figures() -> Figures:
    """Return what a quick run prints."""
    command = [sys.executable, "-m", "benchmarks", "--json", "--quick"]
    run = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)  # noqa: S603 - ours
    printed: Figures = json.loads(run.stdout)
    return printed


def test_every_benchmark_is_there(figures: Figures) -> None:
    """Nothing that the documentation compares is left out, and nothing else is measured."""
    assert set(figures) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_benchmark_has_positive_figures_in_a_unit(figures: Figures, name: str) -> None:
    """Ours, every peer and the limit were measured, and which way is better is said."""
    found = figures[name]
    assert list(found) == KEYS
    assert found["unit"]
    assert found["better"] in {"higher", "lower"}
    assert bool(found["peers"]) is (name not in WITHOUT_PEER)
    assert (found["limit"] is None) is (name in WITHOUT_LIMIT)
    measured = [found["ours"], *found["peers"].values(), found["limit"]]
    assert all(figure > 0 for figure in measured if figure is not None)


@pytest.mark.parametrize(("better", "best"), [("higher", 5.0), ("lower", 4.0)])
def test_a_ratio_is_ours_divided_by_theirs(
    better: Literal["higher", "lower"], best: float
) -> None:
    """The best peer is the fastest: the highest rate, or the shortest time."""
    peers = {"one": lambda: 4.0, "another": lambda: 5.0}
    benchmark = Benchmark("any", "things", better, lambda: 20.0, peers, ("none", lambda: 10.0))
    found = measured(benchmark, Effort(rounds=3, share=1))
    assert (found["ratio_to_best_peer"], found["ratio_to_limit"]) == (20 / best, 2)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_quick_run_gives_no_ratio(figures: Figures, name: str) -> None:
    """Of next to no work it would say nothing."""
    assert figures[name]["ratio_to_best_peer"] is None
    assert figures[name]["ratio_to_limit"] is None


def test_where_no_server_can_be_started_it_is_said_what_was_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Commands over HTTP are measured on a server, and nothing stands in their place."""
    assert list(serving.benchmarks(Effort(1, 100), None)) == []
    assert capsys.readouterr().err.startswith("commands_over_http: left out, for it needs a serv")


def test_the_figures_of_the_house_are_printed() -> None:
    """Each by its name, of this package; the three commands whose way is counted do run."""
    command = [sys.executable, "-m", "benchmarks.house"]
    run = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    printed = dict(re.split(r"  +", line, maxsplit=1) for line in run.stdout.splitlines())
    assert int(printed["modules"]) == len([*(ROOT / "src").rglob("*.py")])
    for way in ("apply", "stats", "audit verify"):
        assert re.fullmatch(r"\d+ functions in \d+ files", printed[f"on the way of `{way}`"])
