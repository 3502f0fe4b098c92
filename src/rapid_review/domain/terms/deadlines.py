"""A deadline as the terms hold it (ToR 5(a), 7.8): its start, its stop, its length.

The clocks themselves, with their days, are in `clocks`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Annotated, Final, Literal, Self

from annotated_types import Ge, Le, Len
from pydantic import StringConstraints, model_validator

from rapid_review.domain.beside_events import KINDS_BESIDE_CASES
from rapid_review.domain.errors import listed
from rapid_review.domain.events import EVENTS, AnyEvent, NotificationReceived
from rapid_review.domain.statement import PUBLIC, Statement
from rapid_review.domain.team_events import PanelNotified
from rapid_review.domain.terms.quorum import Text
from rapid_review.domain.vocabulary import Clause, Code, Unit

PANEL_NOTIFIED: Final = "NotificationReceived.panel_notified_at"
"""When the Panel was told, whether the notification says it or `PanelNotified` does later."""
HAPPENED: Final = "NotificationReceived.incident.happened_on"
KNOWN: Final = "NotificationReceived.incident.known_on"
"""The day of the incident, and that on which the local authority learnt of it."""
POINTS: Final = frozenset(f"{kind}.at" for kind in EVENTS.keys() - KINDS_BESIDE_CASES) | {
    HAPPENED,
    KNOWN,
    PANEL_NOTIFIED,
    "MeetingConvened.meets_at",
    "PanelDiscussionNoted.discussed_on",
    "PublicationPlanned.planned_on",
}
"""Every date that a clock may start or stop on: an event, and which of its dates."""
POINTS_IN_WORDS: Final = "the name of an event followed by .at, or " + listed(
    point for point in POINTS if not point.endswith(".at")
)

RECEIVED: Final = "NotificationReceived.at"
PUBLISHED: Final = "PracticeReviewPublished.at"

BY_ALL: Final[Mapping[str, str]] = {
    "MemberInformed": "seat",
    "AgencyReportRequested": "agency",
    "AgencyReportFiled": "agency",
    "ReportsShared": "seats",
    "DecisionAdopted": "partner",
    "FeedbackShared": "shared_with",
}
"""The events that several people cause one by one, and the field that says who or for whom."""
ALWAYS_BY_ALL: Final = ("DecisionAdopted.at", "FeedbackShared.at")


def _must_be_a_point(key: str, point: str) -> None:
    if point not in POINTS:
        raise ValueError(f"{key} is {point!r}; allowed: {POINTS_IN_WORDS}")


class Ends(StrEnum):
    """The state in which a stop leaves a clock."""

    MET = "met"
    WITHHELD = "withheld"
    OTHERWISE = "ended-otherwise"


class Stop(Statement):
    """What stops a clock, and the state in which it ends: `met` unless the terms say otherwise."""

    on: str
    state: Ends = Ends.MET


Hour = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), PUBLIC]
"""A local time of day, such as "16:00"."""


class Receipt(Statement):
    """ToR 7.3: when a notification counts as received on the next working day (reading I-1).

    `until` is the last minute, in local time, that counts on its own day, such as "16:00";
    `day_off` says on which day a notification counts that comes on a day off.
    """

    until: Hour | None = None
    day_off: Literal["same-day", "next-working-day"] = "same-day"

    def moves(self, local: datetime, *, working: bool) -> bool:
        """Say whether a notification of a local time counts on the next working day."""
        is_late = self.until is not None and local.strftime("%H:%M") > self.until
        return is_late or (self.day_off == "next-working-day" and not working)


class Deadline(Statement):
    """ToR 5(a), 7.8: a clock: on what it starts and stops, how long it runs, who owes it.

    Attributes:
        stops_on: what stops it; where several events may, each with the state it ends in.
        stops_when: "first": when the first person acts; "all": when everyone has whom `all_of`
            names, or else the terms. Left out, adoption and shared feedback wait for all (reading
            I-28).
        all_of: the seats, agencies, partners or recipients that it waits for.
        counts_day_of_start: whether the day of the start is day 1; else it is day 0.
        before: whether it runs backwards: due so many days before the day on which it starts,
            which is a plan, and of plans the last one holds.
        each_time: whether it runs again when a reconsidered decision goes to the Panel; left out,
            the clocks of the Panel's discussion and answer do (reading I-23).
        receipt: when a notification counts as received later; left out, as the terms say.
        advisory: whether it is only a milestone for planning, which nobody must meet.
        only_for_classes: the classes of notification that start this clock; empty for every class
            that opens a review. A referral, for example, need not be told to the Panel.
    """

    id: Code
    title: Text
    clause: Clause
    starts_on: str
    stops_on: str | Annotated[tuple[Stop, ...], Len(min_length=1)]
    stops_when: Literal["first", "all"] | None = None
    all_of: tuple[Code, ...] = ()
    length: Annotated[int, Ge(0), Le(1_000)]
    unit: Unit
    counts_day_of_start: bool = False
    before: bool = False
    each_time: bool | None = None
    receipt: Receipt | None = None
    owed_by: Code
    advisory: bool = False
    only_for_classes: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _keys_agree(self) -> Self:
        points = (("starts_on", self.starts_on), *(("stops_on", one.on) for one in self.stops))
        for key, point in points:
            _must_be_a_point(key, point)
        whole_days = (self.unit, bool(self.length)) == (Unit.WORKING_DAYS, True)
        if self.counts_day_of_start and not whole_days:
            raise ValueError("counts_day_of_start needs a length of 1 or more working_days")
        if self.only_for_classes and not self.starts_on.startswith("NotificationReceived."):
            raise ValueError("only_for_classes needs a starts_on of NotificationReceived")
        return self

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Every stop; if only a publication stops it, withholding the publication does too."""
        return _all_stops(self.stops_on)

    @property
    def first_stop(self) -> str:
        """The point that stops it; of several, the one that the terms name first."""
        return self.stops[0].on

    @property
    def starting_kind(self) -> str:
        """The kind of event that starts it."""
        return self.starting_kinds[0]

    @property
    def starting_kinds(self) -> tuple[str, ...]:
        """The kinds of event that start it: the one in the terms, and any that adds its date."""
        return kinds_of(self.starts_on)

    @property
    def stopping_kind(self) -> str:
        """The kind of event that stops it; of several, the one that the terms name first."""
        return self.stopping_kinds[0]

    @property
    def stopping_kinds(self) -> tuple[str, ...]:
        """The kinds of event that stop it, each once."""
        return _stopping_kinds(self.stops_on)

    @property
    def waits_for_all(self) -> bool:
        """Whether it stops only when the last of several has done it."""
        if self.stops_when is None:
            return self.first_stop in ALWAYS_BY_ALL
        return self.stops_when == "all"

    def started_by(self, event: AnyEvent) -> datetime | date | None:
        """Return the time or day in `event` that starts this clock, if it has one."""
        return dated(event, self.starts_on) if self.is_of_its_class(event) else None

    def is_of_its_class(self, event: AnyEvent) -> bool:
        """Say whether the clock is for a notification's class; for any other event, yes."""
        if not self.only_for_classes or not isinstance(event, NotificationReceived):
            return True
        return event.notification_class in self.only_for_classes

    def stopped_by(self, event: AnyEvent) -> datetime | date | None:
        """Return the time or day in `event` that stops this clock, if it has one."""
        stopped = (dated(event, stop.on) for stop in self.stops)
        return next((when for when in stopped if when is not None), None)


