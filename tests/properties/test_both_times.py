"""Laws of the two times: what a later entry, a correction taken back, or another order may change.

`every_view` asks all there is to ask of one case, so that a law holds for each view or for none.
"""

import json
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rapid_review import calendars
from rapid_review.audit.log.signing import Signer
from rapid_review.domain import commands as ask
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import Refused
from rapid_review.domain.terms.terms import Terms
from rapid_review.exports.icalendar import icalendar
from rapid_review.projections.as_of import CASE, AsOf, CaseHistory, entries_as_of, project
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.findings import findings
from rapid_review.projections.case.stage import stage
from rapid_review.projections.case.timeline import timeline
from rapid_review.projections.compare.clock_changes import clock_changes
from rapid_review.projections.compare.difference import difference
from rapid_review.projections.compare.replay import REPLAY, replay_by_day
from rapid_review.projections.compare.verdict_history import verdict_history
from rapid_review.projections.compare.what_if import Supposed, what_if
from rapid_review.projections.learning import across, learning_of, to_look_at
from rapid_review.projections.statistics.case_facts import case_facts_as_of
from rapid_review.projections.work.board import standing_of
from rapid_review.projections.work.diary import diary, revised_in
from rapid_review.projections.work.next_steps import next_steps
from rapid_review.store import RapidReviews
from rapid_review.store.ledger.bundle import bundle_of_case
from rapid_review.testing.strategies import History, histories
from tests.domain.a_review import (
    BEFORE_THE_FUNERAL,
    EVERYTHING,
    KENT,
    LATER_KENT,
    RECEIVE,
    REPLACE,
    at,
    changed,
)
from tests.how_many import in_proportion
from tests.projections.a_record import TEAM, entries_of, written_down
from tests.store.a_ledger import KEY

ON: Final = at("2026-11-23 12:00")


def every_view(
    entries: Sequence[Entry],
    *,
    terms: Terms = KENT,
    earlier: Sequence[Terms] = (),
    recorded_by: datetime | None = None,
    happened_by: datetime | None = None,
) -> tuple[object, ...]:
    """Return what every view says of a case, by the same two times and on the same day."""
    as_of = AsOf(happened_by, recorded_by, ON)
    history = CaseHistory(entries, terms, calendars.load, earlier)
    case = history.case(as_of)
    held = history.terms_of(case)
    read = clocks(history, as_of)
    return (
        entries_as_of(entries, as_of),
        case,
        stage(case, held),
        read,
        next_steps(case, held, read, at=ON),
        findings(history, as_of),
        timeline(entries, as_of),
        learning_of(CaseHistory(entries, held, calendars.load), as_of),
        standing_of(history, as_of),
        case_facts_as_of(history, as_of),
        revised_in(history, as_of),
        difference(history, as_of, as_of._replace(happened_by=None)),
        verdict_history(history, recorded_by=recorded_by),
        what_if(history, Supposed(LATER_KENT, BEFORE_THE_FUNERAL), as_of),
        bytes(replay_by_day(history, recorded_by=recorded_by)).decode(),
    )


# --- What was recorded later


@given(histories(at_most=10), st.data())
def test_a_later_entry_changes_no_answer_as_recorded_earlier(
    history: History, data: st.DataObject
) -> None:
    """Whatever is recorded later, a correction or other: what was known then stays known."""
    entries = written_down(history)
    assume(entries)
    last = data.draw(st.integers(1, len(entries)))
    then = entries[last - 1].recorded_at
    happened_by = data.draw(st.sampled_from([None, *(one.event.at for one in entries)]))
    assert every_view(entries, recorded_by=then, happened_by=happened_by) == every_view(
        entries[:last], recorded_by=then, happened_by=happened_by
    )


def test_terms_that_replaced_others_later_change_no_answer_as_recorded_earlier() -> None:
    """The case moved to other terms in October 2020; in June it was held under the first."""
    june = at("2020-06-01 09:00")
    before = entries_of(RECEIVE)
    after = entries_of(REPLACE, before=before, terms=LATER_KENT)
    assert len(after) > len(before)
    then = every_view(after, terms=LATER_KENT, earlier=(KENT,), recorded_by=june)
    assert then == every_view(before, recorded_by=june)


# --- Corrections


@given(histories(), st.data())
def test_a_correction_and_its_inverse_leave_the_verdicts_as_they_were(
    history: History, data: st.DataObject
) -> None:
    """Of any entry, to any time or to nothing: taken back, clocks and findings are the same."""
    before = written_down(history)
    assume(before)
    version = data.draw(st.integers(1, len(before)))
    event = before[version - 1].event
    when = max(entry.event.at for entry in before) + timedelta(days=1)
    moved = changed(event, at=event.at - timedelta(days=data.draw(st.integers(0, 40))))
    correct = ask.CorrectRecord(
        at=when,
        version=version,
        because="b",
        replacement=data.draw(st.sampled_from([None, moved])),
    )
    undo = ask.CorrectRecord(at=when, version=len(before) + 1, because="b")
    try:
        corrected = entries_of(correct, before=before)
        assume(len(corrected) > len(before))
        back = entries_of(undo, before=corrected)
    except Refused:
        assume(False)  # noqa: FBT003 - what Hypothesis asks
        raise
    read = [
        clocks(CaseHistory(one, KENT, calendars.load), AsOf(read_on=ON)) for one in (before, back)
    ]
    assert clock_changes(*read) == ()
    assert [one.days_taken for one in read[0]] == [one.days_taken for one in read[1]]
    assert findings(CaseHistory(back, KENT, calendars.load)) == findings(
        CaseHistory(before, KENT, calendars.load)
    )
    assert stage(project(CASE, back), KENT) is stage(project(CASE, before), KENT)


