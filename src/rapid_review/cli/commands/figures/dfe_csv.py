"""`export csv`: the tables of the statistics, a file each."""

from typing import Unpack

import click

from rapid_review.cli.commands.figures.options import Asked, answer_to, figure_options
from rapid_review.cli.context import Shell, json_option, pass_shell
from rapid_review.cli.output import print_json
from rapid_review.cli.writing import (
    STANDARD_OUTPUT,
    check_vacant,
    told_of,
    write_file,
    write_folder,
)


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
@json_option
@pass_shell
def csv_(
    shell: Shell, *, output: str, only: str | None, as_json: bool, **asked: Unpack[Asked]
) -> None:
    """Write the tables of the statistics as tidy CSV, with the names that the DfE gives columns.

    A file for each table and a README that says what they count; nothing is written over. --json
    says which files were written.
    """
    from rapid_review.domain.errors import listed, shown
    from rapid_review.exports.dfe import csv_of, files, table_name

    check_vacant(output, as_json=as_json)
    answer = answer_to(asked, shell)
    by_name = {table_name(one): one for one in answer.tables}
    if only is not None and only not in by_name:
        raise click.UsageError(f"--only: found {shown(only)}; allowed are {listed(by_name)}")
    chosen = by_name if only is None else {only: by_name[only]}
    if output == STANDARD_OUTPUT and only is None:
        raise click.UsageError(
            "-o -: tables have different columns, so one at a time is printed; "
            f"--only names it: {listed(by_name)}"
        )
    if output == STANDARD_OUTPUT:
        (table,) = chosen.values()
        write_file(output, csv_of(table, answer.wanted))
        return
    written = files(chosen.values(), answer.wanted)
    write_folder(output, written)
    if as_json:
        print_json(told_of(output, written))
    else:
        click.echo(f"{output}: {len(written)} files", err=True)
