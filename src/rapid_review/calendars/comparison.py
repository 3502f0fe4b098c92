"""Which days two calendars see differently."""

from datetime import date, timedelta
from typing import Literal, NamedTuple

from rapid_review.domain.errors import CalendarError
from rapid_review.domain.working_days import WorkingCalendar


class ChangedDay(NamedTuple):
    """A day that two calendars see differently.

    Attributes:
        day: the date.
        change: a closure was "added" or "removed", or only "renamed", which moves no due date.
        before: why the first calendar is closed on it; None for a working day.
        after: why the second calendar is closed on it; None for a working day.
    """

    day: date
    change: Literal["added", "removed", "renamed"]
    before: str | None
    after: str | None


def diff(before: WorkingCalendar, after: WorkingCalendar) -> tuple[ChangedDay, ...]:
    """Return the days, among those both calendars cover, that the two see differently.

    A day that only one of them covers is not among them: it was added to what is covered, or
    removed from it.

    Raises:
        CalendarError: no day is covered by both.
    """
    first = max(before.covers_from, after.covers_from)
    last = min(before.covers_to, after.covers_to)
    if last < first:
        raise CalendarError(
            f"calendar {before.id} {before.version} ends on {before.covers_to}, but calendar "
            f"{after.id} {after.version} begins on {after.covers_from}; compare calendars that "
            "have at least one day in common"
        )
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    seen = ((day, before.closure(day), after.closure(day)) for day in days)
    return tuple(ChangedDay(day, _change(b, a), b, a) for day, b, a in seen if b != a)


def _change(before: str | None, after: str | None) -> Literal["added", "removed", "renamed"]:
    if before is None:
        return "added"
    return "removed" if after is None else "renamed"
