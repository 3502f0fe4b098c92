"""A command is rehearsed: it is decided as it would be now, and nothing of it stays."""

import pytest

from rapid_review.domain.commands import Command
from rapid_review.domain.errors import ClockError, InvalidInputError, NotPermittedError, Refused
from rapid_review.store.authority.without_a_file import Everybody
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.store import Store
from tests.domain.a_review import APPROVE, CONVENE, DECIDE, INFORM, KENT, RECEIVE, SENT, changed
from tests.domain.a_review import MEDIA as WITH_WORDS
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, reviews_in, send_all
from tests.store.access.an_access_log import CLERK, read_in
from tests.store.test_what_is_observed import logged, observed


@pytest.mark.parametrize("number", range(len(SENT)))
def test_what_is_rehearsed_is_what_is_then_recorded(number: int) -> None:
    """The same events, at the same versions; only the ids of the commands differ."""
    reviews = kent_in(Store.in_memory(keys_in_memory()))
    send_all(reviews, *SENT[:number])
    rehearsed = reviews.rehearse(CASE, SENT[number], by=TEAM)
    recorded = send_all(reviews, SENT[number])
    assert [(one.version, one.event.kind) for one in rehearsed] == [
        (one.version, one.event.kind) for one in recorded
    ]
    assert reviews.rehearse(CASE, SENT[number], by=TEAM) == ()


def test_a_rehearsal_leaves_no_entry_no_key_and_no_trace_in_a_log() -> None:
    """The first words of a case make its key: a rehearsal forgets it, and tells nobody."""
    keys = keys_in_memory()
    reviews, seen = observed(Store.in_memory(keys), authorizer=Everybody())
    rows = list(keys.all())
    with logged() as told:
        assert reviews.rehearse(CASE, RECEIVE, by=TEAM)
    assert (reviews.references(), list(keys.all()), told, seen) == ((), rows, [], [])
    send_all(reviews, RECEIVE)
    rows = list(keys.all())
    assert reviews.rehearse(CASE, WITH_WORDS, by=TEAM)
    assert [one.event.kind for one in reviews.history(CASE)].count("MediaInterestNoted") == 0
    assert list(keys.all()) == rows


@pytest.mark.parametrize("command", [DECIDE, APPROVE, changed(INFORM, seat="nobody")])
def test_what_would_be_refused_is_refused(command: Command) -> None:
    """With the very words of the refusal, and nothing is kept of it either."""
    reviews = kent_in(Store.in_memory(keys_in_memory()))
    send_all(reviews, RECEIVE)
    before = reviews.history(CASE)
    with pytest.raises(Refused) as rehearsed:
        reviews.rehearse(CASE, command, by=TEAM)
    with pytest.raises(Refused) as asked:
        reviews.handle(CASE, command, by=TEAM)
    assert str(rehearsed.value) == str(asked.value)
    assert reviews.history(CASE) == before


def test_permissions_are_asked_before() -> None:
    """A clerk may not convene."""
    with read_in() as reviews:
        send_all(reviews, RECEIVE)
        with pytest.raises(NotPermittedError, match="may not record ConveneMeeting"):
            reviews.rehearse(CASE, CONVENE, by=CLERK)


def test_a_clock_that_is_behind_and_a_reference_that_is_none_are_told() -> None:
    """As `ask` tells them."""
    clock = HandSetClock()
    reviews = reviews_in(terms=KENT, clock=clock, authorizer=Everybody())
    send_all(reviews, RECEIVE)
    clock.now = clock.now.replace(year=2025)
    with pytest.raises(ClockError):
        reviews.rehearse(CASE, CONVENE, by=TEAM)
    with pytest.raises(InvalidInputError):
        reviews.rehearse("a name", CONVENE, by=TEAM)
