"""`each_history`: several processes answer what one answers, and a lost one is not waited for."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from multiprocessing import active_children
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Final, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapid_review import calendars
from rapid_review.domain.errors import InvalidInputError, StorageError
from rapid_review.store import RapidReviews, process_pool
from rapid_review.store.log.in_order import UnreadableRow
from rapid_review.store.sealing.opening import keys_at, make_keys
from rapid_review.store.store import Store
from rapid_review.testing.strategies import HERE_ALONE, History, histories
from tests.domain.a_review import ENGLAND, KENT, RECEIVE
from tests.store.a_ledger import IntruderInFile
from tests.store.a_record import TEAM, kent_in, reviews_in, send_all
from tests.store.read_by_processes import (
    cannot_read,
    ends_at_once,
    under_devon,
    waits,
    where_it_was_read,
)

ROOT: Final = Path(__file__).parents[2]
CASES: Final = tuple(f"KM-{number}" for number in range(1, 6))


@pytest.fixture
def reviews(tmp_path: Path) -> Iterator[RapidReviews]:
    """Yield reviews of five cases in a file."""
    with closing(Store.on_sqlite(tmp_path / "record.db", unsealed=True)) as store:
        found = kent_in(store)
        for case in CASES:
            send_all(found, RECEIVE, case=case)
        yield found


def must_be_read(row: UnreadableRow) -> None:
    """Take no row that cannot be read."""
    raise AssertionError(row)


def none_is_left() -> bool:
    """Say whether every process that was started has ended."""
    return not active_children()


# --- The same answer


@settings(max_examples=3)  # each starts two processes, and most of its time is theirs
@given(
    st.lists(histories(KENT, ENGLAND, without=HERE_ALONE, at_most=12), min_size=2, max_size=12),
    st.booleans(),
)
def test_two_processes_answer_what_one_answers(told_of: list[History], is_sealed: bool) -> None:  # noqa: FBT001 - drawn
    """Of any histories, in a sealed store too, whose keys the other processes do not have."""
    with TemporaryDirectory() as name:
        keys, key_file = Path(name) / "keys.db", Path(name) / "key"
        if is_sealed:
            make_keys(keys, key_file)
        at_hand = keys_at(keys, key_file) if is_sealed else None
        path = Path(name) / "record.db"
        with closing(Store.on_sqlite(path, keys=at_hand, unsealed=not is_sealed)) as store:
            ours = kent_in(store)
            accounts = ((f"KM-{number}", one.events) for number, one in enumerate(told_of))
            recorded = ours.import_histories(accounts, by=TEAM).entries
            by_one = list(ours.each_history(under_devon, must_be_read))
            keys.unlink(missing_ok=True)
            assert list(ours.each_history(under_devon, must_be_read, processes=2)) == by_one
            assert bool(by_one) is bool(recorded)


def test_a_case_that_cannot_be_read_is_reported_alike(
    reviews: RapidReviews, tmp_path: Path
) -> None:
    """With its row, and in its place among the others, by whichever process it was read."""
    IntruderInFile(tmp_path / "record.db").ask(
        "UPDATE stored_events SET state = CAST('' AS BLOB) WHERE rowid IN (2, 10)"
    )

    def answered(processes: int) -> tuple[list[object], list[UnreadableRow]]:
        unread: list[UnreadableRow] = []
        found = reviews.each_history(under_devon, unread.append, processes=processes)
        return list(found), unread

    by_one = answered(1)
    assert len(by_one[1]) == 2
    assert answered(2) == by_one


def test_calendars_that_are_given_count_in_every_process(tmp_path: Path) -> None:
    """A function of a module is one that every process finds."""
    with closing(Store.on_sqlite(tmp_path / "record.db", unsealed=True)) as store:
        ours = reviews_in(store, terms=KENT, clock=lambda: RECEIVE.at, calendars=calendars.load)
        send_all(ours, RECEIVE)
        send_all(ours, RECEIVE, case="KM-2")
        by_one = list(ours.each_history(under_devon, must_be_read))
        assert list(ours.each_history(under_devon, must_be_read, processes=2)) == by_one


# --- Which processes read


def test_the_cases_are_read_elsewhere_and_come_in_their_order(reviews: RapidReviews) -> None:
    """In this process none is, and once all are read no other process is left."""
    found = list(reviews.each_history(where_it_was_read, must_be_read, processes=2))
    assert tuple(case for case, _ in found) == CASES
    assert os.getpid() not in {process for _, process in found}
    assert none_is_left()


def test_cases_in_memory_are_read_in_this_process() -> None:
    """No other one sees them."""
    ours = kent_in()
    for case in CASES:
        send_all(ours, RECEIVE, case=case)
    found = list(ours.each_history(where_it_was_read, must_be_read, processes=4))
    assert found == [(case, os.getpid()) for case in CASES]


def test_a_store_of_few_cases_is_read_in_this_process(reviews: RapidReviews) -> None:
    """Where nobody says how many processes, a start that takes longer than the work is saved."""
    found = list(reviews.each_history(where_it_was_read, must_be_read, processes=None))
    assert found == [(case, os.getpid()) for case in CASES]


@given(st.integers(0, 100_000), st.none() | st.integers(1, 200))
def test_no_more_processes_are_started_than_are_of_use(cases: int, asked: int | None) -> None:
    """At least one reads; never more than there are cases, nor than were asked for."""
    found = process_pool.how_many(cases, asked)
    assert 1 <= found <= max(1, cases)
    most = process_pool.AT_MOST if asked is None else asked
    assert found <= most
    assert process_pool.how_many(cases + 1, asked) >= found


def test_who_reads_no_further_leaves_no_process_behind(reviews: RapidReviews) -> None:
    """Once the answer is closed."""
    found = reviews.each_history(where_it_was_read, must_be_read, processes=2)
    assert next(found)[0] == CASES[0]
    assert not none_is_left()
    found.close()  # type: ignore[attr-defined] # it is a generator
    assert none_is_left()


# --- What goes wrong


def test_a_process_that_ends_is_reported_and_not_waited_for(reviews: RapidReviews) -> None:
    """In words that say what to do, and with no other process left."""
    with pytest.raises(
        StorageError, match=r"that read cases ended before .* Ask again with fewer"
    ):
        list(reviews.each_history(ends_at_once, must_be_read, processes=2))
    assert none_is_left()


def test_a_mistake_in_another_process_is_raised_in_this_one(reviews: RapidReviews) -> None:
    """As it is where one process reads."""
    for processes in (1, 2):
        with pytest.raises(LookupError, match=r"\A\d+"):
            list(reviews.each_history(cannot_read, must_be_read, processes=processes))
    assert none_is_left()


@pytest.mark.parametrize("processes", [0, -1])
def test_fewer_processes_than_one_have_no_meaning(reviews: RapidReviews, processes: int) -> None:
    """It is said at once, and not when the first answer is read."""
    with pytest.raises(InvalidInputError, match=f"found {processes}; allowed: 1 or more"):
        reviews.each_history(under_devon, must_be_read, processes=processes)


def test_what_no_other_process_finds_is_refused_with_the_way_on(reviews: RapidReviews) -> None:
    """A function within another has no name that another process knows."""
    with pytest.raises(InvalidInputError, match=r"cannot pickle it\. Give a function"):
        list(reviews.each_history(lambda history: history, must_be_read, processes=2))


READS: Final = """
from rapid_review import RapidReviews
from tests.domain.a_review import KENT, RECEIVE
from tests.store.read_by_processes import waits
if __name__ == "__main__":
    with RapidReviews.on_sqlite("record.db", terms=KENT, clock=lambda: RECEIVE.at) as reviews:
        list(reviews.each_history(waits, print, processes=2))
"""


@pytest.mark.usefixtures("reviews")
def test_the_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    """Also where that one is killed, and can end nobody."""
    assert waits.__name__ in READS
    (tmp_path / "reads.py").write_text(READS, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "reads.py"], cwd=tmp_path, env=environment) as first:
        others = _when(lambda: _both_that_read(tmp_path))
        first.kill()
    assert _when(lambda: all(map(_has_ended, others)))


def _both_that_read(folder: Path) -> Sequence[int]:
    said = [one.read_text("utf-8") for one in folder.glob("*.reads")]
    return [int(one) for one in said] if len(said) == 2 and all(said) else []


def _has_ended(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


T = TypeVar("T")


def _when(found: Callable[[], T]) -> T:
    """Return what is found, as soon as something is; it is waited for at most a minute."""
    until = monotonic() + 60
    while monotonic() < until:
        if one := found():
            return one
        sleep(0.05)
    raise AssertionError("nothing was found within a minute")
