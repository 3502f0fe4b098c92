"""Importing one case that happened elsewhere: recorded as it was, and refused only if nonsense."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from hypothesis import assume, given

from rapid_review.domain.commands import Command
from rapid_review.domain.errors import (
    CaseChangedError,
    CaseNotFoundError,
    InvalidInputError,
    Refused,
    TermsError,
)
from rapid_review.domain.events import (
    AnyEvent,
    CaseClosed,
    DeadlineSet,
    DecisionMade,
    MemberInformed,
    RecordCorrected,
    ReportSentToPanel,
)
from rapid_review.store.store import Store
from rapid_review.testing.strategies import HERE_ALONE, History, histories
from rapid_review.testing.wording import ANY_WORDS, all_alike, worded_alike
from tests.domain.a_review import (
    ATTEND,
    CLOSED,
    CONVENE,
    DECIDE,
    INFORM,
    KENT,
    RECEIVE,
    TO_PANEL,
    at,
    changed,
    recorded,
    seated,
)
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, reviews_in, send_all


def happened(*commands: Command, without_clocks: bool = False) -> tuple[AnyEvent, ...]:
    """Return what these commands led to elsewhere, in another store."""
    elsewhere = kent_in()
    send_all(elsewhere, *commands)
    events = elsewhere.case(CASE).recorded
    return tuple(e for e in events if not (without_clocks and isinstance(e, DeadlineSet)))


# --- As it was


@given(histories(without=HERE_ALONE))
def test_a_history_that_was_accepted_elsewhere_is_the_same_case_here(history: History) -> None:
    """Corrections, other orders, late entries: event by event, and nothing is added."""
    assume(history.events)
    reviews = kent_in()
    entries = reviews.import_history(CASE, history.events, by=TEAM)
    assert tuple(entry.event for entry in entries) == history.events
    assert reviews.case(CASE) == history.case
    assert reviews.import_history(CASE, history.events, by=TEAM) == ()


def test_an_imported_case_goes_on_like_any_other(store: Store) -> None:
    """It is numbered on, and what it says is known."""
    reviews = kent_in(store)
    reviews.import_history(CASE, happened(RECEIVE, INFORM), by=TEAM)
    assert send_all(reviews, INFORM) == ()
    assert [entry.version for entry in send_all(reviews, CONVENE)] == [6]


def test_all_entries_of_an_import_say_that_they_were_imported_together(store: Store) -> None:
    """One id, by one person, for one purpose, recorded now; each event keeps when it happened."""
    entries = kent_in(store).import_history(CASE, happened(*CLOSED), by=TEAM, purpose="migration")
    (command_id,) = {entry.command_id for entry in entries}
    assert command_id.startswith("import-")
    assert all(entry.by == TEAM for entry in entries)
    assert len({entry.purpose for entry in entries}) == 1
    assert all(worded_alike(entry).purpose == ANY_WORDS for entry in entries)
    assert {entry.recorded_at for entry in entries} == {at("2026-11-23 12:00")}
    assert entries[0].event.at == RECEIVE.at


def test_a_line_that_a_whole_history_has_twice_is_recorded_twice(store: Store) -> None:
    """Its corrections name entries by number, so no line is left out; that is for people to say.

    The second entry is retracted by its number, and the first stays.
    """
    retraction = RecordCorrected(at=TO_PANEL.at, version=3, because="twice", replacement=None)
    notified, informed = happened(RECEIVE, INFORM, without_clocks=True)
    history = (notified, informed, informed, retraction)
    reviews = kent_in(store)
    entries = reviews.import_history(CASE, history, by=TEAM)
    assert all_alike(entry.event for entry in entries[:4]) == all_alike(history)
    assert [one.at for one in reviews.case(CASE).all(MemberInformed)] == [INFORM.at]


def test_clocks_that_were_not_kept_elsewhere_are_set_after_the_history(store: Store) -> None:
    """ToR 5(a), 7.3: counted from the same day, with the calendar of now, and at the end.

    So the numbers by which the history's own corrections name entries stay true.
    """
    history = happened(RECEIVE, INFORM, without_clocks=True)
    entries = kent_in(store).import_history(CASE, history, by=TEAM)
    assert all_alike(entry.event for entry in entries[:2]) == all_alike(history)
    clocks = [entry.event for entry in entries[2:]]
    assert clocks == [
        changed(event, at=INFORM.at)
        for event in happened(RECEIVE, INFORM)
        if isinstance(event, DeadlineSet)
    ]


# --- What broke a rule is recorded


def test_a_decision_of_an_inquorate_group_is_recorded(store: Store) -> None:
    """ToR 6, 7.6: it was taken years ago; here it would be refused, as history it is found."""
    without_police = changed(ATTEND, sat=seated("designated-health"), experts=())
    before = (RECEIVE, CONVENE, without_police)
    decided = recorded(DecisionMade, DECIDE)
    reviews = kent_in(store)
    send_all(reviews, *before, case="KM-2")
    with pytest.raises(Refused):
        send_all(reviews, DECIDE, case="KM-2")
    reviews.import_history(CASE, (*happened(*before), decided), by=TEAM)
    (found,) = reviews.case(CASE).all(DecisionMade)
    assert worded_alike(found) == worded_alike(decided)


def test_a_report_sent_without_a_decision_and_a_case_closed_in_silence_are_recorded(
    store: Store,
) -> None:
    """ToR 7.7, 7.9: what happened, happened."""
    history = (
        *happened(RECEIVE),
        recorded(ReportSentToPanel, TO_PANEL),
        CaseClosed(at=at("2020-06-01 09:00")),
    )
    reviews = kent_in(store)
    reviews.import_history(CASE, history, by=TEAM)
    assert all_alike(reviews.case(CASE).recorded) == all_alike(history)


# --- Nonsense is refused, whole

NOTIFIED = happened(RECEIVE)
INFORMED = recorded(MemberInformed, INFORM)


@pytest.mark.parametrize(
    "history",
    [
        (INFORMED,),
        (INFORMED, *NOTIFIED),
        (*NOTIFIED, *NOTIFIED),
        (*NOTIFIED, INFORMED, RecordCorrected(at=INFORM.at, version=9, because="it was not so")),
        (*NOTIFIED, RecordCorrected(at=INFORM.at, version=1, because="it was not so")),
        (
            *NOTIFIED,
            RecordCorrected(at=INFORM.at, version=1, because="it was", replacement=INFORMED),
        ),
    ],
    ids=[
        "a step without a notification",
        "a step before the notification",
        "two notifications",
        "a correction of nothing",
        "a notification retracted",
        "a notification replaced by another kind",
    ],
)
def test_a_history_without_a_meaning_is_refused_whole(
    store: Store, history: Sequence[AnyEvent]
) -> None:
    """Not even its first events are recorded."""
    reviews = kent_in(store)
    with pytest.raises(Refused):
        reviews.import_history(CASE, history, by=TEAM)
    assert reviews.references() == ()


def test_a_history_of_nothing_is_nothing(store: Store) -> None:
    """No case is opened by it."""
    reviews = kent_in(store)
    assert reviews.import_history(CASE, (), by=TEAM) == ()
    with pytest.raises(CaseNotFoundError):
        reviews.case(CASE)


def test_a_history_under_terms_that_are_not_at_hand_is_not_taken_in(store: Store) -> None:
    """Nor one under terms of another content: its rules could not be asked."""
    other = NOTIFIED[0].model_copy(
        update={"terms": KENT.ref.model_copy(update={"digest": f"sha256:{'b' * 64}"})}
    )
    reviews = reviews_in(store, terms=KENT, clock=HandSetClock())
    with pytest.raises(TermsError, match="Restore the files"):
        reviews.import_history(CASE, [other], by=TEAM)
    assert reviews.references() == ()


def test_a_name_is_no_reference_of_an_imported_case(store: Store) -> None:
    """It is refused and not repeated."""
    with pytest.raises(InvalidInputError, match="case: found a value of 13") as raised:
        kent_in(store).import_history("Canary Wharfe", NOTIFIED, by=TEAM)
    assert "Canary" not in str(raised.value)


# --- Again


def test_the_same_history_again_records_nothing_even_when_the_case_has_gone_on(
    store: Store,
) -> None:
    """An import that was interrupted is simply run again."""
    reviews = kent_in(store)
    history = happened(RECEIVE, INFORM, without_clocks=True)
    reviews.import_history(CASE, history, by=TEAM)
    send_all(reviews, CONVENE)
    before = reviews.history(CASE)
    assert reviews.import_history(CASE, history, by=TEAM) == ()
    assert reviews.history(CASE) == before


@pytest.mark.parametrize("other", [changed(INFORM, person="P-2"), CONVENE])
def test_another_history_under_the_same_reference_is_refused(store: Store, other: Command) -> None:
    """Two stories of one case are for people to settle: by a correction."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE, INFORM)
    before = reviews.history(CASE)
    with pytest.raises(Refused, match="already exists in the record, with another history"):
        reviews.import_history(CASE, happened(RECEIVE, other), by=TEAM)
    assert reviews.history(CASE) == before


def test_a_case_opened_by_another_while_it_is_imported_stays_the_other_s(
    stores: tuple[Store, Store],
) -> None:
    """Nothing of the import is mixed into it."""
    fast = kent_in(stores[1])

    class Late(HandSetClock):
        def __call__(self) -> datetime:
            if not fast.references():
                send_all(fast, RECEIVE)
            return super().__call__()

    slow = reviews_in(stores[0], terms=KENT, clock=Late())
    with pytest.raises(CaseChangedError, match="nothing was imported"):
        slow.import_history(CASE, happened(RECEIVE, INFORM), by=TEAM)
    assert all_alike(slow.case(CASE).recorded) == all_alike(NOTIFIED)
