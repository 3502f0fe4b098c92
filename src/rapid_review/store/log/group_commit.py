"""Group commit: one thread decides the waiting commands of all threads, and commits them once.

A command spends most of its time waiting for the disk, and commands wait one after another. Here
each thread puts its command in a queue. One of the waiting threads takes all of them, runs each in
a savepoint of one transaction, in the order in which they came, and commits once. Then another
thread takes the commands that came meanwhile. So no background thread is needed, which could die
or would have to be stopped.

Each caller gets its answer once the commit is on the disk. A command that is refused or fails is
rolled back to its savepoint, and does not affect the others.
"""

import time
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from threading import Condition, get_ident
from typing import Any, Final, Generic, TypeVar

from rapid_review.domain.errors import ClosedError, RecordError, StorageError
from rapid_review.store.backends.ports import LendsForMany, LogOfMany
from rapid_review.store.log.codec import Codec
from rapid_review.store.log.stream import CacheInTransaction, StreamCache
from rapid_review.store.log.streams import Streams

MOST: Final = 64
"""The most commands decided in one transaction: other processes cannot write meanwhile."""

T = TypeVar("T")


class GroupCommit:
    """Commands that wait to be committed together, in one store and one process.

    Args:
        lend: opens one transaction, and lends the log in it, while nobody else can append.
        codec: how entries become bytes.
        cache: the cache of the cases read last.
    """

    def __init__(self, lend: LendsForMany, codec: Codec, cache: StreamCache) -> None:
        self._lend = lend
        self._codec = codec
        self._cache = cache
        self._waiting = deque[_Waiting[Any]]()
        self._changed = Condition()
        self._deciding: int | None = None
        """The id of the thread that decides for all at the moment; None if none does."""
        self._answered = 0
        """How many commands the last transaction answered."""
        self._closed = False

    def do(self, work: Callable[[Streams], T]) -> T:
        """Run some work in a transaction shared with other threads; return its result.

        Args:
            work: reads, decides and appends; it is called with the entries as they are in the
                transaction, in whichever thread decides.

        Raises:
            ClosedError: the store is closed.
            StorageError: the transaction could not be committed, or it is not known whether it
                was; or the caller is itself run by such work, and would wait for itself.
        """
        if self._deciding == get_ident():
            raise StorageError(_FOR_ITSELF)
        mine = _Waiting(work)
        with self._changed:
            if self._closed:
                raise ClosedError("the store")
            self._waiting.append(mine)
        try:
            while self._is_next(mine):
                self._decide()
        except BaseException:
            self._withdraw(mine)
            raise
        return mine.answer()

    @property
    def waiting(self) -> int:
        """How many commands wait at the moment, without those that are being decided."""
        return len(self._waiting)

    def close(self) -> None:
        """Accept no more commands, and wait until all that wait are answered."""
        with self._changed:
            self._closed = True
            if self._deciding != get_ident():  # it does if a signal handler closes the store
                self._changed.wait_for(lambda: not self._waiting and self._deciding is None)

    def _is_next(self, mine: "_Waiting[Any]") -> bool:
        """Wait until this command is answered or this thread may decide; return whether it may."""
        with self._changed:
            self._changed.wait_for(lambda: mine.is_answered or self._deciding is None)
            if not mine.is_answered:
                self._deciding = get_ident()
            return not mine.is_answered

    def _decide(self) -> None:
        """Decide and commit the waiting commands, and those that come meanwhile; answer each.

        Errors go to the callers. Only an interruption is raised, because it is of this thread.
        """
        batch: list[_Waiting[Any]] = []
        try:
            with self._lend() as log:
                within = Streams(log, self._codec, CacheInTransaction(self._cache))
                while self._takes_one_more(batch):
                    batch[-1].do(log, within)
        except Exception as error:  # noqa: BLE001 - it is raised in every caller
            _fail(batch or self._all_taken(batch), error)
        except BaseException as error:
            _fail(batch, error)
            raise
        finally:
            with self._changed:
                self._deciding = None
                self._answered = len(batch)
                for one in batch:
                    one.is_answered = True
                self._changed.notify_all()

    def _takes_one_more(self, batch: "list[_Waiting[Any]]") -> bool:
        """Add the oldest waiting command to the batch, unless none waits or the batch is full."""
        # If several threads send commands, let them run once before the commit. Those that were
        # just answered send their next command now, and would otherwise wait for another commit.
        if not self._waiting and max(len(batch), self._answered) > 1:
            time.sleep(0)
        with self._changed:
            if not self._waiting or len(batch) == MOST:
                return False
            batch.append(self._waiting.popleft())
            return True

    def _all_taken(self, batch: "list[_Waiting[Any]]") -> "list[_Waiting[Any]]":
        """Take all waiting commands, so that all fail at once if no transaction can be opened."""
        with self._changed:
            batch += self._waiting
            self._waiting.clear()
        return batch

    def _withdraw(self, mine: "_Waiting[Any]") -> None:
        """Withdraw an interrupted caller's command if it has not begun, and give up its turn."""
        with self._changed:
            if mine in self._waiting:
                self._waiting.remove(mine)
            if self._deciding == get_ident():
                self._deciding = None
            self._changed.notify_all()


class _Waiting(Generic[T]):
    """The work of one thread, and its result.

    Attributes:
        is_answered: whether it was committed or has failed, so that its caller can go on.
    """

    def __init__(self, work: Callable[[Streams], T]) -> None:
        self._work = work
        self._context = copy_context()  # a host's clock may ask what its caller has set
        self._answers: list[T] = []
        self._error: Exception | None = None
        self.is_answered = False

    def do(self, log: LogOfMany, streams: Streams) -> None:
        """Run the work in a savepoint of the transaction.

        Raises:
            Exception: the work failed and ended the whole transaction, also for the others.
        """
        try:
            with log.part():
                self._answers.append(self._context.run(self._work, streams))
        except Exception as error:
            self._error = error
            if not log.is_open:
                raise

    def fail(self, error: Exception) -> None:
        """Set the error to raise in the caller: the transaction was not committed."""
        self._error = error

    def answer(self) -> T:
        """Return the result of the work, or raise the error with which it failed."""
        if self._error is not None:
            raise self._error
        return self._answers[0]


def _fail(batch: list[_Waiting[Any]], error: BaseException) -> None:
    """Fail each command of a batch, each with its own error object: each thread raises its own."""
    kind = type(error) if isinstance(error, RecordError) else StorageError
    why = str(error) if isinstance(error, RecordError) else _ENDED.format(type(error).__name__)
    for one in batch:
        failed = kind(why)
        failed.__cause__ = error
        one.fail(failed)


_ENDED: Final = (
    "it is not known whether the command was recorded: the thread that committed it together "
    "with those of other threads failed with {}. Try again with the same command_id, and "
    "nothing is recorded twice"
)
_FOR_ITSELF: Final = (
    "a command was given while another command of the same store is being decided, for example "
    "by its clock. With `commits_together` it would wait for itself. Use a clock that does "
    "not use the store, or open the store without `commits_together`"
)
