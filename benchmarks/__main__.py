"""Ours, the peers and the limits, side by side: `python -m benchmarks [--json] [--quick]`.

With `--json`, one object on standard output, each benchmark by its name:

    {"due_dates": {"ours": ..., "unit": "dates/s", "better": "higher", "peers": {"holidays": ...},
                   "limit": ..., "ratio_to_best_peer": ..., "ratio_to_limit": ...}, ...}

Figures are medians in `unit`. A ratio is ours divided by theirs, so it is good when it is above 1
where `better` is "higher", and below 1 where it is "lower". `limit` is null where there is none.

`--quick` does next to nothing of everything: it shows that the benchmarks run, not how fast, and
so it gives no ratio.

1. `harness`: how things are measured
2. `working_days`: due dates and counting, beside the library `holidays`
3. `material`, `stock`: the same case for us and for the library `eventsourcing` as it comes
4. `entries`, `replaying`, `recording`, `busy`: bytes, reading and writing, beside that library
5. `whole_cases`, `read_models`: what is kept of many cases, beside that library
6. `sealing`: what sealing costs, beside a store of the same code that is not sealed
7. `auditing`: the ledger, its checkpoints, verification and bundles
8. `histogram`: statistics, all of them from sums
9. `judging`: findings and duties of one case
10. `processes`: imports and the start of the program, beside pydantic
11. `serving`: commands over HTTP, beside the same through Python; where a PostgreSQL server can be
    started, and else it is said that this was left out
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import (
    auditing,
    busy,
    entries,
    histogram,
    judging,
    processes,
    read_models,
    recording,
    replaying,
    sealing,
    serving,
    working_days,
)
from benchmarks.harness import Benchmark, Effort, Figures, measured, table
from tests.store.postgres.a_server import programs

FULL = Effort(rounds=15, share=1)
QUICK = Effort(rounds=1, share=100)

# It outlives a restart, so it is on a disk; elsewhere may be memory, where a commit costs nothing.
ON_DISK = Path("/var/tmp")  # noqa: S108 - a folder of our own is made in it


def main() -> None:
    """Run every benchmark, and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="only show that they run")
    asked = parser.parse_args()
    effort = QUICK if asked.quick else FULL
    figures: dict[str, Figures] = {}
    where = ON_DISK if ON_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="rapid-review-", dir=where) as folder:
        for benchmark in every(effort, Path(folder)):
            found = figures[benchmark.name] = measured(benchmark, effort)
            if not asked.json:
                print(table(benchmark, found, ratios=effort is FULL), flush=True)
    if asked.json:
        print(json.dumps(figures, indent=2))


def every(effort: Effort, folder: Path) -> Iterator[Benchmark]:
    """Yield the benchmarks; each group keeps its files in `folder`, and closes them after use."""
    yield from working_days.benchmarks(effort)
    yield from entries.benchmarks(effort)
    yield from replaying.benchmarks(effort, folder)
    yield from recording.benchmarks(effort, folder)
    yield from busy.benchmarks(effort, folder)
    yield from read_models.benchmarks(effort, folder)
    yield from sealing.benchmarks(effort, folder)
    yield from auditing.benchmarks(effort, folder)
    yield from histogram.benchmarks(effort)
    yield from judging.benchmarks(effort)
    yield from processes.benchmarks(folder)
    yield from serving.benchmarks(effort, programs())


if __name__ == "__main__":
    main()
