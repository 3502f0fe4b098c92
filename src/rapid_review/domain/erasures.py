"""The holds and the orders to erase of a case, and the steps that they forbid.

They are facts of the record and not of the review, so they are read in the order in which they
were recorded. Nothing here erases: an order that is approved, and whose keys are not yet
destroyed, is pending, and the store finishes it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple

from rapid_review.domain.case import Case
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.erasure_events import (
    ErasureApproved,
    ErasureProposed,
    ErasureVerified,
    HoldLifted,
    HoldLiftingProposed,
    HoldPlaced,
    KeyDestroyed,
)
from rapid_review.domain.erasure_particulars import Erased, Erasure
from rapid_review.domain.errors import Refused, listed, listed_or, shown
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.in_effect import effective
from rapid_review.domain.sealed_scopes import CASE, words_in
from rapid_review.domain.vocabulary import is_one_person
from rapid_review.domain.wording import whose_words

PROPOSALS: Final = (ErasureProposed, HoldLiftingProposed)
"""Proposals that a second person carries out; until then they can be retracted."""
NEVER_CORRECTED: Final = (HoldPlaced, HoldLifted, ErasureApproved, KeyDestroyed, ErasureVerified)
"""The events about holds and erasures that nobody can correct or retract."""


class StandingHold(NamedTuple):
    """A hold in force.

    Attributes:
        placed: the event that placed it.
        lifting_in: the entry in which its lifting was proposed; None if nobody proposed it.
    """

    placed: HoldPlaced
    lifting_in: int | None = None


class Order(NamedTuple):
    """An order to erase.

    Attributes:
        proposed: the event that proposed it, which says what to erase.
        proposed_in: the entry in which it was proposed.
        approved_in: the entry in which it was approved; None until then.
        destroyed: the event that names the keys that it destroyed; None until then.
    """

    proposed: ErasureProposed
    proposed_in: int
    approved_in: int | None = None
    destroyed: KeyDestroyed | None = None

    @property
    def approved(self) -> bool:
        """Whether it was approved."""
        return self.approved_in is not None

    def covers(self, version: int, scope: str) -> bool:
        """Say whether it erases the words of a scope in an entry."""
        if self.proposed.what is Erased.ENTRY:
            return version == self.proposed.of_entry
        if self.proposed.what is Erased.PERSON:
            _, _, person = scope.partition(":")
            return bool(person) and is_one_person(person, self.proposed.of_person or "")
        return True

    def names(self, version: int, scope: str) -> bool:
        """Say whether it covers the words of a scope, with the id spelt exactly as it gives it.

        An order that was carried out before ids were compared without regard to capitals is sure
        to have erased only those words.
        """
        # Both keys of a person, that of words (`p:`) and that of statistics (`s:`).
        is_their_own = scope[1:] == f":{self.proposed.of_person}"
        return self.covers(version, scope) and (
            self.proposed.what is not Erased.PERSON or is_their_own
        )


def holds(case: Case) -> Mapping[str, StandingHold]:
    """Return the holds in force, by their references."""
    standing: dict[str, StandingHold] = {}
    for version, event in effective(case.recorded).items():
        match event:
            case HoldPlaced():
                standing[event.hold] = StandingHold(event)
            case HoldLiftingProposed() if event.hold in standing:
                standing[event.hold] = standing[event.hold]._replace(lifting_in=version)
            case HoldLifted():
                standing.pop(event.hold, None)
            case _:
                pass
    return standing


def orders(case: Case) -> Mapping[str, Order]:
    """Return the orders to erase, by their references."""
    found: dict[str, Order] = {}
    for version, event in effective(case.recorded).items():
        match event:
            case ErasureProposed():
                found[event.order] = Order(event, version)
            case ErasureApproved() if event.order in found:
                found[event.order] = found[event.order]._replace(approved_in=version)
            case KeyDestroyed() if event.order in found:
                found[event.order] = found[event.order]._replace(destroyed=event)
            case _:
                pass
    return found


def order_named(reference: str, case: Case) -> Order:
    """Return the order to erase that has a reference.

    Raises:
        Refused: nobody proposed an order with that reference.
    """
    found = orders(case)
    if reference not in found:
        raise Refused(
            RECORD,
            f"nobody has proposed an erasure by order {shown(reference)}; "
            + listed_or("orders proposed so far: ", found, "no other order has been proposed"),
            "Propose it with ProposeErasure. A second person, of another agency, then approves "
            "it.",
        )
    return found[reference]


def must_be_finished(reference: str, case: Case) -> None:
    """Refuse to look for words that no order erased yet.

    Raises:
        Refused: there is no such order, or its keys are not destroyed.
    """
    if order_named(reference, case).destroyed is None:
        raise Refused(
            RECORD,
            f"order {shown(reference)} is not finished yet, because its keys are not "
            "destroyed, so there is nothing to verify",
            "Once the order is approved, destroy the keys with `rapid-review erase finish`.",
        )


def must_be_free(case: Case) -> None:
    """Refuse to erase while a hold is in force.

    Raises:
        Refused: a hold is in force.
    """
    if standing := holds(case):
        raise Refused(
            RECORD,
            f"you asked to erase words of this case, and a hold protects it: {listed(standing)}",
            "Nothing can be erased while a hold is in force. Propose to lift it with "
            "ProposeLiftingHold. A second person, of another agency, then lifts it with "
            "LiftHold.",
        )


def words_covered(order: Order, recorded: Sequence[AnyEvent]) -> Iterator[tuple[int, str, str]]:
    """Yield the entry, the field and the scope of all words that an order erases."""
    # As recorded: what a corrected entry said is still in its row.
    for version, event in enumerate(recorded, start=1):
        for held in words_in(event):
            if order.covers(version, held.scope):
                yield version, held.path, held.scope


def words_erased_since(entry: int, case: Case) -> set[object]:
    """Return the words that are erased by orders approved after an entry.

    After an approval nobody can copy such words from another entry, so words in a later entry were
    written again (ADR 0061).
    """
    approved = [order for order in orders(case).values() if (order.approved_in or 0) > entry]
    return {
        held.words
        for version, event in enumerate(case.recorded, start=1)
        for held in words_in(event)
        if any(order.covers(version, held.scope) for order in approved)
    }


def must_be_of_its_own(details: Erasure, case: Case) -> None:
    """Refuse an order under a reference that was given to other words before.

    A second person approves by the reference alone, and may have read the plan of a proposal that
    was retracted since.

    Raises:
        Refused: an entry proposed other words under it, whether or not it was retracted.
    """
    for version, event in enumerate(case.recorded, start=1):
        if not isinstance(event, ErasureProposed) or event.order != details.order:
            continue
        if _named(event) != _named(details):
            raise Refused(
                RECORD,
                f"you asked to erase the words of {whose_words(details)} by order "
                f"{shown(details.order)}, and entry {version} proposed to erase those of "
                f"{whose_words(event)} by an order of that name",
                "Give the order another reference. A second person approves an order by its "
                "reference, and must be sure what it erases.",
            )


def _named(details: Erasure) -> tuple[Erased, int | None, str | None]:
    return details.what, details.of_entry, details.of_person


def must_be_there(details: Erasure, case: Case) -> None:
    """Refuse an order that would erase nothing.

    Raises:
        Refused: it names no words, or more than one thing; or the words are erased already.
    """
    whose = _WITH_ARTICLE[details.what]
    named = {Erased.ENTRY: details.of_entry, Erased.PERSON: details.of_person}
    given = [what for what, value in named.items() if value is not None]
    if given != [what for what in named if what is details.what]:
        raise Refused(
            RECORD,
            f"you asked to erase the words of {whose}, and you gave "
            + listed_or("", given, "neither an entry nor a person"),
            "For an entry give `of_entry`, for a person `of_person`, and for a case neither.",
        )
    order = Order(ErasureProposed.model_validate(dict(details), from_attributes=True), 0)
    words = [(version, scope) for version, _, scope in words_covered(order, case.recorded)]
    carried_out = {
        reference: other
        for reference, other in orders(case).items()
        if other.destroyed is not None and reference != details.order
    }
    erased_by = [
        {reference for reference, other in carried_out.items() if other.names(*place)}
        for place in words
    ]
    is_any_left = not all(erased_by)
    if words and not is_any_left:
        by = listed(set[str]().union(*erased_by))
        raise Refused(
            RECORD,
            f"the words of {whose} are already erased, by order {by}",
            "Nothing needs to be done. To check that the words are gone, use `rapid-review "
            "erase verify`.",
        )
    # The purpose of an entry is words too, and no event holds it. An order about a person does not
    # cover purposes, so this is then false.
    may_have_purpose = (
        details.what is Erased.CASE or (details.of_entry or case.version + 1) <= case.version
    )
    if not is_any_left and not may_have_purpose:
        raise Refused(
            RECORD,
            f"you asked to erase the words of {whose}, and this case has no such words",
            "The timeline shows the entries by number. To erase words about a person in the "
            "text of the case, erase the entry that contains them.",
        )


def must_not_be_erased(events: Sequence[AnyEvent], case: Case) -> None:
    """Refuse new words that an approved order would erase, carried out or not.

    Args:
        events: the events that are about to be recorded, next in the case.
        case: the case before them.

    Raises:
        Refused: they hold such words.
    """
    approved = [order for order in orders(case).values() if order.approved]
    if not approved:
        return
    for version, event in enumerate(events, start=case.version + 1):
        for held, order in product(words_in(event), approved):
            if order.covers(version, held.scope):
                raise Refused(
                    RECORD,
                    f"this step has words that fall under order {shown(order.proposed.order)}, "
                    "which erases them",
                    "Record the step without words. If it is about another person, give that "
                    "person another reference.",
                )


def must_take_a_purpose(case: Case) -> None:
    """Refuse a purpose in a case whose words are all erased by an approved order.

    A purpose is among the case's words, and would be recorded after their erasure was approved.

    Raises:
        Refused: such an order is approved, or was carried out.
    """
    for order in orders(case).values():
        if order.approved and order.covers(case.version + 1, CASE):
            raise Refused(
                RECORD,
                f"order {shown(order.proposed.order)} erases all words of this case, and a "
                "purpose is words",
                "Record the step without a purpose.",
            )


_WITH_ARTICLE: Final = {Erased.ENTRY: "an entry", Erased.PERSON: "a person", Erased.CASE: "a case"}
