"""`terms`: the Terms of Reference as data."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapid_review.cli.context import Shell, pass_shell, shipped_terms, terms_named, warn_of_end
from rapid_review.cli.errors import REFUSED
from rapid_review.cli.inputs import InputPath
from rapid_review.cli.options import json_option
from rapid_review.cli.output import print_json, print_rows

if TYPE_CHECKING:
    from rapid_review.domain.terms.quorum import Need
    from rapid_review.domain.terms.terms import Terms


@click.group()
def terms() -> None:
    """The partnerships' Terms of Reference as data."""


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
@click.argument("name", metavar="ID|FILE")
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Print terms: seats, quorum, clocks, outcomes, whom to tell, limbs and criteria."""
    found = terms_named(name)
    if as_json:
        print_json(found)
    else:
        _print_terms(found)


@terms.command()
@click.argument("file", type=InputPath())
@json_option
@pass_shell
def check(shell: Shell, file: Path, *, as_json: bool) -> None:
    """Check a terms FILE, and say everything that is wrong with it."""
    from rapid_review.domain.errors import TermsError
    from rapid_review.terms import load_file

    try:
        found = load_file(file)
    except TermsError as error:
        if as_json:
            print_json({"file": str(file), "valid": False, "problems": error.problems})
        for problem in error.problems:
            click.echo(problem, err=True)
        raise click.exceptions.Exit(REFUSED) from error
    _note_ends(found, shell)
    if as_json:
        print_json({"file": str(file), "valid": True, "id": found.id, "digest": found.digest})
    else:
        click.echo(f"{file}: terms {found.id}, rule set {found.rule_set}, {found.digest}")


def _note_ends(found: "Terms", shell: Shell) -> None:
    """Say on standard error that the calendar ends soon, or that the guidance was replaced."""
    from rapid_review import calendars
    from rapid_review.domain.errors import CalendarError

    try:
        warn_of_end(calendars.load(found.calendar), shell)
    except CalendarError:
        click.echo(
            f"calendar {found.calendar} does not ship with the package: give yours to the store, "
            "`rapid-review db init --calendar FILE`",
            err=True,
        )
    if note := found.guidance_ended(found.local_day(shell.clock())):
        click.echo(note, err=True)


def _print_terms(found: "Terms") -> None:
    click.echo(f"{found.id}: {found.title}, {found.edition}")
    click.echo(f"in force from {found.in_force_from} to {found.in_force_to or 'further notice'}")
    click.echo(f"rule set {found.rule_set}; calendar {found.calendar}; {found.time_zone}")
    click.echo(f"{found.digest}\n")
    print_rows(
        [
            {
                "seat": seat.id,
                "filled by": " or ".join(seat.filled_by),
                "chair": "chair" if seat.chair else "",
            }
            for seat in found.seats
        ]
    )
    click.echo(f"\nquorum ({found.quorum.clause}): {_need(found.quorum.needs)}\n")
    print_rows(
        [
            {
                "clock": one.id,
                "length": f"{one.length} {one.unit.replace('_', ' ')}",
                "starts on": one.starts_on,
                "stops on": one.stops_on,
                "owed by": "nobody: a milestone" if one.advisory else one.owed_by,
                "clause": one.clause,
            }
            for one in found.clocks.values()
        ]
    )
    click.echo(f"\noutcomes ({found.decision.clause}): {', '.join(found.outcomes)}")
    click.echo(f"adopted by ({found.adoption.clause}): {', '.join(found.adoption.by)}")
    told = ", ".join(found.feedback.share_with)
    click.echo(f"the Panel's feedback goes to ({found.feedback.clause}): {told}")
    for what, named in (("limb", found.national.limbs), ("criterion", found.national.criteria)):
        click.echo()
        print_rows([{what: one.id, "says": one.says} for one in named])


def _need(need: "Need") -> str:
    """Return a quorum expression in words."""
    from rapid_review.domain.terms.quorum import AllOf, AnyOf

    if isinstance(need, str):
        return need
    if isinstance(need, AllOf):
        return f"all of ({', '.join(map(_need, need.all_of))})"
    if isinstance(need, AnyOf):
        return f"any of ({', '.join(map(_need, need.any_of))})"
    return f"at least {need.at_least} of ({', '.join(map(_need, need.of))})"
