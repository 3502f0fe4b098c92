"""`stats`: the figures of a partnership, each with its unit, its denominator and its day."""

import csv
from io import StringIO
from itertools import groupby
from typing import TYPE_CHECKING, Unpack

import click

from rapid_review.cli.commands.figures.options import Answer, Asked, answer_to, figure_options
from rapid_review.cli.context import Shell, json_option, pass_shell
from rapid_review.cli.output import Json, plain, print_json, print_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapid_review.projections.statistics.rows import Figure


@click.command()
@figure_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="Tables to read, or a figure a row.",
)
@json_option
@pass_shell
def stats(shell: Shell, *, form: str, as_json: bool, **asked: Unpack[Asked]) -> None:
    """Print notifications, timeliness, agency reports, quorum, outcomes, answers, learning.

    Every figure comes with its unit, its denominator and the day on which clocks were read.
    """
    from rapid_review.projections.statistics.rows import figures_in

    answer = answer_to(asked, shell)
    figures = figures_in(answer.tables, answer.wanted)
    if as_json or form == "json":
        print_json(_head(answer) | {"figures": [plain(one) for one in figures]})
    elif form == "csv":
        _print_csv(figures, answer)
    else:
        _print_tables(figures, answer)


def _head(answer: Answer) -> dict[str, Json]:
    terms = answer.wanted.terms
    return {
        "partnership": terms.partnership,
        "terms": terms.id,
        "cases": answer.cases,
        "by": answer.wanted.by,
        **_told(answer),
    }


def _told(answer: Answer) -> dict[str, Json]:
    """Return as of when the figures are, and what was done to them."""
    as_of, treatment = answer.as_of, answer.wanted.treatment
    return {
        "as_of": plain(as_of.today),
        "happened_by": plain(as_of.happened_by),
        "recorded_by": plain(as_of.recorded_by),
        "suppress_below": treatment.suppress_below,
        "round_to": treatment.round_to,
    }


def _print_csv(figures: "Iterable[Figure]", answer: Answer) -> None:
    """Print a row for each figure, under a header; what there is none of is empty."""
    rows = [plain(one) | _told(answer) for one in figures]
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    click.echo(text.getvalue(), nl=False)


def _print_tables(figures: "Iterable[Figure]", answer: Answer) -> None:
    """Print a table for each thing that is counted, under what its figures are figures of."""
    from rapid_review.projections.statistics.rows import basis_of

    for name, group in groupby(figures, key=lambda one: one.figure):
        rows = tuple(group)
        click.echo(f"{name}: {basis_of(rows, answer.as_of)}")
        print_rows(
            [
                {str(answer.wanted.by): label, **{each.kind: str(each) for each in kinds}}
                for label, kinds in groupby(rows, key=lambda each: each.group)
            ]
        )
        click.echo()
    for done in answer.tables[0].table.treatment:
        click.echo(f"Disclosure control: {done}.", err=True)
