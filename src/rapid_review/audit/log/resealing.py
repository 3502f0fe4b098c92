"""The statement with which one log ends and the next begins, because their store was sealed.

The keys of both logs sign it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rapid_review.audit.log import durable
from rapid_review.audit.log.note import Note, SigningKey, signed
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.verify import (
    Checkpoint,
    Key,
    MalformedError,
    is_key_name,
    read_checkpoint,
    read_note,
)
from rapid_review.domain.errors import InvalidInputError, RecordError

_FORM: Final = "rapidreview.sealed/v1"
_LINES: Final = 10
_NUMBERED: Final = re.compile("(.+/sealed)(?:/([1-9][0-9]{0,8}))?")


def sealed_origin(origin: str) -> str:
    """Return the origin of the log of a store that was sealed.

    >>> sealed_origin("safeguarding.example/reviews")
    'safeguarding.example/reviews/sealed'
    >>> sealed_origin("safeguarding.example/reviews/sealed")
    'safeguarding.example/reviews/sealed/2'
    """
    found = _NUMBERED.fullmatch(origin)
    return f"{origin}/sealed" if found is None else f"{found[1]}/{int(found[2] or 1) + 1}"


@dataclass(frozen=True, slots=True)
class Resealed:
    """What two people state of a store whose words were sealed.

    Attributes:
        ended: the tree of the old log, over every entry as it was.
        begun: the tree of the new log, over the same entries, sealed.
        leaves: the SHA-256, in hexadecimal, over a line for each entry: its leaf in the old log, a
            space, and its leaf in the new one, both in hexadecimal.
        actors: the two people.
    """

    ended: Checkpoint
    begun: Checkpoint
    leaves: str
    actors: tuple[str, str]

    def __bytes__(self) -> bytes:
        """Return the text that is signed."""
        trees = (bytes(self.ended) + bytes(self.begun)).decode()
        actors = "".join(f"{actor}\n" for actor in self.actors)
        return f"{_FORM}\n{trees}{self.leaves}\n{actors}".encode()

    def signed_by(self, old: SigningKey, new: SigningKey) -> Note:
        """Return the statement, signed by the keys of both logs.

        Raises:
            InvalidInputError: both actors are the same person, or a key is not its log's.
        """
        try:
            read_resealed(bytes(self))
        except MalformedError as error:
            raise InvalidInputError(str(error)) from None
        if (old.name, new.name) != (self.ended.origin, self.begun.origin):
            raise InvalidInputError(
                f"the key of the new log has the wrong name; allowed: {self.begun.origin}"
            )
        return signed(bytes(self), new, old)


def is_resealed(data: bytes) -> bool:
    """Say whether a note is the statement of a sealing."""
    return data.startswith(f"{_FORM}\n".encode())


def read_resealed(text: bytes) -> Resealed:
    """Return what the text of a statement says.

    Raises:
        MalformedError: the text is not in the required form, or one person alone states it.
    """
    lines = text.split(b"\n")
    if len(lines) != _LINES + 1 or lines[0] != _FORM.encode() or lines[-1]:
        raise MalformedError(f"the statement is not in the form {_FORM}")
    ended, begun = (read_checkpoint(b"\n".join((*lines[at : at + 3], b""))) for at in (1, 4))
    leaves, *actors = (line.decode(errors="replace") for line in lines[7:10])
    if not re.fullmatch("[0-9a-f]{64}", leaves) or ended.size != begun.size:
        raise MalformedError("the statement of a sealing does not name two logs of the same size")
    if actors[0] == actors[1] or not all(map(is_key_name, actors)):
        raise MalformedError(
            "two people must state the sealing of a store; give the ids of two different people"
        )
    return Resealed(ended, begun, leaves, (actors[0], actors[1]))


def open_resealed(data: bytes, keys: Iterable[Key]) -> Resealed:
    """Return what a signed statement says.

    Args:
        data: the signed note.
        keys: public keys of logs: that of the new log must be among them.

    Raises:
        MalformedError: the note is not in its form, or not signed by the new log.
    """
    note = read_note(data)
    statement = read_resealed(note.text)
    if not note.signers([key for key in keys if key.name == statement.begun.origin]):
        raise MalformedError("has no signature by any of the public keys given for its log")
    return statement


def begin(statement: Resealed, key: SigningKey, state_file: Path) -> Signer:
    """Return the signer of the new log; a second call returns the same.

    Args:
        statement: with which the new log begins.
        key: of the new log.
        state_file: of the new signer.

    Raises:
        InvalidInputError: the state file belongs to another log.
        StorageError: the state file cannot be written.
    """
    signer = Signer(key, state_file)
    if not durable.create(state_file, bytes(signed(bytes(statement.begun), key))):
        try:
            last = signer.last()
        except RecordError as error:
            raise InvalidInputError(str(error)) from None
        # In a second call after an interruption, the new log may have signed more already.
        if last.size < statement.begun.size:
            raise InvalidInputError(
                f"{state_file} already exists and belongs to another log; give the name of a new "
                "file"
            )
    return signer


def end(signer: Signer, note: Note) -> None:
    """End the old log: its key signs nothing any more.

    Raises:
        StorageError: the signer's state file cannot be written.
    """
    # The statement is not a checkpoint, so the signer refuses this state and signs no tree.
    durable.replace(signer.state_file, bytes(note))
