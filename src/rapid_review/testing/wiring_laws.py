"""Single laws of a wiring, each tested with the same few commands; see `WiringConformance`."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from rapid_review.domain import commands as ask
from rapid_review.domain.entry import Entry
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import AgeBand, Child, Incident, Nature
from rapid_review.testing.assertions import hold, same
from rapid_review.testing.wiring import HandSetClock, Wiring
from rapid_review.testing.wording import all_alike

CASE: Final = "W-1"
AT: Final = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
ACT: Final = ask.RecordImmediateAction(at=AT, action="A-1", words="w")
CLOSE: Final = ask.CloseCase(at=AT)


def receive(terms: Terms) -> ask.ReceiveNotification:
    """Return the notification that opens a case under some terms."""
    opening = [code for code, one in terms.classes.items() if one.opens_review]
    return ask.ReceiveNotification(
        at=AT,
        reference="N-1",
        source="ics",
        notification_class=opening[0],
        incident=Incident(known_on=date(2026, 11, 13), nature=Nature.SERIOUS_HARM),
        children=(Child(reference="C-1", age_band=AgeBand.UNDER_1),),
    )


def answered_again(wiring: Wiring, terms: Terms) -> None:
    """Assert that an answer that was lost is given again, before and after a restart."""
    received = receive(terms)
    first = all_alike(wiring.ask(CASE, received, "id-1"))
    hold(first, "the notification recorded nothing")
    before = _as_json(wiring.entries(CASE))
    # A sender may give a later time when it sends the command again.
    later = received.model_copy(update={"at": AT + timedelta(minutes=1)})
    for again in (received, later):
        for _ in range(2):
            same(all_alike(wiring.ask(CASE, again, "id-1")), first, "an answer, asked again")
            same(_as_json(wiring.entries(CASE)), before, "what is recorded")
            wiring.reopen()


def one_command(wiring: Wiring, terms: Terms, another: type[Exception]) -> None:
    """Assert that an id that was used belongs to its command, word for word."""
    wiring.ask(CASE, receive(terms), "id-1")
    wiring.ask(CASE, ACT, "id-2")
    before = _as_json(wiring.entries(CASE))
    changed = ACT.model_copy(update={"words": "other words"})
    otherwise = ACT.model_copy(update={"action": "A-2"})
    for command, command_id in ((ACT, "id-1"), (changed, "id-2"), (otherwise, "id-2")):
        _must_raise(another, wiring, command, command_id, "under an id that was used")
        same(_as_json(wiring.entries(CASE)), before, "what is recorded")


def nothing_kept(wiring: Wiring, terms: Terms) -> None:
    """Assert that a command that recorded nothing never records anything under its id."""
    wiring.ask(CASE, receive(terms), "id-1")
    wiring.ask(CASE, ACT, "id-2")
    acted = len(wiring.entries(CASE))
    same(tuple(wiring.ask(CASE, ACT, "id-3")), (), "what is so already")
    retract = ask.CorrectRecord(at=AT, version=acted, because="w")
    wiring.ask(CASE, retract, "id-4")
    for _ in range(2):
        before = _as_json(wiring.entries(CASE))
        same(tuple(wiring.ask(CASE, ACT, "id-3")), (), "what led to nothing, asked again")
        same(_as_json(wiring.entries(CASE)), before, "what is recorded")
        wiring.reopen()
    hold(wiring.ask(CASE, ACT, "id-5"), "what was retracted was not recorded under a new id")


def refused(wiring: Wiring, terms: Terms, refusal: type[Exception]) -> None:
    """Assert that what is refused leaves no trace, in a case and where there is none."""
    _must_raise(refusal, wiring, CLOSE, "id-1", "without a notification")
    same(tuple(wiring.entries(CASE)), (), "a case in which everything was refused")
    wiring.ask(CASE, receive(terms), "id-2")
    before = _as_json(wiring.entries(CASE))
    _must_raise(refusal, wiring, CLOSE, "id-3", "before its time")
    same(_as_json(wiring.entries(CASE)), before, "what is recorded")
    hold(wiring.ask(CASE, ACT, "id-4"), "after a refusal nothing could be recorded")


def asked_at(
    wiring: Wiring, terms: Terms, moments: Iterable[datetime], clock: HandSetClock
) -> None:
    """Assert that times of recording never go back, whatever the clock does."""
    clock.now, *later = moments
    wiring.ask(CASE, receive(terms), "id-0")
    for number, now in enumerate(later, start=1):
        clock.now = now
        act = ACT.model_copy(update={"action": f"A-{number}"})
        wiring.ask(CASE, act, f"id-{number}")
    stamps = [entry.recorded_at for entry in wiring.entries(CASE)]
    same(stamps, sorted(stamps), "times of recording")
    same(max(stamps), max(later), "the newest time of recording")


def _must_raise(
    kind: type[Exception], wiring: Wiring, command: ask.Command, command_id: str, when: str
) -> None:
    try:
        found = wiring.ask(CASE, command, command_id)
    except kind:
        return
    raise AssertionError(f"{type(command).__name__} {when} was answered with {found!r}")


def _as_json(entries: Sequence[Entry]) -> list[str]:
    return [entry.model_dump_json() for entry in entries]
