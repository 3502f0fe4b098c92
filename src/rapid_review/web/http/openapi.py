"""The OpenAPI document: every resource, every command, every problem, from the same tables."""

import json
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response

from rapid_review import __version__
from rapid_review.domain.terms.terms import Terms
from rapid_review.web.http.exchange import Exchange, json_of
from rapid_review.web.http.problems import MEDIA_TYPE, TITLES
from rapid_review.web.http.resources import ALWAYS, ROWS, Resource
from rapid_review.web.http.shapes import COMPONENTS, PARAMETERS, shapes
from rapid_review.wire.schema import DEFS, command_schema
from rapid_review.wire.values import Json


async def document(exchange: Exchange) -> Response:
    """Answer with the OpenAPI document, without sign-in: it says nothing about any case."""
    return json_of(await exchange.run(lambda reviews: openapi(reviews.terms)))


RESOURCES: Final = (
    *ROWS,
    Resource("/openapi.json", document, "This document.", (), "OpenAPI", problems=ALWAYS),
)
"""Every resource there is, in the order in which an address is matched with them."""


def openapi(terms: Terms | None = None, *, prefix: str = "") -> dict[str, Any]:
    """Return the OpenAPI 3.1 document; a host may merge its paths and components into its own.

    Args:
        terms: the partnership's terms; the document is named after them.
        prefix: where it is mounted, such as "/reviews". Without one the addresses are relative to
            that of the document itself.
    """
    whose = "" if terms is None else f" of {terms.partnership}"
    paths: dict[str, dict[str, Json]] = {}
    for one in RESOURCES:
        paths.setdefault(prefix + one.path.replace(":path", ""), {})[one.method.lower()] = (
            _operation(one)
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": f"Rapid reviews{whose}", "version": __version__},
        **({} if prefix else {"servers": [{"url": "."}]}),
        "paths": paths,
        "components": {"schemas": json.loads(_schemas()), "parameters": dict(PARAMETERS)},
    }


@cache
def _schemas() -> str:
    """Return every schema as text, its references as OpenAPI has them."""
    command = command_schema()
    parts = command.pop("$defs")
    del command["$schema"]
    text = json.dumps({**parts, "Command": command})
    return json.dumps({**json.loads(text.replace(DEFS, COMPONENTS)), **shapes()})


def _operation(one: Resource) -> Json:
    """Return a resource as the document describes it."""
    answers = dict(_answers(one))
    body = {"required": True, "content": {"application/json": {"schema": _ref("Command")}}}
    return {
        "operationId": one.handler.__name__,
        "summary": one.summary,
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in one.parameters],
        **({"requestBody": body} if one.method == "POST" else {}),
        "responses": {str(status): answers[status] for status in sorted(answers)},
    }


def _answers(one: Resource) -> Iterator[tuple[int, Json]]:
    for status in one.statuses:
        yield (
            status,
            {
                "description": HTTPStatus(status).phrase,
                "content": {one.media: {"schema": _ref(one.answer)}},
            },
        )
    for kind in one.problems:
        status, title = TITLES[kind]
        yield (
            status,
            {"description": title, "content": {MEDIA_TYPE: {"schema": _ref("Problem")}}},
        )


def _ref(name: str) -> Json:
    return {"$ref": f"{COMPONENTS}{name}"}
