"""A command from a line of JSON, and what stands beside it: which case, who, why."""

from typing import Final, NamedTuple

from rapid_review.domain.commands import COMMANDS, Command
from rapid_review.domain.entry import PurposeGiven
from rapid_review.domain.statement import Said
from rapid_review.domain.vocabulary import Actor, Reference
from rapid_review.wire.lines import Line, Problem, named, parsed


class Envelope(Said):
    """What stands on a line beside the command's own fields: which case, who, why."""

    case: Reference
    by: Actor
    purpose: PurposeGiven | None = None
    command_id: Reference | None = None
    correlation_id: Reference | None = None
    causation_id: Reference | None = None


BESIDE: Final = frozenset({"command", *Envelope.model_fields})
"""The keys of a line that are not the command's own."""


class Request(NamedTuple):
    """A command, and what stands on its line beside it."""

    envelope: Envelope
    command: Command


def request_on(line: Line) -> Request | tuple[Problem, ...]:
    """Return the command on a line and what stands beside it, or what is wrong with them."""
    model = COMMANDS.get(str(line.found.get("command")))
    envelope = parsed(
        Envelope, {k: v for k, v in line.found.items() if k in Envelope.model_fields}
    )
    problems = envelope if isinstance(envelope, tuple) else ()
    if model is None:
        return (*problems, named("command", line.found.get("command"), COMMANDS))
    command = parsed(model, {k: v for k, v in line.found.items() if k not in BESIDE}, BESIDE)
    if isinstance(command, tuple):
        return (*problems, *command)
    return problems if isinstance(envelope, tuple) else Request(envelope, command)
