"""The ledger on an SQLite file: what it costs to record, to make a checkpoint, and to verify.

The limit of verifying is a bare read of the same rows with SHA-256 over each body. A checkpoint is
made over 256 new entries, in a log of a million and in one of ten thousand. A bundle is that of
one case of some 45 entries.

`python -m benchmarks.auditing verify FILE` verifies a store in a process of its own, and prints
the megabytes that this took; `follow FILE` keeps the ledger of one until it is stopped.
"""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Event
from time import perf_counter, sleep
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
from rapid_review import Entry, RapidReviews
from rapid_review.audit.log.bundle import write_folder
from rapid_review.audit.log.note import SigningKey
from rapid_review.audit.log.signing import Signer
from rapid_review.store.ledger.bundle import bundle_of_case
from rapid_review.store.ledger.checkpointing import Checkpointer
from rapid_review.store.store import Store

FEW: Final = 10_000
MANY: Final = 1_000_000
NEW: Final = 256
"""After how many entries a checkpoint is made."""
SETTLED: Final = 0.3
"""Seconds in which a follower has taken in what was imported."""
READ: Final = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events"


def benchmarks(effort: Effort, folder: Path) -> Iterator[Benchmark]:
    """Yield recording with a ledger, verifying, checkpoints, and the bundle of a case."""
    with _recording(effort, folder) as recording:
        yield recording
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


@contextmanager
def _recording(effort: Effort, folder: Path) -> Iterator[Benchmark]:
    """Return commands whose ledger another process keeps, or the same thread, or nobody.

    The person who keeps it makes a checkpoint after every 256 entries.
    """
    commands = effort.of(2 * NEW)
    beside, within, without = (
        RapidReviews.on_sqlite(
            folder / name, terms=material.KENT, clock=material.clock, unsealed=True
        )
        for name in ("beside.db", "within.db", "without.db")
    )
    keeper = Checkpointer(within.ledger(), _signer(folder / "within-signed"))

    def opened(reviews: RapidReviews) -> list[str]:
        cases = material.references(commands)
        history = material.history(10)
        reviews.import_histories([(case, history) for case in cases], by=material.BY)
        keeper.look()  # the import is taken in before the clock runs
        sleep(SETTLED)  # beside as well
        return cases

    def recording(reviews: RapidReviews, kept: Callable[[Sequence[Entry]], object]) -> Contender:
        def recorded(case: str) -> None:
            kept(reviews.handle(case, material.letter(1), by=material.BY))

        return rate(lambda: opened(reviews), one_by_one(recorded))

    command = [sys.executable, "-m", "benchmarks.auditing", "follow", str(folder / "beside.db")]
    with subprocess.Popen(command) as follower:  # noqa: S603 - our own words
        try:
            yield Benchmark(
                "commands_with_ledger",
                "commands/s",
                "higher",
                recording(beside, len),
                {
                    "ours, without a ledger": recording(without, len),
                    "ours, checkpoints in the same thread": recording(within, keeper.recorded),
                },
            )
        finally:
            follower.kill()


# --- Verifying


def _verify(path: Path, entries: int) -> Contender:
    def verified(paths: Sequence[Path]) -> None:
        with closing(Store.on_sqlite(paths[0], unsealed=True)) as store:
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
        command = [sys.executable, "-m", "benchmarks.auditing", "verify", str(path)]
        printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603 - our own words
        return cast("float", json.loads(printed)["megabytes"])

    return megabytes


def main() -> None:
    """Verify a store, and print what it took; or keep its ledger."""
    act, path = sys.argv[1], Path(sys.argv[2])
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        if act == "follow":
            Checkpointer(store.ledger(), _signer(path.with_suffix(".signed"))).follow(Event())
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
        self._reviews = RapidReviews.on_sqlite(
            path, terms=material.KENT, clock=material.clock, unsealed=True
        )
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
