"""`audit verify` on a live store: every row, the ledger's tables, and every checkpoint.

All rows are read once, in the order of their positions; leaves and root are made of them anew, and
held to what the store keeps and to the checkpoints at hand. Nothing is written. Whatever is wrong
is a finding, and never an error, whatever a row holds.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final, NamedTuple

from rapid_review.audit.log.note import Checkpoint, MalformedError, read_checkpoint, read_note
from rapid_review.audit.verify import Epoch, Finding, Report, Trust, open_statement, read_epoch
from rapid_review.domain.errors import RecordError, shown
from rapid_review.projections.as_of import Calendars
from rapid_review.projections.case.calculation import Agreement, recount
from rapid_review.store.backends.ports import Database
from rapid_review.store.ledger import sql
from rapid_review.store.ledger.appending import Track, as_bytes, track_of
from rapid_review.store.ledger.compare import Compared
from rapid_review.store.ledger.walk import Walk
from rapid_review.store.log.codec import Codec

MOST: Final = 20
"""How many findings of one sort are told in full; of the others, how many there are."""
TOGETHER: Final = 50
"""How many cases are counted again together."""


class Told(NamedTuple):
    """A checkpoint at hand: where it was found, and its bytes."""

    where: str
    note: bytes


class Met(NamedTuple):
    """A checkpoint that can be read, and where it was found."""

    where: str
    checkpoint: Checkpoint


class Findings:
    """Collects what is wrong: of each sort the first ones in full, then their number."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._told: Counter[str] = Counter()

    def of(self, sort: str, where: str, what: str) -> None:
        """Note that something of a sort is not as it must be."""
        self._told[sort] += 1
        if self._told[sort] <= MOST:
            self._report.find(where, what)

    def close(self) -> None:
        """Tell how many more there are of each sort."""
        for sort, number in self._told.items():
            if number > MOST:
                self._report.find(sort, f"{number - MOST} more like these")


def verified(
    database: Database,
    codec: Codec,
    *,
    trust: Trust | None,
    held: Iterable[Told] = (),
    calendars: Calendars | None = None,
) -> Report:
    """Return what is found in a store; see `Ledger.verify`."""
    report = Report(subject="the store")
    findings = Findings(report)
    is_kept = _is_kept(database, report)
    met = _roots_to_meet(database if is_kept else None, trust, held, report)
    track = _track(database, report) if is_kept else None
    compared = Compared(database, track or Track(0, 0), findings.of)
    walk = Walk(database, partial(findings.of, "rows"), compared.tile)
    stops = [track.size] if track else []

    def at(size: int) -> None:
        if size in stops:
            compared.edge(walk)

    walk.to_the_end([*stops, *(one.checkpoint.size for one in met)], at)
    report.count("entries", walk.size)
    report.count("histories", len(walk.heads))
    report.checkpoint, broken = _meet(met, walk)
    proven = report.checkpoint.size if report.checkpoint else 0
    if track and walk.size < track.size:
        compared.edge(walk)
        what = f"the ledger took in {track.size} entries, and the store holds {walk.size}"
        report.find("the end of the store", f"{what}: rows are gone")
    compared.tell(proven)
    findings.close()
    report.findings += broken
    _say_what_is_not_covered(walk, proven, report)
    if calendars is not None:
        _recount(database, codec, walk, calendars, report)
    return report


def _is_kept(database: Database, report: Report) -> bool:
    """Say whether the ledger's tables are there, all of them; some alone are a finding."""
    missing = [name for name in sql.TABLES if name not in database.tables()]
    if missing and len(missing) < len(sql.TABLES):
        report.find(f"the ledger's tables {', '.join(missing)}", "are not there, and others are")
    return not missing


def _track(database: Database, report: Report) -> Track | None:
    """Return how far the ledger has read, if its table says so."""
    try:
        return track_of(database)
    except RecordError as error:
        report.find("the ledger's tables", str(error))
        return None


# ------------------------------------------------------------------------------- checkpoints


