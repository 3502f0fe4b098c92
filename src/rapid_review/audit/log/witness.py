"""Requests to a witness, and its answers (C2SP tlog-witness); the host sends and receives them.

A witness sees a log's name, its size and hashes, and no word of any case. It signs only what
continues the largest tree that it has seen, so a log that was rewritten finds no witness.
"""

from collections.abc import Collection, Sequence

from rapid_review.audit.log.note import Key, MalformedError, Note, cosigned, read_signatures
from rapid_review.audit.verify import (
    ConsistencyProof,
    Policy,
    read_consistency_proof,
    read_number,
    read_policy,
)
from rapid_review.domain.errors import InvalidInputError, RecordError

__all__ = [
    "Policy",
    "add_checkpoint",
    "known_size",
    "read_consistency_proof",
    "read_policy",
    "with_answer",
]


def add_checkpoint(old: int, proof: Sequence[bytes], note: Note) -> bytes:
    """Return the body of the request `add-checkpoint`.

    Args:
        old: the size of the checkpoint that the witness signed last; 0 at first.
        proof: of consistency, from that size on.
        note: the checkpoint, signed by the log.
    """
    return bytes(ConsistencyProof(old, tuple(proof), bytes(note)))


def with_answer(note: Note, answer: bytes, witnesses: Collection[Key]) -> Note:
    """Return a checkpoint with the cosignatures that a witness answered (status 200).

    Signatures of keys that are not known are left out.

    Raises:
        InvalidInputError: the answer is not signature lines, or none is by a known witness.
        RecordError: a signature that names a known witness was not made with its key.
    """
    try:
        signatures = read_signatures(answer.decode())
    except (MalformedError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"the witness's answer cannot be read: {error}") from None
    known = {(key.name, key.id) for key in witnesses}
    theirs = [one for one in signatures if (one.name, one.id) in known]
    if not theirs:
        raise InvalidInputError("the witness's answer has no signature by a witness of the policy")
    try:
        Note(note.text, tuple(theirs)).signers(witnesses)
    except MalformedError as error:
        raise RecordError(
            f"the witness's answer has a wrong signature: {error}; do not use it"
        ) from None
    return cosigned(note, *theirs)


def known_size(answer: bytes) -> int:
    """Return the size that a witness knows already (status 409), from which to prove again.

    Raises:
        InvalidInputError: the answer is not a number and a line feed.
    """
    try:
        text = answer.decode()
        return read_number(text.removesuffix("\n") if text.endswith("\n") else "")
    except (MalformedError, UnicodeDecodeError):
        raise InvalidInputError(
            "the witness's answer does not state the size of the log that the witness knows"
        ) from None
