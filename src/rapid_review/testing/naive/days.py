"""Which dates must precede which, for the naive judge: tables, in the names of the fields."""

from datetime import date
from typing import Final

from rapid_review.testing.naive.facts import Fact, Matter

MAY_PRECEDE_THE_RECEIPT: Final = (
    "PartnersAgreedToNotify",
    "AnotherAreaConcerned",
    "MediaInterestNoted",
    "ImmediateActionRecorded",
    "LearningShared",
    "ProcessLinked",
    "PanelCorrespondenceLogged",
    "PanelNotified",
)
OF_THE_RECORD: Final = (
    "CorrectionProposed",
    "CorrectionApproved",
    "HoldPlaced",
    "HoldLiftingProposed",
    "HoldLifted",
    "ErasureProposed",
    "ErasureApproved",
    "KeyDestroyed",
    "ErasureVerified",
)
ACTUAL_DATES: Final = (
    "incident.happened_on",
    "incident.known_on",
    "panel_notified_at",
    "discussed_on",
    "notified_at",
)
PLANS: Final = ("due_on", "meets_at", "planned_on", "answer_by")
NOT_AFTER: Final = (
    ("incident.happened_on", "incident.known_on"),
    ("incident.known_on", "at"),
    ("discussed_on", "at"),
    ("notified_at", "at"),
    *((field, "recorded") for field in ACTUAL_DATES),
)
NOT_BEFORE: Final = (
    ("panel_notified_at", "incident.known_on"),
    ("panel_notified_at", "incident.happened_on"),
    ("discussed_on", "sent"),
    ("notified_at", "known_on"),
    ("notified_at", "happened_on"),
    ("due_on", "at"),
    ("answer_by", "at"),
    ("planned_on", "at"),
    ("meets_at", "at"),
    ("at", "discussed"),
)


def dates_beside(fact: Fact, matter: Matter) -> dict[str, date]:
    """Return the other dates with which the dates inside a fact are compared, and its plans."""
    days: dict[str, date] = {}
    for field in PLANS:
        if fact.fields.get(field) is not None:
            days[field] = matter.day_of(fact.fields[field])
    if fact.kind == "PanelNotified" and matter.receipt:
        incident = matter.receipt.fields["incident"]
        names = [name for name in ("known_on", "happened_on") if incident[name] is not None]
        days |= {name: incident[name] for name in names}
    for facts in (one for one in matter.panel_rounds(date.max) if fact in one):
        sent = [one.day for one in facts if one.kind == "ReportSentToPanel"]
        noted = [one.fields["discussed_on"] for one in facts if one.kind == "PanelDiscussionNoted"]
        if sent and fact.kind == "PanelDiscussionNoted":
            days["sent"] = min(sent)
        if noted and fact.kind == "PanelFeedbackReceived":
            days["discussed"] = min(noted)
    return days
