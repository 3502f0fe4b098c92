"""Reviews that are awaited: the same answers, a few at a time, and nothing half done."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import pytest

import rapid_review
from rapid_review.domain.errors import CaseMovedError, ClosedError, InvalidInputError, Refused
from rapid_review.store import Answer, RapidReviews
from rapid_review.store.asynchronous import AsyncRapidReviews
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.store.store import Store
from tests.domain.a_review import CLOSE, CONVENE, INFORM, KENT, RECEIVE, changed
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, reviews_in

A_MINUTE = 60.0
T = TypeVar("T")


def awaited(what: Coroutine[None, None, T]) -> T:
    """Return what is awaited, in a thread of its own: in ours a browser's event loop may run."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(asyncio.run, what).result()


class HeldClock(HandSetClock):
    """A clock that is asked between the decision and the append, and answers when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.is_held = False
        self.asked, self.may_answer = threading.Event(), threading.Event()

    def __call__(self) -> datetime:
        """Say what time it is, when it may be said."""
        if self.is_held:
            self.asked.set()
            assert self.may_answer.wait(A_MINUTE)
        return super().__call__()


def test_what_is_awaited_is_answered_as_ever(store: Store) -> None:
    """Asking, reading, and the domain's own no."""

    async def review() -> None:
        async with AsyncRapidReviews(kent_in(store)) as reviews:
            opened = await reviews.ask(CASE, RECEIVE, by=TEAM, command_id="form-1")
            assert (opened.version, opened.repeated) == (4, False)
            (informed,) = await reviews.handle(CASE, INFORM, by=TEAM, expected_version=4)
            with pytest.raises(CaseMovedError):
                await reviews.ask(CASE, CONVENE, by=TEAM, expected_version=4)
            with pytest.raises(Refused):
                await reviews.ask(CASE, CLOSE, by=TEAM)
            beside = kent_in(store)
            assert await reviews.history(CASE) == (*opened.entries, informed)
            assert await reviews.case(CASE) == beside.case(CASE)
            assert (await reviews.case_history(CASE)).entries == beside.history(CASE)
            assert await reviews.references() == (CASE,)
            assert await reviews.run(lambda one: one.exports()) == ()

    awaited(review())


def test_what_yields_is_read_to_its_end_in_the_thread(store: Store) -> None:
    """A generator would do nothing, in nobody's thread, until somebody reads it."""
    alone = threading.current_thread()
    threads = set[threading.Thread]()

    def numbers(reviews: RapidReviews) -> Iterator[int]:
        for number, _ in enumerate(reviews.references(), start=1):
            threads.add(threading.current_thread())
            yield number

    async def work(reviews: RapidReviews) -> int:
        return len(reviews.references())

    async def review() -> None:
        async with AsyncRapidReviews(kent_in(store)) as reviews:
            await reviews.ask(CASE, RECEIVE, by=TEAM)
            assert await reviews.run(numbers) == [1]
            assert await reviews.run(lambda one: one.each(len, print)) == [len(CASE)]
            with pytest.raises(InvalidInputError, match="work: found an async function"):
                await (await reviews.run(work))

    awaited(review())
    assert alone not in threads
    assert len(threads) == 1


def test_words_are_read_with_await_as_well(tmp_path: Path) -> None:
    """The reading is recorded first, as ever."""

    async def read() -> None:
        log = Store.on_sqlite(tmp_path / "access.db", unsealed=True)
        made = RapidReviews.in_memory(
            terms=KENT, clock=HandSetClock(), access=log, authorizer=Everybody()
        )
        async with AsyncRapidReviews(made) as reviews:
            await reviews.handle(CASE, RECEIVE, by=TEAM)
            (one,) = await reviews.read(CASE, 1, by=TEAM, purpose="to prepare the meeting")
            assert one.entry.version == 1
            (reading,) = await reviews.run(lambda the: the.readings())
            assert reading.purpose == "to prepare the meeting"

    awaited(read())


