"""The histogram of a store: what every statistic is computed from."""

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from rapid_review.cli.commands.figures.from_read_model import from_read_model
from rapid_review.cli.question import Question

if TYPE_CHECKING:
    from rapid_review.projections.statistics.facts import CountCell, DurationCell
    from rapid_review.store.read_model.readings import Snapshot


class Histograms(NamedTuple):
    """How many cases there are, and the sums of their clocks and of their counts."""

    cases: int
    durations: "Counter[DurationCell]"
    counts: "Counter[CountCell]"


def histograms_in(question: Question, deadline: str) -> Histograms:
    """Return the histogram of the cases of the terms' partnership; of their clocks, that of one.

    As all is recorded by now it is read from the read model, once that is brought up to date. As
    it had happened or was recorded by an earlier time, it is computed from the entries.

    Raises:
        RecordError: the store cannot be read.
    """
    if question.is_of_now:
        found = from_read_model(question, partial(_histograms, deadline=deadline))
        if found is not None:
            return found
    return _replayed(question, deadline)


def _histograms(seen: "Snapshot", deadline: str) -> Histograms:
    return Histograms(seen.how_many_cases, seen.durations(deadline), seen.counts())


def _replayed(question: Question, deadline: str) -> Histograms:
    """Compute it from the entries of every case."""
    from rapid_review.projections.statistics.case_facts import figures_then

    cases = 0
    durations: Counter[DurationCell] = Counter()
    counts: Counter[CountCell] = Counter()
    for history in question.histories():
        found = figures_then(history, question.as_of)
        if found is None:
            continue
        cases += 1
        durations.update(cell for cell in found.durations if cell.deadline == deadline)
        counts.update(found.counts)
    return Histograms(cases, durations, counts)
