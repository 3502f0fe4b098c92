"""What is wrong with a terms or rule-set file, in words for the person who wrote it.

A mistake names its key, what was found there and what is allowed. A row of a list is named by its
own id, such as `deadlines.rapid-review.length`; one without an id by its place, `#1` the first.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from itertools import chain
from typing import (
    Annotated,
    Final,
    Literal,
    NamedTuple,
    TypeAlias,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from annotated_types import Ge, Le
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rapid_review.domain.errors import listed, shown
from rapid_review.domain.printable import counted
from rapid_review.domain.redaction import is_a_code, key_of
from rapid_review.domain.terms.deadlines import Hour
from rapid_review.domain.terms.quorum import Need, Text
from rapid_review.domain.vocabulary import Clause, Code, Day

Place: TypeAlias = tuple[str | int, ...]
"""Where something is in a file: keys of tables, and places in lists from 0."""

NAMED_BY: Final = ("id", "code")
"""The keys by which a row of a list is named."""

LISTED: Final = 200
"""How many mistakes of one file are listed: more than anybody makes by hand."""

_LONGEST_NUMBER: Final = 32
_NOTHING: Final = object()
_POINT: Final = re.compile(r"(?:[A-Z][a-z]+){2,8}(?:[.][a-z_]+){0,3}")
"""A date of an event, or what was meant for one; nobody's name is written like that."""


class Mistake(NamedTuple):
    """One thing that is wrong in a file: where, and the rest of the sentence."""

    place: Place
    says: str

    @property
    def is_of_a_row(self) -> bool:
        """Whether it is about a whole row of a list."""
        return bool(self.place) and isinstance(self.place[-1], int)


def lines(name: str, data: object, mistakes: Iterable[Mistake]) -> tuple[str, ...]:
    """Return a line for each mistake: file, key, what was found, what is allowed.

    A row of a list has no report of its own where there is one about its keys.
    """
    known = tuple(mistakes)
    with_inner = {one.place[:end] for one in known for end in range(1, len(one.place))}
    several = (one for one in known if not one.is_of_a_row or one.place not in with_inner)
    every = tuple(
        dict.fromkeys(f"{name}: {where(one.place, data)}: {one.says}" for one in several)
    )
    if len(every) <= LISTED:
        return every
    return (
        *every[:LISTED],
        f"{name}: and {counted(len(every) - LISTED, 'more problem')}; correct these first",
    )


def found(value: object) -> str:
    """Return a value that was found, in the words of TOML."""
    match value:
        case str():
            return _found_text(value)
        case bool():
            return str(value).lower()
        case int() | float() | date():
            return str(value) if len(str(value)) <= _LONGEST_NUMBER else "a very long number"
        case list():
            return "a list" if value else "an empty list"
        case dict():
            return "a table"
        case _:
            return "nothing"


def _found_text(value: str) -> str:
    if _POINT.fullmatch(value):
        return repr(value)
    return shown(value) if value.strip() else "an empty text"


def found_name(value: object) -> str:
    """Return what was found where a name of the file belongs, such as a seat's: it is public."""
    if not isinstance(value, str) or len(value) > _LONGEST_NUMBER or not value.strip():
        return found(value)
    return repr(value) if value.isprintable() else found(value)


def allowed_here(place: Place, value: object, allowed: str) -> Mistake:
    """Return the mistake that a value is not allowed in its place."""
    return Mistake(place, f"found {found(value)}; allowed: {allowed}")


def where(place: Place, data: object) -> str:
    """Return a place as a message names it, its rows by their ids."""
    names: list[str] = []
    for part in place:
        inner = _value_inside(data, part)
        names.append(_row_name(part, inner, data) if isinstance(part, int) else _key_name(part))
        data = inner
    return ".".join(names) or "the whole of it"


def _row_name(part: int, row: object, rows: object) -> str:
    """Name a row by its id; by its place where it has none, or another has the same."""
    ids = [_id_of(one) for one in cast("list[object]", rows)] if isinstance(rows, list) else []
    own = _id_of(row)
    return f"#{part + 1}" if own is None or ids.count(own) > 1 else own


def _id_of(row: object) -> str | None:
    if not isinstance(row, Mapping):
        return None
    table = cast("Mapping[str, object]", row)
    ids = (table.get(key) for key in NAMED_BY)
    return next((one for one in ids if isinstance(one, str) and is_a_code(one)), None)


def _key_name(part: str) -> str:
    return (
        part
        if part.replace("_", "").replace("-", "").isalnum() and part.isascii()
        else key_of(part)
    )


def _value_inside(data: object, part: str | int) -> object:
    """Return the value under a key or in a place of a list; `_NOTHING` if there is none."""
    if isinstance(data, Mapping):
        return cast("Mapping[object, object]", data).get(part, _NOTHING)
    if isinstance(data, list) and isinstance(part, int):
        rows = cast("list[object]", data)
        return rows[part] if part < len(rows) else _NOTHING
    return _NOTHING


# --- Values of the wrong form


def of_form(
    error: ValidationError, model: type[BaseModel], data: Mapping[str, object]
) -> Iterator[Mistake]:
    """Yield the mistakes that pydantic found in the form of a file.

    Args:
        error: pydantic's error.
        model: the model that it validated.
        data: the file as TOML has it.
    """
    every = [(detail, *_place_in(data, detail)) for detail in error.errors(include_url=False)]
    with_inner = {place[:end] for _, place, _ in every for end in range(len(place))}
    for detail, place, value in every:
        if place and place in with_inner:
            continue  # each mistake inside this place has its own report
        yield Mistake(place, _report_on(detail, place, model, value))


