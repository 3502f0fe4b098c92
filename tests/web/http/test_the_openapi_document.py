"""The OpenAPI document is valid, complete, and says what is served.

`openapi-3.1-2022-10-07.json` is the schema of OpenAPI 3.1 that the OpenAPI Initiative publishes at
https://spec.openapis.org/oas/3.1/schema/2022-10-07, under the Apache License 2.0.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

from rapid_review.domain.commands import COMMANDS
from rapid_review.web.http import openapi, routes
from rapid_review.web.http.openapi import RESOURCES
from rapid_review.web.http.problems import TITLES
from tests.domain.a_review import CLOSE, DECIDED, EVERYTHING, KENT, RECEIVE
from tests.golden.entries import EXPORT
from tests.store.a_record import CASE, TEAM, send_all
from tests.web.http.a_service import JSON, Asked, problem_in, sent, signed_in

SCHEMA: Final = Path(__file__).with_name("openapi-3.1-2022-10-07.json")
DOCUMENT: Final = openapi(KENT)
PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}


def nodes(part: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Yield every object in a document."""
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from nodes(one)
    if isinstance(part, dict):
        yield part


def at(pointer: str) -> Any:  # noqa: ANN401 - JSON
    """Return what a reference leads to."""
    found: Any = DOCUMENT
    for step in pointer.removeprefix("#/").split("/"):
        found = found[step]
    return found


def valid(schema: dict[str, Any]) -> Draft202012Validator:
    """Return what holds a value to a schema of the document."""
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def test_it_is_valid_by_the_schema_of_openapi() -> None:
    """3.1, and every schema in it is one of JSON Schema."""
    published = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert not list(Draft202012Validator(published).iter_errors(DOCUMENT))
    for one in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(one)


def test_every_reference_in_it_leads_somewhere() -> None:
    """Of the components, the commands and the discriminator."""
    references = [one["$ref"] for one in nodes(DOCUMENT) if isinstance(one.get("$ref"), str)]
    references += DOCUMENT["components"]["schemas"]["Command"]["discriminator"]["mapping"].values()
    assert len(references) > 300
    for one in references:
        assert at(one), one
    names = set(DOCUMENT["components"]["schemas"])
    assert {one.rpartition("/")[2] for one in references if "/schemas/" in one} == names


def test_every_parameter_has_a_type_that_clients_are_made_from() -> None:
    """A value without a type has some generators of clients leave the whole address out."""
    for name, parameter in DOCUMENT["components"]["parameters"].items():
        assert parameter["schema"].get("type") in {"string", "integer"}, name
        assert "const" not in parameter["schema"], name


def test_every_command_is_in_the_union() -> None:
    """By its name, which its schema asks for."""
    mapping = DOCUMENT["components"]["schemas"]["Command"]["discriminator"]["mapping"]
    assert mapping.keys() == COMMANDS.keys()
    for name, reference in mapping.items():
        assert at(reference)["properties"]["command"]["const"] == name
        assert {"command", "at"} <= set(at(reference)["required"])


def test_what_may_be_asked_of_a_closed_list_is_listed(service: Asked) -> None:
    """Each listed grouping of figures is answered, and none but these."""
    listed = DOCUMENT["components"]["parameters"]["by"]["schema"]["enum"]
    assert listed == ["month", "quarter", "half-year", "year", "calendar-year", "span", "agency"]
    for one in listed:
        assert service.get(f"/statistics?by={one}").json()["by"] == one
    problem_in(service.get("/statistics?by=partnership"), 400, "unreadable")


def test_every_command_is_valid_by_its_schema() -> None:
    """And none but its own: a name that is none, or a stranger's field, is not."""
    for command in EVERYTHING:
        said = sent(command, purpose="as agreed", command_id="form-1")
        mapping = DOCUMENT["components"]["schemas"]["Command"]["discriminator"]["mapping"]
        schema = valid({"$ref": mapping[said["command"]]})
        assert schema.is_valid(said)
        assert not schema.is_valid(said | {"command": "MakeDecisions"})
        assert not schema.is_valid(said | {"by": TEAM.model_dump(mode="json")})
    union = valid({"$ref": "#/components/schemas/Command"})
    assert union.is_valid(sent(RECEIVE))
    assert not union.is_valid(sent(RECEIVE) | {"command": "MakeDecision"})


def test_what_is_served_is_what_is_said(service: Asked) -> None:
    """The same document, and the same addresses as the routes."""
    assert service.get("/openapi.json").json() == json.loads(json.dumps(DOCUMENT))
    served = {
        (re.sub(r":path", "", one.path), method.lower())
        for one in routes(service.awaiting, actor=signed_in, may=lambda _: True)
        for method in one.methods or ()
        if method != "HEAD"
    }
    assert served == {(path, verb) for path, said in DOCUMENT["paths"].items() for verb in said}
    assert len(served) == len(RESOURCES) == 14


def test_a_host_mounts_it_under_a_prefix_and_merges_it() -> None:
    """Then its addresses are whole, and its server the host's."""
    merged = openapi(prefix="/reviews")
    assert "servers" not in merged
    assert merged["info"]["title"] == "Rapid reviews"
    assert all(path.startswith("/reviews/") for path in merged["paths"])


def test_every_answer_is_valid_by_its_schema(service: Asked) -> None:
    """With all kinds of entries in the store; and every status is one that is said."""
    send_all(service.reviews, *DECIDED)
    service.reviews.export_made(EXPORT, by=TEAM, purpose="research")
    paths = {
        "/cases/{case}/entries/{version}/words": f"/cases/{CASE}/entries/1/words",
        "/cases/{case}/entries/{version}": f"/cases/{CASE}/entries/1",
        "/cases/{case}/entries": f"/cases/{CASE}/entries",
        "/cases/{case}": f"/cases/{CASE}",
    }
    for path, verbs in DOCUMENT["paths"].items():
        if "get" in verbs:
            answer = service.get(str(paths.get(path, path)), Purpose="to see")
            said = verbs["get"]["responses"][str(answer.status_code)]["content"]
            (media,) = said
            assert answer.headers["Content-Type"] == media, path
            assert not list(valid(said[media]["schema"]).iter_errors(answer.json())), path
    opened = service.ask(RECEIVE, "KM-2")
    assert valid({"$ref": "#/components/schemas/Answer"}).is_valid(opened.json())


def test_every_problem_is_valid_by_its_schema(service: Asked) -> None:
    """And every kind of problem is said of some resource, or is of an address that is none."""
    service.opened()
    for answer in (
        service.ask(b"["),
        service.ask({"command": "x"}),
        service.ask(CLOSE),
        service.ask(CLOSE, If_Match='"1"'),
        service.get("/nothing"),
        service.send("POST", f"/cases/{CASE}/commands", b"", JSON),
    ):
        assert answer.status_code >= 400
        assert not list(valid(PROBLEM).iter_errors(answer.json()))
    said = {kind for one in RESOURCES for kind in one.problems}
    assert said | {"method"} == TITLES.keys()
