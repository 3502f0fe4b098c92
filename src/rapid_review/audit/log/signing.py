"""The log's key, and the guard on it: it signs no tree that does not continue the last it signed.

The key and the signer's state, which is what was signed last, are kept outside the database. So a
database that was put back from a backup, or rewritten, is not signed again in silence: it takes a
new epoch, which says how many events were lost and which two people state it.
"""

import os
import stat
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rapid_review.audit.log import durable
from rapid_review.audit.log.note import ED25519, Note, SigningKey, read_checkpoint, signed
from rapid_review.audit.verify import (
    EMPTY_ROOT,
    STATEMENTS,
    Checkpoint,
    Epoch,
    MalformedError,
    check_consistency,
    next_origin,
    open_statement,
    read_epoch,
)
from rapid_review.domain.errors import InvalidInputError, RecordError, StorageError
from rapid_review.domain.printable import counted

if sys.platform != "win32":  # pragma: no branch - one of them on each machine
    import fcntl

Prove = Callable[[int, int], Sequence[bytes]]
"""Returns the proof of consistency from an older size to a newer one."""

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def read_key(path: Path) -> SigningKey:
    """Return the private key in a file that its owner alone may read; Windows has no such mode.

    Raises:
        InvalidInputError: the file holds no private key; the message does not show it.
        StorageError: others may read the file, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            # The mode of the open file, because its name may lead to another file by now.
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            data = file.read()
    except OSError as error:
        raise StorageError(f"the private key {path} cannot be read: {error.strerror}") from None
    key = SigningKey.read(data.decode("utf-8-sig", errors="replace").strip())
    if sys.platform != "win32" and mode & _OTHERS:
        raise StorageError(
            f"other users can read or change the private key {path} (mode {mode:o}), so nothing "
            f"was signed with it. Run `chmod 600 {path}`. Anyone who read the key can sign in "
            "the log's name: if somebody may have, begin a new log with `rapid-review audit "
            "key`"
        )
    return key


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs the checkpoints of one log.

    Attributes:
        key: the log's private key; its name is the log's origin.
        state_file: holds the last checkpoint signed. Keep it, as the key, where those who keep the
            database cannot write.
    """

    key: SigningKey
    state_file: Path

    @classmethod
    def start(cls, key: SigningKey, state_file: Path) -> "Signer":
        """Return the signer of a log that has signed nothing yet.

        Raises:
            InvalidInputError: the key is a witness's, or the state file already exists.
            StorageError: the state file cannot be written.
        """
        if key.kind != ED25519:
            raise InvalidInputError(
                f"the key {key.name} is a witness's key; a log must have a key of its own"
            )
        empty = signed(bytes(Checkpoint(key.name, 0, EMPTY_ROOT)), key)
        if not durable.create(state_file, bytes(empty)):
            raise InvalidInputError(
                f"{state_file} already exists. It records the last checkpoint that the key "
                "signed: open it, and never replace it"
            )
        return cls(key, state_file)

    def last(self) -> Checkpoint:
        """Return the last checkpoint signed; that of an empty log if none was.

        Raises:
            RecordError: the state file was altered, is of another log, or says that a new epoch
                has begun.
            StorageError: the state file is not there, or cannot be read.
        """
        try:
            data = self.state_file.read_bytes()
        except OSError as error:
            raise StorageError(
                f"{self.state_file} cannot be read: {error.strerror}. It records the last "
                "checkpoint that the key signed. Put it back; if it is lost, put the newest "
                "copy of a checkpoint that anybody kept in its place. Only for a new key, which "
                "has signed nothing yet, make it: `rapid-review audit key` or `Signer.start`"
            ) from None
        try:
            checkpoint = open_statement(data, [self.key.public], read_checkpoint)
        except MalformedError as error:
            raise RecordError(
                f"{self.state_file} does not contain a checkpoint of {self.key.name}: {error}; "
                "nothing was signed"
            ) from None
        return checkpoint

    def checkpoint(self, size: int, root: bytes, prove: Prove) -> Note:
        """Sign a checkpoint, store it as the last one signed, and return it.

        A second call for the same tree returns the same bytes.

        Args:
            size: how many leaves the tree has.
            root: of the tree.
            prove: returns the proof that the tree continues an older one.

        Raises:
            RecordError: the tree does not continue the last one signed.
            StorageError: the state file cannot be read or written; nothing was signed.
        """
        with self._lock():
            last = self.last()
            try:
                hashes = prove(last.size, size) if size > last.size else ()
                check_consistency(last.size, last.root, size, root, hashes)
            except MalformedError as error:
                raise RecordError(
                    f"the log of {counted(size, 'event')} does not continue what the key of "
                    f"{self.key.name} signed last, so the key does not sign it: {error}. If the "
                    "database was restored from a backup, start a new epoch; if not, it was "
                    "altered"
                ) from None
            note = signed(bytes(Checkpoint(self.key.name, size, root)), self.key)
            # Stored before anybody gets it (ADR 0029).
            durable.replace(self.state_file, bytes(note))
        return note

    def sign_statement(self, text: bytes) -> Note:
        """Return a signed statement: a case head, or the manifest of a bundle.

        Raises:
            InvalidInputError: the text is neither, so it might be read as a checkpoint.
        """
        if not text.startswith(STATEMENTS):
            raise InvalidInputError(
                "the log's key signs nothing but checkpoints, case heads and manifests"
            )
        return signed(text, self.key)

    def next_epoch(
        self, kept: int, root: bytes, *, key: SigningKey, state_file: Path, by: tuple[str, str]
    ) -> tuple["Signer", Note]:
        """End this log after a restore that lost events, and begin the next one.

        Args:
            kept: how many events, from the first, are still those that this log signed.
            root: of the tree over them.
            key: of the new log, whose name is `next_origin` of this one's.
            state_file: of the new log.
            by: the ids of the two people who state it.

        Returns:
            The new log's signer, and the statement, signed by both keys; each bundle of the new
            log carries it. This signer signs nothing any more.

        Raises:
            InvalidInputError: nothing was lost, the key has another name, or the ids are the same.
            RecordError: as for `last`.
        """
        with self._lock():
            epoch = Epoch(key.name, self.last(), kept, root, by)
            try:
                read_epoch(bytes(epoch))
            except MalformedError as error:
                raise InvalidInputError(
                    f"{error}; the new key must have the name {next_origin(self.key.name)}"
                ) from None
            statement = signed(bytes(epoch), key, self.key)
            begun = signed(bytes(Checkpoint(key.name, kept, root)), key)
            if not durable.create(state_file, bytes(begun)):
                raise InvalidInputError(
                    f"{state_file} already exists; give the name of a new file"
                )
            durable.replace(self.state_file, bytes(statement))
        return Signer(key, state_file), statement

    @contextmanager
    def _lock(self) -> Generator[None, None, None]:
        """Keep others on this machine from signing at the same time; Windows has no such lock."""
        # A separate file, because the state file is replaced by a new one, and a lock on the old
        # file would keep nobody out.
        lock = durable.open_lock(self.state_file.with_name(f"{self.state_file.name}.lock"))
        with os.fdopen(lock, "rb"):
            if sys.platform != "win32":  # pragma: no branch - one of them on each machine
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
