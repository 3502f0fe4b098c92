"""Makes calendar files with the library `holidays`, and checks files against it.

`holidays` is asked for one subdivision, always: without one it leaves out Easter Monday and the
summer bank holiday. It also works out years for which nothing has been proclaimed yet. Give the
end of the last year that GOV.UK's page "UK bank holidays" lists as `published_to`: days after it
are provisional.

To release a new version: `make` it, compare it with the last one by `diff`, and add it beside that
one, under its own version. Never change a released file.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from rapid_review.calendars.calendar_file import describe
from rapid_review.domain.errors import CalendarError, listed, shown
from rapid_review.domain.working_days import WorkingCalendar

SUBDIVISIONS: Final = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}
_TITLES: Final = {
    "england-and-wales": "Bank holidays in England and Wales",
    "scotland": "Bank holidays in Scotland",
    "northern-ireland": "Bank holidays in Northern Ireland",
}
_WEEKEND: Final = (5, 6)


class Difference(NamedTuple):
    """A weekday that a calendar and the library `holidays` see differently.

    Attributes:
        day: the date.
        here: the bank holiday's name in the calendar; None for a working day.
        there: its name in the library; None for a working day.
        remark: what the calendar itself says about the day, if that is why; a difference without
            one is a mistake, or a new proclamation.
    """

    day: date
    here: str | None
    there: str | None
    remark: str | None


def check(calendar: WorkingCalendar) -> tuple[Difference, ...]:
    """Compare the days, not the names, of a calendar with the installed library `holidays`.

    Raises:
        CalendarError: the calendar's id is not one that `holidays` knows as a subdivision.
    """
    here = {day: name for day, name in calendar.closed.items() if day.weekday() not in _WEEKEND}
    there = _weekday_holidays(calendar.id, calendar.covers_from, calendar.covers_to)
    return tuple(
        Difference(day, here.get(day), there.get(day), calendar.remarks.get(day))
        for day in sorted(here.keys() ^ there.keys())
    )


def make(
    calendar_id: str,
    version: str,
    covers: tuple[date, date],
    names: Mapping[date, str] | None = None,
    *,
    published_to: date | None = None,
) -> bytes:
    """Make the file of a new calendar version, with the bank holidays that fall on weekdays.

    `names` gives the official name of a day, where it is not the library's. `published_to` is the
    last day whose bank holidays were published; the days after it are provisional. `licence`,
    `remarks` and what else the days were checked with are added by hand before the release.

    Raises:
        CalendarError: there is no such subdivision, or the file would not be valid.
    """
    from holidays.version import __version__  # noqa: PLC0415 - slow to load; only makers need it

    first, last = covers
    closed = _weekday_holidays(calendar_id, first, last)
    subdivision = SUBDIVISIONS[calendar_id]
    fields = {
        "id": calendar_id,
        "version": version,
        "title": _TITLES[calendar_id],
        "source": f"Python library holidays {__version__}, GB subdivision {subdivision}, "
        "weekdays only",
        "covers": [str(first), str(last)],
        **({} if published_to is None else {"published_to": str(published_to)}),
        "weekend": list(_WEEKEND),
        "holidays": {str(day): (names or {}).get(day, name) for day, name in closed.items()},
    }
    content = f"{json.dumps(fields, ensure_ascii=False, indent=2)}\n".encode()
    describe(content, f"{calendar_id}/{version}.json")
    return content


def _weekday_holidays(calendar_id: str, first: date, last: date) -> dict[date, str]:
    """Return the bank holidays on weekdays, by date, as the installed `holidays` knows them."""
    from holidays import country_holidays  # noqa: PLC0415 - slow to load; only makers need it

    if calendar_id not in SUBDIVISIONS:
        raise CalendarError(
            f"asked `holidays` for calendar {shown(calendar_id)}; allowed: {listed(SUBDIVISIONS)}"
        )
    years = range(first.year, last.year + 1)
    known = country_holidays("GB", subdiv=SUBDIVISIONS[calendar_id], years=years)
    return {
        day: name
        for day, name in sorted(known.items())
        if first <= day <= last and day.weekday() not in _WEEKEND
    }
