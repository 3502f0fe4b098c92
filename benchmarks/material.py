"""The case that every benchmark of the record works on: a notification, its clocks, and letters.

A letter to the Panel stands for the plain event: two codes, a time and fifty characters of words.
"""

from datetime import UTC, date, datetime
from itertools import count, islice
from typing import Final

from rapid_review import Actor, Entry, RapidReviews, terms
from rapid_review.domain.commands import LogPanelCorrespondence, ReceiveNotification
from rapid_review.domain.events import AnyEvent, PanelCorrespondenceLogged
from rapid_review.domain.vocabulary import AgeBand, Child, Incident, Nature

KENT: Final = terms.load(terms.KENT_AND_MEDWAY_2020)
AT: Final = datetime(2020, 5, 4, 9, tzinfo=UTC)
BY: Final = Actor(id="u-17", role="partnership-team", agency="partnership-team")
PURPOSE: Final = "statutory review"
WORDS: Final = "Acknowledged; the review goes on as it was set out"
NOTIFICATION: Final = ReceiveNotification(
    at=AT,
    reference="PRN-1",
    source="integrated-childrens-services",
    incident=Incident(known_on=date(2020, 5, 1), nature=Nature.DEATH),
    children=(Child(reference="child-1", age_band=AgeBand.UNDER_1),),
)

_numbers: Final = count(1)


def clock() -> datetime:
    """Return the time of recording."""
    return datetime.now(UTC)


def references(number: int) -> list[str]:
    """Return references that no case had before, in this run."""
    return [f"KM-{one}" for one in islice(_numbers, number)]


def letter(number: int) -> LogPanelCorrespondence:
    """Return the command that logs the letter of this number."""
    return LogPanelCorrespondence(at=AT, correspondence=f"L-{number}", sent=True, words=WORDS)


def opening() -> tuple[AnyEvent, ...]:
    """Return what a notification records: itself, and the clocks that it starts."""
    with RapidReviews.in_memory(terms=KENT, clock=clock) as reviews:
        return tuple(entry.event for entry in reviews.handle("KM-0", NOTIFICATION, by=BY))


def entry() -> Entry:
    """Return the entry of a letter, as it is recorded."""
    with RapidReviews.in_memory(terms=KENT, clock=clock) as reviews:
        reviews.handle("KM-0", NOTIFICATION, by=BY, purpose=PURPOSE)
        return reviews.handle("KM-0", letter(1), by=BY, purpose=PURPOSE)[0]


def history(events: int) -> tuple[AnyEvent, ...]:
    """Return the history of a case of so many events: the opening, then letters."""
    first = opening()
    return (
        *first,
        *(
            PanelCorrespondenceLogged(**letter(number).model_dump())
            for number in range(len(first), events)
        ),
    )
