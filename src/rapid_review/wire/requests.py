"""A command from JSON with its purpose and ids; on a line of a file also its case and sender."""

from collections.abc import Mapping
from typing import Generic, NamedTuple, TypeVar

from rapid_review.domain.commands import COMMANDS, Command
from rapid_review.domain.entry import PurposeGiven
from rapid_review.domain.statement import Statement
from rapid_review.domain.vocabulary import Actor, Reference
from rapid_review.wire.lines import Problem, parsed, unknown_name

E = TypeVar("E", bound=Statement)


class Metadata(Statement):
    """What a command may have besides its own fields, no matter who sends it."""

    purpose: PurposeGiven | None = None
    command_id: Reference | None = None
    correlation_id: Reference | None = None
    causation_id: Reference | None = None


class Envelope(Metadata):
    """What a command on a line of a file has besides its fields: also its case and its sender."""

    case: Reference
    by: Actor


class Request(NamedTuple, Generic[E]):
    """A command, and what goes with it."""

    envelope: E
    command: Command


def request_in(found: Mapping[str, object], envelope: type[E]) -> Request[E] | tuple[Problem, ...]:
    """Return the command of an object and what goes with it, or what is wrong with them.

    Args:
        found: the object.
        envelope: the shape of what goes with the command; its keys are not the command's own.
    """
    name = found.get("command")
    metadata = parsed(envelope, {k: v for k, v in found.items() if k in envelope.model_fields})
    problems = metadata if isinstance(metadata, tuple) else ()
    model = COMMANDS.get(name) if isinstance(name, str) else None
    if model is None:
        return (*problems, _unknown_command(name))
    keys = ("command", *envelope.model_fields)
    own = {key: value for key, value in found.items() if key not in keys}
    command = parsed(model, own, keys)
    if isinstance(command, tuple):
        return (*problems, *command)
    return problems if isinstance(metadata, tuple) else Request(metadata, command)


def _unknown_command(name: object) -> Problem:
    """Return the problem that there is no such command, or where the step is done instead."""
    if name == "FinishErasure":
        return Problem(
            "command",
            "no command finishes an erasure, because that destroys keys. Finish it on the team's "
            "pages, with `rapid-review erase finish`, or with `RapidReviews.erase` in Python",
        )
    return unknown_name("command", name, COMMANDS)
