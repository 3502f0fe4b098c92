"""Commands of many threads that are committed together: each has its own answer.

The first of them is held by its clock while the others come, so that all are in one transaction.
"""

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from hypothesis import given, settings
from hypothesis import strategies as st

from rapid_review.domain.commands import Command
from rapid_review.domain.errors import (
    InvalidInputError,
    RapidReviewError,
    Refused,
    StorageError,
)
from rapid_review.store import Answer, RapidReviews
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.store.backends import open as opening
from rapid_review.store.backends.open import joined
from rapid_review.store.backends.sqlite.log import SQLiteLog, SQLiteLogAlone
from rapid_review.store.backends.sqlite.opening import open_sqlite
from rapid_review.store.log.group_commit import MOST
from rapid_review.store.store import Store
from tests.domain.a_review import CLOSE, CONVENE, INFORM, KENT, RECEIVE, WRITE, changed
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, reviews_in, send_all

A_MINUTE = 60.0
CASES = ("KM-1", "KM-2", "KM-3")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a store is to be."""
    return tmp_path / "record.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """Return an empty store that commits commands together."""
    with closing(Store.on_sqlite(path, unsealed=True, commits_together=True)) as opened:
        yield opened


class HeldClock(HandSetClock):
    """A clock that is asked by the first command, and answers when the others wait."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self.others: int | None = None
        self.then: Callable[[], object] = lambda: None

    def __call__(self) -> datetime:
        """Say what time it is, once so many others wait."""
        others, self.others = self.others, None
        if others is not None:
            wait(lambda: waiting_in(self._store) == others)
            self.then()
        return super().__call__()


def wait(until: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + A_MINUTE
    while not until():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.001)


def waiting_in(store: Store) -> int:
    """Return how many commands wait."""
    assert store.group_commit is not None
    return store.group_commit.waiting


def at_once(
    reviews: RapidReviews, clock: HeldClock, *asked: tuple[str, Command]
) -> list[Answer | BaseException]:
    """Ask the first, and the others while it is decided; return what came of each."""
    clock.others = len(asked) - 1
    with ThreadPoolExecutor(len(asked)) as pool:
        first = pool.submit(reviews.ask, *asked[0], by=TEAM)
        wait(lambda: clock.others is None or first.done())  # its clock is asked: it has its turn
        others = [pool.submit(reviews.ask, *one, by=TEAM) for one in asked[1:]]
    return [_came(one) for one in (first, *others)]


def _came(one: "Future[Answer]") -> Answer | BaseException:
    return one.exception() or one.result()


def held_in(store: Store) -> tuple[RapidReviews, HeldClock]:
    """Return reviews whose first command can be held, with three cases that were opened."""
    for case in CASES:
        send_all(kent_in(store), RECEIVE, case=case)
    clock = HeldClock(store)
    return reviews_in(store, terms=KENT, clock=clock, authorizer=Everybody()), clock


def kinds_of(store: Store, case: str) -> list[str]:
    """Return the kinds of a case's entries after its opening."""
    return [one.event.kind for one in kent_in(store).history(case)[4:]]


# --- One transaction, and each its own answer


def test_who_is_refused_harms_no_other_of_the_same_transaction(store: Store) -> None:
    """ToR 7.10: what is refused leaves nothing, and those before and after it are recorded."""
    reviews, clock = held_in(store)
    first, refused, last = at_once(
        reviews, clock, (CASES[0], CONVENE), (CASES[1], CLOSE), (CASES[2], INFORM)
    )
    assert isinstance(refused, Refused)
    assert isinstance(first, Answer)
    assert isinstance(last, Answer)
    assert [one.event.kind for one in first.entries] == ["MeetingConvened"]
    assert [one.event.kind for one in last.entries] == ["MemberInformed"]
    assert [kinds_of(store, case) for case in CASES] == [
        ["MeetingConvened"],
        [],
        ["MemberInformed"],
    ]


def test_each_is_decided_on_what_those_before_it_left(store: Store) -> None:
    """What was just recorded in the same transaction is so already, and nothing is said twice."""
    reviews, clock = held_in(store)
    answers = at_once(reviews, clock, *[(CASES[0], CONVENE)] * 4)
    assert sorted(len(one.entries) for one in answers if isinstance(one, Answer)) == [0, 0, 0, 1]
    assert {one.version for one in answers if isinstance(one, Answer)} == {5}
    assert kinds_of(store, CASES[0]) == ["MeetingConvened"]


def test_of_many_who_wait_so_many_are_decided_at_once_and_the_others_after_them(
    store: Store,
) -> None:
    """Nobody waits for ever, and nobody is left out."""
    reviews, clock = held_in(store)
    letters = [(CASES[n % 3], changed(WRITE, correspondence=f"L-{n}")) for n in range(MOST + 6)]
    answers = at_once(reviews, clock, *letters)
    assert all(isinstance(one, Answer) and len(one.entries) == 1 for one in answers)
    assert sum(len(kinds_of(store, case)) for case in CASES) == MOST + 6


