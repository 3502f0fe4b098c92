"""Words are erased by two people, once, whatever happens between; all else is as it was."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain.entry import Entry
from rapid_review.domain.erasure_events import KeyDestroyed
from rapid_review.domain.erasure_particulars import Erased
from rapid_review.domain.errors import InvalidInputError, Refused
from rapid_review.domain.events import (
    ImmediateActionRecorded,
    MemberInformed,
    NotificationReceived,
)
from rapid_review.domain.sealed_scopes import CASE as SCOPE_OF_THE_CASE
from rapid_review.domain.sealed_words import ERASED
from rapid_review.domain.vocabulary import Actor
from rapid_review.store import RapidReviews
from rapid_review.store.sealing.destroying import destroy
from rapid_review.store.sealing.entry_words import opened
from rapid_review.store.sealing.opening import keys_at, keys_in_memory, make_keys
from rapid_review.store.sealing.place import Place
from rapid_review.store.store import Store
from rapid_review.store.writing.erasure_plan import Field
from tests.domain.a_review import (
    ACT,
    CANCEL,
    CONVENE,
    ERASE,
    HOLD,
    INFORM,
    LATER,
    LIFT,
    RECEIVE,
    TO_ERASE,
    TO_LIFT,
    WRITE,
    changed,
)
from tests.store.a_record import CASE, TEAM, kent_in, send_all

OTHER: Final = Actor(id="po-02", role="detective", agency="police")
OF_THE_CHILD: Final = changed(TO_ERASE, because=None)
OF_AN_ENTRY: Final = changed(OF_THE_CHILD, what=Erased.ENTRY, of_person=None, of_entry=6)
OF_THE_CASE: Final = changed(OF_THE_CHILD, what=Erased.CASE, of_person=None)
APPROVE: Final = changed(ERASE, because=None)
ORDERS: Final = pytest.mark.parametrize("order", [OF_THE_CHILD, OF_AN_ENTRY, OF_THE_CASE])


def held(store: Store) -> RapidReviews:
    """Return the reviews in a store, with a case in which there are words."""
    reviews = kent_in(store)
    for command in (RECEIVE, CONVENE, CANCEL, ACT):
        reviews.handle(CASE, command, by=TEAM)
    return reviews


def approved(store: Store, order: ask.ProposeErasure) -> RapidReviews:
    """Return the same, with an order that was proposed and approved."""
    reviews = held(store)
    reviews.handle(CASE, order, by=TEAM)
    reviews.handle(CASE, APPROVE, by=OTHER)
    return reviews


def words_of(store: Store) -> dict[tuple[int, str], Any]:
    """Return every word of the case, by entry and field, as its keys open them."""
    assert store.keys is not None
    store.keys.evict()
    found: dict[tuple[int, str], Any] = {}
    entries = store.entries(kent_in(store).terms.partnership, CASE)
    for entry, row in zip(entries, store.opened.rows.after(0, 100), strict=True):
        place = Place(row[1], entry.version, entry.event.kind)
        words = opened(store.keys, place, entry, row[4])
        found |= {(entry.version, path): text for path, text in words.items()}
    return found


def bodies(store: Store) -> list[bytes]:
    """Return the bytes of the rows."""
    return [row[4] for row in store.opened.rows.after(0, 100)]


# --- From the proposal to the end


@ORDERS
def test_the_words_of_an_order_are_gone_and_no_others(
    kept: Store, order: ask.ProposeErasure
) -> None:
    """Not a byte of the entries before is changed."""
    reviews = approved(kept, order)
    plan = reviews.erasure_plan(CASE, "E-1")
    before, rows = words_of(kept), bodies(kept)
    done = reviews.erase(CASE, "E-1", by=TEAM)
    goes = {(one.version, f"event.{one.field}") for one in plan.goes}
    assert goes
    after = words_of(kept)
    assert {where for where, text in after.items() if text is ERASED} == goes
    assert all(after[where] == before[where] for where in before.keys() - goes)
    assert bodies(kept)[:-1] == rows
    assert isinstance(done.event, KeyDestroyed)
    assert done.event.destroyed
    assert reviews.erasure_plan(CASE, "E-1").state == "finished"


def test_a_plan_says_how_far_its_order_is(kept: Store) -> None:
    """Proposed by one, approved by another, and then done."""
    reviews = held(kept)
    states = []
    for command, by in ((OF_THE_CHILD, TEAM), (APPROVE, OTHER)):
        reviews.handle(CASE, command, by=by)
        states.append(reviews.erasure_plan(CASE, "E-1").state)
    assert states == ["proposed", "approved"]


@pytest.mark.parametrize(
    ("order", "scopes"),
    [(OF_THE_CHILD, {SCOPE_OF_THE_CASE}), (OF_AN_ENTRY, set()), (OF_THE_CASE, set())],
)
def test_of_a_person_the_words_of_the_case_stay(
    kept: Store, order: ask.ProposeErasure, scopes: set[str]
) -> None:
    """They may speak of the person as well; an entry or a case leaves nothing of its own."""
    reviews = held(kept)
    reviews.handle(CASE, order, by=TEAM)
    plan = reviews.erasure_plan(CASE, "E-1")
    assert {one.scope for one in plan.stays_sealed} == scopes
    assert plan.to_dict()["stays_sealed"] == [one._asdict() for one in plan.stays_sealed]


def test_the_words_about_a_child_are_gone_however_their_id_was_typed(kept: Store) -> None:
    """A correction spelt the reference otherwise: there are two keys, and both go (I-6)."""
    reviews = kent_in(kept)
    send_all(reviews, RECEIVE)
    (child,) = RECEIVE.children
    typed = changed(child, reference=child.reference.lower(), identity="Quux")
    received = reviews.history(CASE)[0].event
    correct = ask.CorrectRecord(
        at=LATER, version=1, because="w", replacement=changed(received, children=(typed,))
    )
    send_all(reviews, correct, changed(OF_THE_CHILD, at=LATER))
    reviews.handle(CASE, changed(APPROVE, at=LATER), by=OTHER)
    reviews.erase(CASE, "E-1", by=TEAM)
    named = [text for (_, path), text in words_of(kept).items() if path.endswith("identity")]
    assert named == [ERASED, ERASED]


@ORDERS
def test_asked_again_it_answers_the_same(kept: Store, order: ask.ProposeErasure) -> None:
    """Nothing is recorded twice."""
    reviews = approved(kept, order)
    done = reviews.erase(CASE, "E-1", by=TEAM)
    assert reviews.erase(CASE, "E-1", by=OTHER) == done
    assert [entry.event.kind for entry in reviews.history(CASE)].count("KeyDestroyed") == 1


def test_only_what_was_proposed_and_approved_is_erased(kept: Store) -> None:
    """And nothing while a hold is in force."""
    reviews = held(kept)
    with pytest.raises(Refused, match="nobody has proposed an erasure by order"):
        reviews.erase(CASE, "E-1", by=TEAM)
    reviews.handle(CASE, OF_THE_CHILD, by=TEAM)
    with pytest.raises(Refused, match="is not approved"):
        reviews.erase(CASE, "E-1", by=TEAM)
    reviews.handle(CASE, APPROVE, by=OTHER)
    reviews.handle(CASE, HOLD, by=TEAM)
    with pytest.raises(Refused, match="a hold protects it: H-1"):
        reviews.erase(CASE, "E-1", by=TEAM)
    reviews.handle(CASE, changed(TO_LIFT, because=None), by=OTHER)
    with pytest.raises(Refused, match="you proposed this yourself"):
        reviews.handle(CASE, changed(LIFT, because=None), by=OTHER)
    reviews.handle(CASE, changed(LIFT, because=None), by=TEAM)
    assert reviews.erase(CASE, "E-1", by=TEAM).event.kind == "KeyDestroyed"


@pytest.mark.parametrize(
    ("by", "why"),
    [
        (TEAM, "you proposed this yourself"),
        (changed(TEAM, id="pt-02"), "your own agency, partnership-team, proposed this"),
        (changed(TEAM, agency="police"), "you proposed this yourself"),
    ],
)
def test_nobody_approves_what_they_or_their_agency_proposed(by: Actor, why: str) -> None:
    """Four eyes: another person, of another agency."""
    reviews = held(Store.in_memory(keys_in_memory()))
    reviews.handle(CASE, OF_THE_CHILD, by=TEAM)
    with pytest.raises(Refused, match=why):
        reviews.handle(CASE, APPROVE, by=by)
    with pytest.raises(Refused, match=why):
        reviews.handle(CASE, APPROVE, by=by, as_history=True)
    assert reviews.handle(CASE, APPROVE, by=OTHER)


def test_words_that_are_not_sealed_are_not_erased() -> None:
    """A store of before says what to do."""
    reviews = held(Store.in_memory())
    assert reviews.handle(CASE, HOLD, by=TEAM)
    assert reviews.handle(CASE, OF_THE_CHILD, by=TEAM)
    with pytest.raises(InvalidInputError, match="not sealed"):
        reviews.erase(CASE, OF_THE_CHILD.order, by=OTHER)


# --- What is said afterwards


def test_after_the_case_is_erased_its_record_goes_on_without_words(kept: Store) -> None:
    """New words are refused, be they of another person; a known command answers as before."""
    reviews = kent_in(kept)
    first = reviews.handle(CASE, RECEIVE, by=TEAM, command_id="c-1")
    reviews.handle(CASE, CONVENE, by=TEAM)
    reviews.handle(CASE, OF_THE_CASE, by=TEAM)
    reviews.handle(CASE, APPROVE, by=OTHER)
    with pytest.raises(Refused, match="order 'E-1', which erases them"):
        reviews.handle(CASE, ACT, by=TEAM)  # approved, and not yet finished
    reviews.erase(CASE, "E-1", by=TEAM)
    for command in (ACT, CANCEL):
        with pytest.raises(Refused, match="erase"):
            reviews.handle(CASE, command, by=TEAM)
    assert reviews.handle(CASE, RECEIVE, by=TEAM, command_id="c-1") == first
    assert reviews.handle(CASE, HOLD, by=TEAM)
    assert reviews.handle(CASE, CONVENE, by=TEAM) == ()


def test_what_was_recorded_before_the_case_was_erased_is_known_when_it_is_said_again(
    kept: Store,
) -> None:
    """Its words cannot be compared any more; what it says besides, and its time, can.

    At another time it may be about something else, so somebody has to look.
    """
    reviews = approved(kept, OF_THE_CASE)
    reviews.erase(CASE, "E-1", by=TEAM)
    before = reviews.history(CASE)
    for command in (ACT, CANCEL):
        assert reviews.handle(CASE, command, by=TEAM) == ()
        assert reviews.handle(CASE, command, by=TEAM, as_history=True) == ()
        assert reviews.handle(CASE, command, by=TEAM, command_id=type(command).__name__) == ()
    for other in (changed(ACT, at=ACT.at + timedelta(minutes=1)), changed(ACT, action="A-9")):
        with pytest.raises(Refused, match="If the record already has the step, do not record it"):
            reviews.handle(CASE, other, by=TEAM)
    assert reviews.history(CASE) == before


def test_what_was_retracted_cannot_be_said_again_in_words_that_were_erased(kept: Store) -> None:
    """It would be a new entry, and its words are not recorded any more."""
    reviews = held(kept)
    acted = len(reviews.history(CASE))
    retract = ask.CorrectRecord(at=LATER, version=acted, because="it was another child")
    send_all(reviews, retract, OF_THE_CASE)
    reviews.handle(CASE, APPROVE, by=OTHER)
    reviews.erase(CASE, "E-1", by=TEAM)
    with pytest.raises(Refused, match="erased all such words"):
        reviews.handle(CASE, ACT, by=TEAM)


def test_a_writer_who_decided_before_the_approval_is_refused(kept: Store) -> None:
    """The case's own version is the fence: what was decided meanwhile is decided again."""
    reviews = held(kept)
    reviews.handle(CASE, OF_THE_CASE, by=TEAM)
    append = kept.append

    def late(entries: Sequence[Entry]) -> None:
        kept.append = append  # type: ignore[method-assign]
        reviews.handle(CASE, APPROVE, by=OTHER)
        reviews.erase(CASE, "E-1", by=OTHER)
        append(entries)

    kept.append = late  # type: ignore[method-assign]
    again = changed(ACT, action="A-9", words="these come too late")
    with pytest.raises(Refused, match="erase"):
        reviews.handle(CASE, again, by=TEAM)
    assert reviews.history(CASE)[-1].event.kind == "KeyDestroyed"


