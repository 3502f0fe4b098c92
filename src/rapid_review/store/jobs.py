"""A job: work that a worker repeats beside recording, one page of entries at a time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

PAGE: Final = 5_000
"""How many entries a job handles in one transaction, by default."""

News = Callable[[], AbstractContextManager[Callable[[], bool]]]
"""Opens a connection that listens for new entries, and yields a function.

Each call of that function waits a little, and returns whether there may be new entries.
"""


class Progress(NamedTuple):
    """How far a job has come.

    Attributes:
        position: the position up to which it has worked.
        last: the newest position in the store.
        parked: how many entries up to `position` were put aside.
    """

    position: int
    last: int
    parked: int = 0


class Job(Protocol):
    """Work that keeps up with a store; any number of workers may run the same job at once."""

    @property
    def name(self) -> str:
        """The name of the job, in logs and in figures."""
        ...

    @property
    def news(self) -> News | None:
        """What notifies the worker of new entries; None if nothing does."""
        ...

    def step(self) -> Progress:
        """Handle one page of entries, in one transaction; return how far the job has come."""
        ...


@dataclass(frozen=True, slots=True)
class Stepping:
    """A job made from a name, a function for its steps, and a source of news."""

    name: str
    step: Callable[[], Progress]
    news: News | None = None
