"""Two people at once: who was first is recorded, and the other's command is decided again.

The second writes at the very moment between the first one's decision and its append: the clock is
asked for the time just then, and so lets the second be faster.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from eventsourcing.persistence import IntegrityError, OperationalError, StoredEvent

from rapid_review.domain.commands import Command
from rapid_review.domain.errors import CaseChangedError, InvalidInputError, RecordError, Refused
from rapid_review.domain.events import (
    DecisionMade,
    MeetingConvened,
    MemberInformed,
    NotificationReceived,
)
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.store import RapidReviews
from rapid_review.store.backends.memory import InMemoryLog
from rapid_review.store.backends.open import joined
from rapid_review.store.backends.sqlite.log import SQLiteLog
from rapid_review.store.backends.sqlite.opening import open_sqlite
from rapid_review.store.log.body import stream_name
from rapid_review.store.sealing.opening import keys_at, keys_in_memory, make_keys
from rapid_review.store.store import Store
from tests.domain.a_review import (
    ACT,
    ASSESSED,
    ATTEND,
    CONVENE,
    DECIDE,
    ENGLAND,
    INFORM,
    KENT,
    RECEIVE,
    changed,
    recorded,
    seated,
)
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, reviews_in, send_all

Stores = tuple[Store, Store]
Act = Callable[[], object]


class BeforeTheAppend(HandSetClock):
    """A clock that, each time it is asked, first lets somebody else do the next thing."""

    def __init__(self, *meanwhile: Act) -> None:
        super().__init__()
        self.meanwhile = list(meanwhile)

    def __call__(self) -> datetime:
        """Say what time it is, a moment too late."""
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return super().__call__()


def slow_in(store: Store, *meanwhile: Act) -> RapidReviews:
    """Return reviews in which others are faster, the first times something is to be appended."""
    return reviews_in(store, terms=KENT, clock=BeforeTheAppend(*meanwhile))


def kinds_of(reviews: RapidReviews) -> Sequence[str]:
    """Return the kinds of a case's entries after its opening, in order."""
    return [entry.event.kind for entry in reviews.history(CASE)][4:]


# --- A concurrency conflict


def test_both_things_are_recorded_if_they_do_not_touch_each_other(stores: Stores) -> None:
    """The slower one gets the next version, and both handles read the same case."""
    fast = kent_in(stores[1])
    send_all(fast, RECEIVE)
    slow = slow_in(stores[0], lambda: send_all(fast, CONVENE))
    (entry,) = send_all(slow, INFORM)
    assert (entry.version, type(entry.event)) == (6, MemberInformed)
    assert kinds_of(slow) == kinds_of(fast) == ["MeetingConvened", "MemberInformed"]


def test_a_race_lost_while_the_calendar_was_looked_up_is_decided_again(stores: Stores) -> None:
    """Between reading the case and deciding, too: the calendar is asked for where one counts."""
    fast = kent_in(stores[1])

    def calendars(_: str) -> WorkingCalendar:
        send_all(fast, RECEIVE)
        return ENGLAND

    slow = reviews_in(stores[0], terms=KENT, clock=HandSetClock(), calendars=calendars)
    assert send_all(slow, RECEIVE) == ()
    assert [entry.version for entry in fast.history(CASE)] == [1, 2, 3, 4]


def test_the_same_thing_said_by_both_is_recorded_once(stores: Stores) -> None:
    """The slower one finds it done, and records nothing."""
    fast = kent_in(stores[1])
    send_all(fast, RECEIVE)
    assert send_all(slow_in(stores[0], lambda: send_all(fast, INFORM)), INFORM) == ()
    assert kinds_of(fast) == ["MemberInformed"]


def test_a_case_opened_by_both_is_one_case(stores: Stores) -> None:
    """A second opening is a conflict, and never a twin: the notification was received once."""
    fast = kent_in(stores[1])
    assert send_all(slow_in(stores[0], lambda: send_all(fast, RECEIVE)), RECEIVE) == ()
    assert fast.references() == (CASE,)
    assert len(fast.history(CASE)) == 4


def test_a_case_opened_by_both_in_other_words_stays_as_the_faster_said(stores: Stores) -> None:
    """ToR 7.3: the slower one is told that a notification is there, and how to correct it."""
    fast = kent_in(stores[1])
    slow = slow_in(stores[0], lambda: send_all(fast, RECEIVE))
    with pytest.raises(Refused, match="notification"):
        send_all(slow, changed(RECEIVE, reference="CSPR-2020-08"))
    received = fast.case(CASE).all(NotificationReceived)
    assert [event.reference for event in received] == [RECEIVE.reference]


