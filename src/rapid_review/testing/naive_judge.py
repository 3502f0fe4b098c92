"""A second judge of a case, which shares no code with the first and is as slow as it likes.

It answers what is right and wrong with a case from the Terms of Reference and from what is settled
about them, with plain dictionaries and plain loops, so that each judge can be tested by the other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CalendarError, CalendarGapError
from rapid_review.domain.terms.terms import Terms
from rapid_review.testing.naive_duties import NaiveDuty, duties
from rapid_review.testing.naive_facts import (
    ATTENDANCE,
    Calendars,
    Fact,
    Matter,
    Words,
    contradictions,
    counted,
    what_stands,
)
from rapid_review.testing.naive_rules import is_of_another_class, rules_broken

__all__ = ["NaiveClock", "NaiveDuty", "NaiveFinding", "NaiveJudgement", "judge"]


class NaiveFinding(NamedTuple):
    """One thing that is not as it should be; a duty left undone is of no entry."""

    code: str
    kind: str
    verdict: str
    version: int | None
    subject: str = ""


class NaiveClock(NamedTuple):
    """One clock in one round, read on one day; `reason` says why it is undetermined."""

    deadline: str
    round: int
    state: str
    reason: str = ""
    counted_from: date | None = None
    due: date | None = None
    stopped_on: date | None = None


class NaiveJudgement(NamedTuple):
    """All that is right and wrong with a case on one day."""

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
    matter = what_stands(
        entries, (*earlier, terms), calendars, (happened_by, recorded_by), read_on
    )
    clocks = _read_clocks(matter)
    owed = _duties_on(matter, clocks)
    findings: set[NaiveFinding] = set()
    for fact in matter.facts:
        for code, verdict in rules_broken(fact, matter).items():
            findings.add(NaiveFinding(code, "rule", verdict, fact.version))
        for code, subject in (*_orders(fact, matter), *_dates_inside(fact, matter)):
            findings.add(NaiveFinding(code, "order", "irregular", fact.version, subject))
        for code in contradictions(fact, matter):
            findings.add(NaiveFinding(code, "contradiction", "irregular", fact.version))
    for version in _due_days_that_differ(matter):
        findings.add(NaiveFinding("due-day-differs", "order", "irregular", version))
    for duty in owed:
        if duty.state == "found":
            findings.add(NaiveFinding(duty.code, "duty", "irregular", None, duty.subject))
    return NaiveJudgement(frozenset(findings), clocks, owed)


# --- Order in time

_MAY_PRECEDE_THE_RECEIPT: Final = (
    "ImmediateActionRecorded",
    "LearningShared",
    "ProcessLinked",
    "PanelCorrespondenceLogged",
)


def _orders(fact: Fact, matter: Matter) -> Iterator[tuple[str, str]]:
    """Find a fact that came before the receipt, before its own recording, or outside its terms."""
    receipt = matter.receipt
    if receipt and fact.day < receipt.day and fact.kind not in _MAY_PRECEDE_THE_RECEIPT:
        yield "precedes-receipt", ""
    if fact.at > fact.written_at:
        same = [f for f in matter.facts if (f.command, f.at) == (fact.command, fact.at)]
        if fact.version == min(one.version for one in same if one.at > one.written_at):
            yield "recorded-before-it-happened", ""
    if fact == receipt:
        terms = matter.terms_on(fact.day)
        begun = max(terms["in_force_from"], terms["national"]["in_force_from"])
        if not begun <= fact.day <= (terms["in_force_to"] or date.max):
            yield "terms-out-of-force", ""
    if fact.kind in ATTENDANCE:
        meeting = fact.said["meeting"]
        convened = [f for f in matter.of("MeetingConvened") if f.said["meeting"] == meeting]
        before = [one for one in convened if one.day <= fact.day]
        for last in (before or convened)[-1:]:
            meets_on = matter.day_of(last.said["meets_at"])
            if fact.day not in (meets_on, meets_on + timedelta(days=1)):
                yield "attended-on-another-day", ""


def _dates_inside(fact: Fact, matter: Matter) -> Iterator[tuple[str, str]]:
    """Find each date inside an event that cannot be: beside another date, or when recorded."""
    day: dict[str, date] = {"at": fact.day, "recorded": matter.day_of(fact.written_at)}
    said = {**fact.said, **{f"incident.{k}": v for k, v in fact.said.get("incident", {}).items()}}
    for field in (*_ACTUAL_DATES, "due_on", "meets_at"):
        if said.get(field) is not None:
            day[field] = matter.day_of(said[field])
    sent = [one.day for one in matter.of("ReportSentToPanel")]
    if sent:
        day["sent"] = min(sent)
    for field, other in _NOT_AFTER:
        if field in day and other in day and day[field] > day[other]:
            yield "date-inside", f"{field}>{other}"
    known_after = day.get("incident.known_on", date.min) > fact.day
    if day.get("incident.happened_on", date.min) > fact.day and not known_after:
        yield "date-inside", "incident.happened_on>at"
    for field, other in _NOT_BEFORE:
        if field in day and other in day and day[field] < day[other]:
            yield "date-inside", f"{field}<{other}"


_ACTUAL_DATES: Final = (
    "incident.happened_on",
    "incident.known_on",
    "panel_notified_at",
    "discussed_on",
)
_NOT_AFTER: Final = (
    ("incident.happened_on", "incident.known_on"),
    ("incident.known_on", "at"),
    ("discussed_on", "at"),
    *((field, "recorded") for field in _ACTUAL_DATES),
)
_NOT_BEFORE: Final = (
    ("panel_notified_at", "incident.known_on"),
    ("discussed_on", "sent"),
    ("due_on", "at"),
    ("meets_at", "at"),
)


def _due_days_that_differ(matter: Matter) -> Iterator[int]:
    """Return each recorded due day that its own calendar, where at hand, counts otherwise."""
    for one in matter.reckonings:
        named = one.said["calendar"]
        try:
            calendar = matter.calendars(named["id"], named["version"])
            recount = counted(one.rule, one.said["counted_from"], calendar)
        except (CalendarError, CalendarGapError):
            continue
        if calendar.digest == named["digest"] and recount != one.said["due"]:
            yield one.version


# --- Clocks (ToR 5(a), 7.3, 7.8)

_OF_THE_PANEL: Final = ("PanelDiscussionNoted", "ReportSentToPanel")
_BY_ALL: Final = {
    "DecisionAdopted.at": ("partner", "adoption", "by"),
    "FeedbackShared.at": ("shared_with", "feedback", "share_with"),
}
_KNOWN_ENDS: Final = {("working-together-2018", "covid-19"): date(2020, 11, 30)}
"""The last days of national relaxations whose rule set names none."""


def _read_clocks(matter: Matter) -> tuple[NaiveClock, ...]:
    """Read every clock of the terms of the day, then those that run on from earlier terms."""
    terms = matter.terms_on(matter.read)
    rules = {one["id"]: (one, terms) for one in _clocks_of(terms)}
    for deadline in sorted({one.said["deadline"] for one in matter.reckonings} - set(rules)):
        for edition in matter.editions:
            for rule in _clocks_of(edition):
                if rule["id"] == deadline and _starts(rule, matter.facts, matter):
                    rules[deadline] = (rule, edition)
    return tuple(
        _read(rule, edition, number, facts, matter)
        for rule, edition in rules.values()
        for number, facts in enumerate(_rounds(rule, matter), start=1)
    )


def _clocks_of(terms: Words) -> list[Words]:
    """Return the clocks of terms; the national ones come first, and the partnership's own win."""
    return [*terms["national"]["deadlines"], *terms["deadlines"]]


