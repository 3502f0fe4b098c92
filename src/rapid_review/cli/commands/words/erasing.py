"""`erase`: two people erase words; commands list them before, and search for them afterwards."""

from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from rapid_review.cli.groups import Group
from rapid_review.cli.inputs import InputPath, on_a_server
from rapid_review.cli.keys import places_of
from rapid_review.cli.options import Who, case_argument
from rapid_review.cli.output import minutes, print_json, print_rows
from rapid_review.cli.question import Question
from rapid_review.cli.scanning import print_found, words_in, words_option
from rapid_review.cli.sending import (
    add_step,
    ask,
    asks_to_record,
    because_option,
    by_option,
    command_now,
    ground_option,
    order_option,
    print_recorded,
)

if TYPE_CHECKING:
    from rapid_review.domain.vocabulary import Actor
    from rapid_review.store.writing.erasure_plan import ErasurePlan, Field


@click.group(cls=Group)
def erase() -> None:
    """Erase words: one person proposes, another approves."""


@erase.command()
@case_argument
@order_option
@click.option(
    "--entry", type=click.IntRange(1), metavar="VERSION", help="Erase the words of this entry."
)
@click.option(
    "--person", metavar="REFERENCE", help="Erase the words about this person in the case."
)
@click.option("--whole-case", is_flag=True, help="Erase all words of the case.")
@ground_option
@by_option
@because_option
@asks_to_record
def propose(
    question: Question,
    case: str,
    *,
    order: str,
    entry: int | None,
    person: str | None,
    ground: str,
    by: "Actor",
    because_from: BinaryIO | None,
    whole_case: bool,
) -> None:
    """Propose to erase words of a CASE: an entry's, a person's, or all of them."""
    from rapid_review.domain.commands import ProposeErasure
    from rapid_review.domain.erasure_particulars import Erased

    given = {Erased.ENTRY: entry, Erased.PERSON: person, Erased.CASE: whole_case or None}
    named = [what for what, value in given.items() if value is not None]
    if len(named) != 1:
        raise click.UsageError(
            "found none or several of --entry, --person and --whole-case; give exactly one"
        )
    command = command_now(
        ProposeErasure,
        question.shell,
        because_from,
        order=order,
        what=named[0],
        of_entry=entry,
        of_person=person,
        ground=ground,
    )
    ask(question, case, command, by)


add_step(
    erase,
    "approve",
    "ApproveErasure",
    order_option,
    "Approve an order that a person of another agency proposed.",
)


@erase.command()
@case_argument
@order_option
@asks_to_record
def plan(question: Question, case: str, *, order: str) -> None:
    """Print what an order erases, what stays, and what it cannot reach. No key is needed."""
    with question.reviews() as reviews:
        found = reviews.erasure_plan(case, order)
    if question.as_json:
        print_json(found.to_dict())
    else:
        _print(found, question.terms.zone)


@erase.command()
@case_argument
@order_option
@by_option
@asks_to_record
def finish(question: Question, case: str, *, order: str, by: "Actor") -> None:
    """Destroy the keys of an approved order, and record it.

    If you run it again, it changes nothing.
    """
    with question.reviews(records=True) as reviews:
        print_recorded([reviews.erase(case, order, by=by)], as_json=question.as_json)


@erase.command()
@case_argument
@order_option
@words_option
@click.option(
    "--also",
    type=InputPath(or_folder=True),
    multiple=True,
    metavar="PATH",
    help="Also look in this file or folder, such as a backup or an export; see `scan`.",
)
@click.option(
    "--by",
    type=Who(),
    metavar="ID:ROLE:AGENCY",
    help="Record the result, as this person's verification.",
)
@asks_to_record
def verify(
    question: Question,
    case: str,
    *,
    order: str,
    words_from: str,
    also: tuple[Path, ...],
    by: "Actor | None",
) -> None:
    """Look for erased words in the store's files and rows, and in the key store's files.

    Exits with 6 if it finds one. It prints where, and never which words. It cannot see words that
    are sealed in other entries.
    """
    from rapid_review.domain.commands import VerifyErasure
    from rapid_review.domain.erasures import must_be_finished
    from rapid_review.store.sealing import canaries

    words = words_in(words_from)
    places = places_of(question.store)
    databases = [] if on_a_server(question.store) else [Path(question.store)]
    if places is not None and not on_a_server(places.key_store):
        databases.append(Path(places.key_store))
    with question.reviews(records=by is not None) as reviews:
        must_be_finished(order, reviews.case(case))  # before anything is searched
        rows = reviews.rows_with(words)
        in_files = canaries.in_files(canaries.files_of(*databases), words)
        found = [*in_files, *canaries.under(also, words), *rows]
        scanned = ["rows", *(["files"] if databases else []), *(["others"] if also else [])]
        if by is not None:
            command = command_now(
                VerifyErasure,
                question.shell,
                order=order,
                words=len(words),
                scanned=tuple(scanned),
                found=len(found),
            )
            reviews.handle(case, command, by=by)
    print_found(found, scanned, len(words), as_json=question.as_json, unseen=_UNSEEN)


_UNSEEN: Final = (
    "This search cannot see words that are sealed in other entries; `rapid-review erase plan` "
    "names the entries of the case that hold some of the same words"
)


def _print(found: "ErasurePlan", zone: tzinfo) -> None:
    click.echo(f"Order {found.order}, {found.state}: erases the words of {found.whose}")
    for hold in found.held_by:
        click.echo(f"  on hold by {hold}: nothing is erased while this hold is in force")
    click.echo(f"\nWill be erased, for everyone and permanently ({len(found.goes)}):")
    print_rows([_in_words(one) for one in found.goes])
    click.echo("\nStays:")
    for line in found.stays:
        click.echo(f"  {line}")
    print_rows([_in_words(one) for one in found.stays_sealed])
    click.echo("\nNot erased by this order:")
    for line in found.unreached:
        click.echo(f"  {line}")
    print_rows(
        [
            {"disclosed": minutes(one.at.astimezone(zone)), "form": one.form, "to": one.recipient}
            for one in found.given_out
        ]
    )


def _in_words(one: "Field") -> dict[str, object]:
    from rapid_review.domain.sealed_scopes import whose

    return {
        "version": one.version,
        "kind": one.kind,
        "field": one.field,
        "words of": whose(one.scope),
    }