def test_what_the_other_wrote_may_forbid_what_was_decided(stores: Stores) -> None:
    """ToR 6, 7.6: attendance is put right meanwhile: no quorum, so no decision."""
    fast = kent_in(stores[1])
    send_all(fast, *ASSESSED)
    without_police = changed(ATTEND, sat=seated("designated-health"), experts=())
    slow = slow_in(stores[0], lambda: send_all(fast, without_police))
    with pytest.raises(Refused, match="quorate"):
        send_all(slow, DECIDE)
    assert fast.case(CASE).last(DecisionMade) is None


def meeting(number: int) -> Command:
    """Return one more meeting to convene."""
    return changed(CONVENE, meeting=number)


def test_words_are_known_again_though_their_key_was_given_up_meanwhile() -> None:
    """Another thread's refusal gave it up, and a command of the case has made another since."""
    keys = keys_in_memory()

    def refused_and_asked_again() -> None:
        stream = stream_name(KENT.partnership, CASE)
        keys.drop(stream)
        keys.made(stream, "c")

    with closing(Store.in_memory(keys)) as store:
        send_all(kent_in(store), RECEIVE)
        assert send_all(slow_in(store, refused_and_asked_again), ACT)
        assert send_all(kent_in(store), ACT) == (), "the same words have the same token"


def test_an_import_of_what_is_there_already_waits_for_no_key_of_another_case(
    tmp_path: Path,
) -> None:
    """Another thread made one, which another process has made first: that is theirs to settle."""
    places = tmp_path / "record.keys", tmp_path / "key"
    make_keys(*places)
    with (
        closing(keys_at(*places)) as ours,
        closing(keys_at(*places)) as theirs,
        closing(Store.in_memory(ours)) as store,
    ):
        send_all(kent_in(store), RECEIVE)
        for keys in (ours, theirs):
            keys.made(stream_name(KENT.partnership, "KM-2"), "c")
        theirs.keep()
        history = [recorded(NotificationReceived, RECEIVE, terms=KENT.ref)]
        assert kent_in(store).import_history(CASE, history, by=TEAM) == ()


def test_two_lost_races_are_made_good(stores: Stores) -> None:
    """The third try is recorded, after what the others wrote."""
    fast = kent_in(stores[1])
    send_all(fast, RECEIVE)
    slow = slow_in(stores[0], *(lambda n=n: send_all(fast, meeting(n)) for n in (1, 2)))
    assert [entry.version for entry in send_all(slow, INFORM)] == [7]


def test_after_two_lost_races_nobody_comes_between_any_more(stores: Stores) -> None:
    """The third try has the store to itself: others wait until it is recorded."""
    fast = kent_in(stores[1])
    send_all(fast, RECEIVE)
    third = Thread(target=lambda: send_all(fast, meeting(3)))

    def begun_meanwhile() -> None:
        third.start()
        third.join(0.2)

    lost = (lambda n=n: send_all(fast, meeting(n)) for n in (1, 2))
    slow = slow_in(stores[0], *lost, begun_meanwhile)
    assert [entry.version for entry in send_all(slow, INFORM)] == [7]
    third.join()
    assert kinds_of(fast) == [*["MeetingConvened"] * 2, "MemberInformed", "MeetingConvened"]


def test_a_refusal_on_the_third_try_leaves_the_store_to_others(stores: Stores) -> None:
    """ToR 6, 7.6: what others recorded meanwhile may forbid it then, too; nothing stays locked."""
    fast = kent_in(stores[1])
    send_all(fast, *ASSESSED)
    without_police = changed(ATTEND, sat=seated("designated-health"), experts=())
    slow = slow_in(
        stores[0], lambda: send_all(fast, meeting(8)), lambda: send_all(fast, without_police)
    )
    with pytest.raises(Refused, match="quorate"):
        send_all(slow, DECIDE)
    assert send_all(fast, meeting(9))
    assert fast.case(CASE).last(DecisionMade) is None