# --- Cut short


class Failing:
    """Lets calls through, and fails the one whose turn it is: before it is done, or after."""

    def __init__(self, turn: int, *, after: bool) -> None:
        self.turn = turn
        self.after = after
        self.calls = 0

    def watching(self, function: Callable[..., object]) -> Callable[..., object]:
        """Return a function that fails in its turn."""

        def watched(*args: object) -> object:
            self.calls += 1
            is_its_turn = self.calls == self.turn
            if is_its_turn and not self.after:
                raise OSError("cut short")
            answer = function(*args)
            if is_its_turn:
                raise OSError("cut short")
            return answer

        return watched


def turns() -> Iterator[tuple[int, bool]]:
    """Yield every step at which an erasure may be cut short."""
    for turn in range(1, 12):
        yield turn, False
        yield turn, True


@ORDERS
@pytest.mark.parametrize(("turn", "after"), list(turns()))
def test_cut_short_anywhere_it_is_pending_or_done_and_finishes_once(
    tmp_path: Path, order: ask.ProposeErasure, turn: int, *, after: bool
) -> None:
    """All of the keys are there, or none; asked again it is done, and recorded once."""
    make_keys(tmp_path / "keys.db", tmp_path / "key")
    keys = keys_at(tmp_path / "keys.db", tmp_path / "key")
    with closing(Store.on_sqlite(tmp_path / "record.db", keys=keys)) as store:
        reviews = approved(store, order)
        whole = words_of(store)
        failing = Failing(turn, after=after)
        with pytest.MonkeyPatch.context() as patch:
            for what, name in (
                *((keys.table, name) for name in ("rows", "write", "forget")),
                (store, "append"),
            ):
                patch.setattr(what, name, failing.watching(getattr(what, name)))
            try:
                reviews.erase(CASE, "E-1", by=TEAM)
            except OSError:
                pass
            else:
                assert failing.calls < turn  # every step has been tried
        left = words_of(store)
        is_done = any(one is ERASED for one in left.values())
        goes = {(one.version, f"event.{one.field}") for one in gone(reviews)}
        assert {where for where, one in left.items() if one is ERASED} == (
            goes if is_done else set()
        )
        assert whole.keys() == left.keys()
        done = reviews.erase(CASE, "E-1", by=TEAM)
        assert {w for w, one in words_of(store).items() if one is ERASED} == goes
        assert [one.event for one in reviews.history(CASE)].count(done.event) == 1


