"""The documents that a case's record names, each with the digest of its bytes.

They are kept elsewhere. Their titles are sealed, and are left out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapid_review.domain.entry import Entry
from rapid_review.domain.vocabulary import Document


@dataclass(frozen=True, slots=True)
class Named:
    """A document, by the entry that names it.

    Attributes:
        version: the entry.
        kind: the kind of its event.
        reference: the document's handle.
        sha256: the digest of its bytes, if known.
    """

    version: int
    kind: str
    reference: str
    sha256: str | None


def documents(stands: Iterable[Entry]) -> Iterator[Named]:
    """Yield every document that an entry in effect names, in the order of recording."""
    for entry in stands:
        for name in type(entry.event).model_fields:
            value = getattr(entry.event, name)
            if isinstance(value, Document):
                yield Named(entry.version, entry.event.kind, value.reference, value.sha256)
