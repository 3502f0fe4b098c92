"""Days of a clock that cannot be right: a start before the receipt, or a stop before the start."""

from datetime import date
from typing import Final

from rapid_review.domain.case import Case, of_kinds
from rapid_review.domain.clocks import start_of
from rapid_review.domain.events import NotificationReceived
from rapid_review.domain.rules.order_of_days import MAY_PRECEDE_THE_RECEIPT
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.case.attendance_kinds import ByKind


def why_impossible(
    rule: Deadline,
    case: Case,
    events: ByKind,
    terms: Terms,
    *,
    start: date,
    stop: date | None,
    today: date,
) -> str:
    """ToR 7.3: return why the days of a clock that has started cannot be right; empty if they can.

    Nothing that follows the notification can start a clock before its receipt, and nothing stops a
    clock before its start (reading I-23).

    Args:
        rule: the clock.
        case: everything in effect.
        events: what is in effect in the clock's round, by kind.
        terms: the terms in force.
        start: the local day from which it counts.
        stop: the local day on which it stopped, if it did.
        today: the local day of the reading.
    """
    received = case.first(NotificationReceived)
    if received is not None and _MAY_BE_EARLIER.isdisjoint(rule.starting_kinds):
        receipt = terms.local_day(received.at)
        if start < receipt:
            return (
                f"it would have started on {start}, before the notification was received on "
                f"{receipt}"
            )
    if stop is not None and stop < start:
        # A clock that starts after hours may stop before the day from which it counts (I-1).
        began = start_of(rule, of_kinds(events, rule.starting_kinds), terms, by=today)
        if not rule.before and stop < (began or date.max):
            return f"it would have stopped on {stop}, before it started on {start}"
    return ""


_MAY_BE_EARLIER: Final = frozenset(
    kind.__name__ for kind in (NotificationReceived, *MAY_PRECEDE_THE_RECEIPT)
)
"""The kinds of event that may start a clock before the receipt."""
