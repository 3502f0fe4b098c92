"""What sealing costs: a sealed store beside one of the same code whose words are not sealed.

Single commands, each flushed to the disk, with keys that are in memory and with keys that must be
read first; bulk import; opening a case, read from its rows and as it is kept in memory (ADR 0086);
reading the words of one; bytes in a row; and making the keys of entries, in the two ways that were
weighed (ADR 0058): from a tree, and as a row each.
"""

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks import material
from benchmarks.harness import Benchmark, Contender, Effort, must_agree, one_by_one, rate
from benchmarks.recording import commands, imports
from benchmarks.whole_cases import whole_case
from rapid_review import RapidReviews
from rapid_review.store.access.reader import EntryRead
from rapid_review.store.authority.by_file import ByPermissions
from rapid_review.store.authority.permissions import parse_permissions
from rapid_review.store.authority.without_a_file import WithoutFile
from rapid_review.store.sealing import key_table
from rapid_review.store.sealing.key_table import KeyRow, SQLiteKeyTable
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.sealing.rotation import wrap_anew
from rapid_review.store.sealing.scope_key import KEY, ScopeKey
from rapid_review.store.sealing.wrapping import WrappingKey
from rapid_review.store.store import Store

CASE: Final = "KM-SEALED"
PERMISSIONS: Final = f"""
partnership = "{material.KENT.partnership}"
[[editions]]
in_force_from = 2020-01-01
[[editions.roles]]
id = "{material.BY.role}"
words = ["case", "person", "statistics"]
""".encode()
"""Lets those who record also read."""


def benchmarks(effort: Effort, folder: Path) -> Iterator[Benchmark]:
    """Yield what is done in a sealed store, beside one that is not, and what keys cost."""
    keys = _made_keys(folder, "sealed")
    stores = (
        Store.on_sqlite(folder / "sealed.db", keys=keys),
        Store.on_sqlite(folder / "open.db", unsealed=True),
    )
    forgetful = (
        Store.on_sqlite(folder / "sealed.db", keys=keys, events_kept=0),
        Store.on_sqlite(folder / "open.db", unsealed=True, events_kept=0),
    )
    # Both ask the same of each command: without one, only a sealed store refuses anything.
    given = partial(
        RapidReviews, terms=material.KENT, clock=material.clock, authorizer=WithoutFile()
    )
    with (
        given(stores[0]) as sealed,
        given(stores[1]) as unsealed,
        given(forgetful[0]) as read_sealed,
        given(forgetful[1]) as read_unsealed,
    ):
        cases = effort.of(300)
        yield Benchmark(
            "sealed_commands",
            "commands/s",
            "higher",
            commands(sealed, cases, effort.turns),
            {"not sealed": commands(unsealed, cases, effort.turns)},
        )
        yield Benchmark(
            "sealed_commands_first",
            "commands/s",
            "higher",
            _each_key_read(keys, commands(sealed, cases, effort.turns)),
            {"not sealed": commands(unsealed, cases, effort.turns)},
        )
        cases = effort.of(400)
        yield Benchmark(
            "sealed_import",
            "events/s",
            "higher",
            imports(sealed, cases),
            {"not sealed": imports(unsealed, cases)},
        )
        history = whole_case(0)
        for reviews in (sealed, unsealed):
            reviews.import_history(CASE, history, by=material.BY, purpose=material.PURPOSE)
        times = effort.of(100)
        yield Benchmark(
            "sealed_replay",
            "events/s",
            "higher",
            _replay(read_sealed, times, len(history)),
            {"not sealed": _replay(read_unsealed, times, len(history))},
        )
        yield Benchmark(
            "sealed_replay_kept",
            "events/s",
            "higher",
            _replay(sealed, times, len(history)),
            {"not sealed": _replay(unsealed, times, len(history))},
        )
        log_keys = _made_keys(folder, "readings")
        yield Benchmark(
            "reading_words",
            "ms",
            "lower",
            _words_read(stores[0], Store.on_sqlite(folder / "readings.db", keys=log_keys), times),
            {
                "not sealed": _words_read(
                    stores[1], Store.on_sqlite(folder / "open-readings.db", unsealed=True), times
                )
            },
        )
        yield Benchmark(
            "sealed_bytes_a_row",
            "bytes",
            "lower",
            _bytes(stores[0]),
            {"not sealed": _bytes(stores[1])},
        )
    rows = effort.of(2_000)
    yield Benchmark(
        "keys_of_entries",
        "keys/s",
        "higher",
        _from_a_tree(rows),
        {"a row each": _a_row_each(rows, folder / "entries.keys")},
    )
    yield Benchmark(
        "rotating_100000_cases",
        "s",
        "lower",
        _rotated(effort.of(100_000), folder / "many.keys"),
        at_most_rounds=3,
    )


