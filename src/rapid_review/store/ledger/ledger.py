"""The ledger: a tree of hashes over every row of the store, of every partnership.

It is derived from the entries: appending an entry writes nothing to it. `advance` adds the rows
that were recorded since its last call, and keeps the tree in the store's own database; see `tree`.
`checkpoint` has its size and root signed, by a key that is kept elsewhere. `verify` reads every
row again, and reports what is wrong. `bundle` makes the files that auditors get.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rapid_review.audit.log.note import Note, SigningKey, read_checkpoint, read_note
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.log.sinks import CheckpointSink
from rapid_review.audit.verify import Report, Trust
from rapid_review.domain.errors import InvalidInputError, RecordError
from rapid_review.domain.printable import counted
from rapid_review.projections.as_of import Calendars
from rapid_review.store.backends.ports import Opened
from rapid_review.store.ledger.appending import as_bytes, position_of_leaf
from rapid_review.store.ledger.checkpoints import TrustedCheckpoint
from rapid_review.store.ledger.tree import PAGE, LedgerTree
from rapid_review.store.ledger.verify import verified
from rapid_review.store.log.codec import Codec
from rapid_review.store.read_model.model import ReadModel
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sql import ledger as sql
from rapid_review.store.writing.calendars_at_hand import OwnCalendars
from rapid_review.store.writing.partnerships import Partnerships


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint, and where it was put.

    Attributes:
        note: the checkpoint, signed by the log's key.
        size: how many entries it covers.
        receipts: what each sink answered.
    """

    note: Note
    size: int
    receipts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unanchored:
    """The entries that no checkpoint covers yet: the database's owner could still remove them.

    Attributes:
        entries: how many.
        kinds: the kinds of their events.
        since: when the first of them was recorded; None if there is none, or it cannot be read.
    """

    entries: int
    kinds: frozenset[str]
    since: datetime | None