@ORDERS
def test_a_hold_that_came_too_late_keeps_no_erasure_from_the_record(
    kept: Store, order: ask.ProposeErasure
) -> None:
    """The keys are gone, so nothing is held by it; that they are gone must be in the record."""
    reviews = approved(kept, order)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "append", Failing(1, after=False).watching(kept.append))
        with pytest.raises(OSError, match="cut short"):
            reviews.erase(CASE, "E-1", by=TEAM)
    reviews.handle(CASE, HOLD, by=TEAM)
    left = words_of(kept)
    assert ERASED in left.values()
    done = reviews.erase(CASE, "E-1", by=TEAM)
    assert isinstance(done.event, KeyDestroyed)
    assert done.event.destroyed
    assert words_of(kept) == left
    assert reviews.erase(CASE, "E-1", by=TEAM) == done
    assert reviews.erasure_plan(CASE, "E-1").held_by == ("H-1",)


@ORDERS
def test_a_hold_that_is_placed_while_an_erasure_is_recorded_comes_too_late(
    kept: Store, order: ask.ProposeErasure
) -> None:
    """Its entry takes the place of the erasure's, which is then recorded behind it."""
    reviews = approved(kept, order)
    append = kept.append

    def late(entries: Sequence[Entry]) -> None:
        kept.append = append  # type: ignore[method-assign]
        reviews.handle(CASE, HOLD, by=OTHER)
        append(entries)

    kept.append = late  # type: ignore[method-assign]
    reviews.erase(CASE, "E-1", by=TEAM)
    assert [one.event.kind for one in reviews.history(CASE)][-2:] == ["HoldPlaced", "KeyDestroyed"]


