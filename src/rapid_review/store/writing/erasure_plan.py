"""What an erasure will do, stated beforehand: what goes, what stays, what it does not reach."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple

from rapid_review.domain.case import Case, replay
from rapid_review.domain.entry import Entry
from rapid_review.domain.erasure_particulars import Erased
from rapid_review.domain.erasures import Order, holds, order_named
from rapid_review.domain.errors import CaseNotFoundError, shown
from rapid_review.domain.events import CorrectionProposed, ExportMade, RecordCorrected
from rapid_review.domain.sealed_scopes import CASE, Held, words_in
from rapid_review.domain.wording import whose_words
from rapid_review.store.log.streams import Streams


class Field(NamedTuple):
    """Words in the record: in which entry, of which field, by which scope they are sealed."""

    version: int
    kind: str
    field: str
    scope: str


class GivenOut(NamedTuple):
    """A registered export that was made after the first of the words was recorded."""

    at: datetime
    form: str
    recipient: str
    digest: str


class ErasurePlan(NamedTuple):
    """What an order erases.

    Attributes:
        order: its reference.
        what: an entry's words, a person's, or the case's.
        state: proposed, approved or finished.
        held_by: the holds in force; nothing is erased meanwhile.
        goes: the words that nobody can read any more.
        stays_sealed: words of the case that stay readable to anyone who may read them.
        elsewhere: other entries that hold some of the same words, or that correct an entry
            whose words go, are corrected by it, or propose to correct it.
        given_out: what left the record since the first of the words was recorded.
        whose: the words it is about, by a reference.
    """

    order: str
    what: Erased
    state: str
    held_by: tuple[str, ...]
    goes: tuple[Field, ...]
    stays_sealed: tuple[Field, ...]
    elsewhere: tuple[int, ...]
    given_out: tuple[GivenOut, ...]
    whose: str

    @property
    def stays(self) -> tuple[str, ...]:
        """What of the case stays, as sentences."""
        more = {Erased.ENTRY: (TOKENS,), Erased.PERSON: (OF_A_PERSON,), Erased.CASE: ()}
        return (STAYS, *more[self.what])

    @property
    def unreached(self) -> tuple[str, ...]:
        """What the erasure does not reach, as sentences."""
        others = ", ".join(spans(self.elsewhere))
        left = (
            f"the words of entries {others}, which contain some of the same words, correct what "
            "is erased, or are corrected by it; to erase one of these too, propose its own order"
        )
        return (*((left,) if others else ()), *UNREACHED)

    def to_dict(self) -> dict[str, object]:
        """Return the plan as values of JSON."""
        fields: dict[str, object] = self._asdict()
        fields |= {
            name: [one._asdict() for one in getattr(self, name)]
            for name in ("goes", "stays_sealed", "given_out")
        }
        return fields | {"stays": self.stays, "unreached": self.unreached}


STAYS: Final = "dates, codes, references, tokens, figures, verdicts and proofs stay as they are"
TOKENS: Final = (
    "the token key of the case stays until the whole case is erased: anyone who has the key "
    "store and its wrapping key can still confirm a guess of the erased words"
)
"""What else stays if only one entry is erased."""
UNREACHED: Final = (
    "what people read, heard or copied",
    "bundles, exports and disclosures that somebody already made, registered or not",
    "earlier backups of the key store, until they or their wrapping key are destroyed",
    "the same words in another entry, case or document",
    "the purposes of readings in the access log",
)
"""What no erasure reaches, whatever the order."""
OF_A_PERSON: Final = (
    "text about the person in the words of the case stays readable; erase those entries one by one"
)


def spans(versions: Sequence[int]) -> Iterator[str]:
    """Yield ascending numbers of entries, each three or more that follow one another as one.

    >>> ", ".join(spans((1, 2, 3, 5, 6, 8)))
    '1 to 3, 5, 6, 8'
    """
    # Numbers that follow one another lie equally far from their places in the list.
    for _, together in groupby(enumerate(versions), lambda one: one[1] - one[0]):
        first, *others = [version for _, version in together]
        if others[1:]:
            yield f"{first} to {others[-1]}"
        else:
            yield from map(str, (first, *others))


def plan(streams: Streams, partnership: str, case: str, reference: str) -> ErasurePlan:
    """Return what an order erases; see `RapidReviews.erasure_plan`."""
    entries = streams.entries(partnership, case)
    if not entries:
        raise CaseNotFoundError(
            f"there is no case {shown(case)} of {partnership}; check the reference"
        )
    state = replay(entry.event for entry in entries)
    order = order_named(reference, state)
    by_entry = {entry.version: tuple(words_in(entry)) for entry in entries}
    goes = tuple(
        Field(entry.version, entry.event.kind, one.path.removeprefix("event."), one.scope)
        for entry in entries
        for one in by_entry[entry.version]
        if order.covers(entry.version, one.scope)
    )
    given_out = tuple(_exports_since(streams.exports(partnership), entries, goes))
    return ErasurePlan(
        reference,
        order.proposed.what,
        _state(order),
        tuple(holds(state)),
        goes,
        tuple(_staying(order, state)),
        tuple(sorted(_elsewhere(order, by_entry, state, {one.version for one in goes}))),
        given_out,
        whose_words(order.proposed),
    )


def _state(order: Order) -> str:
    if order.destroyed is not None:
        return "finished"
    return "approved" if order.approved else "proposed"


def _staying(order: Order, case: Case) -> Iterator[Field]:
    """Yield the words under the case's key that stay although they may be about an erased person.

    An order about an entry, or about the case, leaves no such words.
    """
    if order.proposed.what is not Erased.PERSON:
        return
    for version, event in enumerate(case.recorded, start=1):
        for one in words_in(event):
            if one.scope == CASE:
                yield Field(version, event.kind, one.path, one.scope)


def _elsewhere(
    order: Order, by_entry: Mapping[int, Sequence[Held]], case: Case, gone: set[int]
) -> Iterator[int]:
    """Yield the other entries that hold some of the words, or are about an entry that does.

    All entries that one command records have its purpose. So the same words may be in several
    entries: in a correction, and in the clocks that it moves.
    """
    words = {
        one.words
        for version in gone
        for one in by_entry[version]
        if order.covers(version, one.scope)
    }
    related: set[int] = set()
    for version, event in enumerate(case.recorded, start=1):
        if isinstance(event, RecordCorrected | CorrectionProposed):
            related |= {event.version} if version in gone else set()
            related |= {version} if event.version in gone else set()
    for version in by_entry.keys() - gone:
        its_words = by_entry[version]
        if any(one.words in words for one in its_words) or (its_words and version in related):
            yield version


def _exports_since(
    exports: Sequence[Entry], entries: Sequence[Entry], goes: Sequence[Field]
) -> Iterator[GivenOut]:
    """Yield the exports that were made since the first of the words was recorded."""
    if not goes:
        return
    first = entries[min(one.version for one in goes) - 1].recorded_at
    for entry in exports:
        event = entry.event
        if isinstance(event, ExportMade) and entry.recorded_at >= first:
            yield GivenOut(entry.recorded_at, event.form, event.recipient, event.digest)
