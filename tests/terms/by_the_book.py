"""One case by the book, under any terms: every choice is read from them, none is made here.

Two notifications, each in force under some of the shipped terms, with four different days, so that
a clock shows by its due day which of them started it.

    spring 2020     incident Tue 28 April, known Wed 29, sent to the Panel Thu 30,
                    received Mon 4 May; bank holidays on Fri 8 May (VE Day) and Mon 25 May
    Christmas 2025  incident Mon 15 December, known Tue 16, sent to the Panel Wed 17,
                    received Fri 19; bank holidays on Thu 25 and Fri 26 December, Thu 1 January
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar

from rapid_review import calendars, terms
from rapid_review.domain import commands as ask
from rapid_review.domain.case import Case, evolve
from rapid_review.domain.decisions import decide
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.registry import findings
from rapid_review.domain.rules import Finding, Verdict
from rapid_review.domain.statement import Statement
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import (
    AgeBand,
    Child,
    Document,
    Factor,
    Incident,
    Nature,
    Seating,
)
from rapid_review.testing.telling import holder

ENGLAND: Final = calendars.load("england-and-wales")
SHIPPED: Final = tuple(terms.load(one) for one in terms.available())
DOCUMENT: Final = Document(reference="DOC-1", sha256=f"sha256:{'d' * 64}")

S = TypeVar("S", bound=Statement)


def changed(said: S, **changes: object) -> S:
    """Return the same statement with other content, checked like any other."""
    return type(said).model_validate(dict(said) | changes)


SPRING_2020: Final = ask.ReceiveNotification(
    at=datetime(2020, 5, 4, 9, 30, tzinfo=UTC),
    reference="CSPR-1",
    source="childrens-services",
    incident=Incident(
        happened_on=date(2020, 4, 28), known_on=date(2020, 4, 29), nature=Nature.SERIOUS_HARM
    ),
    panel_notified_at=datetime(2020, 4, 30, 15, 0, tzinfo=UTC),
    children=(Child(reference="C-1", age_band=AgeBand.UNDER_1),),
)
CHRISTMAS_2025: Final = changed(
    SPRING_2020,
    at=datetime(2025, 12, 19, 9, 30, tzinfo=UTC),
    incident=Incident(
        happened_on=date(2025, 12, 15), known_on=date(2025, 12, 16), nature=Nature.DEATH
    ),
    panel_notified_at=datetime(2025, 12, 17, 15, 0, tzinfo=UTC),
)


def notification(held_under: Terms) -> ask.ReceiveNotification:
    """Return the earlier of the two notifications that came while these terms were in force."""
    early = held_under.in_force_from <= SPRING_2020.at.date()
    return SPRING_2020 if early else CHRISTMAS_2025


def seated(seats: Iterable[str]) -> tuple[Seating, ...]:
    """Return one person in each of these seats."""
    return tuple(Seating(seat=seat, person=holder(seat)) for seat in seats)


def until_the_meeting(
    held_under: Terms, receive: ask.ReceiveNotification, seats: Iterable[str]
) -> Iterator[ask.Command]:
    """Yield the steps from receipt to a meeting at which these seats are filled."""
    first, second = receive.at + timedelta(days=1), receive.at + timedelta(days=10)
    everyone = tuple(seat.id for seat in held_under.seats)
    yield receive
    for seat in everyone:
        yield ask.InformMember(at=receive.at, seat=seat, person=holder(seat))
    yield ask.RequestAgencyReport(at=first, agency="school")
    yield ask.FileAgencyReport(at=first, agency="school", document=DOCUMENT)
    yield ask.CollateReports(at=first, agencies=("school",), document=DOCUMENT)
    yield ask.ShareReports(at=first, collation=1, seats=everyone)
    manner = held_under.meetings.manners[0]
    yield ask.ConveneMeeting(at=first, meeting=1, meets_at=second, manner=manner)
    yield ask.RecordAttendance(at=second, meeting=1, sat=seated(seats))
    weighed = tuple(
        Factor(criterion=one.id, applies=True, rationale="as the reports show")
        for one in held_under.national.criteria
    )
    yield ask.AssessCriteria(at=second, factors=weighed)


def decision(held_under: Terms, outcome: str, at: datetime) -> ask.MakeDecision:
    """Return the decision for one outcome, in the first manner that the terms provide for."""
    return ask.MakeDecision(
        at=at,
        meeting=1,
        outcomes=(outcome,),
        rationale="as the criteria show",
        manner=held_under.decision.manners[0],
        methodology="systems-review",
        style="with practitioners",
        prior_themes=(),
        related_reviews=(),
        proportionality="short",
        publication_considered=True,
    )


def by_the_book(
    held_under: Terms, outcome: str, receive: ask.ReceiveNotification
) -> Iterator[ask.Command]:
    """Yield every step from the receipt of a notification to the closing of its case."""
    meets_at = receive.at + timedelta(days=10)
    later = (receive.at + timedelta(days=day) for day in range(11, 40))
    yield from until_the_meeting(held_under, receive, [seat.id for seat in held_under.seats])
    yield decision(held_under, outcome, meets_at)
    if not held_under.adoption.automatic:
        for partner in held_under.adoption.by:
            yield ask.AdoptDecision(at=next(later), partner=partner)
    limbs = tuple(limb.id for limb in held_under.national.limbs)
    yield ask.CompileReport(at=next(later), version=1, document=DOCUMENT, limbs=limbs)
    yield ask.SendReportToMembers(at=next(later), version=1)
    yield ask.SendReportToPanel(at=next(later), version=1)
    yield ask.NotePanelDiscussion(at=next(later), discussed_on=next(later).date())
    yield ask.ReceivePanelFeedback(at=next(later), agrees=True)
    for recipient in held_under.feedback.share_with:
        yield ask.ShareFeedback(at=next(later), shared_with=recipient)
    if held_under.outcomes[outcome].practice_review:
        yield ask.CommissionPracticeReview(
            at=next(later),
            reviewers=("R-1",),
            methodology="systems-review",
            coordinator="partnership-team",
            scope="two years",
        )
        yield ask.PublishPracticeReview(at=next(later), document=DOCUMENT)
    yield ask.CloseCase(at=next(later))


def held(
    steps: Iterable[ask.Command], held_under: Terms
) -> tuple[Case, tuple[tuple[AnyEvent, Finding], ...]]:
    """Return the case that these steps make, and what its rules find wrong in any event.

    Raises:
        Refused: a step is forbidden.
    """
    case, wrong = Case(), list[tuple[AnyEvent, Finding]]()
    for step in steps:
        for event in decide(step, case, held_under, ENGLAND):
            for finding in findings(event, type(event), case, held_under):
                if finding.verdict is not Verdict.HOLDS:
                    wrong.append((event, finding))
            case = evolve(case, event)
    return case, tuple(wrong)
