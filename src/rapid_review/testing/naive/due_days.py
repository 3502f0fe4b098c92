"""Due days for the naive judge, counted day by day; and recorded due days that differ."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from rapid_review.domain.errors import CalendarError, CalendarGapError
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.testing.naive.facts import Fields, Matter
from rapid_review.testing.naive.points import clocks_of, ever_started


def due_day(rule: Fields, start: date, matter: Matter, number: int) -> date | None:
    """Return the due day recorded for this start, or else counted; None where no calendar can.

    A due day that an imported history states is kept, even if no event is on its first day.
    """
    recorded = [one for one in matter.due_days if one.fields["deadline"] == rule["id"]]
    for one in reversed(recorded):
        if matter.day_of(one.fields["counted_from"]) == start:
            return matter.day_of(one.fields["due"])
    if recorded and number == 1:
        last = recorded[-1].fields
        if matter.day_of(last["counted_from"]) not in ever_started(rule, matter):
            return matter.day_of(last["due"])
    counting, calendar, version = rule, matter.terms_on(start)["calendar"], None
    if recorded:
        named = recorded[-1].fields["calendar"]
        counting, calendar, version = recorded[-1].rule, named["id"], named["version"]
    try:
        return counted(counting, start, matter.calendars(calendar, version))
    except (CalendarError, CalendarGapError):
        return None


def _has_all_terms(matter: Matter) -> bool:
    """Say whether all terms that the case names are available."""
    naming = ("NotificationReceived", "TermsReplaced")
    named = [fact.fields["terms"] for fact in matter.ever_recorded if fact.kind in naming]
    known = [(one["digest"], one["national"]["digest"]) for one in matter.editions]
    return all((one["digest"], one["rule_set_digest"]) in known for one in named)


_LENGTH: Final = ("length", "unit", "counts_day_of_start")


def due_days_that_differ(matter: Matter) -> Iterator[int]:
    """Yield the entry of each recorded due day that is wrong.

    Its own calendar, if available, gives another day; or nothing ever started its clock on the day
    from which it is counted; or it is set with a length that no terms give.
    """
    for one in matter.due_days:
        if not one.had_happened:
            continue
        rules = [r for terms in matter.editions for r in clocks_of(terms)]
        mine = [rule for rule in rules if rule["id"] == one.fields["deadline"]]
        if not any(one.fields["counted_from"] in ever_started(rule, matter) for rule in mine):
            yield one.version
            continue
        if one.rule is one.fields and _has_all_terms(matter):
            lengths = [[rule[key] for key in _LENGTH] for rule in mine]
            if [one.fields[key] for key in _LENGTH] not in lengths:
                yield one.version
                continue
        named = one.fields["calendar"]
        try:
            calendar = matter.calendars(named["id"], named["version"])
            recount = counted(one.rule, one.fields["counted_from"], calendar)
        except (CalendarError, CalendarGapError):
            continue
        if calendar.digest == named["digest"] and recount != one.fields["due"]:
            yield one.version


def counted(rule: Fields, start: date, calendar: WorkingCalendar) -> date:
    """Count a clock's days one by one.

    Raises:
        CalendarGapError: the calendar does not cover the days.
    """
    working = calendar.is_working(start)
    day, left = start, rule["length"]
    backwards = rule.get("before", "due" in rule and rule["due"] < rule["counted_from"])
    if backwards:
        while left:
            day -= timedelta(days=1)
            left -= 1 if rule["unit"] == "calendar_days" or calendar.is_working(day) else 0
    elif rule["unit"] == "months":
        years, month = divmod(start.year * 12 + start.month - 1 + left, 12)
        day = date(years, month + 1, min(start.day, monthrange(years, month + 1)[1]))
    elif rule["unit"] == "calendar_days":
        day = start + timedelta(days=left)
    else:
        left -= 1 if rule["counts_day_of_start"] and working else 0
        while left:
            day += timedelta(days=1)
            left -= 1 if calendar.is_working(day) else 0
    calendar.is_working(day)  # raises if the calendar does not cover the day
    return day
