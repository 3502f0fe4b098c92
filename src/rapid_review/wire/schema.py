"""The JSON Schema of what goes in and of what is recorded; `x-sealed` marks sealed fields.

A command that is sent is one of many, distinguished by its name under `command`. Its schema is put
together from those of the command classes, so that no field is described twice.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Final, cast

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from rapid_review.domain.commands import COMMANDS
from rapid_review.domain.statement import Statement, sealed_fields
from rapid_review.wire.requests import Metadata
from rapid_review.wire.values import Json

SEALED: Final = "x-sealed"
"""Marks a field whose text is sealed: only somebody who may read words gets it back."""
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
DEFS: Final = "#/$defs/"
"""Where a schema has its parts."""


def schema_of(model: type[BaseModel]) -> Json:
    """Return a model's own schema, with its sealed fields marked wherever they are nested."""
    schema = model.model_json_schema()
    _mark(model, schema)
    _mark_each(schema.get("$defs", {}))
    return schema


def command_schema() -> Json:
    """Return one schema for all commands; the key `command` says which one it is.

    A command may have its own fields and those of `Metadata`. It names neither its sender nor
    its case, which follow from the sign-in and from the address.
    """
    # A copy, since callers change it: `openapi` takes its parts out.
    return deepcopy(_command_schema())


@cache
def _command_schema() -> Json:
    shapes: list[type[BaseModel]] = [*COMMANDS.values(), Metadata]
    named, made = models_json_schema(
        [(one, "validation") for one in shapes], ref_template=f"{DEFS}{{model}}"
    )
    parts: dict[str, Json] = made["$defs"]
    _mark_each(parts)
    names = {one: str(ref["$ref"]).removeprefix(DEFS) for (one, _), ref in named.items()}
    metadata = parts.pop(names[Metadata])["properties"]
    for name, model in COMMANDS.items():
        part = parts[names[model]]
        tag = {"const": name, "title": "Command", "type": "string"}
        part["properties"] = {"command": tag, **part["properties"], **metadata}
        part["required"] = ["command", *part.get("required", ())]
    refs = {name: f"{DEFS}{names[model]}" for name, model in COMMANDS.items()}
    return {
        "$schema": DIALECT,
        "title": "Command",
        "description": "A command to a case, with its purpose and its ids.",
        "oneOf": [{"$ref": ref} for ref in refs.values()],
        "discriminator": {"propertyName": "command", "mapping": refs},
        "$defs": parts,
    }


def _mark_each(parts: Mapping[str, Json]) -> None:
    """Mark the sealed fields in those parts of a schema that are made from our own models."""
    by_name = {one.__name__: one for one in _subclasses_of(Statement)}
    for name, part in parts.items():
        if name in by_name:
            _mark(by_name[name], part)


def _mark(model: type[BaseModel], part: Json) -> None:
    properties = cast("dict[str, Json]", part.get("properties", {}))
    for field in sealed_fields(model) & properties.keys():
        properties[field][SEALED] = True


def _subclasses_of(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for one in model.__subclasses__():
        yield one
        yield from _subclasses_of(one)
