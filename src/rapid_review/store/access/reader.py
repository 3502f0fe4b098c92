"""The only way to read words: check who may, record the reading, then open the words.

If the access log cannot be written, nothing is opened.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, cast

from pydantic import BaseModel, ValidationError

from rapid_review.domain.beside_events import ReadingRefused, WordsRead
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import (
    CaseNotFoundError,
    InvalidInputError,
    KeysError,
    listed,
    problems,
)
from rapid_review.domain.sealed_scopes import words_in
from rapid_review.domain.sealed_words import WITHHELD, NotReadable, Scope
from rapid_review.domain.vocabulary import Actor
from rapid_review.store.access.gate import Gate, refusal
from rapid_review.store.access.log import AccessLog
from rapid_review.store.authority.port import BREAK_GLASS, READ, Decision, Facts
from rapid_review.store.backends.ports import StoredRow
from rapid_review.store.log.body import stream_name
from rapid_review.store.sealing.entry_words import Opens, Words, opened
from rapid_review.store.sealing.place import Place
from rapid_review.store.store import Store
from rapid_review.store.writing.metadata import RecordingTime

SCOPES: Final[tuple[Scope, ...]] = ("case", "person", "statistics")


@dataclass(frozen=True, slots=True)
class EntryRead:
    """An entry, and its words.

    Attributes:
        entry: the entry as it was recorded.
        words: for the path of each sealed field, such as `event.rationale`, its words; or
            WITHHELD, or ERASED. They are in no `repr`.
    """

    entry: Entry
    words: Words = field(repr=False)


class ReadRequest(NamedTuple):
    """What is to be read, by whom, and why.

    Attributes:
        case: the case.
        versions: the entries; none for all of the case.
        by: who reads.
        purpose: why.
        emergency: what the emergency is, as a code; None if there is none.
        scopes: whose words are wanted; no others are opened, whatever the permissions say.
        person: the one person whose words are wanted; None for all persons.
    """

    case: str
    versions: tuple[int, ...]
    by: Actor
    purpose: str
    emergency: str | None = None
    scopes: tuple[Scope, ...] = SCOPES
    person: str | None = None

    def __repr__(self) -> str:
        return f"ReadRequest({self.case!r}, by {self.by!r})"  # a purpose is words


class WordsReader:
    """Opens words, each time after permission was asked and the reading recorded.

    Args:
        store: the store of the cases.
        partnership: whose cases they are.
        gate: decides who may read.
        log: where each reading is recorded.
    """

    def __init__(self, store: Store, partnership: str, gate: Gate, log: AccessLog) -> None:
        self._store = store
        self._partnership = partnership
        self._gate = gate
        self._log = log

    def read(
        self, asked: ReadRequest, rows: Sequence[StoredRow], facts: Facts, time: RecordingTime
    ) -> tuple[EntryRead, ...]:
        """Return entries with their words; see `RapidReviews.read`.

        Args:
            asked: what is to be read.
            rows: the rows of the case, as they were read just now.
            facts: what is known of the case.
            time: the time of the reading.
        """
        if self._store.codec.is_sealed and self._store.keys is None:
            raise KeysError(NO_KEYS_TO_READ)
        if not asked.scopes or not frozenset(SCOPES).issuperset(asked.scopes):
            raise InvalidInputError(
                "scopes: names none that exist, so no words can be read; allowed: one or more of "
                f"{listed(SCOPES)}, as a tuple. Leave `scopes` out to read all of them"
            )
        if missing := [one for one in asked.versions if not 0 < one <= len(rows)]:
            raise CaseNotFoundError(
                f"this case has no entry {listed(missing)}; allowed: 1 to {len(rows)}"
            )
        wanted = [
            (self._store.entry(self._partnership, asked.case, row), row)
            for row in rows
            if not asked.versions or row[0] in asked.versions
        ]
        scopes, decision = self._allowed(asked, facts)
        event = _event(asked, scopes, decision, len(rows), time)
        # A refusal, too, is recorded before it is returned (ADR 0064).
        self._log.record(asked.case, lambda _: event, time, by=asked.by, purpose=asked.purpose)
        if not scopes:
            raise refusal(decision)
        # From here on the reading is recorded, and flushed to disk.
        may = Opens(frozenset(scope[0] for scope in scopes), asked.person)
        return tuple(EntryRead(entry, self._words(entry, row[2], may)) for entry, row in wanted)

    def _allowed(self, asked: ReadRequest, facts: Facts) -> tuple[Sequence[Scope], Decision]:
        """Return whose words may be opened, and the reason; nobody's if the reading is refused."""
        if asked.emergency is not None:
            decision = self._gate.may(asked.by, BREAK_GLASS, facts)
            return (asked.scopes if decision.allowed else ()), decision
        answers: dict[Scope, Decision] = {}
        for scope in asked.scopes:
            answers[scope] = self._gate.may(asked.by, READ[scope], facts)
        allowed: tuple[Scope, ...] = tuple(scope for scope in answers if answers[scope].allowed)
        # The log names the policy that allowed the reading or, if nothing was opened, the one that
        # refused it.
        return allowed, answers[next(iter(allowed or answers))]

    def _words(self, entry: Entry, body: bytes, may: Opens) -> Words:
        if (keys := self._store.keys) is None:  # nothing is sealed: `read` has checked that
            return dict(_unsealed_words(entry, may))
        stream = stream_name(self._partnership, entry.case)
        place = Place(stream, entry.version, entry.event.kind)
        return opened(keys, place, entry, body, may)


