"""One rapid review under the Kent terms, step by step, to begin a test's history with.

A notification was received on Monday 4 May 2020, under the first lockdown. That day's bank holiday
had been moved to Friday 8 May for the 75th anniversary of VE Day, and Monday 25 May was the
spring bank holiday: the fifteenth working day is Wednesday 27 May.

Each command is under the name of its step; the histories at the end are made of them.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final, TypeVar

from rapid_review import calendars
from rapid_review import terms as shipped
from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.case import Case
from rapid_review.domain.erasure_events import KeyDestroyed
from rapid_review.domain.erasure_particulars import DestroyedKey, Erased
from rapid_review.domain.registry import findings, leads_to
from rapid_review.domain.rules import Finding, Verdict
from rapid_review.domain.statement import Statement
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import (
    AgeBand,
    Capacity,
    Child,
    Document,
    Factor,
    Incident,
    MeetingManner,
    Milestone,
    Nature,
    RelatedReview,
    Seating,
)
from rapid_review.testing import given
from rapid_review.testing.telling import holder

KENT: Final = shipped.load(shipped.KENT_AND_MEDWAY_2020)
ENGLAND: Final = calendars.load("england-and-wales")
BEFORE_THE_FUNERAL: Final = calendars.load("england-and-wales", "2022-09-09")
SEATS: Final = tuple(seat.id for seat in KENT.seats)

S = TypeVar("S", bound=Statement)
E = TypeVar("E", bound=did.Event)


def at(text: str) -> datetime:
    """Return a time as written, in UTC: "2020-05-04 09:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def changed(said: S, **changes: object) -> S:
    """Return the same statement with other content, checked like any other."""
    return type(said).model_validate(dict(said) | changes)


def recorded(kind: type[E], said: ask.Command, **more: object) -> E:
    """Return the event that holds what a command said, and what is known besides."""
    return kind.model_validate(dict(said) | more)


def varied(terms: Terms, **changes: object) -> Terms:
    """Return terms with other values, as another partnership's file would give them."""
    return Terms.model_validate_json(terms.model_copy(update=changes).model_dump_json())


def irregular(*history: did.AnyEvent | ask.Command, terms: Terms = KENT) -> Iterator[Finding]:
    """Yield what is found irregular in the last step, which is recorded all the same."""
    before = given(*history[:-1], terms=terms)
    last = history[-1]
    assert isinstance(last, ask.Command)
    outcome = before.when(last)
    assert outcome.events, outcome.refusal
    for finding in findings(last, leads_to(type(last))[0], before.case, terms):
        if finding.verdict is Verdict.IRREGULAR:
            yield finding


def document(reference: str, letter: str = "a") -> Document:
    """Return a document whose bytes have a digest of one repeated letter."""
    return Document(reference=reference, sha256=f"sha256:{letter * 64}", title="Report")


def seated(*seats: str, capacity: Capacity = Capacity.MEMBER) -> tuple[Seating, ...]:
    """Return one person in each of these seats."""
    return tuple(Seating(seat=one, person=holder(one), capacity=capacity) for one in seats)


# --- Receipt, members, agencies (ToR 7.2 to 7.5, 8.1 to 8.4)

RECEIVE: Final = ask.ReceiveNotification(
    at=at("2020-05-04 09:30"),
    reference="CSPR-2020-07",
    source="kent-ics",
    incident=Incident(
        happened_on=date(2020, 4, 30), known_on=date(2020, 5, 1), nature=Nature.SERIOUS_HARM
    ),
    panel_notified_at=at("2020-05-04 08:00"),
    children=(Child(reference="C-1", age_band=AgeBand.UNDER_1, identity="a name"),),
)
UNTOLD: Final = changed(RECEIVE, panel_notified_at=None)
AGREE_TO_NOTIFY: Final = ask.RecordAgreementToNotify(
    at=at("2020-05-03 16:00"), partners=("local-authority", "health", "police")
)
ANOTHER_AREA: Final = ask.RecordAnotherArea(
    at=at("2020-05-05 09:00"), partnership="essex", words="the family had moved"
)
MEDIA: Final = ask.NoteMediaInterest(at=at("2020-05-05 10:00"), is_expected=True, words="a paper")
TOLD_LATER: Final = ask.RecordPanelNotified(
    at=at("2020-05-06 09:00"), notified_at=at("2020-05-04 08:00")
)
NOT_MET: Final = ask.FindCriteriaNotMet(at=at("2020-05-05 10:00"), because="it was an accident")
INFORM: Final = ask.InformMember(at=at("2020-05-04 11:00"), seat="police", person=holder("police"))
INFORM_ALL: Final = tuple(
    ask.InformMember(at=INFORM.at, seat=seat, person=holder(seat)) for seat in SEATS
)
REQUEST: Final = ask.RequestAgencyReport(
    at=at("2020-05-04 12:00"), agency="school", due_on=date(2020, 5, 13)
)
FILE: Final = ask.FileAgencyReport(
    at=at("2020-05-12 16:00"), agency="school", document=document("AR-1"), summary="what it knew"
)
COLLATE: Final = ask.CollateReports(
    at=at("2020-05-14 10:00"), agencies=("school",), document=document("COL-1")
)
SHARE: Final = ask.ShareReports(at=at("2020-05-14 11:00"), collation=1, seats=SEATS)

