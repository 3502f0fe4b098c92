"""`terms`: the Terms of Reference as data."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from rapid_review.cli import completing
from rapid_review.cli.context import (
    Shell,
    calendar_named,
    pass_shell,
    shipped_terms,
    terms_named,
    warn_of_end,
)
from rapid_review.cli.errors import REFUSED
from rapid_review.cli.groups import Group
from rapid_review.cli.inputs import InputPath, is_a_file
from rapid_review.cli.options import calendar_option, json_option
from rapid_review.cli.output import print_json, print_rows
from rapid_review.cli.writing import STANDARD_OUTPUT, check_vacant, files_written, write_file

if TYPE_CHECKING:
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.domain.working_days import WorkingCalendar


_NO_END_OF_DUTIES: Final = (
    "Warning: {file}: no clock ends the time for informing, asking, collating, sharing, convening "
    "and meeting, so nothing finds that one of these was not done. The terms have no clock "
    "{clock}; name another under [duties], as over"
)


@click.group(cls=Group)
def terms() -> None:
    """Show, check and compare terms, or start a file of your own."""


@terms.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the terms that come with the package."""
    rows = [
        {
            "id": one.id,
            "partnership": one.partnership,
            "edition": one.edition,
            "in_force_from": one.in_force_from,
            "in_force_to": one.in_force_to,
            "rule_set": one.rule_set,
        }
        for one in shipped_terms()
    ]
    print_json(rows) if as_json else print_rows(rows)


@terms.command()
@click.argument("name", metavar="ID|FILE", shell_complete=completing.terms)
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Print all that terms and their rule set say, in words."""
    found = terms_named(name)
    if as_json:
        print_json(found)
    else:
        from rapid_review.cli.terms_printing import print_terms

        print_terms(found)


@terms.command()
@click.option(
    "--like",
    "name",
    required=True,
    metavar="ID|FILE",
    shell_complete=completing.terms,
    help="The terms from which to take the values.",
)
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE|-",
    help="The new file to write; - is standard output.",
)
@json_option
def new(name: str, output: str, *, as_json: bool) -> None:
    """Write a terms file to start from: every key explained, with the values of other terms.

    Fill in each line that says FILL IN; `terms check` reports what is missing.
    """
    from rapid_review.terms.template import template_of

    if as_json and output == STANDARD_OUTPUT:
        raise click.UsageError(
            "--json prints which files were written to standard output, and so does -o -; give "
            "only one of them"
        )
    check_vacant(output)
    text = template_of(terms_named(name), rule_set=_rule_set_beside(name, Path(output)))
    write_file(output, text)
    if as_json:
        print_json(files_written(output, {Path(output).name: text}))


def _rule_set_beside(name: str, new: Path) -> str | None:
    """Return by which path a new file names the rule set's own file; None if it ships."""
    from rapid_review.terms import files_of

    rules = files_of(name)[1:] if is_a_file(name, ".toml") else ()
    return Path(os.path.relpath(rules[0], new.parent)).as_posix() if rules else None


@terms.command()
@click.argument("before", metavar="ID|FILE", shell_complete=completing.terms)
@click.argument("after", metavar="ID|FILE", shell_complete=completing.terms)
@json_option
def diff(before: str, after: str, *, as_json: bool) -> None:
    """Print what differs between two terms and between their rule sets, key by key."""
    from rapid_review.terms.comparison import differences, in_words

    one, other = terms_named(before), terms_named(after)
    found = differences(one, other)
    if as_json:
        print_json([each._asdict() for each in found])
        return
    for each in found:
        click.echo(each.key)
        click.echo(f"    {one.id}: {in_words(each.before)}")
        click.echo(f"    {other.id}: {in_words(each.after)}")
    if not found:
        click.echo("Nothing differs.", err=True)


@terms.command()
@click.argument("file", type=InputPath())
@calendar_option
@json_option
@pass_shell
def check(shell: Shell, file: Path, calendar: str | None, *, as_json: bool) -> None:
    """Check a FILE of terms or of a rule set, and report everything that is wrong with it."""
    from rapid_review import terms as files

    own = None if calendar is None else calendar_named(calendar)
    if problems := _mistakes(file, own):
        if as_json:
            print_json({"file": str(file), "valid": False, "problems": problems})
        for problem in problems:
            click.echo(problem, err=True)
        raise click.exceptions.Exit(REFUSED)
    if files.is_rule_set_file(file):
        rules = files.load_rule_set_file(file)
        answer, summary = (rules.id, rules.digest), f"rule set {rules.id}, {rules.digest}"
    else:
        found = files.load_file(file)
        _warn_of_ends(found, own, shell)
        _warn_of_what_is_not_filled_in(file)
        if found.duties_over not in found.clocks:
            click.echo(_NO_END_OF_DUTIES.format(file=file, clock=found.duties_over), err=True)
        answer = (found.id, found.digest)
        summary = f"terms {found.id}, rule set {found.rule_set}, {found.digest}"
    if as_json:
        print_json({"file": str(file), "valid": True, "id": answer[0], "digest": answer[1]})
    else:
        click.echo(f"{file}: {summary}")


def _mistakes(file: Path, own: "WorkingCalendar | None") -> tuple[str, ...]:
    """Return everything that is wrong with a file, compared with the calendars at hand."""
    from rapid_review import calendars
    from rapid_review.domain.errors import TermsError
    from rapid_review.terms import mistakes_in_file

    shipped = [calendars.load(one) for one in {one.id for one in calendars.available()}]
    at_hand = (*shipped, *([] if own is None else [own]))
    days = {one.id: (one.covers_from, one.covers_to) for one in at_hand}
    try:
        return mistakes_in_file(file, calendars=days)
    except TermsError as error:
        return error.problems


def _warn_of_ends(found: "Terms", own: "WorkingCalendar | None", shell: Shell) -> None:
    """Warn on standard error that the calendar ends soon, or that the guidance was replaced."""
    from rapid_review import calendars

    is_own = own is not None and own.id == found.calendar
    warn_of_end(own if own and is_own else calendars.load(found.calendar), shell)
    if note := found.guidance_ended(found.local_day(shell.clock())):
        click.echo(note, err=True)


def _warn_of_what_is_not_filled_in(file: Path) -> None:
    """Warn on standard error of lines that still hold the value of another partnership."""
    from rapid_review.terms.keys import FILL_IN

    text = file.read_text(encoding="utf-8-sig").splitlines()
    if left := [
        str(number) for number, line in enumerate(text, 1) if line.endswith(f"# {FILL_IN}")
    ]:
        click.echo(
            f"Warning: {file}: lines that still end in {FILL_IN} hold another partnership's "
            f"value: {', '.join(left)}. Write your own, and delete the mark",
            err=True,
        )
