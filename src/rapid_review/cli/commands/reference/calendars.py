"""`calendar`: which days were working days, as known on which day."""

import click

from rapid_review.cli.context import Shell, calendar_in_version, pass_shell, warn_of_end
from rapid_review.cli.errors import REFUSED
from rapid_review.cli.groups import Group
from rapid_review.cli.options import json_option
from rapid_review.cli.output import print_json, print_rows

version_option = click.option(
    "--version", metavar="VERSION", help="The version of the calendar. Default: the newest."
)


@click.group(cls=Group)
def calendar() -> None:
    """Show, check and compare the calendars of working days."""


@calendar.command("list")
@json_option
@pass_shell
def list_(shell: Shell, *, as_json: bool) -> None:
    """List the calendars that come with the package."""
    from rapid_review import calendars

    rows = [
        {
            "id": one.id,
            "version": one.version,
            "covers_from": one.covers_from,
            "covers_to": one.covers_to,
            "published_to": one.published_to or one.covers_to,
            "digest": one.digest,
        }
        for one in calendars.available()
    ]
    print_json(rows) if as_json else print_rows(rows)
    for calendar_id in dict.fromkeys(row["id"] for row in rows):
        warn_of_end(calendars.load(str(calendar_id)), shell)


@calendar.command()
@click.argument("name", metavar="ID|FILE")
@version_option
@json_option
def show(name: str, version: str | None, *, as_json: bool) -> None:
    """Print a calendar's bank holidays, and remarks on single days."""
    found = calendar_in_version(name, version)
    days = [
        {"day": day, "name": title, "remark": found.remarks.get(day)}
        for day, title in found.closed.items()
    ]
    if as_json:
        print_json(
            {
                "id": found.id,
                "version": found.version,
                "digest": found.digest,
                "title": found.title,
                "covers_from": found.covers_from,
                "covers_to": found.covers_to,
                "published_to": found.known_to,
                "one_source_before": found.one_source_before,
                "weekend": found.weekend,
                "holidays": days,
                "remarks": dict(found.remarks),
            }
        )
        return
    click.echo(f"{found.id} {found.version}: {found.title}")
    click.echo(f"covers {found.covers_from} to {found.covers_to}; {found.digest}")
    if found.known_to < found.covers_to:
        click.echo(f"the days after {found.known_to} are provisional")
    if found.one_source_before is not None:
        click.echo(f"the days before {found.one_source_before} come from one source only")
    click.echo()
    print_rows(days)
    for day, remark in found.remarks.items():
        if day not in found.closed:
            click.echo(f"{day}: {remark}")


@calendar.command()
@click.argument("name", metavar="ID")
@click.argument("before")
@click.argument("after")
@json_option
def diff(name: str, before: str, after: str, *, as_json: bool) -> None:
    """Print the days on which two versions of a calendar, BEFORE and AFTER, differ."""
    from rapid_review import calendars

    changed = calendars.diff(calendars.load(name, before), calendars.load(name, after))
    rows = [one._asdict() for one in changed]
    print_json(rows) if as_json else print_rows(rows)


@calendar.command()
@click.argument("name", metavar="ID|FILE")
@version_option
@json_option
def check(name: str, version: str | None, *, as_json: bool) -> None:
    """Compare a calendar's days with the installed library `holidays`.

    A difference that the calendar itself explains is listed; any other is an error.
    """
    from rapid_review import calendars

    found = calendar_in_version(name, version)
    differences = calendars.check(found)
    rows = [one._asdict() for one in differences]
    unexplained = sum(one.remark is None for one in differences)
    if as_json:
        print_json({"id": found.id, "version": found.version, "differences": rows})
    else:
        click.echo(
            f"{found.id} {found.version}: {len(rows)} differences, {unexplained} unexplained"
        )
        print_rows(rows)
    if unexplained:
        raise click.exceptions.Exit(REFUSED)
