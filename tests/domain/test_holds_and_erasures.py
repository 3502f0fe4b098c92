"""Holds on the words of a case, and their erasure: what is asked, refused, and said once."""

from typing import Final

import pytest

from rapid_review.domain.clauses import RECORD
from rapid_review.domain.commands import (
    Command,
    CorrectRecord,
    ProposeErasure,
)
from rapid_review.domain.erasure_events import (
    ErasureApproved,
    ErasureProposed,
    ErasureVerified,
    HoldLifted,
    HoldLiftingProposed,
    HoldPlaced,
)
from rapid_review.domain.erasure_particulars import Erased
from rapid_review.domain.erasures import holds, must_not_be_erased, must_take_a_purpose, orders
from rapid_review.domain.errors import Refused
from rapid_review.domain.events import (
    AnyEvent,
    ImmediateActionRecorded,
    NotificationReceived,
)
from rapid_review.domain.four_eyes import must_be_another, proposed_in
from rapid_review.domain.imported_history import events_to_record
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.domain.vocabulary import Actor
from rapid_review.testing import Given, given
from tests.domain.a_review import CANCEL as WORDED
from tests.domain.a_review import (
    CONVENE,
    ENGLAND,
    ERASE,
    GONE,
    HOLD,
    KENT,
    LIFT,
    LOOK,
    RECEIVE,
    TO_ERASE,
    TO_LIFT,
    at,
    changed,
    recorded,
)

CHILD: Final = RECEIVE.children[0].reference

OF_THE_CHILD: Final = changed(TO_ERASE, because=None)
OF_THE_FIRST: Final = changed(OF_THE_CHILD, what=Erased.ENTRY, of_person=None, of_entry=1)
OF_THE_CASE: Final = changed(OF_THE_CHILD, what=Erased.CASE, of_person=None, ground="retention")
HERE: Final = Actor(id="u-1", role="team-manager", agency="partnership-team")


def after(*history: AnyEvent | Command) -> Given:
    """Return the case after its notification, and what is given besides."""
    return given(RECEIVE, *history)


# --- Holds


def test_a_hold_is_placed_once_and_lifted_when_that_was_proposed() -> None:
    """And may be placed again, under the same reference."""
    after().when(HOLD).then(recorded(HoldPlaced, HOLD))
    after(HOLD).when(HOLD).then_nothing_happens()
    after(HOLD).when(TO_LIFT).then(recorded(HoldLiftingProposed, TO_LIFT))
    after(HOLD, TO_LIFT).when(TO_LIFT).then_nothing_happens()
    after(HOLD, TO_LIFT).when(LIFT).then(recorded(HoldLifted, LIFT))
    after(HOLD, TO_LIFT, LIFT).when(LIFT).then_nothing_happens()
    again = changed(HOLD, at=at("2024-01-01 09:00"))
    after(HOLD, TO_LIFT, LIFT).when(again).then(recorded(HoldPlaced, again))
    held = after(HOLD, TO_LIFT, LIFT, again)
    assert holds(held.case)["H-1"].lifting_in is None
    held.when(changed(LIFT, at=at("2024-02-01 09:00"))).then_refused(
        clause=RECORD, because="nobody has proposed"
    )


def test_the_lifting_of_another_hold_calls_for_no_hold_again() -> None:
    """Each hold is known by its reference."""
    other = changed(HOLD, hold="H-2")
    lifted = (changed(TO_LIFT, hold="H-2"), changed(LIFT, hold="H-2"))
    again = changed(HOLD, at=at("2024-01-01 09:00"))
    after(HOLD, other, *lifted).when(again).then_nothing_happens()


def test_a_hold_that_does_not_stand_is_not_lifted() -> None:
    """Nor one that nobody proposed to lift; and the same hold is not placed for other reasons."""
    after().when(TO_LIFT).then_refused(clause=RECORD, because="has no hold")
    after().when(LIFT).then_refused(clause=RECORD, because="has no hold")
    after(HOLD).when(LIFT).then_refused(clause=RECORD, because="nobody has proposed")
    after(HOLD).when(changed(HOLD, ground="civil-claim")).then_refused(
        clause=RECORD, because="other content"
    )


# --- Erasures