def dated(event: AnyEvent, point: str) -> datetime | date | None:
    """Return the date that `point` ("Event.field") names in `event`; None if it has none."""
    read = _readers(point).get(event.kind)
    return None if read is None else read(event)


@cache  # asked of every clock of every case, and there are a dozen points
def kinds_of(point: str) -> tuple[str, ...]:
    """Return the kinds of event that hold the date of a point, first the kind that it names."""
    return tuple(_readers(point))


@cache  # asked of every event of every case, and there are a dozen points
def _readers(point: str) -> Mapping[str, Callable[[AnyEvent], datetime | date | None]]:
    """Return, by each kind of event that holds the date of a point, the function that reads it."""
    kind, _, path = point.partition(".")
    later = {PanelNotified.__name__: attrgetter("notified_at")} if point == PANEL_NOTIFIED else {}
    return {kind: attrgetter(path), **later}


@cache  # asked of every clock of every case, and there are a dozen
def _all_stops(stops_on: str | tuple[Stop, ...]) -> tuple[Stop, ...]:
    """Return the stops of a clock; for one that waits for a publication, its withholding too."""
    if isinstance(stops_on, tuple):
        return stops_on
    stop = Stop(on=stops_on)
    withheld = Stop(on="PublicationWithheld.at", state=Ends.WITHHELD)
    return (stop, withheld) if stops_on == PUBLISHED else (stop,)


@cache
def _stopping_kinds(stops_on: str | tuple[Stop, ...]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(kind for stop in _all_stops(stops_on) for kind in kinds_of(stop.on))
    )
