"""ToR 8.1: a notification that came in twice, in a store: told, linked, and counted once."""

from typing import Final

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain.errors import CaseNotFoundError, InvalidInputError, Refused
from rapid_review.domain.events import NotificationReceived, ProcessLinked
from rapid_review.projections.duplicates import Alike, Amiss, LinkedDuplicate
from rapid_review.store import RapidReviews
from rapid_review.store.log.streams import EXPORTS
from rapid_review.store.store import Store
from rapid_review.store.writing.bulk_import import BATCH
from tests.domain.a_review import (
    CLOSED,
    CONVENE,
    DECIDED,
    KENT,
    LINK,
    NAME_THEME,
    RECEIVE,
    at,
    changed,
    recorded,
    varied,
)
from tests.store.a_read_model import all_of, from_entries, unlike
from tests.store.a_record import TEAM, HandSetClock, kent_in, reviews_in, send_all

OTHER: Final = changed(
    RECEIVE,
    reference="CSPR-2020-08",
    incident=RECEIVE.incident.model_copy(update={"happened_on": None}),
)
"""Another notification, which looks like no other."""
SAME: Final = (Alike.NOTIFICATION, Alike.INCIDENT)


def twice_of(case: str) -> ask.LinkProcess:
    """Return the link that says of a case that it is a duplicate of another."""
    return changed(LINK, process="duplicate-of", reference=case)


