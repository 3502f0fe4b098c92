"""Strategies for commands and events with the codes of some terms: `Speaker`."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache, cached_property
from typing import Any, Final, TypeVar

from hypothesis import strategies as st

from rapid_review import calendars
from rapid_review import terms as shipped
from rapid_review.domain import commands as ask
from rapid_review.domain.case import Case
from rapid_review.domain.clocks import calendar_ref
from rapid_review.domain.duplicates import LINKS
from rapid_review.domain.events import (
    EVENTS,
    AgencyReportFiled,
    AnyEvent,
    CriteriaAssessed,
)
from rapid_review.domain.particulars import Link
from rapid_review.domain.statement import Statement
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import CalendarRef, Factor, Moment, Seating, TermsRef
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.testing.statements import Fields, stated
from rapid_review.testing.telling import holder
from rapid_review.testing.times import days, moments

S = TypeVar("S", bound=Statement)

BEFORE: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""When a command is said to happen until its time is drawn."""
KINDS: Final = tuple(ask.COMMANDS.values())
"""Every command, in the document's order."""
_MOVING_CLOCKS: Final = (
    ask.RecordPanelNotified,
    ask.NotePanelDiscussion,
    ask.CommissionPracticeReview,
    ask.ReckonDeadlineAgain,
    ask.CorrectRecord,
)


def steps_ahead(case: Case) -> tuple[type[ask.Command], ...]:
    """Return the steps that are still to be taken before a case is closed, in order.

    The first is the usual next step, and the others come too early; a closed case can be reopened.
    """
    review = case.review
    way: tuple[tuple[object, type[ask.Command]], ...] = (
        (review.terms, ask.ReceiveNotification),
        (review.meetings, ask.ConveneMeeting),
        (any(held.quorate for held in review.meetings.values()), ask.RecordAttendance),
        (case.last(CriteriaAssessed), ask.AssessCriteria),
        (review.decided, ask.MakeDecision),
        (review.reports, ask.CompileReport),
        (review.sent_to_panel, ask.SendReportToPanel),
        (review.panel_agrees is not None, ask.ReceivePanelFeedback),
        (len(review.shared_with) > 1, ask.ShareFeedback),
        (review.closed, ask.CloseCase),
    )
    return (*(kind for done, kind in way if not done), ask.ReopenCase)


def fitted(command: ask.Command, case: Case) -> ask.Command:
    """Return the command with the numbers that the case expects in it."""
    review = case.review
    numbers: dict[str, object] = {}
    match command:
        case ask.CompileReport():
            numbers["version"] = review.reports + 1
        case ask.SendReportToMembers() | ask.SendReportToPanel():
            numbers["version"] = max(1, review.reports)
        case ask.ShareReports():
            numbers["collation"] = max(1, review.collations)
        case ask.CollateReports():
            filed = {report.agency for report in case.all(AgencyReportFiled)}
            numbers["agencies"] = tuple(sorted(filed)) or command.agencies
        case ask.InviteExpert() | ask.RecordAttendance():
            numbers["meeting"] = max(review.meetings, default=1)
        case ask.MakeDecision() | ask.ReconsiderDecision():
            quorate = (number for number, held in review.meetings.items() if held.quorate)
            numbers["meeting"] = max(quorate, default=1)
        case _:
            pass
    return restated(command, **numbers) if numbers else command


def restated(statement: S, **changes: object) -> S:
    """Return a statement of the same kind with other, valid content."""
    return type(statement).model_validate(dict(statement) | changes)


def speaker(terms: Terms | None = None, calendar: WorkingCalendar | None = None) -> "Speaker":
    """Return the speaker for some terms; for the usual terms always the same one.

    Args:
        terms: Kent and Medway's of May 2020 unless others are given.
        calendar: the newest of the terms' own unless one is given.
    """
    if terms is None and calendar is None:
        return _usual_speaker()
    terms = terms or shipped.load(shipped.KENT_AND_MEDWAY_2020)
    return Speaker(terms, calendar or calendars.load(terms.calendar))


@cache
def _usual_speaker() -> "Speaker":
    terms = shipped.load(shipped.KENT_AND_MEDWAY_2020)
    return Speaker(terms, calendars.load(terms.calendar))


