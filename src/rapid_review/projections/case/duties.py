"""Duties: what ToR 7 and 8 ask for, asked as "was it done?" (readings I-7, I-13).

A duty is open while it can still be done in time. It is found if it was not done when that time
was over, or, for the duties of the rapid review itself, when the case was closed. A duty that was
done late is done: lateness is a matter of its clock.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Final, NamedTuple

from rapid_review.domain import clauses as tor
from rapid_review.domain import events as did
from rapid_review.domain.case import Case
from rapid_review.domain.clauses import ToRClause
from rapid_review.domain.duplicates import duplicate_of
from rapid_review.domain.rules import Finding, Verdict
from rapid_review.domain.rules.after import outcome_changed_on, reconsidered_on, told_since
from rapid_review.domain.rules.finding import Kind
from rapid_review.domain.rules.meeting import convened
from rapid_review.domain.rules.opening import is_held
from rapid_review.domain.rules.outcome import decision_in_force, recommends_practice_review
from rapid_review.domain.terms.citing import cited_under
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case.clock_reading import ClockReading, ClockState, Reason
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.collations import collations_for, reports_left_out
from rapid_review.projections.editions import InForce, held_on, in_force, local_day


class DutyState(StrEnum):
    """What became of a duty: it is done, can still be done, or can no longer be."""

    DONE = "done"
    OPEN = "open"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that is owed in a case.

    Attributes:
        code: what is to be done.
        subject: for whom or for what; empty where the code says all.
        clauses: the clauses that ask for it.
        state: what became of it.
        way_on: the commands that record that it was done; any one of them is enough.
        clause: the clauses, as they are cited under the terms of the case.
    """

    code: str
    subject: str
    clauses: tuple[ToRClause, ...]
    state: DutyState
    way_on: tuple[str, ...]
    clause: str = ""

    @property
    def finding(self) -> Finding:
        """What is found where the duty was not done."""
        of = f" ({self.subject})" if self.subject else ""
        return Finding(
            self.clause,
            Verdict.IRREGULAR,
            f"{self.code.replace('-', ' ')}{of}: this is required, and no entry that still counts "
            "records that it was done",
            f"Record it with {' or '.join(self.way_on)}. A late record is accepted.",
            Kind.DUTY,
            self.code,
            self.subject,
        )


class Over(StrEnum):
    """When a duty can no longer be done in time."""

    WITH_THE_REVIEW = "with the review's due day, or the closing"
    AT_THE_CLOSING = "at the closing"
    AT_A_CLOSING_AFTER_THE_ANSWER = "at the closing, if the Panel had answered by then"
    WITH_THE_PUBLICATION = "with publication, withholding, or its due day"
    NEVER = "never"


Subjects = Iterator[tuple[str, bool]]
"""For whom or for what something is owed, each with whether it is done."""


class Row(NamedTuple):
    """A row of the table of duties; `owed` says for whom or for what, and whether it is done."""

    code: str
    clauses: tuple[ToRClause, ...]
    over: Over
    way_on: str
    owed: Callable[[Case, Terms], Subjects]
    in_any_case: bool = False
    """Whether it is owed even if no review is held."""
    or_else: str = ""
    """Another command that records that it was done; empty if there is none."""


_Sent = did.ReportSentToMembers | did.ReportSentToPanel


def _once(kinds: Iterable[type[did.AnyEvent]], case: Case, _: Terms) -> Subjects:
    """Yield that a duty is done once an event of one of these kinds is in effect."""
    yield "", any(case.last(kind) is not None for kind in kinds)


def _inform(case: Case, terms: Terms) -> Subjects:
    informed = {notice.seat for notice in case.all(did.MemberInformed)}
    yield from ((seat.id, seat.id in informed) for seat in terms.seats)


def _collate(case: Case, terms: Terms) -> Subjects:
    left_out = reports_left_out(case, terms)
    if left_out and case.last(did.ReportsCollated) is not None:
        yield from ((agency, False) for agency in left_out)
    else:
        yield "", case.last(did.ReportsCollated) is not None


def _share(case: Case, terms: Terms) -> Subjects:
    sent: dict[str, set[int]] = {seat.id: set() for seat in terms.seats}
    for one in case.all(did.ReportsShared):
        for seat in sent.keys() & set(one.seats):
            sent[seat].add(one.collation)
    needed = collations_for(case, terms)
    for seat, had in sent.items():
        yield seat, bool(had) and not any(had.isdisjoint(serving) for serving in needed)


