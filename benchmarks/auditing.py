"""The ledger on an SQLite file: what it costs to record, to make a checkpoint, and to verify.

The limit of verifying is a bare read of the same rows with SHA-256 over each body. A checkpoint is
made over 256 new entries, in a log of a million and in one of ten thousand. A bundle is that of
one case of some 45 entries.

`python -m benchmarks.auditing FILE` verifies a store in a process of its own, and prints the
megabytes that this took.
"""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Final, cast

from benchmarks import material, whole_cases
from benchmarks.harness import (
    Benchmark,
    Contender,
    Effort,
    must_agree,
    one_by_one,
    peak_megabytes,
    rate,
)
from rapid_review import RapidReviews
from rapid_review.audit.bundle import write_folder
from rapid_review.audit.note import SigningKey
from rapid_review.audit.signing import Signer
from rapid_review.record.checkpointing import Checkpointer
from rapid_review.record.ledger_bundle import bundle_of_case
from rapid_review.record.store import Store

FEW: Final = 10_000
MANY: Final = 1_000_000
NEW: Final = 256
"""After how many entries a checkpoint is made."""
READ: Final = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events"


def benchmarks(effort: Effort, folder: Path) -> Iterator[Benchmark]:
    """Yield recording with a ledger, verifying, checkpoints, and the bundle of a case."""
    yield _recording(effort, folder)
    few, many = folder / "few-audited.db", folder / "many-audited.db"
    whole_cases.store_of(few, effort.of(FEW))
    entries = whole_cases.store_of(many, effort.of(MANY))
    logs = [Log(path) for path in (few, many)]
    yield Benchmark(
        "verify_million",
        "entries/s",
        "higher",
        _verify(many, entries),
        limit=("reading the rows, and SHA-256 of each body", _read(many, entries)),
        at_most_rounds=3,
    )
    yield Benchmark(
        "verify_million_memory",
        "MB",
        "lower",
        _memory(many),
        {"ours, 10,000 entries": _memory(few)},
        at_most_rounds=1,
    )
    yield Benchmark(
        "checkpoint_256",
        "ms",
        "lower",
        logs[1].checkpoint,
        {"ours, in a log of 10,000 entries": logs[0].checkpoint},
    )
    yield Benchmark(
        "bundle_of_case",
        "ms",
        "lower",
        logs[1].bundle,
        {"ours, in a log of 10,000 entries": logs[0].bundle},
    )
    for log in logs:
        log.close()


# --- Recording


def _recording(effort: Effort, folder: Path) -> Benchmark:
    """Return commands with a checkpointer beside them, and the same commands without."""
    commands = effort.of(2 * NEW)
    with_ledger = RapidReviews.on_sqlite(
        folder / "with.db", terms=material.KENT, clock=material.clock
    )
    without = RapidReviews.on_sqlite(
        folder / "without.db", terms=material.KENT, clock=material.clock
    )
    signer = _signer(folder / "recording-signed")
    keeper = Checkpointer(with_ledger.ledger(), signer)

    def recorded(case: str) -> None:
        keeper.recorded(with_ledger.handle(case, material.letter(1), by=material.BY))

    def only(case: str) -> None:
        without.handle(case, material.letter(1), by=material.BY)

    def opened(reviews: RapidReviews) -> list[str]:
        cases = material.references(commands)
        history = material.history(10)
        reviews.import_histories([(case, history) for case in cases], by=material.BY)
        keeper.look()  # the import is taken in before the clock runs
        return cases

    return Benchmark(
        "commands_with_ledger",
        "commands/s",
        "higher",
        rate(lambda: opened(with_ledger), one_by_one(recorded)),
        {"ours, without a ledger": rate(lambda: opened(without), one_by_one(only))},
    )


# --- Verifying


def _verify(path: Path, entries: int) -> Contender:
    def verified(paths: Sequence[Path]) -> None:
        with closing(Store.on_sqlite(paths[0])) as store:
            report = store.ledger().verify()
        must_agree((entries, []), (report.checked["entries"], report.findings))

    return rate(lambda: [path], verified, entries)


def _read(path: Path, entries: int) -> Contender:
    def read(paths: Sequence[Path]) -> None:
        with closing(sqlite3.connect(paths[0])) as connection:
            digests = (
                sha256(row[4]).digest() for row in connection.execute(f"{READ} ORDER BY rowid")
            )
            must_agree(entries, sum(1 for _ in digests))

    return rate(lambda: [path], read, entries)


def _memory(path: Path) -> Contender:
    def megabytes() -> float:
        command = [sys.executable, "-m", "benchmarks.auditing", str(path)]
        printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603 - our own words
        return cast("float", json.loads(printed)["megabytes"])

    return megabytes


def main() -> None:
    """Verify a store, and print what it took."""
    with closing(Store.on_sqlite(Path(sys.argv[1]))) as store:
        store.ledger().verify()
    print(json.dumps({"megabytes": peak_megabytes()}))


# --- Checkpoints and bundles


class Log:
    """A store with a ledger that is up to date, and a key.

    Args:
        path: of the store.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reviews = RapidReviews.on_sqlite(path, terms=material.KENT, clock=material.clock)
        self._ledger = self._reviews.ledger()
        self._signer = _signer(path.with_suffix(".signed"))
        self._ledger.checkpoint(self._signer)
        self._history = material.history(NEW // 8)

    def checkpoint(self) -> float:
        """Return the milliseconds of a checkpoint over 256 new entries, in eight cases."""
        cases = [(f"NEW-{case}", self._history) for case in material.references(8)]
        must_agree(NEW, self._reviews.import_histories(cases, by=material.BY).entries)
        start = perf_counter()
        self._ledger.checkpoint(self._signer)
        return 1_000 * (perf_counter() - start)

    def bundle(self) -> float:
        """Return the milliseconds in which the bundle of a case is written to a folder."""
        folder = self._path.with_suffix(".bundle")
        start = perf_counter()
        write_folder(bundle_of_case(self._reviews, "KM-1", self._signer), folder)
        taken = perf_counter() - start
        shutil.rmtree(folder)
        return 1_000 * taken

    def close(self) -> None:
        """Close the store, and remove it."""
        self._reviews.close()
        self._path.unlink()


def _signer(memory: Path) -> Signer:
    return Signer.start(SigningKey("benchmark.example/rapid-reviews", bytes(32)), memory)


if __name__ == "__main__":
    main()
