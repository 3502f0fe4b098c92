"""A worker goes on whatever fails, looks whatever it is told, and says how it is getting on."""

import logging
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import pytest

from rapid_review.domain.errors import InvalidInputError, StorageError
from rapid_review.store import Store
from rapid_review.store.jobs import Job, Progress, Stepping
from rapid_review.store.worker import JobStatus, Worker
from tests.domain.a_review import RECEIVE
from tests.store.a_read_model import until
from tests.store.a_record import HandSetClock, kent_in, send_all

SHORT: Final = timedelta(milliseconds=50)
"""How often a worker looks in a test, and its longest wait."""
OFTEN: Final = timedelta(hours=1)
"""How often a worker looks that is to be woken."""


@contextmanager
def running(worker: Worker) -> Iterator[None]:
    """Run a worker beside what is done in this context."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive(), "it does not stop"


def worker_of(
    *jobs: Job,
    poll: timedelta = SHORT,
    observe: Callable[[JobStatus], None] | None = None,
    clock: HandSetClock | None = None,
) -> Worker:
    """Return a worker that waits hardly at all."""
    now = clock or HandSetClock()
    return Worker(*jobs, clock=now, poll=poll, longest=SHORT, chance=lambda: 1.0, observe=observe)


@contextmanager
def silence() -> Generator[Callable[[], bool], None, None]:
    """Listen on a connection on which nothing comes."""
    yield lambda: bool(threading.Event().wait(0.01))


@contextmanager
def nobody() -> Generator[Callable[[], bool], None, None]:
    """Listen where there is nobody."""
    raise StorageError("the server cannot be reached")
    yield lambda: True


@pytest.mark.parametrize("news", [silence, nobody, None])
def test_it_looks_again_whatever_it_is_told(news: Callable[[], object] | None) -> None:
    """Where nothing tells of new entries, they are taken in within the time between two looks."""
    reviews = kent_in(Store.in_memory())
    read_model = reviews.read_model()
    job = read_model.job()
    with running(worker_of(Stepping(job.name, job.step, news))):  # type: ignore[arg-type]
        for number in range(3):
            send_all(reviews, RECEIVE, case=f"KM-{number}")
            until(lambda number=number: read_model.position == 4 * (number + 1))  # type: ignore[misc]


def test_it_is_woken_by_what_is_recorded(stores: tuple[Store, Store]) -> None:
    """However long it would wait by itself; one listens for all jobs of a store."""
    reviews = kent_in(stores[0])
    follower = kent_in(stores[1])
    read_model, given = follower.read_model(), list[int]()
    subscription = follower.subscription("s", lambda entries, _: given.extend(map(first, entries)))
    worker = worker_of(read_model.job(), subscription, poll=OFTEN)
    with running(worker):
        until(lambda: all(one.beat_at for one in worker.status()))
        until(lambda: [one.name for one in threading.enumerate()].count("news") == 1)
        send_all(reviews, RECEIVE)
        until(lambda: read_model.position == 4 and given == [1, 2, 3, 4])


def first(pair: tuple[int, object]) -> int:
    """Return the position of an entry."""
    return pair[0]


class Failing:
    """A job that fails so many times, and then does what there is."""

    name = "failing"
    news = None

    def __init__(self, error: Exception, times: int) -> None:
        self.error = error
        self.left = times

    def step(self) -> Progress:
        """Fail, or come to the end."""
        self.left -= 1
        if self.left >= 0:
            raise self.error
        return Progress(8, 8)


@pytest.mark.parametrize("error", [StorageError("the server is away"), OSError(28, "no room")])
def test_a_job_that_fails_is_tried_again_until_it_does_not(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said each time, with the wait, and that it goes on; others go on meanwhile."""
    caplog.set_level(logging.INFO)
    statuses = list[JobStatus]()
    worker = worker_of(
        Failing(error, 3), Stepping("other", lambda: Progress(1, 1)), observe=statuses.append
    )
    with running(worker):
        until(lambda: worker.status()[0].position == 8)
    failed = [(one.failures, one.error) for one in statuses if one.name == "failing"]
    kind = type(error).__name__
    assert failed[:4] == [(1, kind), (2, kind), (3, kind), (0, None)]
    lines = [one.getMessage() for one in caplog.records]
    assert f"failed 2 times in a row; next attempt in 0.1 seconds: {kind}" in lines[1]
    assert lines[3] == "failing: continues after 3 failures"
    assert not [one for one in statuses if one.name == "other" and one.failures]


