"""A name in every text that may hold words or names, to see that none comes through."""

from typing import Final, TypeVar

from pydantic import BaseModel

from rapid_review.domain.statement import sealed_fields

CANARY: Final = "Jane Canary"

S = TypeVar("S", bound=BaseModel)


def with_canaries(said: S) -> S:
    """Return the same statement with a name in every sealed field, however deep."""
    sealed = sealed_fields(type(said))
    changes: dict[str, object] = {}
    for name in type(said).model_fields:
        value = getattr(said, name)
        if name in sealed:
            changes[name] = CANARY
        elif isinstance(value, BaseModel):
            changes[name] = with_canaries(value)
        elif isinstance(value, tuple) and any(isinstance(one, BaseModel) for one in value):
            changes[name] = tuple(with_canaries(one) for one in value)
    return said.model_copy(update=changes)
