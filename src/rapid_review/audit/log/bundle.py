"""Bundles: what an auditor is given, so that neither our database nor other cases are needed.

A bundle is a folder of files, or the same files as one archive; `verify` reads both. Anyone who
can read a bundle reads the words in it: it is as confidential as the cases themselves.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from rapid_review.audit.log import durable
from rapid_review.audit.log.leaf import Leaves
from rapid_review.audit.log.merkle import (
    TILE,
    Frontier,
    Nodes,
    consistency_proof,
    inclusion_proof,
    root_from_inclusion,
    tile_path,
    tiles,
)
from rapid_review.audit.log.note import Note, read_checkpoint
from rapid_review.audit.verify import (
    REPLAY,
    CaseHead,
    Checkpoint,
    ConsistencyProof,
    InclusionProof,
    Manifest,
    entry_path,
    is_attached,
    packed,
    proof_path,
    state_path,
)
from rapid_review.domain.errors import InvalidInputError, RecordError
from rapid_review.domain.printable import counted

File = tuple[str, bytes]
"""A file of a bundle: its name, with `/` between folders, and its bytes."""

EXPOSES: Final = (
    "digests of entries whose words are not sealed: anyone who holds them can guess a name or "
    "a word as often as they like, and the digest confirms a right guess"
)
"""What proofs reveal besides what they prove, for the person who decides to disclose them."""

SignStatement = Callable[[bytes], Note]
"""Signs a statement with the log's key, as `Signer.sign_statement` does."""


class Row(NamedTuple):
    """A stored row.

    Attributes:
        stream: its stream, 32 hexadecimal digits.
        version: its place in the stream, from 1.
        topic: the event's kind.
        state: the stored body, as it is.
    """

    stream: str
    version: int
    topic: str
    state: bytes


def log_files(
    rows: Iterable[Row],
    checkpoint: Note,
    sign: SignStatement,
    *,
    attached: Mapping[str, bytes] | None = None,
    epoch: Note | None = None,
    is_sealed: bool = False,
) -> Iterator[File]:
    """Yield the files of a bundle of the whole log, in constant memory; the manifest comes last.

    Args:
        rows: as many as the checkpoint counts, in the order of their positions.
        checkpoint: signed by the log, perhaps also by witnesses.
        sign: signs the manifest.
        attached: files to add as they are: the terms and calendars that the rows name, under
            `terms/` or `calendars/`.
        epoch: the statement with which the log began, if it began after a restore.
        is_sealed: whether the bodies are sealed, which the manifest says.

    Raises:
        InvalidInputError: the name of an attached file is not allowed.
        RecordError: the rows do not lead to the checkpoint.
    """
    statement = read_checkpoint(checkpoint.text)
    files = chain(
        _files_as_given("log", checkpoint, attached, epoch), _log_contents(rows, statement)
    )
    return _with_manifest(
        Manifest("log", statement.origin, statement.size, {}, is_sealed), files, sign
    )


def case_files(
    rows: Iterable[tuple[int, Row]],
    nodes: Nodes,
    checkpoint: Note,
    sign: SignStatement,
    *,
    earlier: Iterable[int] = (),
    attached: Mapping[str, bytes] | None = None,
    epoch: Note | None = None,
    is_sealed: bool = False,
) -> Iterator[File]:
    """Yield the files of a bundle of one case; the manifest comes last.

    Args:
        rows: the case's rows that the checkpoint covers, from version 1, each after the index of
            its leaf.
        nodes: reads the hashes of the log's tree.
        checkpoint: signed by the log, perhaps also by witnesses.
        sign: signs the case head and the manifest.
        earlier: sizes of older checkpoints, to which a proof of consistency is added.
        attached: files to add as they are: the terms and calendars that the rows name, under
            `terms/` or `calendars/`, and what the rules make of the case as `replay/case.json`.
        epoch: the statement with which the log began, if it began after a restore.
        is_sealed: whether the bodies are sealed, which the manifest says.

    Raises:
        InvalidInputError: the name of an attached file is not allowed, or an older size is larger
            than the checkpoint's.
        RecordError: the rows are not those of one case, or do not lead to the checkpoint.
    """
    statement = read_checkpoint(checkpoint.text)
    files = chain(
        _files_as_given("case", checkpoint, attached, epoch),
        _consistency_proofs(earlier, nodes, checkpoint, statement),
        _case_contents(rows, nodes, checkpoint, statement, sign),
    )
    return _with_manifest(
        Manifest("case", statement.origin, statement.size, {}, is_sealed), files, sign
    )


def write_folder(files: Iterable[File], folder: Path) -> None:
    """Write a bundle as a folder that its owner alone may enter, whole or not at all.

    Raises:
        InvalidInputError: the folder already exists.
        StorageError: the disk is full, or may not be written.
    """
    if not durable.create_folder(folder, files):
        raise InvalidInputError(f"{folder} already exists; give the name of a new folder")


def write_archive(files: Iterable[File], path: Path) -> None:
    """Write a bundle as one private archive; all of it is held in memory.

    Raises:
        InvalidInputError: the file already exists.
        StorageError: the disk is full, or may not be written.
    """
    # Checked first, because packing a bundle takes long and needs all of it in memory.
    if path.exists() or not durable.create(path, packed(dict(files))):
        raise InvalidInputError(f"{path} already exists; give the name of a new file")


