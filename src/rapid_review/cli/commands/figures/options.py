"""What a command that shows figures asks for, and the tables that answer it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import click

from rapid_review.cli.commands.figures.facts import Histograms, histograms_in
from rapid_review.cli.commands.reference.due import clock_named
from rapid_review.cli.context import (
    Shell,
    happened_option,
    recorded_option,
    say_of,
    store_option,
    terms_named,
    terms_option,
)
from rapid_review.cli.question import Question

if TYPE_CHECKING:
    from rapid_review.projections.as_of import AsOf
    from rapid_review.projections.statistics.periods import Span
    from rapid_review.projections.statistics.published import Tabled, Wanted

_OPTIONS = (
    click.option(
        "--from",
        "since",
        metavar="PERIOD",
        help="The first month of receipt: 2020-05, a quarter 2020-Q2, or a date that begins one.",
    ),
    click.option(
        "--to",
        "until",
        metavar="PERIOD",
        help="The last month of receipt: the same, or a date that ends one.",
    ),
    click.option(
        "--by",
        "grouped_by",
        type=click.Choice(["month", "quarter", "year", "agency"]),
        default="quarter",
        show_default=True,
        help="A row for each; a year ends on 31 March, an agency is the one that notified.",
    ),
    click.option(
        "--deadline",
        "deadline_id",
        metavar="ID",
        help="Which clock; if not given, the first that receipt starts.",
    ),
    click.option(
        "--suppress-below",
        metavar="N",
        type=click.IntRange(min=2),
        help="Suppress every count from 1 to below N, and what it could be worked out from.",
    ),
    click.option(
        "--round-to",
        metavar="N",
        type=click.IntRange(min=2),
        help="Round every count, and every total by itself, to a multiple of N.",
    ),
    store_option,
    terms_option,
    happened_option,
    recorded_option,
)


class Asked(TypedDict):
    """The options of a command that shows figures, as `figure_options` gives them."""

    since: str | None
    until: str | None
    grouped_by: str
    deadline_id: str | None
    suppress_below: int | None
    round_to: int | None
    store: str
    terms_name: str
    happened_by: date | datetime | None
    recorded_by: date | datetime | None


class Answer(NamedTuple):
    """The tables that were asked for, and what they are made from."""

    wanted: "Wanted"
    as_of: "AsOf"
    histograms: Histograms
    tables: "tuple[Tabled, ...]"

    @property
    def cases(self) -> int | None:
        """Return of how many cases; None where numbers are treated, for that one would not be."""
        return None if self.wanted.treatment.changes else self.histograms.cases


def figure_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command what every question about figures takes: see `Asked`."""
    for option in reversed(_OPTIONS):  # the one nearest the function is listed last
        command = option(command)
    return command


def answer_to(asked: Asked, shell: Shell) -> Answer:
    """Return the tables that were asked for; say on standard error if they are of no case.

    Raises:
        UsageError: a period or a clock is none, or the last month is before the first.
        RecordError: the store cannot be read.
    """
    from rapid_review.projections.statistics.disclosure import Treatment
    from rapid_review.projections.statistics.periods import By
    from rapid_review.projections.statistics.published import Wanted, tabled

    terms = terms_named(asked["terms_name"])
    wanted = Wanted(
        terms,
        clock_named(terms, asked["deadline_id"]),
        By(asked["grouped_by"]),
        _months(asked["since"], asked["until"]),
        Treatment(asked["suppress_below"], asked["round_to"]),
    )
    times = (asked["happened_by"], asked["recorded_by"])
    question = Question(shell, asked["store"], asked["terms_name"], *times)
    as_of = question.as_of._replace(read_on=question.as_of.day(terms))
    found = histograms_in(question, wanted.deadline.id)
    if not found.cases:
        say_of(asked["store"], f"There is no case of {terms.partnership}")
    tables = tabled(found.durations, found.counts, as_of, wanted)
    return Answer(wanted, as_of, found, tables)


def _months(since: str | None, until: str | None) -> "Span":
    """Return the months asked for.

    Raises:
        UsageError: one is no period, or the last is before the first.
    """
    from rapid_review.domain.errors import InvalidInputError
    from rapid_review.projections.statistics.periods import span

    try:
        return span(since, until)
    except InvalidInputError as error:
        raise click.UsageError(str(error)) from None
