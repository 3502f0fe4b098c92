"""Send one command to a case: the options for it, and printing what was recorded."""

from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeVar

import click

from rapid_review.cli.authority import authority_options
from rapid_review.cli.context import Shell
from rapid_review.cli.inputs import InputFile, text_in
from rapid_review.cli.keys import recording_options
from rapid_review.cli.options import (
    Who,
    case_argument,
    editions_option,
    json_option,
    store_option,
    with_options,
)
from rapid_review.cli.output import print_json
from rapid_review.cli.question import Question, asks_as

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rapid_review.cli.options import Decorator
    from rapid_review.domain.commands import Command
    from rapid_review.domain.entry import Entry
    from rapid_review.domain.vocabulary import Actor

C = TypeVar("C", bound="Command")

order_option = click.option(
    "--order",
    required=True,
    metavar="REFERENCE",
    help="The reference of the erasure order, such as ERA-1.",
)
ground_option = click.option(
    "--ground",
    required=True,
    metavar="CODE",
    help="The reason as a code, such as public-inquiry. It is public.",
)
because_option = click.option(
    "--because-from",
    type=InputFile(),
    metavar="FILE|-",
    help="Read the reason in words from a file. It is sealed. You cannot give one after the "
    "case is erased.",
)
by_option = click.option(
    "--by",
    required=True,
    type=Who(),
    metavar="ID:ROLE:AGENCY",
    help="Who asks for this. It is recorded.",
)
_RECORDING: Final = (
    store_option,
    recording_options,
    authority_options,
    editions_option,
    json_option,
)


def asks_to_record(command: "Callable[..., None]") -> "Callable[..., None]":
    """Give a command the options for recording, and pass it the question."""
    return with_options(*_RECORDING)(asks_as(Question)(command))


def command_now(
    kind: type[C],
    shell: Shell,
    because_from: BinaryIO | None = None,
    **fields: Any,  # noqa: ANN401 - the command's own fields, not validated yet
) -> C:
    """Return a command with the given fields, as of now.

    Raises:
        InvalidInputError: a field is not in the required form, or the reason is not UTF-8.
    """
    from pydantic import ValidationError

    from rapid_review.domain.errors import InvalidInputError, problems

    if because_from is not None:
        fields["because"] = text_in(because_from.read(), "--because-from").strip()
    try:
        return kind(at=shell.clock(), **fields)
    except ValidationError as error:
        raise InvalidInputError(*problems(error, kind)) from None


def ask(question: Question, case: str, command: "Command", by: "Actor") -> None:
    """Send one command to an existing case, and print what was recorded."""
    with question.reviews(records=True) as reviews:
        reviews.case(case)  # raises if there is no case: a mistyped reference must not open one
        print_recorded(reviews.handle(case, command, by=by), as_json=question.as_json)


def add_step(group: click.Group, name: str, kind: str, named: "Decorator", says: str) -> None:
    """Add a subcommand to a group, for one more step of an order or a hold.

    Args:
        group: the group.
        name: the name of the subcommand.
        kind: the name of the domain command that it sends.
        named: the option that names the order or the hold; it has the name of the command's field.
        says: the help text.
    """

    @group.command(name, help=says)
    @case_argument
    @named
    @by_option
    @because_option
    @asks_to_record
    def step(
        question: Question,
        /,
        case: str,
        *,
        by: "Actor",
        because_from: BinaryIO | None,
        **reference: str,
    ) -> None:
        from rapid_review.domain import commands

        command = command_now(getattr(commands, kind), question.shell, because_from, **reference)
        ask(question, case, command, by)


def print_recorded(entries: "Sequence[Entry]", *, as_json: bool) -> None:
    """Print what was recorded, or that the record already said so."""
    from rapid_review.domain.registry import line_of

    rows = [
        {"version": entry.version, "event": entry.event.kind, "says": line_of(entry.event)}
        for entry in entries
    ]
    if as_json:
        print_json({"recorded": rows})
        return
    if not rows:
        click.echo("Nothing new was recorded: the record says this already.")
    for row in rows:
        click.echo(f"{row['version']}  {row['event']}: {row['says']}")
