"""What commands read from the read model, instead of from every case's entries."""

from functools import partial
from typing import TYPE_CHECKING, TypeVar

import click

from rapid_review.cli.context import reviews_in
from rapid_review.cli.question import Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapid_review.store.read_model.readings import Quarantined, Snapshot

T = TypeVar("T")


def from_read_model(question: Question, read: "Callable[[Snapshot], T]") -> T | None:
    """Bring the read model up to date, and read it.

    All that is read is of one moment, also while others record: one answer mixes no two.

    Returns:
        What was read; None, and why on standard error, where the entries must be read instead: it
        cannot be written, is of another layout, or some case could not be taken in.
    """
    from rapid_review.domain.errors import RecordError

    with reviews_in(question.store, question.terms, question.shell) as reviews:
        read_model = reviews.read_model()
        try:
            read_model.catch_up()
            parked, found = read_model.read(partial(_unless_parked, read=read))
            if not parked:
                return found
            why = (
                f"{len(parked)} of them could not be taken in, the first at position "
                f"{parked[0].position}: {parked[0].reason}. When that is mended, "
                "`rapid-review db rebuild` tries again"
            )
        except RecordError as error:
            why = str(error)
    click.echo(f"The entries were read, and not the read model: {why}", err=True)
    return None


def _unless_parked(
    seen: "Snapshot", read: "Callable[[Snapshot], T]"
) -> "tuple[tuple[Quarantined, ...], T | None]":
    """Return what could not be taken in; if there is nothing such, what is read."""
    parked = seen.quarantined()
    return parked, None if parked else read(seen)
