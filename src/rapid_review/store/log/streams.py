"""Streams of entries: appended in one transaction, and read by case or in order of recording."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final, Self, TypeAlias, TypeVar

from eventsourcing.persistence import IntegrityError

from rapid_review.domain.case import Case
from rapid_review.domain.entry import Entry, must_be_references
from rapid_review.domain.errors import InvalidInputError, RecordError, shown
from rapid_review.domain.sealed_words import SealedWords, WordsToSeal
from rapid_review.domain.statement import Statement
from rapid_review.store.backends.failures import AsStorageErrors, not_kept
from rapid_review.store.backends.ports import EventLog, StoredRow, WholeRow
from rapid_review.store.log.body import stream_id, stream_name
from rapid_review.store.log.codec import Codec, in_row
from rapid_review.store.log.in_order import EntriesInOrder
from rapid_review.store.log.stream import Stream, StreamCache
from rapid_review.store.sealing.scope_key import KeyChangedError
from rapid_review.store.sealing.sections import leave_behind

if TYPE_CHECKING:
    from rapid_review.store.sealing.tokens import CaseSealing

EXPORTS: Final = "register-of-exports"
"""The name of the stream of a partnership's register of exports, beside its cases."""

PERMISSIONS: Final = "register-of-permissions"
"""The name of the stream in an access log of the permissions that were applied."""

S = TypeVar("S", bound=Statement)


Sealing: TypeAlias = "CaseSealing | AsTyped"
"""Seals the words of one case, for one attempt to record in it, if the store seals words."""


TRIES: Final = 3
"""How often something is decided and appended, if somebody else appends first each time."""


class AppendConflictError(Exception):
    """Someone else appended that version first; nothing was written."""


