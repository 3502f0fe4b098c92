"""Strategies for terms and calendars that no partnership has yet, but one may have.

A rule that is tested only with the shipped files may be right only for those files.
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from rapid_review import terms as shipped
from rapid_review.calendars import load
from rapid_review.domain.terms.deadlines import BY_ALL, Deadline
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Unit
from rapid_review.domain.working_days import WorkingCalendar

ENGLAND: Final = "england-and-wales"
_A_DAY: Final = timedelta(days=1)
_WEEKENDS: Final = ((5, 6), (4, 5), (6,))
_LENGTHS: Final = st.sampled_from((1, 2, 5, 10, 15, 20, 28))
_HOURS: Final = st.sampled_from((None, "12:00", "16:00", "23:59"))
MOST: Final = 18
"""The most months that a clock may run: the days after a case reach no further."""

BY_ALL_OF_THEM: Final = Deadline(
    id="by-all-of-them",
    title="What all of them must do",
    clause="local",
    starts_on="NotificationReceived.at",
    stops_on="DecisionAdopted.at",
    stops_when="all",
    length=10,
    unit=Unit.CALENDAR_DAYS,
    owed_by="partnership-team",
)
"""A clock that no shipped terms have: it stops when the last of several has done something."""


def calendars() -> st.SearchStrategy[WorkingCalendar]:
    """Return calendars of an invented place, from 2018 to 2030, with bank holidays on any day.

    Bank holidays fall on any day, weekends among them, often several in a row; a week may have
    one day of rest, or two that are not Saturday and Sunday.

    >>> from hypothesis import find
    >>> find(calendars(), lambda one: one.id == "nowhere").weekend
    (5, 6)
    """
    day = st.dates(date(2018, 1, 1), date(2030, 12, 31))
    days = st.lists(st.tuples(day, st.integers(1, 4)), max_size=60)
    return st.builds(_calendar, days, st.sampled_from(_WEEKENDS))


def _calendar(off: list[tuple[date, int]], weekend: tuple[int, ...]) -> WorkingCalendar:
    days = (first + number * _A_DAY for first, many in off for number in range(many))
    earliest, latest = date(2018, 1, 1), date(2030, 12, 31)
    return WorkingCalendar(
        id="nowhere",
        version="2020-01-01",
        digest=f"sha256:{'c' * 64}",
        title="Nowhere",
        covers_from=earliest,
        covers_to=latest,
        closed={day: "a day off" for day in days if earliest <= day <= latest},
        add_months=load(ENGLAND).add_months,
        weekend=weekend,
    )


def editions(like: Terms | None = None) -> st.SearchStrategy[Terms]:
    """Return terms: those that ship with the package, and others like them.

    The clocks of the others have other lengths or units, or count the day itself, and one may stop
    when all have done something. A notification may count from the next working day if it comes
    after some hour or on a day off. The quorum may ask for another number of seats. These terms
    are valid, and are read like a file.

    Args:
        like: terms of one's own: only others like these are returned.

    >>> from hypothesis import find
    >>> find(editions(), lambda one: one.receipt is not None).receipt.day_off
    'same-day'
    """
    if like is not None:
        return _changed(st.just(like))
    those = st.sampled_from(shipped.available()).map(shipped.load)
    return those | _changed(those)


@st.composite
def _changed(draw: st.DrawFn, those: st.SearchStrategy[Terms]) -> Terms:
    terms = draw(those)
    clocks = [_clock(one, draw(_clocks(one))) for one in terms.deadlines]
    if draw(st.booleans()):
        stops = draw(st.sampled_from(sorted(BY_ALL)))
        own = BY_ALL_OF_THEM.model_copy(update={"stops_on": f"{stops}.at"})
        clocks.append(_clock(own, draw(_clocks(own))))
    hour = draw(_HOURS)
    off = draw(st.sampled_from(("same-day", "next-working-day")))
    seats = [seat.id for seat in terms.seats]
    needs = {"at_least": draw(st.integers(1, len(seats))), "of": seats}
    fields: dict[str, Any] = terms.model_dump(mode="json") | {
        "id": f"{terms.partnership}-varied",
        "digest": f"sha256:{'e' * 64}",
        "deadlines": [one.model_dump(mode="json") for one in clocks],
        "receipt": {"until": hour, "day_off": off} if draw(st.booleans()) else None,
    }
    if draw(st.booleans()):
        fields["quorum"] |= {"needs": needs}
    return Terms.model_validate_json(json.dumps(fields))


def _clocks(clock: Deadline) -> st.SearchStrategy[Mapping[str, object]]:
    units = (Unit.CALENDAR_DAYS, Unit.WORKING_DAYS) if clock.before else tuple(Unit)
    return st.fixed_dictionaries(
        {"length": _LENGTHS, "unit": st.sampled_from(units), "first": st.booleans()}
    )


def _clock(clock: Deadline, other: Mapping[str, Any]) -> Deadline:
    """Return a clock with another length, in another unit, and perhaps with its first day."""
    unit = other["unit"]
    length = min(other["length"], MOST) if unit is Unit.MONTHS else other["length"]
    counts = other["first"] and unit is Unit.WORKING_DAYS and not clock.before
    fields = dict(clock) | {"length": length, "unit": unit, "counts_day_of_start": counts}
    return Deadline.model_validate(fields)