def test_of_many_tasks_at_one_version_one_comes_through(store: Store) -> None:
    """Anyone who awaits is in a race as any other writer is."""

    async def race() -> None:
        async with AsyncRapidReviews(kent_in(store)) as reviews:
            await reviews.ask(CASE, RECEIVE, by=TEAM)
            asking = [
                reviews.ask(CASE, changed(CONVENE, meeting=one), by=TEAM, expected_version=4)
                for one in range(1, 21)
            ]
            answers = await asyncio.gather(*asking, return_exceptions=True)
            assert sum(isinstance(one, Answer) for one in answers) == 1
            assert sum(isinstance(one, CaseMovedError) for one in answers) == 19

    awaited(race())


def test_no_more_are_at_work_than_may_be() -> None:
    """The others wait their turn, and the program that awaits goes on meanwhile."""
    at_work, most, lock = 0, 0, threading.Lock()
    all_there = threading.Barrier(3)

    def work(_: RapidReviews) -> None:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        all_there.wait(A_MINUTE)  # three are needed for any to go on
        with lock:
            at_work -= 1

    async def many() -> None:
        async with AsyncRapidReviews(kent_in(), at_once=3) as reviews:
            await asyncio.gather(*(reviews.run(work) for _ in range(12)))

    awaited(many())
    assert most == 3


def test_what_was_begun_is_recorded_whole_though_its_caller_is_cancelled(store: Store) -> None:
    """Asked again under its id it answers; and what had not begun never does."""
    clock = HeldClock()

    async def review() -> None:
        made = reviews_in(store, terms=KENT, clock=clock, authorizer=Everybody())
        async with AsyncRapidReviews(made, at_once=1) as reviews:
            clock.is_held = True
            begun = asyncio.create_task(reviews.ask(CASE, RECEIVE, by=TEAM, command_id="form-1"))
            assert await asyncio.to_thread(clock.asked.wait, A_MINUTE)
            waiting = asyncio.create_task(
                reviews.ask("KM-2", RECEIVE, by=TEAM, command_id="form-2")
            )
            await asyncio.sleep(0)  # it asks for the thread, which is at work
            for task in (waiting, begun):
                task.cancel()
            answers = await asyncio.gather(begun, waiting, return_exceptions=True)
            assert [type(one) for one in answers] == [asyncio.CancelledError] * 2
            clock.may_answer.set()
            again = await reviews.ask(CASE, RECEIVE, by=TEAM, command_id="form-1")
            assert (len(again.entries), again.repeated) == (4, True)

    awaited(review())
    assert kent_in(store).references() == (CASE,)


def test_closing_waits_for_what_has_been_asked_and_begins_nothing_more(store: Store) -> None:
    """Also for what nobody awaits any more."""
    clock = HeldClock()

    async def review() -> None:
        made = reviews_in(store, terms=KENT, clock=clock, authorizer=Everybody())
        reviews = AsyncRapidReviews(made)
        clock.is_held = True
        begun = asyncio.create_task(reviews.ask(CASE, RECEIVE, by=TEAM))
        assert await asyncio.to_thread(clock.asked.wait, A_MINUTE)
        closing = asyncio.create_task(reviews.close())
        await asyncio.sleep(0)
        with pytest.raises(ClosedError):
            await reviews.references()
        assert not closing.done()
        clock.may_answer.set()
        assert (await begun).version == 4
        await closing

    awaited(review())


def test_what_the_caller_carries_along_is_seen_in_the_thread() -> None:
    """Such as the request's id, by which the host's own log lines belong together."""
    request: ContextVar[str] = ContextVar("request")

    async def ask() -> str:
        request.set("R-7")
        async with AsyncRapidReviews(kent_in()) as reviews:
            return await reviews.run(lambda _: request.get())

    assert awaited(ask()) == "R-7"


def test_it_is_found_where_everything_else_is() -> None:
    """By its short name, which loads it when it is asked for."""
    assert rapid_review.AsyncRapidReviews is AsyncRapidReviews
