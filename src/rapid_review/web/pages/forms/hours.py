"""The hour that is recorded for a step if its form gives only the day.

It is noon, or a minute after the notification if that came in later that day. If that hour is
still to come, or what is on record of that day forbids the step then, it is an earlier one: no
verdict may rest on an hour that nobody stated (ToR 8.5).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from rapid_review.domain.commands import Command, FindCriteriaNotMet
from rapid_review.domain.events import NotificationReceived
from rapid_review.domain.registry import findings, leads_to
from rapid_review.domain.rules.finding import Verdict
from rapid_review.domain.statement import with_other
from rapid_review.web.pages.forms.choices import Given

_MINUTE = timedelta(minutes=1)


def hour_that_fits(command: Command, given: Given, now: datetime) -> datetime:
    """Return when a step is recorded to have happened, of which only the day is known.

    Args:
        command: the step, at noon of its day.
        given: the terms, and the case as it is.
        now: the time; a step of today is not recorded at an hour that is still to come.
    """
    hours = tuple(_hours(command, given, now))
    return next((at for at in hours if not _is_forbidden(command, at, given)), hours[0])


def _hours(command: Command, given: Given, now: datetime) -> Iterator[datetime]:
    """Yield the hours to choose from, noon or after the receipt first; then earlier ones."""
    terms, noon = given.terms, command.at
    day = terms.local_day(noon)
    that_day = [one.at for one in given.case.standing if terms.local_day(one.at) == day]
    received = given.case.first(NotificationReceived)
    start = noon
    if received is not None and terms.local_day(received.at) == day:
        last = noon.astimezone(terms.zone).replace(hour=23, minute=59)
        start = max(noon, min(received.at + _MINUTE, last))
    if isinstance(command, FindCriteriaNotMet):  # the group found it after what it did that day
        start = max(noon, *that_day) if that_day else noon
    if terms.local_day(now) == day:
        start = min(start, now)
    yield start
    before = (at - _MINUTE for at in sorted(that_day, reverse=True))
    yield from (at for at in before if at < start and terms.local_day(at) == day)


def _is_forbidden(command: Command, at: datetime, given: Given) -> bool:
    """Say whether a rule forbids a step at an hour."""
    then, (event, *_) = with_other(command, {"at": at}), leads_to(type(command))
    found = findings(then, event, given.case, given.terms_on(at))
    return any(one.verdict is Verdict.FORBIDDEN for one in found)
