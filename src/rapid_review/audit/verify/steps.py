"""The steps of a verification: the files, the checkpoint, and then the log or the case."""

import hashlib
from collections.abc import Iterator, Mapping

from .encoding import CONSISTENCY, TILE, MalformedError, entry_path, proof_path, tile_path
from .files import Files
from .notes import Note, read_note
from .report import (
    Checked,
    Finding,
    Report,
    Step,
    Steps,
    Subject,
    Unchecked,
    how_many,
    looking_at,
)
from .signed_bundle import (
    MADE_UP,
    EarlierRoot,
    Rows,
    SignedBundle,
    Stream,
    attached_files,
    earlier_roots,
    other_files,
)
from .statements import (
    CaseHead,
    Checkpoint,
    Manifest,
    open_statement,
    read_case_head,
    read_checkpoint,
    read_manifest,
)
from .tree import (
    ConsistencyProof,
    Frontier,
    GrowingTiles,
    check_consistency,
    leaf_hash,
    read_consistency_proof,
    read_entries,
    read_inclusion_proof,
    root_from_inclusion,
)
from .trust import Policy, Trust


def verify(files: Files, trust: Trust) -> Report:
    """Verify a bundle: its files, its checkpoint, and then the log or the case in it.

    Args:
        files: the bundle, as `open_bundle` returns it.
        trust: what the auditor brings.

    Raises:
        UnreadableError: the disk could not be read.
    """
    report = Report()
    report.extend(steps(files, trust))
    return report


def steps(files: Files, trust: Trust) -> Iterator[Step]:
    """Yield what is checked in a bundle and what is found, in the order of the work.

    Raises:
        UnreadableError: the disk could not be read.
    """
    for where, what in (*trust.damaged, *files.irregular):
        yield Finding(where, what)
    try:
        manifest = open_statement(files.read("manifest"), trust.logs, read_manifest)
    except MalformedError as error:
        yield Finding("manifest", str(error))
        return
    yield from _check_files(files, manifest)
    try:
        note, checkpoint = _read_checkpoint(files, manifest, trust)
    except MalformedError as error:
        yield Finding("checkpoint", str(error))
        return
    yield checkpoint
    yield Unchecked(
        f"what was recorded after the checkpoint of {how_many(checkpoint.size, 'events')}"
    )
    yield from looking_at("checkpoint", _check_witnesses(note, trust.policy))
    if manifest.is_sealed:
        yield Unchecked(MADE_UP)
    bundle = SignedBundle(files, trust, manifest, note, checkpoint)
    if manifest.kind == "log":
        yield from _check_log(bundle)
    else:
        yield from looking_at("case-head", _check_case(bundle))


def _check_files(files: Files, manifest: Manifest) -> Iterator[Step]:
    """Compare every file with its digest in the manifest; find files that are not listed there."""
    for name, digest in manifest.files.items():
        try:
            if hashlib.sha256(files.read(name)).hexdigest() != digest:
                yield Finding(name, "does not match its digest in the manifest")
        except MalformedError as error:
            yield Finding(name, str(error))
    for name in sorted(set(files.names) - manifest.files.keys() - {"manifest"}):
        yield Finding(name, "is not listed in the manifest")
    yield Checked("files", len(manifest.files))


def _read_checkpoint(files: Files, manifest: Manifest, trust: Trust) -> tuple[Note, Checkpoint]:
    """Return the signed checkpoint that the manifest names, as a note and as what it says."""
    data = files.read("checkpoint")
    checkpoint = open_statement(data, trust.logs, read_checkpoint)
    if (checkpoint.origin, checkpoint.size) != (manifest.origin, manifest.size):
        raise MalformedError("is not the checkpoint that the manifest names")
    return read_note(data), checkpoint


def _check_witnesses(note: Note, policy: Policy | None) -> Steps[None]:
    """Check the checkpoint against the auditor's policy."""
    if policy is None:
        yield Unchecked("whether witnesses saw this checkpoint: you gave no policy")
        return
    for name in policy.unknown:
        yield Unchecked(
            f"whether {name} signed this checkpoint: its key in the policy is of a kind that "
            "this program does not know"
        )
    witnesses = note.signers(policy.witnesses.values())
    yield Checked("cosignatures of witnesses", len(witnesses))
    if not policy.is_met(witnesses):
        raise MalformedError(
            f"the policy's quorum of witnesses is not met; witnesses who signed: {len(witnesses)}"
        )


# ------------------------------------------------------------------------------ a whole log


