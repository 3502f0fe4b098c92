"""`export csv`: the tables of the statistics, one file for each."""

from dataclasses import replace

import click

from rapid_review.cli.options import json_option
from rapid_review.cli.output import print_json
from rapid_review.cli.publishing import published_before, register
from rapid_review.cli.question import asks_as
from rapid_review.cli.statistics import StatisticsQuestion, statistics_options
from rapid_review.cli.writing import (
    STANDARD_OUTPUT,
    check_vacant,
    files_written,
    write_file,
    write_folder,
)
from rapid_review.domain.printable import counted


@click.command("csv")
@click.option(
    "-o",
    "--output",
    metavar="FOLDER|-",
    required=True,
    help="The new folder for the files; - prints the one table that --only names.",
)
@click.option("--only", metavar="TABLE", help="Write only this table, such as notification.")
@click.option(
    "--region",
    nargs=2,
    metavar="CODE NAME",
    help="The region, such as E12000008 'South East'.",
)
@click.option(
    "--local-authority",
    nargs=3,
    metavar="NEW OLD NAME",
    help="The local authority, such as E10000016 886 Kent.",
)
@statistics_options
@json_option
@asks_as(StatisticsQuestion)
def csv_(
    question: StatisticsQuestion,
    *,
    output: str,
    only: str | None,
    region: tuple[str, str] | None,
    local_authority: tuple[str, str, str] | None,
) -> None:
    """Write the tables of the statistics as tidy CSV, with the column names that the DfE uses.

    There is a file for each table with the DfE's metadata beside it, a data package, and a
    README that says what the tables count. No file is overwritten. --json says which files were
    written.
    """
    from rapid_review.domain.errors import listed, shown
    from rapid_review.exports.dfe import csv_of, files, place_of, table_name

    check_vacant(output, as_json=question.as_json)
    with question.reviews() as reviews:
        reviews.partnerships.must_be_real()
    published = question.published()
    by_name = {table_name(one): one for one in published.tables}
    if only is not None and only not in by_name:
        raise click.UsageError(f"--only: found {shown(only)}; allowed: {listed(by_name)}")
    if output == STANDARD_OUTPUT and only is None:
        raise click.UsageError(
            "-o -: standard output takes one table, because tables have different columns; "
            f"name it with --only; allowed: {listed(by_name)}"
        )
    if only is not None:
        published = replace(published, tables=(by_name[only],))
    place = place_of(
        ", ".join(published.selection.partnerships),
        region=region,
        local_authority=local_authority,
    )
    if output == STANDARD_OUTPUT:
        (table,) = published.tables
        published_before(question, published)
        text = csv_of(table, place)
        register(question, published, "csv", text)
        write_file(output, text)
        return
    written = files(published, place, published_before(question, published))
    register(question, published, "csv", "".join(text for _, text in sorted(written.items())))
    write_folder(output, written)
    if question.as_json:
        print_json(files_written(output, written))
    else:
        click.echo(f"{output}: {counted(len(written), 'file')}", err=True)
