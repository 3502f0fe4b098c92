"""Statistics out of the histogram of 100,000 reviews: which of them takes longest, and how long.

Each review has every clock of the Kent terms that a whole case has, notified by one of twelve
agencies on some day of six years, and stopped on some day of its own: so that hardly two clocks
have one cell. The newest are open, and one in a hundred of the others. The limit goes through the
cells of the histogram once, and looks at their clock.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from time import perf_counter
from typing import Final

from benchmarks.harness import Benchmark, Effort
from rapid_review import calendars
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics import measures
from rapid_review.projections.statistics.bands import bands
from rapid_review.projections.statistics.counts import count_table
from rapid_review.projections.statistics.facts import CountCell, DurationCell, Ended
from rapid_review.projections.statistics.in_time import due_cohort
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.selection import Clocks, clocks, clocks_by
from rapid_review.projections.statistics.survival import survival

REVIEWS: Final = 100_000
CLOCKS: Final = ("rapid-review", "decision", "notify-panel", "panel-answer", "publication")
ENGLAND: Final = calendars.load("england-and-wales")
AS_OF: Final = AsOf(read_on=date(2026, 6, 1))


def benchmarks(effort: Effort) -> Iterator[Benchmark]:
    """Yield the slowest of the statistics."""
    durations, counts = _durations(effort.of(REVIEWS)), _counts(effort.of(REVIEWS))
    asked = _asked(durations, counts)

    def slowest() -> float:
        return max(map(_milliseconds, asked))

    yield Benchmark(
        "slowest_statistic",
        "ms",
        "lower",
        slowest,
        limit=("a look at each cell", lambda: _milliseconds(lambda: _looked_at(durations))),
    )


def _asked(
    durations: Counter[DurationCell], counts: Counter[CountCell]
) -> list[Callable[[], object]]:
    clock = CLOCKS[0]

    def whole(figure: Callable[..., object]) -> Callable[[], object]:
        return lambda: figure(clocks(durations, clock, AS_OF))

    def by(figure: Callable[..., object], grouped: By) -> Callable[[], object]:
        return lambda: [
            figure(one) for one in clocks_by(durations, clock, AS_OF, grouped).values()
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


def _looked_at(durations: Counter[DurationCell]) -> int:
    return sum(number for cell, number in durations.items() if cell.deadline == CLOCKS[0])


def _durations(reviews: int) -> Counter[DurationCell]:
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
    return found


def _counts(reviews: int) -> Counter[CountCell]:
    chance = Random(2)  # noqa: S311 - the same in every run
    return Counter(
        CountCell(
            measures.NOTIFICATION.name,
            ("death", "serious-harm", "other")[chance.randrange(3)],
            f"agency-{chance.randrange(12)}",
            f"{2020 + chance.randrange(6)}-{1 + chance.randrange(12):02}",
        )
        for _ in range(reviews)
    )
