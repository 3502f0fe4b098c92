"""What commands read from the read model, instead of from every case's entries."""

from typing import TYPE_CHECKING, TypeVar

import click

from rapid_review.cli.context import reviews_in
from rapid_review.cli.question import Question
from rapid_review.wire import read_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapid_review.store.read_model.readings import Snapshot

T = TypeVar("T")


def from_read_model(
    question: Question, read: "Callable[[Snapshot], T]", *, on_a_day: bool = True
) -> T | None:
    """Bring the read model up to date, and read it as of now.

    Args:
        question: what is asked, and of which store.
        read: reads what is wanted.
        on_a_day: whether what is wanted depends on which day it is.

    Returns:
        What was read; None, and why on standard error, where the entries must be read instead: see
        `wire.read_model`.
    """
    moment = question.as_of.moment(question.terms) if on_a_day else None
    with reviews_in(
        question.store, question.terms, question.shell, calendar=question.calendar
    ) as reviews:
        why, found = read_model.from_read_model(reviews, read, moment)
    if not why:
        return found
    click.echo(f"Read from the entries instead of the read model: {why}", err=True)
    return None
