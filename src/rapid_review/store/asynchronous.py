"""`RapidReviews` for programs that use `await`: each call runs in one of a few threads."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import Final, Self, TypeVar, Unpack, cast, overload

from rapid_review.domain.case import Case
from rapid_review.domain.commands import Command
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import ClosedError, InvalidInputError, must_be
from rapid_review.domain.vocabulary import Actor
from rapid_review.projections.as_of import NOW, AsOf, CaseHistory
from rapid_review.projections.work.case_reading import CaseReading
from rapid_review.store.access.reader import EntryRead
from rapid_review.store.asking import Asking
from rapid_review.store.callbacks import is_async
from rapid_review.store.reviews import RapidReviews
from rapid_review.store.writing.idempotency import Answer

AT_ONCE: Final = 8
"""How many calls run at once: fewer than the connections to a server."""
T = TypeVar("T")


class AsyncRapidReviews:
    """One partnership's rapid reviews, with `await`.

    A call waits for one of a few threads, which only these reviews use, and then runs in it to its
    end. If the caller is cancelled, a call that has not begun never does; one that has begun runs
    to its end, and its command is recorded whole or not at all. To find out which, send it again
    with the same `command_id`.

    Args:
        reviews: the reviews; `close` closes them.
        at_once: how many calls run at once; the others wait their turn.
    """

    def __init__(self, reviews: RapidReviews, *, at_once: int = AT_ONCE) -> None:
        must_be(RapidReviews, "reviews, such as RapidReviews.on_sqlite(...)", reviews=reviews)
        self._reviews = reviews
        self._threads = ThreadPoolExecutor(at_once, "rapid-review")
        self._closed = False

    @overload
    async def run(self, work: Callable[[RapidReviews], Iterator[T]]) -> list[T]: ...

    @overload
    async def run(self, work: Callable[[RapidReviews], T]) -> T: ...

    async def run(self, work: Callable[[RapidReviews], object]) -> object:
        """Run a function with the reviews in a thread, and return its result.

        Use it for methods that this class lacks: `await reviews.run(lambda one: one.exports())`.
        If the function yields, or returns an iterator, that is read to its end in the thread, and
        the result is a list: `await reviews.run(lambda one: one.each(...))`.

        Args:
            work: called with the reviews, in one of the threads; it is not `async`.

        Raises:
            ClosedError: the reviews were closed.
            InvalidInputError: the function is `async`, and nobody would await it.
        """
        if self._closed:
            raise ClosedError("the store")
        if is_async(work):
            raise InvalidInputError(
                "work: found an async function; allowed: an ordinary one, which runs in a thread"
            )
        loop = asyncio.get_running_loop()
        context = copy_context()
        return await loop.run_in_executor(
            self._threads, lambda: context.run(lambda: _read_to_its_end(work(self._reviews)))
        )

    async def ask(self, case: str, command: Command, **options: Unpack[Asking]) -> Answer:
        """Send a command to a case; see `RapidReviews.ask`."""
        return await self.run(lambda reviews: reviews.ask(case, command, **options))

    async def handle(
        self, case: str, command: Command, **options: Unpack[Asking]
    ) -> tuple[Entry, ...]:
        """Send a command to a case, and return the entries; see `RapidReviews.handle`."""
        return await self.run(lambda reviews: reviews.handle(case, command, **options))

    async def case(self, reference: str, as_of: AsOf = NOW) -> Case:
        """Return a case as it is; see `CaseReadings.case`."""
        return await self.run(lambda reviews: reviews.case(reference, as_of))

    async def history(self, reference: str, as_of: AsOf = NOW) -> tuple[Entry, ...]:
        """Return every entry of a case; see `CaseReadings.history`."""
        return await self.run(lambda reviews: reviews.history(reference, as_of))

    async def case_history(self, reference: str) -> CaseHistory:
        """Return a case with everything needed to judge it; see `CaseReadings.case_history`."""
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
        """Accept no more calls, wait for those that were made, and close the reviews."""
        self._closed = True
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
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


def _read_to_its_end(result: object) -> object:
    return list(cast("Iterator[object]", result)) if isinstance(result, Iterator) else result
