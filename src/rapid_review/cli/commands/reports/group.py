"""`report`: pages to read, print and keep."""

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from rapid_review.cli.commands.figures.options import Answer, Asked, answer_to, figure_options
from rapid_review.cli.context import Shell, json_option, pass_shell
from rapid_review.cli.output import print_json
from rapid_review.cli.writing import check_vacant, told_of, write_file, write_folder

if TYPE_CHECKING:
    from rapid_review.projections.statistics.survival import Curve


class OrACase(click.Group):
    """A group in which whatever is none of its commands is the reference of a case."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was named, else the one for a case."""
        named = args if args[0] in self.commands else ["case", *args]
        return super().resolve_command(ctx, named)


@click.group(cls=OrACase)
def report() -> None:
    """Pages to read, print and keep: each one file, which loads nothing.

    `report CASE` is short for `report case CASE`, but for a case that is called like a command.
    """


@report.command("stats")
@click.option("-o", "--output", metavar="FILE|-", required=True, help="A new HTML file.")
@click.option("--specs", metavar="FOLDER", help="A new folder for the charts' specifications.")
@figure_options
@json_option
@pass_shell
def stats_(
    shell: Shell, *, output: str, specs: str | None, as_json: bool, **asked: Unpack[Asked]
) -> None:
    """Write the statistics as one page, with charts, their tables and what they mean.

    The page loads nothing and runs nothing. --specs writes each chart as Vega-Lite with its data;
    --json says which files were written.
    """
    from rapid_review.store.backends.extras import wanting

    try:
        from rapid_review.reports.statistics.page import Found, statistics_page
    except ImportError as error:
        raise wanting("report", "a page needs what fills it in and draws") from error

    check_vacant(output, specs, as_json=as_json)
    answer = answer_to(asked, shell)
    curve, why_not = _curve(answer)
    page = statistics_page(
        Found(answer.wanted, answer.as_of, answer.cases, answer.tables, curve, why_not)
    )
    charts = {f"{one.name}.vl.json": one.specification for one in page.pictures}
    if specs is not None:
        write_folder(specs, charts)
    write_file(output, page.html)
    if as_json:
        told = told_of(output, {Path(output).name: page.html})
        print_json(told if specs is None else told | {"specs": told_of(specs, charts)})


def _curve(answer: Answer) -> "tuple[Curve | None, str]":
    """Return how the clock came to its ends; or none, and why."""
    from rapid_review import calendars
    from rapid_review.domain.errors import CalendarGapError
    from rapid_review.domain.vocabulary import Unit
    from rapid_review.projections.statistics.selection import clocks
    from rapid_review.projections.statistics.survival import survival
    from rapid_review.reports.statistics.page import HIDDEN

    wanted = answer.wanted
    if wanted.treatment.changes:
        return None, HIDDEN
    deadline = wanted.deadline
    chosen = clocks(answer.histograms.durations, deadline.id, answer.as_of, months=wanted.months)
    calendar = calendars.load(wanted.terms.calendar)
    try:
        return survival(
            chosen,
            calendar if deadline.unit is Unit.WORKING_DAYS else None,
            counting_day=deadline.counts_day_of_start,
        ), ""
    except CalendarGapError as error:
        return None, f"Nothing is drawn, since an open clock cannot be counted: {error}."
