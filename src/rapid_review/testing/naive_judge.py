"""A second judge of a case, which shares no code with the first and is as slow as it likes.

It judges a case by the Terms of Reference and by our interpretation of them, with plain
dictionaries and plain loops, so that each judge can be tested by the other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from rapid_review.domain.entry import Entry
from rapid_review.domain.terms.terms import Terms
from rapid_review.testing.naive.clocks import NaiveClock, read_clocks, stops_of
from rapid_review.testing.naive.contradictions import contradictions
from rapid_review.testing.naive.days import (
    ACTUAL_DATES,
    MAY_PRECEDE_THE_RECEIPT,
    NOT_AFTER,
    NOT_BEFORE,
    OF_THE_RECORD,
    dates_beside,
)
from rapid_review.testing.naive.due_days import due_days_that_differ
from rapid_review.testing.naive.duties import NaiveDuty, duties
from rapid_review.testing.naive.facts import (
    ATTENDANCE,
    Calendars,
    Fact,
    Matter,
    matter_of,
)
from rapid_review.testing.naive.points import clocks_of
from rapid_review.testing.naive.rules import rules_broken
from rapid_review.testing.naive.team import contradictions_beside

__all__ = ["NaiveClock", "NaiveDuty", "NaiveFinding", "NaiveJudgement", "judge"]


class NaiveFinding(NamedTuple):
    """One finding; for a duty left undone it has no entry."""

    code: str
    kind: str
    verdict: str
    version: int | None
    subject: str = ""


class NaiveJudgement(NamedTuple):
    """The findings, clocks and duties of a case on one day."""

    findings: frozenset[NaiveFinding]
    clocks: tuple[NaiveClock, ...]
    duties: frozenset[NaiveDuty]


def judge(
    entries: Iterable[Entry],
    terms: Terms,
    *,
    calendars: Calendars,
    earlier: Sequence[Terms] = (),
    happened_by: datetime | None = None,
    recorded_by: datetime | None = None,
    read_on: date | datetime,
) -> NaiveJudgement:
    """Judge one case by all its entries, the terms in force for it, and earlier editions.

    What was recorded later than `recorded_by` is left out; then corrections are settled; then
    what happened later than `happened_by` is left out. Clocks and duties are read on `read_on`.
    """
    entries, editions = tuple(entries), (*earlier, terms)
    matter = matter_of(entries, editions, calendars, (happened_by, recorded_by), read_on)
    clocks = read_clocks(matter)
    by_then = min(happened_by or datetime.max.replace(tzinfo=UTC), matter.end_of_reading)
    that_day = matter_of(entries, editions, calendars, (by_then, recorded_by), read_on)
    # Without its notification there would be no case.
    owed = _duties_on(that_day if that_day.receipt else matter, clocks)
    findings: set[NaiveFinding] = set()
    for fact in matter.facts:
        for code, verdict in rules_broken(fact, matter).items():
            findings.add(NaiveFinding(code, "rule", verdict, fact.version))
        for code, subject in (*_orders(fact, matter), *_dates_inside(fact, matter)):
            findings.add(NaiveFinding(code, "order", "irregular", fact.version, subject))
        for code in (*contradictions(fact, matter), *contradictions_beside(fact, matter)):
            findings.add(NaiveFinding(code, "contradiction", "irregular", fact.version))
    for version in due_days_that_differ(matter):
        findings.add(NaiveFinding("due-day-differs", "order", "irregular", version))
    for duty in owed:
        if duty.state == "found":
            findings.add(NaiveFinding(duty.code, "duty", "irregular", None, duty.subject))
    return NaiveJudgement(frozenset(findings), clocks, owed)


# --- Order in time


def _is_ahead(fact: Fact, matter: Matter) -> bool:
    """Say whether a fact is dated after the day on which it was written down."""
    return fact.day > matter.day_of(fact.written_at)


def _orders(fact: Fact, matter: Matter) -> Iterator[tuple[str, str]]:
    """Find a fact that came before the receipt, before its own recording, or outside its terms."""
    receipt, may_be_earlier = matter.receipt, (*MAY_PRECEDE_THE_RECEIPT, *OF_THE_RECORD)
    if receipt and fact.day < receipt.day and fact.kind not in may_be_earlier:
        yield "precedes-receipt", ""
    if _is_ahead(fact, matter):
        same = [f for f in matter.facts if (f.command, f.at) == (fact.command, fact.at)]
        if fact.version == min(one.version for one in same if _is_ahead(one, matter)):
            yield "recorded-before-it-happened", ""
    if fact == receipt:
        terms = matter.terms_on(fact.day)
        begun = max(terms["in_force_from"], terms["national"]["in_force_from"])
        if not begun <= fact.day <= (terms["in_force_to"] or date.max):
            yield "terms-out-of-force", ""
    if fact.kind in ATTENDANCE:
        meeting = fact.fields["meeting"]
        convened = [f for f in matter.of("MeetingConvened") if f.fields["meeting"] == meeting]
        before = [one for one in convened if one.day <= fact.day]
        for last in (before or convened)[-1:]:
            meets_on = matter.day_of(last.fields["meets_at"])
            if fact.day not in (meets_on, meets_on + timedelta(days=1)):
                yield "attended-on-another-day", ""


def _dates_inside(fact: Fact, matter: Matter) -> Iterator[tuple[str, str]]:
    """Find each date inside an event that contradicts another date, or the time of recording."""
    day = {"at": fact.day, "recorded": matter.day_of(fact.written_at)}
    day |= dates_beside(fact, matter)
    fields = {
        **fact.fields,
        **{f"incident.{k}": v for k, v in fact.fields.get("incident", {}).items()},
    }
    for field in ACTUAL_DATES:
        if fields.get(field) is not None:
            day[field] = matter.day_of(fields[field])
    for field, other in NOT_AFTER:
        if field in day and other in day and day[field] > day[other]:
            yield "date-inside", f"{field}>{other}"
    known_after = day.get("incident.known_on", date.min) > fact.day
    if day.get("incident.happened_on", date.min) > fact.day and not known_after:
        yield "date-inside", "incident.happened_on>at"
    is_known = not day.keys().isdisjoint(("known_on", "incident.known_on"))
    for field, other in NOT_BEFORE:
        if is_known and other.endswith("happened_on"):
            continue  # what became known on a day had happened by then
        if field in day and other in day and day[field] < day[other]:
            yield "date-inside", f"{field}<{other}"


def _duties_on(matter: Matter, clocks: Sequence[NaiveClock]) -> frozenset[NaiveDuty]:
    """Return the duties, judged by the due days of the clocks that end them."""
    terms = matter.terms_on(matter.read)
    own: Mapping[str, str] = terms["duties"] or {}
    over = own.get("over", "rapid-review")
    stops = {one["id"]: stops_of(one)[0][0] for one in clocks_of(terms)}
    excused = [one for one in clocks if one.state == "relaxed" and one.stopped_on is None]
    due = [(one.deadline, one.due) for one in clocks if one.due and one not in excused]
    over_on = [day for deadline, day in due if deadline == over]
    impossible = {one.deadline for one in clocks if one.reason == "impossible-order"}
    due = [(id_, day) for id_, day in due if id_ not in impossible]
    published = [day for id_, day in due if stops.get(id_) == "PracticeReviewPublished.at"]
    return duties(matter, min(over_on, default=None), min(published, default=None))
