"""Due dates and working days, beside the library `holidays`.

Every turn works on dates that are new objects: Python remembers the hash of a date, and a date
that has just been read from a record has none yet. `holidays` has its years made beforehand.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import holidays

from benchmarks.harness import Benchmark, Effort, must_agree, rate
from rapid_review import calendars, terms
from rapid_review.domain.clocks import due_on

OURS: Final = calendars.load("england-and-wales")
THEIRS: Final = holidays.country_holidays("GB", subdiv="ENG", years=range(2017, 2030))
CLOCK: Final = terms.load(terms.KENT_AND_MEDWAY_2020).clocks["rapid-review"]
LENGTH: Final = CLOCK.length  # 15 working days, ToR 5(a)

FIRST: Final = date(2018, 1, 1).toordinal()
DAYS: Final = 3_652  # ten years
STEP: Final = 1_597  # has no divisor in common with them, so all their days come, in no order
SPAN: Final = 40  # days from one end of what is counted to the other, both included

Span = tuple[date, date]


def benchmarks(effort: Effort) -> Iterator[Benchmark]:
    """Yield the due dates, by clock and by calendar, and the counting of working days."""
    ordinals = [FIRST + turn * STEP % DAYS for turn in range(effort.of(40_000))]
    few = ordinals[: effort.of(2_000)]
    working, reached = _table()
    yield from _due_dates(ordinals, few, working, reached)
    yield _counts(ordinals, few, reached)


def _due_dates(
    ordinals: Sequence[int],
    few: Sequence[int],
    working: Sequence[date],
    reached: dict[date, int],
) -> Iterator[Benchmark]:
    def due(days: Sequence[date]) -> list[date]:
        return [due_on(CLOCK, day, OURS) for day in days]

    def after(days: Sequence[date]) -> list[date]:
        return [OURS.after(day, LENGTH) for day in days]

    def nth(days: Sequence[date]) -> list[date]:
        return [THEIRS.get_nth_working_day(day, LENGTH) for day in days]

    def looked_up(days: Sequence[date]) -> list[date]:
        return [working[reached[day] + LENGTH] for day in days]

    days = _dates(range(FIRST, FIRST + DAYS))
    must_agree(due(days), after(days), nth(days), looked_up(days))
    for name, ours in (("due_dates", due), ("working_calendar_after", after)):
        yield Benchmark(
            name,
            "dates/s",
            "higher",
            rate(lambda: _dates(ordinals), ours),
            {"holidays": rate(lambda: _dates(few), nth)},
            ("two look-ups in a table", rate(lambda: _dates(ordinals), looked_up)),
        )


def _counts(ordinals: Sequence[int], few: Sequence[int], reached: dict[date, int]) -> Benchmark:
    def counted(spans: Sequence[Span]) -> list[int]:
        return [OURS.count(first, last, counting_day=True) for first, last in spans]

    def counted_by_holidays(spans: Sequence[Span]) -> list[int]:
        return [THEIRS.get_working_days_count(first, last) for first, last in spans]

    def subtracted(spans: Sequence[Span]) -> list[int]:
        return [reached[last] - reached[first] for first, last in spans]

    must_agree(counted(_spans(few)), counted_by_holidays(_spans(few)))
    return Benchmark(
        "count_working_days",
        "counts/s",
        "higher",
        rate(lambda: _spans(ordinals), counted),
        {"holidays": rate(lambda: _spans(few), counted_by_holidays)},
        ("two look-ups in a table", rate(lambda: _spans(ordinals), subtracted)),
    )


def _dates(ordinals: Sequence[int]) -> list[date]:
    return [date.fromordinal(ordinal) for ordinal in ordinals]


def _spans(ordinals: Sequence[int]) -> list[Span]:
    ends = [ordinal + SPAN - 1 for ordinal in ordinals]
    return list(zip(_dates(ordinals), _dates(ends), strict=True))


def _table() -> tuple[list[date], dict[date, int]]:
    """Return the working days in order, and each day's place among them: the bare minimum."""
    working: list[date] = []
    reached: dict[date, int] = {}
    for day in _dates(range(FIRST, FIRST + DAYS + SPAN)):
        if OURS.is_working(day):
            working.append(day)
        reached[day] = len(working) - 1
    return working, reached
