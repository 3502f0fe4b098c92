"""For each rule, order, contradiction and duty a history that breaks it, and nothing else.

Each is the review of `tests.testing.a_story` in which all was in order, changed in as few places
as can be.
"""

from typing import Final, NamedTuple

from rapid_review import calendars
from rapid_review.domain.terms.own_codes import Vocabulary
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import DecisionManner, MeetingManner
from tests.testing.a_story import (
    ASSESS,
    ATTEND,
    COMMISSION,
    COMPILE,
    CONVENE,
    CRITERIA,
    DECIDE,
    DECIDE_NOT,
    DOCUMENT,
    INVITE,
    KENT,
    LIMBS,
    RECEIPT,
    SEATS,
    WHOLE,
    WITHOUT_PRACTICE_REVIEW,
    Step,
    Story,
    but,
    factors,
    sat,
    step,
    varied,
    with_steps,
)


class Breach(NamedTuple):
    """A story that breaks one thing, and the terms that it is held under.

    `with_it` are the codes of what cannot but be broken with it: a case of which nothing was
    collated has nothing that could be shared.
    """

    story: Story
    terms: Terms = KENT
    with_it: frozenset[str] = frozenset()


def _whole(**changes: Step | None) -> Breach:
    return Breach(
        with_steps(WHOLE, {name.replace("_", " "): one for name, one in changes.items()})
    )


def _left_out(base: Story, *names: str, with_it: tuple[str, ...] = ()) -> Breach:
    return Breach(with_steps(base, dict.fromkeys(names)), with_it=frozenset(with_it))


FOUR: Final = [seat for seat in SEATS if seat != "police"]
FOUR_OF_FIVE: Final = varied(
    quorum=type(KENT.quorum).model_validate(
        {"clause": "ToR 6.2", "needs": {"at_least": 4, "of": tuple(SEATS)}}
    )
)
IN_PERSON_ONLY: Final = varied(
    meetings=KENT.meetings.model_copy(update={"manners": (MeetingManner.IN_PERSON,)})
)
WITH_POLICE: Final = [*sat(*FOUR), {"seat": "police", "person": "P-radiology"}]
SECOND: Final = {"convene_2": but(CONVENE, meeting=2)}
CALENDAR: Final = calendars.load("england-and-wales")
SENT: Final = ("to members", "to panel", "discuss", "answer", "tell group", "tell partners")

