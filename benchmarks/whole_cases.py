"""Whole cases, for what is kept of many: from the notification to the closing, some 45 entries.

It is the case of `rapid-review demo`, moved by whole weeks and notified by one agency or another,
so that its cells spread over some hundred weeks and a dozen agencies.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from benchmarks import material
from rapid_review import RapidReviews
from rapid_review.cli.commands.demo.demonstration import story
from rapid_review.domain.events import AnyEvent
from rapid_review.wire.answers import apply_lines

WEEKS: Final = 200
AGENCIES: Final = 12
_DAY: Final = re.compile(r"(?<!\"version\":\")\b[0-9]{4}-[0-9]{2}-[0-9]{2}(?=[T\"])")


def store_of(path: Path, events: int) -> int:
    """Make a store of at least so many entries; return how many it has."""
    each = len(whole_case(0))
    with RapidReviews.on_sqlite(
        path, terms=material.KENT, clock=material.clock, unsealed=True
    ) as reviews:
        done = reviews.import_histories(histories(-(-events // each)), by=material.BY)
    return done.entries


def histories(cases: int) -> Iterator[tuple[str, tuple[AnyEvent, ...]]]:
    """Yield so many cases."""
    for number in range(cases):
        yield f"KM-{number}", whole_case(number % (WEEKS * AGENCIES))


@cache
def whole_case(variant: int) -> tuple[AnyEvent, ...]:
    """Return the events of a case."""
    week, agency = divmod(variant, AGENCIES)
    received, *rest = _moved(week)
    return (received.model_copy(update={"source": f"agency-{agency}"}), *rest)


@cache
def _moved(weeks: int) -> tuple[AnyEvent, ...]:
    def later(found: re.Match[str]) -> str:
        return str(date.fromisoformat(found[0]) + timedelta(weeks=weeks))

    return tuple(kind.model_validate_json(_DAY.sub(later, body)) for kind, body in _as_it_was())


@cache
def _as_it_was() -> tuple[tuple[type[AnyEvent], str], ...]:
    with RapidReviews.in_memory(terms=material.KENT, clock=material.clock) as reviews:
        for _ in apply_lines(BytesIO(b"\n".join(story())), reviews):
            pass
        (case,) = map(reviews.case, reviews.references())
    return tuple((type(event), event.model_dump_json()) for event in case.recorded)
