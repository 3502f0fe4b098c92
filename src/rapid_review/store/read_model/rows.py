"""What the read model keeps of one case: rows, and the cells that they add to the histogram.

All of it is computed from the whole case as it is, so late facts and corrections need no code of
their own.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from pydantic_core import to_json

from rapid_review.domain.case import Case
from rapid_review.domain.events import (
    AgencyReportFiled,
    AgencyReportRequested,
    CaseClosed,
)
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import RelatedReview, Unit
from rapid_review.projections.as_of import Calendars
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.stage import is_open, stage
from rapid_review.projections.duplicates import notified_in
from rapid_review.projections.editions import by_terms_of_then
from rapid_review.projections.learning import CaseLearning, learning_in
from rapid_review.projections.statistics.case_facts import case_facts
from rapid_review.projections.statistics.facts import DurationCell
from rapid_review.projections.work.diary import owed_in
from rapid_review.store.backends.ports import Values

UNKNOWN: Final = -1
"""The value in a key for days that are not known, because a key column cannot be empty."""


class Cells(NamedTuple):
    """What a case adds to the histogram: each cell as its table keys it.

    The cells are plain rows: thousands are summed, and rows are summed several times faster.

    Attributes:
        durations: a cell for each clock.
        counts: the cells of what else is counted, each with how many there are.
    """

    durations: Sequence[Values] = ()
    counts: Sequence[tuple[Values, int]] = ()


NO_CELLS: Final = Cells()


class CaseRows(NamedTuple):
    """The rows of one case, without the build and the stream that they begin with.

    Attributes:
        case: its one row; the counts are its last column.
        deadlines: a row for each clock that has started.
        themes: a row for each learning theme.
        dues: a row for everything that falls due.
        cells: what the case adds to the histogram.
    """

    case: Values
    deadlines: Sequence[Values]
    themes: Sequence[Values]
    dues: Sequence[Values]
    cells: Cells


def rows_of_case(
    reference: str, case: Case, terms: Terms, calendars: Calendars, earlier: Sequence[Terms]
) -> CaseRows:
    """Return what the read model keeps of a case.

    Args:
        reference: the case's reference.
        case: the case as it is.
        terms: the terms in force for it.
        calendars: gives the calendar that a clock names.
        earlier: other editions that were in force for it earlier.

    Raises:
        TermsError: a clock runs that is in none of these terms.
    """
    learnt = learning_in(reference, case, terms)
    if learnt is None:  # the notification was retracted: nothing counts any more
        row = (reference, case.version, *[None] * 9, "[]", *[None] * 8)
        return CaseRows(row, (), (), (), NO_CELLS)
    found = case_facts(case, terms, calendars, earlier)
    month, source = found.month, found.source
    counts = [(*kind, n) for kind, n in found.counted.items()]
    row = (
        reference,
        case.version,
        stage(by_terms_of_then(case, terms, earlier), terms).value,
        int(is_open(case, terms)),
        found.received_on.isoformat(),
        _closed_on(case, terms),
        month,
        source,
        terms.id,
        terms.time_zone,
        _last_day(case, found.clocks, terms).isoformat(),
        _json(counts),
        *_search_columns(reference, case),
        *_learning_columns(learnt),
    )
    themes = [(theme, place, _json(to)) for place, (theme, to) in enumerate(learnt.themes.items())]
    if found.is_duplicate:  # what it would count is counted in the case that it is one of
        return CaseRows(row, (), themes, (), NO_CELLS)
    keys = [key_of(cell) for cell in found.durations]
    each = zip(found.clocks, found.durations, keys, strict=True)
    return CaseRows(
        row,
        [_deadline(place, *clock) for place, clock in enumerate(each)],
        themes,
        _dues(case, terms, found.clocks),
        Cells(keys, count_keys(counts, source, month)),
    )


def _json(value: object) -> str:
    return to_json(value).decode()


def _search_columns(reference: str, case: Case) -> Values:
    """Return what a case is searched by, and compared with others by (ToR 8.1)."""
    notified = notified_in(reference, case)
    assert notified is not None  # noqa: S101 - for the type checker: there is a notification
    asked = (one.agency for one in case.all(AgencyReportRequested))
    answered = (one.agency for one in case.all(AgencyReportFiled))
    return (
        notified.reference,
        None if notified.happened_on is None else notified.happened_on.isoformat(),
        _json(sorted(notified.children)),
        _json(sorted({notified.source, *asked, *answered})),
        notified.duplicate_of,
    )


def _closed_on(case: Case, terms: Terms) -> str | None:
    closed = case.last(CaseClosed) if case.review.closed else None
    return None if closed is None else terms.local_day(closed.at).isoformat()


def _last_day(case: Case, read: Iterable[ClockReading], terms: Terms) -> date:
    """Return the last day on which something happens in a case or one of its clocks."""
    last = terms.local_day(case.standing[-1].at)  # `standing` is in the order of time
    return max((last, *(d for one in read for d in (one.counted_from, one.stopped_on) if d)))


def _deadline(place: int, clock: ClockReading, cell: DurationCell, key: Values) -> Values:
    rule, calendar = clock.rule, clock.calendar
    assert calendar is not None  # noqa: S101 - for the type checker: it has started
    deadline, _, _, counted_from, due, ended, *_ = key  # already as the tables store them
    return (
        place,
        deadline,
        counted_from,
        due,
        ended,
        None if clock.stopped_on is None else clock.stopped_on.isoformat(),
        cell.days,
        cell.late_days,
        rule.length,
        rule.unit.value,
        int(rule.counts_day_of_start),
        int(rule.advisory),
        rule.owed_by,
        rule.clause,
        calendar.id,
        calendar.version,
    )


def _dues(case: Case, terms: Terms, read: Iterable[ClockReading]) -> Sequence[Values]:
    """Return what falls due, whatever day it is."""
    return [
        (
            place,
            one.kind.value,
            one.what,
            one.on.isoformat(),
            one.clause,
            one.owed_by,
            None if one.at is None else one.at.isoformat(),
            *_start_and_calendar(one.clock),
        )
        for place, one in enumerate(owed_in(case, terms, read))
    ]


def _start_and_calendar(clock: ClockReading | None) -> Values:
    """Return where a clock starts, and its calendar; None if no bank holiday counts for it."""
    if clock is None or clock.rule.unit is not Unit.WORKING_DAYS or clock.calendar is None:
        return (None, None, None)
    return (str(clock.counted_from), clock.calendar.id, clock.calendar.version)


def _learning_columns(learnt: CaseLearning) -> Values:
    """ToR 4(e), 4(f): return the linked processes, and what the latest decision weighed."""
    prior, related = learnt.prior_themes, learnt.related_reviews
    return (
        _json([_as_pair(one) for one in learnt.linked]),
        None if prior is None else _json(prior),
        None if related is None else _json([_as_pair(one) for one in related]),
    )


def _as_pair(review: RelatedReview) -> tuple[str, str]:
    return review.process, review.reference


# --- Cells, and the rows by which the histogram's tables key them


def key_of(cell: DurationCell) -> Values:
    """Return the key of a cell; what is not known is -1 there."""
    return (
        cell.deadline,
        cell.source,
        cell.month,
        cell.counted_from.isoformat(),
        cell.due.isoformat(),
        cell.ended.value,
        UNKNOWN if cell.days is None else cell.days,
        UNKNOWN if cell.late_days is None else cell.late_days,
    )


def key_of_deadline(row: Values, source: str, month: str) -> Values:
    """Return the key of the cell of a case's clock, from the columns of `OLD_CLOCKS`."""
    deadline, *days, took, late_days = row
    known = (UNKNOWN if each is None else each for each in (took, late_days))
    return (deadline, source, month, *days, *known)


def count_keys(
    counts: Iterable[tuple[str, str, int]], source: str, month: str
) -> Sequence[tuple[Values, int]]:
    """Return the keys of what is counted in a case, each with its number."""
    return [((measure, key, source, month), n) for measure, key, n in counts]
