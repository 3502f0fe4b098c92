"""`table`: cases in a spreadsheet, checked and imported."""

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapid_review.cli.authority import authority_options
from rapid_review.cli.context import calendars_with, terms_named
from rapid_review.cli.errors import REFUSED
from rapid_review.cli.groups import Group
from rapid_review.cli.inputs import InputPath, on_a_server
from rapid_review.cli.keys import recording_options
from rapid_review.cli.options import (
    Who,
    calendar_option,
    editions_option,
    json_option,
    store_option,
    terms_option,
    with_options,
)
from rapid_review.cli.output import print_entries_so_far, print_json
from rapid_review.cli.question import Question, asks_as
from rapid_review.cli.writing import STANDARD_OUTPUT, check_vacant, files_written, write_file
from rapid_review.domain.printable import counted

if TYPE_CHECKING:
    from collections.abc import Generator

    from rapid_review.domain.vocabulary import Actor
    from rapid_review.store import RapidReviews
    from rapid_review.store.writing.bulk_import import Imported
    from rapid_review.tables import Checked
    from rapid_review.wire.values import Json

_CSV = ".csv"

_file = click.argument("file", type=InputPath(), metavar="FILE")
_to_mend_option = click.option(
    "-o",
    "--output",
    metavar="FILE|-",
    help="The new file for the rows to correct; CSV if its name ends in .csv. Default: "
    "FILE-to-mend.xlsx.",
)
_records = with_options(
    store_option,
    editions_option,
    calendar_option,
    recording_options,
    authority_options,
    json_option,
)


@click.group(cls=Group)
def table() -> None:
    """Import cases from a spreadsheet, made from a template."""


@table.command()
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE|-",
    help="The new file: XLSX, or CSV if its name ends in .csv; - is XLSX on standard output.",
)
@click.option(
    "--agency",
    "agencies",
    multiple=True,
    metavar="CODE",
    help="An agency that gets a column for its report, in addition to those of the terms. Can be "
    "repeated.",
)
@terms_option
@json_option
def template(output: str, agencies: tuple[str, ...], terms_name: str, *, as_json: bool) -> None:
    """Write an empty table for the cases under some terms, with lists to choose from."""
    from rapid_review import tables

    check_vacant(output, as_json=as_json)
    made = tables.template(
        terms_named(terms_name), agencies=agencies, as_csv=output.casefold().endswith(_CSV)
    )
    write_file(output, made)
    if as_json:
        print_json(files_written(output, {Path(output).name: made}))


@table.command()
@_file
@_to_mend_option
@_records
@asks_as(Question)
def check(question: Question, file: Path, *, output: str | None) -> None:
    """Report what is wrong in a FILE, row by row. Nothing is recorded.

    FILE is XLSX, XLS, ODS or CSV. The check is the same as for an import, and includes the
    store if there is one. If rows need correcting, they are written to FILE-to-mend.xlsx, each
    with its mistakes, and the exit code is 5.
    """
    found, written = _check(question, file, output)
    if question.as_json:
        print_json(_report(found, written))
    else:
        _print_problems(found, written)
        click.echo(
            f"{counted(found.cases, 'case')}: {found.new} can be recorded{_rest_in_words(found)}"
        )
    if found.problems:
        raise click.exceptions.Exit(REFUSED)


@table.command("import")
@_file
@_to_mend_option
@click.option(
    "--good-rows",
    is_flag=True,
    help="Record the cases without mistakes, even if others need correcting.",
)
@click.option(
    "--by",
    type=Who(),
    metavar="ID:ROLE:AGENCY",
    help="The person who imports the cases. Default: import:importer and the partnership.",
)
@click.option("--purpose", metavar="TEXT", help="The purpose. It is recorded with each entry.")
@_records
@asks_as(Question)
def import_(
    question: Question,
    file: Path,
    *,
    output: str | None,
    good_rows: bool,
    by: "Actor | None",
    purpose: str | None,
) -> None:
    """Record the cases in a FILE: all of them, or none if one needs correcting.

    With --good-rows, the cases without mistakes are recorded anyway. Mistakes are reported and
    written to a file as by `table check`, and the exit code is 5. If you import the same FILE
    again, nothing is recorded twice.
    """
    from rapid_review import tables

    found, written = _check(question, file, output)
    if not question.as_json:
        _print_problems(found, written)
    if found.problems and not good_rows:
        if question.as_json:
            print_json(_report(found, written) | {"recorded": 0, "entries": 0, "refused": []})
        else:
            click.echo(
                "nothing was recorded; correct the rows, or give --good-rows to record the cases "
                "without mistakes"
            )
        raise click.exceptions.Exit(REFUSED)
    with question.reviews(create=True, records=True) as reviews:
        done = tables.record(
            replace(found, reviews=reviews),
            by=by,
            purpose=purpose,
            good_rows=good_rows,
            progress=print_entries_so_far,
        )
    _print_done(found, written, done, as_json=question.as_json)
    if found.problems or done.refused:
        raise click.exceptions.Exit(REFUSED)


def _check(question: Question, file: Path, output: str | None) -> "tuple[Checked, str | None]":
    """Return what is in a file, and where the rows to correct were written, if there are any."""
    from rapid_review import tables

    place = output or str(file.with_name(f"{file.stem}-to-mend.xlsx"))
    check_vacant(place, as_json=question.as_json)
    with _reviews_or_empty(question) as reviews:
        found = tables.check(file.read_bytes(), file.name, reviews)
    if not found.problems:
        return found, None
    write_file(place, found.to_mend(as_csv=place.casefold().endswith(_CSV)))
    return found, place


@contextmanager
def _reviews_or_empty(question: Question) -> "Generator[RapidReviews]":
    """Open the store; if there is none, an empty one in memory."""
    from rapid_review.store import RapidReviews
    from rapid_review.store.sealing.opening import keys_in_memory

    if on_a_server(question.store) or Path(question.store).exists():
        with question.reviews(records=True) as reviews:
            yield reviews
        return
    with RapidReviews.in_memory(
        keys=keys_in_memory(),
        terms=question.terms,
        clock=question.shell.clock,
        calendars=calendars_with(question.calendar, question.terms),
    ) as reviews:
        yield reviews


def _print_problems(found: "Checked", written: str | None) -> None:
    to_stderr = written == STANDARD_OUTPUT
    for one in found.problems:
        click.echo(str(one), err=to_stderr)
    if written is not None and not to_stderr:
        click.echo(f"the rows to correct, with the mistakes beside them: {written}")


def _print_done(found: "Checked", written: str | None, done: "Imported", *, as_json: bool) -> None:
    if as_json:
        refused = [{"case": case, "because": because} for case, because in done.refused]
        more = {"recorded": done.cases, "entries": done.entries, "refused": refused}
        print_json(_report(found, written) | more)
        return
    for case, because in done.refused:
        click.echo(f"{case}: {because}")
    entries = counted(done.entries, "entry")
    click.echo(
        f"{counted(found.cases, 'case')}: {done.cases} recorded, {entries}{_rest_in_words(found)}"
    )


def _report(found: "Checked", written: str | None) -> "Json":
    return {
        "cases": found.cases,
        "new": found.new,
        "there": len(found.good) - found.new,
        "problems": [one._asdict() for one in found.problems],
        "to_mend": written,
    }


def _rest_in_words(found: "Checked") -> str:
    """Return in words how many cases are in the record already, and how many need correcting."""
    there = len(found.good) - found.new
    bad = found.cases - len(found.good)
    parts = [f"{there} already recorded"] if there else []
    parts += [f"{bad} to correct"] if bad else []
    return "".join(f", {part}" for part in parts)
