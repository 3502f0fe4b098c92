"""The checkpoints at hand, and what each says of a live store: proved, not led to, or not kept.

Some are in the store, where whoever owns the database may have written; others were put elsewhere.
Each is a root that the rows must lead to. Two of one log, of one size and with two roots, prove
nothing, whichever of them the rows lead to: the log's key signed both.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapid_review.audit.log.note import Checkpoint, MalformedError, read_checkpoint, read_note
from rapid_review.audit.verify import (
    Epoch,
    Report,
    Trust,
    is_next_origin,
    open_statement,
    read_epoch,
)
from rapid_review.domain.errors import shown
from rapid_review.store.backends.ports import Tables
from rapid_review.store.ledger.appending import as_bytes
from rapid_review.store.ledger.walk import Find, Walk
from rapid_review.store.sql import ledger as sql


class TrustedCheckpoint(NamedTuple):
    """A checkpoint at hand: where it was found, and its bytes."""

    where: str
    note: bytes


class Met(NamedTuple):
    """A checkpoint that can be read, and where it was found."""

    where: str
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class AtHand:
    """The checkpoints at hand that can be read, and are signed as they must be.

    Attributes:
        met: those whose root the store must lead to.
        elsewhere: those of them that were kept elsewhere, and that the store must keep as well.
        kept: those that the store keeps; None if its tables are not there.
    """

    met: Sequence[Met]
    elsewhere: Sequence[Met]
    kept: frozenset[Checkpoint] | None


def checkpoints_at_hand(
    tables: Tables | None,
    trust: Trust | None,
    trusted: Iterable[TrustedCheckpoint],
    report: Report,
) -> AtHand:
    """Return the checkpoints at hand; one that cannot be read, or is not signed, is a finding.

    Args:
        tables: the store's; None if the ledger's tables are not there.
        trust: the public keys of logs; without any, no signature is checked.
        trusted: checkpoints kept elsewhere.
        report: told what is wrong.
    """
    # Those elsewhere first: each was in the store before it was put there.
    elsewhere = [(one.where, one.note, None) for one in trusted]
    in_store = [("the store", note, place) for *place, note in _rows(tables, sql.CHECKPOINTS)]
    if trust is None:
        report.unchecked.append("by whom checkpoints are signed: no public key was given")
    epochs = _epochs(tables, trust, report) if trust else {}
    begun = [Met(f"the epoch {one.origin}", _kept(one)) for one in epochs.values()]
    met, outside, kept = list(begun), list[Met](), {one.checkpoint for one in begun}
    seen: set[bytes] = set()
    for where, data, place in [*in_store, *elsewhere]:
        try:
            note = read_note(as_bytes(data))
            checkpoint = read_checkpoint(note.text)
            if place is not None:
                kept.add(checkpoint)
                if place != [checkpoint.origin, checkpoint.size]:
                    report.find(f"a checkpoint from {where}", _relabelled(checkpoint, *place))
            if trust and not note.signers(trust.of(checkpoint.origin)):
                raise MalformedError("is not signed by a key that was given for its log")  # noqa: TRY301 - as any other
            told = Met(f"checkpoint of {checkpoint.size} entries, from {where}", checkpoint)
            epoch = epochs.get(checkpoint.origin)
            is_new = note.text not in seen
            if is_new and (epoch is None or _outlived(told, epoch, report)):
                met.append(told)
            if is_new and place is None and epoch is None and checkpoint.size:
                outside.append(told)
        except MalformedError as error:
            report.find(f"a checkpoint from {where}", str(error))
            continue
        seen.add(note.text)
        report.count("checkpoints")
    _say_what_began_unseen(met, epochs, report)
    return AtHand(met, outside, None if tables is None else frozenset(kept))


def _rows(tables: Tables | None, statement: str) -> Sequence[Sequence[object]]:
    return tables.rows(statement) if tables else ()


def _relabelled(checkpoint: Checkpoint, origin: object, size: object) -> str:
    return (
        f"is of {checkpoint.size} entries of {checkpoint.origin}, and the store keeps it as that "
        f"of {shown(size)} entries of {shown(origin)}: it was relabelled"
    )


def _epochs(tables: Tables | None, trust: Trust, report: Report) -> dict[str, Epoch]:
    """Return, by the origin of the log that ended, how the next one began after a restore."""
    epochs: dict[str, Epoch] = {}
    for origin, data in _rows(tables, sql.EPOCHS):
        try:
            epoch = open_statement(as_bytes(data), trust.logs, read_epoch)
            if origin != epoch.origin:
                raise MalformedError(f"stands there as that of {shown(origin)}: it was relabelled")  # noqa: TRY301 - as any other
        except MalformedError as error:
            report.find("an epoch in the store", str(error))
            continue
        epochs[epoch.ended.origin] = epoch
        actors = " and ".join(epoch.actors)
        report.unchecked.append(f"the {epoch.lost} entries lost in a restore, as {actors} state")
    return epochs


def _kept(epoch: Epoch) -> Checkpoint:
    return Checkpoint(epoch.origin, epoch.kept, epoch.kept_root)


def _say_what_began_unseen(
    met: Iterable[Met], epochs: Mapping[str, Epoch], report: Report
) -> None:
    """Say which logs began after a restore of which the store keeps no statement."""
    stated = {one.origin for one in epochs.values()}
    origins = {one.checkpoint.origin for one in met}
    for origin in sorted(filter(is_next_origin, origins - stated)):
        report.unchecked.append(f"what was lost before {origin}: the store keeps no epoch of it")


def _outlived(told: Met, epoch: Epoch, report: Report) -> bool:
    """Say whether a checkpoint of a log that ended must still be met; else its end was lost.

    Raises:
        MalformedError: it is not of the log that the epoch says has ended.
    """
    checkpoint = told.checkpoint
    if checkpoint.size >= epoch.ended.size and checkpoint != epoch.ended:
        raise MalformedError("is not of the log that the epoch says has ended")
    if checkpoint.size > epoch.kept:
        report.unchecked.append(f"{told.where}: its last entries are among the lost")
    return checkpoint.size <= epoch.kept


# ------------------------------------------------------------------------ held to the rows


def proven_by(hand: AtHand, walk: Walk) -> Checkpoint | None:
    """Return the largest checkpoint that proves the entries in it.

    None does from the first on that the rows do not lead to, or that another contradicts: what
    was signed after it was signed over other entries.
    """
    doubtful = [met.checkpoint.size for met in hand.met if not _leads_to(walk, met.checkpoint)]
    doubtful += [size for (_, size), roots in _by_size(hand.met).items() if len(roots) > 1]
    first = min(doubtful, default=walk.size + 1)
    sound = (met.checkpoint for met in hand.met if met.checkpoint.size < first)
    return max(sound, key=lambda one: one.size, default=None)


def find_what_is_not_met(hand: AtHand, walk: Walk, proved: Checkpoint | None, find: Find) -> None:
    """Find each checkpoint that the rows do not lead to, and those that contradict each other."""
    size = proved.size if proved else 0
    before = walk.reached[size].position if proved else 0
    for where, checkpoint in sorted(hand.met, key=lambda one: one.checkpoint.size):
        reached = walk.reached.get(checkpoint.size)
        if reached is None:
            what = f"the store holds {walk.size} entries: the last ones are gone"
            find(where, what)
        elif reached.root != checkpoint.root:
            find(
                where,
                f"the first {checkpoint.size} entries do not lead to its root: from {size + 1} on "
                "they are not those that were signed; something was altered between position "
                f"{before + 1} and position {reached.position}",
            )
    for (origin, size_of_both), roots in _by_size(hand.met).items():
        if len(roots) > 1:
            find(
                " and ".join(roots.values()),
                f"two signed checkpoints of one size, {size_of_both} entries of {origin}, with "
                "two roots: one is forged, or the log was rewritten and signed again; neither is "
                "proof",
            )


def find_what_is_not_kept(hand: AtHand, walk: Walk, find: Find) -> None:
    """Find the checkpoints that were kept elsewhere, that the rows lead to, and the store lacks.

    A checkpoint is in the store before any sink is given it.
    """
    shown_by = [met for met in hand.elsewhere if _leads_to(walk, met.checkpoint)]
    if hand.kept is None:
        for where, _ in shown_by[:1]:
            what = "are not there, and were when it was made: they were dropped since"
            find("the ledger's tables", f"{what}, as shown by the {where}")
        return
    for where, checkpoint in shown_by:
        if checkpoint not in hand.kept:
            find(where, _NOT_KEPT)


_NOT_KEPT = (
    "the store does not keep it: it was deleted there, or the store is a copy from before it was "
    "made. `rapid-review audit checkpoint` keeps the newest again"
)


def _leads_to(walk: Walk, checkpoint: Checkpoint) -> bool:
    reached = walk.reached.get(checkpoint.size)
    return reached is not None and reached.root == checkpoint.root


def _by_size(met: Iterable[Met]) -> Mapping[tuple[str, int], Mapping[bytes, str]]:
    """Return, by log and size, each root that was signed, with where the first one is from."""
    roots: defaultdict[tuple[str, int], dict[bytes, str]] = defaultdict(dict)
    for where, one in met:
        roots[one.origin, one.size].setdefault(one.root, where)
    return roots
