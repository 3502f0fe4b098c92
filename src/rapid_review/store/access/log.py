"""The access log of a partnership: who read whose words, when and why.

It is a store of its own, apart from the cases: it has its own tree, checkpoints and verification,
and may be kept for a different time. It has a stream for each case whose words were read, and one
for the permissions that allowed it.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, NamedTuple

from rapid_review.domain.beside_events import (
    KINDS_OF_ACCESS,
    BreakGlassReviewed,
    EventBesideCases,
    PermissionsChanged,
    ReadingRefused,
    WordsRead,
)
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.entry import Entry, must_be_references
from rapid_review.domain.errors import AccessLogError, InvalidInputError, Refused
from rapid_review.domain.sealed_words import NotReadable
from rapid_review.domain.vocabulary import Actor, is_one_person
from rapid_review.store.authority.port import Policy
from rapid_review.store.backends.failures import not_kept
from rapid_review.store.log.body import stream_id
from rapid_review.store.log.streams import PERMISSIONS, Streams
from rapid_review.store.store import Store
from rapid_review.store.writing.beside_cases import record_beside
from rapid_review.store.writing.metadata import RecordingTime

REVIEW_WITHIN: Final = 2
"""Within how many working days a reading in an emergency must be reviewed."""


class Reading(NamedTuple):
    """A reading of words, as the log has it.

    Attributes:
        entry: its entry, whose event is a `WordsRead`.
        event: that event.
        review: the entry of its review; None if there is none.
        review_due: by when a reading in an emergency must be reviewed; None for any other
            reading, and if no calendar reaches so far.
        purpose: why words were read; WITHHELD if it is sealed, and the log's keys are not
            available.
        review_purpose: why it was reviewed; WITHHELD as for `purpose`.
    """

    entry: Entry
    event: WordsRead
    review: Entry | None = None
    review_due: date | None = None
    purpose: str | NotReadable | None = None
    review_purpose: str | NotReadable | None = None

    def __repr__(self) -> str:
        return f"Reading({self.entry.case!r}, entry {self.entry.version})"  # purposes are words

    @property
    def waits_for_review(self) -> bool:
        """Whether it was in an emergency, and nobody has reviewed it yet."""
        return self.event.emergency is not None and self.review is None

    @property
    def was_justified(self) -> bool | None:
        """Whether a reviewer found the reading justified; None if nobody has reviewed it."""
        event = None if self.review is None else self.review.event
        return event.justified if isinstance(event, BreakGlassReviewed) else None


class AccessLog:
    """A partnership's readings, in a store of their own.

    Args:
        store: the access log.
        partnership: whose cases are read.
    """

    def __init__(self, store: Store, partnership: str) -> None:
        self.store = store
        self._partnership = partnership
        self._policy: Policy | None = None

    def record(
        self,
        case: str,
        event: Callable[[Streams], EventBesideCases],
        time: RecordingTime,
        *,
        by: Actor,
        purpose: str,
    ) -> Entry:
        """Append an event to the stream of a case, flush it to disk, and return its entry.

        The entry is read back: what somebody put into the database may drop it without an error.

        Raises:
            InvalidInputError: the purpose is not in the required form.
            AccessLogError: the store holds cases.
            CaseChangedError: others made or destroyed a key there three times running.
            ClockError: the clock is too far behind the newest entry there.
            RecordError: the log cannot be read or written, or did not keep the entry.
        """
        if (first := self.store.begins_with) is not None and first not in KINDS_OF_ACCESS:
            raise AccessLogError(
                "the store given as the access log contains cases; give a separate store as "
                "the access log"
            )
        place = (self._partnership, case)
        made = record_beside(
            self.store, place, event, time, by=by, purpose=purpose, called="access"
        )
        rows = self.store.log.rows.of(stream_id(*place), made.version)
        if not rows or self.store.entry(*place, rows[0]) != made:
            raise not_kept()
        return made

    def must_know(self, policy: Policy, time: RecordingTime, by: Actor) -> None:
        """Record permissions when they first apply, before anything is done under them.

        Raises:
            RecordError: the log cannot be read or written.
        """
        if policy == self._policy:
            return
        last = self.store.end_of(self._partnership, PERMISSIONS).last
        changed = PermissionsChanged(
            at=time.now, digest=policy.digest, in_force_from=policy.in_force_from
        )
        known = last.event if last is not None else None
        if (
            not isinstance(known, PermissionsChanged)
            or Policy(known.digest, known.in_force_from) != policy
        ):
            self.record(
                PERMISSIONS, lambda _: changed, time, by=by, purpose="permissions first applied"
            )
        self._policy = policy

    def entries(self, case: str) -> tuple[Entry, ...]:
        """Return the stream of a case; none if nobody read words of it.

        Raises:
            RecordError: the log cannot be read.
        """
        must_be_references(case=case)
        return self.store.beside(self._partnership, case)

    def readings(
        self, due: Callable[[WordsRead], date | None], *, case: str | None = None
    ) -> Iterator[Reading]:
        """Yield every reading, in the order of recording; each with its review, if it had one.

        Args:
            due: returns by when a reading in an emergency must be reviewed.
            case: the only case whose readings are wanted; None for all cases.

        Raises:
            RecordError: the log cannot be read.
        """
        entries = list(self.entries(case) if case is not None else self._every_entry())
        reviews = {
            (one.case, one.event.version): one
            for one in entries
            if isinstance(one.event, BreakGlassReviewed)
        }
        for entry in entries:
            if isinstance(event := entry.event, WordsRead):
                review = reviews.get((entry.case, entry.version))
                yield Reading(entry, event, review, due(event) if event.emergency else None)

    def refusals(self, *, case: str | None = None) -> Iterator[tuple[Entry, ReadingRefused]]:
        """Yield every refused reading, in the order of recording: its entry and its event.

        Raises:
            RecordError: the log cannot be read.
        """
        for entry in self.entries(case) if case is not None else self._every_entry():
            if isinstance(event := entry.event, ReadingRefused):
                yield entry, event

    def _every_entry(self) -> Iterator[Entry]:
        found = self.store.entries_after(0, beside=True)
        return (entry for _, entry in found if entry.partnership == self._partnership)

    def review(
        self,
        case: str,
        reviewed: BreakGlassReviewed,
        time: RecordingTime,
        *,
        by: Actor,
        purpose: str,
    ) -> Entry:
        """Record that a second person, of another agency, reviewed a reading in an emergency.

        Raises:
            InvalidInputError: there is no such reading.
            Refused: the reviewer or their agency made the reading; or it was reviewed already.
            RecordError: the log cannot be read or written.
        """

        def checked(streams: Streams) -> BreakGlassReviewed:
            entries = streams.beside(self._partnership, case)
            _must_be_open(entries, reviewed.version, by)
            return reviewed

        return self.record(case, checked, time, by=by, purpose=purpose)


def _must_be_open(entries: tuple[Entry, ...], version: int, by: Actor) -> None:
    """Check that a reading waits for a review, and that this person may give it.

    Raises:
        InvalidInputError: there is no such reading.
        Refused: it was reviewed already, or this person or their agency made it.
    """
    found = next((one for one in entries if one.version == version), None)
    if found is None or not isinstance(found.event, WordsRead) or not found.event.emergency:
        waiting = [
            one.version
            for one in entries
            if isinstance(one.event, WordsRead) and one.event.emergency
        ]
        raise InvalidInputError(
            f"reading {version} of this case was not an emergency reading; emergency readings: "
            f"{', '.join(map(str, waiting)) or 'none'}"
        )
    for one in entries:
        if isinstance(one.event, BreakGlassReviewed) and one.event.version == version:
            raise Refused(
                RECORD,
                f"reading {version} of this case was already reviewed, on {one.event.at:%Y-%m-%d}",
                "A reading has only one review. `rapid-review audit access` shows it.",
            )
    must_be_of_others(found, by)


def must_be_of_others(reading: Entry, by: Actor) -> None:
    """Check that the person who would review a reading did not make it, nor did their agency.

    Raises:
        Refused: one of them did.
    """
    if is_one_person(by.id, reading.by.id) or by.agency == reading.by.agency:
        raise Refused(
            RECORD,
            f"you, or somebody of your agency, made reading {reading.version} of this case",
            "A second person, of another agency, must review it.",
        )
