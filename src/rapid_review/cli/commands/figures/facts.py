"""The histogram of a store: what every statistic is computed from."""

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from rapid_review.cli.as_of import AsOf, histories_in
from rapid_review.cli.commands.figures.from_read_model import kept
from rapid_review.cli.context import Shell

if TYPE_CHECKING:
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.projections.statistics.facts import CountCell, DurationCell
    from rapid_review.store.read_model.readings import Seen


class Histograms(NamedTuple):
    """How many cases there are, and the sums of their clocks and of their counts."""

    cases: int
    durations: "Counter[DurationCell]"
    counts: "Counter[CountCell]"


def histograms_in(
    store: str, terms: "Terms", deadline: str, shell: Shell, times: AsOf
) -> Histograms:
    """Return the histogram of the cases of the terms' partnership; of their clocks, that of one.

    As all is recorded by now it is read from the read model, once that is brought up to date. As
    it had happened or was recorded by an earlier time, it is computed from the entries.

    Raises:
        RecordError: the store cannot be read.
    """
    if times.happened_by is None and times.recorded_by is None:
        found = kept(store, terms, shell, partial(_histograms, deadline=deadline))
        if found is not None:
            return found
    return _replayed(store, terms, deadline, shell, times)


def _histograms(seen: "Seen", deadline: str) -> Histograms:
    return Histograms(seen.how_many_cases, seen.durations(deadline), seen.counts())


def _replayed(store: str, terms: "Terms", deadline: str, shell: Shell, times: AsOf) -> Histograms:
    """Compute it from the entries of every case."""
    from rapid_review import calendars
    from rapid_review.projections.statistics.case_facts import figures_then

    cases = 0
    durations: Counter[DurationCell] = Counter()
    counts: Counter[CountCell] = Counter()
    for _, (entries, held, earlier) in histories_in(store, terms, shell):
        found = figures_then(
            entries,
            held,
            calendars.load,
            earlier,
            **times.cut,
        )
        if found is None:
            continue
        cases += 1
        durations.update(cell for cell in found.durations if cell.deadline == deadline)
        counts.update(found.counts)
    return Histograms(cases, durations, counts)
