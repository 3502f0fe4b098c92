"""The JSON Schemas of the answers and of the parameters; `wire.schema` has those of commands."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final, Literal

from pydantic import TypeAdapter

from rapid_review.projections.case.stage import Stage
from rapid_review.projections.statistics.rows import Figure
from rapid_review.projections.work.board import Standing
from rapid_review.projections.work.diary import Due
from rapid_review.web.http.cases import MOST, PAGE
from rapid_review.web.http.feed import LONGEST
from rapid_review.web.http.overviews import FURTHEST, GROUPINGS, LARGEST, LEAST
from rapid_review.web.http.problems import TYPE
from rapid_review.wire.values import Json

COMPONENTS: Final = "#/components/schemas/"
_TEXT: Final[Json] = {"type": "string"}
_WHOLE: Final[Json] = {"type": "integer"}
_FROM_1: Final[Json] = {"type": "integer", "minimum": 1}
_YES_NO: Final[Json] = {"type": "boolean"}
_REFERENCE: Final[Json] = {
    "type": "string",
    "pattern": "^[A-Za-z0-9][A-Za-z0-9._:/+-]*$",
    "maxLength": 64,
}


def _parameter(where: str, name: str, says: str, schema: Json, *, required: bool = False) -> Json:
    return {
        "in": where,
        "name": name,
        "description": says,
        "schema": schema,
        **({"required": True} if required or where == "path" else {}),
    }


def _number(least: int, most: int, default: int | None = None) -> Json:
    limits = {"type": "integer", "minimum": least, "maximum": most}
    return limits if default is None else {**limits, "default": default}


def _one_of(allowed: Iterable[str]) -> dict[str, Json]:
    return {"type": "string", "enum": [str(one) for one in allowed]}


PARAMETERS: Final[Mapping[str, Json]] = {
    "case": _parameter(
        "path", "case", "The reference of the case; it may contain slashes.", _REFERENCE
    ),
    "version": _parameter("path", "version", "The entry's number.", _FROM_1),
    "Idempotency-Key": _parameter(
        "header",
        "Idempotency-Key",
        "The sender's id of this request, with or without quotation marks.",
        _TEXT,
    ),
    "If-Match": _parameter(
        "header", "If-Match", 'The version at which the case was read, such as "12".', _TEXT
    ),
    "If-None-Match": _parameter(
        "header", "If-None-Match", "*: the case must not exist yet.", _one_of("*")
    ),
    "Purpose": _parameter(
        "header",
        "Purpose",
        "The purpose of reading the words, in a few plain words.",
        _TEXT,
        required=True,
    ),
    "after-case": _parameter("query", "after", "Start after this case.", _REFERENCE),
    "after-position": _parameter(
        "query", "after", "Start after this position.", _number(0, 10**15, 0)
    ),
    "limit": _parameter("query", "limit", "The most items to return.", _number(1, MOST, PAGE)),
    "timeout": _parameter(
        "query", "timeout", "The seconds to wait for a new entry.", _number(0, LONGEST, 0)
    ),
    "days": _parameter(
        "query", "days", "The number of calendar days ahead.", _number(0, FURTHEST, FURTHEST)
    ),
    "by": _parameter(
        "query",
        "by",
        "What each row of figures is for.",
        {**_one_of(GROUPINGS), "default": "quarter"},
    ),
    "from": _parameter("query", "from", "The first month or period.", _TEXT),
    "to": _parameter("query", "to", "The last month or period.", _TEXT),
    "deadline": _parameter("query", "deadline", "The id of the clock.", _TEXT),
    "suppress_below": _parameter(
        "query", "suppress_below", "Suppress counts below this.", _number(LEAST, LARGEST)
    ),
    "round_to": _parameter(
        "query", "round_to", "Round counts to a multiple of this.", _number(LEAST, LARGEST)
    ),
}
"""Every parameter of the addresses and of the headers, by the name in the table of resources."""


def in_the_query(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names by which those of some `PARAMETERS` are sent that are in the query.

    >>> in_the_query(("case", "after-case", "limit"))
    ('after', 'limit')
    """
    described = (PARAMETERS[name] for name in names)
    return tuple(one["name"] for one in described if one["in"] == "query")


def _object(properties: Mapping[str, Json], *optional: str, says: str = "") -> Json:
    return {
        "type": "object",
        **({"description": says} if says else {}),
        "properties": dict(properties),
        "required": [one for one in properties if one not in optional],
    }


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


