"""A command from JSON with its purpose and ids; on a line of a file also its case and sender."""

from collections.abc import Mapping
from typing import Final, Generic, NamedTuple, TypeVar

from rapid_review.domain.commands import COMMANDS, Command
from rapid_review.domain.entry import PurposeGiven
from rapid_review.domain.statement import Statement
from rapid_review.domain.vocabulary import Actor, Reference
from rapid_review.wire.lines import Line, Problem, parsed, unknown_name

E = TypeVar("E", bound=Statement)


class Beside(Statement):
    """What may be beside a command's own fields, wherever it comes from."""

    purpose: PurposeGiven | None = None
    command_id: Reference | None = None
    correlation_id: Reference | None = None
    causation_id: Reference | None = None


class Envelope(Beside):
    """What is beside them on a line of a file: also which case, and who."""

    case: Reference
    by: Actor


BESIDE: Final = frozenset({"command", *Envelope.model_fields})
"""The keys of a line that are not the command's own."""


class Request(NamedTuple, Generic[E]):
    """A command, and what is beside it."""

    envelope: E
    command: Command


def request_on(line: Line) -> Request[Envelope] | tuple[Problem, ...]:
    """Return the command on a line and what is beside it, or what is wrong with them."""
    return request_in(line.found, Envelope)


def request_in(found: Mapping[str, object], envelope: type[E]) -> Request[E] | tuple[Problem, ...]:
    """Return the command of an object and what is beside it, or what is wrong with them.

    Args:
        found: the object.
        envelope: the shape of what is beside the command; its keys are not the command's own.
    """
    name = found.get("command")
    beside = parsed(envelope, {k: v for k, v in found.items() if k in envelope.model_fields})
    problems = beside if isinstance(beside, tuple) else ()
    model = COMMANDS.get(name) if isinstance(name, str) else None
    if model is None:
        return (*problems, unknown_name("command", name, COMMANDS))
    keys = ("command", *envelope.model_fields)
    own = {key: value for key, value in found.items() if key not in keys}
    command = parsed(model, own, keys)
    if isinstance(command, tuple):
        return (*problems, *command)
    return problems if isinstance(beside, tuple) else Request(beside, command)
