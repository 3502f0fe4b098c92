"""The columns of a table from the receipt to the shared reports (ToR 7.2 to 7.5, 8.1 to 8.4)."""

from collections.abc import Iterator
from typing import Final

from rapid_review.domain.terms.own_codes import Vocabulary
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Nature
from rapid_review.tables.columns import ALL, NOT_KNOWN, Choice, Column, Reads

AGENCY_REPORT: Final = "Agency report: "
"""How the heading of an agency's report begins; its code follows."""

_NATURES: Final = (
    Choice(Nature.DEATH, "death"),
    Choice(Nature.SERIOUS_HARM, "serious harm"),
    Choice(Nature.OTHER, "other"),
)
_ABOUT: Final = (Choice("child", "child"), Choice("family", "family"))


def seats_of(terms: Terms) -> tuple[Choice, ...]:
    """Return the seats to choose from."""
    return tuple(Choice(one.id, one.title) for one in terms.seats)


def vocabulary_of(terms: Terms) -> Vocabulary:
    """Return the partnership's own codes; empty lists if its terms name none."""
    return terms.vocabulary or Vocabulary()


def of_the_receipt(terms: Terms) -> Iterator[Column]:
    """Yield the columns of the notification (ToR 7.2, 7.3, 8.1)."""
    yield from _of_the_notification(terms)
    yield from _of_the_incident()
    yield from _of_the_children()
    yield from _of_the_criteria()


def _of_the_notification(terms: Terms) -> Iterator[Column]:
    part, event = "notification", "NotificationReceived"
    yield Column(
        "case",
        "Case",
        "The reference of the case, the same in each of its rows.",
        part,
        "the case",
        Reads.REFERENCE,
    )
    yield Column(
        "reference",
        "Notification reference",
        "The reference of the notification.",
        part,
        f"{event}.reference",
        Reads.REFERENCE,
    )
    yield Column(
        "source",
        "Notified by",
        "Who sent it, as a code.",
        part,
        f"{event}.source",
        Reads.CODE,
        suggests=vocabulary_of(terms).sources,
        names=seats_of(terms),
    )
    yield Column(
        "class",
        "Class of notification",
        "What kind of notification it is.",
        part,
        f"{event}.notification_class",
        Reads.CHOICE,
        choices=tuple(Choice(one, one) for one in terms.classes),
    )
    yield Column(
        "received",
        "Notification received",
        "When the notification came in; the clocks start then.",
        part,
        f"{event}.at",
        Reads.MOMENT,
    )


def _of_the_incident() -> Iterator[Column]:
    part, event = "notification", "NotificationReceived"
    yield Column(
        "happened",
        "Incident happened on",
        "The day of the incident.",
        part,
        f"{event}.incident.happened_on",
        Reads.DAY,
        needed=False,
        unknown="the record has no day; nothing else changes",
    )
    yield Column(
        "known",
        "Incident known on",
        "The day on which the local authority learnt of it.",
        part,
        f"{event}.incident.known_on",
        Reads.DAY,
        unknown="the record has no day; the clocks that count from it are undetermined",
    )
    yield Column(
        "nature",
        "Nature",
        "What happened to the child.",
        part,
        f"{event}.incident.nature",
        Reads.CHOICE,
        choices=_NATURES,
    )
    yield Column(
        "where",
        "Where it happened",
        "In words; sealed.",
        part,
        f"{event}.incident.where",
        Reads.WORDS,
        needed=False,
        sealed=True,
        unknown="the record has no words",
    )


def _of_the_children() -> Iterator[Column]:
    part, event = "notification", "NotificationReceived"
    yield Column(
        "children",
        "Children",
        "A reference for each child, such as c-1; never a name.",
        part,
        f"{event}.children.reference",
        Reads.REFERENCES,
    )
    yield Column(
        "ages",
        "Ages of children",
        "The age of each child at the incident, in the same order.",
        part,
        f"{event}.children.age_band",
        Reads.AGES,
        unknown="the record has the age band not-known",
    )
    yield Column(
        "panel-notified",
        "Panel notified",
        "When the local authority told the Panel.",
        part,
        f"{event}.panel_notified_at; for {NOT_KNOWN} PanelNotified",
        Reads.MOMENT,
        needed=False,
        unknown="the Panel was told, but nobody knows the day; its clock is undetermined",
    )


