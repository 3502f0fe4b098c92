"""Print figures: as tables to read, as JSON, or as CSV with one figure a row."""

import csv
from collections.abc import Callable
from io import StringIO
from itertools import groupby
from typing import TYPE_CHECKING, Final

import click

from rapid_review.cli.options import json_option, with_options
from rapid_review.cli.output import print_data, print_json, print_rows
from rapid_review.cli.publishing import published_before, register
from rapid_review.wire.values import Json, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapid_review.cli.statistics import StatisticsQuestion
    from rapid_review.projections.statistics.published import Published
    from rapid_review.projections.statistics.rows import Figure
    from rapid_review.projections.statistics.selection import Selection

form_options: Final[Callable[[Callable[..., None]], Callable[..., None]]] = with_options(
    click.option(
        "--format",
        "form",
        type=click.Choice(["table", "json", "csv"]),
        default="table",
        show_default=True,
        help="The layout: tables to read, or one figure a row.",
    ),
    click.option("--all-rows", is_flag=True, help="Include rows without a figure."),
    json_option,
)
"""How figures are printed: what `print_figures` takes."""


def print_figures(
    question: "StatisticsQuestion",
    published: "Published",
    called: str,
    *,
    form: str,
    all_rows: bool,
) -> None:
    """Print figures; if `--published-by` is given, first register that they are published.

    Args:
        question: the question.
        published: the figures.
        called: what the register of exports calls them.
        form: the layout, unless the question asks for JSON.
        all_rows: whether to print rows without a figure.

    Raises:
        RecordError: the register cannot be read or written.
    """
    from rapid_review.projections.statistics.rows import figures_of

    figures = figures_of(published, all_rows=all_rows)
    published_before(question, published)
    register(question, published, called, "\n".join(map(repr, figures)))
    if question.as_json or form == "json":
        print_json(_head(published) | {"figures": [plain(one) for one in figures]})
    elif form == "csv":
        _print_csv(figures, published.selection)
    else:
        _print_tables(figures, published)


def _head(published: "Published") -> dict[str, Json]:
    selection = published.selection
    return {
        "partnership": selection.terms.partnership,
        "terms": selection.terms.id,
        "cases": published.cases,
        "by": selection.by,
        **_times_and_treatment(selection),
    }


def _times_and_treatment(selection: "Selection") -> dict[str, Json]:
    """Return the two times of the figures, and what was done to small numbers."""
    from rapid_review.projections.case.findings import EDITION

    as_of, treatment = selection.as_of, selection.treatment
    return {
        "as_of": plain(as_of.today),
        "happened_by": plain(as_of.happened_by),
        "recorded_by": plain(as_of.recorded_by),
        "rules_edition": EDITION,
        "suppress_below": treatment.suppress_below,
        "round_to": treatment.round_to,
        "perturbed": treatment.perturb,
    }


def _print_csv(figures: "Iterable[Figure]", selection: "Selection") -> None:
    """Print a header, and a row for each figure; a missing value is empty."""
    rows = [plain(one) | _times_and_treatment(selection) for one in figures]
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    print_data(text.getvalue().removesuffix("\n"))


def _print_tables(figures: "Iterable[Figure]", published: "Published") -> None:
    """Print a table for each thing that is counted, below a line with unit and denominator."""
    from rapid_review.projections.statistics.rows import basis_of

    selection = published.selection
    for name, group in groupby(figures, key=lambda one: one.figure):
        rows = tuple(group)
        click.echo(f"{name}: {basis_of(rows, selection.as_of)}")
        print_rows(
            [
                {str(selection.by): label, **{each.kind: str(each) for each in kinds}}
                for label, kinds in groupby(rows, key=lambda each: each.row)
            ]
        )
        click.echo()
    for done in published.tables[0].table.treatment:
        click.echo(f"Disclosure control: {done}.", err=True)
