"""A command at a version counts only if nothing was recorded since its sender read the case."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rapid_review.domain.commands import Command
from rapid_review.domain.errors import CaseMovedError, InvalidInputError, Refused
from rapid_review.store import RapidReviews
from rapid_review.store.store import Store
from tests.domain.a_review import CLOSE, CONVENE, DECIDE, INFORM, RECEIVE, changed
from tests.store.a_record import CASE, TEAM, kent_in, send_all
from tests.store.test_races import kinds_of, slow_in

Stores = tuple[Store, Store]
OPENED = 4
"""How many entries a notification leads to."""


def asked(
    reviews: RapidReviews, command: Command, version: int, command_id: str | None = None
) -> list[str]:
    """Ask at a version; return the kinds of what was recorded."""
    entries = reviews.handle(
        CASE, command, by=TEAM, expected_version=version, command_id=command_id
    )
    return [entry.event.kind for entry in entries]


def test_a_command_at_the_version_of_the_case_is_recorded(store: Store) -> None:
    """A case that is not there is at version 0, and so is opened by one of two who say that."""
    reviews = kent_in(store)
    assert len(asked(reviews, RECEIVE, 0)) == OPENED
    assert asked(reviews, INFORM, OPENED) == ["MemberInformed"]
    with pytest.raises(
        CaseMovedError, match=r"expected the case at version 0, and it is at version 5"
    ):
        asked(reviews, RECEIVE, 0)


def test_a_command_at_an_older_version_is_told_what_to_read(store: Store) -> None:
    """Nothing is recorded, not even what touches nothing that the other wrote."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE, CONVENE)
    with pytest.raises(CaseMovedError, match=r"Read entry 5, .* with expected_version=5") as moved:
        asked(reviews, INFORM, OPENED)
    assert (moved.value.expected, moved.value.found) == (4, 5)
    with pytest.raises(CaseMovedError, match=r"Read entries 3 to 5, "):
        asked(reviews, INFORM, 2)
    assert kinds_of(reviews) == ["MeetingConvened"]


def test_a_version_that_the_case_never_had_is_of_another_case_or_store(store: Store) -> None:
    """What was read was not this."""
    with pytest.raises(CaseMovedError, match=r"version 9, and it is at version 0\. It has never"):
        asked(kent_in(store), RECEIVE, 9)


def test_the_version_is_compared_before_the_rules_are_asked(store: Store) -> None:
    """Who does not know how the case stands is told that first: a refusal would mislead."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE)
    with pytest.raises(CaseMovedError):
        asked(reviews, CLOSE, 1)
    with pytest.raises(Refused):
        asked(reviews, CLOSE, OPENED)
    with pytest.raises(CaseMovedError):
        asked(reviews, RECEIVE, 1)
    assert asked(reviews, RECEIVE, OPENED) == []


@pytest.mark.parametrize(("command", "kinds"), [(INFORM, ["MemberInformed"]), (RECEIVE, [])])
def test_a_command_that_was_answered_is_answered_so_again_at_any_version(
    store: Store, command: Command, kinds: list[str]
) -> None:
    """Its sender lost the answer, and cannot know that its own entry moved the case."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE)
    assert asked(reviews, command, OPENED, "form-8") == kinds
    send_all(reviews, CONVENE)
    for version in (OPENED, 6, 99):
        assert asked(reviews, command, version, "form-8") == kinds
    with pytest.raises(InvalidInputError, match="was already used"):
        asked(reviews, DECIDE, OPENED, "form-8")


def test_a_command_that_was_told_so_keeps_its_id(store: Store) -> None:
    """Nothing was recorded under it, so it is asked again under the same one."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE, CONVENE)
    with pytest.raises(CaseMovedError):
        asked(reviews, INFORM, OPENED, "form-8")
    assert asked(reviews, INFORM, 5, "form-8") == ["MemberInformed"]


# --- What an answer says of the version


def test_an_answer_says_at_which_version_the_case_then_is(store: Store) -> None:
    """Also where nothing was recorded: the next command can be asked at it, without a look."""
    reviews = kent_in(store)
    opened = reviews.ask(CASE, RECEIVE, by=TEAM)
    assert (len(opened.entries), opened.version, opened.repeated) == (4, 4, False)
    informed = reviews.ask(CASE, INFORM, by=TEAM, expected_version=opened.version)
    assert (len(informed.entries), informed.version) == (1, 5)
    assert reviews.ask(CASE, INFORM, by=TEAM, expected_version=5) == ((), 5, False)


@pytest.mark.parametrize("command", [INFORM, RECEIVE])
def test_an_answer_is_repeated_as_it_was_whatever_was_recorded_since(
    store: Store, command: Command
) -> None:
    """Of today's version anyone who lost the answer has seen nothing, and must read first."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE)
    first = reviews.ask(CASE, command, by=TEAM, command_id="form-8")
    send_all(reviews, CONVENE)
    again = reviews.ask(CASE, command, by=TEAM, command_id="form-8")
    assert (first.repeated, again) == (False, first._replace(repeated=True))
    with pytest.raises(CaseMovedError):
        asked(reviews, changed(CONVENE, meeting=2), again.version)


# --- Somebody else comes between our look and our append


def test_who_is_overtaken_before_the_append_is_told_and_not_decided_again(stores: Stores) -> None:
    """Without a version it would be decided again, and recorded."""
    fast = kent_in(stores[1])
    send_all(fast, RECEIVE)
    slow = slow_in(stores[0], lambda: send_all(fast, CONVENE))
    with pytest.raises(CaseMovedError) as moved:
        asked(slow, INFORM, OPENED)
    assert (moved.value.expected, moved.value.found) == (4, 5)
    assert kinds_of(fast) == ["MeetingConvened"]


def test_a_command_sent_twice_at_once_at_one_version_is_answered_alike(stores: Stores) -> None:
    """Anyone who overtook it was itself."""
    fast = kent_in(stores[1])
    send_all(fast, RECEIVE)
    first: list[list[str]] = []
    slow = slow_in(stores[0], lambda: first.append(asked(fast, INFORM, OPENED, "form-8")))
    assert [asked(slow, INFORM, OPENED, "form-8")] == first == [["MemberInformed"]]
    assert kinds_of(fast) == ["MemberInformed"]


def test_of_many_who_ask_at_one_version_exactly_one_comes_through(stores: Stores) -> None:
    """Round after round, each with a command that would be recorded at any version."""
    writers, rounds = 5, 30
    handles = [kent_in(stores[number % 2]) for number in range(writers)]
    send_all(handles[0], RECEIVE)
    start = threading.Barrier(writers)

    def ask_at(version: int, number: int) -> bool:
        command = changed(CONVENE, meeting=version * writers + number)
        start.wait()
        try:
            return asked(handles[number], command, version) == ["MeetingConvened"]
        except CaseMovedError as moved:
            return (moved.expected, moved.found) != (version, version + 1)

    with ThreadPoolExecutor(writers) as pool:
        for version in range(OPENED, OPENED + rounds):
            came_through = list(pool.map(ask_at, [version] * writers, range(writers)))
            assert came_through.count(True) == 1, came_through
    assert [entry.version for entry in handles[0].history(CASE)] == [
        *range(1, OPENED + rounds + 1)
    ]
