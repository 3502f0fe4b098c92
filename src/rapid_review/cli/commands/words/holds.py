"""`hold`: the words of a case are kept until the hold is lifted, which takes two people."""

from typing import IO, TYPE_CHECKING

import click

from rapid_review.cli.asking import (
    Where,
    ask,
    because_option,
    by_option,
    case_argument,
    ground_option,
    of_a_store,
    said,
)
from rapid_review.cli.context import Shell, pass_shell

if TYPE_CHECKING:
    from rapid_review.domain.vocabulary import Actor

_hold = click.option("--hold", "reference", required=True, metavar="REFERENCE", help="Which hold.")


@click.group()
def hold() -> None:
    """Keep the words of a case: nothing of it is erased while a hold stands."""


@hold.command()
@case_argument
@_hold
@ground_option
@by_option
@because_option
@of_a_store
@pass_shell
def place(
    shell: Shell,
    case: str,
    *,
    reference: str,
    ground: str,
    by: "Actor",
    because_from: IO[str] | None,
    store: str,
    terms_name: str,
    as_json: bool,
) -> None:
    """Place a hold on a CASE, such as for an inquiry or a claim."""
    from rapid_review.domain.commands import PlaceHold

    command = said(PlaceHold, shell, because_from, hold=reference, ground=ground)
    ask(shell, Where(store, terms_name, as_json), case, command, by)


@hold.command("propose-lifting")
@case_argument
@_hold
@by_option
@because_option
@of_a_store
@pass_shell
def propose_lifting(
    shell: Shell,
    case: str,
    *,
    reference: str,
    by: "Actor",
    because_from: IO[str] | None,
    store: str,
    terms_name: str,
    as_json: bool,
) -> None:
    """Propose that a hold be lifted."""
    from rapid_review.domain.commands import ProposeLiftingHold

    command = said(ProposeLiftingHold, shell, because_from, hold=reference)
    ask(shell, Where(store, terms_name, as_json), case, command, by)


@hold.command()
@case_argument
@_hold
@by_option
@because_option
@of_a_store
@pass_shell
def lift(
    shell: Shell,
    case: str,
    *,
    reference: str,
    by: "Actor",
    because_from: IO[str] | None,
    store: str,
    terms_name: str,
    as_json: bool,
) -> None:
    """Lift a hold that another person, of another agency, proposed to lift."""
    from rapid_review.domain.commands import LiftHold

    command = said(LiftHold, shell, because_from, hold=reference)
    ask(shell, Where(store, terms_name, as_json), case, command, by)
