"""`subscription`: list subscriptions and what they have put aside, and retry that."""

from typing import TYPE_CHECKING

import click

from rapid_review.cli.groups import Group
from rapid_review.cli.options import editions_option, json_option, store_option
from rapid_review.cli.output import minutes, print_json, print_rows
from rapid_review.cli.question import Question, asks_as
from rapid_review.domain.printable import counted

if TYPE_CHECKING:
    from rapid_review.store.subscriptions.table import Parked


@click.group(cls=Group)
def subscription() -> None:
    """List subscriptions, and retry what they put aside."""


@subscription.command("list")
@store_option
@editions_option
@json_option
@asks_as(Question)
def list_(question: Question) -> None:
    """Print the position of each subscription, and every entry that it has put aside."""
    with question.reviews() as reviews:
        found = reviews.subscriptions()
    if question.as_json:
        rows = [{**one._asdict(), "parked": [e._asdict() for e in one.parked]} for one in found]
        print_json({"subscriptions": rows})
        return
    if not found:
        click.echo("This store has no subscription yet.")
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
            "When the handler works again, retry the entries that were put aside with "
            "`rapid-review subscription retry NAME`"
        )


@subscription.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--position",
    "positions",
    metavar="N",
    type=click.IntRange(min=1),
    multiple=True,
    help="Retry only the case of the entry at this position. Can be repeated.",
)
@store_option
@editions_option
@json_option
@asks_as(Question)
def retry(question: Question, *, name: str, positions: tuple[int, ...]) -> None:
    """Ask the worker to retry the entries that the subscription NAME has put aside.

    In each case the worker retries the first entry that was put aside, and then, if that works,
    the next.
    """
    with question.reviews() as reviews:
        many = reviews.try_again(name, positions or None)
    if question.as_json:
        print_json({"subscription": name, "to_be_tried_again": many})
        return
    if not many:
        click.echo(f"{name}: no entry is put aside")
        return
    click.echo(f"{name}: `rapid-review work` will retry {counted(many, 'entry')}")


def _row(name: str, entry: "Parked") -> dict[str, object]:
    return {
        "subscription": name,
        "position": entry.position,
        "case": entry.case,
        "tries": entry.tries,
        "next": None if entry.next_at is None else minutes(entry.next_at),
        "why": entry.reason,
    }
