"""Fields of events about the words of a case: that they are kept, or erased.

Like `particulars`: a command asks it, an event records it. All but the reasons is public, and no
reason must be given: a case whose words are erased takes no new ones, and what follows its erasure
is recorded all the same.
"""

from enum import StrEnum
from typing import Annotated

from annotated_types import Ge

from rapid_review.domain.particulars import Particulars
from rapid_review.domain.statement import Said
from rapid_review.domain.vocabulary import Code, Digest, Reference, SomeCodes, Version, Words


class Hold(Particulars):
    """The words of this case are kept, whatever is due, until the hold is lifted."""

    hold: Reference
    ground: Code
    because: Words | None = None


class HoldLifting(Particulars):
    """A hold is lifted."""

    hold: Reference
    because: Words | None = None


class Erased(StrEnum):
    """What an order erases: the words of one entry, those of one person, or all of the case."""

    ENTRY = "entry"
    PERSON = "person"
    CASE = "case"


class Erasure(Particulars):
    """Words are to be erased: which, by which order, on what ground."""

    order: Reference
    what: Erased
    of_entry: Version | None = None
    of_person: Reference | None = None
    ground: Code
    because: Words | None = None


class ErasureApproval(Particulars):
    """The words that an order names may be erased."""

    order: Reference
    because: Words | None = None


class DestroyedKey(Said):
    """A key that is destroyed: its id, its entry if of one alone, and what it was known by."""

    key: Reference
    of_entry: Version | None = None
    fingerprint: Digest


class ErasureCheck(Particulars):
    """After an erasure, its words were looked for: how many, in what, and how often found."""

    order: Reference
    words: Annotated[int, Ge(0)]
    scanned: SomeCodes
    found: Annotated[int, Ge(0)]


DestroyedKeys = tuple[DestroyedKey, ...]
