"""The columns of a table from the Panel to the closing (ToR 7.8, 7.9, 3.2, 8.9, 8.10)."""

from collections.abc import Iterator

from rapid_review.domain.terms.terms import Terms
from rapid_review.tables.columns import Column, Reads
from rapid_review.tables.columns_of_the_receipt import vocabulary_of


def of_the_panel(terms: Terms) -> Iterator[Column]:
    """Yield the columns of the Panel's discussion and answer (ToR 7.8, 7.9)."""
    yield Column(
        "discussed",
        "Panel discussed",
        "When the Panel's own meeting discussed the case.",
        "discussed",
        "PanelDiscussionNoted.at and discussed_on",
        Reads.MOMENT,
        needed=False,
    )
    yield Column(
        "feedback",
        "Panel feedback",
        "When the Panel answered.",
        "feedback",
        "PanelFeedbackReceived.at",
        Reads.MOMENT,
        needed=False,
    )
    yield Column(
        "agrees",
        "Panel agrees",
        "Whether the Panel agrees with the decision.",
        "feedback",
        "PanelFeedbackReceived.agrees",
        Reads.YES_NO,
    )
    yield Column(
        "national-review",
        "National review",
        "Whether the Panel wants a national review.",
        "feedback",
        "PanelFeedbackReceived.national_review",
        Reads.YES_NO,
        needed=False,
    )
    for who in terms.feedback.share_with:
        yield Column(
            f"told:{who}",
            f"Feedback shared: {who}",
            "When they received the Panel's feedback.",
            f"told:{who}",
            "FeedbackShared.at",
            Reads.MOMENT,
            needed=False,
        )


def after_the_panel(terms: Terms) -> Iterator[Column]:
    """Yield the columns of the practice review and the closing (ToR 3.2, 7.9, 8.10)."""
    yield from _commission(terms)
    yield from _engagement(terms)
    yield from _publication()


def _commission(terms: Terms) -> Iterator[Column]:
    codes = vocabulary_of(terms)
    part, event = "commissioned", "PracticeReviewCommissioned"
    yield Column(
        "commissioned",
        "Practice review commissioned",
        "When the partnership commissioned it.",
        part,
        f"{event}.at",
        Reads.MOMENT,
        needed=False,
    )
    yield Column(
        "reviewers",
        "Reviewers",
        "A reference for each reviewer, such as p-9; never a name.",
        part,
        f"{event}.reviewers",
        Reads.REFERENCES,
    )
    yield Column(
        "review-methodology",
        "Methodology",
        "The methodology of the review, as a code.",
        part,
        f"{event}.methodology",
        Reads.CODE,
        suggests=codes.methodologies,
    )
    yield Column(
        "coordinator",
        "Coordinator",
        "Who coordinates it, as a code.",
        part,
        f"{event}.coordinator",
        Reads.CODE,
        suggests=codes.coordinators,
    )
    yield Column(
        "scope",
        "Scope",
        "In words; sealed.",
        part,
        f"{event}.scope",
        Reads.WORDS,
        sealed=True,
    )


def _engagement(terms: Terms) -> Iterator[Column]:
    part, event = "engaged", "EngagementRecorded"
    yield Column(
        "engaged-on",
        "Engagement recorded",
        "When the family or practitioners took part, or it was clear that they would not.",
        part,
        f"{event}.at",
        Reads.MOMENT,
        needed=False,
    )
    yield Column(
        "engagement",
        "Engagement",
        "A reference for it, such as engagement-1; never a name.",
        part,
        f"{event}.engagement",
        Reads.REFERENCE,
    )
    yield Column(
        "party",
        "Who was engaged",
        "Who it is about, as a code such as family or practitioners.",
        part,
        f"{event}.party",
        Reads.CODE,
        suggests=vocabulary_of(terms).parties or ("family", "practitioners"),
    )
    yield Column(
        "engaged",
        "Took part",
        "Whether they took part.",
        part,
        f"{event}.engaged",
        Reads.YES_NO,
    )
    yield Column(
        "engagement-words",
        "How, or why not",
        "How they took part, or why they did not, in words; sealed.",
        part,
        f"{event}.words",
        Reads.WORDS,
        sealed=True,
    )


def _publication() -> Iterator[Column]:
    yield Column(
        "published",
        "Practice review published",
        "When the partnership published it.",
        "published",
        "PracticeReviewPublished.at",
        Reads.MOMENT,
        needed=False,
    )
    yield Column(
        "published-report",
        "Published report",
        "The reference of the document.",
        "published",
        "PracticeReviewPublished.document.reference",
        Reads.REFERENCE,
    )
    yield Column(
        "closed",
        "Closed",
        "When the partnership closed the case.",
        "closed",
        "CaseClosed.at",
        Reads.MOMENT,
        needed=False,
    )
