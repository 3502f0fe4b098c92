"""`audit verify` on a live store: every row, the ledger's tables, and every checkpoint.

All rows are read once, in the order of their positions; leaves and root are made of them anew, and
held to what the store keeps and to the checkpoints at hand. Nothing is written. Whatever is wrong
is a finding, and never an error, whatever a row holds.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from rapid_review.audit.verify import Reference, Report, Trust, references_in
from rapid_review.domain.errors import RecordError, StorageError, shown
from rapid_review.projections.as_of import Calendars
from rapid_review.projections.case.calculation import Agreement, recount
from rapid_review.store.backends.ports import Opened
from rapid_review.store.ledger.appending import LedgerPosition, ledger_position
from rapid_review.store.ledger.checkpoints import (
    AtHand,
    TrustedCheckpoint,
    checkpoints_at_hand,
    find_what_is_not_kept,
    find_what_is_not_met,
    proven_by,
)
from rapid_review.store.ledger.compare import TableComparison
from rapid_review.store.ledger.named_files import hold_shipped
from rapid_review.store.ledger.stamps import find_stamps_ahead
from rapid_review.store.ledger.walk import Walk
from rapid_review.store.log.codec import Codec
from rapid_review.store.sql import ledger as sql
from rapid_review.store.sql import read_model as tables

if TYPE_CHECKING:
    from rapid_review.store.read_model.model import ReadModel

__all__ = ["MOST", "TOGETHER", "Findings", "TrustedCheckpoint", "verified"]

MOST: Final = 20
"""How many findings of one sort are told in full; of the others, how many there are."""
TOGETHER: Final = 50
"""How many cases are counted again together."""


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
    opened: Opened,
    codec: Codec,
    *,
    trust: Trust | None,
    trusted: Iterable[TrustedCheckpoint] = (),
    calendars: Calendars | None = None,
    now: datetime | None = None,
    read_model: "ReadModel | None" = None,
) -> Report:
    """Return what is found in a store; see `Ledger.verify`."""
    report = Report(subject="the store")
    findings = Findings(report)
    is_kept = _is_kept(opened, report)
    hand = checkpoints_at_hand(opened.tables if is_kept else None, trust, trusted, report)
    track = _track(opened, report) if is_kept else None
    compared = TableComparison(opened, track or LedgerPosition(0, 0), findings.of)
    walk = Walk(opened.rows, partial(findings.of, "rows"), compared.tile)
    _walk_to_the_end(walk, hand, compared, track)
    if not walk.size:  # as a copy is that was made without the -wal
        report.subject = "the store, which is empty: there was no entry to verify"
    report.count("entries", walk.size)
    report.count("histories", len(walk.last_rows))
    report.checkpoint = proven_by(hand, walk)
    proven = report.checkpoint.size if report.checkpoint else 0
    if track and walk.size < track.size:
        what = f"the ledger took in {track.size} entries, and the store holds {walk.size}"
        report.find("the end of the store", f"{what}: rows are gone")
    compared.tell(proven)
    of_checkpoints = partial(findings.of, "checkpoints")
    find_what_is_not_met(hand, walk, report.checkpoint, of_checkpoints)
    find_what_is_not_kept(hand, walk, of_checkpoints)
    for guard in opened.rows.missing_guards():
        report.find(f"the guard {guard} on the entries", _UNGUARDED)
    findings.close()
    _say_what_is_not_covered(walk, proven, report)
    if calendars is not None:
        _recount(opened, codec, walk, calendars, report)
    if now is not None:
        ahead = Findings(report)
        find_stamps_ahead(walk, now, partial(ahead.of, "stamps"))
        ahead.close()
    _say_of_read_models(opened, read_model, report)
    return report


def _walk_to_the_end(
    walk: Walk, hand: AtHand, compared: TableComparison, track: LedgerPosition | None
) -> None:
    """Read every row; stop where a checkpoint was made, and where the ledger had read to."""
    ends = [track.size] if track else []

    def at(size: int) -> None:
        if size in ends:
            compared.edge(walk)

    walk.to_the_end([*ends, *(one.checkpoint.size for one in hand.met)], at)
    if track and walk.size < track.size:
        compared.edge(walk)


_UNGUARDED: Final = (
    "is not there as it was made: entries could be altered without a sign. See who may alter the "
    "database; what no checkpoint at hand covers may be others' work"
)


def _is_kept(opened: Opened, report: Report) -> bool:
    """Say whether the ledger's tables are there, all of them; some alone are a finding."""
    missing = [name for name in sql.TABLES if name not in opened.tables.names()]
    if missing and len(missing) < len(sql.TABLES):
        report.find(f"the ledger's tables {', '.join(missing)}", "are not there, and others are")
    return not missing