class Ledger(LedgerTree):
    """The tree over all that a store holds, its checkpoints, and its verification.

    Args:
        opened: the store.
        codec: reads entries.
    """

    def __init__(self, opened: Opened, codec: Codec) -> None:
        super().__init__(opened)
        self._codec = codec

    @property
    def is_sealed(self) -> bool:
        """Whether the words in the store's entries are sealed."""
        return self._opened.log.is_sealed

    def must_be_real(self) -> None:
        """Check that what is to leave the store is of real cases.

        Raises:
            Refused: the store is a training store.
        """
        Partnerships(self._opened).must_be_real()

    def own_calendars(self) -> Iterator[tuple[str, bytes]]:
        """Yield the calendar files that the store keeps, each after its name in a bundle."""
        return OwnCalendars(self._opened.tables).files()

    # --- Checkpoints

    def checkpoint(self, signer: Signer, sinks: Iterable[CheckpointSink] = ()) -> Signed:
        """Advance, have size and root signed, keep the checkpoint, and put it to the sinks.

        Called again before anything more is recorded, it does the same again and changes nothing.

        Args:
            signer: the log's key, and its memory of what it signed last.
            sinks: where copies go, out of reach of the person who keeps the database.

        Raises:
            RecordError: the signer refuses, because the tree does not continue what it signed
                last; or as for `advance`. Nothing was signed.
            StorageError: the store, the signer's memory or a sink cannot be read or written;
                what was signed stays signed, and another call puts it where it is missing.
        """
        note, size = self._sign(signer)
        # Stored before any sink gets it, so one that is missing from the store was deleted (ADR
        # 0029).
        kept = (signer.key.name, size, bytes(note))
        self._opened.tables.write(lambda writer: bool(writer.execute(sql.INSERT_CHECKPOINT, kept)))
        return Signed(note, size, tuple(sink.put(note) for sink in sinks))

    def _sign(self, signer: Signer) -> tuple[Note, int]:
        size = self.advance()
        while True:
            try:
                return signer.checkpoint(size, self.root(size), self.consistency), size
            except RecordError:
                before, size = size, self.advance()
                if size == before:
                    raise  # otherwise another worker signed what was recorded meanwhile

    def checkpoints(self, origin: str | None = None) -> tuple[Note, ...]:
        """Return the checkpoints of a log that the store keeps, by size; of all logs if None.

        Raises:
            RecordError: one of them cannot be read.
        """
        if origin is None:
            return tuple(_note(row[2]) for row in self._read(sql.CHECKPOINTS, ()))
        return tuple(_note(row[0]) for row in self._read(sql.CHECKPOINTS_OF, (origin,)))

    def newest(self, origin: str, size: int | None = None) -> Note:
        """Return the newest checkpoint of a log, with its cosignatures; or that of a size.

        Raises:
            InvalidInputError: there is none.
            RecordError: it cannot be read.
        """
        kept = (
            self._read(sql.NEWEST_CHECKPOINT, (origin,))
            if size is None
            else self._read(sql.CHECKPOINT, (origin, size))
        )
        if not kept:
            which = "checkpoint" if size is None else f"checkpoint of {counted(size, 'entry')}"
            raise InvalidInputError(
                f"the store has no {which} of {origin}; make one with `rapid-review audit "
                "checkpoint`"
            )
        return _note(kept[0][0])

    def cosigned(self, note: Note, more: Note) -> None:
        """Keep a checkpoint with the cosignatures of witnesses in place of the one without.

        Raises:
            RecordError: the store does not keep that checkpoint, or somebody added to it.
        """
        stated = read_checkpoint(note.text)
        values = (bytes(more), stated.origin, stated.size, bytes(note))
        if not self._opened.tables.write(
            lambda writer: bool(writer.execute(sql.REPLACE_NOTE, values))
        ):
            raise RecordError(
                "the store has a different text for this checkpoint of "
                f"{counted(stated.size, 'entry')}. "
                "Read it from the store again, then add the cosignature"
            )

    def next_epoch(
        self, signer: Signer, kept: int, *, key: SigningKey, memory: Path, by: tuple[str, str]
    ) -> Signer:
        """End a log after a restore that lost entries, and begin the next one.

        Args:
            signer: the signer of the log that ends; it signs nothing any more.
            kept: how many entries, from the first, are still those that it signed.
            key: the key of the new log.
            memory: the file in which the new log's signer keeps what it signed last.
            by: the ids of the two people who state it.

        Returns:
            The new log's signer.

        Raises:
            InvalidInputError: the store has not so many entries, or as for `Signer.next_epoch`.
            RecordError, StorageError: as for `advance`.
        """
        if (size := self.advance()) < kept:
            raise InvalidInputError(
                f"the store has only {counted(size, 'entry')}, and the statement of the new "
                "epoch carries "
                f"over {kept}; give a number of entries that the store has"
            )
        new, statement = signer.next_epoch(
            kept, self.root(kept), key=key, state_file=memory, by=by
        )
        stated = (key.name, bytes(statement))
        self._opened.tables.write(lambda writer: bool(writer.execute(sql.INSERT_EPOCH, stated)))
        return new

    def epoch(self, origin: str) -> Note | None:
        """Return the statement with which a log began, if it began after a restore."""
        found = self._read(sql.EPOCH, (origin,))
        return _note(found[0][0]) if found else None

    def unanchored(self, covered: int | None = None) -> Unanchored:
        """Return what no checkpoint covers yet.

        Args:
            covered: how many entries the signer's last checkpoint covers, which the person who
                keeps the store cannot change; if not given, the checkpoints in the store count.

        Raises:
            StorageError: the store cannot be read.
        """
        if covered is None:
            found = self._read(sql.NEWEST_SIZE)
            covered = int(found[0][0] or 0) if found else 0
        position = position_of_leaf(self._opened, self.position(), covered)
        entries, kinds, since = 0, set[str](), None
        while rows := self._opened.rows.after(position, PAGE):
            if not entries:
                since = self._recorded_at(*rows[0][3:])
            entries += len(rows)
            kinds.update(row[3] for row in rows)
            position = rows[-1][0]
        return Unanchored(entries, frozenset(kinds), since)

    def _recorded_at(self, kind: str, body: bytes) -> datetime | None:
        try:
            return self._codec.entry(kind, body).recorded_at
        except RecordError:
            return None  # `verify` says what is wrong with it

    # --- Verifying

    def verify(
        self,
        trust: Trust | None = None,
        *,
        trusted: Iterable[TrustedCheckpoint] = (),
        calendars: Calendars | None = None,
        now: datetime | None = None,
        read_model: ReadModel | None = None,
        keys: Keys | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Report:
        """Read every row once, and report what is wrong; nothing is written.

        It needs as much memory as one page of rows, and a line for each case.

        Args:
            trust: the public keys of logs; without any, no signature is checked.
            trusted: checkpoints kept elsewhere, beside those in the store.
            calendars: gives the calendars by which due dates are calculated again; without it,
                what an entry says is not read, and due dates are not checked.
            now: the time now: an entry recorded more than a day later is a finding; without it,
                times of recording are not compared with the clock.
            read_model: is compared with the entries, case by case; None to leave that out.
            keys: those of a sealed store, to check each entry's seal and to open every section
                that still has a key; no word is shown. Without them, neither is done.
            progress: called after each page with how many entries have been read.

        Raises:
            InvalidInputError: keys are given, and the store is not sealed.
            KeysError: the keys cannot be used.
            StorageError: the store cannot be read.
        """
        return verified(
            self._opened,
            self._codec,
            trust=trust,
            trusted=trusted,
            calendars=calendars,
            now=now,
            read_model=read_model,
            keys=keys,
            progress=progress,
        )

    def news(self) -> AbstractContextManager[Callable[[], bool]]:
        """Listen; yield a function that waits a little, and says if there may be new entries."""
        return self._opened.tables.news()


def _note(data: object) -> Note:
    try:
        return read_note(as_bytes(data))
    except ValueError as error:
        raise RecordError(
            f"a checkpoint or an epoch in the store cannot be read: {error}"
        ) from None
