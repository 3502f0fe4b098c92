"""Holds and erasures as they are in a case, and what may be asked of them.

They are facts of the record and not of the review, so they are read in the order in which they
were recorded. Nothing here erases: what is approved and not yet destroyed is pending, and the
store finishes it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple

from rapid_review.domain.case import Case, effective
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
from rapid_review.domain.sealed_scopes import CASE, words_in
from rapid_review.domain.vocabulary import is_one_person

PROPOSALS: Final = (ErasureProposed, HoldLiftingProposed)
"""What one proposes and another does; until then it can be retracted."""
OF_THE_WORDS: Final = (HoldPlaced, HoldLifted, ErasureApproved, KeyDestroyed, ErasureVerified)
"""What is neither corrected nor retracted."""


class StandingHold(NamedTuple):
    """A hold in force.

    Attributes:
        placed: what placed it.
        lifting_in: the entry in which its lifting was proposed; None if it was not.
    """

    placed: HoldPlaced
    lifting_in: int | None = None


class Order(NamedTuple):
    """An order to erase.

    Attributes:
        proposed: what it is about.
        proposed_in: the entry in which it was proposed.
        approved_in: the entry in which it was approved; None until it is.
        destroyed: the keys that are gone by it; None until they are.
    """

    proposed: ErasureProposed
    proposed_in: int
    approved_in: int | None = None
    destroyed: KeyDestroyed | None = None

    @property
    def approved(self) -> bool:
        """Whether it was approved."""
        return self.approved_in is not None

    @property
    def is_pending(self) -> bool:
        """Whether it is approved, and its keys are not yet known to be gone."""
        return self.approved and self.destroyed is None

    def covers(self, version: int, scope: str) -> bool:
        """Say whether it is about the words of a scope in an entry."""
        if self.proposed.what is Erased.ENTRY:
            return version == self.proposed.of_entry
        if self.proposed.what is Erased.PERSON:
            _, _, person = scope.partition(":")
            return bool(person) and is_one_person(person, self.proposed.of_person or "")
        return True

    def names(self, version: int, scope: str) -> bool:
        """Say whether it covers the words of a scope by the very id that it gives.

        Of an order that was carried out before ids were compared without their capitals, only
        those words are sure to be gone.
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
    """Return an order to erase.

    Raises:
        Refused: none of that reference was proposed.
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


def must_be_free(case: Case) -> None:
    """Refuse to erase while a hold is in force.

    Raises:
        Refused: one stands.
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
    """Yield the words that an order is about: the entry, the field, and the scope of each."""
    # As recorded: what a corrected entry said is still in its row.
    for version, event in enumerate(recorded, start=1):
        for one in words_in(event):
            if order.covers(version, one.scope):
                yield version, one.path, one.scope


def words_erased_since(entry: int, case: Case) -> set[object]:
    """Return the words of events that orders erase, of orders approved after an entry.

    After an approval no entry takes words over, so what a later entry holds was written again
    (ADR 0061).
    """
    approved = [order for order in orders(case).values() if (order.approved_in or 0) > entry]
    return {
        one.words
        for version, event in enumerate(case.recorded, start=1)
        for one in words_in(event)
        if any(order.covers(version, one.scope) for order in approved)
    }


def must_be_there(said: Erasure, case: Case) -> None:
    """Refuse an order that is about nothing.

    Raises:
        Refused: it names no words, or more than one thing; or they are erased already.
    """
    named = {Erased.ENTRY: said.of_entry, Erased.PERSON: said.of_person}
    given = [what for what, value in named.items() if value is not None]
    if given != [what for what in named if what is said.what]:
        raise Refused(
            RECORD,
            f"you asked to erase the words of {_A[said.what]}, and you gave "
            + listed_or("", given, "neither an entry nor a person"),
            "For an entry give of_entry, for a person of_person, and for a case neither.",
        )
    order = Order(ErasureProposed.model_validate(dict(said), from_attributes=True), 0)
    words = list(words_covered(order, case.recorded))
    done = {
        reference: other
        for reference, other in orders(case).items()
        if other.destroyed is not None and reference != said.order
    }
    gone = {by for by, other in done.items() if any(other.names(v, s) for v, _, s in words)}
    left = [1 for v, _, s in words if not any(other.names(v, s) for other in done.values())]
    if words and not left:
        raise Refused(
            RECORD,
            f"the words of {_A[said.what]} are already erased, by order {listed(gone)}",
            "Nothing needs to be done. To check that the words are gone, use `rapid-review "
            "erase verify`.",
        )
    # Why an entry was made may be words too, and of these an event knows nothing. An order about
    # a person does not cover them, so that this is then false.
    may_hold = said.what is Erased.CASE or (said.of_entry or case.version + 1) <= case.version
    if not left and not may_hold:
        raise Refused(
            RECORD,
            f"you asked to erase the words of {_A[said.what]}, and this case has no such words",
            "The timeline shows the entries by number. To erase words about a person in the "
            "text of the case, erase the entry that contains them.",
        )


def must_not_be_erased(events: Sequence[AnyEvent], case: Case) -> None:
    """Refuse new words where an order to erase them is approved, or was carried out.

    Args:
        events: what is about to be recorded, next in the case.
        case: the case before.

    Raises:
        Refused: they hold such words.
    """
    approved = [one for one in orders(case).values() if one.approved]
    if not approved:
        return
    for version, event in enumerate(events, start=case.version + 1):
        for one, order in product(words_in(event), approved):
            if order.covers(version, one.scope):
                raise Refused(
                    RECORD,
                    f"this step has words that fall under order {shown(order.proposed.order)}, "
                    "which erases them",
                    (
                        "Record the step without words. If it is about another person, give "
                        "that person another reference."
                    ),
                )


def must_take_a_purpose(case: Case) -> None:
    """Refuse a purpose in a case whose words an approved order erases, all of them.

    It is among the case's words, and would be recorded after it was agreed that they go.

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


_A: Final = {Erased.ENTRY: "an entry", Erased.PERSON: "a person", Erased.CASE: "a case"}
