"""`export csv`: the tables of the statistics, a file each."""

from typing import Unpack

import click

from rapid_review.cli.asking import Asked, answer_to, figure_options
from rapid_review.cli.shell import Shell, pass_shell
from rapid_review.cli.writing import STANDARD_OUTPUT, check_vacant, write_file, write_folder


@click.command("csv")
@click.option(
    "-o",
    "--output",
    metavar="FOLDER|-",
    required=True,
    help="A new folder for the files; - prints one table, which --only names.",
)
@click.option("--only", metavar="TABLE", help="One table, such as notification.")
@figure_options
@pass_shell
def csv_(shell: Shell, *, output: str, only: str | None, **asked: Unpack[Asked]) -> None:
    """Write the tables of the statistics as tidy CSV, with the names that the DfE gives columns.

    A file for each table and a README that says what they count; nothing is written over.
    """
    from rapid_review.domain.errors import listed, shown
    from rapid_review.exports.tabular import csv_of, files, table_name

    check_vacant(output)
    answer = answer_to(asked, shell)
    by_name = {table_name(one): one for one in answer.tables}
    if only is not None and only not in by_name:
        raise click.UsageError(f"--only: found {shown(only)}; allowed are {listed(by_name)}")
    if output == STANDARD_OUTPUT:
        if only is None:
            raise click.UsageError(
                "-o -: tables have different columns, so one at a time is printed; "
                f"--only names it: {listed(by_name)}"
            )
        write_file(output, csv_of(by_name[only], answer.wanted))
        return
    chosen = answer.tables if only is None else (by_name[only],)
    written = files(chosen, answer.wanted)
    write_folder(output, written)
    click.echo(f"{output}: {len(written)} files", err=True)