def test_nothing_is_answered_before_it_is_committed(store: Store, path: Path) -> None:
    """What others read while it is decided is the case as it was."""
    reviews, clock = held_in(store)
    seen: list[int] = []

    def look() -> None:
        with closing(Store.on_sqlite(path, create=False)) as other:
            seen.append(len(list(other.all_entries())))

    clock.then = look
    at_once(reviews, clock, (CASES[0], CONVENE), (CASES[1], INFORM))
    assert seen == [12]
    assert len(list(store.all_entries())) == 14


# --- What fails


def test_a_file_that_was_replaced_fails_everybody_who_waits(store: Store, path: Path) -> None:
    """Nothing is acknowledged of what would be lost, and each is told in an error of its own."""
    reviews, clock = held_in(store)
    clock.then = lambda: path.rename(path.with_name("elsewhere.db"))
    came = at_once(reviews, clock, *[(case, CONVENE) for case in CASES])
    assert all(isinstance(one, StorageError) for one in came)
    assert len(set(map(id, came))) == len(came)
    assert all("nothing was acknowledged" in str(one) for one in came)
    with pytest.raises(StorageError, match="replaced or removed"):
        send_all(reviews, INFORM, case=CASES[0])


def test_who_is_interrupted_while_deciding_for_all_fails_those_plainly(store: Store) -> None:
    """Those whose turn it was, who may ask again; those who still wait are decided by another."""
    reviews, clock = held_in(store)
    answers = iter([None, KeyboardInterrupt()])

    def interrupted() -> datetime:
        if (error := next(answers, None)) is not None:
            raise error
        return clock()

    reviews = reviews_in(store, terms=KENT, clock=interrupted, authorizer=Everybody())
    first, *others = at_once(reviews, clock, *[(case, CONVENE) for case in CASES])
    assert isinstance(first, KeyboardInterrupt)
    failed, answered = sorted(others, key=lambda one: isinstance(one, Answer))
    assert isinstance(failed, StorageError)
    assert "failed with KeyboardInterrupt" in str(failed)
    assert "same command_id" in str(failed)
    assert isinstance(answered, Answer)
    assert sum(len(kinds_of(store, case)) for case in CASES) == 1


class EndsItself(SQLiteLogAlone):
    """A transaction that ends at the third append, as SQLite ends one where the disk is full."""

    appended = 0

    def insert_events(self, stored_events: Sequence[StoredEvent]) -> Sequence[int]:
        """Insert rows, or end the transaction and all that was in it."""
        self.appended += 1
        if self.appended == 3:
            with self._held.transaction(commit=True) as cursor:
                cursor.execute("ROLLBACK")
                raise sqlite3.OperationalError("database or disk is full")
        return super().insert_events(stored_events)


class OnAFullDisk(SQLiteLog):
    """A log whose transactions end by themselves."""

    @contextmanager
    def alone(self) -> Generator[SQLiteLogAlone, None, None]:
        """Lend it."""
        with self.datastore.transaction(commit=True, at_once=True) as cursor:
            yield EndsItself(self.datastore.held(cursor), is_sealed=False)


def test_a_transaction_that_the_database_ends_fails_all_that_was_in_it(path: Path) -> None:
    """Those who were decided before are not told that it is recorded; asked again, it is."""
    log = OnAFullDisk(open_sqlite(path, create=True, sealed=False).datastore)
    with closing(Store(joined(log), unsealed=True, commits_together=True)) as store:
        reviews, clock = held_in(store)
        came = at_once(reviews, clock, *[(case, CONVENE) for case in CASES])
        assert [type(one) for one in came] == [StorageError] * 3
        assert all("disk is full" in str(one) for one in came)
        assert [kinds_of(store, case) for case in CASES] == [[], [], []]
        assert send_all(reviews, CONVENE, case=CASES[0])


def test_a_part_that_fails_leaves_nothing_and_takes_nothing_from_the_others(path: Path) -> None:
    """Also where some of its rows were inserted before one could not be: a version is missing."""
    stream = UUID(int=7)
    first, third = (StoredEvent(stream, version, "Kind", b"{}") for version in (1, 3))
    with closing(open_sqlite(path, create=True, sealed=False)) as log:
        with log.alone() as many:
            with pytest.raises(IntegrityError), many.part():
                many.insert_events([first, third])
            assert many.is_open
            with many.part():
                many.insert_events([first])
        assert [row[0] for row in log.rows.of(stream)] == [1]


# --- The end


