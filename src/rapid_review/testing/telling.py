"""How a story is made: its days, its random choices, its record, and the team's own work.

The steps of the review are in `stories`.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from rapid_review.domain import erasure_events
from rapid_review.domain import events as did
from rapid_review.domain import team_events as team
from rapid_review.domain.case import replay
from rapid_review.domain.clocks import clocks_started
from rapid_review.domain.entry import Entry
from rapid_review.domain.erasure_particulars import Erased
from rapid_review.domain.errors import CalendarGapError
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Actor, Milestone
from rapid_review.domain.working_days import WorkingCalendar

BY: Final = Actor(id="u-1", role="business-support", agency="partnership-team")
"""Who records what the kit records."""
BEGINS: Final = datetime(2021, 2, 1, 9, tzinfo=ZoneInfo("Europe/London"))
"""When every story begins."""


def holder(seat: str) -> str:
    """Return a handle for the person who holds a seat: one for each seat of any shipped terms.

    >>> holder("police")
    'P-636'
    """
    return f"P-{sum(seat.encode())}"


class Teller:
    """Makes a story, day by day.

    Args:
        chance: decides what happens.
        editions: terms to choose from.
        calendar: counts the clocks that are recorded with the events.
    """

    def __init__(
        self, chance: Random, editions: Sequence[Terms], calendar: WorkingCalendar
    ) -> None:
        self.chance = chance
        self.terms = chance.choice(editions)
        self.calendar = calendar
        self.day = 0

    def at(self, days: float = 0) -> datetime:
        """Return a moment of the current day of the story."""
        hours = self.chance.choice((0, 1, 2, 4, 8))
        return BEGINS + timedelta(days=self.day + days, hours=hours)

    def on(self, days: int) -> date:
        """Return the day that is this many days after the current day of the story."""
        return (BEGINS + timedelta(days=self.day + days)).date()

    def wait(self, most: int) -> None:
        """Let some days pass, at most this many."""
        self.day += self.chance.randint(0, most)

    def often(self, share: float = 0.85) -> bool:
        """Decide at random whether something happens."""
        return self.chance.random() < share

    # --- Writing it down

    def moved(self, event: did.AnyEvent) -> did.AnyEvent:
        """Return an event on its day, or on a day that somebody mistyped."""
        if not self.often(0.06):
            return event
        days = self.chance.choice((-365, -40, -7, -1, 1, 7, 40, 365))
        return event.model_copy(update={"at": event.at + timedelta(days=days)})

    def corrections(self, events: Sequence[did.AnyEvent]) -> Iterator[did.AnyEvent]:
        """Correct or retract some of these events."""
        for _ in range(self.chance.choice((0, 0, 0, 1, 2))):
            version = self.chance.randrange(1, len(events)) + 1
            wrong = events[version - 1]
            replacement = None if self.often(0.5) else self.moved(wrong)
            yield did.RecordCorrected(
                at=self.at(), version=version, because="w", replacement=replacement
            )

    def with_clocks(self, events: Sequence[did.AnyEvent]) -> Sequence[did.AnyEvent]:
        """Return events with the due days that they start, if the calendar reaches that far."""
        try:
            started = clocks_started(replay(events), self.terms, self.calendar, at=self.at())
        except CalendarGapError:
            return events
        return [*events, *map(self.stated, started)]

    def stated(self, counted: did.DeadlineSet) -> did.DeadlineSet:
        """Return a due day as it was counted, or as another system's history may state it."""
        if not self.often(0.1):
            return counted
        change = {"counted_from": 3, "due": 1} if self.often(0.5) else {"due": -2}
        fields = {name: getattr(counted, name) + timedelta(days=n) for name, n in change.items()}
        return counted.model_copy(update=fields)

    def written(self, events: Sequence[did.AnyEvent]) -> Iterator[Entry]:
        """Record events one after another, some long after they happened."""
        recorded_at = BEGINS
        for version, event in enumerate(events, start=1):
            late = timedelta(minutes=self.chance.choice((5, 30, 600, -30)))
            recorded_at = max(recorded_at, event.at + late if abs(late) else event.at)
            if recorded_at > BEGINS + timedelta(days=600):
                recorded_at = BEGINS + timedelta(days=600, minutes=version)
            yield Entry(
                partnership=self.terms.partnership,
                case="T-1",
                version=version,
                recorded_at=recorded_at,
                by=BY,
                command_id=f"c-{version // 2}",
                event=event,
            )


class TeamTeller(Teller):
    """Adds what the Partnership Team records about its own work (ToR 8)."""

    def actions(self) -> Iterator[did.AnyEvent]:
        """ToR 8.6: agree an action, and perhaps complete it."""
        due = self.chance.choice((None, self.on(9), self.on(9), self.on(-1)))
        yield team.ActionAgreed(at=self.at(), action="X-1", owner="P-0", words="w", due_on=due)
        if self.often(0.6):
            yield team.ActionCompleted(at=self.at(6), action="X-1", words="w")

    def letters(self) -> Iterator[did.AnyEvent]:
        """ToR 8.9: write a letter, and log what is said to answer it."""
        by = self.chance.choice((None, self.on(9), self.on(9), self.on(-1)))
        answered = self.chance.choice(("L-1", "L-1", "L-2"))
        for letter, answers in (("L-1", None), ("L-2", answered)):
            yield did.PanelCorrespondenceLogged(
                at=self.at(self.chance.choice((0, 0, 4))),
                correspondence=letter,
                sent=answers is None,
                words="w",
                answer_by=by if answers is None else None,
                answers=answers,
            )

    def held_and_erased(self) -> Iterator[did.AnyEvent]:
        """Hold or erase words, or propose a correction; none of it is a fact of the case."""
        if self.often(0.1):
            yield erasure_events.HoldPlaced(at=self.at(), hold="H-1", ground="public-inquiry")
            yield erasure_events.HoldLifted(at=self.at(9), hold="H-1")
        if self.often(0.1):
            yield erasure_events.ErasureProposed(
                at=self.at(),
                order="E-1",
                what=Erased.ENTRY,
                of_entry=2,
                ground="recorded-in-error",
            )
            yield erasure_events.ErasureApproved(at=self.at(1), order="E-1")
            yield erasure_events.KeyDestroyed(at=self.at(1), order="E-1", destroyed=())
        if self.often(0.1):
            yield did.CorrectionProposed(at=self.at(), version=2, because="w")
            yield did.CorrectionApproved(at=self.at(1), proposal=3)

    def found_twice(self) -> Iterator[did.AnyEvent]:
        """ToR 8.1: sometimes find, on any day, that the notification came in twice."""
        if self.often(0.06):
            at = self.at(self.chance.choice((-200, -2, 0, 1)))
            yield did.ProcessLinked(at=at, process="duplicate-of", reference="T-2")

    def before_the_notification(self) -> Iterator[did.AnyEvent]:
        """ToR 8.1: agree to notify, hear of another area, and of the media."""
        if self.often(0.1):
            yield team.PartnersAgreedToNotify(at=self.at(-1), partners=("police", "health"))
            yield team.AnotherAreaConcerned(at=self.at(-1), partnership="essex")
            yield team.MediaInterestNoted(at=self.at(-1), is_expected=self.often())

    def milestones(self) -> Iterator[did.AnyEvent]:
        """ToR 8.10: reach some milestones of a practice review."""
        for milestone in (Milestone.REVIEWER_APPOINTED, Milestone.DRAFT_RECEIVED):
            if self.often(0.2):
                yield team.PracticeReviewMilestoneReached(at=self.at(), milestone=milestone)