def test_anyone_who_opens_a_case_is_told_which_earlier_ones_look_like_it(store: Store) -> None:
    """ToR 8.1: as soon as it is recorded; and the earlier ones are not told of the later."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE, CONVENE, case="KM-1")
    send_all(reviews, OTHER, case="KM-2")
    assert reviews.looks_like("KM-1") == reviews.looks_like("KM-2") == {}
    send_all(reviews, RECEIVE, case="KM-3")
    send_all(reviews, OTHER, case="km-01")
    assert reviews.looks_like("KM-3") == {"KM-1": SAME}
    assert reviews.looks_like("km-01") == {
        "KM-2": (Alike.NOTIFICATION,),
        "KM-1": (Alike.REFERENCES,),
    }
    assert reviews.looks_like("KM-9") == {}


def test_a_notification_that_is_not_recorded_is_compared_too(store: Store) -> None:
    """ToR 8.1: and asking of it makes no case of it."""
    reviews = kent_in(store)
    (opening,) = (one.event for one in send_all(reviews, RECEIVE, case="KM-1")[:1])
    assert isinstance(opening, NotificationReceived)
    for _ in range(2):
        assert reviews.looks_like("KM-2", opening) == {"KM-1": SAME}
    assert reviews.looks_like("KM-1", opening) == {}


def test_what_another_process_opened_meanwhile_is_known(stores: tuple[Store, Store]) -> None:
    """What was read once is read on from there."""
    ours, theirs = map(kent_in, stores)
    send_all(ours, OTHER, case="KM-1")
    assert ours.looks_like("KM-1") == {}
    send_all(theirs, RECEIVE, case="KM-2")
    send_all(ours, RECEIVE, case="KM-3")
    assert ours.looks_like("KM-3") == {"KM-2": SAME}


def test_cases_of_another_partnership_are_not_looked_at(store: Store) -> None:
    """ToR 8.1: their references are their own."""
    other = varied(KENT, partnership="devon")
    send_all(reviews_in(store, terms=other, clock=HandSetClock()), RECEIVE, case="KM-1")
    reviews = kent_in(store)
    send_all(reviews, RECEIVE, case="KM-2")
    assert reviews.looks_like("KM-2") == {}


def test_an_import_of_many_cases_is_told_of_each(store: Store) -> None:
    """Every tenth bears the reference of the first, over several transactions."""
    reviews = kent_in(store)
    opening = recorded(NotificationReceived, OTHER, terms=KENT.ref)
    cases = [
        (f"KM-{n}", [changed(opening, reference=f"PRN-{n if n % 10 else 0}")])
        for n in range(BATCH // 2)
    ]
    assert reviews.import_histories(cases, by=TEAM).cases == len(cases)
    alike = [case for case, _ in cases if reviews.looks_like(case)]
    assert alike == [f"KM-{n}" for n in range(10, len(cases), 10)]


@pytest.mark.parametrize("way", ["asked", "imported", "corrected"])
def test_a_case_cannot_be_its_own_duplicate(store: Store, way: str) -> None:
    """ToR 8.1: it is refused however it comes, and nothing of it is recorded."""
    reviews = kent_in(store)
    entries = send_all(reviews, RECEIVE, twice_of("KM-2"), case="KM-1")
    itself = twice_of("KM-1")
    link = recorded(ProcessLinked, itself)
    mended = ask.CorrectRecord(
        at=at("2020-06-01 09:00"), version=entries[-1].version, because="it", replacement=link
    )
    ways = {
        "asked": lambda: send_all(reviews, itself, case="KM-1"),
        "imported": lambda: reviews.import_history("KM-1", [link], by=TEAM),
        "corrected": lambda: send_all(reviews, mended, case="KM-1"),
    }
    with pytest.raises(Refused, match="duplicate of itself"):
        ways[way]()
    assert reviews.history("KM-1") == entries


def test_what_a_link_comes_down_to_is_told(store: Store) -> None:
    """ToR 8.1: a chain is followed; a circle, and a case that is not there, are told."""
    reviews = kent_in(store)
    for case in ("KM-1", "KM-2", "KM-3", "KM-4"):
        send_all(reviews, RECEIVE, case=case)
    assert reviews.duplicate("KM-2") is None
    send_all(reviews, twice_of("KM-1"), case="KM-2")
    send_all(reviews, twice_of("KM-2"), case="KM-3")
    send_all(reviews, twice_of("KM-9"), case="KM-4")
    assert reviews.duplicate("KM-2") == LinkedDuplicate("KM-2", "KM-1", "KM-1")
    assert reviews.duplicate("KM-3") == LinkedDuplicate("KM-3", "KM-2", "KM-1")
    assert reviews.duplicate("KM-4") == LinkedDuplicate("KM-4", "KM-9", None, Amiss.NO_CASE)
    send_all(reviews, twice_of("KM-3"), case="KM-1")
    assert reviews.duplicate("KM-2") == LinkedDuplicate("KM-2", "KM-1", None, Amiss.CIRCLE)
    send_all(reviews, changed(twice_of(EXPORTS), at=at("2020-05-07 09:00")), case="KM-4")
    assert reviews.duplicate("KM-4") == LinkedDuplicate("KM-4", EXPORTS, None, Amiss.NO_CASE)
    with pytest.raises(CaseNotFoundError, match="KM-9"):
        reviews.duplicate("KM-9")
    with pytest.raises(InvalidInputError):
        reviews.duplicate("no reference")


def held_together(reviews: RapidReviews) -> int:
    """Hold the read model to the entries; return how many cases count."""
    read_model = reviews.read_model()
    read_model.catch_up()
    assert unlike(all_of(read_model), from_entries(reviews)) == {}
    caught_up = read_model.how_many_cases
    read_model.rebuild()
    assert unlike(all_of(read_model), from_entries(reviews)) == {}
    compared = read_model.compared()
    assert compared is not None
    assert compared.differences == ()
    return caught_up


def test_it_is_counted_once_by_the_read_model_as_by_the_entries(store: Store) -> None:
    """ToR 8.1: from when it is linked, until the link is retracted."""
    reviews = kent_in(store)
    send_all(reviews, *CLOSED, case="KM-1")
    send_all(reviews, *DECIDED, NAME_THEME, case="KM-2")
    assert held_together(reviews) == 2
    alone = reviews.read_model().counts()
    (link,) = send_all(reviews, twice_of("KM-1"), case="KM-2")
    assert held_together(reviews) == 1
    read_model = reviews.read_model()
    assert [(one.reference, one.stage) for one in read_model.cases()] == [
        ("KM-1", "closed"),
        ("KM-2", "duplicate"),
    ]
    assert {one.reference for one in read_model.deadlines(all_of_them=True)} == {"KM-1"}
    assert read_model.themes() == ()
    send_all(
        reviews,
        ask.CorrectRecord(at=at("2020-06-01 09:00"), version=link.version, because="two"),
        case="KM-2",
    )
    assert held_together(reviews) == 2
    assert reviews.read_model().counts() == alone
