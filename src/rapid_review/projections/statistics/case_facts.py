"""What one case adds to every statistic: its cells, from the case as it is.

Counted as the measures say (`statistics.measures`), by the month of the day that decides, and by
the agency that notified. Only late facts and corrections change a case's cells. The passing of
time does not: whether an open clock is overdue is asked of the sum of all cells, with a day.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rapid_review.domain.case import Case, MeetingHeld
from rapid_review.domain.duplicates import duplicate_of, is_of_an_incident_counted_elsewhere
from rapid_review.domain.errors import CalendarError, CalendarGapError
from rapid_review.domain.events import (
    DECISIONS,
    AgencyReportFiled,
    AgencyReportRequested,
    DecisionMade,
    DecisionReconsidered,
    LearningThemeIdentified,
    NotificationReceived,
    PanelFeedbackReceived,
    PracticeReviewCommissioned,
)
from rapid_review.domain.panel_rounds import made_again
from rapid_review.domain.rules.meeting import quorum_by_meeting
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import AgeBand, Child, Unit, person_of
from rapid_review.projections.as_of import NOW, AsOf, Calendars, CaseHistory
from rapid_review.projections.case.clock_reading import ClockReading, ClockState, Reason
from rapid_review.projections.case.clocks import clocks, clocks_of
from rapid_review.projections.case.stage import is_called_for
from rapid_review.projections.editions import by_terms_of_then
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.basis import Dated, deciding_day
from rapid_review.projections.statistics.facts import (
    CountCell,
    DurationCell,
    Ended,
    Facts,
    by_clock,
)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The cells of one case, and the clocks that they were read from.

    Attributes:
        received_on: the local day of the notification's receipt.
        dated_on: the local day that decides in which month it counts; None if that is not known,
            or is later than the day of the reading.
        clocks: every clock that has started and has a due day.
        durations: a cell for each of them; none of a duplicate.
        counted: how often everything else that is countable occurs, by measure and kind.
        source: the agency that sent the notification.
        is_duplicate: whether it is linked as the duplicate of another case, which is counted in
            its place; then its `durations` and `counted` are empty.
    """

    received_on: date
    dated_on: date | None
    clocks: tuple[ClockReading, ...]
    durations: tuple[DurationCell, ...]
    counted: Mapping[tuple[str, str], int]
    source: str
    is_duplicate: bool = False

    @property
    def month(self) -> str:
        """The month in which it counts, "2020-05"; "" if that is not known."""
        return _month(self.dated_on)

    @property
    def counts(self) -> Counter[CountCell]:
        """What is countable, as cells: each by the month and the source."""
        at = (self.source, self.month)
        return Counter({CountCell(*kind, *at): n for kind, n in self.counted.items()})


def case_facts_as_of(
    history: CaseHistory, as_of: AsOf = NOW, *, dated_by: Dated = Dated.RECEIPT
) -> CaseFacts | None:
    """Return what one case adds, as it had happened and was recorded by these times.

    A start or a stop after the day of the reading has not happened yet on that day. Where no day
    is given, everything recorded has happened. None if the case had no notification then.

    Args:
        history: the case.
        as_of: as of when.
        dated_by: which day decides in which month it counts.

    Raises:
        RecordError: the entries are not all of one case, from its first.
        TermsError: a clock is running that none of the terms given holds.
    """
    case, calendars = history.case(as_of), history.calendars
    if case.last(NotificationReceived) is None:
        return None
    # A case that was moved to other terms since counts by those that held then (I-24).
    terms, editions = history.terms_of(case), (*history.earlier, history.terms)
    day = date.max if as_of == NOW else as_of.day(terms)
    if as_of.happened_by is None and not history.lies_ahead(as_of):
        return case_facts(case, terms, calendars, editions, on=day, dated_by=dated_by)
    read = clocks(history, as_of._replace(read_on=day))
    decides = deciding_day(case, terms, dated_by, day)
    return _case_facts(case, terms, calendars, editions, read, dated_on=decides)


def case_facts(
    case: Case,
    terms: Terms,
    calendars: Calendars,
    earlier: Sequence[Terms] = (),
    *,
    on: date = date.max,
    dated_by: Dated = Dated.RECEIPT,
) -> CaseFacts:
    """Return what one case, which has its notification, adds to every statistic.

    Args:
        case: the case as it is.
        terms: the terms in force for it.
        calendars: gives the calendar that a clock names, to count the days it took.
        earlier: other editions the case was held under.
        on: the day of the reading; what has a later day has not happened yet.
        dated_by: which day decides in which month it counts.

    Raises:
        TermsError: a clock is running that none of the terms given holds.
    """
    read = clocks_of(case, terms, on=on, calendars=calendars, earlier=earlier)
    decides = deciding_day(case, terms, dated_by, on)
    return _case_facts(case, terms, calendars, earlier, read, dated_on=decides)


