"""A worker: it runs jobs again and again, each in its own thread, also while the store fails.

Each job looks for new entries every few seconds, and at once if the store notifies it; the
notifications only save time, and no job depends on them. If a job fails, because the store cannot
be reached or an entry cannot be handled, the worker waits before it tries again, longer after each
failure. Only a programming error ends the worker.
"""

import logging
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from typing import Final

from rapid_review.domain.errors import InvalidInputError, RapidReviewError
from rapid_review.domain.printable import counted
from rapid_review.store.callbacks import must_be_function
from rapid_review.store.jobs import Job, News, Progress

POLL: Final = timedelta(seconds=5)
"""How long a job waits before it looks again, if nothing wakes it."""
LONGEST: Final = timedelta(seconds=60)
"""The longest wait after a failure."""
LAG: Final = 100
"""How many positions a job may lie behind, whether or not it moves."""
STUCK: Final = timedelta(seconds=30)
"""How long a job may lie behind without moving before the worker counts as unhealthy."""
_LOOK: Final = 0.2  # seconds between two looks at whether to stop
_FIRST_WAIT: Final = 1.0  # seconds, after the first failure; twice as many after each that follows
_LOG: Final = logging.getLogger("rapid_review.work")


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How a job is getting on.

    Attributes:
        name: the job's name.
        position: the position up to which the job has worked.
        last: the newest position in the store when the job last looked.
        beat_at: when the last step ended; before the first one, when the worker was made.
        moved_at: when the job last advanced, or found nothing to do; at first as for `beat_at`.
        failures: how many times in a row the job has failed.
        error: the class of the last error; None if the last step succeeded.
        parked: how many entries the job has put aside.
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
        """How many positions the job was behind the newest entry when it last looked."""
        return self.last - self.position


@dataclass(slots=True)
class _RunningJob:
    """A job, and how its steps have gone so far."""

    job: Job
    beat_at: datetime
    moved_at: datetime
    woken: Event = field(default_factory=Event)
    progress: Progress = field(default_factory=lambda: Progress(0, 0))
    failures: int = 0
    error: str | None = None

    def succeeded(self, progress: Progress, now: datetime) -> bool:
        """Note that a step ended without an error; return whether to run the next one at once."""
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
    """Runs jobs again and again: read models, subscriptions, checkpoints.

    Any number of workers may run at once, in several threads, processes and machines.

    Args:
        jobs: the jobs to run; each needs its own name.
        clock: returns the time now, aware.
        poll: how long a job waits before it looks again, if nothing wakes it.
        longest: the longest wait after a failure.
        chance: returns a number from 0 to 1 that varies the waits, so that many workers that lost
            the same store do not all return at the same moment.
        logger: receives each failure, and each recovery.
        observe: called after each step with the status of its job, in the job's thread.

    Raises:
        InvalidInputError: there is no job, or two jobs have the same name; or `observe` cannot be
            called with a status, or would have to be awaited.
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
        if observe is not None:
            must_be_function("observe", observe, "a JobStatus")
        now = clock()
        self._jobs = tuple(_RunningJob(job, now, now) for job in jobs)

    # --- Running

    def run(self, stop: Event) -> None:
        """Run the jobs until `stop` is set; a step that has begun is finished.

        Raises:
            Exception: a programming error here or in a job, which trying again cannot mend.
        """
        self._over.clear()
        self._faults.clear()
        threads = [
            Thread(None, self._run_job, running.job.name, (running,)) for running in self._jobs
        ]
        threads += [
            Thread(None, self._listen, "news", source) for source in self._sources_of_news()
        ]
        self._is_running = True
        for thread in threads:
            thread.start()
        try:
            while not stop.wait(_LOOK) and not self._faults:
                pass
        finally:
            self._is_running = False
            self._over.set()
            for running in self._jobs:
                running.woken.set()
            for thread in threads:
                thread.join()
        if self._faults:
            raise self._faults[0]

    def _run_job(self, running: _RunningJob) -> None:
        while not self._over.is_set():
            running.woken.clear()
            try:
                progress = running.job.step()
            except (RapidReviewError, OSError) as error:
                wait = self._after_failure(running, error)
                self._report(running)
                self._over.wait(wait)
            except BaseException as fault:  # noqa: BLE001 - it is raised in `run`
                self._faults.append(fault)
                return
            else:
                has_more = self._after_success(running, progress)
                self._report(running)
                if not has_more and not self._over.is_set():
                    running.woken.wait(self._poll.total_seconds())

    def _after_success(self, running: _RunningJob, progress: Progress) -> bool:
        """Note that a step succeeded; return whether to run the next one at once."""
        if running.failures:
            failures = counted(running.failures, "failure")
            self._logger.info("%s: continues after %s", running.job.name, failures)
        with self._lock:
            return running.succeeded(progress, self._clock())

    def _after_failure(self, running: _RunningJob, error: Exception) -> float:
        """Note that a step failed; return how many seconds to wait before the next one."""
        with self._lock:
            running.failures += 1
            running.error = type(error).__name__
        wait = self._wait(running.failures)
        self._logger.warning(
            "%s: failed %s in a row; next attempt in %.1f seconds: %s: %s",
            *(running.job.name, counted(running.failures, "time"), wait, running.error, error),
        )
        return wait

    def _wait(self, failures: int) -> float:
        """Return how many seconds to wait: doubled with each failure, and varied by up to half."""
        longest = min(self._longest.total_seconds(), _FIRST_WAIT * 2.0 ** min(failures - 1, 30))
        return longest * (1 + self._chance()) / 2

    def _report(self, running: _RunningJob) -> None:
        if self._observe is None:
            return
        with self._lock:
            status = running.status()
        try:
            self._observe(status)
        except Exception as error:  # noqa: BLE001 - an observer that fails must not end the job
            self._logger.warning("%s: its observer failed: %s", status.name, type(error).__name__)

    # --- Notices of new entries

    def _sources_of_news(self) -> Iterable[tuple[News, list[Event]]]:
        """Return each source of news once, with the events that wake the jobs it is for."""
        found: dict[News, list[Event]] = {}
        for running in self._jobs:
            if (news := running.job.news) is not None:
                found.setdefault(news, []).append(running.woken)
        return found.items()

    def _listen(self, news: News, woken: list[Event]) -> None:
        """Wake jobs when there may be new entries; while listening fails, they poll instead."""
        failures = 0
        while not self._over.is_set():
            try:
                with news() as wait_for_news:
                    failures, is_new = 0, True  # entries may have come before anybody listened
                    while not self._over.is_set():
                        for event in woken if is_new else ():
                            event.set()
                        is_new = wait_for_news()
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
        """Whether it runs, and no programming error has ended it."""
        return self._is_running and not self._faults

    def status(self) -> tuple[JobStatus, ...]:
        """Return the status of each job."""
        with self._lock:
            return tuple(running.status() for running in self._jobs)

    def is_healthy(self, *, lag: int = LAG, stuck: timedelta = STUCK) -> bool:
        """Return whether it runs, and every job either advances or has nothing to do.

        A job that is far behind but advances is healthy, and so is one that waits for entries. A
        job whose last step ended too long ago is not, however far it had come by then.

        Args:
            lag: how many positions a job may lie behind, whether or not it advances.
            stuck: how long a job may lie further behind than that without advancing; and how long
                a step may take, beside the time between two looks.
        """
        now = self._clock()
        return self.is_running and all(
            (job.lag <= lag or now - job.moved_at <= stuck)
            and now - job.beat_at <= stuck + self._poll
            for job in self.status()
        )
