"""`RapidReviews` for a program that awaits: the same, each call in a thread of its own few."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import Final, Self, TypeVar, Unpack

from rapid_review.domain.case import Case
from rapid_review.domain.commands import Command
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import ClosedError
from rapid_review.domain.vocabulary import Actor
from rapid_review.projections.as_of import NOW, AsOf, CaseHistory
from rapid_review.projections.work.case_reading import CaseReading
from rapid_review.store.access.reader import EntryRead
from rapid_review.store.asking import Asking
from rapid_review.store.reviews import RapidReviews
from rapid_review.store.writing.idempotency import Answer

AT_ONCE: Final = 8
"""How many calls are at work at once: fewer than the connections to a server."""
T = TypeVar("T")


class AsyncRapidReviews:
    """One partnership's rapid reviews, with `await`.

    A call waits for one of a few threads, which are these reviews' alone, and then runs in it to
    its end. Where the caller is cancelled, a call that has not begun never does, and one that has
    is done whole: what it was asked stands, or nothing of it. Ask again under the same
    `command_id` to know which.

    Args:
        reviews: what is awaited; they are closed by `close`.
        at_once: how many calls are at work at once; the others wait their turn.
    """

    def __init__(self, reviews: RapidReviews, *, at_once: int = AT_ONCE) -> None:
        self._reviews = reviews
        self._threads = ThreadPoolExecutor(at_once, "rapid-review")
        self._closed = False

    async def run(self, work: Callable[[RapidReviews], T]) -> T:
        """Return what some work of one's own makes of the reviews, as every call is run.

        For what has no name here: `await reviews.run(lambda one: one.exports())`. What yields,
        as `each` does, is read to its end in it: `list(one.each(...))`.

        Args:
            work: is given the reviews, in a thread.

        Raises:
            ClosedError: the reviews were closed.
        """
        if self._closed:
            raise ClosedError("the store")
        loop = asyncio.get_running_loop()
        context = copy_context()
        return await loop.run_in_executor(
            self._threads, lambda: context.run(lambda: work(self._reviews))
        )

    async def ask(self, case: str, command: Command, **beside: Unpack[Asking]) -> Answer:
        """Ask something of a case; see `RapidReviews.ask`."""
        return await self.run(lambda reviews: reviews.ask(case, command, **beside))

    async def handle(
        self, case: str, command: Command, **beside: Unpack[Asking]
    ) -> tuple[Entry, ...]:
        """Ask something of a case, and return the entries; see `RapidReviews.handle`."""
        return await self.run(lambda reviews: reviews.handle(case, command, **beside))

    async def case(self, reference: str, as_of: AsOf = NOW) -> Case:
        """Return a case as it is; see `CaseReadings.case`."""
        return await self.run(lambda reviews: reviews.case(reference, as_of))

    async def history(self, reference: str, as_of: AsOf = NOW) -> tuple[Entry, ...]:
        """Return every entry of a case; see `CaseReadings.history`."""
        return await self.run(lambda reviews: reviews.history(reference, as_of))

    async def case_history(self, reference: str) -> CaseHistory:
        """Return a case with all that a reading of it needs; see `CaseReadings.case_history`."""
        return await self.run(lambda reviews: reviews.case_history(reference))

    async def case_reading(self, reference: str, as_of: AsOf) -> CaseReading:
        """Return where a case is at one moment; see `CaseReadings.case_reading`."""
        return await self.run(lambda reviews: reviews.case_reading(reference, as_of))

    async def references(self) -> tuple[str, ...]:
        """Return the reference of every case; see `CaseReadings.references`."""
        return await self.run(lambda reviews: reviews.references())

    async def read(
        self,
        case: str,
        version: int | Sequence[int] | None = None,
        *,
        by: Actor,
        purpose: str,
    ) -> tuple[EntryRead, ...]:
        """Return entries of a case with their words; see `RapidReviews.read`."""
        return await self.run(lambda reviews: reviews.read(case, version, by=by, purpose=purpose))

    async def close(self) -> None:
        """Wait for what has been asked, and close the reviews; nothing more is begun."""
        self._closed = True
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        self._threads.shutdown()
        self._reviews.close()

    async def __aenter__(self) -> Self:
        """Return the reviews; they are closed at the end."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the reviews."""
        await self.close()
