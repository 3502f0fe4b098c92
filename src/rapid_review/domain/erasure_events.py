"""What happened to the words of a case: holds on them, and their erasure.

These names are stored, like those of `events`, which lists them all. They say nothing of the
review: no clock, duty or finding heeds them, and nobody corrects them, since what was destroyed
is not brought back by another word.
"""

from typing import Literal

from rapid_review.domain import erasure_particulars as said
from rapid_review.domain.event import Event
from rapid_review.domain.vocabulary import Reference


class HoldPlaced(Event, said.Hold):
    """The words of this case must be kept; nothing is erased while it stands."""

    kind: Literal["HoldPlaced"] = "HoldPlaced"


class HoldLiftingProposed(Event, said.HoldLifting):
    """Somebody proposed that a hold be lifted; another lifts it."""

    kind: Literal["HoldLiftingProposed"] = "HoldLiftingProposed"


class HoldLifted(Event, said.HoldLifting):
    """A hold was lifted, by another than proposed it, of another agency."""

    kind: Literal["HoldLifted"] = "HoldLifted"


class ErasureProposed(Event, said.Erasure):
    """Somebody proposed that words be erased; another approves it."""

    kind: Literal["ErasureProposed"] = "ErasureProposed"


class ErasureApproved(Event, said.ErasureApproval):
    """An erasure was approved, by another than proposed it, of another agency."""

    kind: Literal["ErasureApproved"] = "ErasureApproved"


class KeyDestroyed(Event):
    """The keys that an order was about are destroyed: recorded once they are gone.

    Empty, where another order had destroyed them all before.
    """

    kind: Literal["KeyDestroyed"] = "KeyDestroyed"
    order: Reference
    destroyed: said.DestroyedKeys


class ErasureVerified(Event, said.ErasureCheck):
    """The erased words were looked for where they might still be."""

    kind: Literal["ErasureVerified"] = "ErasureVerified"


OfTheWords = (
    HoldPlaced
    | HoldLiftingProposed
    | HoldLifted
    | ErasureProposed
    | ErasureApproved
    | KeyDestroyed
    | ErasureVerified
)
