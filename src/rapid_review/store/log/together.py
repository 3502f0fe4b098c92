"""Commit the commands of many threads together: one thread decides all that wait.

A command is mostly a wait for the disk, one after the other. Here each thread puts what it has to
do in a queue. One of those that wait takes all of it, does each in a part of one transaction, in
the order in which they came, and commits once; then the next one takes what has come meanwhile. So
there is no thread of its own that could die, or would have to be stopped.

Each caller is answered once the commit is on the disk, with what came of its own part: one that is
refused, or fails, leaves nothing behind, and takes nothing from the others.
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
from rapid_review.store.log.stream import ReadBefore, ReadInTransaction
from rapid_review.store.log.streams import Streams

MOST: Final = 64
"""How many commands are decided in one transaction, at most: other processes wait meanwhile."""

T = TypeVar("T")


class Together:
    """Commands that wait to be committed together, in one store and one process.

    Args:
        lend: lends the log alone, in one transaction.
        codec: how entries become bytes.
        before: the cases read before.
    """

    def __init__(self, lend: LendsForMany, codec: Codec, before: ReadBefore) -> None:
        self._lend = lend
        self._codec = codec
        self._before = before
        self._waiting = deque[_Waiting[Any]]()
        self._changed = Condition()
        self._at_it: int | None = None
        """The thread that decides for all just now; None if none does."""
        self._answered = 0
        """How many were answered at once the last time."""
        self._closed = False

    def do(self, work: Callable[[Streams], T]) -> T:
        """Do some reading, deciding and appending, with what others do; return its result.

        Args:
            work: is given the entries as they are in the transaction, in whichever thread decides.

        Raises:
            ClosedError: the store is closed.
            StorageError: the transaction could not be committed, or it is not known whether it
                was; or this is asked by what is just being decided, and would wait for itself.
        """
        if self._at_it == get_ident():
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
        """How many commands wait just now, beside those that are being decided."""
        return len(self._waiting)

    def close(self) -> None:
        """Take nothing more, and wait until all that waits is answered."""
        with self._changed:
            self._closed = True
            if self._at_it != get_ident():  # as where a signal ends the thread that decides
                self._changed.wait_for(lambda: not self._waiting and self._at_it is None)

    def _is_next(self, mine: "_Waiting[Any]") -> bool:
        """Wait until this is answered, or it is this thread's turn to decide; say if it is."""
        with self._changed:
            self._changed.wait_for(lambda: mine.is_answered or self._at_it is None)
            if not mine.is_answered:
                self._at_it = get_ident()
            return not mine.is_answered

    def _decide(self) -> None:
        """Decide and commit what waits, and what comes meanwhile, and answer each.

        Only an interruption is raised: it is this thread's own.
        """
        batch: list[_Waiting[Any]] = []
        try:
            with self._lend() as log:
                within = Streams(log, self._codec, ReadInTransaction(self._before))
                while self._takes_one_more(batch):
                    batch[-1].do(log, within)
        except Exception as error:  # noqa: BLE001 - it is every caller's
            _fail(batch or self._all_taken(batch), error)
        except BaseException as error:
            _fail(batch, error)
            raise
        finally:
            with self._changed:
                self._at_it = None
                self._answered = len(batch)
                for one in batch:
                    one.is_answered = True
                self._changed.notify_all()

    def _takes_one_more(self, batch: "list[_Waiting[Any]]") -> bool:
        """Take what has waited longest, if anything waits and the batch is not long enough.

        Where several ask, the other threads get their turn once before the commit: those who were
        answered a moment ago come again just then, and would else wait for one commit more.
        """
        if not self._waiting and max(len(batch), self._answered) > 1:
            time.sleep(0)
        with self._changed:
            if not self._waiting or len(batch) == MOST:
                return False
            batch.append(self._waiting.popleft())
            return True

    def _all_taken(self, batch: "list[_Waiting[Any]]") -> "list[_Waiting[Any]]":
        """Take all that waits, where no transaction could be begun: none need find that again."""
        with self._changed:
            batch += self._waiting
            self._waiting.clear()
        return batch

    def _withdraw(self, mine: "_Waiting[Any]") -> None:
        """Take back what nobody has begun, and the turn, where its caller is interrupted."""
        with self._changed:
            if mine in self._waiting:
                self._waiting.remove(mine)
            if self._at_it == get_ident():
                self._at_it = None
            self._changed.notify_all()


class _Waiting(Generic[T]):
    """What one thread has to do, and its result.

    Attributes:
        is_answered: whether it was committed, or failed.
    """

    def __init__(self, work: Callable[[Streams], T]) -> None:
        self._work = work
        self._context = copy_context()  # a host's clock may ask what its caller has set
        self._answers: list[T] = []
        self._error: Exception | None = None
        self.is_answered = False

    def do(self, log: LogOfMany, streams: Streams) -> None:
        """Do it, in a part of the transaction.

        Raises:
            Exception: it ended the transaction, and so what the others did.
        """
        try:
            with log.part():
                self._answers.append(self._context.run(self._work, streams))
        except Exception as error:
            self._error = error
            if not log.is_open:
                raise

    def fail(self, error: Exception) -> None:
        """Say why it is not committed, whatever its result."""
        self._error = error

    def answer(self) -> T:
        """Return its result, or raise why it failed."""
        if self._error is not None:
            raise self._error
        return self._answers[0]


def _fail(batch: list[_Waiting[Any]], error: BaseException) -> None:
    """Fail each command of a batch with an error of its own: each is raised in another thread."""
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
