"""A name in every text that may hold words or names, to see that none comes through."""

from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from rapid_review.domain.statement import sealed_fields, with_other

CANARY: Final = "Jane Canary"
CODED: Final = "jane-canary"
"""The same where only a code may stand, such as what statistics ask of a child."""

S = TypeVar("S", bound=BaseModel)


def with_canaries(said: S) -> S:
    """Return the same statement with a name in every sealed field, however deep."""
    sealed = sealed_fields(type(said))
    changes: dict[str, object] = {}
    for name in type(said).model_fields:
        value = getattr(said, name)
        if name in sealed:
            changes[name] = CANARY if _may_hold(said, name) else CODED
        elif isinstance(value, BaseModel):
            changes[name] = with_canaries(value)
        elif isinstance(value, tuple) and any(isinstance(one, BaseModel) for one in value):
            changes[name] = tuple(with_canaries(one) for one in value)
    return with_other(said, changes)


def _may_hold(said: BaseModel, name: str) -> bool:
    """Say whether a field takes any words."""
    try:
        type(said).model_validate(dict(said) | {name: CANARY})
    except ValidationError:
        return False
    return True
