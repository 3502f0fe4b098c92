"""The steps: the files, the checkpoint, and then the log or the case."""

import hashlib

from .files import Files
from .forms import MalformedError
from .notes import Note, read_note
from .one_case import check_case
from .policy import Policy
from .report import Report
from .signed_bundle import SignedBundle
from .statements import Checkpoint, Manifest, open_statement, read_checkpoint, read_manifest
from .trust import Trust
from .whole_log import check_log


def verify(files: Files, trust: Trust) -> Report:
    """Verify a bundle: its files, its checkpoint, and then the log or the case in it.

    Args:
        files: the bundle, as `open_bundle` returns it.
        trust: what the auditor brings.

    Raises:
        UnreadableError: the disk could not be read.
    """
    report = Report()
    for where, what in (*trust.damaged, *files.oddities):
        report.find(where, what)
    with report.looking_at("manifest"):
        manifest = open_statement(files.read("manifest"), trust.logs, read_manifest)
        _check_files(files, manifest, report)
        with report.looking_at("checkpoint"):
            note, checkpoint = _checkpoint(files, manifest, trust)
            report.checkpoint = checkpoint
            report.leave_open(f"what was recorded after the {checkpoint.size} events")
            _check_policy(note, trust.policy, report)
            bundle = SignedBundle(files, trust, manifest, note, checkpoint, report)
            (check_log if manifest.kind == "log" else check_case)(bundle)
    return report


def _check_files(files: Files, manifest: Manifest, report: Report) -> None:
    """Hold every file to the digest that the manifest names, and find those it does not name."""
    for name, digest in manifest.files.items():
        with report.looking_at(name):
            if hashlib.sha256(files.read(name)).hexdigest() != digest:
                raise MalformedError("is not the file that the manifest names")
    for name in sorted(set(files.names) - manifest.files.keys() - {"manifest"}):
        report.find(name, "is not named in the manifest")
    report.count("files", len(manifest.files))


def _checkpoint(files: Files, manifest: Manifest, trust: Trust) -> tuple[Note, Checkpoint]:
    """Return the checkpoint of which the manifest speaks, signed by the log."""
    data = files.read("checkpoint")
    checkpoint = open_statement(data, trust.logs, read_checkpoint)
    if (checkpoint.origin, checkpoint.size) != (manifest.origin, manifest.size):
        raise MalformedError("is not the checkpoint of which the manifest speaks")
    return read_note(data), checkpoint


def _check_policy(note: Note, policy: Policy | None, report: Report) -> None:
    """Hold the checkpoint to the auditor's policy."""
    if policy is None:
        report.leave_open("whether witnesses saw this checkpoint: no policy was given")
        return
    for name in policy.unknown:
        report.leave_open(
            f"whether {name} signed this checkpoint: the key in the policy is of a kind that is "
            "not known here"
        )
    with report.looking_at("checkpoint"):
        witnesses = note.signers(policy.witnesses.values())
        report.count("cosignatures of witnesses", len(witnesses))
        if not policy.is_met(witnesses):
            raise MalformedError(f"the quorum of witnesses is not met by {len(witnesses)} of them")
