"""Quorum expressions (ToR 6.2): which filled seats make a meeting quorate.

A need is a seat, all of some needs, any of some, or at least k of some; they nest.
"""

from collections.abc import Iterator
from typing import Annotated

from annotated_types import Ge, Len

from rapid_review.domain.vocabulary import Code, Said


class AllOf(Said):
    """Every one of these."""

    all_of: Annotated[tuple["Need", ...], Len(min_length=1)]


class AnyOf(Said):
    """One of these, or more."""

    any_of: Annotated[tuple["Need", ...], Len(min_length=1)]


class AtLeast(Said):
    """`at_least` of these."""

    at_least: Annotated[int, Ge(1)]
    of: Annotated[tuple["Need", ...], Len(min_length=1)]


Need = Code | AllOf | AnyOf | AtLeast
"""A quorum expression over seats."""


def is_met(need: Need, filled: frozenset[str]) -> bool:
    """ToR 6.2: say whether the filled seats make the quorum that `need` asks for."""
    match need:
        case str():
            return need in filled
        case AllOf():
            return all(is_met(part, filled) for part in need.all_of)
        case AnyOf():
            return any(is_met(part, filled) for part in need.any_of)
        case AtLeast():
            return sum(is_met(part, filled) for part in need.of) >= need.at_least


def seats_named(need: Need) -> Iterator[str]:
    """Yield every seat that a quorum expression names."""
    match need:
        case str():
            yield need
        case AllOf():
            yield from (seat for part in need.all_of for seat in seats_named(part))
        case AnyOf():
            yield from (seat for part in need.any_of for seat in seats_named(part))
        case AtLeast():
            yield from (seat for part in need.of for seat in seats_named(part))