def test_waits_grow_up_to_the_longest_and_differ_by_chance() -> None:
    """From 1 second, twice as long each time; by chance down to half of it."""
    job = Stepping("one", lambda: Progress(1, 1))
    most, least = (
        Worker(job, clock=HandSetClock(), chance=lambda chance=chance: chance)  # type: ignore[misc]
        for chance in (1.0, 0.0)
    )
    waits = [[one._wait(failures) for failures in range(1, 10)] for one in (most, least)]  # noqa: SLF001
    assert waits[0] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert waits[1] == [one / 2 for one in waits[0]]


def test_a_fault_of_ours_ends_it() -> None:
    """It is raised to anyone who runs it, and no job goes on by itself."""
    worker = worker_of(
        Failing(ZeroDivisionError("a fault"), 1), Stepping("other", lambda: Progress(1, 1))
    )
    with pytest.raises(ZeroDivisionError):
        worker.run(threading.Event())
    assert not worker.is_running
    assert not worker.is_healthy()


def test_anyone_who_observes_it_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """An error there is said, without its text, and that is all."""

    def fail(_: JobStatus) -> None:
        raise ValueError("Jane Canary")

    worker = worker_of(Stepping("one", lambda: Progress(1, 1)), observe=fail)
    with running(worker):
        until(lambda: len(caplog.records) > 2)
    assert caplog.records[0].getMessage() == "one: its observer failed: ValueError"


def test_it_is_healthy_unless_it_lies_behind_and_does_not_move() -> None:
    """Each by itself is none: a long way to go, or nothing to do."""
    clock, progress = HandSetClock(), [Progress(0, 50)]
    worker = worker_of(Stepping("one", lambda: progress[0]), clock=clock)

    def after(seconds: float, position: int, last: int) -> bool:
        progress[0] = Progress(position, last)
        clock.now += timedelta(seconds=seconds)
        until(
            lambda: (
                (worker.status()[0].beat_at, worker.status()[0].position) == (clock.now, position)
            )
        )
        return worker.is_healthy()

    assert not worker.is_healthy(), "it does not run"
    with running(worker):
        assert after(3600, 0, 50), "it does not move, and lies 50 behind"
        assert after(1, 100, 1000), "it lies 900 behind, and has moved"
        assert after(29, 100, 1000), "it has not moved for 29 seconds"
        assert not after(2, 100, 1000), "it has not moved for 31 seconds"
        assert worker.is_healthy(lag=900)
        assert worker.is_healthy(stuck=timedelta(seconds=31))
        assert after(0, 150, 1000), "it moves again"
        assert after(3600, 1000, 1000), "it has come to the end"


def test_a_job_that_comes_to_no_end_is_not_healthy() -> None:
    """Whether it hangs or fails: what it knew last is not believed for long."""
    clock, hangs = HandSetClock(), threading.Event()
    jobs = (
        Failing(StorageError("away"), 10**9),
        Stepping("hangs", lambda: Progress(int(hangs.wait(60)), 1)),
    )
    for job in jobs:
        worker = worker_of(job, clock=clock)
        with running(worker):
            until(lambda worker=worker: worker.is_running)  # type: ignore[misc]
            assert worker.is_healthy()
            clock.now += timedelta(seconds=31)
            assert not worker.is_healthy()
            hangs.set()


def test_a_worker_needs_jobs_each_of_its_own_name() -> None:
    """Else its figures could not be distinguished."""
    job = Stepping("one", lambda: Progress(1, 1))
    for jobs in ((), (job, job)):
        with pytest.raises(InvalidInputError, match="each job needs its own name"):
            worker_of(*jobs)
