"""Errors of pydantic without what was typed: only the input of public fields is repeated.

The field decides whether its input may be repeated, and never the form of the input: a telephone
number, a date or a word in lower case says who a person is as surely as a name does. Input that is
in no field is not repeated either: an unknown key, an unknown kind, a whole object.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    Self,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import BaseModel, Tag, ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError
from pydantic_core.core_schema import ErrorType

from rapid_review.domain.patterns import IN_WORDS
from rapid_review.domain.printable import counted
from rapid_review.domain.sealed_words import SEALED_ARM, WORDS_ARM

MOST: Final = 1_000
"""If a statement has more mistakes than this, they are counted and not listed."""

_CODE: Final = re.compile(r"(?=[^A-Z]*$|.*\d)[A-Za-z0-9][A-Za-z0-9._:/+-]{0,63}")

_KEY: Final = re.compile(r"\(a key of [0-9]+ characters\)")
_PUBLIC_KEY: Final = re.compile(r"[a-z0-9_]{1,64}|(?:[A-Z][a-z]+){2,8}")
_KNOWN: Final = frozenset(get_args(ErrorType))

_NO_TIMES: Final = frozenset({"datetime_from_date_parsing", "datetime_parsing"})
_A_TIME: Final = (
    "Allowed: a day and a time of day that exist, up to 23:59:59, with an offset of less than 24 "
    "hours, such as 2020-05-04T09:30+01:00"
)
"""Replaces pydantic's message, which is in the words of its parser: of a leap second, of 24:00."""

_KINDS: Final = {
    "NoneType": "null",
    "bool": "true or false",
    "dict": "an object",
    "float": "a number",
    "int": "a number",
    "list": "a list",
    "str": "text",
    "tuple": "a list",
}

IsSealed = Callable[[object], bool]
"""Says whether a type holds text that is not marked public."""


class NotShown(str):
    """The remark that replaces the input in an error.

    Attributes:
        kind: what kind of thing the input was.
    """

    __slots__ = ("kind",)

    kind: str

    def __new__(cls, kind: str) -> Self:
        """Return the remark for a thing of this kind."""
        made = super().__new__(cls, kind if "not shown" in kind else f"({kind}, not shown)")
        made.kind = kind
        return made


def is_a_code(text: str) -> bool:
    """Say whether a text has the form of a code, a number or a date: no words in it."""
    return _CODE.fullmatch(text) is not None


def kind_of(value: object) -> str:
    """Return what kind of thing a value is, and nothing of the value itself."""
    if isinstance(value, NotShown):
        return value.kind
    name = type(value).__name__ if not isinstance(value, type) else "class"
    return _KINDS.get(name, f"a {name}")


def length_of(text: str) -> str:
    """Return the remark that replaces a text."""
    return f"a value of {counted(len(text), 'character')} (not shown: it may hold a name)"


def key_of(key: str) -> str:
    """Return the remark that replaces a key that is not the name of a field."""
    return key if _KEY.fullmatch(key) else f"(a key of {counted(len(key), 'character')})"


def redacted(
    error: ValidationError,
    model: type[BaseModel],
    is_sealed: IsSealed,
    input_type: Literal["python", "json"],
) -> ValidationError:
    """Return an error with the same problems, and only the input of public fields.

    Args:
        error: pydantic's error.
        model: the model that it validated.
        is_sealed: says whether a type holds text that is not public.
        input_type: the form of the input.
    """
    lines: list[InitErrorDetails]
    if (count := error.error_count()) > MOST:
        too_many = PydanticCustomError(
            "too_many_mistakes", "contains {count} mistakes", {"count": count}
        )
        lines = [InitErrorDetails(type=too_many, loc=(), input=NotShown("too much to list"))]
    else:
        found = filter(_is_of_plain_text, error.errors(include_url=False))
        details = _without_empty_lists(list(map(_without_arm_names, found)))
        lines = [_redact(detail, model, is_sealed) for detail in details]
    return ValidationError.from_exception_data(
        error.title, lines, input_type=input_type, hide_input=True
    )


def _is_of_plain_text(detail: ErrorDetails) -> bool:
    """Say whether an error is not about the sealed form of a text, which only the record has."""
    return SEALED_ARM not in detail["loc"]


def _without_arm_names(detail: ErrorDetails) -> ErrorDetails:
    return {**detail, "loc": tuple(part for part in detail["loc"] if part != WORDS_ARM)}


