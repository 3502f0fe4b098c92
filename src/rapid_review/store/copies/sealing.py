"""A store whose words are not sealed, copied into a new one whose words are.

Every entry keeps its position, version, times and command's id; only its words are sealed. So its
bytes and its leaf change: the log ends, and a new one begins, with a statement about both. The old
store is only read. The new one gets its name once it is complete and verified, with the statement
in it: if the process is killed, it is absent or complete.
"""

import hashlib
import os
import sqlite3
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from eventsourcing.persistence import PersistenceError

from rapid_review.audit.log import durable, resealing
from rapid_review.audit.log.leaf import Leaves
from rapid_review.audit.log.merkle import Frontier
from rapid_review.audit.log.note import Note, SigningKey, read_note
from rapid_review.audit.log.resealing import Resealed, sealed_origin
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.verify import Checkpoint
from rapid_review.domain.errors import InvalidInputError, RecordError
from rapid_review.domain.printable import counted
from rapid_review.store.backends.open import on_sqlite
from rapid_review.store.backends.ports import WholeRow
from rapid_review.store.backends.sqlite.file import BESIDE
from rapid_review.store.backends.sqlite.layout import APPLICATION_ID, LAYOUT
from rapid_review.store.copies.backups import give_place, must_be_vacant, not_written
from rapid_review.store.copies.moving import PAGE, copy_table
from rapid_review.store.jobs import Progress
from rapid_review.store.ledger.appending import as_bytes
from rapid_review.store.ledger.verify import verified_whole
from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.scope_key import KeyChangedError
from rapid_review.store.sql import ledger as sql
from rapid_review.store.sql.side_tables import SIDE_TABLES
from rapid_review.store.store import Store
from rapid_review.store.subscriptions.begun import copy_subscriptions

_OF_THE_LOG = ("audit_checkpoints", "audit_epochs")
"""What the old log signed: it applies only to the old store's bytes, and is not copied."""


@dataclass(frozen=True, slots=True)
class NewLog:
    """The log of the new store.

    Attributes:
        key: its private key.
        memory: the file in which its signer keeps what it signed last.
        by: the ids of the two people who state that the store was sealed.
    """

    key: SigningKey
    memory: Path
    by: tuple[str, str]


