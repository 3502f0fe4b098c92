"""Readings of a case as JSON: its stage, its timeline, its clocks and its findings."""

from typing import TYPE_CHECKING

from rapid_review.wire.values import Json, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapid_review.projections.case.clock_reading import ClockReading
    from rapid_review.projections.case.due_days import DueMarks
    from rapid_review.projections.case.findings import Found
    from rapid_review.projections.case.timeline import Line
    from rapid_review.projections.compare.clock_changes import ClockChange
    from rapid_review.projections.work.case_reading import CaseReading


def standing_of(read: "CaseReading") -> dict[str, object]:
    """Return a case in short: its stage, what was decided, and under which terms."""
    from rapid_review.domain.duplicates import duplicate_of
    from rapid_review.domain.events import NotificationReceived

    case, terms = read.case, read.terms
    received = case.first(NotificationReceived)
    return {
        "stage": read.stage,
        **({"duplicate_of": other} if (other := duplicate_of(case)) else {}),
        "received_on": received and terms.local_day(received.at),
        "outcomes": case.review.decided,
        "panel_agrees": case.review.panel_agrees,
        "terms": terms.id,
        "rule_set": terms.rule_set,
        "entries": case.version,
    }


def judgement_of(read: "CaseReading") -> dict[str, Json]:
    """Return how a case is judged: its clocks, its findings, and its next steps."""
    judged = read.judged
    return {
        "clocks": [clock_of(one) for one in judged.clocks],
        "findings": [finding_of(one) for one in judged.found],
        "asked": plain(judged.asked),
        "next_steps": [plain(one) for one in read.next_steps],
    }


def line_of(line: "Line", marks: "Mapping[int, DueMarks]") -> Json:
    """Return a line of a timeline as JSON, with the marks of the due day that it records."""
    from rapid_review.projections.case.due_days import DueMarks

    found = plain(line) | marks.get(line.version, DueMarks())._asdict()
    found["by"] = {"id": found.pop("by"), "role": found.pop("role"), "agency": found.pop("agency")}
    return found


def clock_of(reading: "ClockReading") -> Json:
    """Return a clock as JSON: the fields of its rule, and those of its reading."""
    found = plain(reading._asdict())
    rule = found.pop("rule")
    return {"deadline": rule.pop("id"), **rule, **found}


def finding_of(found: "Found") -> Json:
    """Return a finding as JSON; `event` is the kind of its event, null for a duty."""
    return {"version": found.version, "event": found.kind or None, **plain(found.finding)}


def change_of(change: "ClockChange") -> Json:
    """Return a clock's change as JSON."""
    return {
        "deadline": change.deadline,
        "before": change.before and clock_of(change.before),
        "after": change.after and clock_of(change.after),
    }