def test_what_was_overwritten_is_forgotten_though_a_hold_came_before_that(tmp_path: Path) -> None:
    """Anyone who died between the two left it in the key store's log; recording it clears that."""
    make_keys(tmp_path / "keys.db", tmp_path / "key")
    keys = keys_at(tmp_path / "keys.db", tmp_path / "key")
    with closing(Store.on_sqlite(tmp_path / "record.db", keys=keys)) as store:
        reviews = approved(store, OF_THE_CHILD)
        (gone,) = (row.wrapped or "" for row in keys.all() if row.scope == "p:C-1")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                keys.table, "forget", Failing(1, after=False).watching(keys.table.forget)
            )
            with pytest.raises(OSError, match="cut short"):
                reviews.erase(CASE, "E-1", by=TEAM)
        assert gone.encode() in (tmp_path / "keys.db-wal").read_bytes()
        reviews.handle(CASE, HOLD, by=TEAM)
        reviews.erase(CASE, "E-1", by=TEAM)
        for file in tmp_path.glob("keys.db*"):
            assert gone.encode() not in file.read_bytes(), file.name


def test_a_hold_keeps_what_is_left_of_an_order(kept: Store) -> None:
    """As when a key store was put together of two copies: what is there is held."""
    reviews = approved(kept, OF_THE_CASE)
    assert kept.keys is not None
    (stream,) = {row[1] for row in kept.opened.rows.after(0, 100)}
    destroy(kept.keys, stream, [("c", None)], order_id="E-1", at="2026-11-27T09:00:00+00:00")
    reviews.handle(CASE, HOLD, by=TEAM)
    left = words_of(kept)
    with pytest.raises(Refused, match="a hold protects it: H-1"):
        reviews.erase(CASE, "E-1", by=TEAM)
    assert words_of(kept) == left
    reviews.handle(CASE, changed(TO_LIFT, because=None), by=OTHER)
    reviews.handle(CASE, changed(LIFT, because=None), by=TEAM)
    reviews.erase(CASE, "E-1", by=TEAM)
    assert set(words_of(kept).values()) == {ERASED}


