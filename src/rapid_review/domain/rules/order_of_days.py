"""The order of days: every date is compared with the dates that it must follow or precede.

The most common slip is a wrong year, so each finding names both days. Only days count, by the
terms' own midnight, not hours and minutes.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from operator import attrgetter
from typing import Final, get_args

from rapid_review.domain import clauses
from rapid_review.domain import events as did
from rapid_review.domain import team_events as team
from rapid_review.domain.case import Case
from rapid_review.domain.erasure_events import ErasureEvent
from rapid_review.domain.panel_rounds import round_of
from rapid_review.domain.rules.finding import Finding, Kind, Verdict, Written, written
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Incident

ORDERS: Final[Mapping[str, tuple[clauses.ToRClause, ...]]] = {
    "precedes-receipt": (clauses.CLOCK,),
    "date-inside": (
        clauses.RECEIVE,
        clauses.GATHER,
        clauses.CONVENE,
        clauses.ADMINISTER,
        clauses.FEEDBACK,
        clauses.LIAISON,
        clauses.COORDINATE,
    ),
    "attended-on-another-day": (clauses.CONVENE,),
    "terms-out-of-force": (clauses.SCOPE,),
    "recorded-before-it-happened": (),
    "due-day-differs": (clauses.FIFTEEN_DAYS, clauses.CLOCK, clauses.FEEDBACK),
}
"""Every order of days that is checked, and the clauses that it concerns."""

MAY_PRECEDE_THE_RECEIPT: Final = (
    team.PartnersAgreedToNotify,
    team.AnotherAreaConcerned,
    team.MediaInterestNoted,
    did.ImmediateActionRecorded,
    did.LearningShared,
    did.ProcessLinked,
    did.PanelCorrespondenceLogged,
    team.PanelNotified,
)
"""The events that may happen before the notification is received (reading I-7)."""

OF_THE_RECORD: Final = (
    did.CorrectionProposed,
    did.CorrectionApproved,
    *get_args(ErasureEvent),
)
"""What is done to the record itself, as a correction by one person is.

