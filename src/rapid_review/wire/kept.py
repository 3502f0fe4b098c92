"""What is read of many cases: from the read model, where it can answer, instead of the entries."""

from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rapid_review.domain.terms.deadlines import Deadline
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.projections.statistics.facts import Facts
    from rapid_review.projections.statistics.selection import Selection
    from rapid_review.store import RapidReviews
    from rapid_review.store.read_model.readings import Snapshot

T = TypeVar("T")

_RECEIPT = ("NotificationReceived.at", "NotificationReceived.panel_notified_at")
"""The starts of the clock that is most likely meant, the likeliest first."""


def from_read_model(
    reviews: "RapidReviews", read: "Callable[[Snapshot], T]", moment: "datetime | None"
) -> tuple[str, T | None]:
    """Bring the read model up to date, and read it as of now.

    All that is read is of one moment, also while others record: one answer mixes no two.

    Args:
        reviews: the partnership's.
        read: reads what is wanted.
        moment: now; on its day clocks are read. None where what is read is the same on every day.

    Returns:
        What was read; or why the entries must be read instead, and None: it cannot be written, is
        of another layout, some case could not be taken in, or one tells of a day that is still to
        come.
    """
    from rapid_review.domain.errors import RecordError

    read_model = reviews.read_model()
    try:
        read_model.catch_up()
        return read_model.read(partial(_unless_amiss, read=read, as_of=moment))
    except RecordError as error:
        return str(error), None


def _unless_amiss(
    seen: "Snapshot", read: "Callable[[Snapshot], T]", as_of: "datetime | None"
) -> tuple[str, T | None]:
    """Return what is read, or why the entries must be read instead."""
    from rapid_review.domain.errors import listed

    if parked := seen.quarantined():
        return (
            f"{len(parked)} entries could not be processed, the first at position "
            f"{parked[0].position}: {parked[0].reason}. When the cause is corrected, run "
            "`rapid-review db rebuild`"
        ), None
    if as_of is not None and (ahead := seen.still_to_come(as_of)):
        return (
            f"{listed(ahead)} {('has' if len(ahead) == 1 else 'have')} a day in the future. If "
            "the day is wrong, correct it with CorrectRecord"
        ), None
    return "", read(seen)


def facts_kept(seen: "Snapshot", selection: "Selection") -> "Facts":
    """Return the facts of all cases, with the clocks that a selection tells of."""
    from collections import Counter

    from rapid_review.projections.statistics.facts import DurationCell, Facts

    durations = Counter[DurationCell]()
    for clock in selection.deadlines:
        durations.update(seen.durations(clock.id))
    return Facts(seen.how_many_cases, durations, seen.counts(), seen.how_many_duplicates)


def clock_meant(terms: "Terms", or_else: str | None = None) -> "Deadline | None":
    """Return the clock that is meant where none is named: the first that receipt starts.

    Args:
        terms: the terms that hold it.
        or_else: the id of the one that is meant where receipt starts none.
    """
    both = (*terms.deadlines, *terms.clocks.values())
    found = next((one for on in _RECEIPT for one in both if one.starts_on == on), None)
    return found or terms.clocks.get(or_else or "")