@pytest.mark.parametrize("order", [OF_THE_CHILD, OF_THE_FIRST, OF_THE_CASE])
def test_what_is_there_may_be_proposed_to_be_erased(order: ProposeErasure) -> None:
    """A person's words, an entry's, or the case's; said twice it is said once."""
    after().when(order).then(recorded(ErasureProposed, order))
    after(order).when(order).then_nothing_happens()
    after(order).when(changed(order, ground="other")).then_refused(
        clause=RECORD, because="other content"
    )


def test_an_entry_without_words_may_be_proposed_to_be_erased() -> None:
    """Why it was recorded may be words, of which its event knows nothing."""
    convened = after(CONVENE)
    of_it = changed(OF_THE_FIRST, of_entry=convened.case.version)
    assert not list(words_in(convened.case.recorded[-1]))
    convened.when(of_it).then(recorded(ErasureProposed, of_it))
    after().when(of_it).then_refused(clause=RECORD, because="has no such words")


@pytest.mark.parametrize(
    ("order", "because"),
    [
        (changed(OF_THE_CHILD, of_person="C-9"), "has no such words"),
        (changed(OF_THE_FIRST, of_entry=9), "has no such words"),
        (changed(OF_THE_CHILD, of_person=None), "you gave neither an entry nor a person"),
        (changed(OF_THE_CHILD, of_entry=1), "you gave entry, person"),
        (changed(OF_THE_CASE, of_entry=1), "you gave entry"),
    ],
)
def test_what_is_not_there_is_not_erased(order: ProposeErasure, because: str) -> None:
    """Nor two things at once, nor everything because nothing was named."""
    after().when(order).then_refused(clause=RECORD, because=because)


def test_an_order_is_proposed_once() -> None:
    """Said twice it is said once; in other words it is another order."""
    after().when(TO_ERASE).then(recorded(ErasureProposed, TO_ERASE))
    after(TO_ERASE).when(TO_ERASE).then_nothing_happens()
    after(TO_ERASE).when(OF_THE_CASE).then_refused(clause=RECORD, because="other content")


def test_an_order_is_approved_once_and_only_if_it_was_proposed() -> None:
    """And while no hold is in force, which bars no proposal."""
    after(OF_THE_CHILD).when(ERASE).then(recorded(ErasureApproved, ERASE))
    after(OF_THE_CHILD, ERASE).when(ERASE).then_nothing_happens()
    after().when(ERASE).then_refused(
        clause=RECORD, because="nobody has proposed an erasure by order"
    )
    after(HOLD).when(OF_THE_CHILD).then(recorded(ErasureProposed, OF_THE_CHILD))
    after(HOLD, OF_THE_CHILD).when(ERASE).then_refused(
        clause=RECORD, because="a hold protects it: H-1"
    )
    lifted = after(HOLD, TO_LIFT, LIFT, OF_THE_CHILD)
    lifted.when(ERASE).then(recorded(ErasureApproved, ERASE))


def test_what_is_gone_is_not_erased_again() -> None:
    """A person's words go with the case's, and the reason says by which order."""
    gone = after(OF_THE_CHILD, ERASE, GONE)
    second = changed(OF_THE_CHILD, order="E-2")
    gone.when(second).then_refused(clause=RECORD, because="by order E-1")
    gone.when(changed(OF_THE_FIRST, order="E-2")).then_refused(
        clause=RECORD, because="by order E-1"
    )
    assert orders(gone.case)["E-1"].destroyed is not None
    assert orders(after(OF_THE_CHILD, ERASE).case)["E-1"].destroyed is None


def test_it_is_looked_for_once_it_is_gone() -> None:
    """And not before."""
    gone = after(OF_THE_CHILD, ERASE, GONE)
    gone.when(LOOK).then(recorded(ErasureVerified, LOOK))
    after(OF_THE_CHILD, ERASE, GONE, LOOK).when(LOOK).then_nothing_happens()
    after(OF_THE_CHILD, ERASE).when(LOOK).then_refused(
        clause=RECORD, because="its keys are not destroyed"
    )


@pytest.mark.parametrize("command", [HOLD, TO_LIFT, LIFT, OF_THE_CASE, ERASE, LOOK])
def test_there_is_a_case_first(command: Command) -> None:
    """ToR 7.3: everything follows the notification."""
    given().when(command).then_refused(clause="ToR 7.3", because="no notification")


# --- Words that would be erased


