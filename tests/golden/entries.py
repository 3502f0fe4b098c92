"""One realistic entry of every kind of event, with fixed values: what the golden files hold.

All are of one case under the Kent terms, so that the values are such as are really stored. The
words hold what a careless writer of JSON stumbles over: quotation marks, a backslash, line ends,
letters outside ASCII, and text that reads like a field of the record.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from rapid_review.domain import beside_events as beside
from rapid_review.domain import erasure_events
from rapid_review.domain import events as did
from rapid_review.domain import team_events as team
from rapid_review.domain.entry import Entry
from rapid_review.domain.erasure_particulars import DestroyedKey, Erased
from rapid_review.domain.vocabulary import (
    Actor,
    AgeBand,
    CalendarRef,
    Capacity,
    Child,
    DecisionManner,
    Dissent,
    Document,
    Factor,
    Incident,
    MeetingManner,
    Milestone,
    Nature,
    RelatedReview,
    Seating,
    TermsRef,
    Unit,
)

SUMMER: Final = timezone(timedelta(hours=1))
WORDS: Final = 'He said: "event":{"command_id":"x"} \\ and left.\r\nZoë Ó Briain 🧸 \u2028 \x00'

TEAM: Final = Actor(id="u-17", role="review-team", agency="safeguarding-partnership")
KENT: Final = TermsRef(
    id="kent-and-medway-2020-05",
    digest=f"sha256:{'0123456789abcdef' * 4}",
    rule_set="working-together-2018",
    rule_set_digest=f"sha256:{'fedcba9876543210' * 4}",
)
KENT_LATER: Final = TermsRef(
    id="kent-and-medway-2021-09",
    digest=f"sha256:{'a' * 64}",
    rule_set="working-together-2018",
    rule_set_digest=KENT.rule_set_digest,
)
CALENDAR: Final = CalendarRef(
    id="england-and-wales", version="2020-05-01", digest=f"sha256:{'1' * 64}"
)
CALENDAR_LATER: Final = CalendarRef(
    id="england-and-wales", version="2022-09-09", digest=f"sha256:{'2' * 64}"
)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SUMMER)


def _document(reference: str) -> Document:
    return Document(reference=reference, sha256=f"sha256:{'d' * 64}", title="Report «draft»")


_DECIDED: Final = {
    "meeting": 1,
    "outcomes": ("local-practice-review", "national-review"),
    "rationale": WORDS,
    "manner": DecisionManner.MAJORITY,
    "methodology": "systems-review",
    "style": "with those who worked with the family",
    "prior_themes": ("hidden-adults", "safer-sleep"),
    "related_reviews": (
        RelatedReview(process="domestic-homicide-review", reference="DHR-2018/1"),
    ),
    "proportionality": "one day with practitioners",
    "publication_considered": True,
    "dissent": (Dissent(seat="police", words="a narrower scope would do"),),
}
_MEMBER_INFORMED: Final = did.MemberInformed(
    at=_at("2020-05-04 11:00"), seat="police", person="P-police", manner="telephone"
)

EXPORT: Final = did.ExportMade(
    at=_at("2020-08-03 09:00"),
    recipient="university-of-kent",
    form="ocel-json",
    cases=3,
    entries=57,
    recorded_by=_at("2020-07-31 23:59:59.999999"),
    happened_by=_at("2020-06-30 23:59:59.999999"),
    digest=f"sha256:{'e' * 64}",
    pseudonymous=True,
)

EVENTS: Final[tuple[did.AnyEvent, ...]] = (
    did.NotificationReceived(
        at=_at("2020-05-04 09:30:15.123456"),
        reference="CSPR-2020-07",
        source="kent-ics",
        notification_class="serious-incident",
        incident=Incident(
            happened_on=date(2020, 4, 30),
            known_on=date(2020, 5, 1),
            nature=Nature.SERIOUS_HARM,
            where="at home, 2nd floor",
        ),
        panel_notified_at=datetime(2020, 5, 4, 7, 0, tzinfo=UTC),
        children=(
            Child(reference="C-1", age_band=AgeBand.UNDER_1, identity="Zoë Ó Briain"),
            Child(reference="C-2", age_band=AgeBand.UNBORN),
        ),
        terms=KENT,
    ),
    did.DeadlineSet(
        at=_at("2020-05-04 09:30:15.123456"),
        deadline="rapid-review",
        counted_from=date(2020, 5, 4),
        due=date(2020, 5, 27),
        length=15,
        unit=Unit.WORKING_DAYS,
        counts_day_of_start=False,
        calendar=CALENDAR,
        clause="ToR 7.3",
    ),
    did.NotificationCriteriaFoundNotMet(at=_at("2020-05-05 10:00"), because=WORDS),
    _MEMBER_INFORMED,
    did.AgencyReportRequested(
        at=_at("2020-05-04 12:00"), agency="school", due_on=date(2020, 5, 13), about=("child",)
    ),
    did.AgencyReportFiled(
        at=_at("2020-05-12 16:00"),
        agency="school",
        document=_document("AR-1"),
        nil_return=False,
        summary=WORDS,
    ),
    did.ReportsCollated(
        at=_at("2020-05-14 10:00"),
        agencies=("school", "police"),
        document=_document("COL-1"),
        collation=1,
    ),
    did.ReportsShared(at=_at("2020-05-14 11:00"), collation=1, seats=("police", "chair")),
    did.ImmediateActionRecorded(at=_at("2020-05-04 13:00"), action="ACT-1", words=WORDS),
    did.LearningShared(
        at=_at("2020-05-15 09:00"), learning="L-1", shared_with=("school-nurses",), words=WORDS
    ),
    did.MeetingConvened(
        at=_at("2020-05-14 12:00"),
        meeting=1,
        meets_at=_at("2020-05-19 13:00"),
        manner=MeetingManner.VIRTUAL,
    ),
    did.ExpertInvited(
        at=_at("2020-05-14 13:00"),
        meeting=1,
        person="P-radiology",
        expertise="paediatric-radiology",
    ),
    did.QuorumConfirmed(
        at=_at("2020-05-19 13:05"),
        meeting=1,
        sat=(
            Seating(seat="police", person="P-police"),
            Seating(seat="health", person="P-nurse", capacity=Capacity.REPRESENTATIVE),
        ),
        experts=("P-radiology",),
    ),
    did.QuorumNotMet(
        at=_at("2020-05-19 13:05"),
        meeting=2,
        sat=(Seating(seat="health", person="P-nurse"),),
        empty_seats=("police",),
    ),
    did.ChallengeRaised(at=_at("2020-05-19 13:30"), challenge="CH-1", seat="police", words=WORDS),
    did.ChallengeAnswered(
        at=_at("2020-05-19 13:40"), challenge="CH-1", seat="health", words=WORDS
    ),
    did.CriteriaAssessed(
        at=_at("2020-05-19 14:00"),
        factors=(Factor(criterion="improvements", applies=True, rationale=WORDS),),
    ),
    did.DecisionMade.model_validate({"at": _at("2020-05-19 14:30"), **_DECIDED}),
    did.DecisionAdopted(
        at=_at("2020-05-20 09:00"), partner="safeguarding-partnership", automatic=True
    ),
    did.ReportCompiled(
        at=_at("2020-05-20 10:00"),
        version=1,
        document=_document("RR-1"),
        limbs=("facts", "immediate-action"),
    ),
    did.ReportSentToMembers(at=_at("2020-05-20 11:00"), version=1),
    did.ReportSentToPanel(at=_at("2020-05-21 09:00"), version=1),
    did.PanelDiscussionNoted(at=_at("2020-06-03 09:00"), discussed_on=date(2020, 6, 2)),
    did.PanelFeedbackReceived(
        at=_at("2020-06-12 15:00"),
        agrees=False,
        national_review=True,
        document=_document("PF-1"),
        words=WORDS,
    ),
    did.FeedbackShared(at=_at("2020-06-15 09:00"), shared_with="safeguarding-partners"),
    did.DecisionReconsidered.model_validate({"at": _at("2020-06-23 10:00"), **_DECIDED}),
    did.PanelCorrespondenceLogged(
        at=_at("2020-05-22 09:00"), correspondence="LET-1", sent=True, words=WORDS
    ),
    did.PracticeReviewCommissioned(
        at=_at("2020-06-30 09:00"),
        reviewers=("R-1", "R-2"),
        methodology="systems-review",
        coordinator="partnership-team",
        scope=WORDS,
    ),
    did.EngagementRecorded(
        at=_at("2020-07-10 09:00"),
        engagement="E-1",
        party="family",
        engaged=True,
        words=WORDS,
    ),
    did.PracticeReviewPublished(at=_at("2020-12-15 09:00"), document=_document("PR-1")),
    did.PublicationWithheld(
        at=_at("2020-12-15 09:00"), because=WORDS, improvements=_document("IMP-1")
    ),
    did.LearningThemeIdentified(at=_at("2020-05-19 15:00"), theme="safer-sleep", words=WORDS),
    did.ThemeReferred(
        at=_at("2020-07-01 09:00"), theme="safer-sleep", referred_to="learning-and-development"
    ),
    did.ProcessLinked(at=_at("2020-05-06 09:00"), process="inquest", reference="INQ-1"),
    did.CaseClosed(at=_at("2020-07-02 09:00")),
    did.CaseReopened(at=_at("2020-09-01 09:00"), because=WORDS),
    did.DeadlineReckonedAgain(
        at=_at("2022-09-12 09:00"),
        deadline="rapid-review",
        because=WORDS,
        counted_from=date(2022, 9, 8),
        old_due=date(2022, 9, 29),
        due=date(2022, 9, 30),
        old_calendar=CALENDAR,
        calendar=CALENDAR_LATER,
    ),
    did.TermsReplaced(at=_at("2021-09-01 09:00"), because=WORDS, old_terms=KENT, terms=KENT_LATER),
    did.RecordCorrected(
        at=_at("2020-05-06 09:00"), version=4, because=WORDS, replacement=_MEMBER_INFORMED
    ),
    EXPORT,
    team.MeetingCancelled(at=_at("2020-05-15 09:00"), meeting=2, because=WORDS),
    team.PanelNotified(at=_at("2020-05-06 09:00"), notified_at=_at("2020-05-04 09:00")),
    team.ActionAgreed(
        at=_at("2020-05-19 15:30"),
        action="ACT-7",
        owner="u-31",
        words=WORDS,
        due_on=date(2020, 6, 19),
    ),
    team.ActionCompleted(at=_at("2020-06-17 09:00"), action="ACT-7", words=WORDS),
    team.MinutesRecorded(at=_at("2020-05-20 09:00"), meeting=1, document=_document("MIN-1")),
    team.PublicationPlanned(at=_at("2020-11-20 09:00"), planned_on=date(2020, 12, 15)),
    team.PublicationSentAhead(
        at=_at("2020-12-01 09:00"),
        sent_to=("national-panel", "secretary-of-state"),
        document=_document("PR-1"),
    ),
    team.PartnersAgreedToNotify(
        at=_at("2020-05-03 16:00"), partners=("local-authority", "health", "police")
    ),
    team.AnotherAreaConcerned(at=_at("2020-05-05 09:00"), partnership="essex", words=WORDS),
    team.MediaInterestNoted(at=_at("2020-05-05 10:00"), is_expected=True, words=WORDS),
    team.PracticeReviewMilestoneReached(
        at=_at("2020-10-01 09:00"), milestone=Milestone.DRAFT_RECEIVED
    ),
    erasure_events.HoldPlaced(
        at=_at("2021-03-01 09:00"), hold="HOLD-1", ground="public-inquiry", because=WORDS
    ),
    erasure_events.HoldLiftingProposed(at=_at("2023-03-01 09:00"), hold="HOLD-1", because=WORDS),
    erasure_events.HoldLifted(at=_at("2023-03-02 09:00"), hold="HOLD-1"),
    erasure_events.ErasureProposed(
        at=_at("2023-03-03 09:00"),
        order="ERA-1",
        what=Erased.ENTRY,
        of_entry=4,
        ground="recorded-in-error",
        because=WORDS,
    ),
    erasure_events.ErasureApproved(at=_at("2023-03-04 09:00"), order="ERA-1", because=WORDS),
    erasure_events.KeyDestroyed(
        at=_at("2023-03-04 10:00"),
        order="ERA-1",
        destroyed=(DestroyedKey(key="0b" * 16, of_entry=4, fingerprint="sha256:" + "5e" * 32),),
    ),
    erasure_events.ErasureVerified(
        at=_at("2023-03-05 09:00"), order="ERA-1", words=2, scanned=("record", "keys"), found=0
    ),
    beside.WordsRead(
        at=_at("2020-06-02 14:00"),
        versions=(1, 17),
        entries=17,
        opened=("case", "person"),
        withheld=("statistics",),
        emergency="child-at-risk",
        permissions=f"sha256:{'f' * 64}",
    ),
    beside.BreakGlassReviewed(
        at=_at("2020-06-03 10:00"),
        version=1,
        justified=True,
        permissions=f"sha256:{'f' * 64}",
    ),
    beside.PermissionsChanged(
        at=_at("2020-06-01 08:00"), digest=f"sha256:{'f' * 64}", in_force_from=date(2020, 6, 1)
    ),
    did.CorrectionProposed(
        at=_at("2020-06-10 09:00"),
        version=12,
        because=WORDS,
        replacement=did.DecisionMade(
            at=_at("2020-05-19 12:00"),
            meeting=1,
            outcomes=("no-practice-review",),
            manner=DecisionManner.CONSENSUS,
            rationale=WORDS,
        ),
    ),
    did.CorrectionApproved(at=_at("2020-06-11 09:00"), proposal=62, because=WORDS),
    beside.ReadingRefused(
        at=_at("2020-06-02 15:00"),
        versions=(1,),
        asked=("case", "person", "statistics"),
        emergency="child-at-risk",
        permissions=f"sha256:{'f' * 64}",
    ),
    # The next kind goes above this line.
)

ENTRIES: Final[Mapping[str, Entry]] = {
    event.kind: Entry(
        partnership="kent-and-medway",
        case="KM-2020/007",
        version=version,
        recorded_at=datetime(2026, 11, 23, 12, 0, 0, 1, tzinfo=UTC) + timedelta(seconds=version),
        by=TEAM,
        purpose="statutory review",
        command_id=f"7f4c0000-0000-4000-8000-{version:012}",
        correlation_id="form-12",
        causation_id=f"mail-{version}" if version % 2 else None,
        event=event,
    )
    for version, event in enumerate(EVENTS, start=1)
}
"""By kind, the entry that its golden file holds."""
