"""Turn a row into events: each field comes from its cell, and nothing is added that no cell says.

Only what a command would calculate is calculated here as well: the number of a meeting or a
collation, whether the seats made a quorum, and an adoption that the terms make automatic.
"""

from collections.abc import Iterator
from datetime import date

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain import makers
from rapid_review.domain.case import Case
from rapid_review.domain.printable import counted
from rapid_review.domain.team_events import PanelNotified
from rapid_review.domain.vocabulary import (
    AgeBand,
    Capacity,
    Child,
    DecisionManner,
    Document,
    Factor,
    Incident,
    MeetingManner,
    Nature,
    RelatedReview,
    Seating,
)
from rapid_review.tables.columns import Makes, Unknown, Values
from rapid_review.tables.problems import CellError

Events = Iterator[did.AnyEvent]


class MakingError(CellError):
    """Several cells of a row contradict each other.

    Attributes:
        key: the column that this concerns.
    """

    def __init__(self, key: str, problem: str, way_on: str) -> None:
        super().__init__(problem, way_on)
        self.key = key


def notification(row: Values) -> Events:
    """ToR 7.3, 8.1: the notification came in."""
    ages, children = row.listed("ages"), row.listed("children")
    if len(ages) != len(children):
        raise MakingError(
            "ages",
            f"has {counted(len(ages), 'age')} for {counted(len(children), 'child', 'children')}",
            "Write one age for each child, in the same order, and ? for an age that is not known.",
        )
    yield did.NotificationReceived(
        at=row.at("received"),
        reference=row.get("reference", str),
        source=row.get("source", str),
        notification_class=row.get("class", str),
        incident=Incident(
            happened_on=row.maybe("happened", date),
            known_on=row.maybe("known", date),
            nature=Nature(row.get("nature", str)),
            where=row.maybe("where", str),
        ),
        panel_notified_at=row.maybe_at("panel-notified"),
        children=tuple(
            Child(reference=one, age_band=AgeBand(age))
            for one, age in zip(children, ages, strict=True)
        ),
        terms=row.terms.ref,
    )
    if row.cells.get("panel-notified") is Unknown.NOT_KNOWN:
        # It is known that the Panel was told, but not on which day (reading I-30).
        yield PanelNotified(at=row.at("received"), notified_at=None)


def criteria_not_met(row: Values) -> Events:
    """ToR 8.1: no rapid review was called for."""
    at, because = row.at("criteria-not-met"), row.get("because", str)
    yield did.NotificationCriteriaFoundNotMet(at=at, because=because)


def informed(row: Values) -> Events:
    """ToR 7.2, 8.2: members were told."""
    for seat in row.listed("informed-seats"):
        at, manner = row.at("informed"), row.get("informed-by", str)
        yield did.MemberInformed(at=at, seat=seat, manner=manner)


def asked(row: Values) -> Events:
    """ToR 7.4, 8.3: agencies were asked."""
    for agency in row.listed("asked-agencies"):
        yield did.AgencyReportRequested(
            at=row.at("asked"),
            agency=agency,
            due_on=row.maybe("asked-due", date),
            about=row.listed("asked-about"),
        )


def filed_by(agency: str) -> Makes:
    """ToR 7.4: return the function that makes the report of an agency."""

    def filed(row: Values) -> Events:
        nil = agency in row.listed("nil-returns")
        yield did.AgencyReportFiled(at=row.at(f"filed:{agency}"), agency=agency, nil_return=nil)

    return filed


def collated(row: Values) -> Events:
    """ToR 7.5, 8.3: reports were collated."""
    yield did.ReportsCollated(
        at=row.at("collated"),
        agencies=row.listed("collated-agencies"),
        document=Document(reference=row.get("collation", str)),
        collation=row.number,
    )


def shared(row: Values) -> Events:
    """ToR 7.5, 8.4: the collation was sent to members."""
    if "collated" not in row.cells:
        raise MakingError(
            "shared",
            'is filled in, but "Reports collated" is empty in this row',
            "In the same row, fill in the collation that was shared, or empty this cell.",
        )
    seats = row.listed("shared-seats")
    yield did.ReportsShared(at=row.at("shared"), collation=row.number, seats=seats)


def convened(row: Values) -> Events:
    """ToR 7.1, 7.6, 8.5: a meeting was convened."""
    if "held" not in row.cells:
        raise MakingError(
            "convened",
            'is filled in, but "Meeting held" is empty in this row',
            "Fill in when the meeting was held. Record a meeting that was not held with commands.",
        )
    yield did.MeetingConvened(
        at=row.at("convened"),
        meeting=row.number,
        meets_at=row.at("held"),
        manner=MeetingManner(row.get("manner", str)),
    )


def held(row: Values) -> Events:
    """ToR 6.2: who sat; the seats decide whether it was a quorum."""
    capacities = {seat.id: row.get(f"seat:{seat.id}", str) for seat in row.terms.seats}
    sat = tuple(
        Seating(seat=seat, capacity=Capacity(capacity))
        for seat, capacity in capacities.items()
        if capacity != "no"
    )
    attended = ask.RecordAttendance(at=row.at("held"), meeting=row.number, sat=sat)
    # No case is needed: only its invited experts would matter, and a table has none.
    yield makers.attendance_by_seats(attended, Case(), row.terms)