def test_no_new_words_are_recorded_that_an_approved_order_erases() -> None:
    """Of the case, or of that person; others are."""
    said = (ImmediateActionRecorded(at=at("2023-04-01 09:00"), action="A-1", words="new words"),)
    must_not_be_erased(said, after(OF_THE_CASE).case)
    must_not_be_erased(said, after(OF_THE_CHILD, ERASE).case)
    with pytest.raises(Refused, match="order 'E-1', which erases them"):
        must_not_be_erased(said, after(OF_THE_CASE, ERASE).case)
    again = (recorded(ErasureProposed, OF_THE_CASE),)
    must_not_be_erased(again, after(OF_THE_CASE, ERASE).case)


def test_an_order_about_a_person_is_about_them_however_their_id_was_typed() -> None:
    """Capitals make nobody another person (I-6): their words go, and none come back."""
    order = changed(OF_THE_CHILD, of_person=CHILD.lower())
    after().when(order).then(recorded(ErasureProposed, order))
    typed_otherwise = changed(RECEIVE.children[0], reference=CHILD.lower())
    again = (
        recorded(
            NotificationReceived, changed(RECEIVE, children=(typed_otherwise,)), terms=KENT.ref
        ),
    )
    with pytest.raises(Refused, match="order 'E-1', which erases them"):
        must_not_be_erased(again, after(OF_THE_CHILD, ERASE).case)
    another = changed(typed_otherwise, reference=f"{CHILD}0")
    others = (
        recorded(NotificationReceived, changed(RECEIVE, children=(another,)), terms=KENT.ref),
    )
    must_not_be_erased(others, after(OF_THE_CHILD, ERASE).case)


def test_words_under_another_spelling_may_be_erased_after_an_order_of_before() -> None:
    """An order that was carried out under one spelling may have left the key of another (I-6)."""
    typed_otherwise = changed(RECEIVE.children[0], reference=CHILD.lower())
    received = changed(after().case.recorded[0], children=(typed_otherwise,))
    gone = given(RECEIVE, correct(1, received), OF_THE_CHILD, ERASE, GONE)
    again = changed(OF_THE_CHILD, order="E-2", of_person=CHILD.lower())
    gone.when(again).then(recorded(ErasureProposed, again))
    same = changed(OF_THE_CHILD, order="E-2")
    after(OF_THE_CHILD, ERASE, GONE).when(same).then_refused(
        clause=RECORD, because="already erased"
    )


def test_each_sealed_text_is_of_one_scope() -> None:
    """A name of the person's own, a reason of the case's."""
    assert scopes_of(RECEIVE) == [("children.0.identity", f"p:{CHILD}")]
    assert scopes_of(WORDED) == [("because", "c")]


def scopes_of(said: Command) -> list[tuple[str, str]]:
    """Return the path and the scope of each sealed text of a statement."""
    return [(one.path, one.scope) for one in words_in(said)]


def test_words_are_walked_in_the_order_of_their_fields() -> None:
    """So they are in their sections, and those of a part where the part stands."""
    received = changed(RECEIVE, incident=changed(RECEIVE.incident, where="at home"))
    event = NotificationReceived.model_validate(dict(received) | {"terms": KENT.ref})
    corrected = correct(1, event)
    names = [name for name in type(corrected).model_fields if name in ("because", "replacement")]
    expected = {
        "because": [("because", "c")],
        "replacement": [
            ("replacement.incident.where", "c"),
            ("replacement.children.0.identity", f"p:{CHILD}"),
        ],
    }
    assert scopes_of(corrected) == [one for name in names for one in expected[name]]


# --- What is corrected, and what is imported


def correct(version: int, replacement: AnyEvent | None = None) -> CorrectRecord:
    """Return a correction."""
    return CorrectRecord(
        at=at("2023-05-01 09:00"), version=version, because="w", replacement=replacement
    )


def test_a_proposal_is_retracted_until_it_is_taken_up() -> None:
    """Then it can be made again; for other words, under another reference."""
    version = after(OF_THE_CHILD).case.version
    retracted = after(OF_THE_CHILD, correct(version))
    assert not orders(retracted.case)
    retracted.when(ERASE).then_refused(
        clause=RECORD, because="nobody has proposed an erasure by order"
    )
    retracted.when(OF_THE_CHILD).then(recorded(ErasureProposed, OF_THE_CHILD))
    elsewhere = changed(OF_THE_FIRST, order="ERA-2")
    retracted.when(elsewhere).then(recorded(ErasureProposed, elsewhere))
    after(OF_THE_CHILD, ERASE).when(correct(version)).then_refused(
        clause=RECORD, because="cannot be corrected"
    )
    held = after(HOLD, TO_LIFT)
    assert holds(after(HOLD, TO_LIFT, correct(held.case.version)).case)["H-1"].lifting_in is None
    after(HOLD, TO_LIFT, LIFT).when(correct(held.case.version)).then_refused(
        clause=RECORD, because="cannot be corrected"
    )


