"""The days that start and stop clocks, as terms name them, for the naive judge."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rapid_review.domain.errors import CalendarError, CalendarGapError
from rapid_review.testing.naive.facts import ATTENDANCE, Fact, Fields, Matter
from rapid_review.testing.naive.seats import is_quorate
from rapid_review.testing.naive.team import SAID_LATER


def clocks_of(terms: Fields) -> list[Fields]:
    """Return the clocks of terms; the national ones come first, and the partnership's own win."""
    both = [*terms["national"]["deadlines"], *terms["deadlines"]]
    return list({one["id"]: one for one in both}.values())


def days_named(point: str, facts: list[Fact], matter: Matter) -> list[tuple[date, Fact]]:
    """Return every day that a point names, with its fact; a point is a date of an event."""
    kind, _, path = point.partition(".")
    found: list[tuple[date, Fact]] = []
    for fact in facts:
        value: Any = fact.fields if _kind_of(fact, matter) == kind else None
        for key in path.split("."):
            value = value[key] if value is not None else None
        if value is not None:
            found.append((matter.day_of(value), fact))
    return found + (days_named(SAID_LATER[point], facts, matter) if point in SAID_LATER else [])


def _kind_of(fact: Fact, matter: Matter) -> str:
    """ToR 6.2: return the kind of a fact; of an attendance, by its seats."""
    if fact.kind not in ATTENDANCE:
        return fact.kind
    return "QuorumConfirmed" if is_quorate(fact, matter) else "QuorumNotMet"


def received_on(fact: Fact, rule: Fields, matter: Matter) -> date:
    """ToR 7.3: return the day on which a notification counts as received, by the terms."""
    edition = matter.terms_on(fact.day)
    receipt = rule["receipt"] or edition["receipt"]
    if receipt is None or rule["starts_on"] != "NotificationReceived.at":
        return fact.day
    recorded = [one.fields for one in matter.due_days if one.fields["deadline"] == rule["id"]]
    id_, version = edition["calendar"], None
    if recorded:
        id_, version = recorded[-1]["calendar"]["id"], recorded[-1]["calendar"]["version"]
    try:
        calendar = matter.calendars(id_, version)
        day_off = not calendar.is_working(fact.day)
        hour = fact.at.astimezone(ZoneInfo(edition["time_zone"])).strftime("%H:%M")
        late = receipt["until"] is not None and hour > receipt["until"]
        day = fact.day
        if late or (day_off and receipt["day_off"] == "next-working-day"):
            day += timedelta(days=1)
            while not calendar.is_working(day):
                day += timedelta(days=1)
    except (CalendarError, CalendarGapError):
        return fact.day
    return day


def ever_started(rule: Fields, matter: Matter) -> set[date]:
    """Return each day on which anything that was ever recorded starts a clock."""
    days: set[date] = set()
    for day, fact in days_named(rule["starts_on"], matter.ever_recorded, matter):
        moved = fact.kind == "NotificationReceived" and day == fact.day
        days.add(received_on(fact, rule, matter) if moved else day)
    return days