# --- Children's safety (ToR 1.2)

ACT: Final = ask.RecordImmediateAction(
    at=at("2020-05-04 13:00"), action="ACT-1", words="the siblings were seen"
)
SHARE_LEARNING: Final = ask.ShareLearning(
    at=at("2020-05-15 09:00"),
    learning="L-1",
    shared_with=("school-nurses",),
    words="ask about sleep",
)

# --- The meeting (ToR 3.2, 6, 7.6, 8.5)

CONVENE: Final = ask.ConveneMeeting(
    at=at("2020-05-14 12:00"),
    meeting=1,
    meets_at=at("2020-05-19 13:00"),
    manner=MeetingManner.VIRTUAL,
)
CANCEL: Final = ask.CancelMeeting(at=at("2020-05-15 09:00"), meeting=1, because="the chair is ill")
INVITE: Final = ask.InviteExpert(
    at=at("2020-05-14 13:00"), meeting=1, person="P-9", expertise="paediatric-radiology"
)
ATTEND: Final = ask.RecordAttendance(
    at=at("2020-05-19 13:05"), meeting=1, sat=seated(*SEATS), experts=("P-9",)
)
CHALLENGE: Final = ask.RaiseChallenge(
    at=at("2020-05-19 13:30"), challenge="CH-1", seat="police", words="was the school asked?"
)
ANSWER: Final = ask.AnswerChallenge(
    at=at("2020-05-19 13:40"), challenge="CH-1", seat="partnership-team", words="it was"
)

MINUTES: Final = ask.RecordMinutes(
    at=at("2020-05-20 09:00"), meeting=1, document=document("MIN-1")
)
AGREE_ACTION: Final = ask.AgreeAction(
    at=at("2020-05-19 15:30"),
    action="ACT-7",
    owner="u-31",
    words="ask every clinic about sleep",
    due_on=date(2020, 6, 19),
)
COMPLETE_ACTION: Final = ask.CompleteAction(
    at=at("2020-06-17 09:00"), action="ACT-7", words="all but one ask now"
)

# --- The outcome (ToR 1.4, 2.1, 4, 5(b), 5(c), 7.6, 7.7, 8.7, 8.8)

ASSESS: Final = ask.AssessCriteria(
    at=at("2020-05-19 14:00"),
    factors=tuple(
        Factor(criterion=criterion.id, applies=True, rationale="for these reasons")
        for criterion in KENT.national.criteria
    ),
)
DECIDE: Final = ask.MakeDecision(
    at=at("2020-05-19 14:30"),
    meeting=1,
    outcomes=("local-practice-review",),
    rationale="much can be learnt",
    methodology="systems-review",
    style="with those who worked with the family",
    prior_themes=("hidden-adults",),
    related_reviews=(RelatedReview(process="domestic-homicide-review", reference="DHR-2018-1"),),
    proportionality="one day with practitioners",
    publication_considered=True,
)
DECIDE_NOT: Final = ask.MakeDecision(
    at=DECIDE.at, meeting=1, outcomes=("no-practice-review",), rationale="little can be learnt"
)
ADOPT: Final = ask.AdoptDecision(at=at("2020-05-20 09:00"), partner="safeguarding-partnership")
COMPILE: Final = ask.CompileReport(
    at=at("2020-05-20 10:00"),
    version=1,
    document=document("RR-1"),
    limbs=tuple(limb.id for limb in KENT.national.limbs),
)
TO_MEMBERS: Final = ask.SendReportToMembers(at=at("2020-05-20 11:00"), version=1)
TO_PANEL: Final = ask.SendReportToPanel(at=at("2020-05-21 09:00"), version=1)

# --- The Panel (ToR 7.8, 7.9, 8.9); its ten working days from 2 June end on 16 June