def _rounds(rule: Words, matter: Matter) -> list[list[Fact]]:
    """Return the facts of each round: one, or as many as reports went again to the Panel."""
    starts, stops = (rule[key].partition(".")[0] for key in ("starts_on", "stops_on"))
    again = starts in _OF_THE_PANEL or stops == "PanelFeedbackReceived"
    rounds: list[list[Fact]] = [[]]
    for fact in matter.facts:
        if again and fact in matter.sent_again() and fact.day <= matter.read:
            rounds.append([])
        rounds[-1].append(fact)
    return rounds


def _days(point: str, facts: list[Fact], matter: Matter) -> list[tuple[date, Fact]]:
    """Return every day that a point, which is an event's date, names, and the fact it is of."""
    kind, _, path = point.partition(".")
    found: list[tuple[date, Fact]] = []
    for fact in facts:
        value: Any = fact.said if fact.kind == kind else None
        for key in path.split("."):
            value = value[key] if value is not None else None
        if value is not None:
            found.append((matter.day_of(value), fact))
    return found


def _starts(rule: Words, facts: list[Fact], matter: Matter) -> list[date]:
    """ToR 1, 7.3: a notification that opens no review, or of another class, starts nothing."""
    starts: list[date] = []
    for day, fact in _days(rule["starts_on"], facts, matter):
        only = rule["only_for_classes"] or [fact.said.get("notification_class")]
        if fact.kind != "NotificationReceived" or (
            matter.opens_review() and fact.said["notification_class"] in only
        ):
            starts.append(day)
    return starts


