"""`schema`: the JSON Schema of every command and event, in which sealed fields are marked."""

from typing import TYPE_CHECKING

import click

from rapid_review.cli.groups import Group
from rapid_review.cli.options import json_option
from rapid_review.cli.output import print_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel


@click.group(cls=Group)
def schema() -> None:
    """Print the JSON Schema of commands or of events.

    `x-sealed` marks the sealed fields.
    """


@schema.command()
@json_option
def commands(*, as_json: bool) -> None:  # noqa: ARG001 - a schema is JSON either way
    """Print the schema of every command, by name."""
    from rapid_review.domain.commands import COMMANDS

    _print_schemas(COMMANDS)


@schema.command()
@json_option
def events(*, as_json: bool) -> None:  # noqa: ARG001 - a schema is JSON either way
    """Print the schema of every event, by its stored name."""
    from rapid_review.domain.events import EVENTS

    _print_schemas(EVENTS)


def _print_schemas(models: "Mapping[str, type[BaseModel]]") -> None:
    from rapid_review.wire.schema import schema_of

    print_json({name: schema_of(model) for name, model in models.items()})
