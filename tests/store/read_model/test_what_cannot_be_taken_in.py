"""What cannot be taken into the read model is put aside, and taken in when it can be read."""

from collections.abc import Iterable, Iterator

import pytest
from eventsourcing.persistence import StoredEvent

from rapid_review.domain.errors import RecordError
from rapid_review.domain.events import AnyEvent, MeetingConvened
from rapid_review.store import RapidReviews
from rapid_review.store.backends.ports import StoredRow
from rapid_review.store.log.body import stream_id
from rapid_review.store.log.codec import Codec
from rapid_review.store.store import Store
from tests.domain.a_review import CONVENE, INFORM, KENT, RECEIVE, varied
from tests.store.a_read_model import all_of, from_entries
from tests.store.a_record import CASE, HandSetClock, kent_in, reviews_in, send_all


def broken(store: Store, case: str, version: int, body: bytes, kind: str = "CaseClosed") -> None:
    """Put a row into a store that no entry wrote."""
    stream = stream_id(KENT.partnership, case)
    store.opened.log.insert_events([StoredEvent(stream, version, kind, body)])


def test_an_entry_that_cannot_be_read_is_parked_and_the_rest_goes_on(store: Store) -> None:
    """Its case stays as it last was; it is named with its position, case and reason."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE)
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
    send_all(reviews, RECEIVE, case="KM-2")
    read_model.catch_up()
    assert read_model.how_many_cases == 2
    assert read_model.quarantined() == (quarantined,)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"no JSON", "does not begin with its case and version"),
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
    send_all(ours, RECEIVE, case="KM-1")
    send_all(ours, RECEIVE, case="KM-2")
    without = kent_in(store).read_model()
    without.catch_up()
    assert [one.case for one in without.quarantined()] == ["KM-1", "KM-2"]
    assert "of-our-own" in without.quarantined()[0].reason
    assert without.how_many_cases == 0
    send_all(ours, INFORM, case="KM-1")
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
    send_all(reviews, RECEIVE)
    older.read_model().catch_up()
    send_all(reviews, CONVENE)
    send_all(reviews, RECEIVE, CONVENE, case="KM-2")
    send_all(reviews, RECEIVE, case="KM-3")
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
    send_all(reviews, RECEIVE)
    reviews.read_model().catch_up()
    send_all(reviews, CONVENE)
    older.read_model().catch_up()
    assert len(reviews.read_model().quarantined()) == 1
    reviews.read_model().catch_up()
    assert len(reviews.read_model().quarantined()) == 1
    assert kent_in(store).read_model().catch_up() == 5
    assert reviews.read_model().quarantined() == ()
    assert all_of(reviews.read_model()) == from_entries(reviews)