DISCUSS: Final = ask.NotePanelDiscussion(at=at("2020-06-03 09:00"), discussed_on=date(2020, 6, 2))
AGREE: Final = ask.ReceivePanelFeedback(at=at("2020-06-12 15:00"), agrees=True, words="agreed")
DISAGREE: Final = ask.ReceivePanelFeedback(at=AGREE.at, agrees=False, words="we differ")
TELL_GROUP: Final = ask.ShareFeedback(at=at("2020-06-15 09:00"), shared_with="rapid-review-group")
TELL_PARTNERS: Final = ask.ShareFeedback(
    at=at("2020-06-15 10:00"), shared_with="safeguarding-partners"
)
DIFFER: Final = changed(DISAGREE, at=at("2020-06-29 15:00"), words="we still differ")
RECONSIDER: Final = ask.ReconsiderDecision(
    at=at("2020-06-23 10:00"), meeting=1, outcomes=("no-practice-review",), rationale="on balance"
)
UPHOLD: Final = ask.ReconsiderDecision.model_validate(dict(DECIDE) | {"at": RECONSIDER.at})
WRITE: Final = ask.LogPanelCorrespondence(
    at=at("2020-05-22 09:00"), correspondence="LET-1", sent=True, words="receipt was asked for"
)
ANSWER_AWAITED: Final = changed(WRITE, correspondence="LET-2", answer_by=date(2020, 6, 5))
WRITE_BACK: Final = changed(
    WRITE, at=at("2020-06-04 09:00"), correspondence="LET-3", sent=False, answers="LET-2"
)

# --- What follows (ToR 2.1, 3.2, 4(b), 4(e), 8.10)

COMMISSION: Final = ask.CommissionPracticeReview(
    at=at("2020-06-30 09:00"),
    reviewers=("R-1",),
    methodology="systems-review",
    coordinator="partnership-team",
    scope="from birth",
)
ENGAGE: Final = ask.RecordEngagement(
    at=at("2020-07-10 09:00"), engagement="E-1", party="family", engaged=True, words="they spoke"
)
MILESTONE: Final = ask.RecordPracticeReviewMilestone(
    at=at("2020-10-01 09:00"), milestone=Milestone.DRAFT_RECEIVED
)
PLAN: Final = ask.PlanPublication(at=at("2020-11-20 09:00"), planned_on=date(2020, 12, 15))
SEND_AHEAD: Final = ask.SendPublicationAhead(
    at=at("2020-12-01 09:00"),
    sent_to=("national-panel", "secretary-of-state"),
    document=document("PR-1"),
)
PUBLISH: Final = ask.PublishPracticeReview(at=at("2020-12-15 09:00"), document=document("PR-1"))
WITHHOLD: Final = ask.WithholdPublication(at=at("2020-12-15 09:00"), because="a child is known")
NAME_THEME: Final = ask.IdentifyLearningTheme(
    at=at("2020-05-19 15:00"), theme="safer-sleep", words="sleep was not asked about"
)
REFER_THEME: Final = ask.ReferThemeToLearning(
    at=at("2020-07-01 09:00"), theme="safer-sleep", referred_to="learning-and-development"
)
LINK: Final = ask.LinkProcess(at=at("2020-05-06 09:00"), process="inquest", reference="INQ-1")
CLOSE: Final = ask.CloseCase(at=at("2020-07-02 09:00"))
REOPEN: Final = ask.ReopenCase(at=at("2020-09-01 09:00"), because="the inquest heard more")
CLOSE_AGAIN: Final = ask.CloseCase(at=at("2020-09-30 09:00"))
REOPEN_AGAIN: Final = ask.ReopenCase(at=at("2020-11-02 09:00"), because=REOPEN.because)

# --- The record itself

LATER: Final = at("2020-10-05 09:00")
LATER_KENT: Final = varied(KENT, id="kent-and-medway-2021-09", digest=f"sha256:{'b' * 64}")
RECKON: Final = ask.ReckonDeadlineAgain(
    at=LATER, deadline="rapid-review", because="another calendar"
)
REPLACE: Final = ask.ReplaceTerms(at=LATER, because="a new edition", terms=LATER_KENT.id)
CORRECT: Final = ask.CorrectRecord(
    at=LATER,
    version=1
    + next(n for n, event in enumerate(given(RECEIVE, INFORM).events) if event.at == INFORM.at),
    because="the wrong person",
    replacement=did.MemberInformed(at=INFORM.at, seat="police", person="P-2"),
)

