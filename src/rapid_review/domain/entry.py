"""One entry of a case's history: an event, both its times, who recorded it and why.

Pure data: what read models read and what the codec stores.
"""

from collections.abc import Iterable
from typing import Annotated, Final

from pydantic import StringConstraints

from rapid_review.domain.errors import InvalidInputError, shown
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.patterns import PURPOSE
from rapid_review.domain.redaction import kind_of
from rapid_review.domain.sealed_words import SealedWords, Text
from rapid_review.domain.statement import Sealed, Statement
from rapid_review.domain.vocabulary import Actor, Code, Moment, Reference, Version, is_a_reference

_LONGEST: Final = 80
PurposeGiven = Annotated[
    str, StringConstraints(pattern=PURPOSE, max_length=_LONGEST), Sealed("case")
]
"""Why something is to be recorded, as its sender says it."""
Purpose = Annotated[str | SealedWords, Text(PURPOSE, _LONGEST), Sealed("case")]
"""Why it was recorded, in a few plain words: "statutory review", "correction after audit".

Sealed under the case's key: anyone who may type freely types a name sooner or later."""


class Entry(Statement):
    """An event as it was recorded.

    Attributes:
        partnership: whose record it is in.
        case: the case's reference within the partnership.
        version: 1 for the case's first entry, then 2, 3 ... without a gap.
        recorded_at: when it was written down, by the clock of the program that embeds the library.
        by: who recorded it, as they were then.
        purpose: why, if the sender says.
        command_id: the command that led to it; one command takes effect once.
        correlation_id: what larger piece of work it belongs to, if the caller says.
        causation_id: what led to the command, if the caller says.
        event: what happened; `event.at` is when, as the sender says. The last field, also of the
            stored bytes.
    """

    partnership: Code
    case: Reference
    version: Version
    recorded_at: Moment
    by: Actor
    purpose: Purpose | None = None
    command_id: Reference
    correlation_id: Reference | None = None
    causation_id: Reference | None = None
    event: AnyEvent


class Reason(Statement):
    """The purpose alone: it is checked, and sealed once for all entries that share it.

    Attributes:
        purpose: as of an `Entry`.
    """

    purpose: Purpose


def as_happened(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries in the order in which they happened; at one time, in order of recording."""
    return tuple(sorted(entries, key=lambda one: (one.event.at, one.version)))


def must_be_references(**given: object) -> None:
    """Check that values to search for have the form of a reference.

    Args:
        given: each value by its name, such as `case`.

    Raises:
        InvalidInputError: a value has another form; the message names every such value.
    """
    wrong = {name: value for name, value in given.items() if not is_a_reference(value)}
    if wrong:
        raise InvalidInputError(
            *(
                f"{name}: found {shown(value) if isinstance(value, str) else kind_of(value)}; "
                "allowed: a text of 1 to 64 letters, digits and . _ : / + - that begins with a "
                "letter or a digit"
                for name, value in wrong.items()
            )
        )
