"""`report`: pages to read, print and keep."""

from pathlib import Path

import click

from rapid_review.cli.groups import Group
from rapid_review.cli.options import json_option
from rapid_review.cli.output import print_json
from rapid_review.cli.publishing import published_before, register
from rapid_review.cli.question import asks_as
from rapid_review.cli.statistics import StatisticsQuestion, statistics_options
from rapid_review.cli.writing import check_vacant, files_written, write_file, write_folder


class OrACase(Group):
    """A group in which a word that is not one of its commands is the reference of a case."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was named, or the one for a case."""
        named = args if args[0] in self.commands else ["case", *args]
        return super().resolve_command(ctx, named)


@click.group(cls=OrACase)
def report() -> None:
    """Write a case file or the statistics as one HTML page.

    Each page is one file, which loads nothing. `report CASE` is short for `report case CASE`,
    unless the case has the name of a command.
    """


@report.command("stats")
@click.option(
    "-o", "--output", metavar="FILE|-", required=True, help="The new HTML file to write."
)
@click.option(
    "--specs", metavar="FOLDER", help="The new folder for the specifications of the charts."
)
@statistics_options
@json_option
@asks_as(StatisticsQuestion)
def stats_(question: StatisticsQuestion, *, output: str, specs: str | None) -> None:
    """Write the statistics as one page, with charts, their tables and what they mean.

    The page loads nothing and runs nothing. --specs writes each chart as Vega-Lite with its
    data; --json says which files were written.
    """
    from rapid_review.store.backends.extras import missing_extra

    try:
        from rapid_review.reports.statistics.page import curve_of, statistics_page
    except ImportError as error:
        raise missing_extra(
            "report", "writing the page and its charts needs more packages"
        ) from error

    question.must_be_of_one_partnership()
    check_vacant(output, specs, as_json=question.as_json)
    published = question.published()
    page = statistics_page(published, *curve_of(published, question.calendar_of_now))
    published_before(question, published)
    register(question, published, "page", page.html)
    charts = {f"{one.name}.vl.json": one.specification for one in page.pictures}
    if specs is not None:
        write_folder(specs, charts)
    write_file(output, page.html)
    if question.as_json:
        written = files_written(output, {Path(output).name: page.html})
        print_json(written if specs is None else written | {"specs": files_written(specs, charts)})
