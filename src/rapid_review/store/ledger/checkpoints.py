"""The available checkpoints, and whether the rows of a live store lead to each of them.

Some are in the store, where the owner of the database may have changed them; others were kept
elsewhere. The rows must lead to the root of each. Two checkpoints of the same log and size with
different roots prove nothing, whichever root the rows lead to, because the log's key signed both.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapid_review.audit.log.note import (
    Checkpoint,
    MalformedError,
    Note,
    read_checkpoint,
    read_note,
)
from rapid_review.audit.log.resealing import Resealed, is_resealed, open_resealed
from rapid_review.audit.verify import (
    Checked,
    Epoch,
    Finding,
    Step,
    Steps,
    Trust,
    Unchecked,
    is_next_origin,
    open_statement,
    read_epoch,
)
from rapid_review.domain.errors import shown
from rapid_review.domain.printable import counted
from rapid_review.store.backends.ports import Tables
from rapid_review.store.ledger.appending import as_bytes
from rapid_review.store.ledger.walk import Mismatch, Walk
from rapid_review.store.sql import ledger as sql


class TrustedCheckpoint(NamedTuple):
    """A checkpoint that was kept elsewhere: where, and its bytes."""

    where: str
    note: bytes


class FoundCheckpoint(NamedTuple):
    """A checkpoint that can be read, and where it was found."""

    where: str
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class AtHand:
    """The available checkpoints that can be read, and are signed as they must be.

    Attributes:
        met: those whose root the store must lead to.
        elsewhere: those of them that were kept elsewhere, and that the store must keep as well.
        kept: those that the store keeps; None if its tables are not there.
    """

    met: Sequence[FoundCheckpoint]
    elsewhere: Sequence[FoundCheckpoint]
    kept: frozenset[Checkpoint] | None


def checkpoints_at_hand(
    tables: Tables | None, trust: Trust | None, trusted: Iterable[TrustedCheckpoint]
) -> Steps[AtHand]:
    """Return the available checkpoints; one that cannot be read, or is not signed, is a finding.

    Args:
        tables: the store's; None if the ledger's tables are not there.
        trust: the public keys of logs; without any, no signature is checked.
        trusted: checkpoints kept elsewhere.
    """
    # Those elsewhere first: each was in the store before it was put there.
    elsewhere = [(one.where, one.note, None) for one in trusted]
    in_store = [("the store", note, place) for *place, note in _rows(tables, sql.CHECKPOINTS)]
    if trust is None:
        yield Unchecked("who signed the checkpoints: you gave no public key")
    epochs: dict[str, Epoch] = {}
    sealed: dict[str, Resealed] = {}
    if trust is not None:
        epochs = yield from _epochs(tables, trust)
        sealed = yield from _sealings(tables, trust)
    begun = [FoundCheckpoint(f"the epoch {one.origin}", _start_of(one)) for one in epochs.values()]
    begun += [FoundCheckpoint("the sealing of the store", one.begun) for one in sealed.values()]
    met, outside, kept = list(begun), list[FoundCheckpoint](), {one.checkpoint for one in begun}
    seen: set[bytes] = set()
    for where, data, place in [*in_store, *elsewhere]:
        try:
            note = read_note(as_bytes(data))
            checkpoint = read_checkpoint(note.text)
            if place is not None:
                kept.add(checkpoint)
                if place != [checkpoint.origin, checkpoint.size]:
                    yield Finding(f"a checkpoint from {where}", _relabelled(checkpoint, *place))
            if trust is not None:
                _check_signed(note, checkpoint, trust)
            name = f"checkpoint of {counted(checkpoint.size, 'entry')}, from {where}"
            found = FoundCheckpoint(name, checkpoint)
            is_new = note.text not in seen
            if is_new and (yield from _must_be_met(found, epochs, sealed)):
                met.append(found)
            is_of_now = checkpoint.origin not in {*epochs, *sealed}
            if is_new and place is None and is_of_now and checkpoint.size:
                outside.append(found)
        except MalformedError as error:
            yield Finding(f"a checkpoint from {where}", str(error))
            continue
        seen.add(note.text)
        yield Checked("checkpoints")
    yield from _unseen_restarts(met, epochs)
    return AtHand(met, outside, None if tables is None else frozenset(kept))


def _check_signed(note: Note, checkpoint: Checkpoint, trust: Trust) -> None:
    if not note.signers(trust.of(checkpoint.origin)):
        raise MalformedError("has no signature by any of the public keys given for its log")


def _rows(tables: Tables | None, statement: str) -> Sequence[Sequence[object]]:
    return tables.rows(statement) if tables else ()


def _relabelled(checkpoint: Checkpoint, origin: object, size: object) -> str:
    return (
        f"covers {counted(checkpoint.size, 'entry')} of {checkpoint.origin}, and the store "
        "labels it as "
        f"{shown(size)} entries of {shown(origin)}: somebody relabelled it"
    )


def _epochs(tables: Tables | None, trust: Trust) -> Steps[dict[str, Epoch]]:
    """Return, by the origin of the log that ended, how the next one began after a restore."""
    epochs: dict[str, Epoch] = {}
    for origin, data in _rows(tables, sql.EPOCHS):
        if _is_sealing(data):
            continue
        try:
            epoch = open_statement(as_bytes(data), trust.logs, read_epoch)
            if origin != epoch.origin:
                raise MalformedError(  # noqa: TRY301 - handled as any other
                    f"belongs to another log than {shown(origin)}, which the store labels it "
                    "with: somebody relabelled it"
                )
        except MalformedError as error:
            yield Finding("an epoch in the store", str(error))
            continue
        epochs[epoch.ended.origin] = epoch
        actors = " and ".join(epoch.actors)
        was = "was" if epoch.lost == 1 else "were"
        lost = counted(epoch.lost, "entry")
        yield Unchecked(f"the {lost} that {actors} state {was} lost in a restore")
    return epochs


def _is_sealing(data: object) -> bool:
    return isinstance(data, str | bytes) and is_resealed(as_bytes(data))


def _sealings(tables: Tables | None, trust: Trust) -> Steps[dict[str, Resealed]]:
    """Return, by the origin of the log that ended, how the log of a sealed store began."""
    sealed: dict[str, Resealed] = {}
    for _, data in _rows(tables, sql.EPOCHS):
        if not _is_sealing(data):
            continue
        try:
            stated = open_resealed(as_bytes(data), trust.logs)
        except MalformedError as error:
            yield Finding("the sealing of the store", str(error))
            continue
        sealed[stated.ended.origin] = stated
        actors = " and ".join(stated.actors)
        yield Unchecked(
            f"whether the first {stated.begun.size} entries are those of {stated.ended.origin}, "
            f"now sealed, as {actors} state"
        )
    return sealed


def _start_of(epoch: Epoch) -> Checkpoint:
    return Checkpoint(epoch.origin, epoch.kept, epoch.kept_root)


def _unseen_restarts(
    met: Iterable[FoundCheckpoint], epochs: Mapping[str, Epoch]
) -> Iterator[Step]:
    """Say which logs restarted after a restore of which the store keeps no statement."""
    stated = {one.origin for one in epochs.values()}
    origins = {one.checkpoint.origin for one in met}
    for origin in sorted(filter(is_next_origin, origins - stated)):
        yield Unchecked(f"what was lost before {origin}: the store has no epoch statement of it")


def _must_be_met(
    found: FoundCheckpoint, epochs: Mapping[str, Epoch], sealed: Mapping[str, Resealed]
) -> Steps[bool]:
    """Return whether the rows must lead to a checkpoint, also if its log has ended.

    Raises:
        MalformedError: as for `_must_still_be_met`.
    """
    origin = found.checkpoint.origin
    if origin in sealed:
        yield Unchecked(f"{found.where}: it covers the earlier store, whose words were not sealed")
        return False
    return origin not in epochs or (yield from _must_still_be_met(found, epochs[origin]))


def _must_still_be_met(found: FoundCheckpoint, epoch: Epoch) -> Steps[bool]:
    """Return whether the rows must still lead to a checkpoint of a log that has ended.

    They need not if the entries at its end were lost in the restore.

    Raises:
        MalformedError: it is not of the log that the epoch says has ended.
    """
    checkpoint = found.checkpoint
    # The log's key signed nothing after its end, and only one checkpoint of that size.
    if checkpoint.size >= epoch.ended.size and checkpoint != epoch.ended:
        raise MalformedError(
            "does not match the log that ended, as the epoch statement describes it"
        )
    if checkpoint.size > epoch.kept:
        yield Unchecked(f"{found.where}: its last entries are among those that were lost")
    return checkpoint.size <= epoch.kept


# ---------------------------------------------------------------- compared with the rows


def proven_by(available: AtHand, walk: Walk) -> Checkpoint | None:
    """Return the largest checkpoint that proves the entries in it.

    From the first checkpoint that the rows do not lead to, or that another contradicts, no later
    one proves anything.
    """
    doubtful = [
        met.checkpoint.size for met in available.met if not _leads_to(walk, met.checkpoint)
    ]
    doubtful += [size for (_, size), roots in _by_size(available.met).items() if len(roots) > 1]
    # Any checkpoint after a doubtful one was signed over other entries than these.
    first = min(doubtful, default=walk.size + 1)
    sound = (met.checkpoint for met in available.met if met.checkpoint.size < first)
    return max(sound, key=lambda one: one.size, default=None)


def roots_not_met(available: AtHand, walk: Walk, proved: Checkpoint | None) -> Iterator[Mismatch]:
    """Find each checkpoint that the rows do not lead to, and those that contradict each other."""
    size = proved.size if proved else 0
    before = walk.reached[size].position if proved else 0
    for where, checkpoint in sorted(available.met, key=lambda one: one.checkpoint.size):
        reached = walk.reached.get(checkpoint.size)
        if reached is None:
            what = f"the store has only {counted(walk.size, 'entry')}: the last ones were removed"
            yield _wrong(where, what)
        elif reached.root != checkpoint.root:
            yield _wrong(
                where,
                f"the root calculated from the first {counted(checkpoint.size, 'entry')} does "
                "not match "
                f"it: from {size + 1} on they are not the entries that were signed. Somebody "
                f"altered something between position {before + 1} and position "
                f"{reached.position}",
            )
    for (origin, size_of_both), roots in _by_size(available.met).items():
        if len(roots) > 1:
            yield _wrong(
                " and ".join(roots.values()),
                f"two signed checkpoints cover the same {counted(size_of_both, 'entry')} of "
                f"{origin}, and "
                "their roots differ: one is forged, or the log was rewritten and signed again. "
                "Neither proves anything",
            )


def checkpoints_not_kept(available: AtHand, walk: Walk) -> Iterator[Mismatch]:
    """Find checkpoints kept elsewhere that the rows lead to and the store lacks."""
    # A checkpoint is in the store before any sink is given it (ADR 0029).
    shown_by = [met for met in available.elsewhere if _leads_to(walk, met.checkpoint)]
    if available.kept is None:
        for where, _ in shown_by[:1]:
            what = f"are missing, but existed when the {where} was made: somebody dropped them"
            yield _wrong("the ledger's tables", what)
        return
    for where, checkpoint in shown_by:
        if checkpoint not in available.kept:
            yield _wrong(where, _NOT_KEPT)


def _wrong(where: str, what: str) -> Mismatch:
    return Mismatch("checkpoints", where, what)


_NOT_KEPT = (
    "the store does not have it: somebody deleted it there, or the store is a copy from before "
    "it was made. `rapid-review audit checkpoint` makes a new one"
)


def _leads_to(walk: Walk, checkpoint: Checkpoint) -> bool:
    reached = walk.reached.get(checkpoint.size)
    return reached is not None and reached.root == checkpoint.root


def _by_size(met: Iterable[FoundCheckpoint]) -> Mapping[tuple[str, int], Mapping[bytes, str]]:
    """Return, by log and size, each root that was signed, with where the first one is from."""
    roots: defaultdict[tuple[str, int], dict[bytes, str]] = defaultdict(dict)
    for where, one in met:
        roots[one.origin, one.size].setdefault(one.root, where)
    return roots