def weighed(row: Values) -> Events:
    """ToR 2.1, 5(b): the criteria of the rule set were weighed."""
    criteria = {one.id: f"criterion:{one.id}" for one in row.terms.national.criteria}
    factors = tuple(
        Factor(criterion=criterion, applies=row.get(key, bool))
        for criterion, key in criteria.items()
        if key in row.cells
    )
    if not factors:
        raise MakingError(
            "weighed",
            "is filled in, but no criterion has yes or no",
            "For each criterion that was considered, write whether it applies, or empty this "
            "cell.",
        )
    yield did.CriteriaAssessed(at=row.at("weighed"), factors=factors)


def decided(row: Values) -> Events:
    """ToR 5(b), 7.6: the decision, and its adoption where the terms make that automatic."""
    if "held" not in row.cells:
        raise MakingError(
            "decided",
            'is filled in, but "Meeting held" is empty in this row',
            "Move it to the row of the meeting that decided.",
        )
    decision = did.DecisionMade(
        at=row.at("decided"),
        meeting=row.number,
        outcomes=row.listed("outcomes"),
        rationale=row.maybe("rationale", str),
        manner=DecisionManner(row.get("decided-by", str)),
        methodology=row.maybe("methodology", str),
        style=row.maybe("style", str),
        prior_themes=row.maybe_listed("prior-themes", str),
        related_reviews=row.maybe_listed("related-reviews", RelatedReview),
        proportionality=row.maybe("proportionality", str),
        publication_considered=bool(row.maybe("publication", bool)),
    )
    yield decision
    if row.terms.adoption.automatic:
        for partner in row.terms.adoption.by:
            yield did.DecisionAdopted(at=decision.at, partner=partner, automatic=True)


def adopted_by(partner: str) -> Makes:
    """ToR 5(b): return the function that makes the adoption by a partner."""

    def adopted(row: Values) -> Events:
        yield did.DecisionAdopted(at=row.at(f"adopted:{partner}"), partner=partner)

    return adopted


def compiled(row: Values) -> Events:
    """ToR 7.7: the report on the decision."""
    document, limbs = Document(reference=row.get("report", str)), row.listed("limbs")
    yield did.ReportCompiled(at=row.at("compiled"), version=1, document=document, limbs=limbs)


def to_members(row: Values) -> Events:
    """ToR 8.7: the report went to the members."""
    yield did.ReportSentToMembers(
        at=row.at("to-members"), version=_report_version(row, "to-members")
    )


def to_panel(row: Values) -> Events:
    """ToR 7.7, 8.8: the report went to the Panel."""
    yield did.ReportSentToPanel(at=row.at("to-panel"), version=_report_version(row, "to-panel"))


def _report_version(row: Values, key: str) -> int:
    """Return the number of the report: there is one, and it must have been compiled."""
    if "compiled" not in row.cells:
        raise MakingError(
            key,
            'is filled in, but "Report compiled" is empty',
            "Fill in when the report was compiled, or empty this cell.",
        )
    return 1


def discussed(row: Values) -> Events:
    """ToR 7.8: the Panel discussed the case; it is noted as of that day."""
    at = row.at("discussed")
    yield did.PanelDiscussionNoted(at=at, discussed_on=row.terms.local_day(at))


def answered(row: Values) -> Events:
    """ToR 7.8: the Panel answered."""
    yield did.PanelFeedbackReceived(
        at=row.at("feedback"),
        agrees=row.get("agrees", bool),
        national_review=bool(row.maybe("national-review", bool)),
    )


def feedback_shared_with(who: str) -> Makes:
    """ToR 7.9: return the function that makes the passing on of the Panel's answer."""

    def passed_on(row: Values) -> Events:
        yield did.FeedbackShared(at=row.at(f"told:{who}"), shared_with=who)

    return passed_on


def commissioned(row: Values) -> Events:
    """ToR 2.1, 3.2, 8.10: a practice review began."""
    yield did.PracticeReviewCommissioned(
        at=row.at("commissioned"),
        reviewers=row.listed("reviewers"),
        methodology=row.get("review-methodology", str),
        coordinator=row.get("coordinator", str),
        scope=row.get("scope", str),
    )


def engaged(row: Values) -> Events:
    """ToR 3.2: who took part in the practice review, or why they did not."""
    yield did.EngagementRecorded(
        at=row.at("engaged-on"),
        engagement=row.get("engagement", str),
        party=row.get("party", str),
        engaged=row.get("engaged", bool),
        words=row.get("engagement-words", str),
    )


def published(row: Values) -> Events:
    """ToR 3.2: the practice review was published."""
    document = Document(reference=row.get("published-report", str))
    yield did.PracticeReviewPublished(at=row.at("published"), document=document)


def closed(row: Values) -> Events:
    """ToR 7.9: the case was closed."""
    yield did.CaseClosed(at=row.at("closed"))
