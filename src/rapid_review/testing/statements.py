"""Any statement of a given shape: what the other strategies are made of.

A command or an event is built from its own fields, so that a new one needs no change here. A value
comes from the strategy under the field's name, or else under its type.
"""

from collections.abc import Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from annotated_types import Len
from hypothesis import strategies as st

from rapid_review.domain.statement import Statement
from rapid_review.domain.vocabulary import (
    Characteristic,
    Code,
    Digest,
    Handle,
    Identity,
    RecordedClause,
    Reference,
    Version,
    Words,
)

S = TypeVar("S", bound=Statement)
Fields = Mapping[object, st.SearchStrategy[Any]]
"""Strategies by field name or by type: {"meeting": ..., Words: ...}."""

AWKWARD: Final = ("\u200b\u202e'\"\\\n", "O\u2019Neill, \u0141ucja", "\0{}<b>;--")
"""Words that careless code fails to read."""

ANYTHING: Final[Fields] = {
    Words: st.sampled_from(AWKWARD) | st.text(max_size=8).map("w{}".format),
    Identity: st.sampled_from(AWKWARD) | st.text(max_size=8).map("n{}".format),
    Characteristic: st.sampled_from(("female", "not-known")),
    Code: st.sampled_from(("school", "gp", "health-visiting", "police-2")),
    Handle: st.sampled_from(("R-1", "R-2", "c7")),
    Reference: st.sampled_from(("R-1", "R-2", "2020/R.3")),
    Digest: st.sampled_from((f"sha256:{'0' * 64}", f"sha256:{'f' * 64}")),
    RecordedClause: st.sampled_from(("ToR 5(a)", "local")),
    Version: st.integers(1, 4),
    bool: st.booleans(),
    int: st.integers(0, 30),
}
"""Strategies by type, if there is none by name; times and days depend on a calendar."""


def stated(shape: type[S], fields: Fields) -> st.SearchStrategy[S]:
    """Return statements of one shape, each valid by itself.

    Args:
        shape: a command, an event, or a part of one.
        fields: strategies by field name or by type; `Moment` and `date`, where the shape has
            them, and whatever is to be other than `ANYTHING`.

    Raises:
        TypeError: a field has a type for which there is no strategy.

    >>> from hypothesis import find
    >>> from rapid_review.domain.vocabulary import Actor
    >>> find(stated(Actor, {"role": st.just("chair")}), lambda _: True)
    Actor(id='R-1', role='chair', agency='school')
    """
    hints = get_type_hints(shape, include_extras=True)
    known = {**ANYTHING, **fields}
    return st.builds(
        shape,
        **{
            name: fields[name] if name in fields else _of_type(hints[name], known)
            for name in shape.model_fields
        },
    )


def _of_type(hint: Any, known: Fields, least: int = 0) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any type
    """Return values of a type: by the strategies known, or by the type's own form."""
    if hint in known:
        return known[hint]
    form, parts = get_origin(hint), get_args(hint)
    if form is Annotated:
        marks = (mark.min_length for mark in parts[1:] if isinstance(mark, Len))
        return _of_type(parts[0], known, max(marks, default=0))
    if form in {Union, UnionType}:
        return st.one_of(*(_of_type(part, known) for part in parts))
    if form is tuple:
        return st.lists(_of_type(parts[0], known), min_size=least, max_size=2).map(tuple)
    if form is Literal:
        return st.sampled_from(parts)
    return _of_class(hint, known)


def _of_class(hint: Any, known: Fields) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any type
    """Return values of a class: nothing, one of a list, or a part of a statement."""
    if hint is NoneType:
        return st.none()
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    if issubclass(hint, Statement):
        return stated(hint, known)
    raise TypeError(
        f"there is no strategy for a field of type {hint.__name__}; add one to this module"
    )
