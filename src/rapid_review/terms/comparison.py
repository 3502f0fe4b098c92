"""What differs between two terms, key by key: rows of a list are compared by their names."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, cast

from pydantic import BaseModel

from rapid_review.domain.terms.mistakes import NAMED_BY, WORKED_OUT
from rapid_review.domain.terms.terms import Terms

RULES: Final = "rule_set"
"""The key under which the keys of the national rule set are."""


class Difference(NamedTuple):
    """What two terms have under one key; None where one of them lacks the key."""

    key: str
    before: object
    after: object


class _Content(NamedTuple):
    """What is under a key: a value; or, for a whole row, its title."""

    value: object
    is_a_row: bool = False


def differences(before: Terms, after: Terms) -> tuple[Difference, ...]:
    """Return what differs, in the order of the file; of the rule sets' keys too.

    A row that only one of them has appears once, and not key by key.
    """
    one, other = _keys(before), _keys(after)
    rows = {key for key in one.keys() ^ other.keys() if (one.get(key) or other[key]).is_a_row}
    return tuple(
        Difference(key, *(keys[key].value if key in keys else None for keys in (one, other)))
        for key in {**one, **other}
        if (key in rows or _differ(one.get(key), other.get(key)))
        and not any(key.startswith(f"{row}.") for row in rows)
    )


def _differ(one: _Content | None, other: _Content | None) -> bool:
    is_a_row = any(each is not None and each.is_a_row for each in (one, other))
    return one != other and not is_a_row


def in_words(value: object) -> str:
    """Return what is under a key, in words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case tuple() | list():
            return ", ".join(map(in_words, cast("tuple[object, ...]", value)))
        case Mapping():
            parts = cast("Mapping[str, object]", value).items()
            return "; ".join(f"{key.replace('_', ' ')} {in_words(part)}" for key, part in parts)
        case _:
            return str(value)


def _keys(terms: Terms) -> dict[str, _Content]:
    """Return what is under every key of terms and of their rule set."""
    return dict([*_keys_in("", terms), *_keys_in(f"{RULES}.", terms.national)])


def _keys_in(prefix: str, model: BaseModel) -> Iterator[tuple[str, _Content]]:
    for key in type(model).model_fields:
        value: object = getattr(model, key)
        if key in WORKED_OUT or value in (None, ()):
            continue
        if isinstance(value, BaseModel) and key != "needs":
            yield from _keys_in(f"{prefix}{key}.", value)
        elif rows := _rows(value):
            yield from _keys_in_rows(f"{prefix}{key}.", rows)
        else:
            yield f"{prefix}{key}", _Content(_plain(value))


def _rows(value: object) -> tuple[BaseModel, ...]:
    """Return the rows of a list of tables; none if the value is something else."""
    several = cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()
    return tuple(one for one in several if isinstance(one, BaseModel))


def _keys_in_rows(prefix: str, rows: tuple[BaseModel, ...]) -> Iterator[tuple[str, _Content]]:
    for row in rows:
        name = next(str(getattr(row, key)) for key in NAMED_BY if hasattr(row, key))
        title = next(str(getattr(row, key)) for key in ("title", "says") if hasattr(row, key))
        yield f"{prefix}{name}", _Content(title, is_a_row=True)
        yield from _keys_in(f"{prefix}{name}.", row)


def _plain(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value
