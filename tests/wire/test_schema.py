"""The schema of what goes in: every command distinguished by its name, sealed fields marked."""

import json

import pytest
from jsonschema import Draft202012Validator

from rapid_review.domain.commands import COMMANDS
from rapid_review.domain.events import EVENTS
from rapid_review.domain.statement import sealed_fields
from rapid_review.wire.requests import Metadata, Request, request_in
from rapid_review.wire.schema import SEALED, command_schema, schema_of
from tests.domain.a_review import EVERYTHING

SCHEMA = command_schema()
PARTS = SCHEMA["$defs"]


def test_every_command_is_told_apart_by_its_name() -> None:
    """One of all of them, each with the metadata that it may have and nothing of the sender."""
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["discriminator"]["mapping"].keys() == COMMANDS.keys()
    for name, model in COMMANDS.items():
        part = PARTS[name]
        assert part["properties"]["command"]["const"] == name
        metadata = {"command", *Metadata.model_fields}
        assert part["properties"].keys() == {*model.model_fields, *metadata}
        assert not part["additionalProperties"]


def test_what_the_schema_takes_is_read_as_that_command() -> None:
    """And what it does not take is not, each time with the same command."""
    for command in EVERYTHING:
        name = type(command).__name__
        said = {"command": name, **json.loads(command.model_dump_json(exclude_none=True))}
        schema = Draft202012Validator({**PARTS[name], "$defs": PARTS})
        assert schema.is_valid(said)
        found = request_in(said, Metadata)
        assert isinstance(found, Request)
        assert found.command == command
        for wrong in (said | {"case": "KM-1"}, {**said, "at": 1}, {**said, "command": "None"}):
            assert not schema.is_valid(wrong)
            assert not isinstance(request_in(wrong, Metadata), Request)


def test_a_name_of_another_kind_is_told() -> None:
    """A list, or none at all."""
    names: tuple[object, ...] = ([], {}, None, 1)
    for name in names:
        found = request_in({"command": name, "at": "2020-05-04T09:30:00Z"}, Metadata)
        assert not isinstance(found, Request)
        assert found[0].where == "command"


@pytest.mark.parametrize("model", [*COMMANDS.values(), *EVENTS.values()])
def test_every_sealed_field_is_marked_and_no_other(model: type) -> None:
    """In a command and in an event; one that can hold itself is among its own parts."""
    found = schema_of(model)
    found = found["$defs"][model.__name__] if "$ref" in found else found
    marked = {name for name, one in found["properties"].items() if one.get(SEALED)}
    assert marked == sealed_fields(model)


def test_sealed_fields_are_marked_in_the_union_too() -> None:
    """Where words go in, and why something is recorded."""
    assert PARTS["MakeDecision"]["properties"]["rationale"][SEALED]
    assert PARTS["MakeDecision"]["properties"]["purpose"][SEALED]
    assert PARTS["Child"]["properties"]["identity"][SEALED]
    assert SEALED not in PARTS["MakeDecision"]["properties"]["outcomes"]


def test_anyone_who_changes_a_schema_changes_their_own() -> None:
    """It is made once, and disclosed as a copy."""
    command_schema()["$defs"].clear()
    assert command_schema() == SCHEMA
