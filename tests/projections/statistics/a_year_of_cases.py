"""A year of 480 cases under the Kent terms, April 2021 to March 2022, as they might go.

Made by chance from one seed, so the same each time: notifications at all hours, by several
agencies, of children named twice, of classes that open no review; criteria found not met before
and after the report; agencies asked twice, late, silent or unasked; meetings short of a seat;
reports that went before they could; answers of the Panel, and decisions made again after them.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any, Final

from rapid_review import calendars
from rapid_review.domain import events as did
from rapid_review.domain import team_events as team
from rapid_review.domain.entry import Entry
from rapid_review.domain.vocabulary import (
    Actor,
    AgeBand,
    Child,
    Document,
    Incident,
    MeetingManner,
    Nature,
)
from rapid_review.projections.as_of import CaseHistory
from tests.domain.a_review import KENT, SEATS, seated

CASES: Final = 480
_SOURCES: Final = ("kent-ics", "medway-ics", "kent-police", "east-kent-hospitals")
_AGENCIES: Final = ("school", "police-kent", "clinic", "housing", "probation")
_THEMES: Final = ("neglect", "transitions", "professional-curiosity")
_OUTCOMES: Final = tuple(KENT.outcomes)
_DOCUMENT: Final = Document(reference="D-1")
_TEAM: Final = Actor(id="pt-01", role="business-support", agency="partnership-team")


@cache
def histories() -> tuple[CaseHistory, ...]:
    """Return the cases, each with its entries in the order in which they happened."""
    return tuple(
        CaseHistory(tuple(_entries(f"KM-{number}", number)), KENT, calendars.load)
        for number in range(CASES)
    )


def _entries(reference: str, number: int) -> Iterator[Entry]:
    events = sorted(_Case(Random(number)).events(), key=lambda event: event.at)  # noqa: S311 - no secret
    receipt = next(event for event in events if isinstance(event, did.NotificationReceived))
    events.remove(receipt)  # it opens the case, whatever is said to have happened before it
    for version, event in enumerate((receipt, *events), start=1):
        yield Entry(
            partnership=KENT.partnership,
            case=reference,
            version=version,
            recorded_at=datetime(2023, 6, 1, tzinfo=UTC) + timedelta(minutes=version),
            by=_TEAM,
            command_id=f"c-{version}",
            event=event,
        )


class _Case:
    """One case, as chance has it."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.received = datetime(2021, 4, 1, tzinfo=UTC) + timedelta(
            minutes=chance.randrange(365 * 24 * 60)
        )

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def days(self, first: int, last: int) -> timedelta:
        days = self.chance.randint(first, last)
        return timedelta(days=days, minutes=self.chance.randrange(1440))

    def events(self) -> Iterator[did.AnyEvent]:
        yield from self.receipt()
        if self.often(0.12):
            yield did.NotificationCriteriaFoundNotMet(
                at=self.received + self.days(1, 45), because="w"
            )
        yield from self.agencies()
        yield from self.meetings()
        yield from self.review()
        if self.often(0.06):
            yield did.ProcessLinked(
                at=self.received + self.days(1, 30), process="same-incident-as", reference="KM-1"
            )

    def receipt(self) -> Iterator[did.AnyEvent]:
        bands = self.chance.choices(tuple(AgeBand), k=self.chance.choice((1, 1, 1, 2, 3)))
        children = [Child(reference=f"C-{n}", age_band=band) for n, band in enumerate(bands)]
        if self.often(0.05):
            children.append(children[0])
        known_on = (self.received - self.days(0, 5)).date()
        told = self.received + self.days(-3, 3) if self.often(0.7) else None
        yield did.NotificationReceived(
            at=self.received,
            reference="PRN-1",
            source=self.chance.choice(_SOURCES),
            notification_class=self.chance.choices(
                ("serious-incident", "looked-after-child-death"), (95, 5)
            )[0],
            incident=Incident(
                happened_on=known_on - self.days(0, 90) if self.often(0.85) else None,
                known_on=known_on,
                nature=self.chance.choices(tuple(Nature), (45, 50, 5))[0],
            ),
            panel_notified_at=told,
            children=tuple(children),
            index_child=self.chance.choice((None, children[-1].reference)),
            terms=KENT.ref,
        )
        if told is None and self.often(0.5):
            notified_at = self.received + self.days(-3, 3)
            yield team.PanelNotified(at=notified_at + self.days(1, 60), notified_at=notified_at)

    def agencies(self) -> Iterator[did.AnyEvent]:
        for agency in self.chance.sample(_AGENCIES, self.chance.randint(0, 4)):
            asked_at = self.received + self.days(0, 2)
            due_on = (self.received + timedelta(days=7)).date() if self.often(0.8) else None
            for again in range(self.chance.choice((0, 1, 1, 1, 2))):
                yield did.AgencyReportRequested(
                    at=asked_at + timedelta(days=again),
                    agency=agency,
                    due_on=None if due_on is None else due_on + timedelta(days=again),
                )
            for _ in range(self.chance.choice((0, 1, 1, 1, 2))):
                yield did.AgencyReportFiled(
                    at=asked_at + self.days(0, 14),
                    agency=agency,
                    document=_DOCUMENT,
                    nil_return=self.often(0.2),
                )

    def meetings(self) -> Iterator[did.AnyEvent]:
        for meeting in range(1, self.chance.choice((1, 2, 2, 2, 3))):
            at = self.received + self.days(4, 25)
            yield did.MeetingConvened(
                at=at - timedelta(days=2),
                meeting=meeting,
                meets_at=at,
                manner=MeetingManner.VIRTUAL,
            )
            away = self.chance.sample(SEATS, self.chance.choice((0, 0, 0, 1, 2)))
            sat: dict[str, Any] = {
                "meeting": meeting,
                "sat": seated(*(one for one in SEATS if one not in away)),
            }
            if self.often(0.1):
                continue
            if away:
                yield did.QuorumNotMet(at=at, **sat, empty_seats=tuple(away))
            else:
                yield did.QuorumConfirmed(at=at, **sat)

    def review(self) -> Iterator[did.AnyEvent]:
        decided_at = self.received + self.days(5, 30)
        if self.often(0.8):
            yield did.DecisionMade(at=decided_at, **self.decision())
        if self.often(0.75):
            sent_at = self.received + (self.days(-9, -2) if self.often(0.04) else self.days(6, 40))
            yield did.ReportSentToPanel(at=sent_at, version=1)
            yield from self.panel(sent_at)
        if self.often(0.3):
            commissioned = decided_at + self.days(1, 20)
            for _ in range(self.chance.choice((1, 1, 2))):
                yield did.PracticeReviewCommissioned(
                    at=commissioned,
                    reviewers=("R-1",),
                    methodology="sct",
                    coordinator="partnership-team",
                    scope="w",
                )
        for theme in self.chance.choices(_THEMES, k=self.chance.choice((0, 0, 1, 2, 3))):
            yield did.LearningThemeIdentified(
                at=decided_at + self.days(0, 30), theme=theme, words="w"
            )

    def panel(self, sent_at: datetime) -> Iterator[did.AnyEvent]:
        met_at = sent_at + self.days(5, 40)
        if self.often(0.8):
            yield did.PanelDiscussionNoted(
                at=met_at + self.days(0, 3), discussed_on=_london(met_at)
            )
        if not self.often(0.7):
            return
        answered_at = met_at + (self.days(-3, 0) if self.often(0.05) else self.days(1, 35))
        yield did.PanelFeedbackReceived(at=answered_at, agrees=self.often(0.6))
        if self.often(0.15):
            again_at = answered_at + self.days(1, 20)
            yield did.DecisionReconsidered(at=again_at, **self.decision())
            if self.often(0.4):
                yield from self.again(again_at + self.days(1, 9))
            elif self.often(0.5):
                yield did.PanelFeedbackReceived(
                    at=again_at + self.days(1, 20), agrees=self.often(0.7)
                )

    def again(self, sent_at: datetime) -> Iterator[did.AnyEvent]:
        yield did.ReportSentToPanel(at=sent_at, version=2)
        met_at = sent_at + self.days(2, 20)
        yield did.PanelDiscussionNoted(at=met_at + self.days(0, 3), discussed_on=_london(met_at))
        if self.often(0.7):
            yield did.PanelFeedbackReceived(at=met_at + self.days(1, 25), agrees=self.often(0.7))

    def decision(self) -> dict[str, Any]:
        outcomes = self.chance.sample(_OUTCOMES, self.chance.choice((1, 1, 1, 2)))
        return {"meeting": 1, "outcomes": tuple(outcomes), "rationale": "w"}


def _london(when: datetime) -> date:
    return KENT.local_day(when)
