"""What commands read from the read model, instead of from every case's entries."""

from functools import partial
from typing import TYPE_CHECKING, TypeVar

import click

from rapid_review.cli.context import reviews_in
from rapid_review.cli.question import Question

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rapid_review.store.read_model.readings import Snapshot

T = TypeVar("T")


def from_read_model(question: Question, read: "Callable[[Snapshot], T]") -> T | None:
    """Bring the read model up to date, and read it as of now.

    All that is read is of one moment, also while others record: one answer mixes no two.

    Returns:
        What was read; None, and why on standard error, where the entries must be read instead: it
        cannot be written, some case could not be taken in, or one tells of a day that is still to
        come.
    """
    from rapid_review.domain.errors import RecordError

    with reviews_in(
        question.store, question.terms, question.shell, calendar=question.calendar
    ) as reviews:
        read_model = reviews.read_model()
        try:
            read_model.catch_up()
            moment = question.as_of.moment(question.terms)
            why, found = read_model.read(partial(_unless_amiss, read=read, as_of=moment))
            if not why:
                return found
        except RecordError as error:
            why = str(error)
    click.echo(f"The entries were read, and not the read model: {why}", err=True)
    return None


def _unless_amiss(
    seen: "Snapshot", read: "Callable[[Snapshot], T]", as_of: "datetime"
) -> tuple[str, T | None]:
    """Return what is read, or why the entries must be."""
    from rapid_review.domain.errors import listed

    if parked := seen.quarantined():
        return (
            f"{len(parked)} of them could not be taken in, the first at position "
            f"{parked[0].position}: {parked[0].reason}. When that is mended, "
            "`rapid-review db rebuild` tries again"
        ), None
    if ahead := seen.still_to_come(as_of):
        return (
            f"{listed(ahead)} {'tells' if len(ahead) == 1 else 'tell'} of a day that is still to "
            "come. CorrectRecord mends the day, if it is wrong"
        ), None
    return "", read(seen)
