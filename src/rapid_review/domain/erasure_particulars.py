"""Fields of events about the words of a case: that they are kept, or erased.

As in `particulars`, a command and its event share each class. All fields but the reasons are
public, and every reason is optional: a case whose words are erased takes no new words, and the
steps that follow its erasure are recorded all the same.
"""

from enum import StrEnum
from typing import Annotated

from annotated_types import Ge

from rapid_review.domain.particulars import Particulars
from rapid_review.domain.statement import Statement
from rapid_review.domain.vocabulary import Code, Digest, Reference, SomeCodes, Version, Words


class Hold(Particulars):
    """The words of this case are kept, even if due for erasure, until the hold is lifted."""

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


class DestroyedKey(Statement):
    """A destroyed key: its id, its entry if it sealed that entry alone, and its fingerprint."""

    key: Reference
    of_entry: Version | None = None
    fingerprint: Digest


class ErasureCheck(Particulars):
    """Erased words were looked for: how many words, in what, and how often they were found."""

    order: Reference
    words: Annotated[int, Ge(0)]
    scanned: SomeCodes
    found: Annotated[int, Ge(0)]


DestroyedKeys = tuple[DestroyedKey, ...]