def _compile(case: Case, terms: Terms) -> Subjects:
    since = outcome_changed_on(case, terms)
    yield "", any(terms.local_day(one.at) >= since for one in case.all(did.ReportCompiled))


def _tell(kind: type[_Sent], case: Case, terms: Terms) -> Subjects:
    """Yield whether a report was sent since the group last decided, with that decision in it."""
    since, changed = reconsidered_on(case, terms), outcome_changed_on(case, terms)
    compiled = case.all(did.ReportCompiled)
    before = {one.version for one in compiled if terms.local_day(one.at) < changed}
    yield (
        "",
        any(
            terms.local_day(one.at) >= since and one.version not in before
            for one in case.all(kind)
        ),
    )


def _convene(case: Case, _: Terms) -> Subjects:
    yield "", bool(convened(case))


def _pass_on(case: Case, terms: Terms) -> Subjects:
    if (answer := case.last(did.PanelFeedbackReceived)) is None:
        return
    told = told_since(answer, case, terms)
    yield from ((recipient, recipient in told) for recipient in terms.feedback.share_with)


def _commission(case: Case, terms: Terms) -> Subjects:
    decision = decision_in_force(case, date.max, terms)
    if decision is not None and recommends_practice_review(decision.outcomes, terms):
        yield "", case.last(did.PracticeReviewCommissioned) is not None


def _once_commissioned(kinds: Iterable[type[did.AnyEvent]], case: Case, terms: Terms) -> Subjects:
    if case.last(did.PracticeReviewCommissioned) is not None:
        yield from _once(kinds, case, terms)


def _refer(case: Case, _: Terms) -> Subjects:
    referred = {one.theme for one in case.all(did.ThemeReferred)}
    themes = dict.fromkeys(one.theme for one in case.all(did.LearningThemeIdentified))
    yield from ((theme, theme in referred) for theme in themes)


_PUBLISHED_OR_WITHHELD: Final = (did.PracticeReviewPublished, did.PublicationWithheld)
_REVIEW, _CLOSING = Over.WITH_THE_REVIEW, Over.AT_THE_CLOSING

DUTIES: Final = (
    Row("inform", (tor.INFORMED, tor.INFORM), _REVIEW, "InformMember", _inform, in_any_case=True),
    Row(
        "ask-agencies",
        (tor.GATHER, tor.COMMENCE),
        _REVIEW,
        "RequestAgencyReport",
        partial(_once, (did.AgencyReportRequested, did.AgencyReportFiled)),
    ),
    Row(
        "collate",
        (tor.COLLATE, tor.COMMENCE),
        _REVIEW,
        "CollateReports",
        _collate,
    ),
    Row("share-reports", (tor.COLLATE, tor.SEND_OUT), _REVIEW, "ShareReports", _share),
    Row("convene", (tor.CONVENE,), _REVIEW, "ConveneMeeting", _convene),
    Row("meet", (tor.MEET,), _REVIEW, "RecordAttendance", partial(_once, did.ATTENDANCE)),
    Row("decide", (tor.MEET,), _CLOSING, "MakeDecision", partial(_once, (did.DecisionMade,))),
    Row("compile", (tor.REPORT,), _CLOSING, "CompileReport", _compile),
    Row(
        "tell-members",
        (tor.TO_MEMBERS,),
        _CLOSING,
        "SendReportToMembers",
        partial(_tell, did.ReportSentToMembers),
    ),
    Row(
        "tell-panel",
        (tor.REPORT, tor.TO_PANEL),
        _CLOSING,
        "SendReportToPanel",
        partial(_tell, did.ReportSentToPanel),
    ),
    Row(
        # An answer may come after the closing, and is passed on then (reading I-13).
        "pass-on",
        (tor.FEEDBACK_SHARED,),
        Over.AT_A_CLOSING_AFTER_THE_ANSWER,
        "ShareFeedback",
        _pass_on,
    ),
    Row("commission", (tor.COORDINATE,), _CLOSING, "CommissionPracticeReview", _commission),
    Row(
        "engagement",
        (tor.CHALLENGE,),
        Over.WITH_THE_PUBLICATION,
        "RecordEngagement",
        partial(_once_commissioned, (did.EngagementRecorded,)),
    ),
    Row(
        # Done as it becomes owed: the commission that makes it owed names who coordinates.
        "coordination",
        (tor.COORDINATE,),
        Over.WITH_THE_PUBLICATION,
        "CommissionPracticeReview",
        partial(_once_commissioned, (did.PracticeReviewCommissioned,)),
    ),
    Row(
        "publication",
        (tor.COORDINATE, tor.CHALLENGE),
        Over.WITH_THE_PUBLICATION,
        "PublishPracticeReview",
        partial(_once_commissioned, _PUBLISHED_OR_WITHHELD),
        or_else="WithholdPublication",
    ),
    Row(
        # The closing does not end it: a theme may arrive afterwards (reading I-15).
        "refer-theme",
        (tor.THEMES,),
        Over.NEVER,
        "ReferThemeToLearning",
        _refer,
        in_any_case=True,
    ),
)
"""What is owed, in the order of the document. ToR 8.9, to stay the Panel's contact, is left out:
no event shows that it was done."""


