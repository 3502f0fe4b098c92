"""The histogram of a store: what every statistic is computed from."""

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from rapid_review.cli.reading import AsOf, histories_in
from rapid_review.cli.shell import Shell

if TYPE_CHECKING:
    from rapid_review.domain.terms import Terms
    from rapid_review.projections.cells import CountCell, DurationCell


class Histograms(NamedTuple):
    """How many cases there are, and the sums of their clocks and of their counts."""

    cases: int
    durations: "Counter[DurationCell]"
    counts: "Counter[CountCell]"


def histograms_in(store: str, terms: "Terms", shell: Shell, times: AsOf) -> Histograms:
    """Return the histogram of the cases of the terms' partnership.

    Raises:
        RecordError: the store cannot be read.
    """
    from rapid_review import calendars
    from rapid_review.domain.events import NotificationReceived
    from rapid_review.projections.figures import figures
    from rapid_review.projections.view import CASE, project

    cases = 0
    durations: Counter[DurationCell] = Counter()
    counts: Counter[CountCell] = Counter()
    for _, (entries, held, earlier) in histories_in(store, terms, shell):
        case = project(CASE, entries, recorded_by=times.recorded_by)
        if case.last(NotificationReceived) is None:
            continue
        found = figures(case, held, calendars.load, earlier)
        cases += 1
        durations.update(found.durations)
        counts.update(found.counts)
    return Histograms(cases, durations, counts)