def _made_keys(folder: Path, name: str) -> Keys:
    places = folder / f"{name}.keys", folder / f"{name}.key-file"
    make_keys(*places)
    return keys_at(*places)


def _each_key_read(keys: Keys, asked: Contender) -> Contender:
    """Return a contender that forgets its keys first, and so reads each from the key store."""

    def read() -> float:
        keys.evict()
        return asked()

    return read


def _replay(reviews: RapidReviews, times: int, events: int) -> Contender:
    must_agree(events, reviews.case(CASE).version)
    return rate(lambda: [CASE] * times, one_by_one(reviews.case), events)


def _words_read(store: Store, log: Store, times: int) -> Contender:
    """Return how many milliseconds it takes to read all words of a case, and to log that."""
    reviews = RapidReviews(
        store,
        terms=material.KENT,
        clock=material.clock,
        access=log,
        authorizer=ByPermissions(parse_permissions(PERMISSIONS, name="permissions.toml")),
    )

    def read(case: str) -> tuple[EntryRead, ...]:
        return reviews.read(case, by=material.BY, purpose=material.PURPOSE)

    words = [one for entry in read(CASE) for one in entry.words.values()]
    must_agree((True, str), (bool(words), *{type(one) for one in words}))
    per_second = rate(lambda: [CASE] * times, one_by_one(read))
    return lambda: 1_000 / per_second()


def _bytes(store: Store) -> Contender:
    """Return how many bytes a row of a whole case has, on the average."""
    rows = store.stream(material.KENT.partnership, CASE).rows
    size = sum(len(body) for _, _, body in rows) / len(rows)
    return lambda: size


def _from_a_tree(number: int) -> Contender:
    key = ScopeKey.new(os.urandom(16), os.urandom(2 * KEY))
    return rate(lambda: range(1, number + 1), one_by_one(key.of_entry))


def _a_row_each(number: int, path: Path) -> Contender:
    """Return what makes so many keys, wraps each and keeps it, in one transaction."""
    SQLiteKeyTable.make(path, key_table.make_tables)
    table, wrapping = SQLiteKeyTable(path), WrappingKey(1, os.urandom(KEY))

    def made(versions: Sequence[int]) -> None:
        rows = [
            KeyRow(
                os.urandom(16).hex(),
                os.urandom(16).hex(),
                f"c:{version}",
                1,
                wrapping.wrap(os.urandom(KEY), b"beside").hex(),
            )
            for version in versions
        ]
        table.write(lambda writer: writer.insert(key_table.ADD, rows))

    return rate(lambda: range(1, number + 1), made)


def _rotated(cases: int, path: Path) -> Contender:
    """Return how many seconds it takes to wrap the keys of so many cases again."""
    SQLiteKeyTable.make(path, key_table.make_tables)
    keys = Keys(SQLiteKeyTable(path), WrappingKey(1, os.urandom(KEY)))
    keys.start()
    for at in range(cases):
        keys.made(f"{at:032x}", "c")
    keys.keep()
    epochs = iter(range(2, 1_000))

    def timed() -> float:
        start = perf_counter()
        must_agree(cases + 1, wrap_anew(keys, WrappingKey(next(epochs), os.urandom(KEY))))
        return perf_counter() - start

    return timed