_ANY: Final[Json] = {"type": "object"}
_WRONG: Final = _object(
    {
        "pointer": {"type": "string", "description": "The place in the body (RFC 6901 pointer)."},
        "parameter": _TEXT,
        "header": _TEXT,
        "problem": _TEXT,
    },
    *("pointer", "parameter", "header"),
)
_OF_THE_WORDS: Final[Json] = {
    "oneOf": [
        {"type": "string", "description": "The words."},
        _object(
            {"withheld": {"const": True}},
            says="There are words, but this reader may not read them.",
        ),
        _object(
            {"erased": {"const": True}},
            says="The key of the words was destroyed, so nobody can read them.",
        ),
    ]
}
_JOB: Final = _object(
    {
        "name": _TEXT,
        "position": _WHOLE,
        "lag": _WHOLE,
        "beat_at": _TEXT,
        "failures": _WHOLE,
        "parked": _WHOLE,
    }
)
_ENTRY: Final = _object(
    {
        "version": _WHOLE,
        "at": _TEXT,
        "recorded_at": _TEXT,
        "kind": _TEXT,
        "clause": _TEXT,
        "summary": _TEXT,
        "by": _ANY,
        "standing": _TEXT,
        "corrected_by": {"type": ["integer", "null"]},
        "event": {
            "type": "object",
            "description": "The public fields, with references as recorded.",
        },
        "sealed": {**_list(_TEXT), "description": "The paths of the fields that have words."},
    }
)
_BY_HAND: Final[Mapping[str, Json]] = {
    "Problem": _object(
        {
            "type": {"type": "string", "pattern": f"^{TYPE}"},
            "title": _TEXT,
            "status": _WHOLE,
            "detail": _TEXT,
            "clause": _TEXT,
            "way_on": _TEXT,
            "version": _WHOLE,
            "id": {"type": "string", "description": "The id under which the log has the details."},
            "problems": _list(_WRONG),
        },
        *("detail", "clause", "way_on", "version", "id", "problems"),
        says="RFC 9457: what stands in the way, its clause, and what to do next.",
    ),
    "Answer": _object(
        {
            "version": {"type": "integer", "description": "The case's version after the command."},
            "entries": _list(_object({"version": _WHOLE, "kind": _TEXT})),
            "repeated": {"type": "boolean", "description": "Whether this is a repeated answer."},
        }
    ),
    "Entry": _ENTRY,
    "Entries": _object({"entries": _list({"$ref": f"{COMPONENTS}Entry"})}),
    "Words": _object(
        {
            "version": _WHOLE,
            "words": {"type": "object", "additionalProperties": _OF_THE_WORDS},
        },
        says="For the path of each sealed field: its words, or why they cannot be read.",
    ),
    "Case": _object(
        {
            "case": _REFERENCE,
            "version": _WHOLE,
            "as_of": _TEXT,
            "stage": _one_of(Stage),
            "clocks": _list(_ANY),
            "findings": _list(_ANY),
            "asked": _ANY,
            "next_steps": _list(_ANY),
            "duplicate_of": _TEXT,
            "not_counted_because": _TEXT,
        },
        "duplicate_of",
        "not_counted_because",
    ),
    "Terms": _object({"id": _TEXT, "partnership": _TEXT, "digest": _TEXT}),
    "Exports": _object({"exports": _list(_ANY)}),
    "Feed": _list(
        _object(
            {
                "specversion": {"const": "1.0"},
                "id": _TEXT,
                "source": _TEXT,
                "type": _TEXT,
                "subject": _TEXT,
                "time": _TEXT,
                "sequence": {
                    "type": "string",
                    "description": "The position, to be given as `after`.",
                },
                "data": _ANY,
            }
        )
    ),
    "Live": _object({"live": {"const": True}}),
    "Ready": _object(
        {
            "ready": _YES_NO,
            "store": _object({"reached": _YES_NO, "ms": {"type": "number"}}),
            "worker": _object({"healthy": _YES_NO, "jobs": _list(_JOB)}),
        },
        "worker",
    ),
    "OpenAPI": _ANY,
    "Cases": _object(
        {"cases": _list({"$ref": f"{COMPONENTS}Standing"}), "could_not_be_read": _WHOLE}
    ),
    "Diary": _object(
        {
            "as_of": _TEXT,
            "due": _list({"$ref": f"{COMPONENTS}Due"}),
            "could_not_be_read": _WHOLE,
        }
    ),
    "Statistics": _object(
        {
            "partnership": _TEXT,
            "terms": _TEXT,
            "as_of": _TEXT,
            "cases": {"type": ["integer", "null"]},
            "by": _one_of(GROUPINGS),
            "figures": _list({"$ref": f"{COMPONENTS}Figure"}),
            "could_not_be_read": _WHOLE,
        }
    ),
}


@cache
def shapes() -> Mapping[str, Json]:
    """Return the schema of every answer by its name; some are made from our own classes."""
    models: list[tuple[str, Literal["serialization"], TypeAdapter[Any]]] = [
        (kind.__name__, "serialization", TypeAdapter(kind)) for kind in (Standing, Due, Figure)
    ]
    _, made = TypeAdapter.json_schemas(models, ref_template=f"{COMPONENTS}{{model}}")
    return {**made["$defs"], **_BY_HAND}