It is no step of the review. So its day says nothing of the receipt, which may be dated wrongly
until somebody corrects it.
"""

_AT_ANY_TIME: Final = (*MAY_PRECEDE_THE_RECEIPT, *OF_THE_RECORD)

SAY_WHAT_HAPPENED: Final[Mapping[type[did.AnyEvent], tuple[str, ...]]] = {
    did.NotificationReceived: (
        "incident.happened_on",
        "incident.known_on",
        "panel_notified_at",
    ),
    did.PanelDiscussionNoted: ("discussed_on",),
    team.PanelNotified: ("notified_at",),
}
"""The dates inside an event on which, as it says, something happened; others are of plans."""

_MEND: Final = "If one of the two days is wrong, correct it with CorrectRecord."


def days_out_of_order(
    event: did.AnyEvent, case: Case, terms: Terms, *, recorded_at: datetime
) -> Iterator[Finding]:
    """Yield what is wrong with the days of an event in effect.

    Args:
        event: the event.
        case: everything in effect.
        terms: the terms in force on its day.
        recorded_at: when its present content was recorded.
    """
    yield from _check_receipt_came_first(event, case, terms)
    if isinstance(event, _WITH_DATES):
        yield from _check_dates_inside(event, case, terms)
        yield from _check_known_when_recorded(event, terms, terms.local_day(recorded_at))


_WITH_DATES: Final = (
    did.NotificationReceived,
    did.AgencyReportRequested,
    did.MeetingConvened,
    did.QuorumConfirmed,
    did.QuorumNotMet,
    did.PanelDiscussionNoted,
    did.PanelFeedbackReceived,
    team.PanelNotified,
    did.PanelCorrespondenceLogged,
    team.ActionAgreed,
    team.PublicationPlanned,
)
"""Events that name other days, or whose own day was named before."""


def _check_dates_inside(event: did.AnyEvent, case: Case, terms: Terms) -> Iterator[Finding]:
    match event:
        case did.NotificationReceived():
            yield from _check_incident(event, terms)
            # Of two notifications in one case the earlier one opened it (reading I-26).
            if event is case.first(did.NotificationReceived):
                yield from _check_terms_in_force(event, terms)
        case did.QuorumConfirmed() | did.QuorumNotMet():
            yield from _check_attendance(event, case, terms)
        case did.PanelDiscussionNoted():
            yield from _check_panel_discussion(event, case, terms)
        case did.PanelFeedbackReceived():
            yield from _check_panel_answer(event, case, terms)
        case team.PanelNotified():
            yield from _check_telling_of_the_panel(event, case, terms)
        case _:
            yield from _check_plan(event, terms)


def _check_plan(event: did.AnyEvent, terms: Terms) -> Iterator[Finding]:
    """ToR 7.4, 8.5, 8.6, 8.9, 8.10: a planned day is the day of the plan, or a later one."""
    day = terms.local_day(event.at)
    match event:
        case did.AgencyReportRequested() if event.due_on is not None:
            says = f"the report is due on {event.due_on}, before it was asked for on {day}"
            yield from _check_not_before("due_on<at", event.due_on, day, clauses.GATHER, says)
        case did.MeetingConvened():
            meets = terms.local_day(event.meets_at)
            says = f"the meeting is to be held on {meets}, before it was convened on {day}"
            yield from _check_not_before("meets_at<at", meets, day, clauses.CONVENE, says)
        case team.ActionAgreed() if event.due_on is not None:
            says = f"the action is due on {event.due_on}, before it was agreed on {day}"
            yield from _check_not_before("due_on<at", event.due_on, day, clauses.ADMINISTER, says)
        case did.PanelCorrespondenceLogged() if (by := event.answer_by) is not None:
            says = f"the answer is due on {by}, before the correspondence was logged on {day}"
            yield from _check_not_before("answer_by<at", by, day, clauses.LIAISON, says)
        case team.PublicationPlanned():
            on = event.planned_on
            says = f"publication is planned for {on}, before the day of the plan, {day}"
            yield from _check_not_before("planned_on<at", on, day, clauses.COORDINATE, says)
        case _:
            pass


def _check_receipt_came_first(event: did.AnyEvent, case: Case, terms: Terms) -> Iterator[Finding]:
    """ToR 7.3: each step follows the receipt but what may have been done at once."""
    received = case.first(did.NotificationReceived)
    if received is None or isinstance(event, _AT_ANY_TIME):
        return
    day, receipt = terms.local_day(event.at), terms.local_day(received.at)
    if day < receipt:
        yield _wrong_order(
            "precedes-receipt",
            "",
            clauses.CLOCK,
            f"it happened on {day}, before the notification was received on {receipt}",
        )


def _check_incident(event: did.NotificationReceived, terms: Terms) -> Iterator[Finding]:
    """ToR 8.1: the incident happened, became known, and was notified, in this order."""
    incident, receipt = event.incident, terms.local_day(event.at)
    happened, known = incident.happened_on, incident.known_on
    if happened is not None and known is not None and happened > known:
        yield _wrong_order(
            "date-inside",
            "incident.happened_on>incident.known_on",
            clauses.RECEIVE,
            f"the incident happened on {happened}, but became known earlier, on {known}",
        )
    if known is not None and known > receipt:
        yield _wrong_order(
            "date-inside",
            "incident.known_on>at",
            clauses.RECEIVE,
            f"the incident became known on {known}, but its notification came earlier, on "
            f"{receipt}",
        )
    elif happened is not None and happened > receipt:
        yield _wrong_order(
            "date-inside",
            "incident.happened_on>at",
            clauses.RECEIVE,
            f"the incident happened on {happened}, but its notification came earlier, on "
            f"{receipt}",
        )
    if event.panel_notified_at is not None:
        notified = terms.local_day(event.panel_notified_at)
        yield from _check_told_of_incident("panel_notified_at<incident.", notified, incident)


def _check_told_of_incident(subject: str, notified: date, incident: Incident) -> Iterator[Finding]:
    """ToR 8.1: the Panel is told of what is known, or, if that day is not, of what happened."""
    name, day, what = "known_on", incident.known_on, "became known"
    if day is None:
        name, day, what = "happened_on", incident.happened_on, "happened"
    if day is not None and notified < day:
        because = f"the Panel was notified on {notified}, but the incident {what} later, on {day}"
        yield _wrong_order("date-inside", f"{subject}{name}", clauses.RECEIVE, because)


def _check_terms_in_force(event: did.NotificationReceived, terms: Terms) -> Iterator[Finding]:
    """ToR 2.1: a case opens under terms in force on that day, and a rule set that began."""
    day = terms.local_day(event.at)
    for what, since, until in (
        (f"terms {terms.id}", terms.in_force_from, terms.in_force_to),
        # That the rule set had ended is a note for the people who open the case, not a finding.
        (f"rule set {terms.rule_set}", terms.national.in_force_from, None),
    ):
        if day < since or (until is not None and day > until):
            end = f" to {until}" if until else ""
            yield Finding(
                written(clauses.SCOPE),
                Verdict.IRREGULAR,
                f"the case opened on {day}, and {what} is in force from {since}{end}",
                "If other terms apply to the case, record them with ReplaceTerms.",
                Kind.ORDER,
                "terms-out-of-force",
            )
            return


def _check_not_before(
    subject: str, found: date, day: date, clause: Written, because: str
) -> Iterator[Finding]:
    if found < day:
        yield _wrong_order("date-inside", subject, clause, because)


def _check_attendance(
    event: did.QuorumConfirmed | did.QuorumNotMet, case: Case, terms: Terms
) -> Iterator[Finding]:
    """ToR 7.6, 8.5: a meeting is attended on its day, or past its midnight (reading I-7)."""
    day = terms.local_day(event.at)
    convened = [one for one in case.all(did.MeetingConvened) if one.meeting == event.meeting]
    by_then = [one for one in convened if terms.local_day(one.at) <= day]
    if not convened:
        return
    planned = terms.local_day((by_then or convened)[-1].meets_at)
    if not 0 <= (day - planned).days <= 1:
        yield _wrong_order(
            "attended-on-another-day",
            "",
            clauses.CONVENE,
            f"the attendance of meeting {event.meeting} is recorded for {day}, and the meeting "
            f"was convened for {planned}",
        )


def _check_panel_discussion(
    event: did.PanelDiscussionNoted, case: Case, terms: Terms
) -> Iterator[Finding]:
    """ToR 7.8: the Panel discusses a report that was sent to it, before that is noted."""
    discussed, noted = event.discussed_on, terms.local_day(event.at)
    if discussed > noted:
        yield _wrong_order(
            "date-inside",
            "discussed_on>at",
            clauses.FEEDBACK,
            f"the Panel discussed the report on {discussed}, but the note of that is earlier, "
            f"of {noted}",
        )
    own_round = round_of(event, case, terms)
    sent = next((one for one in own_round if isinstance(one, did.ReportSentToPanel)), None)
    if sent is not None and discussed < terms.local_day(sent.at):
        yield _wrong_order(
            "date-inside",
            "discussed_on<sent",
            clauses.FEEDBACK,
            f"the Panel discussed the report on {discussed}, but the report was sent to it "
            f"later, on {terms.local_day(sent.at)}",
        )


def _check_panel_answer(
    event: did.PanelFeedbackReceived, case: Case, terms: Terms
) -> Iterator[Finding]:
    """ToR 7.8: the Panel answers what it has discussed, if anybody noted that it did."""
    if case.last(did.PanelDiscussionNoted) is None:
        return
    own_round, answered = round_of(event, case, terms), terms.local_day(event.at)
    discussed = (
        one.discussed_on for one in own_round if isinstance(one, did.PanelDiscussionNoted)
    )
    first = min(discussed, default=date.min)
    if answered < first:
        yield _wrong_order(
            "date-inside",
            "at<discussed",
            clauses.FEEDBACK,
            f"the Panel answered on {answered}, but it discussed the report later, on {first}",
        )


def _check_telling_of_the_panel(
    event: team.PanelNotified, case: Case, terms: Terms
) -> Iterator[Finding]:
    """ToR 8.1: the Panel was notified after the incident was known, and before that is noted."""
    if event.notified_at is None:
        return
    notified, noted = terms.local_day(event.notified_at), terms.local_day(event.at)
    received = case.first(did.NotificationReceived)
    if notified > noted:
        because = (
            f"the Panel was notified on {notified}, but the note of that is earlier, of {noted}"
        )
        yield _wrong_order("date-inside", "notified_at>at", clauses.RECEIVE, because)
    if received is not None:
        yield from _check_told_of_incident("notified_at<", notified, received.incident)


def _check_known_when_recorded(
    event: did.AnyEvent, terms: Terms, recorded_on: date
) -> Iterator[Finding]:
    """Yield the dates inside an event that are later than its recording; a plan may be."""
    for field in SAY_WHAT_HAPPENED.get(type(event), ()):
        when: datetime | date | None = attrgetter(field)(event)
        if when is not None and (day := terms.local_day(when)) > recorded_on:
            because = f"{field} is {day}, after the day on which it was recorded, {recorded_on}"
            yield _wrong_order("date-inside", f"{field}>recorded", clauses.RECORD, because)


def _wrong_order(code: str, subject: str, clause: Written, because: str) -> Finding:
    return Finding(written(clause), Verdict.IRREGULAR, because, _MEND, Kind.ORDER, code, subject)
