"""A deadline as the terms hold it (ToR 5(a), 7.8): its start, its stop, its length.

The clocks themselves, with their days, are in `clocks`.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Annotated, Final, Self

from annotated_types import Ge, Le
from pydantic import model_validator

from rapid_review.domain.errors import listed
from rapid_review.domain.events import EVENTS, AnyEvent, NotificationReceived
from rapid_review.domain.statement import Said
from rapid_review.domain.terms.quorum import Text
from rapid_review.domain.vocabulary import Clause, Code, Unit

POINTS: Final = frozenset(f"{kind}.at" for kind in EVENTS.keys() - {"ExportMade"}) | {
    "NotificationReceived.incident.happened_on",
    "NotificationReceived.incident.known_on",
    "NotificationReceived.panel_notified_at",
    "MeetingConvened.meets_at",
    "PanelDiscussionNoted.discussed_on",
}
"""Every date that a clock may start or stop on: an event, and which of its dates."""


class Deadline(Said):
    """ToR 5(a), 7.8: a clock: on what it starts and stops, how long it runs, who owes it.

    `counts_day_of_start` false makes the day of the start day 0; true makes it day 1.
    `advisory` marks a milestone that the partnership plans by and nobody is held to.
    `only_for_classes`, where given, names the classes of notification that start this clock, if
    not all do that open a review: a referral that nobody need tell the Panel of, for one.
    """

    id: Code
    title: Text
    clause: Clause
    starts_on: str
    stops_on: str
    length: Annotated[int, Ge(0), Le(1_000)]
    unit: Unit
    counts_day_of_start: bool = False
    owed_by: Code
    advisory: bool = False
    only_for_classes: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _points_exist(self) -> Self:
        for key in ("starts_on", "stops_on"):
            if (point := getattr(self, key)) not in POINTS:
                others = listed(p for p in POINTS if not p.endswith(".at"))
                raise ValueError(
                    f"{key} is {point!r}; allowed is any event's name followed by .at, or {others}"
                )
        if self.counts_day_of_start and (self.unit, bool(self.length)) != (
            Unit.WORKING_DAYS,
            True,
        ):
            raise ValueError("counts_day_of_start needs a length of 1 or more working_days")
        if self.only_for_classes and not self.starts_on.startswith("NotificationReceived."):
            raise ValueError("only_for_classes needs starts_on to be of NotificationReceived")
        return self

    @property
    def starting_kind(self) -> str:
        """The kind of event that starts it."""
        return _point(self.starts_on)[0]

    @property
    def stopping_kind(self) -> str:
        """The kind of event that stops it."""
        return _point(self.stops_on)[0]

    def started_by(self, event: AnyEvent) -> datetime | date | None:
        """Return the time or day in `event` that starts this clock, if it has one."""
        if (
            self.only_for_classes
            and isinstance(event, NotificationReceived)
            and event.notification_class not in self.only_for_classes
        ):
            return None
        return dated(event, self.starts_on)

    def stopped_by(self, event: AnyEvent) -> datetime | date | None:
        """Return the time or day in `event` that stops this clock, if it has one."""
        return dated(event, self.stops_on)


def dated(event: AnyEvent, point: str) -> datetime | date | None:
    """Return the date that `point` ("Event.field") names in `event`; None if it is another's."""
    kind, read = _point(point)
    return read(event) if event.kind == kind else None


@cache  # asked of every event of every case, and there are a dozen points
def _point(point: str) -> tuple[str, Callable[[AnyEvent], datetime | date | None]]:
    """Return which kind of event a point is of, and what reads it there."""
    kind, _, path = point.partition(".")
    return kind, attrgetter(path)
