"""`subscription`: where each stands, what it has put aside, and how that is tried again."""

from typing import TYPE_CHECKING

import click

from rapid_review.cli.context import Shell, pass_shell, reviews_in, terms_named
from rapid_review.cli.options import json_option, store_option, terms_option
from rapid_review.cli.output import minutes, print_json, print_rows

if TYPE_CHECKING:
    from rapid_review.store.subscriptions.begun import Begun
    from rapid_review.store.subscriptions.table import Parked


@click.group()
def subscription() -> None:
    """Look after the subscriptions that `rapid-review work` keeps up to date."""


@subscription.command("list")
@store_option
@terms_option
@json_option
@pass_shell
def list_(shell: Shell, *, store: str, terms_name: str, as_json: bool) -> None:
    """Print where each subscription stands, and every entry that it has put aside."""
    with reviews_in(store, terms_named(terms_name), shell) as reviews:
        found = reviews.subscriptions()
    if as_json:
        print_json({"subscriptions": [_as_json(one) for one in found]})
        return
    if not found:
        click.echo("No subscription was begun in this store.")
        return
    print_rows(
        [
            {
                "subscription": one.name,
                "version": one.version,
                "position": one.position,
                "behind": one.last - one.position,
                "put aside": len(one.parked),
            }
            for one in found
        ]
    )
    aside = [(one.name, entry) for one in found for entry in one.parked]
    if aside:
        click.echo()
        print_rows([_row(name, entry) for name, entry in aside])
        click.echo(
            "Once the handler works, `rapid-review subscription retry NAME` tries again what is "
            "put aside"
        )


@subscription.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--position",
    "positions",
    metavar="N",
    type=click.IntRange(min=1),
    multiple=True,
    help="Only the case of the entry at this position; may be given more than once.",
)
@store_option
@terms_option
@json_option
@pass_shell
def retry(
    shell: Shell,
    *,
    name: str,
    positions: tuple[int, ...],
    store: str,
    terms_name: str,
    as_json: bool,
) -> None:
    """Have what the subscription NAME has put aside tried again, by the worker that runs it.

    In each case the first entry that was put aside is tried, and when that is done, the next.
    """
    with reviews_in(store, terms_named(terms_name), shell) as reviews:
        many = reviews.try_again(name, positions or None)
    if as_json:
        print_json({"subscription": name, "to_be_tried_again": many})
        return
    if not many:
        click.echo(f"{name}: nothing is put aside")
        return
    entries = "entry is" if many == 1 else "entries are"
    click.echo(f"{name}: {many} {entries} to be tried again; `rapid-review work` does it")


def _as_json(one: "Begun") -> dict[str, object]:
    return {**one._asdict(), "parked": [entry._asdict() for entry in one.parked]}


def _row(name: str, entry: "Parked") -> dict[str, object]:
    return {
        "subscription": name,
        "position": entry.position,
        "case": entry.case,
        "tries": entry.tries,
        "next": None if entry.next_at is None else minutes(entry.next_at),
        "why": entry.reason,
    }
