"""The roots that a log must have had: at the checkpoints that were kept, and where it began.

After a restore a log begins with an epoch, which says how much of the log before it was kept.
"""

from typing import NamedTuple

from .forms import MalformedError
from .notes import read_note
from .signed_bundle import SignedBundle
from .statements import Checkpoint, Epoch, is_next_origin, open_statement, read_epoch


class EarlierRoot(NamedTuple):
    """A root that a log must have had.

    Attributes:
        where: it is told.
        size: of the tree.
        root: of the tree.
    """

    where: str
    size: int
    root: bytes


def roots_to_meet(bundle: SignedBundle) -> list[EarlierRoot]:
    """Return the roots that the log of a bundle must have had."""
    epoch = _epoch(bundle)
    roots = [EarlierRoot("epoch", epoch.kept, epoch.kept_root)] if epoch else []
    for where, held in bundle.trust.held:
        with bundle.report.looking_at(where):
            if _is_met(bundle, where, held, epoch):
                roots.append(EarlierRoot(where, held.size, held.root))
    if not bundle.trust.held:
        bundle.report.leave_open(
            "whether the log was ever shown otherwise: no checkpoint kept earlier was given"
        )
    return roots


def _epoch(bundle: SignedBundle) -> Epoch | None:
    """Return the statement with which this log began after a restore, if there is one."""
    if "epoch" not in bundle.files.names:
        if is_next_origin(bundle.checkpoint.origin):
            bundle.report.leave_open("what was lost before this log: no epoch is given")
        return None
    with bundle.report.looking_at("epoch"):
        data = bundle.files.read("epoch")
        epoch = open_statement(data, bundle.trust.logs, read_epoch)
        if epoch.origin != bundle.checkpoint.origin or epoch.kept > bundle.checkpoint.size:
            raise MalformedError("is not how this log began")
        bundle.report.leave_open(
            f"the {epoch.lost} events lost in a restore, as {' and '.join(epoch.actors)} state"
        )
        if not read_note(data).signers(bundle.trust.of(epoch.ended.origin)):
            bundle.report.leave_open(
                "whether the log that ended says so too: no key of it signed the epoch"
            )
        return epoch
    return None


def _is_met(bundle: SignedBundle, where: str, held: Checkpoint, epoch: Epoch | None) -> bool:
    """Say whether this log must have had the root of a checkpoint that the auditor holds.

    Raises:
        MalformedError: it is plain already that it cannot have had it.
    """
    if held.origin == bundle.checkpoint.origin:
        if held.size > bundle.checkpoint.size:
            raise MalformedError(
                f"is of {held.size} events; this bundle is older, or the log was cut back"
            )
        if held.size == bundle.checkpoint.size and held.root != bundle.checkpoint.root:
            raise MalformedError(
                f"is another than that of this bundle: two signed checkpoints of one size, "
                f"{held.size} events, with two roots; one is forged, or the log was rewritten"
            )
        return True
    if epoch is None or held.origin != epoch.ended.origin:
        bundle.report.leave_open(f"{where}: is of another log")
        return False
    if held.size >= epoch.ended.size and held != epoch.ended:
        raise MalformedError("is not of the log that the epoch says has ended")
    if held.size > epoch.kept:
        bundle.report.leave_open(f"{where}: its last events are among the lost")
    return held.size <= epoch.kept
