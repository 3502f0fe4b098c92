"""The table of duties: what ToR 7 and 8 ask for, of whom it is owed to, and how it is recorded."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Final, NamedTuple

from rapid_review.domain import clauses as tor
from rapid_review.domain import events as did
from rapid_review.domain.case import Case
from rapid_review.domain.clauses import ToRClause
from rapid_review.domain.rules.meeting import convened
from rapid_review.domain.rules.outcome import asks_for_practice_review, decision_in_force
from rapid_review.domain.rules.panel_and_after import (
    outcome_changed_on,
    reconsidered_on,
    told_since,
)
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.case.collations import collations_not_sent, reports_left_out


class OverWhen(StrEnum):
    """When a duty can no longer be done in time."""

    WITH_THE_REVIEW = "with the review's due day, or the closing"
    AT_THE_CLOSING = "at the closing"
    AT_A_CLOSING_AFTER_THE_ANSWER = "at the closing, if the Panel had answered by then"
    WITH_THE_PUBLICATION = "with publication, withholding, or its due day"
    NEVER = "never"


class OwedTo(NamedTuple):
    """For whom or for what something is owed.

    Attributes:
        subject: for whom or for what; empty where the duty says all.
        is_done: whether it is done.
        what: which thing it is, where that depends on the case.
    """

    subject: str
    is_done: bool
    what: str = ""


Subjects = Iterator[OwedTo]


class DutyRow(NamedTuple):
    """A row of the table of duties; `owed` says for whom or for what, and whether it is done.

    `asks` says what the record then holds; {whom} and {what} stand for what `owed` gives.
    """

    code: str
    asks: str
    clauses: tuple[ToRClause, ...]
    over: OverWhen
    way_on: str
    owed: Callable[[Case, Terms], Subjects]
    in_any_case: bool = False
    """Whether it is owed even if no review is held."""
    or_else: str = ""
    """Another command that records that it was done; empty if there is none."""


_Sent = did.ReportSentToMembers | did.ReportSentToPanel


def _once(kinds: Iterable[type[did.AnyEvent]], case: Case, _: Terms) -> Subjects:
    """Yield that a duty is done once an event of one of these kinds is in effect."""
    yield OwedTo("", any(case.last(kind) is not None for kind in kinds))


def _inform(case: Case, terms: Terms) -> Subjects:
    informed = {notice.seat for notice in case.all(did.MemberInformed)}
    yield from (OwedTo(seat.id, seat.id in informed) for seat in terms.seats)


def _collate(case: Case, terms: Terms) -> Subjects:
    left_out = reports_left_out(case, terms)
    if left_out and case.last(did.ReportsCollated) is not None:
        for agency, day in left_out.items():
            yield OwedTo(agency, is_done=False, what=f"the report of {agency} of {day} was")
    else:
        is_done = case.last(did.ReportsCollated) is not None
        yield OwedTo("", is_done, "the agency reports were")


def _share(case: Case, terms: Terms) -> Subjects:
    sent = {seat for one in case.all(did.ReportsShared) for seat in one.seats}
    missing = collations_not_sent(case, terms)
    for seat in terms.seats:
        number = missing.get(seat.id)
        what = f"collation {number}" if number else "the collated reports"
        yield OwedTo(seat.id, seat.id in sent and not number, what)


def _compile(case: Case, terms: Terms) -> Subjects:
    since = outcome_changed_on(case, terms)
    yield OwedTo("", any(terms.local_day(one.at) >= since for one in case.all(did.ReportCompiled)))


def _tell(kind: type[_Sent], case: Case, terms: Terms) -> Subjects:
    """Yield whether a report was sent since the group last decided, with that decision in it."""
    since, changed = reconsidered_on(case, terms), outcome_changed_on(case, terms)
    days = ((one, terms.local_day(one.at)) for one in case.all(kind))
    yield OwedTo(
        "", any(day >= since and _compiled_on(one, case, terms) >= changed for one, day in days)
    )


def _compiled_on(sent: _Sent, case: Case, terms: Terms) -> date:
    """Return the day on which a version was last compiled before it was sent.

    That a number was used twice is a finding of its own. What nobody had compiled by then holds
    whatever the group had decided: that too is a finding of its own.
    """
    versions = (one for one in case.all(did.ReportCompiled) if one.version == sent.version)
    days = (terms.local_day(one.at) for one in versions)
    return max((day for day in days if day <= terms.local_day(sent.at)), default=date.max)


def _convene(case: Case, _: Terms) -> Subjects:
    yield OwedTo("", bool(convened(case)))


def _pass_on(case: Case, terms: Terms) -> Subjects:
    if (answer := case.last(did.PanelFeedbackReceived)) is None:
        return
    told = told_since(answer, case, terms)
    yield from (OwedTo(recipient, recipient in told) for recipient in terms.feedback.share_with)


def _commission(case: Case, terms: Terms) -> Subjects:
    decision = decision_in_force(case, date.max, terms)
    if decision is not None and asks_for_practice_review(decision, case, terms):
        yield OwedTo("", case.last(did.PracticeReviewCommissioned) is not None)


def _once_commissioned(kinds: Iterable[type[did.AnyEvent]], case: Case, terms: Terms) -> Subjects:
    if case.last(did.PracticeReviewCommissioned) is not None:
        yield from _once(kinds, case, terms)


_PUBLISHED_OR_WITHHELD: Final = (did.PracticeReviewPublished, did.PublicationWithheld)


def is_settled(case: Case) -> bool:
    """ToR 3.2: say whether a practice review was published, or withheld with its reason."""
    return any(case.last(kind) is not None for kind in _PUBLISHED_OR_WITHHELD)


def _refer(case: Case, _: Terms) -> Subjects:
    referred = {one.theme for one in case.all(did.ThemeReferred)}
    themes = dict.fromkeys(one.theme for one in case.all(did.LearningThemeIdentified))
    yield from (OwedTo(theme, theme in referred) for theme in themes)


_REVIEW, _CLOSING = OverWhen.WITH_THE_REVIEW, OverWhen.AT_THE_CLOSING

DUTIES: Final = (
    DutyRow(
        "inform",
        "that {whom} was told of the notification",
        (tor.INFORMED, tor.INFORM),
        _REVIEW,
        "InformMember",
        _inform,
        in_any_case=True,
    ),
    DutyRow(
        "ask-agencies",
        "that an agency was asked for a report",
        (tor.GATHER, tor.COMMENCE),
        _REVIEW,
        "RequestAgencyReport",
        partial(_once, (did.AgencyReportRequested, did.AgencyReportFiled)),
    ),
    DutyRow(
        "collate",
        "that {what} collated",
        (tor.COLLATE, tor.COMMENCE),
        _REVIEW,
        "CollateReports",
        _collate,
    ),
    DutyRow(
        "share-reports",
        "that {whom} was sent {what}",
        (tor.COLLATE, tor.SEND_OUT),
        _REVIEW,
        "ShareReports",
        _share,
    ),
    DutyRow(
        "convene",
        "that a meeting was convened",
        (tor.CONVENE,),
        _REVIEW,
        "ConveneMeeting",
        _convene,
    ),
    DutyRow(
        "meet",
        "that the group met",
        (tor.MEET,),
        _REVIEW,
        "RecordAttendance",
        partial(_once, did.ATTENDANCE),
    ),
    DutyRow(
        "decide",
        "that the group decided",
        (tor.MEET,),
        _CLOSING,
        "MakeDecision",
        partial(_once, (did.DecisionMade,)),
    ),
    DutyRow(
        "compile",
        "that the decision was put into a report",
        (tor.REPORT,),
        _CLOSING,
        "CompileReport",
        _compile,
    ),
    DutyRow(
        "tell-members",
        "that a report of the decision was sent to the members",
        (tor.TO_MEMBERS,),
        _CLOSING,
        "SendReportToMembers",
        partial(_tell, did.ReportSentToMembers),
    ),
    DutyRow(
        "tell-panel",
        "that a report of the decision was sent to the Panel",
        (tor.REPORT, tor.TO_PANEL),
        _CLOSING,
        "SendReportToPanel",
        partial(_tell, did.ReportSentToPanel),
    ),
    DutyRow(
        # An answer may come after the closing, or where no review is held, and is passed on then
        # (readings I-13, I-19).
        "pass-on",
        "that {whom} was told of the Panel's answer",
        (tor.FEEDBACK_SHARED,),
        OverWhen.AT_A_CLOSING_AFTER_THE_ANSWER,
        "ShareFeedback",
        _pass_on,
        in_any_case=True,
    ),
    DutyRow(
        "commission",
        "that the practice review was commissioned",
        (tor.COORDINATE,),
        _CLOSING,
        "CommissionPracticeReview",
        _commission,
    ),
    DutyRow(
        "engagement",
        "who took part in the practice review, or why nobody did",
        (tor.CHALLENGE,),
        OverWhen.WITH_THE_PUBLICATION,
        "RecordEngagement",
        partial(_once_commissioned, (did.EngagementRecorded,)),
    ),
    DutyRow(
        # Done as it becomes owed: the commission that makes it owed names who coordinates.
        "coordination",
        "that somebody was named to coordinate the practice review",
        (tor.COORDINATE,),
        OverWhen.WITH_THE_PUBLICATION,
        "CommissionPracticeReview",
        partial(_once_commissioned, (did.PracticeReviewCommissioned,)),
    ),
    DutyRow(
        "publication",
        "that the practice review was published or withheld",
        (tor.COORDINATE, tor.CHALLENGE),
        OverWhen.WITH_THE_PUBLICATION,
        "PublishPracticeReview",
        partial(_once_commissioned, _PUBLISHED_OR_WITHHELD),
        or_else="WithholdPublication",
    ),
    DutyRow(
        # The closing does not end it: a theme may arrive afterwards (reading I-15).
        "refer-theme",
        "that theme {whom} was passed to training",
        (tor.THEMES,),
        OverWhen.NEVER,
        "ReferThemeToLearning",
        _refer,
        in_any_case=True,
    ),
)
"""What is owed, in the order of the document. ToR 8.9, to stay the Panel's contact, is left out:
no event shows that it was done."""
