"""The read model: it says what the entries say, whenever and in whatever pages it catches up."""

import threading
from collections import Counter
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from rapid_review import terms
from rapid_review.domain.errors import RecordError
from rapid_review.store.jobs import Progress
from rapid_review.store.read_model.model import ReadModel
from rapid_review.store.read_model.readings import Snapshot
from rapid_review.store.store import Store
from tests.domain.a_review import INFORM, KENT, RECEIVE, REPLACE, changed, varied
from tests.how_many import in_proportion
from tests.store.a_read_model import Contents, Story, all_of, from_entries, hold, stories, until
from tests.store.a_record import HandSetClock, kent_in, reviews_in, send_all

Stores = tuple[Store, Store]


# --- It says what the entries say


@given(stories())
def test_it_says_what_the_entries_say(story: Story) -> None:
    """Several cases told in turns, corrections late, caught up now and then; and made again."""
    hold(kent_in(), story)


@settings(max_examples=in_proportion(15))
@given(stories())
def test_it_says_what_the_entries_say_in_a_file(story: Story) -> None:
    """The same in an SQLite file."""
    with (
        TemporaryDirectory() as folder,
        closing(Store.on_sqlite(Path(folder) / "record.db", unsealed=True)) as store,
    ):
        hold(kent_in(store), story)


def test_a_milestone_that_nobody_owes_is_no_next_deadline(store: Store) -> None:
    """Devon plans by milestones before the review is due; the board leaves them aside."""
    reviews = reviews_in(store, terms=terms.load("devon-dcfp"), clock=HandSetClock())
    send_all(reviews, RECEIVE)
    read_model = reviews.read_model()
    read_model.catch_up()
    assert any(one.advisory for one in read_model.deadlines())
    assert all_of(read_model) == from_entries(reviews)


def test_a_clock_of_terms_that_were_replaced_runs_on(store: Store) -> None:
    """ToR 5(a): it is read by the terms that it started under, which the case's record names."""
    fewer = varied(KENT, id="kent-and-medway-2021-09", deadlines=KENT.deadlines[:1])
    gone = KENT.clocks.keys() - fewer.clocks.keys()
    reviews = reviews_in(store, terms=KENT, editions=(fewer,), clock=HandSetClock())
    send_all(reviews, RECEIVE, changed(REPLACE, terms=fewer.id))
    read_model = reviews.read_model()
    read_model.catch_up()
    assert gone & {one.deadline for one in read_model.deadlines()}
    assert read_model.cases()[0].terms == fewer.id
    assert all_of(read_model) == from_entries(reviews)


def test_anyone_who_recorded_something_reads_it(store: Store) -> None:
    """Nobody is waited for: what is asked to catch up does so itself."""
    reviews = kent_in(store)
    read_model = reviews.read_model()
    assert read_model.position == 0
    for number in range(3):
        send_all(reviews, RECEIVE, case=f"KM-{number}")
        assert read_model.catch_up() == read_model.position == 4 * (number + 1)
        assert read_model.how_many_cases == number + 1


def test_catching_up_with_nothing_new_changes_nothing(store: Store) -> None:
    """However often."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE, INFORM)
    read_model = reviews.read_model()
    read_model.catch_up()
    before = all_of(read_model)
    assert read_model.catch_up() == read_model.catch_up() == 5
    assert all_of(read_model) == before == from_entries(reviews)


def test_the_cells_of_one_clock_are_those_of_it_among_all(store: Store) -> None:
    """A statistic is made of one clock; of a clock that nobody knows there are none."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE)
    read_model = reviews.read_model()
    read_model.catch_up()
    every = read_model.durations()
    assert set(every) == {"notify-panel", "rapid-review", "decision"}
    for deadline, cells in every.items():
        assert {cell.deadline for cell in cells} == {deadline}
        assert read_model.durations(deadline) == {deadline: cells}
    assert read_model.durations("nobody-knows") == {"nobody-knows": Counter()}


def test_an_empty_store_has_an_empty_read_model(store: Store) -> None:
    """Before and after a catch-up, and made again."""
    reviews = kent_in(store)
    read_model = reviews.read_model()
    assert all_of(read_model) == from_entries(reviews)
    assert read_model.catch_up() == read_model.rebuild() == 0
    assert all_of(read_model) == from_entries(reviews)


def test_cases_of_another_partnership_are_passed_over(store: Store) -> None:
    """Two partnerships in one store, with cases of one name: each has its own read model."""
    kent = kent_in(store)
    plymouth = reviews_in(store, terms=terms.load("plymouth"), clock=HandSetClock())
    send_all(kent, RECEIVE)
    send_all(plymouth, RECEIVE.model_copy(update={"reference": "P-1"}))
    send_all(kent, RECEIVE, case="KM-2")
    for reviews in (kent, plymouth):
        reviews.read_model(page=3).catch_up()
    for reviews, cases in ((kent, 2), (plymouth, 1)):
        assert reviews.read_model().how_many_cases == cases
        assert all_of(reviews.read_model()) == from_entries(reviews)
    plymouth.read_model().rebuild()
    assert all_of(kent.read_model()) == from_entries(kent)


# --- Many at once


def test_two_who_catch_up_at_once_do_it_once(stores: Stores) -> None:
    """Page by page in turns, each telling the other in between: nothing counts twice."""
    reviews = kent_in(stores[0])
    for number in range(5):
        send_all(reviews, RECEIVE, INFORM, case=f"KM-{number}")
    other = kent_in(stores[1]).read_model(page=2)
    read_model = reviews.read_model(page=3)

    def meanwhile(_: Progress) -> None:
        other.catch_up()

    assert read_model.catch_up(meanwhile) == 25
    assert all_of(read_model) == all_of(other) == from_entries(reviews)


