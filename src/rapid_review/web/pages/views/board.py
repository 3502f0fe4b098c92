"""The list of cases: where each stands, what is due next, and who owes it (ToR 5(a))."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from rapid_review.domain.printable import counted
from rapid_review.domain.vocabulary import Unit
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.case.stage import Stage
from rapid_review.projections.work.board import Standing, standing_of
from rapid_review.reports.dates import date_text
from rapid_review.web.pages.site import Visit
from rapid_review.web.pages.views.wording import STAGES, named
from rapid_review.wire.read_model import read_every_case

if TYPE_CHECKING:
    from rapid_review.store.log.in_order import Unreadable


def board(visit: Visit) -> Response:
    """Show the open cases and those with something late, or all if the address asks for them.

    The one due first is on top. A clock can be late in a closed case too.
    """
    today, shows_all = visit.site.terms.local_day(visit.now), bool(visit.query("all"))
    everything, unread = standings(visit)
    late = [one for one in everything if is_late(one, today)]
    shown = [one for one in everything if shows_all or one.is_open or is_late(one, today)]
    ended = set(everything).difference(shown)
    shown.sort(key=lambda one: (one.due or date.max, one.case))
    return visit.page(
        "board.html",
        cases=shown,
        ended=ended_in_words(ended),
        late=len(late),
        closed_and_late=sum(1 for one in late if not one.is_open),
        is_late=partial(is_late, today=today),
        unread=unread,
        shows_all=shows_all,
        stages=STAGES,
        due=partial(due_in_words, today=today),
        named=partial(named, terms=visit.site.terms),
        today=today,
    )


_ENDED: Final[Mapping[Stage, tuple[str, str]]] = MappingProxyType(
    {
        Stage.CLOSED: ("is closed", "are closed"),
        Stage.DUPLICATE: ("is a duplicate", "are duplicates"),
        Stage.CRITERIA_NOT_MET: ("did not meet the criteria", "did not meet the criteria"),
    }
)
"""What is said of one case in which nothing is to be done any more, and of several."""
_NO_REVIEW: Final = ("calls for no review", "call for no review")
"""The same of a notification of a class for which the terms hold no review."""


def ended_in_words(ended: Iterable[Standing]) -> str:
    """Say in how many cases nothing is to be done any more, and why; nothing if there is none.

    >>> ended_in_words(Standing("KM-1", one, False) for one in (Stage.NOTIFIED, Stage.CLOSED))
    '1 is closed, 1 calls for no review'
    """
    numbers = Counter(_ENDED.get(one.stage, _NO_REVIEW) for one in ended)
    return ", ".join(
        f"{numbers[says]} {says[numbers[says] > 1]}"
        for says in (*_ENDED.values(), _NO_REVIEW)
        if says in numbers
    )


def is_late(standing: Standing, today: date) -> bool:
    """Say whether the due day of a case is over, also where its calendar cannot count the days."""
    return standing.due is not None and standing.due < today


def standings(visit: Visit) -> tuple[tuple[Standing, ...], int]:
    """Return where every case stands, and how many cases or entries could not be read."""
    reviews, as_of = visit.site.reviews, AsOf(read_on=visit.now)

    def from_entries(unreadable: "Unreadable") -> tuple[Standing, ...]:
        each = reviews.each(
            lambda case: standing_of(reviews.case_history(case), as_of), unreadable
        )
        return tuple(one for one in each if one is not None)

    return read_every_case(reviews, lambda seen: seen.board(visit.now), from_entries, visit.now)


def due_in_words(
    day: date | None, left: int | None, unit: Unit | None = None, *, today: date
) -> str:
    """Say when something is due, and how many days are left.

    Args:
        day: when it is due; None if no day is set.
        left: how many days are left; less than 0 if it is late, None if it is not known.
        unit: what the clock counts; None for calendar days.
        today: the day of the reading.

    >>> due_in_words(date(2020, 5, 26), 1, today=date(2020, 5, 25))
    '26 May 2020, 1 day left'
    """
    if day is None:
        return "no date set"
    if left is None:
        return date_text(day)
    return f"{date_text(day)}, {left_in_words(day, left, unit, today=today)}"


def left_in_words(day: date, left: int, unit: Unit | None = None, *, today: date) -> str:
    """Say how many days are left until a due day.

    On a day of rest after the due day it is late, though no working day has gone by.

    Args:
        day: when it is due.
        left: how many days are left; less than 0 if it is late.
        unit: what the clock counts; None for calendar days.
        today: the day of the reading.

    >>> left_in_words(date(2020, 5, 22), -2, Unit.WORKING_DAYS, today=date(2020, 5, 27))
    '2 working days late'
    >>> left_in_words(date(2020, 5, 22), 0, Unit.WORKING_DAYS, today=date(2020, 5, 23))
    'late'
    """
    if left == 0:
        return "today" if day == today else "late"
    days = counted(abs(left), "working day" if unit is Unit.WORKING_DAYS else "day")
    return f"{days} {'left' if left > 0 else 'late'}"
