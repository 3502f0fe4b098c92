"""One case: every event is held to its proof, and all of them to the case head."""

from .earlier_roots import roots_to_meet
from .forms import MalformedError
from .layout import GROWTHS, entry_path, proof_path
from .proofs import Growth, hold_consistent, read_growth, read_proof, root_from_inclusion
from .rows import Rows, Stream
from .signed_bundle import SignedBundle
from .statements import CaseHead, open_statement, read_case_head
from .tree import leaf_hash


def check_case(bundle: SignedBundle) -> None:
    """Hold every event of a case to its proof, and all of them to the case head."""
    report, checkpoint = bundle.report, bundle.checkpoint
    with report.looking_at("case-head"):
        head = open_statement(bundle.files.read("case-head"), bundle.trust.logs, read_case_head)
        if (head.origin, head.size) != (checkpoint.origin, checkpoint.size):
            raise MalformedError("is not of the checkpoint in this bundle")
        rows = Rows(bundle)
        expected = {"case-head", *_meet_by_consistency(bundle)}
        last = -1
        for version in range(1, min(head.count, len(bundle.manifest.files)) + 1):
            paths = entry_path(version), proof_path(version)
            expected.update(paths)
            with report.looking_at(f"version {version} of stream {head.stream}"):
                last = _check_proof(bundle, rows, head, version, last)
        stream = rows.streams.get(head.stream, Stream())
        report.subject = f"case {stream.case or head.stream} in the log {head.origin}"
        if (stream.version, stream.leaf) != (head.count, head.last):
            raise MalformedError("the events of this bundle do not lead to it")
        bundle.find_others(expected | rows.expected)
        bundle.hold_attached(rows.references)
        report.leave_open(
            f"whether the log holds more than {head.count} events of this case: its key says not, "
            "and the whole log would show it"
        )


def _check_proof(bundle: SignedBundle, rows: Rows, head: CaseHead, version: int, last: int) -> int:
    """Hold one event to its proof; return the index of its leaf."""
    text = bundle.files.read(entry_path(version))
    proof = read_proof(bundle.files.read(proof_path(version)))
    if proof.checkpoint != bytes(bundle.note):
        raise MalformedError("its proof is not for the checkpoint in this bundle")
    if proof.index <= last:
        raise MalformedError("its leaf does not come after that of the version before it")
    entry = rows.read(proof.index, text)
    size, root = bundle.checkpoint.size, bundle.checkpoint.root
    if root_from_inclusion(proof.index, size, leaf_hash(text), proof.hashes) != root:
        raise MalformedError("its proof does not lead to the root of the checkpoint")
    if entry and (entry.stream, entry.version) != (head.stream, version):
        raise MalformedError("another event stands in its place")
    bundle.report.count("proofs of inclusion")
    return proof.index


def _meet_by_consistency(bundle: SignedBundle) -> list[str]:
    """Hold the checkpoint to earlier ones by the proofs in the bundle; return their paths."""
    paths = [name for name in bundle.manifest.files if name.startswith(GROWTHS)]
    growths: dict[int, Growth] = {}
    for path in paths:
        with bundle.report.looking_at(path):
            growth = read_growth(bundle.files.read(path))
            if path != growth.path or growth.checkpoint != bytes(bundle.note):
                raise MalformedError("is not a proof for the checkpoint in this bundle")
            growths[growth.old] = growth
    size, root = bundle.checkpoint.size, bundle.checkpoint.root
    roots = roots_to_meet(bundle)
    for old in sorted(growths.keys() - {old for _, old, _ in roots}):
        bundle.report.leave_open(f"{growths[old].path}: no checkpoint of that size was given")
    for where, old, old_root in roots:
        if old not in (0, size) and old not in growths:
            bundle.report.leave_open(f"{where}: no proof from {old} events on is given")
            continue
        bundle.report.count("roots held or stated earlier")
        with bundle.report.looking_at(where):
            hashes = growths[old].hashes if old in growths else ()
            hold_consistent(old, old_root, size, root, hashes)
    return paths
