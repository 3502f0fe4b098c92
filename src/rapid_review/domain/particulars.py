"""The details of each step, in the order of ToR 7 and 8: given by a command, kept by an event.

A step's command and its event share their fields by inheriting the same particulars, so what
may be asked and what is recorded cannot drift apart, and one rule can be asked of both.
`at` is when the step happened, as stated by the person who recorded it; the entry says when it was
written down.
"""

from typing import Annotated

from annotated_types import Len

from rapid_review.domain.statement import Statement
from rapid_review.domain.vocabulary import (
    Children,
    Code,
    Codes,
    Day,
    DecisionManner,
    Dissent,
    Document,
    Factor,
    Handle,
    Incident,
    MeetingManner,
    Moment,
    Reference,
    RelatedReview,
    Seatings,
    SomeCodes,
    Version,
    Words,
)


class Particulars(Statement):
    """The field of every step: when it happened."""

    at: Moment


class Event(Particulars):
    """Something that happened at `at`, as stated by the person who recorded it; never edited."""


# --- Receipt (ToR 7.2, 7.3, 8.1)


class Notification(Particulars):
    """The Practice Review Notification; `at` is its receipt.

    `panel_notified_at` is when the local authority told the national Panel, if known.
    `index_child` is the child by whom published figures count the case, if one was named.
    """

    reference: Reference
    source: Code
    notification_class: Code = "serious-incident"
    incident: Incident
    panel_notified_at: Moment | None = None
    children: Children
    index_child: Handle | None = None


class CriteriaFinding(Particulars):
    """Later it was found that the notification criteria were not met, or a referral not accepted.

    `instead` says what is done in place of a rapid review, such as a single-agency review; it is
    empty if that is not stated.
    """

    because: Words
    instead: Codes = ()


# --- Inform, gather, collate, share (ToR 7.2, 7.4, 7.5, 8.2 to 8.4)


class MemberNotice(Particulars):
    """A seat's holder was told of the notification; `person` is None if nobody is named."""

    seat: Code
    person: Handle | None = None
    manner: Code = "e-mail"


class ReportRequest(Particulars):
    """An agency was asked for what it knows, by a day, about the child, the family or both."""

    agency: Code
    due_on: Day | None = None
    about: SomeCodes = ("child", "family")


class AgencyReport(Particulars):
    """An agency's report; `nil_return` says it knew nothing of the family."""

    agency: Code
    document: Document | None = None
    nil_return: bool = False
    summary: Words | None = None


class Collation(Particulars):
    """Which agencies' reports were collated, and into which document."""

    agencies: SomeCodes
    document: Document


class ReportsSharing(Particulars):
    """A collation was sent to the holders of these seats."""

    collation: Version
    seats: SomeCodes


# --- Children's safety, at any time (ToR 1.2)


class ImmediateAction(Particulars):
    """Something done at once to keep children safe."""

    action: Reference
    words: Words


class Learning(Particulars):
    """Learning shared before the review was over."""

    learning: Reference
    shared_with: SomeCodes
    words: Words


# --- The meeting (ToR 6, 7.6, 8.5, 8.6)


class Meeting(Particulars):
    """A meeting of the group is convened, or convened again at another time."""

    meeting: Version
    meets_at: Moment
    manner: MeetingManner


class Expertise(Particulars):
    """An expert is invited to one meeting: never part of the quorum, never deciding."""

    meeting: Version
    person: Handle
    expertise: Code


class Attendance(Particulars):
    """Who sat in which seat, which experts were there, and for which seats apologies came.

    If `apologies` is empty, it is not known whether any came.
    """

    meeting: Version
    sat: Seatings
    experts: tuple[Handle, ...] = ()
    apologies: Codes = ()


class Challenge(Particulars):
    """A seat challenged what was said."""

    challenge: Reference
    seat: Code
    words: Words


class ChallengeAnswer(Particulars):
    """The challenge was answered."""

    challenge: Reference
    seat: Code
    words: Words


# --- The outcome (ToR 2 to 5, 7.6, 7.7)


class CriteriaAssessment(Particulars):
    """The criteria of the national rule set, each weighed with its reason."""

    factors: Annotated[tuple[Factor, ...], Len(min_length=1)]


class Decision(Particulars):
    """What the group decided at a quorate meeting, and why.

    `prior_themes` and `related_reviews` are None when nobody looked, and empty when nothing
    was found. `rationale` is None if it is not at hand.
    """

    meeting: Version
    outcomes: SomeCodes
    rationale: Words | None = None
    manner: DecisionManner = DecisionManner.CONSENSUS
    methodology: Code | None = None
    style: Words | None = None
    prior_themes: Codes | None = None
    related_reviews: tuple[RelatedReview, ...] | None = None
    proportionality: Words | None = None
    publication_considered: bool = False
    dissent: tuple[Dissent, ...] = ()


class Adoption(Particulars):
    """A statutory partner adopted what the group decided."""

    partner: Code


class ReportVersion(Particulars):
    """The report on the decision: its number, its document, the limbs it addresses."""

    version: Version
    document: Document
    limbs: SomeCodes


class ReportDispatch(Particulars):
    """A compiled report went out."""

    version: Version


# --- The Panel (ToR 7.8, 7.9, 8.8, 8.9)


class PanelDiscussion(Particulars):
    """The day on which the Panel's own meeting discussed the case; its 10 days run from it."""

    discussed_on: Day


class PanelFeedback(Particulars):
    """What the Panel answered."""

    agrees: bool
    national_review: bool = False
    document: Document | None = None
    words: Words | None = None


class FeedbackSharing(Particulars):
    """The Panel's answer was passed on to the group, or to the safeguarding partners."""

    shared_with: Code


class Correspondence(Particulars):
    """Anything else to or from the Panel.

    `answer_by` is the day by whose end an answer is awaited, if one is; `answers` names the letter
    that this one answers.
    """

    correspondence: Reference
    sent: bool
    words: Words
    answer_by: Day | None = None
    answers: Reference | None = None


# --- What follows (ToR 2, 3, 4, 8.10)


class Commission(Particulars):
    """A practice review is commissioned: by whom, how, how far, coordinated by whom."""

    reviewers: Annotated[tuple[Handle, ...], Len(min_length=1)]
    methodology: Code
    coordinator: Code
    scope: Words


class Engagement(Particulars):
    """Families or front-line practitioners took part, or why they did not."""

    engagement: Reference
    party: Code
    engaged: bool
    words: Words


class Publication(Particulars):
    """The practice review was published."""

    document: Document


class Withholding(Particulars):
    """The practice review is not published; what it would improve is published instead."""

    because: Words
    improvements: Document | None = None


class Theme(Particulars):
    """A learning theme of this case."""

    theme: Code
    words: Words


class ThemeReferral(Particulars):
    """A theme was taken up, by the learning and development programme or otherwise."""

    theme: Code
    referred_to: Code


class Link(Particulars):
    """Another process about the same events; it pauses no clock.

    The process `duplicate-of` says that this case is a duplicate of another, which `reference`
    names: the same notification came in twice. `same-incident-as` says that the other case is of
    another notification of the same incident, which is counted there.
    """

    process: Code
    reference: Reference


class Closing(Particulars):
    """The case is closed."""


class Reopening(Particulars):
    """The case is opened again."""

    because: Words
