"""The clocks of a case, for the naive judge: rounds, starts, stops and states."""

from datetime import date, timedelta
from typing import Final, NamedTuple

from rapid_review.testing.naive.days import MAY_PRECEDE_THE_RECEIPT
from rapid_review.testing.naive.due_days import due_day
from rapid_review.testing.naive.facts import Fact, Fields, Matter, named
from rapid_review.testing.naive.points import clocks_of, days_named, received_on
from rapid_review.testing.naive.rules import is_of_another_class
from rapid_review.testing.naive.team import NOTIFIED


class NaiveClock(NamedTuple):
    """One clock in one round, read on one day; `reason` says why it is undetermined."""

    deadline: str
    round: int
    state: str
    reason: str = ""
    counted_from: date | None = None
    due: date | None = None
    stopped_on: date | None = None


_OF_THE_PANEL: Final = ("PanelDiscussionNoted", "ReportSentToPanel")
_BY_ALL: Final = {
    "MemberInformed": "seat",
    "AgencyReportRequested": "agency",
    "AgencyReportFiled": "agency",
    "ReportsShared": "seats",
    "DecisionAdopted": "partner",
    "FeedbackShared": "shared_with",
}
"""The events that several people or agencies owe, with the field that names them."""
_KNOWN_ENDS: Final = {("working-together-2018", "covid-19"): date(2020, 11, 30)}
"""The last days of national relaxations for which their rule set names none."""


def read_clocks(matter: Matter) -> tuple[NaiveClock, ...]:
    """Read every clock of the terms of the day, then those that run on from earlier terms."""
    terms = matter.terms_on(matter.read)
    rules = {one["id"]: (one, terms) for one in clocks_of(terms)}
    for deadline in sorted({one.fields["deadline"] for one in matter.due_days} - set(rules)):
        for edition in matter.editions:
            if matter.holds_only_later(edition):
                continue
            for rule in clocks_of(edition):
                if rule["id"] == deadline and _starts(rule, matter.facts, matter):
                    rules[deadline] = (rule, edition)
    return tuple(
        _read(rule, edition, number, facts, matter)
        for rule, edition in rules.values()
        for number, facts in enumerate(_rounds(rule, matter), start=1)
    )


def _rounds(rule: Fields, matter: Matter) -> list[list[Fact]]:
    """Return the facts of each round: one, or as many as reports went again to the Panel."""
    starts, stops = (
        point.partition(".")[0] for point in (rule["starts_on"], stops_of(rule)[0][0])
    )
    again = starts in _OF_THE_PANEL or stops == "PanelFeedbackReceived"
    if rule["each_time"] is not None:
        again = rule["each_time"]
    return matter.panel_rounds(matter.read) if again else [matter.facts]


def stops_of(rule: Fields) -> list[tuple[str, str]]:
    """Return every point that stops a clock, and the state in which it then ends."""
    if not isinstance(rule["stops_on"], str):
        return [(one["on"], str(one["state"])) for one in rule["stops_on"]]
    if rule["stops_on"] == "PracticeReviewPublished.at":
        return [(rule["stops_on"], "met"), ("PublicationWithheld.at", "withheld")]
    return [(rule["stops_on"], "met")]


def _starts(rule: Fields, facts: list[Fact], matter: Matter) -> list[date]:
    """ToR 1, 7.3: a notification that opens no review, or of another class, starts nothing.

    If a clock counts backwards from a plan, the last plan holds.
    """
    starts: list[date] = []
    for day, fact in days_named(rule["starts_on"], facts, matter):
        told_later = rule["starts_on"] == NOTIFIED and fact.kind == "PanelNotified"
        of = matter.receipt if told_later and matter.receipt else fact
        only = rule["only_for_classes"] or [of.fields.get("notification_class")]
        if of.kind != "NotificationReceived" or (
            matter.opens_review() and of.fields["notification_class"] in only
        ):
            moved = fact.kind == "NotificationReceived" and day == fact.day
            starts.append(received_on(fact, rule, matter) if moved else day)
    return starts[-1:] if rule["before"] else starts


def _stop(rule: Fields, facts: list[Fact], matter: Matter) -> tuple[date | None, str]:
    """Return the day of the stop, and its state; what was met under terms of then stays met."""
    for moved in matter.of("TermsReplaced"):
        last = min(moved.day - timedelta(days=1), matter.read)
        for then in clocks_of(matter.terms_on(last)):
            if then["id"] == rule["id"]:
                day, state = _stop_by(last, then, facts, matter)
                if day is not None and state == "met":
                    return day, state
    return _stop_by(matter.read, rule, facts, matter)


def _stop_by(
    last: date, rule: Fields, facts: list[Fact], matter: Matter
) -> tuple[date | None, str]:
    """Return the earliest stop by a day, and its state: what meets a clock goes first."""
    found: list[tuple[date, str]] = []
    for point, state in stops_of(rule):
        day = _stopped_by(point, last, rule, facts, matter)
        if day is not None:
            found.append((day, state))
    met = [one for one in found if one[1] == "met"]
    for day, state in sorted(met or found, key=lambda one: one[0]):
        return day, state
    return None, "met"


