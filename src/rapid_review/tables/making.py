"""Turn a row into events: each field from its cell, and nothing that no cell says.

What a table does not say and the record calculates is calculated as a command would: the number of
a meeting or a collation, whether the seats made a quorum, the adoption that terms make automatic.
"""

from collections.abc import Iterator
from datetime import date

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain import makers
from rapid_review.domain.case import Case
from rapid_review.domain.rules.meeting import empty_seats, is_quorate
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


def notification(said: Values) -> Events:
    """ToR 7.3, 8.1: the notification came in."""
    ages, children = said.listed("ages"), said.listed("children")
    if len(ages) != len(children):
        raise MakingError(
            "ages",
            f"has {len(ages)} ages for {len(children)} children",
            "Write one age for each child, in the same order, and ? for an age that is not known.",
        )
    yield did.NotificationReceived(
        at=said.at("received"),
        reference=said.get("reference", str),
        source=said.get("source", str),
        notification_class=said.get("class", str),
        incident=Incident(
            happened_on=said.maybe("happened", date),
            known_on=said.get("known", date),
            nature=Nature(said.get("nature", str)),
            where=said.maybe("where", str),
        ),
        panel_notified_at=said.maybe_at("panel-notified"),
        children=tuple(
            Child(reference=one, age_band=AgeBand(age))
            for one, age in zip(children, ages, strict=True)
        ),
        terms=said.terms.ref,
    )
    if said.said.get("panel-notified") is Unknown.NOT_KNOWN:
        # That the Panel was told is known, and the day is not (reading I-30).
        yield PanelNotified(at=said.at("received"), notified_at=None)


def criteria_not_met(said: Values) -> Events:
    """ToR 8.1: no rapid review was called for."""
    at, because = said.at("criteria-not-met"), said.get("because", str)
    yield did.NotificationCriteriaFoundNotMet(at=at, because=because)


def informed(said: Values) -> Events:
    """ToR 7.2, 8.2: members were told."""
    for seat in said.listed("informed-seats"):
        at, manner = said.at("informed"), said.get("informed-by", str)
        yield did.MemberInformed(at=at, seat=seat, manner=manner)


def asked(said: Values) -> Events:
    """ToR 7.4, 8.3: agencies were asked."""
    for agency in said.listed("asked-agencies"):
        yield did.AgencyReportRequested(
            at=said.at("asked"),
            agency=agency,
            due_on=said.maybe("asked-due", date),
            about=said.listed("asked-about"),
        )


def filed_by(agency: str) -> Makes:
    """ToR 7.4: return what makes the report of an agency."""

    def filed(said: Values) -> Events:
        nil = agency in said.listed("nil-returns")
        yield did.AgencyReportFiled(at=said.at(f"filed:{agency}"), agency=agency, nil_return=nil)

    return filed


def collated(said: Values) -> Events:
    """ToR 7.5, 8.3: reports were collated."""
    yield did.ReportsCollated(
        at=said.at("collated"),
        agencies=said.listed("collated-agencies"),
        document=Document(reference=said.get("collation", str)),
        collation=said.number,
    )


def shared(said: Values) -> Events:
    """ToR 7.5, 8.4: the collation was sent to members."""
    if "collated" not in said.said:
        raise MakingError(
            "shared",
            'is filled in, but "Reports collated" is empty in this row',
            "In the same row, fill in the collation that was shared, or empty this cell.",
        )
    seats = said.listed("shared-seats")
    yield did.ReportsShared(at=said.at("shared"), collation=said.number, seats=seats)


def convened(said: Values) -> Events:
    """ToR 7.1, 7.6, 8.5: a meeting was convened."""
    if "held" not in said.said:
        raise MakingError(
            "convened",
            'is filled in, but "Meeting held" is empty in this row',
            "Fill in when the meeting was held. Record a meeting that was not held with commands.",
        )
    yield did.MeetingConvened(
        at=said.at("convened"),
        meeting=said.number,
        meets_at=said.at("held"),
        manner=MeetingManner(said.get("manner", str)),
    )


def held(said: Values) -> Events:
    """ToR 6.2: who sat; whether it was a quorum is calculated from the seats."""
    capacities = {seat.id: said.get(f"seat:{seat.id}", str) for seat in said.terms.seats}
    sat = tuple(
        Seating(seat=seat, capacity=Capacity(capacity))
        for seat, capacity in capacities.items()
        if capacity != "no"
    )
    attended = ask.RecordAttendance(at=said.at("held"), meeting=said.number, sat=sat)
    # No case is needed: only its invited experts would matter, and a table has none.
    if is_quorate(attended, Case(), said.terms):
        yield makers.recorded_as(did.QuorumConfirmed, attended)
    else:
        empty = empty_seats(attended, Case(), said.terms)
        yield makers.recorded_as(did.QuorumNotMet, attended, empty_seats=empty)


