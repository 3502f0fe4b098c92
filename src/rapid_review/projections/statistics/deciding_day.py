"""The day that decides in which month a case counts, with everything that follows from it."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from rapid_review.domain.case import Case, of_kinds
from rapid_review.domain.terms.deadlines import PANEL_NOTIFIED, RECEIVED, dated, kinds_of
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.statistics.basis import Dated

_DATED_BY: Final[Mapping[Dated, str]] = MappingProxyType(
    {
        Dated.RECEIPT: RECEIVED,
        Dated.PANEL: PANEL_NOTIFIED,
        Dated.INCIDENT: "NotificationReceived.incident.happened_on",
    }
)
"""The point whose day decides, by its name in the terms."""


def deciding_day(case: Case, terms: Terms, dated_by: Dated, on: date) -> date | None:
    """Return the local day that decides: the earliest recorded one; None if none is recorded.

    A day that is still to come on the day of the reading is none: it is a slip, most often in the
    year (reading I-29). The case then counts as one whose day is not known, and adds no later
    month to the tables.

    Args:
        case: the case.
        terms: the terms in force for it.
        dated_by: the day of what decides.
        on: the day of the reading.
    """
    point = _DATED_BY[dated_by]
    times = (dated(event, point) for event in of_kinds(case.by_kind, kinds_of(point)))
    days = (terms.local_day(when) for when in times if when is not None)
    return min((day for day in days if day <= on), default=None)
