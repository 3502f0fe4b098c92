"""Whose words a statement holds: by which scope each of its sealed fields is sealed."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, cast, get_args, get_type_hints

from pydantic import BaseModel

from rapid_review.domain.sealed_words import Scope
from rapid_review.domain.statement import Sealed, sealed_fields

CASE: Final = "c"
"""The scope of a case's own words."""


def scope_named(scope: Scope, said: BaseModel) -> str:
    """Return what the key store calls a scope: `c`, or `p:` or `s:` and the person's reference."""
    return CASE if scope == "case" else f"{scope[0]}:{cast('Any', said).reference}"


def scopes_in(said: BaseModel, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the sealed fields of a statement that hold words, each with the name of its scope."""
    for name, scope in sealed_scopes(type(said)):
        if getattr(said, name) is not None:
            yield f"{path}{name}", scope_named(scope, said)
    for name, value in dict(said).items():
        many = cast("tuple[object, ...]", value) if isinstance(value, tuple) else None
        if isinstance(value, BaseModel):
            yield from scopes_in(value, f"{path}{name}.")
        for at, one in enumerate(many or ()):
            if isinstance(one, BaseModel):
                yield from scopes_in(one, f"{path}{name}.{at}.")


@cache
def sealed_scopes(model: type[BaseModel]) -> tuple[tuple[str, Scope], ...]:
    """Return the sealed fields of a statement, and whose key seals each."""
    hints = get_type_hints(model, include_extras=True)
    return tuple(
        (name, _scope(hints[name])) for name in model.model_fields if name in sealed_fields(model)
    )


def _scope(hint: object) -> Scope:
    marks = (*getattr(hint, "__metadata__", ()), *_marks_inside(hint))
    for mark in marks:
        if isinstance(mark, Sealed):
            return mark.scope
    return "case"


def _marks_inside(hint: object) -> tuple[object, ...]:
    return tuple(mark for one in get_args(hint) for mark in (*getattr(one, "__metadata__", ()),))
