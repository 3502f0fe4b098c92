"""What the Partnership Team records besides the steps of ToR 7, for the naive judge (ToR 8)."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from rapid_review.testing.naive.facts import ATTENDANCE, Fact, Matter

NOTIFIED: Final = "NotificationReceived.panel_notified_at"
SAID_LATER: Final = {NOTIFIED: "PanelNotified.notified_at"}
"""What a notification may leave out, with the field of the event that gives it later."""


def was_cancelled(meeting: int, facts: list[Fact]) -> bool:
    """ToR 8.5: say whether the last of these facts about a meeting cancels it."""
    turns = [one for one in facts if one.kind in ("MeetingConvened", "MeetingCancelled")]
    mine = [one for one in turns if one.fields["meeting"] == meeting]
    return bool(mine) and mine[-1].kind == "MeetingCancelled"


def convened(matter: Matter) -> list[Fact]:
    """ToR 8.5: return the `MeetingConvened` of each meeting that was held or not cancelled."""
    held = {one.fields["meeting"] for one in matter.of(*ATTENDANCE)}
    return [
        one
        for one in matter.of("MeetingConvened")
        if one.fields["meeting"] in held or not was_cancelled(one.fields["meeting"], matter.facts)
    ]


def contradictions_beside(fact: Fact, matter: Matter) -> Iterator[str]:
    """Find two statements of which only one can be true."""
    if fact.kind == "PanelNotified" and fact.fields["notified_at"] is not None:
        told = [one.fields["notified_at"] for one in matter.of("PanelNotified")]
        told += [one.fields["panel_notified_at"] for one in matter.of("NotificationReceived")]
        if len({matter.day_of(one) for one in told if one is not None}) > 1:
            yield "panel-told-on-two-days"
    if fact.kind == "PanelFeedbackReceived":
        for facts in (one for one in matter.panel_rounds(date.max) if fact in one):
            same = [one for one in facts if (one.kind, one.day) == (fact.kind, fact.day)]
            if {one.fields["agrees"] for one in same} == {True, False}:
                yield "panel-answered-both-ways"
    if fact.kind in ATTENDANCE:
        sat = fact.fields["sat"]
        members = {one["seat"] for one in sat if one["capacity"] == "member"}
        seats = matter.terms_on(fact.day)["seats"]
        # The doctor may have sat, and the nurse sent apologies.
        members -= {one["id"] for one in seats if len(one["filled_by"]) > 1}
        if members & set(fact.fields["apologies"]):
            yield "member-sat-and-apologised"
