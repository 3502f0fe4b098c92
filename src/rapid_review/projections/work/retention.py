"""Which cases are due for a review of their retention, by their terms; nothing is done to them."""

from dataclasses import dataclass
from datetime import date

from rapid_review.domain.case import Case
from rapid_review.domain.erasure_particulars import Erased
from rapid_review.domain.erasures import holds, orders
from rapid_review.domain.terms.retention import RetentionStart
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf, CaseHistory


@dataclass(frozen=True, slots=True)
class Kept:
    """How long the words of one case are kept.

    Attributes:
        case: its reference.
        terms: the id of its terms.
        is_stated: whether these say for how long; else it never becomes due.
        counted_from: the day from which the years are counted; None before there is such a day,
            or where the terms state nothing.
        review_on: the day on which it is to be reviewed; None if that is not known.
        is_due: whether that day has come.
        held_by: the holds in force; nothing is erased meanwhile.
        is_erased: whether the words of the whole case are gone.
    """

    case: str
    terms: str
    is_stated: bool
    counted_from: date | None
    review_on: date | None
    is_due: bool
    held_by: tuple[str, ...]
    is_erased: bool


def kept(history: CaseHistory, as_of: AsOf) -> Kept:
    """Return how long the words of a case are kept, on the day of the reading.

    Raises:
        TermsError: the terms of the case are not available.
        InvalidInputError: no day is given.
    """
    case = history.case(as_of)
    terms = history.terms_of(case)
    start = _start(case, terms)
    review_on = None
    if terms.retention is not None and start is not None:
        review_on = terms.retention.review_on(start)
    return Kept(
        history.entries[0].case,
        terms.id,
        terms.retention is not None,
        start,
        review_on,
        review_on is not None and review_on <= as_of.day(terms),
        tuple(holds(case)),
        any(
            one.proposed.what is Erased.CASE and one.destroyed is not None
            for one in orders(case).values()
        ),
    )


def _start(case: Case, terms: Terms) -> date | None:
    """Return the day from which a case's years are counted; None while there is none.

    Where it is the day of the closing, a case that was opened again has none.
    """
    if terms.retention is None:
        return None
    starts_on = terms.retention.starts_on
    if starts_on is RetentionStart.CLOSING and not case.review.closed:
        return None
    starting = case.by_kind.get(starts_on.partition(".")[0])
    return terms.local_day(starting[-1].at) if starting else None
