"""Days in the future, in answers that say that something has happened: mostly a wrong year.

They can be recorded, and are then found irregular (reading I-29). It is better to ask first.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Final
from zoneinfo import ZoneInfo

from rapid_review.domain.rules.order_of_days import SAY_WHAT_HAPPENED
from rapid_review.reports.dates import date_text
from rapid_review.web.pages.forms.control import Control, every
from rapid_review.web.pages.forms.filled import Filled
from rapid_review.web.pages.forms.reading import day_in

RIGHT: Final = "replacement."
"""How the paths begin of what a correction puts in an entry's place."""
_HAS_HAPPENED: Final = frozenset({"at", *chain.from_iterable(SAY_WHAT_HAPPENED.values())})


def days_ahead(
    controls: Sequence[Control], filled: Filled, zone: ZoneInfo, today: date
) -> Iterator[str]:
    """Yield a question for each day later than today on which something happened, says the form.

    A plan lies in the future, such as the day by which a report is due: it is not asked about.

    Args:
        controls: what the form asks.
        filled: what was sent.
        zone: the partnership's.
        today: the day, by the midnight of that zone.
    """
    for one in every(controls):
        if one.path.removeprefix(RIGHT) in _HAS_HAPPENED:
            day = day_in(one, filled, zone)
            if day is not None and day > today:
                yield (
                    f"{one.question.legend} {date_text(day)} has not come yet. Is the day right?"
                )