def _check_log(bundle: SignedBundle) -> Iterator[Step]:
    """Make every leaf, every tile and the root again, and compare them with the bundle."""
    files, checkpoint = bundle.files, bundle.checkpoint
    yield Subject(f"the whole log {checkpoint.origin}")
    rows = Rows(files, is_sealed=bundle.manifest.is_sealed)
    frontier, growing = Frontier(), GrowingTiles()
    roots: dict[int, list[EarlierRoot]] = {}
    for root in (yield from earlier_roots(bundle)):
        roots.setdefault(root.size, []).append(root)
    yield from _check_roots(roots, frontier)
    for start in range(0, checkpoint.size, TILE):
        width = min(TILE, checkpoint.size - start)
        path = tile_path("entries", start // TILE, width)
        rows.expected.add(path)
        try:
            entries = read_entries(files.read(path), width)
        except MalformedError as error:
            yield Finding(path, str(error))
            return  # what comes after a lost entry is in no known place
        for entry in entries:
            yield from rows.read(frontier.size, entry)
            leaf = leaf_hash(entry)
            frontier.append(leaf)
            yield from _check_roots(roots, frontier)
            yield from _check_tiles(growing.append(leaf), files, rows.expected)
    yield from _check_tiles(growing.partial(), files, rows.expected)
    if frontier.root() != checkpoint.root:
        yield Finding(
            "checkpoint", "the root calculated from the events of this bundle does not match it"
        )
    yield Checked("histories", len(rows.streams))
    yield from other_files(bundle, rows.expected)
    yield from attached_files(bundle, rows.references)


def _check_roots(roots: Mapping[int, list[EarlierRoot]], frontier: Frontier) -> Iterator[Step]:
    """Compare the tree with the earlier roots of its size."""
    for where, size, root in roots.get(frontier.size, ()):
        yield Checked("roots held or stated earlier")
        if frontier.root() != root:
            yield Finding(
                where,
                f"the root calculated from the first {how_many(size, 'events')} does not match it",
            )


def _check_tiles(
    tiles: Iterator[tuple[str, bytes]], files: Files, expected: set[str]
) -> Iterator[Step]:
    """Compare the tiles that the entries make with the bundle's; add their paths to `expected`."""
    for path, data in tiles:
        expected.add(path)
        yield Checked("tiles")
        try:
            if files.read(path) != data:
                yield Finding(path, "does not match the tile calculated from the entries")
        except MalformedError as error:
            yield Finding(path, str(error))


# --------------------------------------------------------------------------------- one case


def _check_case(bundle: SignedBundle) -> Steps[None]:
    """Check every event of a case by its proof, and all of them against the case head."""
    checkpoint = bundle.checkpoint
    head = open_statement(bundle.files.read("case-head"), bundle.trust.logs, read_case_head)
    if (head.origin, head.size) != (checkpoint.origin, checkpoint.size):
        raise MalformedError("belongs to another checkpoint than the one in this bundle")
    rows = Rows(bundle.files, is_sealed=bundle.manifest.is_sealed)
    consistency = yield from _check_consistency(bundle)
    expected = {"case-head", *consistency}
    last = -1
    # A head may claim any number of events; there can be no more than there are files.
    for version in range(1, min(head.count, len(bundle.manifest.files)) + 1):
        expected.update((entry_path(version), proof_path(version)))
        check = _check_event(bundle, rows, head, version, last)
        index = yield from looking_at(f"version {version} of stream {head.stream}", check)
        last = last if index is None else index
    stream = rows.streams.get(head.stream, Stream())
    yield Subject(f"case {stream.case or head.stream} in the log {head.origin}")
    if (stream.version, stream.leaf) != (head.count, head.last):
        raise MalformedError("the events of this bundle do not match it")
    yield from other_files(bundle, expected | rows.expected)
    yield from attached_files(bundle, rows.references)
    yield Unchecked(
        f"whether the log has more than {how_many(head.count, 'events')} of this case: the log's "
        "key states that it has no more; only the whole log can confirm it"
    )


def _check_event(
    bundle: SignedBundle, rows: Rows, head: CaseHead, version: int, last: int
) -> Steps[int]:
    """Check one event by its proof; return the index of its leaf."""
    text = bundle.files.read(entry_path(version))
    proof = read_inclusion_proof(bundle.files.read(proof_path(version)))
    if proof.checkpoint != bytes(bundle.note):
        raise MalformedError("its proof belongs to another checkpoint than the one in this bundle")
    if proof.index <= last:
        raise MalformedError("its leaf is not after the leaf of the version before it")
    entry = yield from rows.read(proof.index, text)
    size, root = bundle.checkpoint.size, bundle.checkpoint.root
    if root_from_inclusion(proof.index, size, leaf_hash(text), proof.hashes) != root:
        raise MalformedError("the root calculated from its proof does not match the checkpoint")
    if entry and (entry.stream, entry.version) != (head.stream, version):
        raise MalformedError("its files contain another event")
    yield Checked("proofs of inclusion")
    return proof.index


def _check_consistency(bundle: SignedBundle) -> Steps[list[str]]:
    """Check that the log continues earlier roots; return the paths of the proofs that show it."""
    paths = [name for name in bundle.manifest.files if name.startswith(CONSISTENCY)]
    proofs: dict[int, ConsistencyProof] = {}
    for path in paths:
        try:
            proof = _read_proof(bundle, path)
            proofs[proof.old] = proof
        except MalformedError as error:
            yield Finding(path, str(error))
    size, root = bundle.checkpoint.size, bundle.checkpoint.root
    roots = yield from earlier_roots(bundle)
    for old in sorted(proofs.keys() - {old for _, old, _ in roots}):
        yield Unchecked(f"{proofs[old].path}: you gave no checkpoint of that size")
    for where, old, old_root in roots:
        if old not in (0, size) and old not in proofs:
            yield Unchecked(
                f"{where}: the bundle has no consistency proof from {how_many(old, 'events')} on"
            )
            continue
        yield Checked("roots held or stated earlier")
        try:
            hashes = proofs[old].hashes if old in proofs else ()
            check_consistency(old, old_root, size, root, hashes)
        except MalformedError as error:
            yield Finding(where, str(error))
    return paths


def _read_proof(bundle: SignedBundle, path: str) -> ConsistencyProof:
    proof = read_consistency_proof(bundle.files.read(path))
    if path != proof.path or proof.checkpoint != bytes(bundle.note):
        raise MalformedError(
            "belongs to another checkpoint than the one in this bundle, or has the wrong name"
        )
    return proof
