"""The one way to words: it is asked who may, the reading is recorded, then they are opened.

Where the access log cannot be written, nothing is opened.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, cast

from pydantic import BaseModel, ValidationError

from rapid_review.domain.beside_events import WordsRead
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import CaseNotFoundError, InvalidInputError, KeysError, problems
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.domain.sealed_words import WITHHELD, NotReadable, Scope
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.access.gate import Gate, refusal
from rapid_review.store.access.log import AccessLog
from rapid_review.store.authority.port import BREAK_GLASS, READ, Decision, Facts
from rapid_review.store.backends.ports import StoredRow
from rapid_review.store.log.body import stream_name
from rapid_review.store.sealing.envelope import Place
from rapid_review.store.sealing.opener import Words, opened
from rapid_review.store.store import Store
from rapid_review.store.writing.metadata import RecordingTime

SCOPES: Final[tuple[Scope, ...]] = ("case", "person", "statistics")


@dataclass(frozen=True, slots=True)
class EntryRead:
    """An entry, and its words.

    Attributes:
        entry: as it was recorded.
        words: by the path of each sealed field, such as `event.rationale`, its words; or WITHHELD,
            or ERASED. They are in no `repr`.
    """

    entry: Entry
    words: Words = field(repr=False)


class Asked(NamedTuple):
    """What is to be read, by whom, and why.

    Attributes:
        case: the case.
        version: the entry; None for all of the case.
        by: who reads.
        purpose: why.
        emergency: why the glass is broken, as a code; None if it is not.
    """

    case: str
    version: int | None
    by: Actor
    purpose: str
    emergency: str | None = None


class WordsReader:
    """Opens words, each time after it was asked and recorded.

    Args:
        store: the cases.
        partnership: whose.
        gate: who may.
        log: where each reading is recorded.
    """

    def __init__(self, store: Store, partnership: str, gate: Gate, log: AccessLog) -> None:
        self._store = store
        self._partnership = partnership
        self._gate = gate
        self._log = log

    def read(
        self, asked: Asked, rows: Sequence[StoredRow], facts: Facts, time: RecordingTime
    ) -> tuple[EntryRead, ...]:
        """Return entries with their words; see `RapidReviews.read`.

        Args:
            asked: what is to be read.
            rows: those of the case, as they were read just now.
            facts: what is known of the case.
            time: when it is read.
        """
        if self._store.codec.is_sealed and self._store.keys is None:
            raise KeysError(NO_KEYS)
        wanted = [
            (self._store.entry(self._partnership, asked.case, row), row)
            for row in rows
            if asked.version in (None, row[0])
        ]
        if not wanted:
            raise CaseNotFoundError(
                f"this case has entries 1 to {len(rows)}, and {asked.version} is none of them"
            )
        scopes, decision = self._allowed(asked, facts)
        event = _event(asked, scopes, decision, len(rows), time)
        self._log.record(asked.case, lambda: event, time, by=asked.by, purpose=asked.purpose)
        # From here on the reading is on record, and on the disk.
        return tuple(EntryRead(entry, self._words(entry, row[2], scopes)) for entry, row in wanted)

    def _allowed(self, asked: Asked, facts: Facts) -> tuple[Sequence[Scope], Decision]:
        """Return whose words may be opened, and the decision that says so.

        Raises:
            Refused: nobody's.
        """
        if asked.emergency is not None:
            return SCOPES, self._gate.must(asked.by, BREAK_GLASS, facts)
        answers: dict[Scope, Decision] = {}
        for scope in SCOPES:
            answers[scope] = self._gate.may(asked.by, READ[scope], facts)
        allowed: tuple[Scope, ...] = tuple(scope for scope in answers if answers[scope].allowed)
        if not allowed:
            raise refusal(answers[SCOPES[0]])
        return allowed, answers[allowed[0]]

    def _words(self, entry: Entry, body: bytes, scopes: Collection[Scope]) -> Words:
        if (keys := self._store.keys) is None:  # nothing is sealed: that was asked before
            return dict(_as_they_stand(entry, scopes))
        stream = stream_name(self._partnership, entry.case)
        place = Place(stream, entry.version, entry.event.kind)
        return opened(keys, place, entry, body, {scope[0] for scope in scopes})


NO_KEYS: Final = (
    "the words of this store are sealed, and no keys are at hand: no words can be read. Give its "
    "key store and its key file (--keys and --key-file, or `keys=`); all but words can be read "
    "without"
)


def _event(
    asked: Asked,
    scopes: Collection[Scope],
    decision: Decision,
    entries: int,
    time: RecordingTime,
) -> WordsRead:
    try:
        return WordsRead(
            at=time.now,
            versions=() if asked.version is None else (asked.version,),
            entries=entries,
            opened=tuple(scopes),
            withheld=tuple(scope for scope in SCOPES if scope not in scopes),
            emergency=asked.emergency,
            permissions=decision.policy.digest if decision.policy else None,
        )
    except ValidationError as error:
        raise InvalidInputError(*problems(error, WordsRead)) from None


def _as_they_stand(
    said: BaseModel, scopes: Collection[Scope]
) -> Iterator[tuple[str, str | NotReadable]]:
    """Yield the words of a statement that is not sealed, each with its path."""
    for one in words_in(said):
        yield one.path, cast("str", one.words) if one.whose in scopes else WITHHELD
