"""The Terms of Reference as data: one partnership's rules, and the national rule set behind them.

Seats, quorum, clocks, outcomes, adoption, whom to tell: what differs between partnerships is a
value here, read from a TOML file (`terms_file`), and never a branch in the code.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Annotated, Final, Self, TypeVar
from zoneinfo import ZoneInfo

from annotated_types import Ge, Le, Len
from pydantic import AfterValidator, ValidationInfo, model_validator

from rapid_review.domain.errors import listed, shown
from rapid_review.domain.events import EVENTS, AnyEvent, NotificationReceived
from rapid_review.domain.quorum import Quorum, Seats, Text, seats_named
from rapid_review.domain.vocabulary import (
    Clause,
    Code,
    DecisionManner,
    Digest,
    MeetingManner,
    Said,
    TermsRef,
    Unit,
)

POINTS: Final = frozenset(f"{kind}.at" for kind in EVENTS) | {
    "NotificationReceived.incident.happened_on",
    "NotificationReceived.incident.known_on",
    "NotificationReceived.panel_notified_at",
    "MeetingConvened.meets_at",
    "PanelDiscussionNoted.discussed_on",
}
"""Every date that a clock may start or stop on: an event, and which of its dates."""

Row = TypeVar("Row", bound=Said)


def _differ(key: str) -> AfterValidator:
    """Return a check that no two rows of a table have the same `key`."""

    def check(rows: tuple[Row, ...]) -> tuple[Row, ...]:
        keys = [getattr(row, key) for row in rows]
        if twice := {one for one in keys if keys.count(one) > 1}:
            raise ValueError(f"{listed(twice)} stands twice; every {key} must differ")
        return rows

    return AfterValidator(check)


def _not_before(first: str) -> AfterValidator:
    """Return a check that a last day does not lie before the day in the field `first`."""

    def check(last: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get(first)
        if last and start and last < start:
            raise ValueError(f"found {last}; allowed is no day before {first}, {start}")
        return last

    return AfterValidator(check)


def _of_known_seats(quorum: Quorum, info: ValidationInfo) -> Quorum:
    seats = {seat.id for seat in info.data.get("seats", ())}
    if seats and (strangers := set(seats_named(quorum.needs)) - seats):
        raise ValueError(f"needs names {listed(strangers)}; allowed are {listed(seats)}")
    return quorum


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # an unknown name is a KeyError
        raise ValueError(
            f"found {shown(name)}; allowed is an IANA name such as Europe/London"
        ) from error
    return name


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
    kind, _, path = point.partition(".")
    if event.kind != kind:
        return None
    found: datetime | date | None = attrgetter(path)(event)
    return found


class Outcome(Said):
    """ToR 1.4, 5(b): something the group may decide."""

    code: Code
    title: Text
    practice_review: bool = False


class DecisionTerms(Said):
    """ToR 5(b), 7.6: what may be decided, and in what manner."""

    clause: Clause
    outcomes: Annotated[tuple[Outcome, ...], Len(min_length=1), _differ("code")]
    manners: Annotated[tuple[DecisionManner, ...], Len(min_length=1)]


class Adoption(Said):
    """ToR 5(b): which statutory partners make the decision their own, and whether by itself."""

    clause: Clause
    by: Annotated[tuple[Code, ...], Len(min_length=1)]
    automatic: bool = False


class Feedback(Said):
    """ToR 7.9: who must be told of the Panel's answer before a case closes."""

    clause: Clause
    share_with: Annotated[tuple[Code, ...], Len(min_length=1)]


class Meetings(Said):
    """ToR 7.1, 7.6: how the group may meet, and whether it follows a schedule."""

    clause: Clause
    manners: Annotated[tuple[MeetingManner, ...], Len(min_length=1)]
    schedule: Code = "none"


class NotificationClass(Said):
    """What kind of notification came in, and whether it opens a rapid review."""

    code: Code
    says: Text
    opens_review: bool


class Named(Said):
    """A limb of the report or a criterion: its code and, in our words, what it asks."""

    id: Code
    says: Text
    clause: Clause


class Relaxation(Said):
    """A dated national loosening of some deadlines; `until` is absent where no end is known.

    `deadlines` are ids; a partnership that has no such clock has nothing to loosen.
    """

    id: Code
    deadlines: Annotated[tuple[Code, ...], Len(min_length=1)]
    since: date
    until: Annotated[date | None, _not_before("since")] = None
    says: Text
    source: Text

    def covers(self, deadline: str, counted_from: date) -> bool:
        """Say whether a clock that started on `counted_from` is loosened by this."""
        ended = self.until is not None and counted_from > self.until
        return deadline in self.deadlines and counted_from >= self.since and not ended


