"""What was sealed is opened as it was said: of every kind of event, in every field."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import assume, given
from pydantic import BaseModel

from rapid_review.domain.commands import CorrectRecord
from rapid_review.domain.errors import InvalidInputError, KeysError, Refused
from rapid_review.domain.events import (
    ImmediateActionRecorded,
    NotificationReceived,
    RecordCorrected,
)
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.domain.sealed_words import SealedWords
from rapid_review.domain.statement import sealed_fields
from rapid_review.store.backends.open import in_memory
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.sealing.rotation import wrap_anew
from rapid_review.store.sealing.sections import as_if_recorded
from rapid_review.store.sealing.wrapping import WrappingKey
from rapid_review.store.store import Store
from rapid_review.testing.strategies import HERE_ALONE, History, histories
from tests.domain.a_review import ACT, CONVENE, ERASE, RECEIVE, TO_ERASE, changed
from tests.golden.entries import ENTRIES
from tests.store.a_record import CASE, TEAM, kent_in, send_all
from tests.store.sealing.a_sealed_store import words_of

WRAPPING = WrappingKey(2, bytes(32))


def said_in(said: BaseModel, path: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a statement by the paths of their fields; found by the marks alone."""
    for name, value in dict(said).items():
        parts = value if isinstance(value, tuple) else (value,)
        for at, part in enumerate(parts):
            where = f"{path}.{name}.{at}" if isinstance(value, tuple) else f"{path}.{name}"
            if isinstance(part, BaseModel):
                yield from said_in(part, where)
            elif name in sealed_fields(type(said)) and part is not None:
                yield where, part


@given(histories(without=HERE_ALONE))
def test_a_sealed_history_is_opened_as_it_was_told(history: History) -> None:
    """Corrections with what is in their place among them."""
    assume(history.events)
    with closing(Store.in_memory(keys_in_memory())) as store:
        kent_in(store).import_history(CASE, history.events, by=TEAM)
        given = [dict(said_in(event, "event")) for event in history.events]
        assert words_of(store) == given


@pytest.mark.parametrize("purpose", ["statutory review", None])
def test_every_kind_of_event_is_opened_as_it_was_told(purpose: str | None) -> None:
    """Each as the first entry of a case of its own; the answer has what the row has, no words.

    So has the answer to a rehearsal, of which nothing is stored.
    """
    why = {} if purpose is None else {"purpose": purpose}
    with closing(Store.in_memory(keys_in_memory())) as store:
        for number, entry in enumerate(ENTRIES.values()):
            where = f"KM-{number}"
            given = {"case": where, "version": 1, "purpose": purpose}
            whole = entry.model_copy(update=given)
            stream = store.stream(whole.partnership, where)
            sealing = store.sealing(whole.partnership, where, stream)
            answered, rehearsed = sealing.sealed_entry(whole), sealing.sealed_entry(whole)
            store.append([answered])
            as_if_recorded([rehearsed])
            (read,) = store.entries(whole.partnership, where)
            for one in (answered, rehearsed):
                assert one.model_dump_json() == read.model_dump_json()
                assert not any(getattr(held.words, "text", None) for held in words_in(one))
            assert words_of(store, where) == [why | dict(said_in(entry.event, "event"))]


def test_a_correction_takes_over_words_that_it_cannot_read() -> None:
    """The day is put right; the words beside it go along, sealed again in their place."""
    named = changed(RECEIVE, children=(changed(RECEIVE.children[0], identity="a name"),))
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        (received, *_) = reviews.handle(CASE, named, by=TEAM)
        kept = reviews.history(CASE)[0].event
        assert isinstance(kept.children[0].identity, SealedWords)  # type: ignore[union-attr]
        right = kept.model_copy(update={"panel_notified_at": received.event.at})
        correct = CorrectRecord(at=received.event.at, version=1, because="late", replacement=right)
        reviews.handle(CASE, correct, by=TEAM)
        words = words_of(store)[-1]
        assert words["event.replacement.children.0.identity"] == "a name"
        assert reviews.handle(CASE, correct, by=TEAM) == ()


def test_a_name_is_not_taken_over_to_where_more_may_read_it() -> None:
    """Anyone who may read the case's words alone would else read the child's name among them."""
    named = changed(RECEIVE, children=(changed(RECEIVE.children[0], identity="a name"),))
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        reviews.handle(CASE, named, by=TEAM)
        (received,) = reviews.case(CASE).all(NotificationReceived)
        token = received.children[0].identity
        assert isinstance(token, SealedWords)
        correct = CorrectRecord(at=received.at, version=1, because=token)
        with pytest.raises(InvalidInputError, match="because: these words are sealed"):
            reviews.handle(CASE, correct, by=TEAM)
        assert reviews.case(CASE).version == 4


def test_words_are_taken_over_from_the_entry_that_is_corrected_and_no_other() -> None:
    """Another step cannot say them again by their token, nor can a token that is none."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE, ACT)
        (acted,) = reviews.case(CASE).all(ImmediateActionRecorded)
        for token in (acted.words, SealedWords("kind", 0)):
            again = changed(ACT, action="ACT-99", words=token)
            with pytest.raises(InvalidInputError, match="words: these words are sealed"):
                send_all(reviews, again)


def test_once_an_erasure_is_approved_no_words_of_the_case_are_taken_over() -> None:
    """What is to be erased would else go on in another entry."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE, ACT, TO_ERASE)
        reviews.handle(CASE, ERASE, by=TEAM.model_copy(update={"id": "po-02", "agency": "police"}))
        (acted,) = reviews.case(CASE).all(ImmediateActionRecorded)
        later = acted.model_copy(update={"at": acted.at + timedelta(hours=1)})
        correct = CorrectRecord(at=ERASE.at, version=5, because="late", replacement=later)
        with pytest.raises(InvalidInputError, match="unless an erasure was approved"):
            send_all(reviews, correct)


def test_the_keys_of_another_store_record_nothing() -> None:
    """A row of theirs would be found by every verification from then on."""
    opened = in_memory(sealed=True)
    store = Store(opened, keys_in_memory())
    send_all(kent_in(store), RECEIVE)
    others = Store(opened, keys_in_memory())
    with pytest.raises(KeysError, match="are not those that sealed the newest entry"):
        send_all(kent_in(others), CONVENE)
    assert send_all(kent_in(store), CONVENE)


def test_a_key_that_was_made_for_what_was_refused_is_forgotten() -> None:
    """Another worker makes the key of the case then, and this one goes by theirs."""
    opened, keys = in_memory(sealed=True), keys_in_memory()
    others = Keys(keys.table, WRAPPING)
    wrap_anew(keys, WRAPPING)
    mine, theirs = kent_in(Store(opened, keys)), kent_in(Store(opened, others))
    with pytest.raises(Refused):
        send_all(mine, ACT)
    send_all(theirs, RECEIVE, ACT)
    assert send_all(mine, RECEIVE, ACT) == ()


def test_a_correction_lets_no_other_step_of_the_history_take_words_over() -> None:
    """What comes after it in one import is another entry."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE, ACT)
        (acted,) = reviews.case(CASE).all(ImmediateActionRecorded)
        later = acted.model_copy(update={"at": acted.at + timedelta(hours=1)})
        correct = RecordCorrected(at=acted.at, version=5, because="late", replacement=later)
        again = acted.model_copy(update={"action": "ACT-99"})
        with pytest.raises(InvalidInputError, match="words: these words are sealed"):
            reviews.import_history(CASE, [correct, again], by=TEAM)
        assert reviews.import_history(CASE, [correct], by=TEAM)