def test_eight_who_write_to_one_case_at_once_are_all_recorded_once(stores: Stores) -> None:
    """However busy a case is, nobody is turned away, and nothing is recorded twice."""
    callers, each = range(8), range(4)
    handles = [kent_in(stores[number % 2]) for number in callers]
    send_all(handles[0], RECEIVE)
    start = Barrier(len(callers))

    def ask_all(caller: int) -> list[str]:
        start.wait()
        ids = [f"form-{caller}-{number}" for number in each]
        for number, command_id in zip(each, ids, strict=True):
            command = meeting(1 + caller * len(each) + number)
            handles[caller].handle(CASE, command, by=TEAM, command_id=command_id)
        return ids

    with ThreadPoolExecutor(len(callers)) as pool:
        sent = [command_id for ids in pool.map(ask_all, callers) for command_id in ids]
    recorded = handles[1].history(CASE)[4:]
    assert sorted(entry.command_id for entry in recorded) == sorted(sent)
    assert [entry.version for entry in recorded] == [*range(5, 5 + len(sent))]


class TakesNothing(InMemoryLog):
    """A log in which somebody else is always first, as where keys are made and destroyed."""

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],  # noqa: ARG002 - whatever they are
        **_: Any,  # noqa: ANN401 - as the library has it
    ) -> Sequence[int] | None:
        """Refuse."""
        raise IntegrityError


def test_who_is_never_first_is_told_after_three_tries_and_nothing_is_recorded() -> None:
    """Ask again: nobody did anything wrong."""
    with closing(Store(joined(TakesNothing()), unsealed=True)) as store:
        with pytest.raises(
            CaseChangedError,
            match=r"each of 3 times, somebody else recorded an entry first.*Try again",
        ):
            send_all(kent_in(store), RECEIVE)
        assert kent_in(store).references() == ()


# --- A command in two hands


def test_a_command_sent_twice_at_once_takes_effect_once(stores: Stores) -> None:
    """By its id: the slower one is given the faster one's entries, as if they were its own."""
    fast = kent_in(stores[1])
    send_all(fast, RECEIVE)
    first: list[object] = []

    def meanwhile() -> None:
        first.append(fast.handle(CASE, INFORM, by=TEAM, command_id="form-8"))

    slow = slow_in(stores[0], meanwhile)
    assert slow.handle(CASE, INFORM, by=TEAM, command_id="form-8") == first[0]
    assert kinds_of(fast) == ["MemberInformed"]


def test_an_id_used_meanwhile_for_another_command_is_refused(stores: Stores) -> None:
    """Nobody is told that something was recorded which was not."""
    fast = kent_in(stores[1])
    send_all(fast, RECEIVE)
    slow = slow_in(stores[0], lambda: fast.handle(CASE, CONVENE, by=TEAM, command_id="form-8"))
    with pytest.raises(InvalidInputError, match="already used in this case for ConveneMeeting"):
        slow.handle(CASE, INFORM, by=TEAM, command_id="form-8")
    assert fast.case(CASE).last(MeetingConvened) is not None
    assert fast.case(CASE).last(MemberInformed) is None


# --- A lost answer


class Interrupted(SQLiteLog):
    """A recorder whose connection breaks, once, before or after it has committed."""

    breaks: str = ""

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,  # noqa: ANN401 - as the library has it
    ) -> Sequence[int] | None:
        """Record, and lose the question or the answer."""
        breaks, self.breaks = self.breaks, ""
        if breaks == "before":
            raise OperationalError("the connection was lost")
        positions = super().insert_events(stored_events, **kwargs)
        if breaks == "after":
            raise OperationalError("the connection was lost")
        return positions


@pytest.mark.parametrize("breaks", ["before", "after"])
@pytest.mark.parametrize("command_id", ["form-8", None])
def test_a_command_whose_answer_was_lost_is_asked_again_and_recorded_once(
    tmp_path: Path, breaks: str, command_id: str | None
) -> None:
    """By its id the caller gets its entries; without one, the case knows that it is so already."""
    recorder = Interrupted(
        open_sqlite(tmp_path / "record.db", create=True, sealed=False).datastore
    )
    with closing(Store(joined(recorder), unsealed=True)) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        recorder.breaks = breaks
        with pytest.raises(
            RecordError, match=r"written: the connection was lost.*same command_id"
        ):
            reviews.handle(CASE, INFORM, by=TEAM, command_id=command_id)
        send_all(kent_in(store), CONVENE)
        again = reviews.handle(CASE, INFORM, by=TEAM, command_id=command_id)
        if breaks == "before" or command_id:
            assert [entry.event.kind for entry in again] == ["MemberInformed"]
        else:
            assert again == ()
        assert sorted(kinds_of(reviews)) == ["MeetingConvened", "MemberInformed"]
