"""The Terms of Reference as DECLARE constraints, made from the terms and from the rules.

DECLARE says what may follow what, and leaves everything else free; so do the Terms of Reference.
Each constraint has the name of a rule of ours, is activated by the events of which that rule is
asked, and says the same. `declare_check` judges by constraints, and a test checks that it comes to
the same verdicts as the rules. Rules about a single event (an outcome, a quorum's seats) order
nothing and are left out. So are `collation_exists`, which compares numbers, and
`answered_letter_was_logged`, because most letters answer none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Final

from rapid_review.domain import clauses
from rapid_review.domain.duplicates import DUPLICATE_OF
from rapid_review.domain.registry import ROWS, Rule
from rapid_review.domain.rules import meeting, opening, outcome, panel_and_after, report, team
from rapid_review.domain.rules.finding import Written, written
from rapid_review.domain.terms.citing import as_cited_under
from rapid_review.domain.terms.terms import Terms
from rapid_review.exports.trace import STANDING

Value = str | int | bool


class Template(StrEnum):
    """How a constraint reads.

    Attributes:
        PRECEDENCE: what activates it happens only after its target.
        NOT_SUCCESSION: what activates it never happens after its target.
        RESPONDED_EXISTENCE: where what activates it happens, its target happens too, before or
            after; until then it is open.
    """

    PRECEDENCE = "precedence"
    NOT_SUCCESSION = "not-succession"
    RESPONDED_EXISTENCE = "responded-existence"


@dataclass(frozen=True, slots=True)
class Activity:
    """A kind of event; where values of fields are given, only events with these values."""

    kind: str
    where: Mapping[str, tuple[Value, ...]] = field(default_factory=dict[str, tuple[Value, ...]])


@dataclass(frozen=True, slots=True)
class Since:
    """Something happened, and nothing that undoes it has happened since.

    Plain DECLARE cannot express the second half. Without it the constraint is weaker: it misses
    some breaches, but every breach that it finds is one.
    """

    any_of: tuple[Activity, ...]
    undone_by: tuple[Activity, ...] = ()


@dataclass(frozen=True, slots=True)
class Same:
    """The target must be about the same thing: these two fields must have the same value.

    If the activating event's field is a list, a target is needed for each of its values.
    """

    activation: str
    target: str


@dataclass(frozen=True, slots=True)
class Constraint:
    """One DECLARE constraint.

    Attributes:
        rule: the rule of ours that says the same; several constraints may say it together.
        clause: where it is written.
        template: how it reads.
        activation: the kinds of event that activate it.
        target: what must, or must not, have happened.
        same: what target and activating event must have in common, beside the case.
        waived_by: if one of these has happened, the constraint does not apply.
    """

    rule: str
    clause: str
    template: Template
    activation: tuple[str, ...]
    target: Since
    same: Same | None = None
    waived_by: tuple[Since, ...] = ()


def constraints(terms: Terms) -> tuple[Constraint, ...]:
    """Return the constraints of these terms, in the order of the document."""
    every = (
        *_opening(terms),
        *_meeting(),
        *_outcome(terms),
        *_after(terms),
        *_answers(terms),
    )
    return tuple(replace(one, clause=as_cited_under(terms, one.clause)) for one in every)


def _happened(*kinds: str, undone_by: tuple[str, ...] = (), **where: tuple[Value, ...]) -> Since:
    """Return the condition that one of these kinds happened, with these values in its fields."""
    undoing = tuple(map(Activity, undone_by))
    return Since(tuple(Activity(kind, where) for kind in kinds), undoing)


def _constraint(
    template: Template,
    rule: Rule,
    clause: Written,
    target: Since,
    same: Same | None = None,
    *,
    waived_by: tuple[Since, ...] = (),
) -> Constraint:
    kinds = _asked_of(rule)
    return Constraint(rule.__name__, written(clause), template, kinds, target, same, waived_by)


_only_after: Final = partial(_constraint, Template.PRECEDENCE)
_never_after: Final = partial(_constraint, Template.NOT_SUCCESSION)


def _asked_of(rule: Rule) -> tuple[str, ...]:
    """Return the kinds of event of which a rule is asked, from the one table that says so."""
    asked = (row.event.__name__ for row in ROWS if rule in row.asked)
    return tuple(kind for kind in asked if kind in STANDING)


def _same_field(name: str) -> Same:
    return Same(name, name)


_DECISIONS: Final = ("DecisionMade", "DecisionReconsidered")
_ATTENDED: Final = ("QuorumConfirmed", "QuorumNotMet")


def _no_review(terms: Terms) -> tuple[Since, ...]:
    """ToR 1: return what calls for no rapid review: the notification's class, its criteria.

    Of several notifications DECLARE can ask only for the latest; our rule goes by the first.
    """
    closed = tuple(code for code, one in terms.classes.items() if not one.opens_review)
    received = "NotificationReceived"
    return (
        _happened(received, undone_by=(received,), notification_class=closed),
        _happened("NotificationCriteriaFoundNotMet"),
    )


def _opening(terms: Terms) -> Iterator[Constraint]:
    received = _happened("NotificationReceived")
    yield _only_after(opening.notification_comes_first, clauses.CLOCK, received)
    yield _never_after(opening.notification_comes_once, clauses.RECEIVE, received)
    for ended in _no_review(terms):
        yield _never_after(opening.review_is_held, clauses.PROMPTLY, ended)
    closed = _happened("CaseClosed", undone_by=("CaseReopened",))
    yield _never_after(opening.case_was_open, clauses.FEEDBACK_SHARED, closed)
    yield _only_after(
        opening.collated_reports_were_filed,
        clauses.COLLATE,
        _happened("AgencyReportFiled"),
        Same("agencies", "agency"),
    )


def _meeting() -> Iterator[Constraint]:
    same = _same_field("meeting")
    held = _happened(*_ATTENDED)
    yield _never_after(meeting.meeting_not_yet_held, clauses.CONVENE, held, same)
    convened = _happened("MeetingConvened")
    yield _only_after(meeting.meeting_was_convened, clauses.CONVENE, convened, same)
    cancelled = _happened("MeetingCancelled", undone_by=("MeetingConvened",))
    yield _never_after(team.meeting_was_not_cancelled, clauses.CONVENE, cancelled, same)
    yield _only_after(team.meeting_was_held, clauses.ADMINISTER, held, same)
    agreed = _happened("ActionAgreed")
    yield _only_after(team.action_was_agreed, clauses.ADMINISTER, agreed, _same_field("action"))
    raised = _happened("ChallengeRaised")
    yield _only_after(
        meeting.challenge_was_raised, clauses.CHALLENGE, raised, _same_field("challenge")
    )


def _outcome(terms: Terms) -> Iterator[Constraint]:
    quorate = _happened("QuorumConfirmed", undone_by=("QuorumNotMet",))
    quorum = terms.quorum.clause
    yield _only_after(outcome.meeting_is_quorate, quorum, quorate, _same_field("meeting"))
    decided = _happened("DecisionMade")
    yield _never_after(outcome.decided_once, clauses.MEET, decided)
    assessed = _happened("CriteriaAssessed")
    yield _only_after(outcome.criteria_were_assessed, clauses.CRITERIA, assessed)
    yield _only_after(outcome.decision_was_made, clauses.REPORT, decided)
    compiled = _happened("ReportCompiled")
    yield _only_after(
        report.version_was_compiled, clauses.REPORT, compiled, _same_field("version")
    )
    for partner in terms.adoption.by:
        adopted = _happened("DecisionAdopted", undone_by=_DECISIONS, partner=(partner,))
        yield _only_after(outcome.decision_was_adopted, terms.adoption.clause, adopted)


def _after(terms: Terms) -> Iterator[Constraint]:
    sent = _happened("ReportSentToPanel")
    yield _only_after(panel_and_after.report_was_sent, clauses.TO_PANEL, sent)
    answered = _happened("PanelFeedbackReceived")
    yield _only_after(panel_and_after.feedback_was_received, clauses.FEEDBACK, answered)
    reviewed = tuple(code for code, one in terms.outcomes.items() if one.practice_review)
    asked_for = _happened(*_DECISIONS, undone_by=_DECISIONS, outcomes=reviewed)
    yield _only_after(panel_and_after.practice_review_was_decided, clauses.SCOPE, asked_for)
    commissioned = _happened("PracticeReviewCommissioned")
    yield _only_after(
        panel_and_after.practice_review_was_commissioned, clauses.COORDINATE, commissioned
    )
    published = _happened("PracticeReviewPublished")
    yield _never_after(team.not_yet_published, clauses.CHALLENGE, published)
    named = _happened("LearningThemeIdentified")
    yield _only_after(
        panel_and_after.theme_was_identified, clauses.THEMES, named, _same_field("theme")
    )
    yield from _closing(terms)
    started = _happened("DeadlineSet")
    yield _only_after(
        panel_and_after.clock_has_started, clauses.CLOCK, started, _same_field("deadline")
    )


_LINKED: Final = _happened("ProcessLinked", process=(DUPLICATE_OF,))
"""ToR 8.1: the case is a duplicate of another, in which everything is to be done."""


def _closing(terms: Terms) -> Iterator[Constraint]:
    not_held = (*_no_review(terms), _LINKED)
    for recipient in terms.feedback.share_with:
        told = _happened(
            "FeedbackShared", undone_by=("PanelFeedbackReceived",), shared_with=(recipient,)
        )
        yield _only_after(
            panel_and_after.everyone_was_told, terms.feedback.clause, told, waived_by=not_held
        )
    disagreed = _happened(
        "PanelFeedbackReceived",
        undone_by=("PanelFeedbackReceived", "DecisionReconsidered"),
        agrees=(False,),
    )
    yield _never_after(
        panel_and_after.disagreement_was_reconsidered,
        clauses.FEEDBACK,
        disagreed,
        waived_by=not_held,
    )
    closed = _happened("CaseClosed", undone_by=("CaseReopened",))
    yield _only_after(panel_and_after.case_is_closed, clauses.FEEDBACK_SHARED, closed)


def _answers(terms: Terms) -> Iterator[Constraint]:
    """Yield that requests are answered and that clocks are stopped; they are open until then."""
    yield Constraint(
        "requested_agencies_respond",
        written(clauses.GATHER),
        Template.RESPONDED_EXISTENCE,
        ("AgencyReportRequested",),
        _happened("AgencyReportFiled"),
        _same_field("agency"),
    )
    for deadline in terms.clocks.values():
        start, stop = deadline.starting_kind, deadline.stopping_kind
        if start != stop:  # else the same event says both, or leaves one out
            others = tuple(terms.classes.keys() - deadline.only_for_classes)
            not_meant = _happened("NotificationReceived", notification_class=others)
            yield Constraint(
                f"clock_{deadline.id}_stops",
                deadline.clause,
                Template.RESPONDED_EXISTENCE,
                (start,),
                _happened(stop),
                waived_by=(
                    *_no_review(terms),
                    _LINKED,
                    *((not_meant,) if deadline.only_for_classes else ()),
                    *map(_happened, deadline.stopping_kinds[1:]),  # or otherwise
                ),
            )
