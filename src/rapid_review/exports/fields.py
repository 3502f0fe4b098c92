"""What of a statement may be disclosed: public fields, each reference under its export name.

The type of a field decides: sealed fields are left out, and references are renamed. So a field
that is added later cannot slip through. Codes, dates, numbers and the digests of terms and
calendars, which are published files, stay as they are.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Final, cast, get_args, get_origin, get_type_hints

from pydantic import AwareDatetime, BaseModel

from rapid_review.domain.duplicates import LINKS
from rapid_review.domain.events import ProcessLinked
from rapid_review.domain.fields import PERSON, fields_of
from rapid_review.domain.printable import escaped
from rapid_review.domain.statement import Statement
from rapid_review.exports.pseudonyms import Naming

Scalar = str | int | bool
"""A value in a cell: times, in UTC, and dates as ISO text."""
Disclosed = Mapping[str, Any]
"""The public part of a statement, as JSON has it."""


class ValueType(StrEnum):
    """What a cell holds, in the words of OCEL 2.0; a day without a time is a string."""

    STRING = "string"
    TIME = "time"
    INTEGER = "integer"
    BOOLEAN = "boolean"


_OF_THE_EVENT: Final = ("kind", "at")  # every format has its own place for these two


def public(statement: Statement, naming: Naming, case: str) -> dict[str, Any]:
    """Return the public part of a statement as JSON has it; what is not given is left out.

    Args:
        statement: an event, or a part of one.
        naming: gives references their export names.
        case: the case's reference as recorded; other references have a meaning within the case.
    """
    disclosed: dict[str, Any] = {}
    for name, kind in _public_fields(type(statement)):
        value = getattr(statement, name)
        if value is not None:
            disclosed[name] = _disclosed_value(value, kind, naming, case)
    if type(statement) is ProcessLinked and statement.process in LINKS:  # faster than `isinstance`
        disclosed["reference"] = naming("case", statement.reference)  # by its name in the export
    return disclosed


def _disclosed_value(value: object, kind: str, naming: Naming, case: str) -> Any:  # noqa: ANN401 - JSON
    """Return a field's value; `kind` says what it refers to, if it is a reference."""
    if type(value) is str and not kind:  # asked first: most are text
        return escaped(value, but="")
    if isinstance(value, tuple):
        parts = cast("tuple[object, ...]", value)
        return [_disclosed_value(part, kind, naming, case) for part in parts]
    if isinstance(value, Statement):
        return public(value, naming, case)
    if kind:
        return naming(kind, str(value), "" if kind == PERSON else case)
    if isinstance(value, datetime | date):
        return value.isoformat()
    # A code is disclosed as text; an old import may have taken in what cannot be printed.
    return escaped(str(value), but="") if isinstance(value, str) else value


@cache
def _public_fields(model: type[Statement]) -> tuple[tuple[str, str], ...]:
    """Return each public field, and what it refers to; empty if it is not a reference."""
    return tuple((one.name, one.refers_to) for one in fields_of(model) if one.of.is_public)


# --- In cells


def cells(model: type[Statement], disclosed: Disclosed) -> dict[str, Scalar]:
    """Return the public part of a statement as cells, for formats without nested values.

    The fields of a part get the part's name in front, and a list of codes becomes one text. Of a
    list of parts only the length is disclosed; in OCEL, what they refer to becomes objects.

    >>> from rapid_review.domain.events import QuorumNotMet
    >>> cells(QuorumNotMet, {"meeting": 1, "sat": [{}, {}], "empty_seats": ["police", "chair"]})
    {'meeting': 1, 'sat': 2, 'empty_seats': 'police, chair'}
    """
    return dict(_cells(columns(model), disclosed, ""))


def _cells(
    types: Mapping[str, ValueType], disclosed: Disclosed, before: str
) -> Iterator[tuple[str, Scalar]]:
    for name, value in disclosed.items():
        column = f"{before}{name}"
        if isinstance(value, dict):
            yield from _cells(types, cast("Disclosed", value), f"{column}_")
        elif isinstance(value, list):
            parts = cast("list[object]", value)
            counted = types[column] is ValueType.INTEGER
            yield column, len(parts) if counted else ", ".join(map(str, parts))
        elif column in types:  # not the kind and the time of the event
            is_time = types[column] is ValueType.TIME
            yield column, in_utc(datetime.fromisoformat(value)) if is_time else value


def in_utc(when: datetime) -> str:
    """Return a time as a cell holds it: always in UTC, so that times sort as text.

    >>> in_utc(datetime.fromisoformat("2020-05-04T09:30+01:00"))
    '2020-05-04T08:30:00+00:00'
    """
    return when.astimezone(UTC).isoformat()


@cache
def columns(model: type[Statement]) -> Mapping[str, ValueType]:
    """Return the columns that a statement's public part may need, and their types."""
    return MappingProxyType(dict(_columns(model, "")))


def _columns(model: type[Statement], before: str) -> Iterator[tuple[str, ValueType]]:
    hints = get_type_hints(model, include_extras=True)
    for name, _ in _public_fields(model):
        hint = _bare_type(hints[name])
        if isinstance(hint, type) and issubclass(hint, Statement):
            yield from _columns(hint, f"{before}{name}_")
        elif before or name not in _OF_THE_EVENT:
            yield f"{before}{name}", _value_type(hint)


def _bare_type(hint: Any) -> Any:  # noqa: ANN401 - a type, of any form
    """Return a type without annotations, and without an alternative of None."""
    if get_origin(hint) is Annotated:
        return _bare_type(get_args(hint)[0])
    rest = [part for part in get_args(hint) if part is not type(None)]
    optional = type(None) in get_args(hint) and len(rest) == 1
    return _bare_type(rest[0]) if optional else hint


def _value_type(hint: Any) -> ValueType:  # noqa: ANN401 - a type, of any form
    if get_origin(hint) is tuple:
        part = _bare_type(get_args(hint)[0])
        of_parts = isinstance(part, type) and issubclass(part, BaseModel)
        return ValueType.INTEGER if of_parts else ValueType.STRING
    return {
        AwareDatetime: ValueType.TIME,
        bool: ValueType.BOOLEAN,
        int: ValueType.INTEGER,
    }.get(hint, ValueType.STRING)