def duties(history: CaseHistory, as_of: AsOf) -> tuple[Duty, ...]:
    """Return every duty of a case, done or not, on the day of the reading.

    Raises:
        RecordError: the entries are not all of one case, from its first.
        TermsError: a clock is running that none of the terms given holds.
    """
    case = history.case(as_of)
    today = as_of.day(history.terms_of(case))
    editions = in_force(case.standing, history.terms, history.earlier)
    return duties_of(case, editions, clocks(history, as_of), today)


def duties_of(
    case: Case, editions: InForce, read: Iterable[ClockReading], today: date
) -> tuple[Duty, ...]:
    """Return every duty of a case whose clocks have been read; see `duties`.

    A duplicate owes nothing: its duties are those of the case that it is a duplicate of.

    Args:
        case: the case as it had happened by the day of the reading.
        editions: the terms that held in it, each from its day. Terms ask nothing of a case that
            was closed before their day, and no duty whose time was over before it.
        read: its clocks.
        today: the local day of the reading.
    """
    if case.last(did.NotificationReceived) is None or duplicate_of(case) is not None:
        return ()
    # A clock that runs again in a later round gives nobody more time for what is owed once.
    readings = {one.rule.id: one for one in read if one.round == 1}
    return tuple(_duties(case, editions, readings, today))


def _duties(
    case: Case, editions: InForce, readings: dict[str, ClockReading], today: date
) -> Iterator[Duty]:
    closed, last_day = case.review.closed, _last_day(case, editions, today)
    now = held_on(last_day, editions)
    held, review = is_held(case, now), readings.get(now.duties_over)
    review_over = review.due if review is not None and _is_over(review, today) else None
    then = held_on(min(review_over or last_day, last_day), editions)
    over = {
        Over.WITH_THE_REVIEW: closed or review_over is not None,
        Over.AT_THE_CLOSING: closed,
        Over.AT_A_CLOSING_AFTER_THE_ANSWER: closed and _was_answered(case, now, last_day),
        Over.WITH_THE_PUBLICATION: is_settled(case) or _is_over(_publication(readings), today),
        Over.NEVER: False,
    }
    for row in DUTIES:
        if held or row.in_any_case:
            terms = then if row.over is Over.WITH_THE_REVIEW else now
            clause = cited_under(terms, row.clauses)
            for subject, done in row.owed(case, terms):
                state = DutyState.FOUND if over[row.over] else DutyState.OPEN
                state = DutyState.DONE if done else state
                way_on = tuple(filter(None, (row.way_on, row.or_else)))
                yield Duty(row.code, subject, row.clauses, state, way_on, clause)


def _last_day(case: Case, editions: InForce, today: date) -> date:
    """Return the last day whose terms ask for duties: that of the closing, or else of now."""
    closing = case.last(did.CaseClosed) if case.review.closed else None
    return today if closing is None else local_day(closing.at, editions)


def _was_answered(case: Case, terms: Terms, by: date) -> bool:
    """Say whether the Panel gave its latest answer by a day."""
    answer = case.last(did.PanelFeedbackReceived)
    return answer is not None and terms.local_day(answer.at) <= by


def is_settled(case: Case) -> bool:
    """ToR 3.2: say whether a practice review was published, or withheld with its reason."""
    return any(case.last(kind) is not None for kind in _PUBLISHED_OR_WITHHELD)


def _is_over(reading: ClockReading | None, today: date) -> bool:
    """Say whether the due day of a clock is over, and nothing excuses it (reading I-12)."""
    if reading is None or reading.due is None:
        return False
    is_excused = reading.state is ClockState.RELAXED and reading.stopped_on is None
    return today > reading.due and not is_excused


def _publication(readings: dict[str, ClockReading]) -> ClockReading | None:
    stop = f"{did.PracticeReviewPublished.__name__}.at"
    found = (one for one in readings.values() if one.rule.first_stop == stop)
    # Counted from a day that cannot be, its due day says nothing.
    return next((one for one in found if one.reason is not Reason.IMPOSSIBLE_ORDER), None)