def facts_of(cases: Iterable[CaseFacts | None]) -> Facts:
    """Return the sum of what single cases add; None stands for a case that adds nothing.

    A duplicate adds only to the number of duplicates.
    """
    number = duplicates = 0
    durations: Counter[DurationCell] = Counter()
    counts: Counter[CountCell] = Counter()
    for one in cases:
        if one is not None:
            number += not one.is_duplicate
            duplicates += one.is_duplicate
            durations.update(one.durations)
            counts.update(one.counts)
    return Facts(number, by_clock(durations), counts, duplicates)


def _case_facts(
    case: Case,
    terms: Terms,
    calendars: Calendars,
    earlier: Sequence[Terms],
    read: Sequence[ClockReading],
    *,
    dated_on: date | None,
) -> CaseFacts:
    received = case.all(NotificationReceived)[0]
    month = _month(dated_on)
    started = tuple(
        clock
        for clock in read
        if clock.counted_from and clock.due and clock.reason is not Reason.NOT_KNOWN
    )
    received_on, source = terms.local_day(received.at), received.source
    if duplicate_of(case) is not None:
        return CaseFacts(received_on, dated_on, started, (), {}, source, is_duplicate=True)
    meetings = quorum_by_meeting(by_terms_of_then(case, terms, earlier), terms).values()  # ToR 6.2
    found = _countable(case, received, terms, meetings)
    counted = Counter((measure.name, key) for measure, key in found)
    return CaseFacts(
        received_on,
        dated_on,
        started,
        tuple(_duration(clock, source, month, calendars) for clock in started),
        counted,
        source,
    )


def _month(day: date | None) -> str:
    return "" if day is None else day.isoformat()[:7]  # faster than a format


def _duration(clock: ClockReading, source: str, month: str, calendars: Calendars) -> DurationCell:
    assert clock.counted_from is not None  # noqa: S101 - for the type checker: it has started
    assert clock.due is not None  # noqa: S101 - the same
    ended = _end_of(clock)
    return DurationCell(
        clock.rule.id,
        source,
        month,
        clock.counted_from,
        clock.due,
        ended,
        None if ended in (Ended.OPEN, Ended.OPEN_RELAXED) else clock.days_taken,
        _late_days(clock, calendars) if ended in _STOPPED else None,
    )


_STOPPED: Final = (Ended.STOPPED, Ended.STOPPED_RELAXED)
_ENDED: Final = {
    ClockState.ENDED_OTHERWISE: Ended.OTHERWISE,
    ClockState.WITHHELD: Ended.WITHHELD,
    ClockState.UNDETERMINED: Ended.IMPOSSIBLE,  # the only reason for a clock with a due day
}


def _end_of(clock: ClockReading) -> Ended:
    if clock.state is ClockState.RELAXED:
        return Ended.STOPPED_RELAXED if clock.stopped_on else Ended.OPEN_RELAXED
    return _ENDED.get(clock.state, Ended.STOPPED if clock.stopped_on else Ended.OPEN)


def _late_days(clock: ClockReading, calendars: Calendars) -> int | None:
    """Return how many of the clock's own days lie between its due day and its stop.

    A stop on a day of rest after the due day is a day late. None where the calendar cannot say.
    """
    assert clock.due is not None  # noqa: S101 - for the type checker: it has started
    assert clock.stopped_on is not None  # noqa: S101 - the same: it has stopped
    if clock.stopped_on <= clock.due:
        return 0
    if clock.rule.unit is not Unit.WORKING_DAYS or clock.calendar is None:
        return (clock.stopped_on - clock.due).days
    try:
        calendar = calendars(clock.calendar.id, clock.calendar.version)
        return max(1, calendar.count(clock.due, clock.stopped_on))
    except (CalendarError, CalendarGapError):
        return None


