"""`people`: add people who may sign in to the pages of `serve`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapid_review.cli.authority import permissions_option, warn_of_roles
from rapid_review.cli.context import Shell, pass_shell
from rapid_review.cli.groups import Group
from rapid_review.cli.inputs import InputPath, on_a_server, text_in
from rapid_review.cli.options import Who, json_option, store_option
from rapid_review.cli.output import print_json

if TYPE_CHECKING:
    from rapid_review.domain.vocabulary import Actor


@click.group(cls=Group)
def people() -> None:
    """Add people who may sign in to the team's pages."""


@people.command()
@click.argument("who", metavar="ID:ROLE:AGENCY", type=Who())
@click.option(
    "--may",
    type=click.Choice(("team", "reader", "auditor")),
    default="team",
    show_default=True,
    help="The rights: team reads and records; reader reads; auditor reads everything but words.",
)
@click.option(
    "--password-file",
    type=InputPath(),
    help="Read the password from the first line of FILE. Default: the command asks for it.",
)
@click.option(
    "--people",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The people file. Default: the file beside the store.",
)
@store_option
@permissions_option
@json_option
@pass_shell
def add(
    shell: Shell,
    who: "Actor",
    *,
    may: str,
    password_file: Path | None,
    file: Path | None,
    store: str,
    as_json: bool,
) -> None:
    """Add a person, or give a person a new password. The password is never printed."""
    from rapid_review.audit.log import durable
    from rapid_review.web.pages.people import Listed, May, hashed, people_in, written

    place = file or people_beside(store)
    if place is None:
        raise click.UsageError(
            "a store on a server has no folder for a people file; name the file with --people"
        )
    listed = dict(people_in(place).listed) if place.exists() else {}
    one = Listed(
        id=who.id,
        role=who.role,
        agency=who.agency,
        may=May(may),
        password=hashed(_password(password_file)),
    )
    was_there = who.id in listed
    listed[who.id] = one
    durable.replace(place, written(listed.values()).encode())
    done = "has a new password" if was_there else "can now sign in"
    if as_json:
        print_json({"id": who.id, "may": may, "was_there": was_there, "file": place})
    else:
        click.echo(f"{who.id} {done}: {place}", err=True)
    if one.may is not May.AUDITOR:
        warn_of_roles(store, {one.role}, shell.clock().date())


def people_beside(store: str) -> Path | None:
    """Return where the people file of a store is by default; None if the store is on a server.

    Raises:
        InvalidInputError: the name of the store looks like an address, but is not a valid one.
    """
    return None if on_a_server(store) else Path(store).with_suffix(".people.toml")


def _password(file: Path | None) -> str:
    if file is not None:
        return text_in(file.read_bytes(), "--password-file").partition("\n")[0].rstrip("\r")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
