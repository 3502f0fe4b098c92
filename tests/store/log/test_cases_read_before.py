"""A case that was read before: only what is new is read of it, and it is the same case.

A store that keeps nothing, and so reads every row each time, is the second way to each answer.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapid_review.domain.commands import Command
from rapid_review.domain.errors import RecordError
from rapid_review.store.log.stream import Stream, StreamCache
from rapid_review.store.log.streams import Streams
from rapid_review.store.store import Store
from tests.domain.a_review import CONVENE, INFORM, KENT, RECEIVE, changed
from tests.how_many import in_proportion
from tests.store.a_record import CASE, kent_in, send_all

Stores = tuple[Store, Store]
WHOSE = KENT.partnership


def letters(*numbers: int) -> tuple[Command, ...]:
    """Return as many meetings to convene, each an entry."""
    return tuple(changed(CONVENE, meeting=number) for number in numbers)


def read_whole(store: Store, case: str = CASE) -> Stream:
    """Return a case as a reader of every row has it."""
    return Store(store.opened, store.keys, unsealed=True, events_kept=0).stream(WHOSE, case)


def read(store: Streams, case: str = CASE) -> Stream:
    """Return a case that is read the second time, and so kept, and then once more."""
    for _ in range(2):
        store.stream(WHOSE, case)
    return store.stream(WHOSE, case)


# --- It is the same case


def test_after_each_entry_whosever_it_is_the_case_is_as_if_read_whole(stores: Stores) -> None:
    """Two handles take turns; each knows what the other added."""
    mine, theirs = map(kent_in, stores)
    send_all(mine, RECEIVE)
    for number in range(1, 9):
        send_all((mine, theirs)[number % 2], *letters(number))
        for store in stores:
            assert read(store) == read_whole(store)


@settings(max_examples=in_proportion(30))
@given(data=st.data())
def test_in_whatever_order_cases_are_read_and_written_each_is_as_if_read_whole(
    data: st.DataObject,
) -> None:
    """With room for few events, so that cases are given up and read again all the time."""
    with closing(Store.in_memory()) as store:
        few = Store(store.opened, unsealed=True, events_kept=data.draw(st.integers(0, 20)))
        reviews, cases = kent_in(few), ("KM-1", "KM-2", "KM-3")
        for case in cases:
            send_all(reviews, RECEIVE, case=case)
        for number in range(1, 15):
            case = data.draw(st.sampled_from(cases))
            if data.draw(st.booleans()):
                send_all(reviews, *letters(number), case=case)
            assert few.stream(WHOSE, case) == read_whole(store, case)


def test_a_command_sent_again_to_a_case_read_before_is_answered_as_it_was(stores: Stores) -> None:
    """Its id is found among the rows that are kept, or among those that are new."""
    reviews, other = map(kent_in, stores)
    send_all(reviews, RECEIVE)
    read(stores[0])
    first = reviews.handle(CASE, INFORM, by=other.history(CASE)[0].by, command_id="form-8")
    send_all(other, *letters(1, 2))
    read(stores[0])
    again = reviews.handle(CASE, INFORM, by=first[0].by, command_id="form-8")
    assert again == first
    assert reviews.case(CASE) == other.case(CASE)


# --- The file is not as it was


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Path, Store]]:
    """Return a file with a case that was read before, and the store that read it."""
    path = tmp_path / "record.db"
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        send_all(kent_in(store), RECEIVE, *letters(1, 2))
        read(store)
        yield path, store


def restored(path: Path, until: Callable[[], object]) -> None:
    """Let something happen, and put back in place, into the very same file, what was there."""
    backup = path.with_name("backup.db")
    with closing(sqlite3.connect(path)) as now, closing(sqlite3.connect(backup)) as then:
        now.backup(then)
        until()
        then.backup(now)


def test_a_file_that_was_restored_in_place_is_read_as_it_is(place: tuple[Path, Store]) -> None:
    """It ends earlier now than what was read before."""
    path, store = place

    def more() -> None:
        send_all(kent_in(store), *letters(3, 4))
        assert len(read(store).events) == 8

    restored(path, more)
    assert len(store.stream(WHOSE, CASE).events) == 6
    assert store.stream(WHOSE, CASE) == read_whole(store)


@pytest.mark.parametrize("others", [(7,), (7, 8), (7, 8, 9, 10)], ids=["fewer", "as many", "more"])
def test_a_file_that_was_restored_and_continued_otherwise_is_read_as_it_is(
    place: tuple[Path, Store], others: tuple[int, ...]
) -> None:
    """The row that was read last is another one now."""
    path, store = place

    def more() -> None:
        send_all(kent_in(store), *letters(3, 4))
        read(store)

    restored(path, more)
    with closing(Store.on_sqlite(path, unsealed=True)) as other:
        send_all(kent_in(other), *letters(*others))
        assert store.stream(WHOSE, CASE) == read_whole(other)
    send_all(kent_in(store), *letters(20))
    assert store.stream(WHOSE, CASE) == read_whole(store)


@pytest.mark.parametrize("alter", ["state = X'7B7D'", "topic = 'CaseClosed'"])
def test_a_last_row_that_was_altered_is_refused_as_ever(
    place: tuple[Path, Store], alter: str
) -> None:
    """Older ones are the verifier's to find; the last one is read each time."""
    path, store = place
    with closing(sqlite3.connect(path)) as intruder, intruder:
        intruder.execute("DROP TRIGGER no_update")
        intruder.execute(f"UPDATE stored_events SET {alter} WHERE originator_version = 6")  # noqa: S608 - ours
    with pytest.raises(RecordError):
        store.stream(WHOSE, CASE)


# --- How much is kept


def test_no_more_events_are_kept_than_there_is_room_for(store: Store) -> None:
    """Those not asked for longest go; a case that is larger than all the room is not kept."""
    kept = StreamCache(10)
    few = Streams(store.log, store.codec, kept)
    for number in range(5):
        send_all(kent_in(store), RECEIVE, case=f"KM-{number}")
        read(few, f"KM-{number}")
        assert kept.events == min(8, 4 * (1 + number))
    send_all(kent_in(store), *letters(*range(1, 10)), case="KM-4")
    assert len(read(few, "KM-4").events) == 13
    assert kept.events == 4


def test_a_case_that_is_read_once_is_not_kept(store: Store) -> None:
    """A list of all cases reads each of them once, and takes no other case's place."""
    send_all(kent_in(store), RECEIVE)
    kept = StreamCache()
    once = Streams(store.log, store.codec, kept)
    for events in (0, 4, 4):
        once.stream(WHOSE, CASE)
        assert kept.events == events