def _of_known_classes(
    deadlines: tuple[Deadline, ...], info: ValidationInfo
) -> tuple[Deadline, ...]:
    classes = [*info.data.get("notification_classes", ())]
    if (national := info.data.get("national")) is not None:
        classes += national.notification_classes
    opening = {one.code for one in classes if one.opens_review}
    for deadline in deadlines:
        if strangers := set(deadline.only_for_classes) - opening:
            raise ValueError(
                f"{deadline.id}: only_for_classes names {listed(strangers)}; allowed are the "
                f"classes that open a review: {listed(opening)}"
            )
    return deadlines


class RuleSet(Said):
    """National guidance as dated data: limbs, criteria, notification classes, deadlines."""

    id: Code
    title: Text
    source: Text
    in_force_from: date
    in_force_to: Annotated[date | None, _not_before("in_force_from")] = None
    limbs: Annotated[tuple[Named, ...], Len(min_length=1), _differ("id")]
    criteria: Annotated[tuple[Named, ...], Len(min_length=1), _differ("id")]
    notification_classes: Annotated[
        tuple[NotificationClass, ...], Len(min_length=1), _differ("code")
    ]
    deadlines: Annotated[
        tuple[Deadline, ...], _differ("id"), AfterValidator(_of_known_classes)
    ] = ()
    relaxations: Annotated[tuple[Relaxation, ...], _differ("id")] = ()
    digest: Digest


class Terms(Said):
    """One partnership's Terms of Reference, one edition of them.

    Attributes:
        time_zone: whose midnight ends a day; "Europe/London" for every English partnership.
        calendar: the id of the working-day calendar; its version is recorded with each clock.
        notification_classes: kinds of notification this partnership adds to the national ones.
        national: the rule set that `rule_set` names.
        digest: SHA-256 over the file's bytes.
    """

    id: Code
    partnership: Code
    title: Text
    edition: Text
    source: Text
    in_force_from: date
    in_force_to: Annotated[date | None, _not_before("in_force_from")] = None
    rule_set: Code
    national: RuleSet
    time_zone: Annotated[str, AfterValidator(_known_zone)]
    calendar: Code
    notification_classes: Annotated[tuple[NotificationClass, ...], _differ("code")] = ()
    seats: Annotated[Seats, _differ("id")]
    one_person_may_fill_several_seats: bool = False
    quorum: Annotated[Quorum, AfterValidator(_of_known_seats)]
    deadlines: Annotated[
        tuple[Deadline, ...], _differ("id"), AfterValidator(_of_known_classes)
    ] = ()
    meetings: Meetings
    decision: DecisionTerms
    adoption: Adoption
    feedback: Feedback
    digest: Digest

    @cached_property
    def ref(self) -> TermsRef:
        """What is pinned to a case that opens under these terms."""
        return TermsRef(
            id=self.id,
            digest=self.digest,
            rule_set=self.rule_set,
            rule_set_digest=self.national.digest,
        )

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone whose midnight ends a day."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def clocks(self) -> Mapping[str, Deadline]:
        """Every deadline by id, the national ones first; the partnership's own win."""
        return {d.id: d for d in (*self.national.deadlines, *self.deadlines)}

    @cached_property
    def seat_ids(self) -> frozenset[str]:
        """Every seat's id."""
        return frozenset(seat.id for seat in self.seats)

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """Every permitted outcome by code."""
        return {outcome.code: outcome for outcome in self.decision.outcomes}

    @cached_property
    def classes(self) -> Mapping[str, NotificationClass]:
        """Every class of notification by code, national and local."""
        both = (*self.national.notification_classes, *self.notification_classes)
        return {one.code: one for one in both}

    def local_day(self, when: datetime | date) -> date:
        """Return the day on which `when` falls by these terms' own midnight.

        23:30 UTC on 4 May 2020 is already 5 May in London.
        """
        return when.astimezone(self.zone).date() if isinstance(when, datetime) else when

    def relaxation(self, deadline: str, counted_from: date) -> Relaxation | None:
        """Return the national relaxation that covers a clock started on `counted_from`, if any."""
        for relaxation in self.national.relaxations:
            if relaxation.covers(deadline, counted_from):
                return relaxation
        return None