RULES: Final[dict[str, Breach]] = {
    # The receipt
    "notification-comes-first": Breach({"inform": WHOLE["inform police"]}),
    "notification-comes-once": _whole(more=but(RECEIPT, at="05-06")),
    "class-is-known": _whole(receipt=but(RECEIPT, notification_class="unheard-of")),
    "index-child-is-named": _whole(receipt=but(RECEIPT, index_child="C-9")),
    "review-is-held": _whole(
        more=step("NotificationCriteriaFoundNotMet", "05-19 14:10", because="an accident")
    ),
    "case-was-open": _whole(more=step("CriteriaAssessed", "12-17", factors=factors(*CRITERIA))),
    # Members and agencies
    "seat-is-known": _whole(more=step("MemberInformed", "05-05", seat="press", person="P-1")),
    "shared-seats-are-known": _whole(
        more=step("ReportsShared", "05-15", collation=1, seats=["press"])
    ),
    "collated-reports-were-filed": _whole(
        more=step("ReportsCollated", "05-14", collation=1, agencies=["a"], document=DOCUMENT)
    ),
    "collation-exists": _whole(more=step("ReportsShared", "05-15", collation=2, seats=["police"])),
    # The meeting
    "manner-is-allowed": Breach(WHOLE, IN_PERSON_ONLY),
    "meeting-not-yet-held": _whole(more=but(CONVENE, at="05-20", meets_at="2020-05-20T13:00Z")),
    "meeting-was-convened": _whole(more=but(INVITE, meeting=7)),
    "meeting-was-not-cancelled": _whole(
        more=step("MeetingCancelled", "05-18", meeting=1, because="the chair is ill")
    ),
    "attended-seats-are-known": _whole(attend=but(ATTEND, sat=sat(*SEATS, "press"))),
    "one-person-one-seat": _whole(
        attend=but(ATTEND, sat=[*sat(*SEATS), {"seat": "police", "person": f"P-{SEATS[0]}"}])
    ),
    "experts-fill-no-seat": Breach(
        with_steps(WHOLE, {"attend": but(ATTEND, sat=WITH_POLICE)}), FOUR_OF_FIVE
    ),
    "meeting-was-quorate": _whole(
        **SECOND, attend_2=but(ATTEND, kind="QuorumConfirmed", meeting=2, sat=sat(*FOUR))
    ),
    "challenge-was-raised": _whole(challenge=None),
    "meeting-was-held": _whole(
        more=step("MinutesRecorded", "05-20", meeting=2, document=DOCUMENT)
    ),
    "action-was-agreed": _whole(
        more=step("ActionCompleted", "06-17", action="A-1", words="all ask now")
    ),
    # The outcome
    "criteria-are-known": _whole(
        more=step("CriteriaAssessed", "05-20", factors=factors(*CRITERIA, "hearsay"))
    ),
    "every-criterion-is-weighed": _whole(assess=but(ASSESS, factors=factors(*CRITERIA[1:]))),
    "meeting-is-quorate": _whole(attend=but(ATTEND, at="05-20 13:05")),
    "criteria-were-assessed": _whole(assess=None),
    "decided-once": _whole(more=but(DECIDE, at="05-19 15:00")),
    "outcome-is-permitted": _whole(
        decide=but(DECIDE, outcomes=["local-practice-review", "press-release"])
    ),
    "manner-decides": _whole(decide=but(DECIDE, manner="majority")),
    "rationale-is-given": _whole(decide=but(DECIDE, rationale=None)),
    "style-and-methodology-are-given": _whole(decide=but(DECIDE, style=None)),
    "earlier-learning-was-weighed": _whole(decide=but(DECIDE, prior_themes=None)),
    "publication-and-proportion-were-weighed": _whole(
        decide=but(DECIDE, publication_considered=False)
    ),
    "decision-was-made": _whole(compile=but(COMPILE, at="05-18")),
    "partner-adopts": _whole(more=step("DecisionAdopted", "05-20", partner="council")),
    "limbs-are-known": _whole(compile=but(COMPILE, limbs=[*LIMBS, "blame"])),
    "every-limb-is-addressed": _whole(compile=but(COMPILE, limbs=LIMBS[:1])),
    "version-follows": _whole(more=but(COMPILE, at="06-01", version=3)),
    "version-comes-once": _whole(more=but(COMPILE, at="06-01")),
    "version-was-compiled": _whole(more=step("ReportSentToMembers", "05-20", version=2)),
    "decision-was-adopted": _whole(adopt=None),
    # What follows
    "report-was-sent": _whole(
        more=step("PanelFeedbackReceived", "05-20", agrees=True), discuss=None
    ),
    "feedback-was-received": _whole(
        more=step("FeedbackShared", "06-11", shared_with="rapid-review-group")
    ),
    "recipient-is-known": _whole(more=step("FeedbackShared", "06-15", shared_with="press")),
    "practice-review-was-decided": _whole(
        decide=DECIDE_NOT,
        again=but(DECIDE, kind="DecisionReconsidered", at="07-02"),
        adopt_2=but(WHOLE["adopt"], at="07-02"),
        compile_2=but(WHOLE["compile"], at="07-02", version=2),
        to_members_2=but(WHOLE["to members"], at="07-02", version=2),
        to_panel_2=but(WHOLE["to panel"], at="07-02", version=2),
        answer_2=but(WHOLE["answer"], at="07-03"),
        tell_group_2=but(WHOLE["tell group"], at="07-03"),
        tell_partners_2=but(WHOLE["tell partners"], at="07-03"),
    ),
    "practice-review-was-commissioned": _whole(
        more=step("PublicationWithheld", "06-29", because="a child is known")
    ),
    "not-yet-published": _whole(
        more=step("PublicationSentAhead", "12-16", sent_to=["national-panel"])
    ),
    "answered-letter-was-logged": _whole(
        more=step(
            "PanelCorrespondenceLogged",
            "06-04",
            correspondence="LET-2",
            sent=False,
            words="so",
            answers="LET-1",
        )
    ),
    "theme-was-identified": _whole(
        more=step("ThemeReferred", "07-01", theme="neglect", referred_to="programme")
    ),
    "everyone-was-told": _whole(
        tell_group=step("FeedbackShared", "12-17", shared_with="rapid-review-group")
    ),
    "disagreement-was-reconsidered": _whole(
        answer=step("PanelFeedbackReceived", "06-12", agrees=False)
    ),
    "case-is-closed": _whole(more=step("CaseReopened", "12-10", because="more was heard")),
}
"""For each rule; but for `clock_has_started`, which only a command can break."""

