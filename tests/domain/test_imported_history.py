"""A history that happened elsewhere is taken in as it was; only what has no meaning is refused."""

from datetime import date

import pytest

from rapid_review.domain.case import Case, evolve
from rapid_review.domain.commands import CorrectRecord
from rapid_review.domain.erasures import NEVER_CORRECTED, PROPOSALS
from rapid_review.domain.errors import InvalidInputError, Refused
from rapid_review.domain.events import (
    AnyEvent,
    DeadlineReckonedAgain,
    DeadlineSet,
    DecisionMade,
    MemberInformed,
    NotificationReceived,
    PanelDiscussionNoted,
    RecordCorrected,
)
from rapid_review.domain.imported_history import events_to_record
from rapid_review.domain.registry import findings, nonsense
from rapid_review.domain.rules import Verdict
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import TermsRef
from rapid_review.domain.working_days import WorkingCalendar
from rapid_review.testing import given
from rapid_review.testing.stories import story
from tests.domain.a_review import (
    BEFORE_THE_FUNERAL,
    CLOSED,
    DECIDE,
    DISCUSS,
    ENGLAND,
    INFORM,
    KENT,
    LATER,
    LATER_KENT,
    RECEIVE,
    RECKON,
    SENT,
    changed,
    recorded,
    whole_record,
)


def edition(ref: TermsRef) -> Terms:
    """Return the terms that a history names."""
    return next(terms for terms in (KENT, LATER_KENT) if terms.ref == ref)


def newest(calendar_id: str) -> WorkingCalendar:
    """Return the calendar of now."""
    assert calendar_id == ENGLAND.id
    return ENGLAND


def take(*history: AnyEvent) -> tuple[AnyEvent, ...]:
    """Take a history in, under the Kent terms until it names its own."""
    return events_to_record(history, KENT, edition, newest)


def test_a_whole_history_is_taken_in_as_it_was() -> None:
    """Corrections, a calculation by another calendar, other terms.

    Nothing is added or left out.
    """
    whole = tuple(
        event
        for event in whole_record().recorded
        if not isinstance(event, NEVER_CORRECTED + PROPOSALS)
    )
    for history in (given(*CLOSED).events, whole):
        assert take(*history) == history
    assert take() == ()


def test_a_decision_without_a_quorum_is_taken_in() -> None:
    """ToR 6.2: it would be refused if it were asked; it happened, so it is recorded and found."""
    history = (*given(RECEIVE).events, recorded(DecisionMade, DECIDE))
    assert take(*history) == history


def test_a_history_without_its_notification_has_no_meaning() -> None:
    """ToR 7.3: nothing can be said of a case that was never opened."""
    with pytest.raises(Refused, match="no notification"):
        take(recorded(MemberInformed, INFORM))


def test_a_correction_without_a_meaning_is_refused() -> None:
    """The record: of an entry that does not exist, or one that leaves no notification."""
    received = given(RECEIVE).events
    nothing_there = RecordCorrected(at=LATER, version=9, because="it was")
    with pytest.raises(Refused, match="entry 9"):
        take(*received, nothing_there)
    with pytest.raises(Refused, match="every case needs one"):
        take(*received, changed(nothing_there, version=1))


def test_clocks_that_were_not_kept_are_set_after_the_history() -> None:
    """ToR 5(a), 7.3: counted from the receipt, with the calendar of now."""
    received, *clocks = given(RECEIVE).events
    informed = recorded(MemberInformed, INFORM)
    first, second, *added = take(received, informed)
    assert (first, second) == (received, informed)
    assert added == [changed(clock, at=informed.at) for clock in clocks]


def test_a_clock_that_a_correction_set_aside_stays_aside() -> None:
    """ToR 7.8: with its later calculation; a history of our own comes in as it went out."""
    in_2022 = changed(DISCUSS, discussed_on=date(2022, 9, 13))
    before = given(*SENT, in_2022, calendar=BEFORE_THE_FUNERAL)
    again = given(*before.events, changed(RECKON, deadline="panel-feedback"), calendar=ENGLAND)
    version = 1 + again.events.index(recorded(PanelDiscussionNoted, in_2022))
    aside = given(*again.events, CorrectRecord(at=LATER, version=version, because="it was")).events
    corrected = {e.version: aside[e.version - 1] for e in aside if isinstance(e, RecordCorrected)}
    assert {type(event) for event in corrected.values()} == {
        PanelDiscussionNoted,
        DeadlineSet,
        DeadlineReckonedAgain,
    }
    assert take(*aside) == aside


def test_a_clock_that_cites_no_clause_of_its_terms_is_not_imported() -> None:
    """A clause is public: no words and no name come in as one."""
    received = recorded(NotificationReceived, RECEIVE, terms=KENT.ref)
    clock = next(one for one in take(received) if isinstance(one, DeadlineSet))
    assert take(received, clock)[1] == clock
    with pytest.raises(InvalidInputError, match="allowed: a clause of the terms' clocks") as no:
        take(received, changed(clock, clause="Zebedee Quux"))
    assert "Zebedee" not in str(no.value)


def test_a_clock_that_no_terms_of_the_history_have_is_not_imported() -> None:
    """ToR 7.3: nobody could read the case, as nothing says what starts or stops it."""
    received = recorded(NotificationReceived, RECEIVE, terms=KENT.ref)
    clock = next(one for one in take(received) if isinstance(one, DeadlineSet))
    with pytest.raises(InvalidInputError, match="which no terms of this history have; allowed:"):
        take(received, changed(clock, deadline="another-clock"))


def test_no_rule_but_those_of_sense_keeps_a_history_from_being_taken_in() -> None:
    """ToR 7.3: what breaks another has happened, and is found; in a hundred stories."""
    without_sense = 0
    for seed in range(100):
        told, case = story(seed, (KENT,), ENGLAND).entries, Case()
        for event in (entry.event for entry in (*told[1:2], *told)):
            every = findings(event, type(event), case, KENT)
            expected = [one for one in every if one.verdict is Verdict.NONSENSE]
            assert nonsense(event, case, KENT) == (expected[0] if expected else None)
            without_sense += bool(expected)
            case = evolve(case, event)
    assert without_sense > 50
