"""How many examples of a law are tried where each costs much, such as a process or a store."""

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import settings

from rapid_review.testing.plugin import PROFILES

T = TypeVar("T")


def in_proportion(number: int) -> int:
    """Return so many examples in the profile `ci`, and in proportion in the others; 3 at least."""
    return max(3, number * settings().max_examples // PROFILES["ci"].examples)


def a_share_of(every: Sequence[T], turns: int, turn: int = 0) -> Sequence[T]:
    """Return all of them in the profile `ci`, and in a quicker one the share of one turn of some.

    Args:
        every: what there is to try.
        turns: how many shares there are; together they are everything.
        turn: which of them this is, from 0; it takes each so many-th, beginning there.
    """
    is_quick = settings().max_examples < PROFILES["ci"].examples
    return every[turn % turns :: turns] if is_quick else every
