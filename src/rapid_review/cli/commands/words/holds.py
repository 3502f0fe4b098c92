"""`hold`: keep the words of a case until the hold is lifted, which takes two people."""

from typing import TYPE_CHECKING, BinaryIO

import click

from rapid_review.cli.groups import Group
from rapid_review.cli.options import case_argument
from rapid_review.cli.question import Question
from rapid_review.cli.sending import (
    add_step,
    ask,
    asks_to_record,
    because_option,
    by_option,
    command_now,
    ground_option,
)

if TYPE_CHECKING:
    from rapid_review.domain.vocabulary import Actor

_hold_option = click.option(
    "--hold", required=True, metavar="REFERENCE", help="The reference of the hold, such as HOLD-1."
)


@click.group(cls=Group)
def hold() -> None:
    """Keep the words of a case from being erased.

    Nothing in the case is erased while a hold is in force.
    """


@hold.command()
@case_argument
@_hold_option
@ground_option
@by_option
@because_option
@asks_to_record
def place(
    question: Question,
    case: str,
    *,
    hold: str,
    ground: str,
    by: "Actor",
    because_from: BinaryIO | None,
) -> None:
    """Place a hold on a CASE, for example for an inquiry or a claim."""
    from rapid_review.domain.commands import PlaceHold

    command = command_now(PlaceHold, question.shell, because_from, hold=hold, ground=ground)
    ask(question, case, command, by)


add_step(
    hold, "propose-lifting", "ProposeLiftingHold", _hold_option, "Propose that a hold be lifted."
)
add_step(
    hold,
    "lift",
    "LiftHold",
    _hold_option,
    "Lift a hold, after a person of another agency proposed it.",
)