def weighed(said: Values) -> Events:
    """ToR 2.1, 5(b): the criteria of the rule set were weighed."""
    criteria = {one.id: f"criterion:{one.id}" for one in said.terms.national.criteria}
    factors = tuple(
        Factor(criterion=criterion, applies=said.get(key, bool))
        for criterion, key in criteria.items()
        if key in said.said
    )
    if not factors:
        raise MakingError(
            "weighed",
            "is filled in, but no criterion has yes or no",
            "For each criterion that was considered, write whether it applies, or empty this "
            "cell.",
        )
    yield did.CriteriaAssessed(at=said.at("weighed"), factors=factors)


def decided(said: Values) -> Events:
    """ToR 5(b), 7.6: the decision, and its adoption where the terms make that automatic."""
    if "held" not in said.said:
        raise MakingError(
            "decided",
            'is filled in, but "Meeting held" is empty in this row',
            "Move it to the row of the meeting that decided.",
        )
    decision = did.DecisionMade(
        at=said.at("decided"),
        meeting=said.number,
        outcomes=said.listed("outcomes"),
        rationale=said.maybe("rationale", str),
        manner=DecisionManner(said.get("decided-by", str)),
        methodology=said.maybe("methodology", str),
        style=said.maybe("style", str),
        publication_considered=bool(said.maybe("publication", bool)),
    )
    yield decision
    if said.terms.adoption.automatic:
        for partner in said.terms.adoption.by:
            yield did.DecisionAdopted(at=decision.at, partner=partner, automatic=True)


def adopted_by(partner: str) -> Makes:
    """ToR 5(b): return what makes the adoption by a partner."""

    def adopted(said: Values) -> Events:
        yield did.DecisionAdopted(at=said.at(f"adopted:{partner}"), partner=partner)

    return adopted


def compiled(said: Values) -> Events:
    """ToR 7.7: the report on the decision."""
    document, limbs = Document(reference=said.get("report", str)), said.listed("limbs")
    yield did.ReportCompiled(at=said.at("compiled"), version=1, document=document, limbs=limbs)


def to_members(said: Values) -> Events:
    """ToR 8.7: the report went to the members."""
    yield did.ReportSentToMembers(
        at=said.at("to-members"), version=_the_report(said, "to-members")
    )


def to_panel(said: Values) -> Events:
    """ToR 7.7, 8.8: the report went to the Panel."""
    yield did.ReportSentToPanel(at=said.at("to-panel"), version=_the_report(said, "to-panel"))


def _the_report(said: Values, key: str) -> int:
    """Return the number of the report: there is one, and it must have been compiled."""
    if "compiled" not in said.said:
        raise MakingError(
            key,
            'is filled in, but "Report compiled" is empty',
            "Fill in when the report was compiled, or empty this cell.",
        )
    return 1


def discussed(said: Values) -> Events:
    """ToR 7.8: the Panel discussed the case; it is noted as of that day."""
    at = said.at("discussed")
    yield did.PanelDiscussionNoted(at=at, discussed_on=said.terms.local_day(at))


def answered(said: Values) -> Events:
    """ToR 7.8: the Panel answered."""
    yield did.PanelFeedbackReceived(
        at=said.at("feedback"),
        agrees=said.get("agrees", bool),
        national_review=bool(said.maybe("national-review", bool)),
    )


def told(who: str) -> Makes:
    """ToR 7.9: return what makes the passing on of the Panel's answer to somebody."""

    def passed_on(said: Values) -> Events:
        yield did.FeedbackShared(at=said.at(f"told:{who}"), shared_with=who)

    return passed_on


def commissioned(said: Values) -> Events:
    """ToR 2.1, 3.2, 8.10: a practice review began."""
    yield did.PracticeReviewCommissioned(
        at=said.at("commissioned"),
        reviewers=said.listed("reviewers"),
        methodology=said.get("review-methodology", str),
        coordinator=said.get("coordinator", str),
        scope=said.get("scope", str),
    )


def published(said: Values) -> Events:
    """ToR 3.2: the practice review was published."""
    document = Document(reference=said.get("published-report", str))
    yield did.PracticeReviewPublished(at=said.at("published"), document=document)


def closed(said: Values) -> Events:
    """ToR 7.9: the case was closed."""
    yield did.CaseClosed(at=said.at("closed"))
