"""The orders to erase of a case, as pages list them: what each is about, and where it stands."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from rapid_review.domain.entry import Entry
from rapid_review.domain.erasures import Order, orders
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.domain.wording import whose_words
from rapid_review.projections.as_of import NOW, CaseHistory

_PROPOSED: Final = "Proposed: a second person, of another agency, must approve it"
_APPROVED: Final = (
    "Approved, but not finished: the words can still be read until somebody finishes the erasure"
)
_FINISHED: Final = "Finished: nobody can read the words any more"


class OrderSeen(NamedTuple):
    """An order to erase, as a page lists it.

    Attributes:
        reference: its reference.
        order: the order.
    """

    reference: str
    order: Order

    @property
    def proposed_in(self) -> int:
        """The entry that proposed it; its page has the number in its address."""
        return self.order.proposed_in

    @property
    def whose(self) -> str:
        """The words that it is about, such as those of an entry."""
        return whose_words(self.order.proposed)

    @property
    def stands(self) -> str:
        """Where it stands, in words."""
        if self.is_finished:
            return _FINISHED
        return _APPROVED if self.order.approved else _PROPOSED

    @property
    def is_finished(self) -> bool:
        """Whether its keys are destroyed."""
        return self.order.destroyed is not None


def orders_seen(history: CaseHistory) -> tuple[OrderSeen, ...]:
    """Return the orders to erase of a case, in the order in which they were proposed."""
    return tuple(OrderSeen(*one) for one in orders(history.case(NOW)).items())


def orders_of(entry: Entry, every: Sequence[OrderSeen]) -> tuple[OrderSeen, ...]:
    """Return the orders that an entry is about: the one that it proposes, approves and so on."""
    named = getattr(entry.event, "order", None)
    return tuple(one for one in every if one.reference == named)


def erased_by(entry: Entry, every: Sequence[OrderSeen]) -> tuple[OrderSeen, ...]:
    """Return the finished orders that erased words of an entry."""
    scopes = {held.scope for held in words_in(entry)}
    return tuple(
        one
        for one in every
        if one.is_finished and any(one.order.covers(entry.version, scope) for scope in scopes)
    )