class Purposes:
    """The purposes in an access log: words of its own, under keys of its own.

    Reading them is not a reading of a case's words, and is not recorded.

    Args:
        log: the access log.
    """

    def __init__(self, log: Store) -> None:
        self._log = log
        self._rows: dict[tuple[str, str], Sequence[StoredRow]] = {}

    def of(self, entry: Entry | None) -> str | NotReadable | None:
        """Return the purpose of an entry of the log; WITHHELD if its keys are not available."""
        if entry is None or entry.purpose is None or isinstance(entry.purpose, str):
            return None if entry is None else cast("str | None", entry.purpose)
        if (keys := self._log.keys) is None:
            return WITHHELD
        whose = (entry.partnership, entry.case)
        if whose not in self._rows:
            self._rows[whose] = self._log.end_of(*whose).rows
        body = self._rows[whose][entry.version - 1][2]
        place = Place(stream_name(*whose), entry.version, entry.event.kind)
        return opened(keys, place, entry, body)["purpose"]


NO_KEYS_TO_READ: Final = (
    "the words of this store are sealed, and they cannot be read without its keys, which were "
    "not given. Give its key store and its key file (--keys and --key-file, or `keys=`). "
    "Everything except the words can be read without them"
)


def _event(
    asked: ReadRequest,
    scopes: Collection[Scope],
    decision: Decision,
    entries: int,
    time: RecordingTime,
) -> WordsRead | ReadingRefused:
    permissions = decision.policy.digest if decision.policy else None
    try:
        if not scopes:
            return ReadingRefused(
                at=time.now,
                versions=asked.versions,
                asked=asked.scopes,
                emergency=asked.emergency,
                permissions=permissions,
            )
        return WordsRead(
            at=time.now,
            versions=asked.versions,
            entries=entries,
            opened=tuple(scopes),
            withheld=tuple(scope for scope in SCOPES if scope not in scopes),
            emergency=asked.emergency,
            permissions=permissions,
        )
    except ValidationError as error:
        raise InvalidInputError(*problems(error, WordsRead)) from None


def _unsealed_words(statement: BaseModel, may: Opens) -> Iterator[tuple[str, str | NotReadable]]:
    """Yield the words of a statement that is not sealed, each with its path."""
    for one in words_in(statement):
        yield one.path, cast("str", one.words) if may(one.scope) else WITHHELD
