"""An erasure changes nothing but what can be opened: no byte, date, verdict, figure or proof."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from rapid_review.audit.log.signing import Signer
from rapid_review.audit.log.sinks import FolderSink
from rapid_review.domain import commands as ask
from rapid_review.domain.case import replay
from rapid_review.domain.erasure_events import ErasureApproved, HoldLifted, KeyDestroyed
from rapid_review.domain.erasures import holds, orders
from rapid_review.domain.errors import InvalidInputError, Refused
from rapid_review.domain.events import RecordCorrected
from rapid_review.domain.vocabulary import Actor
from rapid_review.exports.pseudonyms import as_recorded
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.case.judgement import judgement
from rapid_review.store import RapidReviews
from rapid_review.store.ledger.checkpoints import TrustedCheckpoint
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.store import Store
from tests.domain.a_review import (
    CLOSED,
    ERASE,
    HOLD,
    LIFT,
    RECEIVE,
    TO_ERASE,
    TO_LIFT,
    changed,
)
from tests.exports.whole_files import cloudevents_lines
from tests.how_many import in_proportion
from tests.properties.test_both_times import ON, every_view
from tests.store.a_ledger import KEY, found, verified
from tests.store.a_record import CASE, TEAM, kent_in
from tests.store.writing.test_erasing import APPROVE, OF_THE_CASE, ORDERS, OTHER


def whole(store: Store) -> RapidReviews:
    """Return a case that went its whole way, in a sealed store."""
    reviews = kent_in(store)
    for command in CLOSED:
        reviews.handle(CASE, command, by=TEAM)
    return reviews


@ORDERS
def test_every_view_byte_and_export_of_before_is_as_it_was(order: ask.ProposeErasure) -> None:
    """Read of the entries before it; the erasure itself is told, and judged by nobody."""
    store = Store.in_memory(keys_in_memory())
    reviews = whole(store)
    reviews.handle(CASE, changed(order, of_entry=1) if order.of_entry else order, by=TEAM)
    reviews.handle(CASE, APPROVE, by=OTHER)
    before = reviews.history(CASE)
    views, rows = every_view(before), list(store.opened.rows.after(0, 1_000))
    given_out = cloudevents_lines(before, as_recorded)
    judged = judgement(reviews.case_history(CASE), AsOf(read_on=ON))
    reviews.erase(CASE, "E-1", by=TEAM)
    after = reviews.history(CASE)
    assert after[: len(before)] == before
    assert every_view(after[: len(before)]) == views
    assert list(store.opened.rows.after(0, 1_000))[: len(rows)] == rows
    assert cloudevents_lines(after[: len(before)], as_recorded) == given_out
    now = judgement(reviews.case_history(CASE), AsOf(read_on=ON))
    assert (now.clocks, now.duties, now.found) == (judged.clocks, judged.duties, judged.found)


@ORDERS
def test_what_was_signed_before_still_proves_every_entry(
    tmp_path: Path, order: ask.ProposeErasure
) -> None:
    """The log only grew: the checkpoint of before holds, and the next one follows from it."""
    store = Store.in_memory(keys_in_memory())
    reviews = whole(store)
    reviews.handle(CASE, changed(order, of_entry=1) if order.of_entry else order, by=TEAM)
    reviews.handle(CASE, APPROVE, by=OTHER)
    signer, sink = Signer.start(KEY, tmp_path / "signed"), FolderSink(tmp_path / "sink")
    store.ledger().checkpoint(signer, [sink])
    (kept,) = (tmp_path / "sink").iterdir()
    held = TrustedCheckpoint(kept.name, kept.read_bytes())
    assert not found(verified(store.ledger(), held))
    reviews.erase(CASE, "E-1", by=TEAM)
    assert not found(verified(store.ledger(), held))
    store.ledger().checkpoint(signer)
    assert not found(verified(store.ledger(), held))


# --- Four eyes, whatever is asked in whatever order

PEOPLE: Final = (
    TEAM,
    changed(TEAM, id="pt-02"),
    OTHER,
    changed(OTHER, id=TEAM.id.upper()),
)
OF_THE_WORDS: Final = (HOLD, TO_LIFT, LIFT, TO_ERASE, OF_THE_CASE, ERASE)


@st.composite
def _asked(draw: st.DrawFn) -> ask.Command | str:
    """Return a command about words, a correction of an entry, or that an order be finished."""
    if draw(st.booleans()):
        return draw(st.sampled_from(OF_THE_WORDS))
    if draw(st.booleans()):
        return "finish"
    version = draw(st.integers(1, 14))
    return ask.CorrectRecord(at=ERASE.at, version=version, because="w")


@settings(max_examples=in_proportion(150), deadline=None)
@given(st.lists(st.tuples(_asked(), st.sampled_from(PEOPLE), st.booleans()), max_size=14))
def test_no_sequence_lets_one_person_or_agency_do_what_takes_two(
    asked: Sequence[tuple[ask.Command | str, Actor, bool]],
) -> None:
    """Not by corrections, not as history: each approval and each lifting has its proposal."""
    reviews = kent_in(Store.in_memory(keys_in_memory()))
    reviews.handle(CASE, RECEIVE, by=TEAM)
    for command, by, as_history in asked:
        with suppress(Refused, InvalidInputError):
            if isinstance(command, str):
                reviews.erase(CASE, "E-1", by=by)
            else:
                reviews.handle(CASE, command, by=by, as_history=as_history)
    entries = reviews.history(CASE)
    for at, entry in enumerate(entries):
        before = replay(one.event for one in entries[:at])
        if isinstance(entry.event, ErasureApproved):
            proposal = entries[orders(before)[entry.event.order].proposed_in - 1]
        elif isinstance(entry.event, HoldLifted):
            proposal = entries[(holds(before)[entry.event.hold].lifting_in or 0) - 1]
        else:
            if isinstance(entry.event, KeyDestroyed):
                order = orders(before)[entry.event.order]
                assert (order.approved, order.destroyed) == (True, None)
                assert not holds(before)
            continue
        assert not any(
            isinstance(one.event, RecordCorrected) and one.event.version == proposal.version
            for one in entries[:at]
        )
        assert proposal.by.id.lower() != entry.by.id.lower()
        assert proposal.by.agency != entry.by.agency