def _roots_to_meet(
    database: Database | None, trust: Trust | None, held: Iterable[Told], report: Report
) -> list[Met]:
    """Return the checkpoints at hand that the store must lead to, signed as they must be."""
    kept = (
        [Told("the store", row[0]) for row in database.rows(sql.CHECKPOINTS)] if database else []
    )
    if trust is None:
        report.unchecked.append("by whom checkpoints are signed: no public key was given")
    epochs = _epochs(database, trust, report) if database and trust else {}
    met = [Met(f"the epoch {one.origin}", _kept(one)) for one in epochs.values()]
    seen: set[bytes] = set()
    for where, data in [*kept, *held]:
        try:
            note = read_note(as_bytes(data))
            checkpoint = read_checkpoint(note.text)
            if trust and not note.signers(trust.of(checkpoint.origin)):
                raise MalformedError("is not signed by a key that was given for its log")  # noqa: TRY301 - as any other
            told = f"checkpoint of {checkpoint.size} entries, from {where}"
            epoch = epochs.get(checkpoint.origin)
            if note.text not in seen and (
                epoch is None or _outlived(checkpoint, epoch, told, report)
            ):
                met.append(Met(told, checkpoint))
        except MalformedError as error:
            report.find(f"a checkpoint from {where}", str(error))
            continue
        seen.add(note.text)
        report.count("checkpoints")
    return met


def _epochs(database: Database, trust: Trust, report: Report) -> dict[str, Epoch]:
    """Return, by the origin of the log that ended, how the next one began after a restore."""
    epochs: dict[str, Epoch] = {}
    for (data,) in database.rows(sql.EPOCHS):
        try:
            epoch = open_statement(as_bytes(data), trust.logs, read_epoch)
        except MalformedError as error:
            report.find("an epoch in the store", str(error))
            continue
        epochs[epoch.ended.origin] = epoch
        actors = " and ".join(epoch.actors)
        report.unchecked.append(f"the {epoch.lost} entries lost in a restore, as {actors} state")
    return epochs


def _kept(epoch: Epoch) -> Checkpoint:
    return Checkpoint(epoch.origin, epoch.kept, epoch.kept_root)


def _outlived(checkpoint: Checkpoint, epoch: Epoch, where: str, report: Report) -> bool:
    """Say whether a checkpoint of a log that ended must still be met; else its end was lost.

    Raises:
        MalformedError: it is not of the log that the epoch says has ended.
    """
    if checkpoint.size >= epoch.ended.size and checkpoint != epoch.ended:
        raise MalformedError("is not of the log that the epoch says has ended")
    if checkpoint.size > epoch.kept:
        report.unchecked.append(f"{where}: its last entries are among the lost")
    return checkpoint.size <= epoch.kept


def _meet(met: Sequence[Met], walk: Walk) -> tuple[Checkpoint | None, list[Finding]]:
    """Hold each checkpoint to the tree.

    Returns:
        The largest that is met, which proves all entries in it; and what is found of the others.
    """
    proven: Checkpoint | None = None
    found: list[Finding] = []
    for where, checkpoint in sorted(met, key=lambda one: one[1].size):
        reached = walk.reached.get(checkpoint.size)
        if reached is None:
            what = f"the store holds {walk.size} entries: the last ones are gone"
            found.append(Finding(where, what))
        elif reached.root == checkpoint.root:
            proven = checkpoint
        else:
            before = walk.reached[proven.size].position if proven else 0
            what = (
                f"the first {checkpoint.size} entries do not lead to its root: something was "
                f"altered between position {before + 1} and position {reached.position}"
            )
            found.append(Finding(where, what))
    return proven, found


def _say_what_is_not_covered(walk: Walk, proven: int, report: Report) -> None:
    if left := walk.size - proven:
        which = f"the last {left} entries" if proven else f"all {left} entries"
        report.unchecked.append(f"{which}: no checkpoint at hand covers them")


# ----------------------------------------------------------------------- due dates, once more


def _recount(
    database: Database, codec: Codec, walk: Walk, calendars: Calendars, report: Report
) -> None:
    """Read every entry of every case, and count each due date again with the calendar it names."""
    if report.findings:
        report.unchecked.append("recorded due dates: first mend what was found")
        return
    findings = Findings(report)
    streams = list(walk.heads)
    for start in range(0, len(streams), TOGETHER):
        for stream, rows in database.streams(streams[start : start + TOGETHER]):
            try:
                entries = [codec.entry(kind, body) for _, kind, body in rows]
            except RecordError as error:
                findings.of("entries", f"stream {stream}", str(error))
                continue
            for one in recount(entries, calendars):
                report.count(f"due dates that, counted again, {_CAME_OUT[one.agreement]}")
                if one.agreement is Agreement.DIFFERS:
                    where = f"case {shown(entries[0].case)}, version {one.version}"
                    due = f"the clock {one.deadline} is due {one.due}"
                    what = f"{due}; its calendar says {one.recounted}"
                    findings.of("due dates", where, what)
    findings.close()


_CAME_OUT: Final = {
    Agreement.AGREES: "came out the same",
    Agreement.DIFFERS: "came out otherwise",
    Agreement.CANNOT_CHECK: "could not be checked",
}
