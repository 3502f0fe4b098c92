"""`permissions`: check the file that says who may do what, or write one to start from."""

from pathlib import Path

import click

from rapid_review.cli.context import Shell, pass_shell, terms_named
from rapid_review.cli.errors import REFUSED
from rapid_review.cli.groups import Group
from rapid_review.cli.inputs import InputPath
from rapid_review.cli.options import json_option, terms_option
from rapid_review.cli.output import print_json
from rapid_review.cli.writing import STANDARD_OUTPUT, check_vacant, files_written, write_file


@click.group(cls=Group)
def permissions() -> None:
    """Write or check a file that states who may do what."""


@permissions.command()
@click.argument("file", metavar="FILE|-")
@terms_option
@json_option
@pass_shell
def new(shell: Shell, file: str, terms_name: str, *, as_json: bool) -> None:
    """Write a permissions FILE to start from, which explains every key; - is standard output.

    It is in force from today, for the partnership of the terms.
    """
    from rapid_review.store.authority.permissions import template

    check_vacant(file, as_json=as_json)
    terms = terms_named(terms_name)
    text = template(terms.partnership, terms.local_day(shell.clock()))
    write_file(file, text)
    if as_json:
        print_json(files_written(file, {Path(file).name: text}))
    elif file != STANDARD_OUTPUT:
        click.echo(f"{file}: written; check it with `rapid-review permissions check {file}`")


@permissions.command()
@click.argument("file", type=InputPath())
@json_option
def check(file: Path, *, as_json: bool) -> None:
    """Check a FILE of permissions, and report everything that is wrong with it."""
    from rapid_review.domain.errors import InvalidInputError
    from rapid_review.store.authority.permissions import permissions_in

    try:
        found = permissions_in(file)
    except InvalidInputError as error:
        if as_json:
            print_json({"file": str(file), "valid": False, "problems": error.problems})
        for problem in error.problems:
            click.echo(problem, err=True)
        raise click.exceptions.Exit(REFUSED) from None
    days = [one.in_force_from for one in found.editions]
    if as_json:
        print_json(
            {
                "file": str(file),
                "valid": True,
                "partnership": found.partnership,
                "in_force_from": days,
                "digest": found.digest,
            }
        )
        return
    click.echo(
        f"{file}: permissions of {found.partnership}, in force from "
        f"{', '.join(map(str, days))}, {found.digest}"
    )
