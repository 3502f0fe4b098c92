"""What a log and an observer are told of each asking: what, by which role, with which outcome."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.domain.commands import Command, ConveneMeeting
from rapid_review.domain.errors import CaseMovedError, InvalidInputError, RapidReviewError, Refused
from rapid_review.domain.statement import Statement, sealed_fields
from rapid_review.store import RapidReviews
from rapid_review.store.jobs import Progress, Stepping
from rapid_review.store.observing import ObservedRequest, Outcome
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.store import Store
from rapid_review.store.worker import Worker
from rapid_review.testing.strategies import commands
from tests.domain.a_review import CLOSED, CONVENE, DECIDE, EVERYTHING, KENT, RECEIVE, changed
from tests.store.a_record import CASE, TEAM, HandSetClock, reviews_in, send_all

CANARY: Final = "Zebedee Quux"
LIKE_A_CODE: Final = "zebedee-quux"
NEVER_VALIDATED: Final = ConveneMeeting.__new__(ConveneMeeting)
"""A mistake of a host's own, which no error of ours tells."""


class Kept(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.records.append(record)


@contextmanager
def logged(level: int = logging.DEBUG) -> Iterator[list[logging.LogRecord]]:
    """Listen to all that the library logs."""
    logger, kept = logging.getLogger("rapid_review"), Kept()
    before = logger.level
    logger.addHandler(kept)
    logger.setLevel(level)
    try:
        yield kept.records
    finally:
        logger.removeHandler(kept)
        logger.setLevel(before)


def observed(
    store: Store | None = None,
    **settings: Any,  # noqa: ANN401 - those of the class
) -> tuple[RapidReviews, list[ObservedRequest]]:
    """Return reviews, and the list to which all is added that is observed of them."""
    seen: list[ObservedRequest] = []
    reviews = reviews_in(store, terms=KENT, clock=HandSetClock(), observe=seen.append, **settings)
    return reviews, seen


def test_each_asking_is_told_with_its_outcome() -> None:
    """Once each, in their order, to the log and to the observer alike."""
    reviews, seen = observed()
    with logged() as records:
        reviews.handle(CASE, RECEIVE, by=TEAM, command_id="c-1")
        reviews.handle(CASE, RECEIVE, by=TEAM, command_id="c-1")
        reviews.handle(CASE, RECEIVE, by=TEAM)
        with pytest.raises(Refused) as refused:
            reviews.handle(CASE, DECIDE, by=TEAM)
        with pytest.raises(CaseMovedError):
            reviews.handle(CASE, CONVENE, by=TEAM, expected_version=1)
        with pytest.raises(InvalidInputError):
            reviews.handle(CANARY, CONVENE, by=TEAM)
        with pytest.raises(AttributeError):
            reviews.handle(CASE, NEVER_VALIDATED, by=TEAM)
    assert [(one.command, one.outcome, one.entries, one.error) for one in seen] == [
        ("ReceiveNotification", Outcome.RECORDED, 4, None),
        ("ReceiveNotification", Outcome.REPEATED, 4, None),
        ("ReceiveNotification", Outcome.ALREADY, 0, None),
        ("MakeDecision", Outcome.REFUSED, 0, "Refused"),
        ("ConveneMeeting", Outcome.MOVED, 0, "CaseMovedError"),
        ("ConveneMeeting", Outcome.INVALID, 0, "InvalidInputError"),
        ("ConveneMeeting", Outcome.FAILED, 0, "AttributeError"),
    ]
    assert seen[3].clause == refused.value.clause
    assert {one.clause for one in seen if one.outcome is not Outcome.REFUSED} == {None}
    assert {(one.role, one.partnership, one.case) for one in seen} == {
        (TEAM.role, KENT.partnership, None)
    }
    assert all(one.milliseconds > 0 for one in seen)
    assert [one.getMessage() for one in records] == [
        f"{one.command} {one.outcome.value}" for one in seen
    ]
    assert [vars(one)["clause"] for one in records] == [one.clause for one in seen]
    assert [one.levelname for one in records] == [*["INFO"] * 6, "WARNING"]


def test_a_case_is_named_where_that_is_asked_for() -> None:
    """And never by what is no reference: anyone who mistypes may have typed a name."""
    reviews, seen = observed(names_cases=True)
    send_all(reviews, RECEIVE)
    with pytest.raises(InvalidInputError):
        send_all(reviews, RECEIVE, case=CANARY)
    assert [one.case for one in seen] == [CASE, None]


def test_anyone_who_listens_to_the_log_alone_is_told() -> None:
    """Without an observer; and where only what failed is asked for, of that alone."""
    reviews = reviews_in(terms=KENT, clock=HandSetClock())
    with logged(logging.WARNING) as records:
        send_all(reviews, RECEIVE)
    assert not records
    with logged(logging.INFO) as records:
        send_all(reviews, CONVENE)
    assert [vars(one)["entries"] for one in records] == [1]


def test_an_observer_that_stumbles_undoes_nothing() -> None:
    """What was recorded stands, and is answered; the log says that somebody stumbled."""

    def stumbles(_: ObservedRequest) -> None:
        raise ValueError(CANARY)

    reviews = reviews_in(terms=KENT, clock=HandSetClock(), observe=stumbles)
    with logged() as records:
        assert len(send_all(reviews, RECEIVE)) == 4
    assert records[-1].getMessage() == "the observer failed: ValueError"
    assert CANARY not in repr([vars(one) for one in records])


async def _awaited(_: object) -> None:
    """Would be observed, if somebody awaited it."""


@pytest.mark.parametrize(
    ("observe", "why"),
    [
        (_awaited, "found an async function, which nobody would await; allowed: a function"),
        (True, "found true or false; allowed: a function that is called with an ObservedRequest"),
        (lambda: None, "found a function that takes other arguments"),
    ],
)
def test_an_observer_that_could_never_be_told_is_refused_at_once(observe: Any, why: str) -> None:  # noqa: ANN401 - a host's own mistake
    """Where it is passed in, and not silently with each request; a worker's too."""
    with pytest.raises(InvalidInputError, match=f"^observe: {why}"):
        reviews_in(terms=KENT, clock=HandSetClock(), observe=observe)
    job = Stepping("one", lambda: Progress(1, 1))
    with pytest.raises(InvalidInputError, match=r"^observe: "):
        Worker(job, clock=HandSetClock(), observe=observe)


def test_nothing_is_printed_where_no_log_is_set_up(capfd: pytest.CaptureFixture[str]) -> None:
    """Not even what failed: the error is the caller's."""
    reviews = reviews_in(terms=KENT, clock=HandSetClock())
    with pytest.raises(AttributeError):
        reviews.handle(CASE, NEVER_VALIDATED, by=TEAM)
    assert capfd.readouterr() == ("", "")


# --- No word comes out


def with_canaries(said: Statement) -> Statement:
    """Return a statement with a canary in every sealed field that takes one, at any depth."""
    for canary in (CANARY, LIKE_A_CODE):
        for name in sorted(sealed_fields(type(said))):
            said = _changed(said, name, canary)
    for name, value in dict(said).items():
        parts = value if isinstance(value, tuple) else (value,)
        if any(isinstance(part, Statement) for part in parts):
            inner = [with_canaries(one) if isinstance(one, Statement) else one for one in parts]
            said = _changed(said, name, tuple(inner) if isinstance(value, tuple) else inner[0])
    return said


def _changed(said: Statement, name: str, value: object) -> Statement:
    try:
        return changed(said, **{name: value})
    except ValueError:  # it takes no text of this form
        return said


ASKED: Final = st.one_of(commands(), st.sampled_from(EVERYTHING))
HISTORIES: Final = {"nothing": (), "received": (RECEIVE,), "closed": CLOSED}


@pytest.mark.parametrize("sealed", [True, False])
@given(
    command=ASKED,
    before=st.sampled_from(sorted(HISTORIES)),
    case=st.sampled_from([CASE, CANARY]),
    command_id=st.sampled_from(["c-1", CANARY, None]),
    as_history=st.booleans(),
)
def test_nothing_that_is_typed_into_a_sealed_field_comes_out(
    *,
    sealed: bool,
    command: Command,
    before: str,
    case: str,
    command_id: str | None,
    as_history: bool,
) -> None:
    """Whatever is recorded, refused or invalid: neither a log record nor an observation has it."""
    store = Store.in_memory(keys_in_memory() if sealed else None)
    reviews, seen = observed(store, names_cases=True)
    send_all(reviews, *HISTORIES[before])
    asked = with_canaries(command)
    assert isinstance(asked, Command)
    with logged() as records:
        for expected in (None, 99):
            try:
                reviews.ask(
                    case,
                    asked,
                    by=TEAM,
                    purpose=CANARY,
                    command_id=command_id,
                    as_history=as_history,
                    expected_version=expected,
                )
            except (RapidReviewError, ValueError):
                continue
    assert len(seen) >= 2
    told_all = repr(seen) + json.dumps([vars(one) for one in records], default=repr)
    assert "Zebedee" not in told_all
    assert LIKE_A_CODE not in told_all