def seal(
    source: Store,
    to: Path,
    keys: Keys,
    signer: Signer,
    log: NewLog,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Resealed:
    """Copy every entry of a store into a new file, sealed; then the old log ends.

    After an interruption, another call makes the new store again or, if it is complete, does the
    remaining steps.

    Args:
        source: the store; nothing may be recorded in it meanwhile.
        to: the new store, which does not exist, or which an interrupted call has made.
        keys: the keys of the new store, made for it.
        signer: the signer of the old log.
        log: the new log.
        progress: called after each page with how far it has come.

    Raises:
        InvalidInputError: the words of the source are sealed already, another file exists where
            the new store is to be, or the statement is not valid.
        RecordError: the source is not intact, is not what its log signed, or something was
            recorded in it meanwhile; there is no new store.
        StorageError: a store, a key or a file cannot be read or written; there is no new store.
    """
    must_not_be_sealed(source)
    if (note := sealed_before(to, source, signer)) is None:
        note = _make_sealed_store(source, to, keys, signer, log, progress=progress)
    statement = resealing.open_resealed(bytes(note), [log.key.public])
    resealing.begin(statement, log.key, log.memory)
    resealing.end(signer, note)
    return statement


def must_not_be_sealed(source: Store) -> None:
    """Check that the words of a store are not sealed yet.

    Raises:
        InvalidInputError: they are.
    """
    if source.codec.is_sealed:
        raise InvalidInputError(
            "the words of this store are already sealed, and a store is not sealed twice: that "
            "would end its log, and the old keys would still open its copies. If somebody may "
            "have read the key file, replace the key in it with `rapid-review keys rotate`, "
            "which changes no entry. To have the store on a server, move it with `rapid-review "
            "db move`"
        )


def unsealed_beside(store: Path) -> list[Path]:
    """Return the files in the folder of a store's file that may hold its words unsealed.

    That is the file, what SQLite keeps beside it, other stores that are not sealed, and bundles.
    """
    beside = [Path(f"{store}{end}") for end in ("", *BESIDE)]
    others = sorted(one for one in store.parent.iterdir() if one not in beside)
    return [
        *filter(Path.exists, beside),
        *(one for one in others if _is_unsealed(one) or _is_bundle(one)),
    ]


def _is_bundle(place: Path) -> bool:
    if place.is_dir():
        return (place / "manifest").is_file()
    if not zipfile.is_zipfile(place):
        return False
    with zipfile.ZipFile(place) as archive:
        return "manifest" in archive.namelist()


def _is_unsealed(file: Path) -> bool:
    """Return whether a file is a store that is not sealed, by its header alone."""
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        header = opened.read(100)
    # The places of `user_version` and `application_id` in SQLite's file format.
    layout, application = (int.from_bytes(header[at : at + 4], "big") for at in (60, 68))
    return header[:6] == b"SQLite" and (application, layout) == (APPLICATION_ID, LAYOUT)


def sealed_before(to: Path, source: Store, signer: Signer) -> Note | None:
    """Return the statement in the new store, if an interrupted call has completed the store.

    Raises:
        InvalidInputError: another file exists there.
    """
    if not os.path.lexists(to):
        must_be_vacant(to)
        return None
    try:
        opened = on_sqlite(to, create=False)
    except RecordError:
        must_be_vacant(to)
        raise
    with closing(opened) as there:
        has_log = there.log.is_sealed and "audit_epochs" in there.tables.names()
        found = there.tables.rows(sql.EPOCH, (signer.key.name,)) if has_log else ()
    data = as_bytes(found[0][0]) if found else b""
    if resealing.is_resealed(data):
        stated = read_note(data)
        ended = resealing.read_resealed(stated.text).ended
        if (ended.size, ended.root) == verified_whole(source.opened, "the store"):
            return stated
    must_be_vacant(to)
    return None


def _make_sealed_store(
    source: Store,
    to: Path,
    keys: Keys,
    signer: Signer,
    log: NewLog,
    *,
    progress: Callable[[Progress], None],
) -> Note:
    """Make the new store beside its place, verify it, and give it its name."""
    last = signer.last()
    size, root = verified_whole(source.opened, "the store to be sealed")
    try:
        with durable.beside(to) as fresh:
            path = fresh / to.name
            with closing(on_sqlite(path, sealed=True)) as opened:
                copying = _Copying(source, Store(opened, keys), last)
                copying.copy(progress)
                copy_subscriptions(source.opened, opened)
                if copying.old.root() != root:
                    raise RecordError(
                        "something was recorded in the store while it was being sealed, so no "
                        "new store was made. Stop every program that records in it, and try "
                        "again"
                    )
                begun = Checkpoint(
                    sealed_origin(last.origin), *verified_whole(opened, "the new store")
                )
                ended = Checkpoint(last.origin, size, root)
                statement = Resealed(ended, begun, copying.leaves.hexdigest(), log.by)
                note = statement.signed_by(signer.key, log.key)
                kept = (last.origin, bytes(note))
                opened.tables.write(lambda writer: bool(writer.execute(sql.INSERT_EPOCH, kept)))
            with path.open("rb+") as file:
                os.fsync(file.fileno())
            give_place(path, to)
    except (PersistenceError, sqlite3.Error, OSError) as error:
        raise not_written(to, error) from error
    return note


class _Copying:
    """Copies the rows of one store into another, sealed.

    Attributes:
        old: the frontier of the old tree.
        leaves: the digest over the leaves in both logs.
    """

    def __init__(self, source: Store, target: Store, last: Checkpoint) -> None:
        self._source = source
        self._target = target
        self._last = last
        self.old = Frontier()
        self.leaves = hashlib.sha256()
        self._before = Leaves()
        self._after = Leaves()

    def copy(self, progress: Callable[[Progress], None]) -> None:
        """Copy every row, page after page, and the tables beside them."""
        old, new = self._source.opened, self._target.opened
        new.tables.prepare()
        there = old.tables.names()
        for table in SIDE_TABLES:
            if table.name in there and table.name not in _OF_THE_LOG:
                copy_table(old, new, table)
        # Before the first row, too: the log may have signed the empty tree alone.
        self._must_match_signed()
        position, end = 0, old.rows.last_position()
        while rows := old.rows.after(position, PAGE):
            self._copy_page(rows, position)
            position = rows[-1][0]
            progress(Progress(position, max(end, position)))
        if self.old.size < self._last.size:
            raise self._differs_from_signed()

    def _copy_page(self, rows: Sequence[WholeRow], after: int) -> None:
        sealed = self._sealed_rows(rows)
        self._target.take_over(sealed, after)
        for old, new in zip(rows, sealed, strict=True):
            before, now = self._before.add(*old[1:]), self._after.add(*new[1:])
            self.leaves.update(f"{before.hex()} {now.hex()}\n".encode())
            self.old.append(before)
            self._must_match_signed()

    def _sealed_rows(self, rows: Sequence[WholeRow]) -> list[WholeRow]:
        """Return rows with their words sealed, once their keys are stored."""
        sealer = self._target.codec.sealer
        if sealer is None:  # it was opened with keys
            raise InvalidInputError("keys are needed to seal a store, and none were given")
        read = [(row, self._source.codec.entry(row[3], row[4])) for row in rows]
        while True:
            entries = [
                (row, sealer.of_case(row[1], tuple).sealed_entry(entry)) for row, entry in read
            ]
            try:
                sealer.keys.keep()
            except KeyChangedError:
                # Another process made one of the keys first: that one counts, so seal the page
                # again.
                continue
            return [(*row[:4], self._target.codec.encode(entry)) for row, entry in entries]

    def _must_match_signed(self) -> None:
        """Check that the old store is what its log signed last."""
        if self.old.size == self._last.size and self.old.root() != self._last.root:
            raise self._differs_from_signed()

    def _differs_from_signed(self) -> RecordError:
        return RecordError(
            f"the store does not match the last checkpoint that the key of {self._last.origin} "
            f"signed, which covers {counted(self._last.size, 'entry')}: the store was restored, "
            "or "
            "altered. No new store was made. `rapid-review audit verify` shows what is wrong"
        )