def gone(reviews: RapidReviews) -> tuple[Field, ...]:
    """Return the words that the order is about."""
    return reviews.erasure_plan(CASE, "E-1").goes


@pytest.mark.parametrize("is_done", [False, True], ids=["approved", "carried out"])
def test_a_case_whose_words_an_order_erases_takes_no_purpose(
    kept: Store, *, is_done: bool
) -> None:
    """By a command, and by an import; without one the step is recorded."""
    reviews = approved(kept, OF_THE_CASE)
    if is_done:
        reviews.erase(CASE, "E-1", by=TEAM)
    again = changed(CONVENE, meeting=2)
    history = [MemberInformed.model_validate(dict(INFORM))]
    why, erases = "Zebedee Quux asked", "order 'E-1' erases all words of this case"
    with pytest.raises(Refused, match=erases):
        reviews.handle(CASE, again, by=TEAM, purpose=why)
    with pytest.raises(Refused, match=erases):
        reviews.import_history(CASE, history, by=TEAM, purpose=why)
    assert reviews.handle(CASE, again, by=TEAM)
    assert reviews.import_history(CASE, history, by=TEAM)


def test_by_another_process_no_purpose_is_sealed_under_a_key_that_was_destroyed(
    tmp_path: Path,
) -> None:
    """It still has the key in memory, and what it would record is in nobody's plan."""
    make_keys(tmp_path / "keys.db", tmp_path / "key")

    def opened_here() -> Store:
        keys = keys_at(tmp_path / "keys.db", tmp_path / "key")
        return Store.on_sqlite(tmp_path / "record.db", keys=keys)

    with closing(opened_here()) as one, closing(opened_here()) as other:
        mine = held(one)
        approved_there = kent_in(other)
        approved_there.handle(CASE, OF_THE_CASE, by=TEAM)
        approved_there.handle(CASE, APPROVE, by=OTHER)
        approved_there.erase(CASE, "E-1", by=TEAM)
        with pytest.raises(Refused, match="Record the step without a purpose"):
            mine.handle(CASE, changed(CONVENE, meeting=2), by=TEAM, purpose="Zebedee Quux asked")


