"""The note about a notification that may have come in twice, when it is recorded (ToR 8.1)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rapid_review.domain.case import Case
from rapid_review.domain.duplicates import DUPLICATE_OF, SAME_INCIDENT_AS
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import RecordError, listed
from rapid_review.domain.events import NotificationReceived, ProcessLinked, RecordCorrected
from rapid_review.projections.duplicates import Alike, Amiss, LinkedDuplicate

if TYPE_CHECKING:
    from rapid_review.store import RapidReviews

BY: Final = {
    Alike.NOTIFICATION: "the same source and reference",
    Alike.REFERENCES: "references that differ only in capital letters or zeros",
    Alike.INCIDENT: "the same incident day, source and children",
}
"""Why cases look alike, in words."""


def notes_on_duplicates(
    entries: Sequence[Entry], reviews: "RapidReviews", after: Case | None = None
) -> Iterator[str]:
    """Yield notes on duplicates for the person who recorded these entries of a case, or would.

    Args:
        entries: the entries.
        reviews: the reviews.
        after: the case as it would be after these entries; None if they are recorded.

    Raises:
        RecordError: the store cannot be read.
    """
    for entry in entries:
        event = entry.event
        if isinstance(event, NotificationReceived):
            try:
                yield from _looks_like(entry.case, event, reviews)
            except RecordError as error:  # in another row: this entry is recorded all the same
                yield f"it could not be checked whether it looks like another case: {error}"
        if isinstance(event, RecordCorrected):
            event = event.replacement or event
        if isinstance(event, ProcessLinked) and event.process == DUPLICATE_OF:
            link = reviews.duplicate(entry.case, after)
            if link is not None and link.counted != link.duplicate_of:
                yield in_words(link)


def not_counted_because(case: str, reviews: "RapidReviews") -> dict[str, str]:
    """ToR 8.1: return why no case counts in place of a duplicate, in words; nothing if one does.

    Raises:
        CaseNotFoundError: there is no such case.
        RecordError: the store cannot be read.
    """
    link = reviews.duplicate(case)
    return {} if link is None or link.amiss is None else {"not_counted_because": in_words(link)}


def _looks_like(
    case: str, opening: NotificationReceived, reviews: "RapidReviews"
) -> Iterator[str]:
    for earlier, by in reviews.looks_like(case, opening).items():
        yield (
            f"it looks like case {earlier}: {listed(BY[one] for one in by)}. If it is the same "
            f"notification, record LinkProcess in case {case}, with the process {DUPLICATE_OF} "
            f"and the reference {earlier}, so that it counts once. If it is another notification "
            f"of the same incident, record that with the process {SAME_INCIDENT_AS}. Otherwise "
            "do nothing"
        )


def in_words(link: LinkedDuplicate) -> str:
    """Return in words which case counts because of a link, or why none does."""
    match link.amiss:
        case Amiss.NO_CASE:
            return (
                f"{link.case} is linked as a duplicate, but its links end at no case with a "
                "notification, so no case counts in its place; if the reference is wrong, correct "
                "the link with CorrectRecord"
            )
        case Amiss.CIRCLE:
            return (
                f"{link.case} is linked as a duplicate, but the links form a circle, so none of "
                "these cases counts; retract the link of the case that stays, with CorrectRecord"
            )
        case None:
            return (
                f"{link.duplicate_of} is itself a duplicate: {link.counted} counts in place of "
                "both"
            )