@pytest.mark.parametrize("other", [OF_THE_FIRST, OF_THE_CASE], ids=["an entry", "the case"])
def test_an_order_that_was_retracted_is_not_proposed_for_other_words(
    other: ProposeErasure,
) -> None:
    """Somebody may have read the plan of the first, and approves by the reference alone."""
    first = after(OF_THE_CHILD).case.version
    retracted = after(OF_THE_CHILD, correct(first))
    of_the_child = f"entry {first} proposed to erase those of person {CHILD}"
    retracted.when(other).then_refused(
        clause=RECORD, because=of_the_child, way_on="Give the order another reference"
    )
    again = after(OF_THE_CHILD, correct(first), OF_THE_CHILD, correct(first + 2))
    again.when(other).then_refused(clause=RECORD, because=of_the_child)


def test_a_purpose_is_refused_where_all_words_of_the_case_go() -> None:
    """From the approval on; an order about a person leaves the words of the case, and that one."""
    for case in (after(OF_THE_CASE), after(OF_THE_CHILD, ERASE)):
        must_take_a_purpose(case.case)
    with pytest.raises(Refused, match="erases all words of this case, and a purpose is words"):
        must_take_a_purpose(after(OF_THE_CASE, ERASE).case)


@pytest.mark.parametrize("said", [(OF_THE_CHILD,), (HOLD, TO_LIFT)], ids=["order", "lifting"])
def test_a_proposal_that_was_retracted_is_not_brought_back(said: tuple[Command, ...]) -> None:
    """It is proposed again instead, and somebody else then does it."""
    proposal = after(*said).case.version
    retracted = after(*said, correct(proposal))
    retracted.when(correct(retracted.case.version)).then_refused(
        clause=RECORD, because="cannot be corrected", way_on="propose it again"
    )


def test_no_hold_or_order_is_corrected() -> None:
    """One person would else lift a hold alone, or change what another approves."""
    placed = after(HOLD)
    placed.when(correct(placed.case.version)).then_refused(
        clause=RECORD, because="cannot be corrected"
    )
    proposed = after(OF_THE_CHILD)
    other = recorded(ErasureProposed, OF_THE_CASE)
    proposed.when(correct(proposed.case.version, other)).then_refused(
        clause=RECORD, because="cannot be corrected"
    )


def test_a_hold_is_imported_and_an_erasure_is_not() -> None:
    """Two people erase here, whatever another system says."""
    case = after().case
    held = recorded(HoldPlaced, HOLD)
    assert events_to_record([held], KENT, lambda _: KENT, lambda _: ENGLAND, into=case) == (held,)
    for event in (recorded(ErasureProposed, OF_THE_CASE), recorded(HoldLifted, LIFT), GONE):
        with pytest.raises(Refused, match="part of a case's history"):
            events_to_record([event], KENT, lambda _: KENT, lambda _: ENGLAND, into=case)


# --- Four eyes


def test_it_is_known_in_which_entry_something_was_proposed() -> None:
    """The entry of the proposal is the one whose author counts."""
    proposed = after(OF_THE_CHILD).case
    assert proposed_in(recorded(ErasureApproved, ERASE), proposed) == proposed.version
    held = after(HOLD, TO_LIFT).case
    assert proposed_in(recorded(HoldLifted, LIFT), held) == held.version


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (HERE, "you proposed this yourself"),
        (changed(HERE, id="U-1", agency="police"), "you proposed this yourself"),
        (changed(HERE, id="u-2"), "your own agency, partnership-team, proposed this"),
    ],
)
def test_another_is_another_person_of_another_agency(other: Actor, why: str) -> None:
    """The same person at another agency is no other, nor is a colleague."""
    with pytest.raises(Refused, match=why):
        must_be_another(other, HERE)
    must_be_another(changed(HERE, id="u-2", agency="police"), HERE)