def _countable(
    case: Case, received: NotificationReceived, terms: Terms, meetings: Iterable[MeetingHeld]
) -> Iterator[tuple[m.Measure, str]]:
    """Yield every countable thing of one case: its measure, and its kind."""
    review = case.review
    nature = received.incident.nature
    yield m.NOTIFICATION, nature
    yield m.NATURE_BY_AGE, m.crossed(nature, m.AGE_BANDS[_index_child(received).age_band])
    if not is_of_an_incident_counted_elsewhere(case):
        yield m.INCIDENT, nature
    # A child who is named twice, in capitals or not, counts once, as it is named first.
    ages: dict[str, AgeBand] = {}
    for child in received.children:
        ages.setdefault(person_of(child.reference), child.age_band)
    yield from ((m.CHILD, m.AGE_BANDS[age]) for age in ages.values())
    is_review = is_called_for(case, terms)
    if review.criteria_not_met:
        yield m.CRITERIA_NOT_MET, ""
    elif is_review:
        yield m.REVIEW, ""
    yield from _agency_returns(case, terms)
    for meeting in meetings:
        if meeting.quorate is not None:
            yield m.MEETING, ""
        if meeting.quorate is False:
            yield m.QUORUM_NOT_MET, ""
            yield from ((m.EMPTY_SEAT, seat) for seat in meeting.empty_seats)
    if is_review:
        yield from _of_review(case)


def _index_child(received: NotificationReceived) -> Child:
    """Return the child by whom the notification is counted: the one named, else the first."""
    index = (received.index_child or "").casefold()
    named = (child for child in received.children if child.reference.casefold() == index)
    return next(named, received.children[0])


def _of_review(case: Case) -> Iterator[tuple[m.Measure, str]]:
    """ToR 4(b), 7.6, 7.8: yield what a rapid review that was called for came to."""
    review = case.review
    if review.decided:
        yield m.DECISION, ""
        yield from ((m.OUTCOME, outcome) for outcome in dict.fromkeys(review.decided))
    if made_again(case):  # `reconsidered` is of the last answer only
        yield m.RECONSIDERATION, ""
    if case.last(PracticeReviewCommissioned) is not None:
        yield m.PRACTICE_REVIEW, ""
    if review.panel_agrees is not None:
        yield m.PANEL_ANSWER, m.AGREES if review.panel_agrees else m.DISAGREES
        outcomes = dict.fromkeys(_outcomes_answered(case))
        yield from ((m.OUTCOME_ANSWERED, outcome) for outcome in outcomes)
        if review.panel_agrees:
            yield from ((m.OUTCOME_AGREED, outcome) for outcome in outcomes)
    themes = dict.fromkeys(theme.theme for theme in case.all(LearningThemeIdentified))
    yield from ((m.THEME, theme) for theme in themes)


def _outcomes_answered(case: Case) -> Sequence[str]:
    """ToR 7.8: return the outcomes of the decision in effect when the Panel last answered."""
    decided: Sequence[str] = ()
    answered: Sequence[str] = ()
    for event in case.standing:
        if type(event) not in _DECIDES_OR_ANSWERS:  # asked first: most are of another kind
            continue
        if isinstance(event, DECISIONS):
            decided = event.outcomes
        else:
            answered = decided
    return answered


_DECIDES_OR_ANSWERS: Final = frozenset({DecisionMade, DecisionReconsidered, PanelFeedbackReceived})


def _agency_returns(case: Case, terms: Terms) -> Iterator[tuple[m.Measure, str]]:
    """ToR 7.4: yield which agencies were asked, answered, answered late, or knew nothing."""
    answers: dict[str, AgencyReportFiled] = {}
    for report in case.all(AgencyReportFiled):
        answers.setdefault(report.agency, report)  # the first that happened
    answered_on = {agency: terms.local_day(answer.at) for agency, answer in answers.items()}
    due: dict[str, date | None] = {}
    for request in case.all(AgencyReportRequested):
        agency = request.agency
        due.setdefault(agency, None)
        # If an agency is asked again before it answers, the latest day counts; a reminder without
        # a day sets none.
        if request.due_on is None:
            continue
        if agency not in answers or terms.local_day(request.at) <= answered_on[agency]:
            due[agency] = request.due_on
    for agency, day in due.items():
        yield m.REPORT_REQUESTED, agency
        if agency in answers:
            yield m.REPORT_FILED, agency
            if day is not None and answered_on[agency] > day:
                yield m.REPORT_LATE, agency
            if answers[agency].nil_return:
                yield m.REPORT_NIL, agency
    yield from ((m.REPORT_UNASKED, agency) for agency in answers if agency not in due)
