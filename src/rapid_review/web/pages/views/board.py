"""The list of cases: where each stands, what is due next, and who owes it (ToR 5(a))."""

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from starlette.responses import Response

from rapid_review.domain.day_names import MONTHS
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.work.board import Standing, standing_of
from rapid_review.web.pages.site import Visit
from rapid_review.web.pages.views.wording import STAGES, named
from rapid_review.wire.read_model import read_every_case

if TYPE_CHECKING:
    from rapid_review.store.log.in_order import Unreadable


def board(visit: Visit) -> Response:
    """Show the open cases, or all if the address asks for them; the one due first is on top."""
    everything, unread = standings(visit)
    shown = [one for one in everything if one.is_open or visit.query("all")]
    shown.sort(key=lambda one: (one.due or date.max, one.case))
    late = sum(1 for one in shown if one.days_left is not None and one.days_left < 0)
    return visit.page(
        "board.html",
        cases=shown,
        closed=sum(1 for one in everything if not one.is_open),
        late=late,
        unread=unread,
        shows_all=bool(visit.query("all")),
        stages=STAGES,
        due=due_in_words,
        named=partial(named, terms=visit.site.terms),
        today=visit.site.terms.local_day(visit.now),
    )


def standings(visit: Visit) -> tuple[tuple[Standing, ...], int]:
    """Return where every case stands, and how many cases or entries could not be read."""
    reviews, as_of = visit.site.reviews, AsOf(read_on=visit.now)

    def from_entries(unreadable: "Unreadable") -> tuple[Standing, ...]:
        each = reviews.each(
            lambda case: standing_of(reviews.case_history(case), as_of), unreadable
        )
        return tuple(one for one in each if one is not None)

    return read_every_case(reviews, lambda seen: seen.board(visit.now), from_entries, visit.now)


def due_in_words(day: date | None, left: int | None) -> str:
    """Say when something is due, and how many days are left.

    >>> due_in_words(date(2020, 5, 26), 1), due_in_words(date(2020, 5, 26), -2)
    ('26 May 2020, 1 day left', '26 May 2020, 2 days late')
    """
    if day is None:
        return "no date set"
    day_in_words = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    if left is None:
        return day_in_words
    if left == 0:
        return f"{day_in_words}, today"
    many = "day" if abs(left) == 1 else "days"
    return f"{day_in_words}, {abs(left)} {many} {'left' if left > 0 else 'late'}"