def _without_empty_lists(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Return errors without those of lists that are only too short because an item is wrong."""
    places = [one["loc"] for one in details]
    return [
        one
        for one in details
        if one["type"] != "too_short"
        or not any(place != one["loc"] == place[: len(one["loc"])] for place in places)
    ]


def _redact(detail: ErrorDetails, model: type[BaseModel], is_sealed: IsSealed) -> InitErrorDetails:
    hint, place = _hint_and_place_at(model, detail["loc"])
    value: object = detail["input"]
    if detail["type"] in _NO_TIMES:  # anything may follow the day, so no form makes it safe
        value = NotShown(length_of(str(value)))
        return InitErrorDetails(
            type=PydanticCustomError("no_time", _A_TIME), loc=place, input=value
        )
    if getattr(model, "is_published", False):
        place = tuple(map(_public_key, detail["loc"]))
        value = _public_value(value)
    elif hint is not None and _is_one_value(hint) and not is_sealed(hint):
        value = _public_value(value)
    else:
        value = NotShown(kind_of(value))
    if detail["type"] == "extra_forbidden":
        says = _no_such_field(model, detail["loc"][:-1])
        own = PydanticCustomError("extra_forbidden", "{says}", {"says": says})
        return InitErrorDetails(type=own, loc=place, input=value)
    return _mistake(detail, place, value)


def _no_such_field(model: type[BaseModel], place: tuple[str | int, ...]) -> str:
    """Return the message about a key that a statement does not have: which ones it has."""
    whole = _without_annotation(_hint_and_place_at(model, place)[0])
    if isinstance(whole, type) and issubclass(whole, BaseModel):
        return f"Unknown field; allowed: {', '.join(sorted(whole.model_fields))}"
    return "Unknown field; leave it out"


def _public_value(value: object) -> object:
    """Return a value as it was found, unless its form says that it may be words."""
    if isinstance(value, str | int | float) and not isinstance(value, NotShown):
        text = str(value)
        return value if is_a_code(text) else NotShown(length_of(text))
    return NotShown(kind_of(value))


def _public_key(part: str | int) -> str | int:
    return part if isinstance(part, int) or _PUBLIC_KEY.fullmatch(part) else key_of(part)


def _mistake(
    detail: ErrorDetails, place: tuple[str | int, ...], value: object
) -> InitErrorDetails:
    """Return an error as pydantic says it, but without typed tags of unions; forms in words."""
    kind = detail["type"]
    if kind not in _KNOWN:  # an error of our own, which already has its full message
        named: Any = kind  # pydantic's annotation wants a literal
        own = PydanticCustomError(named, "{says}", {"says": detail["msg"]})
        return InitErrorDetails(type=own, loc=place, input=value)
    if form := _form_in_words(detail):
        own = PydanticCustomError("string_form", "{says}", {"says": form})
        return InitErrorDetails(type=own, loc=place, input=value)
    mistake = InitErrorDetails(type=kind, loc=place, input=value)
    if "ctx" in detail:
        tag = {"tag": NotShown("text")} if kind == "union_tag_invalid" else {}
        mistake["ctx"] = detail["ctx"] | tag
    return mistake


def _form_in_words(detail: ErrorDetails) -> str | None:
    """Return the form that a value should have, in words; None if pydantic's words are kept."""
    context = detail.get("ctx", {})
    if detail["type"] == "string_pattern_mismatch":
        return IN_WORDS.get(context.get("pattern", ""))
    says, name = _LIMITS.get(detail["type"], ("", ""))
    limit = context.get(name)
    return says.format(limit) if isinstance(limit, int) else None


_LIMITS: Final = {
    "string_too_long": ("Use at most {:,} characters", "max_length"),
    "too_short": ("Give at least {:,}", "min_length"),
    "too_long": ("Give at most {:,}", "max_length"),
    "greater_than_equal": ("Give a number of at least {:,}", "ge"),
    "less_than_equal": ("Give a number of at most {:,}", "le"),
}
"""What is said of a limit, and the name under which pydantic's error has it."""


# --- The place of an error


def _hint_and_place_at(
    hint: object, place: tuple[str | int, ...]
) -> tuple[object, tuple[str | int, ...]]:
    """Return the type at a place, or None, and the place as it may be shown."""
    if not place:
        return hint, ()
    part, rest = place[0], place[1:]
    for inner in _hints_inside(hint, part):
        found, shown = _hint_and_place_at(inner, rest)
        return found, (part, *shown)
    return None, tuple(one if isinstance(one, int) else key_of(one) for one in place)


def _hints_inside(hint: object, part: str | int) -> Iterator[object]:
    """Yield the type to which one part of a place leads, if there is one."""
    match _without_annotation(hint):
        case type() as model if issubclass(model, BaseModel):
            if part in model.model_fields:
                yield _field_hints(model)[str(part)]
        case bare if get_origin(bare) is tuple and isinstance(part, int):
            yield get_args(bare)[0]
        case bare:
            arms = [arm for arm in get_args(bare) if arm is not type(None)]
            if len(arms) == 1 and get_origin(bare) is not tuple:
                yield from _hints_inside(arms[0], part)
            else:
                yield from (arm for arm in arms if part in _arm_names(arm))


@cache
def _field_hints(model: type[BaseModel]) -> dict[str, Any]:
    return get_type_hints(model, include_extras=True)


def _without_annotation(hint: object) -> object:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def _arm_names(arm: object) -> Iterator[str | int]:
    """Yield the names by which pydantic tells one arm of a union from another."""
    yield from (mark.tag for mark in getattr(arm, "__metadata__", ()) if isinstance(mark, Tag))
    yield getattr(_without_annotation(arm), "__name__", "")


def _is_one_value(hint: object) -> bool:
    """Say whether a type is of a single value, such as a text, a number or a day, or None."""
    bare = _without_annotation(hint)
    if get_origin(bare) is Literal:
        return False  # input that is not one of its values may be anything
    arms = [arm for arm in get_args(bare) if arm is not type(None)]
    if arms:
        return get_origin(bare) is not tuple and len(arms) == 1 and _is_one_value(arms[0])
    return isinstance(bare, type) and not issubclass(bare, BaseModel | dict | list | tuple)
