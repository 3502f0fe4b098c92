"""The first questions about a case: what it is about, what is late, what was decided.

Where it stands, what comes next and who owes it is in `CaseReading` itself. A view of a case shows
these answers first, in this order, and digests and terms last.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from rapid_review.domain.duplicates import duplicate_of
from rapid_review.domain.events import (
    DecisionAdopted,
    DecisionMade,
    DecisionReconsidered,
    NotificationReceived,
    PanelFeedbackReceived,
)
from rapid_review.projections.work.case_reading import CaseReading
from rapid_review.projections.work.diary import Due, DueKind, due_in


class About(NamedTuple):
    """What a case is about, as its notification has it (ToR 7.3, 8.1).

    Attributes:
        received_on: the local day of its receipt.
        source: the code of the agency that sent it.
        nature: whether a child died, was seriously harmed, or something else.
        known_on: the day on which the local authority knew of the incident; None if not known.
        age_bands: the age band of each child, in the order of the notification.
        duplicate_of: the case that it is a duplicate of, if it is one.
    """

    received_on: date
    source: str
    nature: str
    known_on: date | None
    age_bands: tuple[str, ...]
    duplicate_of: str | None


class Decided(NamedTuple):
    """Something that settled the outcome of a case (ToR 5(b), 7.6, 7.8).

    Attributes:
        on: the local day on which it was settled.
        what: what it was: a decision, its reconsideration, its adoption, the Panel's answer.
        codes: the codes of what was settled: outcomes, who adopted it, whether the Panel agrees
            and calls for a national review.
        meeting: the number of the meeting that decided, if one did.
    """

    on: date
    what: str
    codes: tuple[str, ...]
    meeting: int | None = None


def about(reading: CaseReading) -> About | None:
    """Return what a case is about; None before its notification."""
    received = reading.case.first(NotificationReceived)
    if received is None:
        return None
    return About(
        reading.terms.local_day(received.at),
        received.source,
        str(received.incident.nature),
        received.incident.known_on,
        tuple(str(child.age_band) for child in received.children),
        duplicate_of(reading.case),
    )


def late(reading: CaseReading) -> tuple[Due, ...]:
    """Return what should have been done before the day of the reading, the longest due first.

    That may be a clock, an agency's report, an action, an answer to a letter or a planned
    publication. Milestones and meetings are left out.

    Raises:
        TermsError: a clock is running that none of the terms given holds.
    """
    not_owed = (DueKind.MEETING, DueKind.MILESTONE)
    due = due_in(reading.history, reading.as_of)
    overdue = (one for one in due if one.days_left < 0 and one.kind not in not_owed)
    return tuple(sorted(overdue, key=lambda one: (one.on, one.what)))


def decided(reading: CaseReading) -> tuple[Decided, ...]:
    """Return what settled the outcome of a case, in the order in which it happened."""
    return tuple(sorted(_decided(reading), key=lambda one: one.on))


def _decided(reading: CaseReading) -> Iterator[Decided]:
    case, day = reading.case, reading.terms.local_day
    for first in case.all(DecisionMade):
        yield Decided(day(first.at), first.kind, first.outcomes, first.meeting)
    for again in case.all(DecisionReconsidered):
        yield Decided(day(again.at), again.kind, again.outcomes, again.meeting)
    for adoption in case.all(DecisionAdopted):
        yield Decided(day(adoption.at), adoption.kind, (adoption.partner,))
    for answer in case.all(PanelFeedbackReceived):
        more = ("national-review",) if answer.national_review else ()
        opinion = "agrees" if answer.agrees else "disagrees"
        yield Decided(day(answer.at), answer.kind, (opinion, *more))
