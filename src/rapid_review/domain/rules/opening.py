"""Opening a case, its members and its agencies (ToR 6.1, 7.2 to 7.5, 8.1 to 8.4)."""

from datetime import date
from typing import Final

from rapid_review.domain import clauses
from rapid_review.domain.case import Case
from rapid_review.domain.errors import listed, listed_or, shown
from rapid_review.domain.events import (
    AgencyReportFiled,
    CaseClosed,
    CaseReopened,
    NotificationCriteriaFoundNotMet,
    NotificationReceived,
    ReportsCollated,
)
from rapid_review.domain.particulars import (
    Challenge,
    ChallengeAnswer,
    Collation,
    MemberNotice,
    Notification,
    Particulars,
    ReportsSharing,
)
from rapid_review.domain.rules.finding import (
    Finding,
    Verdict,
    finding_if,
    finding_if_unknown,
    holds,
    written,
)
from rapid_review.domain.terms.terms import Terms


def notification_comes_first(_details: Particulars, case: Case, _terms: Terms) -> Finding:
    """ToR 7.3: everything follows the receipt of the notification."""
    return finding_if(
        case.last(NotificationReceived) is None,
        clauses.CLOCK,
        Verdict.NONSENSE,
        "no notification has been received in this case",
        "Record the notification first with ReceiveNotification. A late record is accepted.",
    )


def notification_comes_once(details: Notification, case: Case, _terms: Terms) -> Finding:
    """ToR 7.3, 8.1: one case, one notification; a second about the same incident gets a link."""
    first = case.last(NotificationReceived)
    if first is not None and all(getattr(first, name, one) == one for name, one in details):
        return Finding(
            str(clauses.RECEIVE),
            Verdict.NONSENSE,
            "this case already has its notification, and this one is the same",
            "Leave the second one out. Nothing of it is missing.",
        )
    return finding_if(
        first,
        clauses.RECEIVE,
        Verdict.NONSENSE,
        "this case already has its notification, and this one differs from it",
        "If the first is wrong, correct it with CorrectRecord. If the second opened a case of "
        "its own, link that case with LinkProcess duplicate-of. For another incident, open "
        "another case.",
    )


OF_SENSE: Final = (notification_comes_first, notification_comes_once)
"""The rules whose breach makes a step nonsense; what breaks any other rule may have happened."""


def class_is_known(details: Notification, _case: Case, terms: Terms) -> Finding:
    """ToR 8.1: the kind of notification is one that the rule set or the terms know."""
    return finding_if_unknown(
        "notification class", [details.notification_class], terms.classes, clauses.RECEIVE
    )


def index_child_is_named(details: Notification, _case: Case, _terms: Terms) -> Finding:
    """ToR 8.1: the child by whom published figures count the case is one of its children."""
    if details.index_child is None:
        return holds(str(clauses.RECEIVE))
    references = [child.reference for child in details.children]
    # References that differ in capitals alone are those of one child (reading I-6).
    named = {one.casefold() for one in references}
    return finding_if(
        details.index_child.casefold() not in named,
        clauses.RECEIVE,
        Verdict.FORBIDDEN,
        f"index child {shown(details.index_child)} is not among the notification's children",
        f"Allowed: {listed(references)}.",
    )


def review_is_held(details: Particulars, case: Case, terms: Terms) -> Finding:
    """ToR 1: the group acts while the notification calls for a rapid review.

    Facts arrive late: what the group did before it found the criteria not met may be recorded
    after that (ADR 0103).
    """
    notification_class = terms.classes.get(case.review.notification_class)
    if notification_class is not None and not notification_class.opens_review:
        return Finding(
            written(clauses.PROMPTLY),
            Verdict.FORBIDDEN,
            f"a notification of class {notification_class.code} opens no rapid review",
            "If the class is wrong, correct the notification with CorrectRecord.",
        )
    return finding_if(
        any(unmet.at <= details.at for unmet in case.all(NotificationCriteriaFoundNotMet)),
        clauses.PROMPTLY,
        Verdict.FORBIDDEN,
        "the case does not meet the notification criteria, so there is no rapid review",
        "If that finding was wrong, retract it with CorrectRecord. You can still record what "
        "happened before it.",
    )


def case_was_open(details: Particulars, case: Case, terms: Terms) -> Finding:
    """ToR 7.9: the group acts while the case is open, asked by the day on which it acts.

    Facts arrive late: what happened before the closing may be recorded after it (reading I-15).
    """
    day = terms.local_day(details.at)
    return finding_if(
        _was_closed(case, day, terms),
        clauses.FEEDBACK_SHARED,
        Verdict.FORBIDDEN,
        f"the case was not open on {day}",
        "Reopen it with ReopenCase before the group acts. What happened while it was open can be "
        "recorded without that.",
    )


def _was_closed(case: Case, day: date, terms: Terms) -> bool:
    """Say whether a case that was closed before this day was still closed on it."""
    if not any(terms.local_day(event.at) < day for event in case.all(CaseClosed)):
        return False
    # Only days count: on the day of a closing or a reopening the group may act (reading I-15).
    closed = False
    for event in case.standing:
        if isinstance(event, CaseClosed):
            closed = closed or terms.local_day(event.at) < day
        elif isinstance(event, CaseReopened):
            closed = closed and terms.local_day(event.at) > day
    return closed


def calls_for_review(case: Case, terms: Terms) -> bool:
    """ToR 1: say whether a rapid review is called for."""
    notification_class = terms.classes.get(case.review.notification_class)
    if notification_class is not None and not notification_class.opens_review:
        return False
    return case.last(NotificationCriteriaFoundNotMet) is None


# --- Members and agencies (ToR 6.1, 7.4, 7.5)


def seat_is_known(
    details: MemberNotice | Challenge | ChallengeAnswer, _: Case, terms: Terms
) -> Finding:
    """ToR 6.1: a seat is one of those the terms name."""
    return finding_if_unknown("seat", [details.seat], terms.seat_ids, clauses.MEMBERS)


def shared_seats_are_known(details: ReportsSharing, _case: Case, terms: Terms) -> Finding:
    """ToR 8.4: collated reports go to seats that the terms name."""
    return finding_if_unknown("seat", details.seats, terms.seat_ids, clauses.SEND_OUT)


def collated_reports_were_filed(details: Collation, case: Case, _terms: Terms) -> Finding:
    """ToR 7.5: a collation holds only reports that agencies have filed."""
    filed = {report.agency for report in case.all(AgencyReportFiled)}
    missing = [agency for agency in details.agencies if agency not in filed]
    return finding_if(
        missing,
        clauses.COLLATE,
        Verdict.FORBIDDEN,
        f"no report has been filed by {listed(missing)}"
        if filed
        else "no report has been filed yet",
        (f"Agencies that have filed a report: {listed(filed)}. " if filed else "")
        + "Record the report first with FileAgencyReport. A late record is accepted.",
    )


def collation_exists(details: ReportsSharing, case: Case, _terms: Terms) -> Finding:
    """ToR 7.5, 8.4: before the partnership shares reports, it has collated them."""
    collated = {one.collation for one in case.all(ReportsCollated)}
    return finding_if(
        details.collation not in collated,
        clauses.SEND_OUT,
        Verdict.FORBIDDEN,
        f"collation {details.collation} has not been recorded; "
        + listed_or("recorded so far: ", collated, "no reports have been collated yet"),
        "Record the collation first with CollateReports. A late record is accepted.",
    )
