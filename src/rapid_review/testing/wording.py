"""Statements with one text in place of all words: to compare a sealed record with its source."""

from collections.abc import Iterable
from typing import TypeVar, cast

from pydantic import BaseModel

from rapid_review.domain.statement import sealed_fields, with_other

S = TypeVar("S", bound=BaseModel)
ANY_WORDS = "(words)"
"""The text in place of words."""


def worded_alike(statement: S) -> S:
    """Return a statement in which every sealed text is replaced by the same word.

    >>> from rapid_review.domain.vocabulary import AgeBand, Child
    >>> worded_alike(Child(reference="C-1", age_band=AgeBand.UNDER_1, identity="a name")).identity
    '(words)'
    """
    sealed = sealed_fields(type(statement))
    return with_other(
        statement,
        {
            name: ANY_WORDS if name in sealed and value is not None else _alike(value)
            for name, value in dict(statement).items()
        },
    )


def all_alike(statements: Iterable[S]) -> tuple[S, ...]:
    """Return statements, each as `worded_alike` returns it."""
    return tuple(map(worded_alike, statements))


def _alike(value: object) -> object:
    if isinstance(value, BaseModel):
        return worded_alike(value)
    if isinstance(value, tuple):
        return tuple(map(_alike, cast("tuple[object, ...]", value)))
    return value