class Speaker:
    """Makes strategies for everything that can be recorded under some terms and a calendar.

    Making a speaker takes longer than using one, because it looks everything up once.
    """

    def __init__(self, terms: Terms, calendar: WorkingCalendar) -> None:
        self.terms: Final = terms
        self.calendar: Final = calendar
        self.moments: Final = moments(calendar)
        self._shapes: Final[dict[type[Statement], st.SearchStrategy[Any]]] = {}

    def __repr__(self) -> str:
        return f"Speaker({self.terms.id}, {self.calendar.id} {self.calendar.version})"

    def of_shape(self, shape: type[S]) -> st.SearchStrategy[S]:
        """Return commands or events of one kind, which is looked up once."""
        if shape not in self._shapes:
            self._shapes[shape] = stated(shape, {**self._fields, **self._fields_of(shape)})
        return self._shapes[shape]

    @cached_property
    def events(self) -> st.SearchStrategy[AnyEvent]:
        """Events of every kind, each valid by itself."""
        return st.one_of(*map(self.of_shape, EVENTS.values()))

    def commands(
        self, case: Case, kinds: Sequence[type[ask.Command]] = KINDS, at: datetime | None = None
    ) -> st.SearchStrategy[ask.Command]:
        """Return commands of some kinds: the usual next step, any, or one that moves clocks.

        Args:
            case: the case to speak of.
            kinds: which commands; all of them unless some are given.
            at: when it happens; any time unless one is given.
        """
        return _commands(self, case, kinds, at)

    def _fields_of(self, shape: type[Statement]) -> Fields:
        """Return strategies for the fields that one shape fills differently from the others."""
        fields: dict[object, st.SearchStrategy[Any]] = {}
        if issubclass(shape, ask.Command):
            fields["at"] = st.just(BEFORE)
        if shape is ask.ShareFeedback:
            fields["shared_with"] = st.sampled_from(self.terms.feedback.share_with)
        if shape is ask.ReplaceTerms:
            fields["terms"] = st.just(self.terms.id)
        if issubclass(shape, Link):
            fields["process"] = st.sampled_from(("inquest", "child-death-review", *LINKS))
        return fields

    @cached_property
    def _fields(self) -> Fields:
        """Strategies for fields, by their names or by their types."""
        terms = self.terms
        seats = st.sampled_from([seat.id for seat in terms.seats])
        opening = [code for code, one in terms.classes.items() if one.opens_review]
        limbs = [limb.id for limb in terms.national.limbs]
        factors = [
            stated(Factor, {"criterion": st.just(criterion.id)})
            for criterion in terms.national.criteria
        ]
        sat = [
            stated(Seating, {"seat": st.just(seat.id), "person": st.just(holder(seat.id))})
            for seat in terms.seats
        ]
        return {
            Moment: self.moments,
            date: days(self.calendar),
            TermsRef: st.just(terms.ref),
            CalendarRef: st.just(calendar_ref(self.calendar)),
            "notification_class": st.sampled_from(opening) | st.sampled_from(list(terms.classes)),
            "seat": seats,
            "seats": st.lists(seats, min_size=1, unique=True).map(tuple),
            "sat": _all_or_fewer(sat),
            "apologies": st.just(()) | st.lists(seats, max_size=1).map(tuple),
            "factors": _all_or_fewer(factors, least=1),
            "limbs": _all_or_fewer([st.just(limb) for limb in limbs], least=1),
            "outcomes": st.lists(
                st.sampled_from(list(terms.outcomes)), min_size=1, max_size=2, unique=True
            ).map(tuple),
            "index_child": st.none(),
            "partner": st.sampled_from(terms.adoption.by),
            "deadline": st.sampled_from(list(terms.clocks)),
            "replacement": st.none() | st.deferred(lambda: self.events),
        }


def _all_or_fewer(
    parts: Sequence[st.SearchStrategy[Any]], least: int = 0
) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return one for each, or only for the first few."""
    everything = st.tuples(*parts)
    return everything | st.builds(_first, everything, st.integers(least, len(parts)))


def _first(parts: tuple[Any, ...], few: int) -> tuple[Any, ...]:
    return parts[:few]


@st.composite
def _commands(
    draw: st.DrawFn,
    says: Speaker,
    case: Case,
    kinds: Sequence[type[ask.Command]],
    at: datetime | None,
) -> ask.Command:
    ahead = steps_ahead(case)
    among = draw(st.sampled_from((ahead[:1], ahead[:3], _MOVING_CLOCKS, kinds)))
    kind = draw(st.sampled_from([kind for kind in among if kind in kinds] or kinds))
    command = draw(says.of_shape(kind))
    if isinstance(command, ask.CorrectRecord):
        command = draw(_corrections(says, command, case))
    elif draw(st.integers(0, 3)):
        command = fitted(command, case)
    return restated(command, at=draw(says.moments) if at is None else at)


@st.composite
def _corrections(
    draw: st.DrawFn, says: Speaker, command: ask.CorrectRecord, case: Case
) -> ask.CorrectRecord:
    """Retract an entry of the case, or give it other content or another time.

    Half of the entries are of kinds that start a clock.
    """
    if not case.version:
        return command
    points = {deadline.starting_kind for deadline in says.terms.clocks.values()}
    entries = range(1, case.version + 1)
    starting = [number for number in entries if case.recorded[number - 1].kind in points]
    version = draw(st.sampled_from(entries) | st.sampled_from(starting or entries))
    recorded = case.recorded[version - 1]
    replacement = draw(
        st.none()
        | says.of_shape(type(recorded))
        | says.moments.map(lambda at: restated(recorded, at=at))
    )
    return restated(command, version=version, replacement=replacement)