def test_threads_that_catch_up_at_once_do_it_once(stores: Stores) -> None:
    """Two threads, while a third records."""
    reviews = kent_in(stores[0])
    read_models = [kent_in(store).read_model(page=1) for store in stores]
    failed: list[BaseException] = []

    def caught_up(read_model: ReadModel) -> None:
        try:
            while read_model.catch_up() < 40:
                pass
        except RecordError as error:
            failed.append(error)

    threads = [threading.Thread(target=caught_up, args=(each,)) for each in read_models]
    for thread in threads:
        thread.start()
    for number in range(10):
        send_all(reviews, RECEIVE, case=f"KM-{number}")
    for thread in threads:
        thread.join()
    assert not failed
    assert all_of(read_models[0]) == from_entries(reviews)


def test_a_follower_takes_in_what_others_record(stores: Stores) -> None:
    """It is woken by what another process would record; told to stop, it ends."""
    reviews = kent_in(stores[0])
    follower = kent_in(stores[1]).read_model()
    stop = threading.Event()
    thread = threading.Thread(target=follower.follow, args=(stop,))
    thread.start()
    try:
        for number in range(3):
            send_all(reviews, RECEIVE, case=f"KM-{number}")
            until(lambda number=number: follower.position == 4 * (number + 1))  # type: ignore[misc]
    finally:
        stop.set()
        thread.join()
    assert all_of(follower) == from_entries(reviews)


# --- Making it again


def test_while_it_is_made_again_the_old_one_is_read(stores: Stores) -> None:
    """Readers see the old one whole until the new one takes its place, whole."""
    reviews = kent_in(stores[0])
    for number in range(4):
        send_all(reviews, RECEIVE, case=f"KM-{number}")
    reader = kent_in(stores[1]).read_model()
    reader.catch_up()
    before, seen = all_of(reader), 0

    def look(_: Progress) -> None:
        nonlocal seen
        seen += 1
        assert all_of(reader) == before

    reviews.read_model(page=3).rebuild(look)
    assert seen == 6
    assert all_of(reader) == before == from_entries(reviews)


def test_what_is_recorded_while_it_is_made_again_is_taken_in(store: Store) -> None:
    """By the one that is read meanwhile, and by the new one."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE)
    read_model = reviews.read_model(page=2)
    read_model.catch_up()
    left = ["KM-8", "KM-9"]

    def meanwhile(_: Progress) -> None:
        if left:
            send_all(reviews, RECEIVE, case=left.pop())
            read_model.catch_up()
            assert all_of(read_model) == from_entries(reviews)

    read_model.rebuild(meanwhile)
    assert not left
    assert all_of(read_model) == from_entries(reviews)


class Interrupted(Exception):  # noqa: N818 - as one would press a key
    """Somebody presses Ctrl-C."""


def test_a_rebuild_that_was_interrupted_goes_on(store: Store) -> None:
    """From its last page; and the old one is read until then."""
    reviews = kent_in(store)
    for number in range(4):
        send_all(reviews, RECEIVE, case=f"KM-{number}")
    read_model = reviews.read_model(page=3)
    read_model.catch_up()
    before = all_of(read_model)
    positions: list[int] = []

    def interrupt(progress: Progress) -> None:
        positions.append(progress.position)
        if progress.position == 6:
            raise Interrupted

    with pytest.raises(Interrupted):
        read_model.rebuild(interrupt)
    assert all_of(read_model) == before
    read_model.rebuild(interrupt)
    assert positions == [3, 6, 9, 12, 15, 16]
    assert all_of(read_model) == before


# --- All that is read together is of one moment


def test_what_is_read_together_is_of_one_moment(stores: Stores) -> None:
    """Somebody records and catches up between two statements; neither sees it.

    In memory the somebody waits until the reading has ended.
    """
    reviews, other = kent_in(stores[0]), kent_in(stores[1])
    send_all(reviews, RECEIVE)
    read_model = reviews.read_model()
    read_model.catch_up()
    before = all_of(read_model)

    def records() -> None:
        send_all(other, RECEIVE, case="KM-2")
        other.read_model().catch_up()

    def read(seen: Snapshot) -> tuple[int, Contents]:
        cases = seen.how_many_cases
        meanwhile.start()
        meanwhile.join(timeout=0.3 if stores[0] is stores[1] else 15)
        assert meanwhile.is_alive() == (stores[0] is stores[1])
        return cases, all_of(seen)

    meanwhile = threading.Thread(target=records)
    cases, said = read_model.read(read)
    meanwhile.join()
    assert (cases, said) == (1, before)
    assert all_of(read_model) == from_entries(reviews)
    assert read_model.how_many_cases == 2


def test_whatever_is_asked_of_the_read_model_itself_while_it_is_read_is_answered(
    store: Store,
) -> None:
    """A reading within a reading; nothing is written before it has ended."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE)
    read_model = reviews.read_model()
    read_model.catch_up()
    assert read_model.read(lambda seen: (seen.position, read_model.position)) == (4, 4)
    assert read_model.catch_up() == 4


def test_what_is_caught_up_with_in_the_midst_of_a_reading_is_refused_on_one_connection(
    tmp_path: Path,
) -> None:
    """What is read would not be of one moment; the message says what to do."""
    with closing(Store.on_sqlite(tmp_path / "record.db", unsealed=True)) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        read_model = reviews.read_model()
        with pytest.raises(RecordError, match="being read; try again when the reading has ended"):
            read_model.read(lambda _: read_model.catch_up())
        assert read_model.catch_up() == 4