def _stop(rule: Words, facts: list[Fact], matter: Matter) -> date | None:
    """Return the day of the earliest stop; where several must, the first day all of them had."""
    stops = [one for one in _days(rule["stops_on"], facts, matter) if one[0] <= matter.read]
    if rule["stops_on"] not in _BY_ALL:
        return min((day for day, _ in stops), default=None)
    who, table, key = _BY_ALL[rule["stops_on"]]
    awaited = matter.terms_on(matter.read)[table][key]
    first = [min([day for day, f in stops if f.said[who] == one], default=None) for one in awaited]
    known = [day for day in first if day is not None]
    return max(known) if len(known) == len(first) else None


def _read(
    rule: Words, edition: Words, number: int, facts: list[Fact], matter: Matter
) -> NaiveClock:
    starts = _starts(rule, facts, matter)
    start = min((day for day in starts if day <= matter.read), default=None)
    due = _due_day(rule, start, matter) if start else None
    stop = _stop(rule, facts, matter)
    withheld: list[date] = []
    if rule["stops_on"] == "PracticeReviewPublished.at" and stop is None:
        withheld = [f.day for f in matter.of("PublicationWithheld") if f.day <= matter.read]
        stop = min(withheld, default=None)
    unmet = [f for f in matter.of("NotificationCriteriaFoundNotMet") if f.day <= matter.read]
    state, reason = "not-started", ""
    if is_of_another_class(rule, matter):
        pass
    elif unmet or not matter.opens_review():
        state = "ended-otherwise"
    elif start is None:
        if not starts and _must_have_started(rule, stop, facts, matter):
            state, reason = "undetermined", "not-known"
    elif stop is not None and stop < start:
        state, reason = "undetermined", "impossible-order"
    elif withheld:
        state = "withheld"
    elif due is None:
        state, reason = "undetermined", "calendar-gap"
    else:
        state = _verdict(due, stop, _excused_until(rule, edition, start, due), matter.read)
    return NaiveClock(rule["id"], number, state, reason, start, due, stop)


def _must_have_started(rule: Words, stop: date | None, facts: list[Fact], matter: Matter) -> bool:
    """ToR 7.8: what stopped had started; and what was sent is discussed, on a day to be known."""
    awaits_panel = rule["starts_on"].startswith("PanelDiscussionNoted.")
    sent = [f for f in facts if f.kind == "ReportSentToPanel" and f.day <= matter.read]
    return stop is not None or (awaits_panel and bool(sent))


def _verdict(due: date, stop: date | None, excused: date | None, read: date) -> str:
    """Return what became of a clock that started: a relaxation excuses until its last day."""
    if (stop or read) <= due:
        return "met" if stop else "running"
    if excused is not None and (stop or read) <= excused:
        return "relaxed"
    return "met-late" if stop else "overdue"


def _excused_until(rule: Words, edition: Words, start: date, due: date) -> date | None:
    """Return the last day of the national relaxation that a national clock's days meet."""
    if any(own["id"] == rule["id"] for own in edition["deadlines"]):
        return None
    national = edition["national"]
    for one in national["relaxations"]:
        last = one["until"] or _KNOWN_ENDS.get((national["id"], one["id"]))
        last = last or national["in_force_to"] or date.max
        if rule["id"] in one["deadlines"] and start <= last and due >= one["since"]:
            return last
    return None


def _due_day(rule: Words, start: date, matter: Matter) -> date | None:
    """Return the due day recorded for this start, or else counted; None where no calendar can."""
    recorded = [one for one in matter.reckonings if one.said["deadline"] == rule["id"]]
    for one in reversed(recorded):
        if matter.day_of(one.said["counted_from"]) == start:
            return matter.day_of(one.said["due"])
    counting, calendar, version = rule, matter.terms_on(start)["calendar"], None
    if recorded:
        named = recorded[-1].said["calendar"]
        counting, calendar, version = recorded[-1].rule, named["id"], named["version"]
    try:
        return counted(counting, start, matter.calendars(calendar, version))
    except (CalendarError, CalendarGapError):
        return None


def _duties_on(matter: Matter, clocks: Sequence[NaiveClock]) -> frozenset[NaiveDuty]:
    """Return the duties, held to the due days of the clocks that they are over with."""
    terms = matter.terms_on(matter.read)
    own: Mapping[str, str] = terms["duties"] or {}
    over = own.get("over", "rapid-review")
    stops = {one["id"]: one["stops_on"] for one in _clocks_of(terms)}
    due = [(one.deadline, one.due) for one in clocks if one.due is not None]
    over_on = [day for deadline, day in due if deadline == over]
    published = [day for id_, day in due if stops.get(id_) == "PracticeReviewPublished.at"]
    return duties(matter, min(over_on, default=None), min(published, default=None))
