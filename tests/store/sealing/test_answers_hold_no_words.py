"""What recording answers is what the record has: tokens in place of words, whoever typed them."""

from collections.abc import Iterable
from contextlib import closing
from typing import Final

import pytest

from rapid_review.domain.beside_events import ExportMade
from rapid_review.domain.commands import CorrectRecord, ProposeCorrection
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.events import (
    AnyEvent,
    DecisionMade,
    NotificationReceived,
    RecordCorrected,
)
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.domain.sealed_words import SealedWords
from rapid_review.store import RapidReviews
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.store import Store
from rapid_review.store.writing.bulk_import import Account
from tests.domain.a_review import DECIDED, LATER, RECEIVE, changed
from tests.golden.entries import ENTRIES
from tests.store.a_record import CASE, TEAM, send_all
from tests.store.access.an_access_log import CLERK, MEMBER, POLICE, read_in

PURPOSE: Final = "a purpose in words"


def has_no_words(entries: Iterable[Entry]) -> int:
    """Hold that each text that is sealed is a token and no words; return how many there are."""
    found = [one.words for entry in entries for one in words_in(entry)]
    assert all(isinstance(one, SealedWords) for one in found), found
    assert all(getattr(one, "text", None) is None for one in found), found
    return len(found)


def as_read(entries: Iterable[Entry], reviews: RapidReviews, case: str = CASE) -> bool:
    """Say whether entries are, to the last token and section, what the record has."""
    first, *others = entries
    there = reviews.history(case)[first.version - 1 :][: 1 + len(others)]
    return [one.model_dump_json() for one in (first, *others)] == [
        one.model_dump_json() for one in there
    ]


def one_of(reviews: RapidReviews, kind: type[AnyEvent]) -> tuple[int, AnyEvent]:
    """Return the version and the event of the first entry of a kind."""
    return next(
        (one.version, one.event) for one in reviews.history(CASE) if isinstance(one.event, kind)
    )


def test_a_clerk_who_takes_over_a_name_is_not_answered_with_it() -> None:
    """They correct a day and have no right to the child's name; the name is taken over unseen."""
    with closing(read_in()) as reviews:
        answered = reviews.handle(CASE, RECEIVE, by=TEAM, purpose=PURPOSE)
        assert has_no_words(answered) > 1
        version, event = one_of(reviews, NotificationReceived)
        corrected = CorrectRecord(
            at=LATER,
            version=version,
            because="another day",
            replacement=changed(event, panel_notified_at=None),
        )
        assert has_no_words(reviews.rehearse(CASE, corrected, by=CLERK)) > 1
        entries = reviews.handle(CASE, corrected, by=CLERK)
        assert has_no_words(entries) > 1
        assert as_read(entries, reviews)
        read = reviews.read(CASE, entries[0].version, by=MEMBER, purpose=PURPOSE)
        assert "a name" in dict(read[0].words).values()


def test_a_proposal_of_a_correction_is_not_answered_with_the_rationale() -> None:
    """Nor is the same command, asked again."""
    with closing(read_in()) as reviews:
        send_all(reviews, *DECIDED)
        version, event = one_of(reviews, DecisionMade)
        proposed = ProposeCorrection(
            at=LATER, version=version, because="w", replacement=changed(event, at=LATER)
        )
        first = reviews.ask(CASE, proposed, by=POLICE, command_id="propose-1")
        again = reviews.ask(CASE, proposed, by=POLICE, command_id="propose-1")
        assert has_no_words(first.entries) > 1
        assert as_read(first.entries, reviews)
        assert (again.entries, again.repeated) == (first.entries, True)


def test_no_import_and_no_export_is_answered_with_words() -> None:
    """One case or many; also what would be imported, which anyone may ask."""
    with closing(read_in(Store.in_memory())) as elsewhere, closing(read_in()) as reviews:
        history = [one.event for one in send_all(elsewhere, RECEIVE)]
        one = reviews.import_history("KM-1", history, by=TEAM, purpose=PURPOSE)
        (tried,) = reviews.try_import([Account("KM-2", history, TEAM)])
        (many,) = reviews.import_each([Account("KM-2", history, TEAM)], purpose=PURPOSE)
        for entries, case in ((one, "KM-1"), (many.entries, "KM-2")):
            assert has_no_words(entries) > 1
            assert as_read(entries, reviews, case)
        assert has_no_words(tried.entries) == 1
        event = ENTRIES["ExportMade"].event
        assert isinstance(event, ExportMade)
        made = reviews.export_made(event, by=TEAM, purpose=PURPOSE)
        assert has_no_words([made]) == 1


def test_the_same_words_may_be_in_another_section_of_each_entry() -> None:
    """A correction says why, under the case's key, before it repeats the child's name."""
    with closing(read_in(Store.in_memory())) as elsewhere, closing(read_in()) as reviews:
        (received, *_) = send_all(elsewhere, RECEIVE)
        right = changed(received.event, panel_notified_at=None)
        corrected = RecordCorrected(at=LATER, version=1, because="a day", replacement=right)
        entries = reviews.import_history(CASE, [received.event, corrected], by=TEAM)
        assert as_read(entries, reviews)


def test_words_that_were_never_sealed_go_into_no_sealed_record() -> None:
    """Nor do those of an answer, which were left behind."""
    with closing(Store.in_memory(keys_in_memory())) as store, closing(read_in(store)) as reviews:
        answered = reviews.handle(CASE, RECEIVE, by=TEAM)
        for entry in (ENTRIES["NotificationReceived"], answered[0]):
            with pytest.raises(InvalidInputError, match="sealed exactly once"):
                store.append([changed(entry, case="KM-2")])
        assert reviews.history(CASE) == answered


def test_an_unsealed_store_answers_with_what_was_typed() -> None:
    """Nothing is sealed there, and it is read as it was typed."""
    with closing(read_in(Store.in_memory())) as reviews:
        entries = reviews.handle(CASE, RECEIVE, by=TEAM, purpose=PURPOSE)
        assert "a name" in [one.words for one in words_in(entries[0])]


def test_an_answer_is_taken_over_like_an_entry_that_was_read() -> None:
    """Its tokens are enough to correct a day of it."""
    with closing(read_in(Store.in_memory(keys_in_memory()))) as reviews:
        (entry, *_) = reviews.handle(CASE, RECEIVE, by=TEAM)
        replacement = changed(entry.event, panel_notified_at=None)
        corrected = CorrectRecord(at=LATER, version=1, because="a day", replacement=replacement)
        entries = reviews.handle(CASE, corrected, by=TEAM)
        read = reviews.read(CASE, entries[0].version, by=MEMBER, purpose=PURPOSE)
        assert "a name" in dict(read[0].words).values()
