"""The columns of a table from the meeting to the report (ToR 6, 7.6, 7.7, 8.5 to 8.8)."""

from collections.abc import Iterator
from typing import Final

from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Capacity, DecisionManner
from rapid_review.tables.columns import ALL, NONE, Choice, Column, Reads
from rapid_review.tables.columns_of_the_receipt import vocabulary_of

_SITTING: Final = (*(Choice(one, one.value) for one in Capacity), Choice("no", "no"))


def of_the_meeting(terms: Terms) -> Iterator[Column]:
    """Yield the columns of the meeting, the criteria, the decision and its report."""
    yield from _meeting(terms)
    yield from _criteria(terms)
    yield from _decision(terms)
    yield from _what_is_proposed(terms)
    yield from _what_was_considered(terms)
    yield from _adoption(terms)
    yield from _report(terms)


def _meeting(terms: Terms) -> Iterator[Column]:
    yield Column(
        "convened",
        "Meeting convened",
        "When the partnership asked members to it.",
        "convened",
        "MeetingConvened.at",
        Reads.MOMENT,
        needed=False,
    )
    yield Column(
        "manner",
        "Manner of meeting",
        "How the group met.",
        "convened",
        "MeetingConvened.manner",
        Reads.CHOICE,
        choices=tuple(Choice(one, one.replace("-", " ")) for one in terms.meetings.manners),
    )
    yield Column(
        "held",
        "Meeting held",
        "When the group met.",
        "held",
        "MeetingConvened.meets_at; QuorumConfirmed.at or QuorumNotMet.at",
        Reads.MOMENT,
        needed=False,
    )
    for seat in terms.seats:
        yield Column(
            f"seat:{seat.id}",
            f"Seat: {seat.title}",
            "Who sat there: the member, a representative, or no one (no).",
            "held",
            "QuorumConfirmed.sat or QuorumNotMet.sat",
            Reads.CHOICE,
            choices=_SITTING,
        )


def _criteria(terms: Terms) -> Iterator[Column]:
    yield Column(
        "weighed",
        "Criteria weighed",
        "When the group weighed the criteria.",
        "weighed",
        "CriteriaAssessed.at",
        Reads.MOMENT,
        needed=False,
    )
    for one in terms.national.criteria:
        yield Column(
            f"criterion:{one.id}",
            f"Criterion: {one.id}",
            f"Whether it applies: {one.says}.",
            "weighed",
            "CriteriaAssessed.factors",
            Reads.YES_NO,
            needed=False,
        )


def _decision(terms: Terms) -> Iterator[Column]:
    part, event = "decided", "DecisionMade"
    yield Column(
        "decided",
        "Decided",
        "When the group decided; fill it in in the row of the meeting that decided.",
        part,
        f"{event}.at",
        Reads.MOMENT,
        needed=False,
    )
    yield Column(
        "outcomes",
        "Outcome",
        "What the group decided.",
        part,
        f"{event}.outcomes",
        Reads.CHOICES,
        choices=tuple(Choice(one.code, one.title) for one in terms.decision.outcomes),
    )
    yield Column(
        "decided-by",
        "Decided by",
        "How the group reached the decision.",
        part,
        f"{event}.manner",
        Reads.CHOICE,
        choices=tuple(Choice(one, one.value) for one in DecisionManner),
    )
    yield Column(
        "rationale",
        "Rationale",
        "Why, in words; sealed.",
        part,
        f"{event}.rationale",
        Reads.WORDS,
        needed=False,
        sealed=True,
        unknown="no words, because they are missing",
    )


def _what_is_proposed(terms: Terms) -> Iterator[Column]:
    part, event = "decided", "DecisionMade"
    yield Column(
        "methodology",
        "Methodology proposed",
        "The methodology of a practice review, as a code.",
        part,
        f"{event}.methodology",
        Reads.CODE,
        suggests=vocabulary_of(terms).methodologies,
        needed=False,
    )
    yield Column(
        "style",
        "Style proposed",
        "What a practice review should be like, in words; sealed.",
        part,
        f"{event}.style",
        Reads.WORDS,
        needed=False,
        sealed=True,
    )


def _what_was_considered(terms: Terms) -> Iterator[Column]:
    part, event = "decided", "DecisionMade"
    yield Column(
        "prior-themes",
        "Earlier themes",
        f"Themes of earlier reviews that the group considered; {NONE} if it found none.",
        part,
        f"{event}.prior_themes",
        Reads.CODES,
        suggests=vocabulary_of(terms).themes,
        needed=False,
        may_be_none=True,
    )
    yield Column(
        "related-reviews",
        "Related reviews",
        f"Earlier or other reviews whose learning the group considered; {NONE} if it found none.",
        part,
        f"{event}.related_reviews",
        Reads.REVIEWS,
        needed=False,
        may_be_none=True,
    )
    yield Column(
        "proportionality",
        "Proportionality",
        "What the group thought proportionate, in words; sealed.",
        part,
        f"{event}.proportionality",
        Reads.WORDS,
        needed=False,
        sealed=True,
    )
    yield Column(
        "publication",
        "Publication considered",
        "Whether the group considered it.",
        part,
        f"{event}.publication_considered",
        Reads.YES_NO,
        needed=False,
    )


def _adoption(terms: Terms) -> Iterator[Column]:
    if not terms.adoption.automatic:
        for partner in terms.adoption.by:
            yield Column(
                f"adopted:{partner}",
                f"Decision adopted: {partner}",
                "When this partner adopted the decision.",
                f"adopted:{partner}",
                "DecisionAdopted.at",
                Reads.MOMENT,
                needed=False,
            )


def _report(terms: Terms) -> Iterator[Column]:
    yield Column(
        "compiled",
        "Report compiled",
        "When somebody compiled the report.",
        "compiled",
        "ReportCompiled.at",
        Reads.MOMENT,
        needed=False,
    )
    yield Column(
        "report",
        "Report",
        "The reference of the document, such as RR-31.",
        "compiled",
        "ReportCompiled.document.reference",
        Reads.REFERENCE,
    )
    yield Column(
        "limbs",
        "Report addresses",
        f"Which aims the report covers; {ALL} for all of them.",
        "compiled",
        "ReportCompiled.limbs",
        Reads.CHOICES,
        choices=tuple(Choice(one.id, one.id) for one in terms.national.limbs),
    )
    yield Column(
        "to-members",
        "Report sent to members",
        "When somebody sent the report to the members.",
        "to-members",
        "ReportSentToMembers.at",
        Reads.MOMENT,
        needed=False,
    )
    yield Column(
        "to-panel",
        "Report sent to Panel",
        "When somebody sent the report to the Panel.",
        "to-panel",
        "ReportSentToPanel.at",
        Reads.MOMENT,
        needed=False,
    )
