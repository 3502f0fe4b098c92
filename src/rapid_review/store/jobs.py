"""A job: work that is repeated besides recording, one page at a time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

PAGE: Final = 1_000
"""How many entries a job takes in together, in one transaction, by default."""

News = Callable[[], AbstractContextManager[Callable[[], bool]]]
"""Listens; gives what waits a little, and says whether there may be new entries."""


class Progress(NamedTuple):
    """How far something has come: it is done up to `position`, of `last`.

    Attributes:
        position: up to where.
        last: where the store ends.
        parked: how many entries before `position` it has put aside.
    """

    position: int
    last: int
    parked: int = 0


class Job(Protocol):
    """Something that is to keep up with a store; any number of workers may compete for it."""

    @property
    def name(self) -> str:
        """What it is called, in logs and in figures."""
        ...

    @property
    def news(self) -> News | None:
        """What tells that there may be something to do; None if nothing does."""
        ...

    def step(self) -> Progress:
        """Do a page of what there is to do, whole or not at all; return how far it has come."""
        ...


@dataclass(frozen=True, slots=True)
class Stepping:
    """A job that is made of what it is called, what it does, and what tells of new entries."""

    name: str
    step: Callable[[], Progress]
    news: News | None = None
