"""What happened to the words of a case: holds on them, and their erasure.

These names are stored, like those of `events`, which lists them all. They say nothing of the
review: no clock, duty or finding depends on them. Nobody corrects them, since a correction brings
back nothing that was destroyed.
"""

from typing import Literal

from rapid_review.domain import erasure_particulars
from rapid_review.domain.particulars import Event
from rapid_review.domain.vocabulary import Reference


class HoldPlaced(Event, erasure_particulars.Hold):
    """The partnership must keep the words of this case; nobody erases any during the hold."""

    kind: Literal["HoldPlaced"] = "HoldPlaced"


class HoldLiftingProposed(Event, erasure_particulars.HoldLifting):
    """Somebody proposed to lift a hold; another person lifts it."""

    kind: Literal["HoldLiftingProposed"] = "HoldLiftingProposed"


class HoldLifted(Event, erasure_particulars.HoldLifting):
    """A second person, of another agency, lifted a hold on a proposal."""

    kind: Literal["HoldLifted"] = "HoldLifted"


class ErasureProposed(Event, erasure_particulars.Erasure):
    """Somebody proposed to erase words; another person approves it."""

    kind: Literal["ErasureProposed"] = "ErasureProposed"


class ErasureApproved(Event, erasure_particulars.ErasureApproval):
    """A second person, of another agency, approved a proposed erasure."""

    kind: Literal["ErasureApproved"] = "ErasureApproved"


class KeyDestroyed(Event):
    """Somebody destroyed the keys of an order; the library records it once they are gone.

    `destroyed` is empty if another order had already destroyed them all.
    """

    kind: Literal["KeyDestroyed"] = "KeyDestroyed"
    order: Reference
    destroyed: erasure_particulars.DestroyedKeys


class ErasureVerified(Event, erasure_particulars.ErasureCheck):
    """Somebody looked for the erased words where they might still be."""

    kind: Literal["ErasureVerified"] = "ErasureVerified"


ErasureEvent = (
    HoldPlaced
    | HoldLiftingProposed
    | HoldLifted
    | ErasureProposed
    | ErasureApproved
    | KeyDestroyed
    | ErasureVerified
)