def _place_in(data: object, detail: ErrorDetails) -> tuple[Place, object]:
    """Return the place of an error in the file, and the value there.

    Parts of pydantic's place that are not in the file, such as the tag of a union, are left out.
    """
    place: list[str | int] = []
    absent = {"missing", "extra_forbidden"}
    for number, part in enumerate(detail["loc"], start=1):
        inner = _value_inside(data, part)
        is_absent_key = number == len(detail["loc"]) and detail["type"] in absent
        if inner is not _NOTHING or is_absent_key:
            place.append(part)
            data = inner
    return tuple(place), data


def _report_on(detail: ErrorDetails, place: Place, model: type[BaseModel], value: object) -> str:
    hint = _hint_at(model, place)
    match detail["type"]:
        case "extra_forbidden":
            return unknown_key(str(place[-1]), keys_of(_hint_at(model, place[:-1])))
        case "missing":
            return f"found nothing; it must be given; allowed: {allowed(hint)}"
        case "too_many_mistakes" | "json_invalid":  # more mistakes, or deeper, than anybody writes
            return f"{detail['msg']}; check that you gave what you meant"
        case "value_error":
            return detail["msg"].removeprefix("Value error, ")
        case _:
            shown_value = found_name(value) if hint == Code else found(value)
            return f"found {shown_value}; allowed: {allowed(hint)}"


def _hint_at(hint: object, place: Place) -> object:
    """Return the type of the value that may be in a place; None if nothing may."""
    if not place:
        return hint
    inner = (_hint_at(one, place[1:]) for one in _hints_inside(hint, place[0]))
    return next((one for one in inner if one is not None), None)


def _hints_inside(hint: object, part: str | int) -> Iterator[object]:
    """Yield each type that one part of a place may lead to."""
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        if part in bare.model_fields:
            yield get_type_hints(bare, include_extras=True)[str(part)]
    elif get_origin(bare) is tuple:
        yield get_args(bare)[0]
    else:
        for arm in get_args(bare):
            yield from _hints_inside(arm, part)


def unknown_key(key: str, keys: Sequence[str]) -> str:
    """Return the report about a key that nobody reads."""
    near = get_close_matches(key, keys, n=1)
    meant = f" (did you mean {near[0]}?)" if near else ""
    return f"found an unknown key{meant}; allowed here: {listed(keys)}"


# --- What a key may hold, in words

NEED: Final = "a seat, or a table with all_of, any_of, or at_least and of"
_WORDS: Final[tuple[tuple[object, str], ...]] = (
    (Need, NEED),
    (Code, "a code in quotation marks: lower case, digits and hyphens, such as 'rapid-review'"),
    (Clause, "a clause in quotation marks, such as 'ToR 5(a)': not blank, at most 200 characters"),
    (Text, "a text in quotation marks: not blank, at most 2000 characters that can be printed"),
    (Hour, "a time of day in quotation marks, such as '16:00'"),
    (Day, "a date without quotation marks, such as 2020-05-04"),
    (bool, "true or false, without quotation marks"),
    (str, "a text in quotation marks"),
)


def allowed(hint: object) -> str:
    """Return what a key of some type may hold."""
    for kind, words in _WORDS:
        if hint == kind:
            return words
    marks: tuple[object, ...] = getattr(hint, "__metadata__", ())
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if bare is str:
        return "a text in quotation marks"
    if bare is int:
        return f"a whole number without quotation marks{_range(marks)}"
    if get_origin(bare) is tuple:
        few = (
            "one or more" if any(getattr(one, "min_length", 0) for one in marks) else "any number"
        )
        return f"a list in square brackets of {few} of these: {allowed(get_args(bare)[0])}"
    if get_origin(bare) is Literal:
        return f"one of {listed(map(repr, get_args(bare)))}"
    return _allowed_of_class(bare) if isinstance(bare, type) else _allowed_of_union(bare)


def _allowed_of_class(kind: type[object]) -> str:
    if issubclass(kind, StrEnum):
        return f"one of {listed(repr(one.value) for one in kind)}"
    return f"a table with the keys {listed(keys_of(kind))}"


def _allowed_of_union(hint: object) -> str:
    """Return what a union of types allows, without None."""
    arms = [arm for arm in get_args(hint) if arm is not type(None)]
    return ", or ".join(map(allowed, arms))


def _range(marks: tuple[object, ...]) -> str:
    least = [str(mark.ge) for mark in marks if isinstance(mark, Ge)]
    most = [str(mark.le) for mark in marks if isinstance(mark, Le)]
    return f", {' to '.join([*least, *most])}"


def keys_of(hint: object) -> tuple[str, ...]:
    """Return the keys that a table of some type may have, without those of `WORKED_OUT`."""
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        return tuple(key for key in bare.model_fields if key not in WORKED_OUT)
    return tuple(chain.from_iterable(map(keys_of, get_args(bare))))


WORKED_OUT: Final = frozenset({"national", "digest", "errata"})
"""The keys of a model that the program works out, and that no file may hold."""