def _with_manifest(
    manifest: Manifest, files: Iterable[File], sign: SignStatement
) -> Iterator[File]:
    """Yield files, and then the manifest that names them all."""
    digests: dict[str, str] = {}
    for name, data in files:
        digests[name] = hashlib.sha256(data).hexdigest()
        yield name, data
    yield "manifest", bytes(sign(bytes(replace(manifest, files=digests))))


def _files_as_given(
    kind: str, checkpoint: Note, attached: Mapping[str, bytes] | None, epoch: Note | None
) -> Iterator[File]:
    """Yield the files that are given as they are."""
    yield "checkpoint", bytes(checkpoint)
    if epoch:
        yield "epoch", bytes(epoch)
    for name, data in (attached or {}).items():
        if not is_attached(name, kind):
            raise InvalidInputError(
                "the name of an attached file is not allowed; allowed: terms/… and "
                f"calendars/…, and in a case's bundle {REPLAY}, with letters, digits, dots, "
                "dashes and underscores"
            )
        yield name, data


def _log_contents(rows: Iterable[Row], statement: Checkpoint) -> Iterator[File]:
    """Yield the bodies, the entries and the tiles of a log."""
    frontier = Frontier()
    others: list[File] = []
    for tile in tiles(_leaves(rows, frontier, others)):
        yield from others
        others.clear()
        yield tile
    yield from others
    if (frontier.size, frontier.root()) != (statement.size, statement.root):
        raise RecordError(
            f"the rows given ({frontier.size}) do not match the checkpoint of "
            f"{counted(statement.size, 'event')}; verify the store"
        )


def _leaves(rows: Iterable[Row], frontier: Frontier, others: list[File]) -> Iterator[bytes]:
    """Yield the leaf of each row; add the row's body, and entries by the tile, to `others`."""
    leaves = Leaves()
    entries: list[bytes] = []
    for row in rows:
        text, leaf = _make_leaf(leaves, row)
        others.append((state_path(row.stream, row.version), row.state))
        entries.append(len(text).to_bytes(2) + text)
        frontier.append(leaf)
        if len(entries) == TILE:
            others.append((tile_path("entries", frontier.size // TILE - 1), b"".join(entries)))
            entries = []
        yield leaf
    if entries:
        path = tile_path("entries", frontier.size // TILE, len(entries))
        others.append((path, b"".join(entries)))


def _case_contents(
    rows: Iterable[tuple[int, Row]],
    nodes: Nodes,
    checkpoint: Note,
    statement: Checkpoint,
    sign: SignStatement,
) -> Iterator[File]:
    """Yield the bodies, the entries and the proofs of a case, and its head."""
    leaves = Leaves()
    for index, row in rows:
        text, leaf = _make_leaf(leaves, row)
        hashes = _checked_proof(index, leaf, nodes, statement)
        yield state_path(row.stream, row.version), row.state
        yield entry_path(row.version), text
        yield proof_path(row.version), bytes(InclusionProof(index, hashes, bytes(checkpoint)))
    if len(leaves.last_leaves) != 1:
        raise RecordError(
            f"the rows belong to {len(leaves.last_leaves)} cases; give the rows of exactly one "
            "case"
        )
    ((stream, (count, last)),) = leaves.last_leaves.items()
    head = CaseHead(statement.origin, statement.size, stream, count, last.hex())
    yield "case-head", bytes(sign(bytes(head)))


def _make_leaf(leaves: Leaves, row: Row) -> tuple[bytes, bytes]:
    """Return the text of a row's leaf, and the leaf."""
    try:
        return leaves.entry(*row)
    except ValueError as error:
        raise RecordError(f"a row cannot be made into a leaf: {error}; verify the store") from None


def _checked_proof(
    index: int, leaf: bytes, nodes: Nodes, statement: Checkpoint
) -> tuple[bytes, ...]:
    """Make the proof that a leaf is in the tree, check it, and return its hashes."""
    try:
        hashes = inclusion_proof(index, statement.size, nodes)
        found = root_from_inclusion(index, statement.size, leaf, hashes)
    except ValueError as error:
        raise RecordError(f"no proof can be made for leaf {index}: {error}") from None
    if found != statement.root:
        raise RecordError(
            f"leaf {index} does not match the checkpoint of {counted(statement.size, 'event')}; "
            "verify the store"
        )
    return tuple(hashes)


def _consistency_proofs(
    earlier: Iterable[int], nodes: Nodes, checkpoint: Note, statement: Checkpoint
) -> Iterator[File]:
    """Yield the proofs that the log only grew since older checkpoints."""
    # Any tree continues an empty one, and every tree continues itself.
    for old in sorted(set(earlier) - {0, statement.size}):
        try:
            hashes = consistency_proof(old, statement.size, nodes)
        except ValueError as error:
            raise InvalidInputError(
                f"no proof can be made from an older checkpoint: {error}"
            ) from None
        proof = ConsistencyProof(old, tuple(hashes), bytes(checkpoint))
        yield proof.path, bytes(proof)
