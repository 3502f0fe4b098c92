"""Readings of many cases from the read model, or the reason why only the entries can answer."""

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from rapid_review.domain.printable import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rapid_review.projections.statistics.facts import Facts
    from rapid_review.projections.statistics.selection import Selection
    from rapid_review.projections.work.diary import Due
    from rapid_review.store import RapidReviews
    from rapid_review.store.log.in_order import Unreadable, UnreadableRow
    from rapid_review.store.read_model.readings import Snapshot

T = TypeVar("T")


def from_read_model(
    reviews: "RapidReviews", read: "Callable[[Snapshot], T]", moment: "datetime | None"
) -> tuple[str, T | None]:
    """Bring the read model up to date, and read it as of now.

    The whole reading is of one moment, even while others record.

    Args:
        reviews: the partnership's.
        read: reads what is wanted.
        moment: now; clocks are read on its day. None if the reading is the same on every day.

    Returns:
        An empty reason, and what was read. Or the reason why the entries must be read instead, and
        None: the read model cannot be written or has another layout, an entry could not be
        processed, or a case has a day in the future.
    """
    from rapid_review.domain.errors import RecordError

    read_model = reviews.read_model()
    try:
        read_model.catch_up()
        return read_model.read(partial(_read_if_complete, read=read, as_of=moment))
    except RecordError as error:
        return str(error), None


def read_every_case(
    reviews: "RapidReviews",
    read: "Callable[[Snapshot], T]",
    from_entries: "Callable[[Unreadable], T]",
    moment: "datetime | None",
) -> tuple[T, int]:
    """Return a reading of every case, and how many cases or entries could not be read.

    Args:
        reviews: the partnership's.
        read: reads what is wanted from the read model.
        from_entries: reads the same from the entries, where the read model cannot be used. It is
            given what to call for each row that cannot be read, and returns what it has read.
        moment: as for `from_read_model`.
    """
    _, found = from_read_model(reviews, read, moment)
    if found is not None:
        return found, 0
    unread: list[UnreadableRow] = []
    return from_entries(unread.append), len(unread)


def _read_if_complete(
    seen: "Snapshot", read: "Callable[[Snapshot], T]", as_of: "datetime | None"
) -> tuple[str, T | None]:
    """Return what is read, or the reason why the entries must be read instead."""
    from rapid_review.domain.errors import listed

    if quarantined := seen.quarantined():
        return (
            f"{counted(len(quarantined), 'entry')} could not be processed, the first at position "
            f"{quarantined[0].position}: {quarantined[0].reason}. When the cause is corrected, "
            "run `rapid-review db rebuild`"
        ), None
    if as_of is not None and (ahead := seen.still_to_come(as_of)):
        return (
            f"{listed(ahead)} {('has' if len(ahead) == 1 else 'have')} a day in the future. If "
            "the day is wrong, correct it with CorrectRecord"
        ), None
    return "", read(seen)


def facts_in_read_model(seen: "Snapshot", selection: "Selection") -> "Facts":
    """Return the facts of all cases, with the durations of a selection's clocks."""
    from collections import ChainMap

    from rapid_review.projections.statistics.facts import Facts

    durations = ChainMap(*(seen.durations(clock.id) for clock in selection.deadlines))
    return Facts(seen.how_many_cases, durations, seen.counts(), seen.how_many_duplicates)


def facts_of_all(
    reviews: "RapidReviews", selection: "Selection", now: "datetime"
) -> "tuple[Facts, int]":
    """Return the facts of all cases as of now, and how many cases or entries could not be read.

    Args:
        reviews: the partnership's.
        selection: decides of which clocks the read model gives durations.
        now: the time of the reading.
    """
    from rapid_review.projections.as_of import AsOf
    from rapid_review.projections.statistics.case_facts import case_facts_as_of, facts_of

    as_of = AsOf(read_on=now)

    def from_entries(unreadable: "Unreadable") -> "Facts":
        return facts_of(
            reviews.each(
                lambda case: case_facts_as_of(reviews.case_history(case), as_of), unreadable
            )
        )

    read = partial(facts_in_read_model, selection=selection)
    return read_every_case(reviews, read, from_entries, now)


def due_of_all(reviews: "RapidReviews", now: "datetime") -> "tuple[tuple[Due, ...], int]":
    """Return what falls due in each case as of now, and how many cases or entries were not read.

    Args:
        reviews: the partnership's.
        now: the time of the reading.
    """
    from rapid_review.projections.as_of import AsOf
    from rapid_review.projections.work.diary import due_in

    as_of = AsOf(read_on=now)

    def from_entries(unreadable: "Unreadable") -> "tuple[Due, ...]":
        each = reviews.each(lambda case: due_in(reviews.case_history(case), as_of), unreadable)
        return tuple(chain.from_iterable(each))

    return read_every_case(reviews, lambda seen: seen.falls_due(now), from_entries, now)
