"""Statistics from the facts of 100,000 reviews: the slowest of them, and every table published.

Each review has every clock of the Kent terms that a whole case has, notified by one of twelve
agencies on some day of six years, and stopped on some day of its own: so that hardly two clocks
have one cell. The newest are open, and one in a hundred of the others. Each limit looks once at
every cell that is counted.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from random import Random
from time import perf_counter
from typing import Final

from benchmarks.harness import Benchmark, Effort
from rapid_review import calendars, terms
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics import measures
from rapid_review.projections.statistics.bands import bands
from rapid_review.projections.statistics.counts import count_table
from rapid_review.projections.statistics.facts import (
    CountCell,
    DurationCell,
    Ended,
    Facts,
    by_clock,
)
from rapid_review.projections.statistics.in_time import due_cohort
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.published import publish
from rapid_review.projections.statistics.selection import (
    Clocks,
    Durations,
    Selection,
    clocks,
    clocks_and_groups,
)
from rapid_review.projections.statistics.survival import survival

REVIEWS: Final = 100_000
CLOCKS: Final = ("rapid-review", "decision", "notify-panel", "panel-answer", "publication")
ENGLAND: Final = calendars.load("england-and-wales")
KENT: Final = terms.load("kent-and-medway-2020-05")
AS_OF: Final = AsOf(read_on=date(2026, 6, 1))


def benchmarks(effort: Effort) -> Iterator[Benchmark]:
    """Yield the slowest of the statistics, and all of them as they are published."""
    durations, counts = _durations(effort.of(REVIEWS)), _counts(effort.of(REVIEWS))
    asked = _asked(durations, counts)

    def slowest() -> float:
        return max(map(_milliseconds, asked))

    yield Benchmark(
        "slowest_statistic",
        "ms",
        "lower",
        slowest,
        limit=("a look at each cell of one clock", lambda: _looked_at(durations[CLOCKS[0]])),
    )
    selection = Selection(KENT, KENT.clocks[CLOCKS[0]], By.QUARTER, AS_OF)
    selected = {one.id for one in selection.deadlines}
    of_selected = {kind: cells for kind, cells in durations.items() if kind in selected}
    facts = Facts(effort.of(REVIEWS), of_selected, counts)
    yield Benchmark(
        "every_statistic",
        "ms",
        "lower",
        lambda: _milliseconds(lambda: publish(facts, selection)),
        limit=("a look at each cell", lambda: _looked_at(*of_selected.values(), counts)),
    )


def _asked(durations: Durations, counts: Counter[CountCell]) -> list[Callable[[], object]]:
    clock = CLOCKS[0]

    def whole(figure: Callable[..., object]) -> Callable[[], object]:
        return lambda: figure(clocks(durations, clock, AS_OF))

    def by(figure: Callable[..., object], grouped: By) -> Callable[[], object]:
        return lambda: [
            figure(one) for one in clocks_and_groups(durations, clock, AS_OF, grouped)[1].values()
        ]

    def curve(group: Clocks) -> object:
        return survival(group, ENGLAND)

    of_clocks = (due_cohort, bands, curve)
    return [
        *map(whole, of_clocks),
        *(by(figure, grouped) for figure in of_clocks for grouped in By),
        *(
            (lambda grouped=grouped: count_table(counts, measures.NOTIFICATION, AS_OF, grouped))
            for grouped in By
        ),
    ]


def _milliseconds(asked: Callable[[], object]) -> float:
    gc.collect()
    start = perf_counter()
    asked()
    return 1_000 * (perf_counter() - start)


def _looked_at(*histograms: Mapping[DurationCell, int] | Mapping[CountCell, int]) -> float:
    def look() -> int:
        return sum(n for one in histograms for cell, n in one.items() if cell.month)

    return _milliseconds(look)


def _durations(reviews: int) -> Durations:
    chance = Random(1)  # noqa: S311 - the same reviews in every run
    found: Counter[DurationCell] = Counter()
    for _ in range(reviews):
        received = AS_OF.today - timedelta(days=chance.randrange(6 * 365))
        source = f"agency-{chance.randrange(12)}"
        for clock in CLOCKS:
            due, days = ENGLAND.after(received, 15), chance.randrange(5, 40)
            too_new = received + timedelta(days=days) > AS_OF.today
            open_still = too_new or chance.random() < 0.01  # noqa: PLR2004 - one in a hundred
            cell = DurationCell(
                clock,
                source,
                f"{received:%Y-%m}",
                received,
                due,
                Ended.OPEN if open_still else Ended.STOPPED,
                None if open_still else days,
                None if open_still else max(0, days - 15),
            )
            found[cell] += 1
    return by_clock(found)


def _counts(reviews: int) -> Counter[CountCell]:
    chance = Random(2)  # noqa: S311 - the same in every run
    return Counter(
        CountCell(
            measure,
            ("death", "serious-harm", "other")[chance.randrange(3)],
            f"agency-{chance.randrange(12)}",
            f"{2020 + chance.randrange(6)}-{1 + chance.randrange(12):02}",
        )
        for measure in measures.MEASURES
        for _ in range(reviews // 10)
    )
