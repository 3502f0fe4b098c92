"""A worker: it keeps jobs going, each in a thread of its own, whatever becomes of the store.

It looks every few seconds whether there is something to do, and at once where the store tells of
new entries: that it tells is not relied upon. Where a job fails, because the store is away or an
entry cannot be handled, it waits longer each time, and then goes on. Only a fault of ours ends it.
"""

import logging
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from typing import Final

from rapid_review.domain.errors import InvalidInputError, RapidReviewError
from rapid_review.store.jobs import Job, News, Progress

POLL: Final = timedelta(seconds=5)
"""After which time a job looks again, though nothing was told."""
LONGEST: Final = timedelta(seconds=60)
"""The longest wait after a failure."""
LAG: Final = 100
"""How many positions a job may lie behind before it is asked whether it moves."""
STUCK: Final = timedelta(seconds=30)
"""For how long it may lie behind and not move."""
_LOOK: Final = 0.2  # seconds between two looks at whether to stop
_FIRST_WAIT: Final = 1.0  # seconds, after the first failure; twice as many after each that follows
_LOG: Final = logging.getLogger("rapid_review.work")


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How a job is getting on.

    Attributes:
        name: what it is called.
        position: up to where it has come.
        last: where the store ended when it last looked.
        beat_at: when it last came to the end of a step; at first, when the worker began.
        moved_at: when it last moved, or found that there was nothing to do; the same.
        failures: how often running it has failed.
        error: the kind of error it failed with last; None if it does not fail.
        parked: how many entries it has put aside.
    """

    name: str
    position: int
    last: int
    beat_at: datetime
    moved_at: datetime
    failures: int
    error: str | None
    parked: int

    @property
    def lag(self) -> int:
        """How many positions it lay behind when it last looked."""
        return self.last - self.position


@dataclass(slots=True)
class _Kept:
    """A job that is kept going."""

    job: Job
    beat_at: datetime
    moved_at: datetime
    woken: Event = field(default_factory=Event)
    progress: Progress = field(default_factory=lambda: Progress(0, 0))
    failures: int = 0
    error: str | None = None

    def went(self, progress: Progress, now: datetime) -> bool:
        """Take in how far it has come; say whether it has moved and there is more to do."""
        moved = progress.position != self.progress.position
        if moved or progress.position >= progress.last:
            self.moved_at = now
        self.beat_at, self.progress = now, progress
        self.failures, self.error = 0, None
        return moved and progress.position < progress.last

    def status(self) -> JobStatus:
        position, last, parked = self.progress
        return JobStatus(
            *(self.job.name, position, last, self.beat_at, self.moved_at),
            *(self.failures, self.error, parked),
        )


class Worker:
    """Keeps jobs going: read models, subscriptions, checkpoints.

    Any number may run at once, in threads, processes and on machines.

    Args:
        jobs: what is kept going; no two of one name.
        clock: says what time it is, aware.
        poll: after which time a job looks again, though nothing was told.
        longest: the longest wait after a failure.
        chance: gives a number from 0 to 1, by which waits differ: of many who lost the store not
            all come back at once.
        logger: receives what fails, and what goes on.
        observe: called after each step with how its job is getting on, in the job's thread.

    Raises:
        InvalidInputError: there is no job, or two are of one name.
    """

    def __init__(
        self,
        *jobs: Job,
        clock: Callable[[], datetime],
        poll: timedelta = POLL,
        longest: timedelta = LONGEST,
        chance: Callable[[], float] = random.random,
        logger: logging.Logger = _LOG,
        observe: Callable[[JobStatus], None] | None = None,
    ) -> None:
        names = [job.name for job in jobs]
        if not jobs or len(set(names)) < len(names):
            raise InvalidInputError(
                "a worker needs at least one job, and each job needs its own name; found: "
                f"{', '.join(names) or 'none'}. A job is a read model, a subscription, or "
                "checkpoints"
            )
        self._clock = clock
        self._poll = poll
        self._longest = longest
        self._chance = chance
        self._logger = logger
        self._observe = observe
        self._lock = Lock()
        self._over = Event()
        self._faults: list[BaseException] = []
        self._is_running = False
        now = clock()
        self._kept = tuple(_Kept(job, now, now) for job in jobs)

    # --- Running

    def run(self, stop: Event) -> None:
        """Keep the jobs going until `stop` is set; a step that has begun is finished.

        Raises:
            Exception: a fault of ours, or of the person who made a job, which no waiting mends.
        """
        self._over.clear()
        self._faults.clear()
        threads = [Thread(None, self._keep, one.job.name, (one,)) for one in self._kept]
        threads += [Thread(None, self._listen, "news", those) for those in self._by_news()]
        self._is_running = True
        for thread in threads:
            thread.start()
        try:
            while not stop.wait(_LOOK) and not self._faults:
                pass
        finally:
            self._is_running = False
            self._over.set()
            for one in self._kept:
                one.woken.set()
            for thread in threads:
                thread.join()
        if self._faults:
            raise self._faults[0]

    def _keep(self, kept: _Kept) -> None:
        while not self._over.is_set():
            kept.woken.clear()
            try:
                progress = kept.job.step()
            except (RapidReviewError, OSError) as error:
                wait = self._failed(kept, error)
                self._told(kept)
                self._over.wait(wait)
            except BaseException as fault:  # noqa: BLE001 - it is raised in `run`
                self._faults.append(fault)
                return
            else:
                has_more = self._went(kept, progress)
                self._told(kept)
                if not has_more and not self._over.is_set():
                    kept.woken.wait(self._poll.total_seconds())

    def _went(self, kept: _Kept, progress: Progress) -> bool:
        if kept.failures:
            self._logger.info("%s: continues after %d failures", kept.job.name, kept.failures)
        with self._lock:
            return kept.went(progress, self._clock())

    def _failed(self, kept: _Kept, error: Exception) -> float:
        with self._lock:
            kept.failures += 1
            kept.error = type(error).__name__
        wait = self._wait(kept.failures)
        self._logger.warning(
            "%s: failed %d times in a row; next attempt in %.1f seconds: %s: %s",
            *(kept.job.name, kept.failures, wait, kept.error, error),
        )
        return wait

    def _wait(self, failures: int) -> float:
        """Return how many seconds to wait: at most so many, and at least half as many."""
        most = min(self._longest.total_seconds(), _FIRST_WAIT * 2.0 ** min(failures - 1, 30))
        return most * (1 + self._chance()) / 2

    def _told(self, kept: _Kept) -> None:
        if self._observe is None:
            return
        with self._lock:
            status = kept.status()
        try:
            self._observe(status)
        except Exception as error:  # noqa: BLE001 - anyone who looks on ends nothing
            self._logger.warning("%s: its observer failed: %s", status.name, type(error).__name__)

    # --- Being told of new entries

    def _by_news(self) -> Iterable[tuple[News, list[Event]]]:
        found: dict[News, list[Event]] = {}
        for one in self._kept:
            if (news := one.job.news) is not None:
                found.setdefault(news, []).append(one.woken)
        return found.items()

    def _listen(self, news: News, woken: list[Event]) -> None:
        """Wake jobs when there may be something to do; where that fails, they look without."""
        failures = 0
        while not self._over.is_set():
            try:
                with news() as came:
                    failures, is_new = 0, True  # what came before it listened, nothing tells
                    while not self._over.is_set():
                        for one in woken if is_new else ():
                            one.set()
                        is_new = came()
            except (RapidReviewError, OSError) as error:
                failures += 1
                wait = self._wait(failures)
                self._logger.warning(
                    "cannot receive notices of new entries, so jobs look every %g seconds; "
                    "next attempt to listen in %.1f seconds: %s: %s",
                    *(self._poll.total_seconds(), wait, type(error).__name__, error),
                )
                self._over.wait(wait)
            except BaseException as fault:  # noqa: BLE001 - it is raised in `run`
                self._faults.append(fault)
                return

    # --- How it is getting on

    @property
    def is_running(self) -> bool:
        """Whether it runs, and no fault of ours has ended it."""
        return self._is_running and not self._faults

    def status(self) -> tuple[JobStatus, ...]:
        """Return how each job is getting on."""
        with self._lock:
            return tuple(one.status() for one in self._kept)

    def is_healthy(self, *, lag: int = LAG, stuck: timedelta = STUCK) -> bool:
        """Say whether it runs, and each job moves or has nothing to move for.

        A job that lies far behind and moves is healthy, and so is one that waits for entries. One
        that has come to the end of no step for long is not, whatever it last knew.

        Args:
            lag: how many positions a job may lie behind.
            stuck: for how long it may lie further behind and not move; and, beside the time
                between two looks, without coming to the end of a step.
        """
        now = self._clock()
        return self.is_running and all(
            (one.lag <= lag or now - one.moved_at <= stuck)
            and now - one.beat_at <= stuck + self._poll
            for one in self.status()
        )