def test_what_waits_is_answered_before_the_store_is_closed(store: Store) -> None:
    """And nothing is taken after that."""
    reviews, clock = held_in(store)
    closing_ = threading.Thread(target=store.close)
    clock.then = closing_.start
    came = at_once(reviews, clock, *[(case, CONVENE) for case in CASES])
    assert all(isinstance(one, Answer) for one in came)
    closing_.join()
    with pytest.raises(StorageError, match="closed"):
        send_all(reviews, INFORM, case=CASES[0])


# --- What surrounds a command


def test_a_clock_that_asks_of_the_same_store_is_told_that_it_would_wait_for_itself(
    store: Store,
) -> None:
    """It fails at once, and records nothing."""
    reviews, clock = held_in(store)
    clock.then = lambda: send_all(reviews, INFORM, case=CASES[1])
    (came,) = at_once(reviews, clock, (CASES[0], CONVENE))
    assert isinstance(came, StorageError)
    assert "wait for itself" in str(came)
    assert [kinds_of(store, case) for case in CASES] == [[], [], []]


def test_whoever_decides_each_command_is_decided_as_its_caller_would(store: Store) -> None:
    """A host's clock may ask what the request has set."""
    hour = ContextVar("hour", default=12)
    held = held_in(store)[1]

    def clock() -> datetime:
        return held().replace(hour=hour.get())

    reviews = reviews_in(store, terms=KENT, clock=clock, authorizer=Everybody())

    def ask(number: int) -> Answer:
        hour.set(12 + number)
        return reviews.ask(CASES[number], CONVENE, by=TEAM)

    held.others = 2
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(ask, range(3)))
    assert [one.entries[0].recorded_at.hour for one in answers] == [12, 13, 14]


def test_only_a_store_in_a_file_commits_commands_together() -> None:
    """In memory nothing waits for a disk; a server has its own way. Each is told what to do."""
    with pytest.raises(InvalidInputError, match=r"only in a store in a file.*Leave"):
        Store(opening.in_memory(), commits_together=True)


def test_a_hosts_transaction_is_refused_as_in_any_file(store: Store) -> None:
    """ADR 0073: only on a server; the way on is to leave it out."""
    with pytest.raises(InvalidInputError, match="within: only a store on a PostgreSQL server"):
        kent_in(store).ask(CASE, RECEIVE, by=TEAM, within=object())


def test_reviews_of_a_file_are_opened_so(path: Path) -> None:
    """By the same word; and another process may use the file as ever."""
    with (
        RapidReviews.on_sqlite(
            path, terms=KENT, clock=HandSetClock(), unsealed=True, commits_together=True
        ) as reviews,
        closing(Store.on_sqlite(path, unsealed=True)) as other,
    ):
        send_all(reviews, RECEIVE)
        send_all(kent_in(other), CONVENE)
        assert send_all(reviews, CONVENE) == ()


# --- Whatever is asked, by however many


STEPS = (
    *(changed(CONVENE, meeting=number) for number in range(1, 5)),
    *(changed(WRITE, correspondence=f"L-{number}") for number in range(3)),
    CLOSE,  # refused, whatever came before
)


@settings(max_examples=20, deadline=None)
@given(
    asked=st.lists(
        st.tuples(st.sampled_from(CASES), st.integers(0, len(STEPS) - 1), st.booleans()),
        max_size=30,
    ),
    threads=st.integers(2, 8),
)
def test_many_threads_record_in_each_case_what_one_after_the_other_does(
    tmp_path_factory: pytest.TempPathFactory,
    asked: Sequence[tuple[str, int, bool]],
    threads: int,
) -> None:
    """Commands that may come in any order, some of them twice under one id, some refused."""
    recorded, outcomes = [], []
    for together, at_once_ in ((False, 1), (True, threads)):
        path = tmp_path_factory.mktemp("record") / "record.db"
        with closing(Store.on_sqlite(path, unsealed=True, commits_together=together)) as store:
            reviews = kent_in(store)
            for case in CASES:
                send_all(reviews, RECEIVE, case=case)

            def ask(one: tuple[str, int, bool], reviews: RapidReviews = reviews) -> str:
                case, step, has_id = one
                command_id = f"form-{step}" if has_id else None
                try:
                    reviews.ask(case, STEPS[step], by=TEAM, command_id=command_id)
                except RapidReviewError as error:
                    return str(error)
                return "answered"

            with ThreadPoolExecutor(at_once_) as pool:
                outcomes.append(Counter(pool.map(ask, asked)))
            histories = [reviews.history(case) for case in CASES]
        for history in histories:
            assert [one.version for one in history] == list(range(1, len(history) + 1))
        recorded.append([Counter(str(one.event) for one in history) for history in histories])
    assert recorded[0] == recorded[1]
    assert outcomes[0] == outcomes[1]