def _of_the_criteria() -> Iterator[Column]:
    yield Column(
        "criteria-not-met",
        "Criteria found not met",
        "When somebody found that nothing called for a rapid review.",
        "criteria-not-met",
        "NotificationCriteriaFoundNotMet.at",
        Reads.MOMENT,
        needed=False,
    )
    yield Column(
        "because",
        "Why not met",
        "In words; sealed.",
        "criteria-not-met",
        "NotificationCriteriaFoundNotMet.because",
        Reads.WORDS,
        sealed=True,
    )


def of_the_reports(terms: Terms, agencies: tuple[str, ...]) -> Iterator[Column]:
    """Yield the columns of informing, gathering, collating and sharing (ToR 7.2, 7.4, 7.5)."""
    yield from _of_informing(terms)
    yield from _of_asking(agencies)
    yield from _of_reporting(agencies)
    yield from _of_collating(agencies)
    yield from _of_sharing(terms)


def _of_informing(terms: Terms) -> Iterator[Column]:
    yield Column(
        "informed",
        "Members informed",
        "When the partnership told the members.",
        "informed",
        "MemberInformed.at",
        Reads.MOMENT,
        needed=False,
    )
    yield Column(
        "informed-seats",
        "Seats informed",
        f"Which seats it told; {ALL} for every seat.",
        "informed",
        "MemberInformed.seat",
        Reads.CHOICES,
        choices=seats_of(terms),
    )
    yield Column(
        "informed-by",
        "Informed by",
        "How it told them, as a code such as e-mail or telephone.",
        "informed",
        "MemberInformed.manner",
        Reads.CODE,
        suggests=("e-mail", "telephone", "letter"),
    )


def _of_asking(agencies: tuple[str, ...]) -> Iterator[Column]:
    yield Column(
        "asked",
        "Agencies asked on",
        "When the partnership asked agencies.",
        "asked",
        "AgencyReportRequested.at",
        Reads.MOMENT,
        needed=False,
    )
    yield Column(
        "asked-agencies",
        "Agencies asked",
        "The codes of the agencies that it asked.",
        "asked",
        "AgencyReportRequested.agency",
        Reads.CODES,
        suggests=agencies,
    )
    yield Column(
        "asked-about",
        "Asked about",
        f"Whether it asked about the child, the family, or {ALL}.",
        "asked",
        "AgencyReportRequested.about",
        Reads.CHOICES,
        choices=_ABOUT,
    )
    yield Column(
        "asked-due",
        "Agency reports due",
        "The day by which they had to answer.",
        "asked",
        "AgencyReportRequested.due_on",
        Reads.DAY,
        needed=False,
    )


def _of_reporting(agencies: tuple[str, ...]) -> Iterator[Column]:
    for agency in agencies:
        yield agency_report(agency)
    yield Column(
        "nil-returns",
        "Nil returns",
        "Which of the agencies that reported said that they knew nothing of the family.",
        "notification",
        "AgencyReportFiled.nil_return",
        Reads.CODES,
        suggests=agencies,
        needed=False,
    )


def _of_collating(agencies: tuple[str, ...]) -> Iterator[Column]:
    yield Column(
        "collated",
        "Reports collated",
        "When somebody collated the reports.",
        "collated",
        "ReportsCollated.at",
        Reads.MOMENT,
        needed=False,
    )
    yield Column(
        "collated-agencies",
        "Agencies collated",
        "The codes of the agencies whose reports are in it.",
        "collated",
        "ReportsCollated.agencies",
        Reads.CODES,
        suggests=agencies,
    )
    yield Column(
        "collation",
        "Collation",
        "The reference of the document, such as COL-31.",
        "collated",
        "ReportsCollated.document.reference",
        Reads.REFERENCE,
    )


def _of_sharing(terms: Terms) -> Iterator[Column]:
    yield Column(
        "shared",
        "Reports shared",
        "When members received the collation.",
        "shared",
        "ReportsShared.at",
        Reads.MOMENT,
        needed=False,
    )
    yield Column(
        "shared-seats",
        "Shared with",
        f"Which seats received it; {ALL} for every seat.",
        "shared",
        "ReportsShared.seats",
        Reads.CHOICES,
        choices=seats_of(terms),
    )


def agency_report(agency: str) -> Column:
    """Return the column of an agency's report."""
    return Column(
        f"filed:{agency}",
        f"{AGENCY_REPORT}{agency}",
        "When the agency's report came in.",
        f"filed:{agency}",
        "AgencyReportFiled.at",
        Reads.MOMENT,
        needed=False,
    )
