"""Cases to export: any events, written down one after the other, and what breaks the rules."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import strategies as st

from rapid_review.domain.beside_events import EVENTS_BESIDE_CASES
from rapid_review.domain.entry import Entry
from rapid_review.domain.events import AnyEvent, Event, RecordCorrected, TermsReplaced
from rapid_review.domain.vocabulary import Actor
from rapid_review.exports.trace import Trace, trace
from rapid_review.testing.strategies import events, histories
from tests.domain.a_review import whole_record

CASE: Final = "KM-2020-001"
FIRST: Final = datetime(2029, 11, 23, 12, tzinfo=UTC)  # after all that is told in tests
PEOPLE: Final = (
    Actor(id="pt-01", role="business-support", agency="partnership-team"),
    Actor(id="pt-02", role="analyst", agency="police"),
)


def written_down(recorded: Iterable[AnyEvent], case: str = CASE) -> tuple[Entry, ...]:
    """Return the entries of a case: a minute apart, by two people in turn."""
    return tuple(
        Entry(
            partnership="kent-and-medway",
            case=case,
            version=version,
            recorded_at=FIRST + timedelta(minutes=version),
            by=PEOPLE[version % 2],
            purpose="statutory review",
            command_id=f"c-{version}",
            event=event,
        )
        for version, event in enumerate(recorded, start=1)
    )


def traced(recorded: Iterable[AnyEvent], case: str = CASE) -> Trace:
    """Return what is exported of a case, if only that nothing of it stands."""
    return trace(written_down(recorded, case)) or Trace("kent-and-medway", case, ())


WHOLE: Final = whole_record().recorded
"""A case with every kind of event, in an order that makes sense."""
LOGS: Final = pytest.mark.parametrize("logs", [20, pytest.param(200, marks=pytest.mark.faults)])
"""How many logs somebody else's reader reads: some in each run, and many in `make faults`."""
STRAY: Final = events()
NEVER_STRAY: Final[tuple[type[Event], ...]] = (
    RecordCorrected,
    TermsReplaced,
    *EVENTS_BESIDE_CASES,
)
"""What nothing but a true history has at a place where it makes sense."""


@st.composite
def _disordered(draw: st.DrawFn, true: Sequence[AnyEvent]) -> Sequence[AnyEvent]:
    """Return true events of which some were lost, others put in, and some said again."""
    kept: list[AnyEvent] = [event for event in true if not isinstance(event, TermsReplaced)]
    for _ in range(draw(st.integers(0, len(kept) // 3))):
        kept.pop(draw(st.integers(0, len(kept) - 1)))
    for _ in range(draw(st.integers(0, 12))):
        again = bool(kept) and draw(st.booleans())
        stray = draw(st.sampled_from(kept)) if again else draw(STRAY)
        if not isinstance(stray, NEVER_STRAY):
            kept.insert(draw(st.integers(0, len(kept))), stray)
    return kept


@st.composite
def disordered(draw: st.DrawFn) -> Sequence[AnyEvent]:
    """Return a true history, or the whole one, that was disordered."""
    return draw(_disordered(draw(histories()).events if draw(st.booleans()) else WHOLE))


@st.composite
def true_and_disordered(draw: st.DrawFn) -> tuple[Sequence[AnyEvent], Sequence[AnyEvent]]:
    """Return a true history, and a case that was disordered: of it, or of the whole one."""
    history = draw(histories()).events
    return history, draw(_disordered(history if draw(st.booleans()) else WHOLE))
