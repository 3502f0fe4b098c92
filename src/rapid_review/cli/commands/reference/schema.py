"""`schema`: the JSON Schema of every command and event, sealed fields marked."""

from typing import TYPE_CHECKING

import click

from rapid_review.cli.options import json_option
from rapid_review.cli.output import print_json
from rapid_review.wire.values import Json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import BaseModel


@click.group()
def schema() -> None:
    """The JSON Schema of what goes in and what is recorded; `x-sealed` marks sealed fields."""


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
    print_json({name: _marked(model) for name, model in models.items()})


def _marked(model: "type[BaseModel]") -> Json:
    """Return a model's schema, with `x-sealed` on each sealed field, wherever it is nested."""
    from rapid_review.domain.statement import Said, sealed_fields

    schema = model.model_json_schema()
    by_name = {one.__name__: one for one in _below(Said)}
    parts = [(model, schema)]
    parts += [
        (by_name[name], part) for name, part in schema.get("$defs", {}).items() if name in by_name
    ]
    for one, part in parts:
        for field in sealed_fields(one) & part.get("properties", {}).keys():
            part["properties"][field]["x-sealed"] = True
    return schema


def _below(model: "type[BaseModel]") -> "Iterator[type[BaseModel]]":
    for one in model.__subclasses__():
        yield one
        yield from _below(one)
