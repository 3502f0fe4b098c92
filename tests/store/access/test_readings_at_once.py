"""Many who read words of one case at the same moment, as when its meeting begins."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

from rapid_review.domain.errors import Refused
from rapid_review.domain.vocabulary import Actor
from rapid_review.store import RapidReviews
from rapid_review.store.authority.by_file import ByPermissions
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.store import Store
from tests.domain.a_review import KENT, RECEIVE
from tests.store.a_record import CASE, HandSetClock, send_all
from tests.store.access.an_access_log import DUTY, MEMBER, OTHER_MEMBER, POLICE, permissions

Stores = tuple[Store, Store]
READERS = (MEMBER, OTHER_MEMBER, POLICE) * 3


def readers_of(record: Store, logs: Stores) -> list[RapidReviews]:
    """Return the reviews of each reader, over one record and the two handles on an access log."""
    return [
        RapidReviews(
            record,
            terms=KENT,
            clock=HandSetClock(),
            access=logs[number % 2],
            authorizer=ByPermissions(permissions()),
        )
        for number in range(len(READERS))
    ]


def all_at_once(*acts: Callable[[], object]) -> list[object]:
    """Have each done by a thread of its own, all at the same moment; return what came of them."""
    start = Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_all_who_read_words_of_one_case_at_once_read_them(stores: Stores) -> None:
    """However many they are, nobody is turned away, and each reading is recorded."""
    with closing(Store.in_memory(keys_in_memory())) as record:
        readers = readers_of(record, stores)
        send_all(readers[0], RECEIVE)

        def reading(reviews: RapidReviews, by: Actor) -> Callable[[], object]:
            return lambda: [reviews.read(CASE, 1, by=by, purpose="meeting") for _ in range(4)]

        all_at_once(*map(reading, readers, READERS))
        by = sorted(one.entry.by.id for one in readers[0].readings(CASE))
        assert by == sorted(one.id for one in READERS * 4)


def test_of_those_who_review_a_reading_at_once_one_does(stores: Stores) -> None:
    """A reading has one review; the others are told that it was reviewed already."""
    with closing(Store.in_memory(keys_in_memory())) as record:
        readers = readers_of(record, stores)
        send_all(readers[0], RECEIVE)
        readers[0].read(CASE, 1, by=DUTY, purpose="night", emergency="child-at-risk")

        def review(reviews: RapidReviews) -> Callable[[], object]:
            def act() -> str:
                try:
                    reviews.review_break_glass(
                        CASE, 1, justified=True, by=POLICE, purpose="break glass review"
                    )
                except Refused as refused:
                    return refused.because
                return "done"

            return act

        said = [str(one) for one in all_at_once(*map(review, readers))]
        assert said.count("done") == 1
        assert all("already reviewed" in one for one in said if one != "done")
