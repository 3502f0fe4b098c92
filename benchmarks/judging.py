"""Findings and duties of a case of 45 entries: what every page and every answer of it asks for.

The limit asks each rule of each event once and of the whole case, with nothing settled, no day
compared and no order kept: what a judge that is asked of the same rules could not beat.
"""

import gc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from time import perf_counter
from typing import Final

from benchmarks import material
from benchmarks.harness import Benchmark, Effort
from benchmarks.whole_cases import whole_case
from rapid_review import RapidReviews, calendars
from rapid_review.domain.case import replay
from rapid_review.domain.registry import REGISTRY
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.duties import duties
from rapid_review.projections.case.findings import findings

CASE: Final = "KM-1"
AS_OF: Final = AsOf(read_on=datetime(2026, 6, 1, tzinfo=UTC))


def benchmarks(effort: Effort) -> Iterator[Benchmark]:
    """Yield the judging of the case, from its entries."""
    with RapidReviews.in_memory(terms=material.KENT, clock=material.clock) as reviews:
        reviews.import_history(CASE, whole_case(0), by=material.BY)
        entries = tuple(reviews.history(CASE))
    history, times = CaseHistory(entries, material.KENT, _calendar), effort.of(100)
    whole = replay(entry.event for entry in entries)

    def judge() -> None:
        findings(history, AS_OF)
        duties(history, AS_OF)

    def ask() -> None:
        for event in whole.standing:
            for rule in REGISTRY[type(event)].asked:
                rule(event, whole, material.KENT)

    yield Benchmark(
        "judging_45",
        "ms",
        "lower",
        lambda: _milliseconds(judge, times),
        limit=("each rule asked once", lambda: _milliseconds(ask, times)),
    )


@lru_cache
def _calendar(id_: str, version: str | None = None) -> WorkingCalendar:
    return calendars.load(id_, version)


def _milliseconds(job: Callable[[], None], times: int) -> float:
    gc.collect()
    begun = perf_counter()
    for _ in range(times):
        job()
    return (perf_counter() - begun) * 1_000 / times