# --- The order of other cases, and a second run


@st.composite
def two_orders(draw: st.DrawFn) -> tuple[dict[str, History], list[Sequence[str]]]:
    """Draw two cases, and two orders of the cases in which their commands may be asked."""
    told = {case: draw(histories(at_most=8)) for case in ("A", "B")}
    turns = [case for case, history in told.items() for _ in history.commands]
    return told, [turns, draw(st.permutations(turns))]


@given(two_orders())
@settings(deadline=None)
def test_the_order_in_which_independent_cases_are_recorded_changes_no_view(
    drawn: tuple[dict[str, History], list[Sequence[str]]],
) -> None:
    """Two cases, recorded one after the other or in turns: each reads the same, and both do."""
    told, orders = drawn
    stores = [_recorded(told, order) for order in orders]
    for case in told:
        first, second = (store[case] for store in stores)
        assert first == second
        if first:
            assert every_view(first) == every_view(second)
    assert _together(stores[0]) == _together(stores[1])


PLACED: Final = ("manifest", "checkpoint", "proof/")
"""What a bundle of a case says of the case's place in the log."""


@given(two_orders())
@settings(max_examples=in_proportion(25))
def test_the_order_in_which_independent_cases_are_recorded_changes_no_bundle_but_its_proofs(
    drawn: tuple[dict[str, History], list[Sequence[str]]],
) -> None:
    """Entries, bodies, terms, calendars, the replay and the signed case head are the same."""
    logs = [_bundled(drawn[0], order) for order in drawn[1]]
    assert logs[0].keys() == logs[1].keys()
    for case, files in logs[0].items():
        others = logs[1][case]
        assert files.keys() == others.keys()
        assert REPLAY in files
        for name in files:
            assert files[name] == others[name] or name.startswith(PLACED)


def _bundled(told: dict[str, History], order: Sequence[str]) -> dict[str, dict[str, bytes]]:
    """Return the bundle of each case, when their commands are asked in this order of cases."""
    with _asked(told, order) as reviews, TemporaryDirectory() as folder:
        signer = Signer.start(KEY, Path(folder) / "signed")
        reviews.ledger().checkpoint(signer)
        return {case: dict(bundle_of_case(reviews, case, signer)) for case in reviews.references()}


def _recorded(told: dict[str, History], order: Sequence[str]) -> dict[str, tuple[Entry, ...]]:
    """Return each case's entries, when their commands are asked in this order of cases."""
    with _asked(told, order) as reviews:
        there = set(reviews.references())
        return {case: reviews.history(case) if case in there else () for case in told}


@contextmanager
def _asked(told: dict[str, History], order: Sequence[str]) -> Generator[RapidReviews, None, None]:
    """Yield a store in which the commands of cases were asked in this order of cases."""
    now = [ON]
    left = {case: list(enumerate(history.commands)) for case, history in told.items()}
    with RapidReviews.in_memory(terms=KENT, clock=lambda: now[0]) as reviews:
        for case in order:
            number, command = left[case].pop(0)
            now[0] = ON + timedelta(hours=number)
            reviews.handle(case, command, by=TEAM, command_id=f"c-{number}")
        yield reviews


def _together(store: dict[str, tuple[Entry, ...]]) -> tuple[object, ...]:
    """Return the views over all cases."""
    opened = [entries for entries in store.values() if entries]
    case_histories = [CaseHistory(one, KENT, calendars.load) for one in opened]
    revised = {
        each.due: each for one in case_histories for each in revised_in(one, AsOf(read_on=ON))
    }
    in_order = diary(revised)
    taught = [found for one in case_histories if (found := learning_of(one)) is not None]
    file = icalendar((revised[due] for due in in_order), partnership="kent-and-medway")
    return (file, across(taught), [to_look_at(one, taught) for one in taught])


def test_two_runs_give_equal_answers() -> None:
    """In two processes, whose sets and dictionaries of texts lie in another order."""
    root = Path(__file__).parents[2]
    program = "from tests.properties.test_both_times import everything_told; everything_told()"
    runs = [
        subprocess.run(  # noqa: S603 - our own interpreter, our own words
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            cwd=root,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0]
    assert runs[0] == runs[1]


def everything_told() -> None:
    """Print every view of the case in which every step was taken."""
    from pydantic_core import to_jsonable_python  # noqa: PLC0415 - for the other process only

    entries = entries_of(*EVERYTHING[:-5])
    views = every_view(entries, happened_by=at("2020-12-31 09:00"))
    sys.stdout.write(json.dumps(to_jsonable_python(views, serialize_unknown=True)))