# --- What the program itself wrote again


def words_left(store: Store, text: str) -> set[int]:
    """Return the entries whose words still open to a text, as the keys open them."""
    return {version for (version, _), found in words_of(store).items() if found == text}


def test_a_plan_names_every_entry_that_holds_the_same_words() -> None:
    """One command records a receipt and its clocks, and each of them says why."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        reviews.handle(CASE, RECEIVE, by=TEAM, purpose="about Zebedee Quux")
        assert words_left(store, "about Zebedee Quux") == {1, 2, 3, 4}
        of_the_first = changed(OF_AN_ENTRY, of_entry=1)
        send_all(reviews, of_the_first)
        plan = reviews.erasure_plan(CASE, "E-1")
        assert Field(1, "NotificationReceived", "purpose", "c") in plan.goes
        assert set(plan.elsewhere) == {2, 3, 4}
        assert (
            "the words of entries 2 to 4, which contain some of the same words"
            in (plan.unreached[0])
        )
        reviews.handle(CASE, APPROVE, by=OTHER)
        reviews.erase(CASE, "E-1", by=TEAM)
        assert words_left(store, "about Zebedee Quux") == set(plan.elsewhere)


def test_a_plan_names_what_a_correction_brought_with_it() -> None:
    """The clocks that it moved were calculated again, for the reason that it gives."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        (received,) = reviews.case(CASE).all(NotificationReceived)
        earlier = received.model_copy(update={"at": received.at - timedelta(days=4)})
        because = "Zebedee Quux rang on Thursday"
        correct = ask.CorrectRecord(at=LATER, version=1, because=because, replacement=earlier)
        correction, *clocks = send_all(reviews, correct)
        assert len(clocks) > 0
        send_all(reviews, changed(OF_AN_ENTRY, of_entry=correction.version))
        plan = reviews.erasure_plan(CASE, "E-1")
        assert {one.version for one in clocks} <= set(plan.elsewhere)
        reviews.handle(CASE, APPROVE, by=OTHER)
        reviews.erase(CASE, "E-1", by=TEAM)
        assert words_left(store, because) <= set(plan.elsewhere)


def test_of_words_that_nothing_repeats_no_other_entry_is_named() -> None:
    """Nor of an entry whose words are others."""
    with closing(Store.in_memory(keys_in_memory())) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE, ACT, WRITE)
        acted = next(
            one.version
            for one in reviews.history(CASE)
            if isinstance(one.event, ImmediateActionRecorded)
        )
        send_all(reviews, changed(OF_AN_ENTRY, of_entry=acted))
        assert reviews.erasure_plan(CASE, "E-1").elsewhere == ()
