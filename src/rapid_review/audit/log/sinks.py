"""Where copies of checkpoints go, out of reach of those who keep the database.

A log is trusted up to the last checkpoint that somebody else holds. A sink takes checkpoints to
them. The platform supplies any sink that uses a network.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rapid_review.audit.log import durable
from rapid_review.audit.log.note import MalformedError, Note, read_checkpoint, read_note
from rapid_review.domain.errors import RecordError, StorageError


class CheckpointSink(Protocol):
    """Keeps checkpoints where the database's keepers cannot change them."""

    def put(self, note: Note) -> str:
        """Keep a checkpoint, and return a receipt: where it is, or what was answered.

        Raises:
            RecordError: it differs from the checkpoint that is kept for that size.
            StorageError: it could not be kept.
        """
        ...


@dataclass(frozen=True, slots=True)
class FolderSink:
    """A folder with one file for each checkpoint of one log, which is never written again.

    Give it a folder on another machine's disk, of a file system that knows hard links. The files
    are for others to read, as far as the process's umask allows: a checkpoint holds no words.

    Attributes:
        folder: where the files are; made if it is not there.
    """

    folder: Path

    def put(self, note: Note) -> str:
        """Keep a checkpoint as `checkpoint.<size>`, and return its path.

        Raises:
            RecordError: another checkpoint of that size is kept already, or it is damaged.
            StorageError: the folder cannot be written, or read.
        """
        path = self.folder / f"checkpoint.{read_checkpoint(note.text).size}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not durable.create(path, bytes(note), mode=durable.SHARED):
                if path.is_symlink():
                    raise RecordError(
                        f"{path} is a link, or already contains another checkpoint of that "
                        "size, and was not replaced; a link is not a copy: give another folder"
                    )
                _check_same(path, path.read_bytes(), note)
        except OSError as error:
            raise StorageError(
                f"the checkpoint cannot be written to {path}: {error.strerror}"
            ) from None
        return str(path)


def _check_same(path: Path, data: bytes, note: Note) -> None:
    """Check that a file holds this checkpoint; the file may have more cosignatures.

    Raises:
        RecordError: the file is damaged, holds another checkpoint, or lacks a signature.
    """
    try:
        present = read_note(data)
    except MalformedError as error:
        raise RecordError(
            f"{path} is damaged, and was not replaced: {error}. Its content is lost; ask others "
            "who hold that checkpoint for a copy, and give another folder"
        ) from None
    if present.text != note.text:
        raise RecordError(
            f"{path} already contains another checkpoint of that size, and was not replaced. "
            "Compare the two: a log with two different roots for one size was altered"
        )
    if not set(note.signatures) <= set(present.signatures):
        raise RecordError(
            f"{path} already contains this checkpoint without its signature, and was not "
            "replaced. Somebody altered it, or it is damaged; give another folder"
        )


@dataclass(frozen=True, slots=True)
class CallbackSink:
    """Hands each checkpoint to a function of the platform: a mail, a log of another office.

    Attributes:
        call: takes the checkpoint's bytes, and returns a receipt.
    """

    call: Callable[[bytes], str]

    def put(self, note: Note) -> str:
        """Hand a checkpoint over; return the receipt, or raise what the function raises."""
        return self.call(bytes(note))
