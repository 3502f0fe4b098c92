"""The read model: it says what the entries say, whenever and in whatever pages it catches up."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis import given, settings

from rapid_review import terms
from rapid_review.domain.errors import RecordError
from rapid_review.domain.events import AnyEvent, MeetingConvened
from rapid_review.store import RapidReviews
from rapid_review.store.backends.ports import StoredRow
from rapid_review.store.jobs import Progress
from rapid_review.store.log.body import stream_id
from rapid_review.store.log.codec import Codec
from rapid_review.store.read_model.model import ReadModel
from rapid_review.store.read_model.readings import Snapshot
from rapid_review.store.store import Store
from tests.domain.a_review import CONVENE, INFORM, KENT, RECEIVE, REPLACE, changed, varied
from tests.store.a_read_model import Said, Story, all_of, from_entries, hold, stories, until
from tests.store.a_record import CASE, HandSetClock, kent_in, reviews_in, told

Stores = tuple[Store, Store]


# --- It says what the entries say


@given(stories())
def test_it_says_what_the_entries_say(story: Story) -> None:
    """Several cases told in turns, corrections late, caught up now and then; and made again."""
    hold(kent_in(), story)


@settings(max_examples=15)
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
    told(reviews, RECEIVE)
    read_model = reviews.read_model()
    read_model.catch_up()
    assert any(one.advisory for one in read_model.deadlines())
    assert all_of(read_model) == from_entries(reviews)


def test_a_clock_of_terms_that_were_replaced_runs_on(store: Store) -> None:
    """ToR 5(a): it is read by the terms that it started under, which the case's record names."""
    fewer = varied(KENT, id="kent-and-medway-2021-09", deadlines=KENT.deadlines[:1])
    gone = KENT.clocks.keys() - fewer.clocks.keys()
    reviews = reviews_in(store, terms=KENT, editions=(fewer,), clock=HandSetClock())
    told(reviews, RECEIVE, changed(REPLACE, terms=fewer.id))
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
        told(reviews, RECEIVE, case=f"KM-{number}")
        assert read_model.catch_up() == read_model.position == 4 * (number + 1)
        assert read_model.how_many_cases == number + 1


def test_catching_up_with_nothing_new_changes_nothing(store: Store) -> None:
    """However often."""
    reviews = kent_in(store)
    told(reviews, RECEIVE, INFORM)
    read_model = reviews.read_model()
    read_model.catch_up()
    before = all_of(read_model)
    assert read_model.catch_up() == read_model.catch_up() == 5
    assert all_of(read_model) == before == from_entries(reviews)


def test_the_cells_of_one_clock_are_those_of_it_among_all(store: Store) -> None:
    """A statistic is made of one clock; of a clock that nobody knows there are none."""
    reviews = kent_in(store)
    told(reviews, RECEIVE)
    read_model = reviews.read_model()
    read_model.catch_up()
    every = read_model.durations()
    assert {cell.deadline for cell in every} == {"notify-panel", "rapid-review", "decision"}
    for deadline in ("rapid-review", "nobody-knows"):
        expected = {cell: n for cell, n in every.items() if cell.deadline == deadline}
        assert read_model.durations(deadline) == expected


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
    told(kent, RECEIVE)
    told(plymouth, RECEIVE.model_copy(update={"reference": "P-1"}))
    told(kent, RECEIVE, case="KM-2")
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
        told(reviews, RECEIVE, INFORM, case=f"KM-{number}")
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
        told(reviews, RECEIVE, case=f"KM-{number}")
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
            told(reviews, RECEIVE, case=f"KM-{number}")
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
        told(reviews, RECEIVE, case=f"KM-{number}")
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
    told(reviews, RECEIVE)
    read_model = reviews.read_model(page=2)
    read_model.catch_up()
    left = ["KM-8", "KM-9"]

    def meanwhile(_: Progress) -> None:
        if left:
            told(reviews, RECEIVE, case=left.pop())
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
        told(reviews, RECEIVE, case=f"KM-{number}")
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


# --- What cannot be taken in


def broken(store: Store, case: str, version: int, body: bytes, kind: str = "CaseClosed") -> None:
    """Put a row into a store that no entry wrote."""
    stream = stream_id(KENT.partnership, case)
    store.opened.log.insert_events([StoredEvent(stream, version, kind, body)])


