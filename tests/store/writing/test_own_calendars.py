"""Calendars that a store keeps: found by anyone who uses it, byte for byte, and never changed."""

from datetime import date
from typing import Final

import pytest

from rapid_review import calendars
from rapid_review.domain.commands import ReckonDeadlineAgain
from rapid_review.domain.errors import CalendarError
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.case.clocks import clocks
from rapid_review.store import RapidReviews
from rapid_review.store.backends.ports import Writer
from rapid_review.store.store import Store
from rapid_review.store.writing.calendars_at_hand import OwnCalendars
from tests.calendars.one_of_ones_own import own_calendar
from tests.domain.a_review import INFORM, KENT, RECEIVE, at
from tests.store.a_record import CASE, HandSetClock, kent_in, reviews_in, send_all

PLACE: Final = "england-and-wales"
OWN: Final = ("2026-11-27", date(2020, 5, 28))
"""The version that is kept, and the day on which a rapid review received on 4 May 2020 is due."""
AGAIN: Final = ReckonDeadlineAgain(
    at=at("2020-05-06 09:00"), deadline="rapid-review", because="a bank holiday was proclaimed"
)


def counted(reviews: RapidReviews) -> tuple[str, date]:
    """Return the version that counted the rapid review's due day, and that day."""
    clock = reviews.case(CASE).review.clocks["rapid-review"]
    return clock.calendar.version, clock.due


def test_anyone_who_has_the_store_open_counts_with_it_at_once(stores: tuple[Store, Store]) -> None:
    """A worker that was started before the day was proclaimed need not be started again."""
    office, worker = map(kent_in, stores)
    send_all(worker, RECEIVE)
    assert counted(worker) == ("2026-11-26", date(2020, 5, 27))
    assert office.keep_calendar(own_calendar()).version == OWN[0]
    send_all(worker, AGAIN)
    assert counted(worker) == OWN


def test_a_case_that_was_read_is_counted_when_the_store_is_closed(store: Store) -> None:
    """A reading takes along what it needs."""
    reviews = kent_in(store)
    reviews.keep_calendar(own_calendar())
    send_all(reviews, RECEIVE)
    history = kent_in(store).case_history(CASE)
    store.close()
    read = clocks(history, AsOf(read_on=at("2020-05-20 09:00")))
    assert next(one.days_taken for one in read if one.rule.id == "rapid-review") == 10
    assert history.calendars(PLACE, None).version == OWN[0]
    with pytest.raises(CalendarError):
        history.calendars(PLACE, "2019-01-01")


def test_its_bytes_are_kept_as_they_were_given(store: Store) -> None:
    """With a mark of Windows before them too, for the digest is of all bytes."""
    content = b"\xef\xbb\xbf" + own_calendar()
    kept = kent_in(store).keep_calendar(content)
    assert dict(store.ledger().own_calendars()) == {f"calendars/{PLACE}/2026-11-27.json": content}
    again = OwnCalendars(store.opened.tables)
    again.look()
    assert [one.digest for one in again.looked_at()] == [kept.digest]
    assert kept.digest == calendars.parse(content).digest


def test_what_is_no_calendar_is_not_kept(store: Store) -> None:
    """Nor other bytes of a version that is there, here or in the package."""
    reviews = kent_in(store)
    reviews.keep_calendar(own_calendar())
    for content in (b"{}", own_calendar(proclaimed="2020-05-12"), own_calendar("2026-11-26")):
        with pytest.raises(CalendarError):
            reviews.keep_calendar(content)
    assert [one.version for one in reviews.own_calendars()] == [OWN[0]]
    assert reviews.keep_calendar(own_calendar()).version == OWN[0]


def test_anyone_who_gives_calendars_counts_with_those(store: Store) -> None:
    """And finds what the store keeps by its version, where a case names it."""
    reviews = kent_in(store)
    reviews.keep_calendar(own_calendar())
    send_all(reviews, RECEIVE)
    given = reviews_in(store, terms=KENT, clock=HandSetClock(), calendars=calendars.load)
    assert given.calendar_named(PLACE, None).version == "2026-11-26"
    assert given.calendar_named(PLACE, OWN[0]).version == OWN[0]
    send_all(given, AGAIN)
    assert counted(given) == ("2026-11-26", date(2020, 5, 27))


def test_a_store_of_before_there_was_a_table_for_them_gets_it(store: Store) -> None:
    """It is written to and read without one, until it is given a calendar."""
    _drop(store)
    reviews = kent_in(store)
    send_all(reviews, RECEIVE)
    assert reviews.own_calendars() == ()
    send_all(reviews, INFORM)
    reviews.keep_calendar(own_calendar())
    send_all(reviews, AGAIN)
    assert counted(reviews) == OWN


def test_a_damaged_calendar_is_named(store: Store) -> None:
    """Nothing is counted with a guess at it."""
    reviews = kent_in(store)
    reviews.keep_calendar(own_calendar())
    statement = "UPDATE {at}own_calendars SET content = '{{}}'"
    store.opened.tables.write(lambda writer: bool(writer.execute(statement)))
    with pytest.raises(CalendarError, match=r"calendar england-and-wales 2026-11-27 in the store"):
        send_all(kent_in(store), RECEIVE)


def _drop(store: Store) -> None:
    def dropped(writer: Writer) -> bool:
        writer.execute("DROP TABLE IF EXISTS {at}own_calendars")
        return True

    store.opened.tables.write(dropped)
