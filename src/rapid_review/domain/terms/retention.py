"""How long the words of a case are kept, as a partnership's own document states it.

The terms state it, nothing does it: what is due is a list, and people decide.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Le

from rapid_review.domain.statement import Said
from rapid_review.domain.vocabulary import Clause

Years = Annotated[int, Ge(1), Le(150)]
"""How many whole years something is kept."""


class RetentionStart(StrEnum):
    """From what the years are counted: the latest of its kind in effect."""

    NOTIFICATION = "NotificationReceived.at"
    CLOSING = "CaseClosed.at"
    PUBLICATION = "PracticeReviewPublished.at"


class Retention(Said):
    """For how many years after what a case is kept, before somebody reviews whether it still is.

    Attributes:
        years: whole years.
        starts_on: from what they are counted.
        clause: where the partnership's document says so, if it is known.
    """

    years: Years
    starts_on: RetentionStart
    clause: Clause | None = None

    def review_on(self, start: date) -> date:
        """Return the day on which a case is to be reviewed: the same day, so many years on.

        >>> Retention(years=10, starts_on=RetentionStart.CLOSING).review_on(date(2020, 7, 2))
        datetime.date(2030, 7, 2)
        """
        return years_after(start, self.years)


def years_after(start: date, years: int) -> date:
    """Return the same day, so many years on; of 29 February 1 March, where a year has none.

    >>> years_after(date(2020, 2, 29), 1)
    datetime.date(2021, 3, 1)
    """
    year = start.year + years
    try:
        return start.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