TO_CORRECT: Final = ask.ProposeCorrection(
    at=LATER,
    version=CORRECT.version,
    because="the person of before",
    replacement=did.MemberInformed(at=INFORM.at, seat="police", person="P-3"),
)
APPROVE: Final = ask.ApproveCorrection(at=LATER, proposal=1, because="agreed")

# --- Histories

MET: Final = (RECEIVE, CONVENE, ATTEND)
ASSESSED: Final = (*MET, ASSESS)
DECIDED: Final = (*ASSESSED, DECIDE)
SENT: Final = (*DECIDED, COMPILE, TO_PANEL)
ANSWERED: Final = (*SENT, AGREE)
TOLD: Final = (RECEIVE, *INFORM_ALL, *ANSWERED[1:], TELL_GROUP, TELL_PARTNERS)
CLOSED: Final = (*TOLD, CLOSE)

SECOND: Final = ask.ConveneMeeting(
    at=at("2020-06-16 09:00"),
    meeting=2,
    meets_at=at("2020-06-23 09:00"),
    manner=MeetingManner.IN_PERSON,
)
CANCEL_SECOND: Final = changed(CANCEL, at=at("2020-06-17 09:00"), meeting=2)
SECOND_AGAIN: Final = changed(SECOND, at=at("2020-06-17 10:00"))
NOBODY_CAME: Final = ask.RecordAttendance(
    at=at("2020-06-23 09:05"), meeting=2, sat=(), apologies=("police",)
)
HOLD: Final = ask.PlaceHold(at=at("2020-09-02 09:00"), hold="H-1", ground="public-inquiry")
TO_LIFT: Final = ask.ProposeLiftingHold(
    at=at("2020-09-03 09:00"), hold="H-1", because="the inquiry reported"
)
LIFT: Final = ask.LiftHold(at=at("2020-09-04 09:00"), hold="H-1", because="agreed")
TO_ERASE: Final = ask.ProposeErasure(
    at=at("2020-09-05 09:00"),
    order="E-1",
    what=Erased.PERSON,
    of_person="C-1",
    ground="recorded-in-error",
    because="another child's name",
)
ERASE: Final = ask.ApproveErasure(at=at("2020-09-06 09:00"), order="E-1", because="agreed")
GONE: Final = KeyDestroyed(
    at=at("2020-09-06 10:00"),
    order="E-1",
    destroyed=(DestroyedKey(key="0a" * 16, fingerprint="sha256:" + "5e" * 32),),
)
LOOK: Final = ask.VerifyErasure(
    at=at("2020-09-07 09:00"), order="E-1", words=1, scanned=("record", "keys"), found=0
)
IN_ORDER: Final[tuple[ask.Command, ...]] = (
    *(RECEIVE, *INFORM_ALL, TOLD_LATER, REQUEST, FILE, COLLATE, SHARE, ACT, SHARE_LEARNING),
    *(CONVENE, INVITE, ATTEND, CHALLENGE, ANSWER, MINUTES, AGREE_ACTION, COMPLETE_ACTION),
    *(ASSESS, DECIDE, ADOPT, COMPILE, TO_MEMBERS, TO_PANEL),
    *(
        DISCUSS,
        DISAGREE,
        SECOND,
        CANCEL_SECOND,
        SECOND_AGAIN,
        NOBODY_CAME,
        WRITE,
        ANSWER_AWAITED,
        WRITE_BACK,
    ),
    *(AGREE_TO_NOTIFY, ANOTHER_AREA, MEDIA),
    *(COMMISSION, MILESTONE, RECONSIDER, TELL_GROUP, TELL_PARTNERS),
    *(
        ENGAGE,
        PLAN,
        SEND_AHEAD,
        PUBLISH,
        WITHHOLD,
        NAME_THEME,
        REFER_THEME,
        LINK,
        CLOSE,
        REOPEN,
        HOLD,
        TO_LIFT,
        LIFT,
        TO_ERASE,
        ERASE,
        NOT_MET,
    ),
)
"""A review in which every step of the document was taken."""
EVERYTHING: Final = (*IN_ORDER, RECKON, REPLACE, CORRECT, TO_CORRECT, APPROVE, LOOK)
"""Every command there is, once or more."""


def whole_record() -> Case:
    """Return a case whose record holds every kind of event."""
    recorded = given(*IN_ORDER, GONE, LOOK, calendar=BEFORE_THE_FUNERAL)
    corrected = given(*recorded.events, RECKON, CORRECT, calendar=ENGLAND)
    replaced = given(*corrected.events, REPLACE, TO_CORRECT, terms=LATER_KENT)
    approve = changed(APPROVE, proposal=replaced.case.version)
    return given(*replaced.events, approve, terms=LATER_KENT).case