ORDERS: Final[dict[str, Breach]] = {
    "precedes-receipt": _whole(
        more=step("ChallengeRaised", "05-03", challenge="CH-2", seat="police", words="so")
    ),
    "date-inside": _whole(ask=but(WHOLE["ask"], due_on="2020-05-03")),
    "attended-on-another-day": _whole(convene=but(CONVENE, meets_at="2020-05-20T13:00Z")),
    "terms-out-of-force": _whole(
        receipt=but(
            RECEIPT,
            at="2020-04-30",
            incident={"known_on": "2020-04-30", "nature": "death"},
            panel_notified_at=None,
        )
    ),
    "recorded-before-it-happened": _whole(to_panel=but(WHOLE["to panel"], recorded="05-20 22:59")),
    "due-day-differs": _whole(
        set=step(
            "DeadlineSet",
            "05-04 09:30",
            deadline="decision",
            counted_from="2020-05-04",
            due="2020-05-28",
            length=15,
            unit="working_days",
            counts_day_of_start=False,
            calendar={
                "id": CALENDAR.id,
                "version": CALENDAR.version,
                "digest": CALENDAR.digest,
            },
            clause="ToR 5(a), 7.3, 7.6",
        )
    ),
}

CONTRADICTIONS: Final[dict[str, Breach]] = {
    "child-named-twice": _whole(receipt=but(RECEIPT, children=RECEIPT["children"] * 2)),
    "panel-told-on-two-days": _whole(
        more=step("PanelNotified", "05-06", notified_at="2020-05-02T08:00Z")
    ),
    "panel-answered-both-ways": _whole(
        more=step("PanelFeedbackReceived", "06-12 08:00", agrees=False)
    ),
    "member-sat-and-apologised": _whole(attend=but(ATTEND, apologies=["partnership-team"])),
    "dissent-of-unknown-seat": Breach(
        with_steps(
            WHOLE,
            {
                "decide": but(
                    DECIDE, manner="majority", dissent=[{"seat": "press", "words": "narrower"}]
                )
            },
        ),
        varied(decision=KENT.decision.model_copy(update={"manners": (DecisionManner.MAJORITY,)})),
    ),
    "consensus-with-dissent": _whole(
        decide=but(DECIDE, dissent=[{"seat": "police", "words": "narrower"}])
    ),
    "outcomes-exclude-each-other": _whole(
        decide=but(DECIDE, outcomes=["no-practice-review", "local-practice-review"])
    ),
    "none-beside-linked": _whole(
        decide=but(DECIDE, related_reviews=[]),
        link=step("ProcessLinked", "05-06", process="safeguarding-adult-review", reference="R"),
    ),
    "methodology-other-than-decided": _whole(
        commission=but(COMMISSION, methodology="serious-case-review")
    ),
    "publication-without-engagement": _whole(engage=but(WHOLE["engage"], at="12-16")),
    "word-not-of-the-terms": Breach(
        WHOLE, varied(vocabulary=Vocabulary(methodologies=("serious-case-review",)))
    ),
}

DUTIES: Final[dict[str, Breach]] = {
    "inform": _left_out(WHOLE, "inform police"),
    "ask-agencies": _left_out(
        WHOLE, "ask", "file", "collate", "share", with_it=("collate", "share-reports")
    ),
    "collate": _left_out(WHOLE, "collate", "share", with_it=("share-reports",)),
    "share-reports": _whole(share=step("ReportsShared", "05-14", collation=1, seats=FOUR)),
    "convene": _left_out(
        WITHOUT_PRACTICE_REVIEW, "convene", "invite", with_it=("meeting-was-convened",)
    ),
    "meet": _left_out(
        WITHOUT_PRACTICE_REVIEW, "attend", "decide", "adopt", "compile", *SENT, "close"
    ),
    "decide": _left_out(WITHOUT_PRACTICE_REVIEW, "decide", with_it=("decision-was-made",)),
    "compile": _left_out(WITHOUT_PRACTICE_REVIEW, "compile", with_it=("version-was-compiled",)),
    "tell-members": _left_out(WHOLE, "to members"),
    "tell-panel": _left_out(WHOLE, "to panel", with_it=("report-was-sent",)),
    "pass-on": _left_out(WHOLE, "tell group", with_it=("everyone-was-told",)),
    "commission": _left_out(WHOLE, "commission", "engage", "publish"),
    "engagement": _left_out(WHOLE, "engage", with_it=("publication-without-engagement",)),
    "publication": _left_out(WHOLE, "publish"),
}
"""For each duty; but for `coordination`, which is done by the commission that makes it owed, and
`refer-theme`, which is never over."""
