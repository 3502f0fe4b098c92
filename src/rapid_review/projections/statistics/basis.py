"""What a figure counts: its unit, its date basis, its months, and as of when.

Two published figures of the same year differ by a seventh because one counts notifications and
the other what the Panel considered. So no figure here comes without these, and no percentage
without its denominator.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rapid_review.domain.case import Case, of_kinds
from rapid_review.domain.printable import counted
from rapid_review.domain.terms.deadlines import (
    HAPPENED,
    PANEL_NOTIFIED,
    RECEIVED,
    dated,
    kinds_of,
)
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.periods import (
    ALL_MONTHS,
    Span,
    is_complete,
    months_of_row,
)


class Dated(StrEnum):
    """Which day decides the month in which a notification counts, with everything that follows."""

    RECEIPT = "receipt of the notification"
    PANEL = "notification to the Panel"
    INCIDENT = "the incident"


_DATED_BY: Final[Mapping[Dated, str]] = MappingProxyType(
    {
        Dated.RECEIPT: RECEIVED,
        Dated.PANEL: PANEL_NOTIFIED,
        Dated.INCIDENT: HAPPENED,
    }
)
"""The point whose day decides, by its name in the terms."""


def deciding_day(case: Case, terms: Terms, dated_by: Dated, on: date) -> date | None:
    """Return the local day that decides: the earliest recorded one; None if none is recorded.

    A day after the day of the reading does not count: it is a slip, most often in the
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


class Counted(StrEnum):
    """The unit of a count. A notification is of one incident and may name several children."""

    NOTIFICATION = "notification"
    INCIDENT = "incident"
    CHILD = "child"
    REVIEW = "review"
    CLOCK = "clock"
    MEETING = "meeting"
    SEAT = "seat"
    OUTCOME = "outcome"
    THEME = "theme"
    AGENCY_REPORT = "agency report"


@dataclass(frozen=True, slots=True)
class Basis:
    """What every figure carries.

    Attributes:
        counted: the unit.
        as_of: as of when.
        months: the months that were asked for.
        group: the period, agency or partnership that it is a figure of; None for all of them.
        dated_by: which date decides its month, by the terms' own midnight.
    """

    counted: Counted
    as_of: AsOf
    months: Span = ALL_MONTHS
    group: str | None = None
    dated_by: Dated = Dated.RECEIPT

    def months_of(self, row: str) -> str:
        """Say which months a row covers, as far as they have begun on the day of the reading."""
        return months_of_row(row, self.months, self.as_of.today)

    def is_complete(self, row: str) -> bool | None:
        """Say whether a row covers the whole period that it is named after, and that is over."""
        return is_complete(row, self.months, self.as_of.today)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, never without the whole.

    Attributes:
        basis: what it is a figure of.
        numerator: the part.
        denominator: the whole.
        percent: the part in hundredths of the whole; None, undefined, of a whole of 0.
    """

    basis: Basis
    numerator: int
    denominator: int
    percent: float | None = field(init=False)

    def __post_init__(self) -> None:
        whole = self.denominator
        object.__setattr__(self, "percent", 100 * self.numerator / whole if whole else None)

    def __str__(self) -> str:
        percent = "undefined" if self.percent is None else f"{self.percent:.1f} %"
        return f"{percent} ({self.numerator} of {counted(self.denominator, self.basis.counted)})"
