"""Duties: what ToR 7 and 8 ask for, asked as "was it done?" (readings I-7, I-13).

A duty is open while it can still be done in time. It is found if it was not done when that time
was over, or, for the duties of the rapid review itself, when the case was closed. A duty that was
done late is done: lateness is a matter of its clock.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rapid_review.domain import events as did
from rapid_review.domain.case import Case
from rapid_review.domain.clauses import ToRClause
from rapid_review.domain.duplicates import duplicate_of
from rapid_review.domain.rules import Finding, Verdict
from rapid_review.domain.rules.finding import Kind
from rapid_review.domain.rules.opening import calls_for_review
from rapid_review.domain.terms.citing import cited_under
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clock_reading import ClockReading, ClockState, Reason
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.duty_table import DUTIES, OverWhen, is_settled
from rapid_review.projections.editions import InForce, held_on, in_force, local_day


class DutyState(StrEnum):
    """What became of a duty: it is done, can still be done, or can no longer be."""

    DONE = "done"
    OPEN = "open"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that is owed in a case.

    Attributes:
        code: what is to be done, in short.
        subject: for whom or for what; empty where the code says all.
        asks: what the record holds once it is done.
        clauses: the clauses that ask for it.
        state: what became of it.
        over: when it can no longer be done in time.
        way_on: the commands that record that it was done; any one of them is enough.
        clause: the clauses, as they are cited under the terms of the case.
        clock: the clock with whose due day it is over, if there is one.
    """

    code: str
    subject: str
    asks: str
    clauses: tuple[ToRClause, ...]
    state: DutyState
    over: OverWhen
    way_on: tuple[str, ...]
    clause: str = ""
    clock: ClockReading | None = None

    @property
    def finding(self) -> Finding:
        """What is found where the duty was not done."""
        return Finding(
            self.clause,
            Verdict.IRREGULAR,
            f"there is no record {self.asks}",
            f"Record it with {' or '.join(self.way_on)}. A late record is accepted.",
            Kind.DUTY,
            self.code,
            self.subject,
        )


def duties(history: CaseHistory, as_of: AsOf) -> tuple[Duty, ...]:
    """Return every duty of a case, done or not, on the day of the reading.

    Raises:
        RecordError: the entries are not all of one case, from its first.
        TermsError: a clock is running that none of the terms given holds.
    """
    case = history.case(as_of)
    today = as_of.day(history.terms_of(case))
    editions = in_force(case.standing, history.terms, history.earlier)
    return duties_of(case, editions, clocks(history, as_of), today)


def duties_of(
    case: Case, editions: InForce, read: Iterable[ClockReading], today: date
) -> tuple[Duty, ...]:
    """Return every duty of a case whose clocks have been read; see `duties`.

    A duplicate owes nothing: its duties are those of the case that it is a duplicate of.

    Args:
        case: the case as it had happened by the day of the reading.
        editions: the terms that held in it, each from its day. Terms ask nothing of a case that
            was closed before their day, and no duty whose time was over before it.
        read: its clocks.
        today: the local day of the reading.
    """
    if case.last(did.NotificationReceived) is None or duplicate_of(case) is not None:
        return ()
    # A clock that runs again in a later round gives nobody more time for what is owed once.
    readings = {one.rule.id: one for one in read if one.round == 1}
    return tuple(_duties(case, editions, readings, today))


def _duties(
    case: Case, editions: InForce, readings: dict[str, ClockReading], today: date
) -> Iterator[Duty]:
    closed, last_day = case.review.closed, _last_day(case, editions, today)
    now = held_on(last_day, editions)
    held, review = calls_for_review(case, now), readings.get(now.duties_over)
    publication = _publication(readings)
    review_over = review.due if review is not None and _is_over(review, today) else None
    then = held_on(min(review_over or last_day, last_day), editions)
    over = {
        OverWhen.WITH_THE_REVIEW: closed or review_over is not None,
        OverWhen.AT_THE_CLOSING: closed,
        OverWhen.AT_A_CLOSING_AFTER_THE_ANSWER: closed and _was_answered(case, now, last_day),
        OverWhen.WITH_THE_PUBLICATION: is_settled(case) or _is_over(publication, today),
        OverWhen.NEVER: False,
    }
    with_clock = {OverWhen.WITH_THE_REVIEW: review, OverWhen.WITH_THE_PUBLICATION: publication}
    for row in DUTIES:
        if held or row.in_any_case:
            terms = then if row.over is OverWhen.WITH_THE_REVIEW else now
            clause = cited_under(terms, row.clauses)
            for subject, done, what in row.owed(case, terms):
                state = DutyState.FOUND if over[row.over] else DutyState.OPEN
                state = DutyState.DONE if done else state
                way_on = tuple(filter(None, (row.way_on, row.or_else)))
                asks = row.asks.format(whom=subject, what=what)
                yield Duty(
                    row.code,
                    subject,
                    asks,
                    row.clauses,
                    state,
                    row.over,
                    way_on,
                    clause,
                    with_clock.get(row.over),
                )


def _last_day(case: Case, editions: InForce, today: date) -> date:
    """Return the last day whose terms ask for duties: that of the closing, or else of now."""
    closing = case.last(did.CaseClosed) if case.review.closed else None
    return today if closing is None else local_day(closing.at, editions)


def _was_answered(case: Case, terms: Terms, by: date) -> bool:
    """Say whether the Panel gave its latest answer by a day."""
    answer = case.last(did.PanelFeedbackReceived)
    return answer is not None and terms.local_day(answer.at) <= by


def _is_over(reading: ClockReading | None, today: date) -> bool:
    """Say whether the due day of a clock is over, and nothing excuses it (reading I-12)."""
    if reading is None or reading.due is None:
        return False
    is_excused = reading.state is ClockState.RELAXED and reading.stopped_on is None
    return today > reading.due and not is_excused


def _publication(readings: dict[str, ClockReading]) -> ClockReading | None:
    stop = f"{did.PracticeReviewPublished.__name__}.at"
    found = (one for one in readings.values() if one.rule.first_stop == stop)
    # Counted from a day that cannot be, its due day says nothing.
    return next((one for one in found if one.reason is not Reason.IMPOSSIBLE_ORDER), None)
