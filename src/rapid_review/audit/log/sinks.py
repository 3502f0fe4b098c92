"""Where checkpoints go, so that a copy is out of reach of those who keep the database.

A log is trusted up to the last checkpoint that somebody else holds. A sink is how it gets there;
what speaks to a network is the platform's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rapid_review.audit.log import durable
from rapid_review.audit.log.note import Note, read_checkpoint
from rapid_review.domain.errors import RecordError, StorageError


class CheckpointSink(Protocol):
    """Keeps checkpoints where the database's keepers cannot change them."""

    def put(self, note: Note) -> str:
        """Keep a checkpoint, and return a receipt: where it is, or what was answered.

        Raises:
            RecordError: it differs from what is kept for that size.
            StorageError: it could not be kept.
        """
        ...


@dataclass(frozen=True, slots=True)
class FolderSink:
    """A folder with one file for each checkpoint of one log, which is never written again.

    Give it a folder on another machine's disk, of a file system that knows hard links.

    Attributes:
        folder: where the files are; made if it is not there.
    """

    folder: Path

    def put(self, note: Note) -> str:
        """Keep a checkpoint as `checkpoint.<size>`, and return its path.

        Raises:
            RecordError: another checkpoint of that size is kept already.
            StorageError: the folder cannot be written, or read.
        """
        path = self.folder / f"checkpoint.{read_checkpoint(note.text).size}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if durable.create(path, bytes(note)) or path.read_bytes() == bytes(note):
                return str(path)
        except OSError as error:
            raise StorageError(f"{path} cannot be kept: {error.strerror}") from None
        raise RecordError(
            f"{path} holds another checkpoint of that size, which stays; compare the two: a log "
            "that shows two trees of one size was altered"
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
