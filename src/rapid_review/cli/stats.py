"""`stats`: the figures of a partnership, each with its unit, its denominator and its day."""

import csv
import sys
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING

import click

from rapid_review.cli.due import clock_named
from rapid_review.cli.histograms import histograms_in
from rapid_review.cli.output import Json, plain, print_json, print_rows
from rapid_review.cli.reading import times_of
from rapid_review.cli.shell import (
    Shell,
    json_option,
    pass_shell,
    recorded_option,
    store_option,
    terms_named,
    terms_option,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapid_review.projections.statistics.basis import AsOf
    from rapid_review.projections.statistics.periods import Span
    from rapid_review.projections.summary import Figure


@click.command()
@click.option(
    "--from",
    "since",
    metavar="PERIOD",
    help="The first month of receipt: 2020-05, a quarter 2020-Q2, or a date that begins one.",
)
@click.option(
    "--to",
    "until",
    metavar="PERIOD",
    help="The last month of receipt: the same, or a date that ends one.",
)
@click.option(
    "--by",
    "grouped_by",
    type=click.Choice(["month", "quarter", "year", "agency"]),
    default="quarter",
    show_default=True,
    help="A row for each; a year ends on 31 March, an agency is the one that notified.",
)
@click.option(
    "--deadline",
    "deadline_id",
    metavar="ID",
    help="Which clock; if not given, the first that receipt starts.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="Tables to read, or a figure a row.",
)
@store_option
@terms_option
@recorded_option
@json_option
@pass_shell
def stats(
    shell: Shell,
    *,
    since: str | None,
    until: str | None,
    grouped_by: str,
    deadline_id: str | None,
    form: str,
    store: str,
    terms_name: str,
    recorded_by: date | datetime | None,
    as_json: bool,
) -> None:
    """Print notifications, timeliness, agency reports, quorum, outcomes and Panel answers.

    Every figure comes with its unit, its denominator and the day on which clocks were read.
    """
    from rapid_review.projections.statistics.basis import AsOf
    from rapid_review.projections.statistics.periods import By
    from rapid_review.projections.summary import summary

    months = _months(since, until)
    terms = terms_named(terms_name)
    deadline = clock_named(terms, deadline_id)
    times = times_of(None, recorded_by, terms, shell)
    as_of = AsOf(terms.local_day(times.today), recorded_by=times.recorded_by)
    found = histograms_in(store, terms, shell, times)
    if not found.cases:
        click.echo(f"There is no case of {terms.partnership} in {store}.", err=True)
    figures = summary(
        found.durations,
        found.counts,
        as_of,
        terms=terms,
        deadline=deadline,
        by=By(grouped_by),
        months=months,
    )
    if as_json or form == "json":
        head = {"partnership": terms.partnership, "terms": terms.id, "cases": found.cases}
        told = {"by": grouped_by, **_told(as_of), "figures": [plain(one) for one in figures]}
        print_json(head | told)
    elif form == "csv":
        _print_csv(figures, as_of)
    else:
        _print_tables(figures, as_of, grouped_by)


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


def _told(as_of: "AsOf") -> dict[str, Json]:
    return {"as_of": plain(as_of.day), "recorded_by": plain(as_of.recorded_by)}


def _print_csv(figures: "Iterable[Figure]", as_of: "AsOf") -> None:
    """Print a row for each figure, under a header; what there is none of is empty."""
    rows = [plain(one) | _told(as_of) for one in figures]
    writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _print_tables(figures: "Iterable[Figure]", as_of: "AsOf", grouped_by: str) -> None:
    """Print a table for each thing that is counted, under what its figures are figures of."""
    recorded = "" if as_of.recorded_by is None else f", as recorded by {as_of.recorded_by}"
    for name, group in groupby(figures, key=lambda one: one.figure):
        rows = tuple(group)
        one = rows[0]
        of = next((each.denominator_unit for each in rows if each.denominator_unit), None)
        share = "" if of is None else f", share of {of}"
        click.echo(
            f"{name}: unit {one.unit}{share}; by {one.dated_by}, {one.months}; "
            f"as of {as_of.day}{recorded}"
        )
        print_rows(
            [
                {grouped_by: label, **{each.kind: _cell(each) for each in kinds}}
                for label, kinds in groupby(rows, key=lambda each: each.group)
            ]
        )
        click.echo()


def _cell(figure: "Figure") -> str:
    """Return a figure with its denominator, its percentage and the interval of that."""
    if figure.denominator is None:
        return str(figure.value)
    if figure.percent is None:
        return f"{figure.value} (of {figure.denominator})"
    told = f"{figure.value} of {figure.denominator} ({figure.percent:.1f} %)"
    if figure.lower_percent is not None and figure.upper_percent is not None:
        told += f" [{figure.lower_percent:.1f} to {figure.upper_percent:.1f} %]"
    return told
