"""How long the words of a case are kept, as a partnership's own document states it.

The library only lists the cases that are due for a review; people decide.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Le

from rapid_review.domain.statement import Statement
from rapid_review.domain.vocabulary import Clause

Years = Annotated[int, Ge(1), Le(150)]
"""How many whole years something is kept."""


class RetentionStart(StrEnum):
    """The event from which the years are counted: the latest of its kind in effect."""

    NOTIFICATION = "NotificationReceived.at"
    CLOSING = "CaseClosed.at"
    PUBLICATION = "PracticeReviewPublished.at"


class Retention(Statement):
    """For how many years after which event a case is kept, until somebody reviews whether to.

    Attributes:
        years: whole years.
        starts_on: the event from which they are counted.
        clause: where the partnership's document says so, if it is known.
    """

    years: Years
    starts_on: RetentionStart
    clause: Clause | None = None

    def review_on(self, start: date) -> date:
        """Return the day on which a case is to be reviewed: the same day, `years` later.

        >>> Retention(years=10, starts_on=RetentionStart.CLOSING).review_on(date(2020, 7, 2))
        datetime.date(2030, 7, 2)
        """
        return years_after(start, self.years)


def years_after(start: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 1 March in a year without it.

    >>> years_after(date(2020, 2, 29), 1)
    datetime.date(2021, 3, 1)
    """
    year = start.year + years
    try:
        return start.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