def _stopped_by(
    point: str, last: date, rule: Fields, facts: list[Fact], matter: Matter
) -> date | None:
    """Return the first day; if several must do it, the first day by which all had done it."""
    stops = [one for one in days_named(point, facts, matter) if one[0] <= last]
    kind = point.partition(".")[0]
    for_all = rule["stops_when"] == "all" or (
        rule["stops_when"] is None and point in ("DecisionAdopted.at", "FeedbackShared.at")
    )
    if not for_all or kind not in _BY_ALL:
        return min((day for day, _ in stops), default=None)
    terms = matter.terms_on(last)
    seats = [seat["id"] for seat in terms["seats"]]
    asked = [fact.fields["agency"] for fact in matter.of("AgencyReportRequested")]
    named_by_the_terms = {
        "MemberInformed": seats,
        "ReportsShared": seats,
        "AgencyReportRequested": asked,
        "AgencyReportFiled": asked,
        "DecisionAdopted": terms["adoption"]["by"],
        "FeedbackShared": terms["feedback"]["share_with"],
    }
    awaited = rule["all_of"] or named_by_the_terms[kind]
    first = [
        min([day for day, f in stops if one in named(f.fields, _BY_ALL[kind])], default=None)
        for one in awaited
    ]
    known = [day for day in first if day is not None]
    return max(known, default=None) if len(known) == len(first) else None


def _read(
    rule: Fields, edition: Fields, number: int, facts: list[Fact], matter: Matter
) -> NaiveClock:
    runs = matter.opens_review() and not is_of_another_class(rule, matter)
    happened = [fact for fact in facts if fact.day <= matter.read]
    starts = _starts(rule, facts, matter) if runs else []
    if rule["before"] or rule["starts_on"] == "NotificationReceived.at":
        begun = _starts(rule, happened, matter) if runs else []  # the day itself may lie ahead
    else:
        begun = [day for day in starts if day <= matter.read]
    start = min(begun, default=None)
    due = due_day(rule, start, matter, number) if start else None
    stop, ends = _stop(rule, facts, matter)
    unmet = [f for f in matter.of("NotificationCriteriaFoundNotMet") if f.day <= matter.read]
    state, reason = "not-started", ""
    if not runs:
        pass
    elif unmet or matter.is_duplicate(by=matter.read):
        state = "ended-otherwise"
    elif start is None:
        if not starts and _must_have_started(rule, stop, facts, matter):
            state, reason = "undetermined", "not-known"
    elif _is_impossible(rule, start, stop, happened, matter):
        state, reason = "undetermined", "impossible-order"
    elif stop is not None and ends != "met":
        state = ends
    elif stop is None and _has_unknown_day([on for on, _ in stops_of(rule)], happened):
        state, reason = "undetermined", "not-known"
    elif due is None:
        state, reason = "undetermined", "calendar-gap"
    else:
        state = _verdict(due, stop, _excused_until(rule, edition, start, due), matter.read)
    return NaiveClock(rule["id"], number, state, reason, start, due, stop)


def _days_of_start(rule: Fields, facts: list[Fact], matter: Matter) -> list[date]:
    """ToR 7.3: return when what starts a clock happened, wherever it counts from; or any day."""
    began = days_named(rule["starts_on"], facts, matter)
    return [date.min] if rule["before"] else [day for day, _ in began]


def _is_impossible(
    rule: Fields, start: date, stop: date | None, facts: list[Fact], matter: Matter
) -> bool:
    """ToR 7.3: say whether a clock stopped before its start, or started before the receipt."""
    kind, _, _ = rule["starts_on"].partition(".")
    may_be_earlier = ("NotificationReceived", *MAY_PRECEDE_THE_RECEIPT)
    receipt = matter.receipt
    if receipt is not None and kind not in may_be_earlier and start < receipt.day:
        return True
    return stop is not None and stop < min([start, *_days_of_start(rule, facts, matter)])


def _must_have_started(rule: Fields, stop: date | None, facts: list[Fact], matter: Matter) -> bool:
    """ToR 7.8: what stopped had started; what was sent is discussed, on a day not yet known."""
    awaits_panel = rule["starts_on"].startswith("PanelDiscussionNoted.")
    sent = [f for f in facts if f.kind == "ReportSentToPanel" and f.day <= matter.read]
    told = [fact for fact in facts if fact.day <= matter.read]
    is_unknown = _has_unknown_day([rule["starts_on"]], told)
    return stop is not None or (awaits_panel and bool(sent)) or is_unknown


def _has_unknown_day(points: list[str], facts: list[Fact]) -> bool:
    """ToR 8.1: say whether one of these happened on a day that nobody knows any more."""
    unknown: set[str] = set()
    for fact in facts:
        if fact.kind == "PanelNotified" and fact.fields["notified_at"] is None:
            unknown.add(NOTIFIED)
        if fact.kind == "NotificationReceived":
            incident = fact.fields["incident"]
            for field in ("known_on", "happened_on"):
                if incident.get(field) is None:
                    unknown.add(f"NotificationReceived.incident.{field}")
    return not unknown.isdisjoint(points)


def _verdict(due: date, stop: date | None, excused: date | None, read: date) -> str:
    """Return what became of a clock that started: a relaxation excuses until its last day."""
    if (stop or read) <= due:
        return "met" if stop else "running"
    if excused is not None and (stop or read) <= excused:
        return "relaxed"
    return "met-late" if stop else "overdue"


def _excused_until(rule: Fields, edition: Fields, start: date, due: date) -> date | None:
    """Return the last day of the national relaxation that covers days of a national clock."""
    if any(own["id"] == rule["id"] for own in edition["deadlines"]):
        return None
    national = edition["national"]
    for one in national["relaxations"]:
        last = one["until"] or _KNOWN_ENDS.get((national["id"], one["id"]))
        last = last or national["in_force_to"] or date.max
        if rule["id"] in one["deadlines"] and start <= last and due >= one["since"]:
            return last
    return None