class Streams(EntriesInOrder):
    """The entries of one log, by case or all in the order in which they were appended.

    Args:
        log: where rows are kept.
        codec: how entries become bytes.
        cache: the cache of the cases read last.
    """

    def __init__(
        self, log: EventLog, codec: Codec | None = None, cache: StreamCache | None = None
    ) -> None:
        super().__init__(log, codec)
        self._cache = cache or StreamCache()
        self._begins_with: str | None = None

    def append(self, entries: Sequence[Entry]) -> None:
        """Append entries, of one case or many, in one transaction: all of them or none.

        The keys that seal their words are flushed to disk first. Afterwards the entries hold
        tokens in place of their words, as the record does. Even the person who recorded them may
        not read these words: a correction may take over words that somebody else recorded.

        A statement is validated when it is made. Here it is validated once more, as it will be
        read: someone may have made a part of it around that, as by `model_construct`.

        Raises:
            InvalidInputError: an entry could not be read again.
            AppendConflictError: one of the versions is already there; or another worker made a
                key first, or destroyed one.
            RecordError: the database cannot be written, or dropped a row.
        """
        self._append(entries, validates=True)

    def append_validated(self, entries: Sequence[Entry]) -> None:
        """Append entries as `append` does, but do not validate them once more.

        A bulk import would take a quarter longer.
        """
        self._append(entries, validates=False)

    def _append(self, entries: Sequence[Entry], *, validates: bool) -> None:
        with _Appending():
            # Keys first: an entry that was acknowledged must never lack its key (ADR 0073).
            if (sealer := self.codec.sealer) is not None:
                sealer.prepare(self.log.rows)
            taken: list[WordsToSeal] = []
            rows = [self._mapper.to_stored_event(one, taken) for one in entries]
            if validates:
                for row in rows:
                    self.codec.must_be_readable(row.topic, row.state)
            leave_behind(taken)
            if len(self.log.insert_events(rows) or ()) != len(rows):
                raise not_kept()

    @contextmanager
    def alone(self) -> Generator["Streams", None, None]:
        """Yield these streams, to read, decide and append while nobody else can append.

        Raises:
            AppendConflictError, RecordError: as for `append`; or others appended all the time.
        """
        with _Appending(), self.log.alone() as log:
            yield Streams(log, self.codec, self._cache)

    def sealing(self, partnership: str, case: str, stream: Stream) -> Sealing:
        """Return what seals the words of a case, if the store seals words.

        Args:
            partnership: whose case it is.
            case: the case's reference.
            stream: the case as stored.
        """
        if (sealer := self.codec.sealer) is None:
            return AsTyped(self.codec)
        return sealer.of_case(stream_name(partnership, case), stream.bodies)

    def answered_at(self, partnership: str, case: str, command_id: str) -> int | None:
        """Return the version at which a command to a case recorded nothing; None if it never did.

        Raises:
            RecordError: the database cannot be read.
        """
        with AsStorageErrors("read"):
            return self.log.answers.version(stream_id(partnership, case), command_id)

    def remember(self, partnership: str, case: str, command_id: str, version: int) -> None:
        """Remember that a command recorded nothing, because the case said so at this version.

        Raises:
            AppendConflictError: the case has newer entries, or somebody else remembered it first.
            RecordError: the database cannot be written.
        """
        with _Appending():
            if not self.log.answers.remember(stream_id(partnership, case), command_id, version):
                raise AppendConflictError

    def take_over(self, rows: Sequence[WholeRow], after: int) -> None:
        """Append rows of another store at the positions they have there: all of them or none.

        Args:
            rows: the rows that come next in the other store.
            after: the last position in this store.

        Raises:
            AppendConflictError: this store has another last position, or a row is damaged.
            InvalidInputError: this store is in memory.
            RecordError: the database cannot be written.
        """
        with _Appending():
            self.log.take_over(rows, after)

    def entries(self, partnership: str, case: str) -> tuple[Entry, ...]:
        """Return a case's entries from the first; none if there is no such case.

        Raises:
            InvalidInputError: the reference is malformed, or is reserved for the register of
                exports.
            RecordError: a row cannot be read, or a version is missing.
        """
        _must_be_a_case(case)
        return self._entries(partnership, case)

    def exports(self, partnership: str) -> tuple[Entry, ...]:
        """Return the partnership's register of exports; see `beside`."""
        return self.beside(partnership, EXPORTS)

    def beside(self, partnership: str, name: str) -> tuple[Entry, ...]:
        """Return a stream that is kept beside the cases, from its first entry.

        Raises:
            RecordError: a row cannot be read, or a version is missing.
        """
        return self._entries(partnership, name)

    def end_of(self, partnership: str, name: str) -> Stream:
        """Return a stream beside the cases for appending to it: its last entry, but no events.

        Raises:
            RecordError: a row cannot be read, or a version is missing.
        """
        rows = self._rows(partnership, name)
        return Stream(Case(), self.entry(partnership, name, rows[-1]) if rows else None, rows)

    def stream(self, partnership: str, case: str) -> Stream:
        """Return a case for deciding and replaying: its events, and only its last entry.

        Raises:
            InvalidInputError: the reference is malformed, or is reserved for the register of
                exports.
            RecordError: a row cannot be read, or a version is missing.
        """
        _must_be_a_case(case)
        return self._cache.read(
            stream_name(partnership, case),
            partial(self._rows, partnership, case),
            lambda rows: self._mapper.codec.events(rows, partnership, case),
            partial(self.entry, partnership, case),
        )

    def entry(self, partnership: str, case: str, row: StoredRow) -> Entry:
        """Return the entry of a case that a row of its stream holds."""
        return self._mapper.entry(stream_name(partnership, case), *row)

    @property
    def begins_with(self) -> str | None:
        """The kind of the first entry; None while there is none."""
        if self._begins_with is None and (rows := self.log.rows.after(0, 1)):
            self._begins_with = rows[0][3]  # cached: no row is ever put before the first
        return self._begins_with

    def _entries(self, partnership: str, case: str) -> tuple[Entry, ...]:
        stream = stream_name(partnership, case)
        rows = self._rows(partnership, case)
        read: list[Entry] = []
        for version, kind, body in rows:
            try:
                read.append(self._mapper.entry(stream, version, kind, body))
            except RecordError as error:
                raise in_row(error, case, version) from None
        return tuple(read)

    def _rows(self, partnership: str, case: str, since: int = 1) -> Sequence[StoredRow]:
        rows = self.log.rows.of(stream_id(partnership, case), since)
        # Versions rise one by one, so the last one shows a gap anywhere before it.
        if rows and rows[-1][0] != since - 1 + len(rows):
            raise RecordError(
                f"a version is missing in case {shown(case)} of {partnership}: a row was "
                "removed or altered. `rapid-review audit verify` shows what is wrong"
            )
        return rows


class AsTyped:
    """Takes the place of a `CaseSealing` in a store that seals no words: it leaves them as typed.

    It refuses to, with a `KeysError`, if the store was opened for reading only.
    """

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self.seals = codec.is_sealed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""

    def forget_keys(self) -> None:
        """Do nothing: there are none."""

    def sealed(
        self, statements: Iterable[S], *, again: bool = False, proposed_in: int | None = None
    ) -> tuple[S, ...]:
        """Return the statements."""
        del again, proposed_in
        self._codec.must_record()
        return tuple(statements)

    def sealed_purpose(self, purpose: str | SealedWords) -> str | SealedWords:
        """Return the purpose."""
        self._codec.must_record()
        return purpose

    def sealed_entry(self, entry: Entry) -> Entry:
        """Return the entry."""
        self._codec.must_record()
        return entry


def _must_be_a_case(case: str) -> None:
    must_be_references(case=case)
    if case == PERMISSIONS:
        raise InvalidInputError(
            f"{PERMISSIONS} is reserved for the permissions in an access log; give the case "
            "another reference"
        )
    if case == EXPORTS:
        raise InvalidInputError(
            f"{EXPORTS} is reserved for the register of exports; give the case another "
            "reference. `rapid-review export register` prints the register, and a bundle of "
            "the whole log proves it"
        )


class _Appending(AsStorageErrors):
    """Turn the errors of `eventsourcing` into our own: a conflict, or a failed write."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("written")

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """Raise our error in place of the library's."""
        if isinstance(error, IntegrityError | KeyChangedError):
            raise AppendConflictError from error
        super().__exit__(kind, error, traceback)
