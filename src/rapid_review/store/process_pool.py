"""Read many cases with several processes of this machine, each of which opens the store itself.

Processes are started with `spawn`, never forked: a fork would copy locks that threads of the host
hold, and connections to a server that two processes cannot share.
"""

import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context, parent_process
from pickle import PicklingError, dumps
from threading import Thread
from typing import Any, Final, Generic, NamedTuple, TypeVar

from rapid_review.domain.errors import InvalidInputError, StorageError
from rapid_review.projections.as_of import CaseHistory
from rapid_review.store.backends.ports import Opened
from rapid_review.store.log.in_order import Unreadable, UnreadableRow
from rapid_review.store.reading import CaseReadings
from rapid_review.store.store import Store
from rapid_review.store.writing.calendars_at_hand import (
    CalendarsAtHand,
    CalendarsOfNow,
    OwnCalendars,
)
from rapid_review.store.writing.terms_at_hand import Editions

AT_MOST: Final = 8
"""The most processes that are started unless the caller gives a number."""
WORTH: Final = 250
"""How many cases make it worth starting another process, which takes about a second."""
_CASES_PER_PART: Final = 16
"""The most cases that a process gets at a time."""
_PARTS_PER_PROCESS: Final = 2
"""How many parts are submitted for each process: the one that it reads, and the next one."""
T = TypeVar("T")


class Shared(NamedTuple, Generic[T]):
    """What each process needs to read cases.

    Attributes:
        reopen: opens the store once more.
        editions: the available terms.
        calendars: the caller's function that gives the current calendar; None without one.
        read: reads something of a case.
    """

    reopen: Callable[[], Opened]
    editions: Editions
    calendars: CalendarsOfNow | None
    read: Callable[[CaseHistory], T]


def how_many(cases: int, processes: int | None) -> int:
    """Return how many processes to use for a number of cases.

    Args:
        cases: how many there are.
        processes: how many were asked for; None for one for each core that this process may use
            and for each 250 cases, at most 8.
    """
    if processes is None:
        return max(1, min(_cores(), AT_MOST, cases // WORTH))
    return max(1, min(processes, cases))


def each_by_processes(
    shared: Shared[T], cases: Sequence[str], unreadable: Unreadable, processes: int
) -> Iterator[T]:
    """Yield what is read of each case, in their order.

    Args:
        shared: what each process needs.
        cases: their references.
        unreadable: as for `CaseReadings.each`; it is called in this process.
        processes: how many read at the same time.

    Raises:
        InvalidInputError: what each process needs cannot be handed to it.
        StorageError: the store cannot be read, or a process ended before it answered.
    """
    _must_be_picklable(shared)
    # Smaller parts if there are few cases, so that no process is idle while another has several.
    size = max(1, min(_CASES_PER_PART, len(cases) // (processes * _PARTS_PER_PROCESS)))
    parts = (cases[at : at + size] for at in range(0, len(cases), size))
    submitted: deque[Future[list[_Read[T]]]] = deque()
    with _pool(shared, processes) as pool:
        for part in parts:
            submitted.append(pool.submit(_read_cases, part))
            if len(submitted) >= processes * _PARTS_PER_PROCESS:
                yield from _results(submitted.popleft().result(), unreadable)
        while submitted:
            yield from _results(submitted.popleft().result(), unreadable)


def _results(part: "list[_Read[T]]", unreadable: Unreadable) -> Iterator[T]:
    """Yield what was read of each case, and report the rows that cannot be read."""
    for case in part:
        for row in case.unread:
            unreadable(row)
        yield from case.found


@contextmanager
def _pool(shared: Shared[Any], processes: int) -> Generator[ProcessPoolExecutor]:
    """Start processes, and end them all in any case.

    Raises:
        StorageError: one of them ended before it answered.
    """
    context = get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(shared,))
    try:
        yield pool
    except BrokenProcessPool as error:
        raise StorageError(
            f"one of the {processes} processes that read cases ended before it had answered, for "
            "example because memory was short or the system stopped it. Nothing was recorded. Ask "
            "again with fewer processes; with 1, no other process is started"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _must_be_picklable(shared: Shared[Any]) -> None:
    """Check that everything each process needs can be pickled.

    Raises:
        InvalidInputError: it cannot, for example because it is a function within another.
    """
    try:
        dumps(shared)
    except (PicklingError, AttributeError, TypeError) as error:
        raise InvalidInputError(
            "processes: the function that reads each case, or the one that gives the "
            "calendars, cannot be sent to another process, because Python cannot pickle it. "
            "Give a function from the top level of a module, or a `functools.partial` of one; "
            "or ask with processes=1"
        ) from error


def _cores() -> int:
    """Return on how many cores this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# --- In each of the processes

_SHARED: Final[list[Shared[Any]]] = []  # exactly one, once the process has begun


class _Read(NamedTuple, Generic[T]):
    """What was read of one case: a single result, or none and the rows that cannot be read."""

    found: tuple[T, ...]
    unread: tuple[UnreadableRow, ...]


def _begin(shared: Shared[Any]) -> None:
    # Ctrl-C goes to every process of a terminal; the parent ends the others in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _SHARED.append(shared)


def _end_with_parent() -> None:
    """End this process when its parent ends, also if the parent was killed."""
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


@cache
def _readings() -> CaseReadings:
    """Return the cases as this process reads them, without any key."""
    (shared,) = _SHARED
    store = Store(shared.reopen())
    own = OwnCalendars(store.opened.tables)
    return CaseReadings(store, shared.editions, CalendarsAtHand(shared.calendars, own))


def _read_cases(cases: Sequence[str]) -> list[_Read[Any]]:
    return [_read_case(_readings(), case) for case in cases]


def _read_case(readings: CaseReadings, case: str) -> _Read[Any]:
    (shared,) = _SHARED
    unread: list[UnreadableRow] = []
    found = readings.each_of(
        (case,), lambda one: shared.read(readings.case_history(one)), unread.append
    )
    return _Read(tuple(found), tuple(unread))