def test_an_entry_that_cannot_be_read_is_parked_and_the_rest_goes_on(store: Store) -> None:
    """Its case stays as it last was; it is named with its position, case and reason."""
    reviews = kent_in(store)
    told(reviews, RECEIVE)
    read_model = reviews.read_model(page=1)
    read_model.catch_up()
    before = all_of(read_model)
    broken(store, CASE, 5, b'{"schema":1}')
    broken(store, CASE, 6, b"{}", kind="NeverHeardOf")
    assert read_model.catch_up() == 6
    assert all_of(read_model) == before
    (quarantined,) = read_model.quarantined()
    assert (quarantined.position, quarantined.case) == (5, CASE)
    assert "no schema version" in quarantined.reason
    told(reviews, RECEIVE, case="KM-2")
    read_model.catch_up()
    assert read_model.how_many_cases == 2
    assert read_model.quarantined() == (quarantined,)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"no JSON", "does not open with its place"),
        (
            b'{"schema":1,"partnership":"kent-and-medway","case":"KM-9","version":1,"event":{}}',
            "moved or copied",
        ),
        (
            b'{"schema":1,"partnership":"\xff","case":"KM-9","version":1,"event":{}}',
            "moved or copied",
        ),
    ],
    ids=["no body of ours", "moved", "no text"],
)
def test_a_case_of_which_nothing_can_be_read_is_parked(
    store: Store, body: bytes, reason: str
) -> None:
    """Whose it is cannot be said; it stays out."""
    broken(store, CASE, 1, body)
    read_model = kent_in(store).read_model()
    read_model.catch_up()
    read_model.rebuild()
    (quarantined,) = read_model.quarantined()
    assert (quarantined.position, quarantined.case) == (1, None)
    assert reason in quarantined.reason
    assert read_model.how_many_cases == 0


def test_what_was_parked_is_taken_in_when_it_can_be_read(store: Store) -> None:
    """Terms that were not at hand are: by a rebuild, or when something is recorded in the case."""
    local = varied(KENT, id="of-our-own")
    ours = reviews_in(store, terms=local, clock=HandSetClock())
    ours.read_model().catch_up()
    told(ours, RECEIVE, case="KM-1")
    told(ours, RECEIVE, case="KM-2")
    without = kent_in(store).read_model()
    without.catch_up()
    assert [one.case for one in without.quarantined()] == ["KM-1", "KM-2"]
    assert "of-our-own" in without.quarantined()[0].reason
    assert without.how_many_cases == 0
    told(ours, INFORM, case="KM-1")
    ours.read_model().catch_up()
    assert [one.case for one in without.quarantined()] == ["KM-2"]
    ours.read_model().rebuild()
    assert without.quarantined() == ()
    assert all_of(without) == from_entries(ours)


class CodecOfBefore(Codec):
    """The codec of a release that knows of no meeting."""

    def events(self, rows: Iterable[StoredRow], partnership: str, case: str) -> Iterator[AnyEvent]:
        """Yield the events up to the first meeting."""
        for row in rows:
            if row[1] == MeetingConvened.__name__:
                raise RecordError("an event of kind 'MeetingConvened', which it does not know")
            yield from super().events([row], partnership, case)


def of_a_release_before(store: Store) -> RapidReviews:
    """Return the Kent reviews in a store, as an older release reads them."""
    return kent_in(Store(store.opened, codec=CodecOfBefore(is_sealed=store.codec.is_sealed)))


def test_what_an_older_release_could_not_read_a_newer_one_takes_in_at_once(store: Store) -> None:
    """Nothing need be recorded in the case, and nobody need rebuild; a case that was in stays."""
    reviews, older = kent_in(store), of_a_release_before(store)
    told(reviews, RECEIVE)
    older.read_model().catch_up()
    told(reviews, CONVENE)
    told(reviews, RECEIVE, CONVENE, case="KM-2")
    told(reviews, RECEIVE, case="KM-3")
    broken(store, "KM-3", 5, b"{}")
    older.read_model().catch_up()
    assert [one.case for one in older.read_model().quarantined()] == [CASE, "KM-2", "KM-3"]
    assert older.read_model().how_many_cases == 1
    read_model = reviews.read_model(page=1)
    position = older.read_model().position
    assert read_model.catch_up() == position
    assert [one.case for one in read_model.quarantined()] == ["KM-3"]
    assert [one.version for one in read_model.cases()] == [5, 5]


def test_what_is_tried_again_is_not_tried_at_every_catch_up(store: Store) -> None:
    """Once in a process: that is when a newer release, or terms that lacked, may have come."""
    reviews, older = kent_in(store), of_a_release_before(store)
    told(reviews, RECEIVE)
    reviews.read_model().catch_up()
    told(reviews, CONVENE)
    older.read_model().catch_up()
    assert len(reviews.read_model().quarantined()) == 1
    reviews.read_model().catch_up()
    assert len(reviews.read_model().quarantined()) == 1
    assert kent_in(store).read_model().catch_up() == 5
    assert reviews.read_model().quarantined() == ()
    assert all_of(reviews.read_model()) == from_entries(reviews)


# --- All that is read together is of one moment


def test_what_is_read_together_is_of_one_moment(stores: Stores) -> None:
    """Somebody records and catches up between two statements; neither sees it.

    In memory the somebody waits until the reading has ended.
    """
    reviews, other = kent_in(stores[0]), kent_in(stores[1])
    told(reviews, RECEIVE)
    read_model = reviews.read_model()
    read_model.catch_up()
    before = all_of(read_model)

    def records() -> None:
        told(other, RECEIVE, case="KM-2")
        other.read_model().catch_up()

    def read(seen: Snapshot) -> tuple[int, Said]:
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
    told(reviews, RECEIVE)
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
        told(reviews, RECEIVE)
        read_model = reviews.read_model()
        with pytest.raises(RecordError, match="just being read; write when that has ended"):
            read_model.read(lambda _: read_model.catch_up())
        assert read_model.catch_up() == 4