def _track(opened: Opened, report: Report) -> LedgerPosition | None:
    """Return how far the ledger has read, if its table says so."""
    try:
        return ledger_position(opened)
    except RecordError as error:
        report.find("the ledger's tables", str(error))
        return None


def _say_what_is_not_covered(walk: Walk, proven: int, report: Report) -> None:
    if left := walk.size - proven:
        which = f"the last {left} entries" if proven else f"all {left} entries"
        report.unchecked.append(f"{which}: no checkpoint at hand covers them")


def _say_of_read_models(opened: Opened, read_model: "ReadModel | None", report: Report) -> None:
    """Say that read models are no evidence; compare the one that is asked for."""
    are_there = tables.NEWEST in opened.tables.names()
    live = (
        {str(row[0]) for row in opened.tables.rows(tables.LIVE_ONES)} if are_there else set[str]()
    )
    if read_model is not None:
        live.discard(read_model.partnership)
        _compare(read_model, report)
    for partnership in sorted(live):
        report.notes.append(
            f"the read model of {shown(partnership)}, from which `board` and `stats` answer, is "
            "no evidence, and was not compared: `rapid-review audit verify --read-model`, with "
            "--terms of that partnership, compares it with the entries"
        )


def _compare(read_model: "ReadModel", report: Report) -> None:
    """Compare a read model with the entries, which must be as they should be for it."""
    if report.findings:
        report.unchecked.append("the read model: first mend what was found")
        return
    try:
        compared = read_model.compared()
    except StorageError:
        raise
    except RecordError as error:
        report.unchecked.append(str(error))
        return
    if compared is None:
        report.unchecked.append("the read model: none is kept yet")
        return
    report.count("cases of the read model, computed again", compared.cases)
    findings = Findings(report)
    for where, what in ((one.where, one.what) for one in compared.differences):
        findings.of("the read model", where, what)
    findings.close()


# ----------------------------------------------------------------------- due dates, once more


def _recount(
    opened: Opened, codec: Codec, walk: Walk, calendars: Calendars, report: Report
) -> None:
    """Read every entry of every case, and count each due date again with the calendar it names.

    The files of terms and calendars that come with the package are held to the digests that the
    entries name: other days, or other rules, are not those by which was decided.
    """
    if report.findings:
        report.unchecked.append("recorded due dates: first mend what was found")
        return
    findings = Findings(report)
    streams = list(walk.last_rows)
    references: set[Reference] = set()
    for start in range(0, len(streams), TOGETHER):
        for stream, rows in opened.rows.of_each(streams[start : start + TOGETHER]):
            references.update(*(references_in(body) for _, _, body in rows))
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
    hold_shipped(references, report)
    findings.close()


_CAME_OUT: Final = {
    Agreement.AGREES: "came out the same",
    Agreement.DIFFERS: "came out otherwise",
    Agreement.CANNOT_CHECK: "could not be checked",
}


def verified_whole(opened: Opened, name: str) -> tuple[int, bytes]:
    """Verify a store; return how many entries it holds, and the root of the tree over them.

    Args:
        opened: the store.
        name: what the store is called in words.

    Raises:
        RecordError: something is not as it must be; the first of what was found is named.
    """
    report = verified(opened, Codec(), trust=None)
    if report.findings:
        first = report.findings[0]
        raise RecordError(
            f"{name} is not intact, {len(report.findings)} findings, the first: {first.where}: "
            f"{first.what}. `rapid-review audit verify` says them all"
        )
    walk = Walk(opened.rows, lambda _where, _what: None, lambda _tile, _walk: None)
    walk.to_the_end((), lambda _size: None)
    return walk.size, walk.frontier.root()
