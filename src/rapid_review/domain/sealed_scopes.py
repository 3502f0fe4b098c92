"""Whose words a statement holds: the scope of each of its sealed fields."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple, cast, get_args, get_type_hints

from pydantic import BaseModel

from rapid_review.domain.sealed_words import Scope, SealedWords
from rapid_review.domain.statement import Sealed, sealed_fields

CASE: Final = "c"
"""The scope of a case's own words."""


def scope_named(scope: Scope, statement: BaseModel) -> str:
    """Return what the key store calls a scope: `c`, or `p:` or `s:` and the person's reference."""
    return CASE if scope == "case" else f"{scope[0]}:{cast('Any', statement).reference}"


def whose(scope: str) -> str:
    """Return in words whose scope it is, given what the key store calls it."""
    if scope == CASE:
        return "the case"
    kind, reference = scope.split(":", 1)
    return f"person {reference}{', for statistics' if kind == 's' else ''}"


class Held(NamedTuple):
    """Words in a statement, or the token in their place.

    Attributes:
        path: the names of the fields that lead to them, such as `children.0.identity`.
        whose: the kind of the scope.
        scope: what the key store calls the scope; see `scope_named`.
        words: the words, or their token.
    """

    path: str
    whose: Scope
    scope: str
    words: str | SealedWords

    @property
    def section(self) -> int:
        """The number of the section that holds the words; only sealed words have one."""
        return cast("SealedWords", self.words).section


def words_in(statement: BaseModel, path: str = "") -> Iterator[Held]:
    """Yield the words of a statement and of its parts, in the order of their fields."""
    model = type(statement)
    sealed = _scope_by_field(model)
    for name in fields_with_words(model):
        if (value := getattr(statement, name)) is None:
            continue
        if (scope := sealed.get(name)) is not None:
            yield Held(f"{path}{name}", scope, scope_named(scope, statement), value)
        elif isinstance(value, BaseModel):
            yield from words_in(value, f"{path}{name}.")
        else:
            for number, part in enumerate(cast("tuple[BaseModel, ...]", value)):
                yield from words_in(part, f"{path}{name}.{number}.")


@cache
def fields_with_words(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the fields of a statement that are sealed, or hold statements with such fields."""
    sealed, hints = sealed_fields(model), get_type_hints(model, include_extras=True)
    return tuple(
        name for name in model.model_fields if name in sealed or _holds_a_statement(hints[name])
    )


def _holds_a_statement(hint: object) -> bool:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return bool(fields_with_words(hint))
    return any(_holds_a_statement(one) for one in get_args(hint))


@cache
def _scope_by_field(model: type[BaseModel]) -> Mapping[str, Scope]:
    return dict(sealed_scopes(model))


@cache
def sealed_scopes(model: type[BaseModel]) -> tuple[tuple[str, Scope], ...]:
    """Return the sealed fields of a statement, and whose key seals each."""
    hints = get_type_hints(model, include_extras=True)
    return tuple(
        (name, _scope_of(hints[name]))
        for name in model.model_fields
        if name in sealed_fields(model)
    )


def _scope_of(hint: object) -> Scope:
    """Return the scope that a type, or a part of it, is marked with."""
    for one in (hint, *get_args(hint)):
        for mark in getattr(one, "__metadata__", ()):
            if isinstance(mark, Sealed):
                return mark.scope
    return "case"
