"""`audit verify` on a live store: every row, the ledger's tables, and every checkpoint.

All rows are read once, in the order of their positions; leaves and root are calculated again, and
compared with what the store keeps and with the available checkpoints. Nothing is written. Anything
wrong is a finding and never an error, whatever a row holds. Each check yields what it finds.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from rapid_review.audit.verify import (
    Checked,
    Finding,
    Reference,
    Remark,
    Report,
    Step,
    Steps,
    Subject,
    Trust,
    Unchecked,
    references_in,
)
from rapid_review.domain.errors import RecordError, StorageError, shown
from rapid_review.domain.printable import counted
from rapid_review.projections.as_of import Calendars
from rapid_review.projections.case.calculation import Agreement, recalculate
from rapid_review.store.backends.ports import Opened
from rapid_review.store.ledger.appending import LedgerPosition, Tile, ledger_position
from rapid_review.store.ledger.checkpoints import (
    TrustedCheckpoint,
    checkpoints_at_hand,
    checkpoints_not_kept,
    proven_by,
    roots_not_met,
)
from rapid_review.store.ledger.compare import TableComparison
from rapid_review.store.ledger.erased_words import check_erasures
from rapid_review.store.ledger.named_files import kept_files, named_files
from rapid_review.store.ledger.sealed_rows import SealedRows
from rapid_review.store.ledger.stamps import stamps_ahead
from rapid_review.store.ledger.walk import Mismatch, Reached, Walk
from rapid_review.store.log.codec import Codec
from rapid_review.store.sealing.keys import Keys, must_need_keys
from rapid_review.store.sql import ledger as sql
from rapid_review.store.sql import read_model as tables
from rapid_review.store.writing.calendars_at_hand import OwnCalendars

if TYPE_CHECKING:
    from rapid_review.store.read_model.model import ReadModel

MOST: Final = 20
"""How many findings of one sort are reported in full; the others are only counted."""
TOGETHER: Final = 50
"""How many cases are read at a time to calculate their due dates again."""


def verified(
    opened: Opened,
    codec: Codec,
    *,
    trust: Trust | None,
    trusted: Iterable[TrustedCheckpoint] = (),
    calendars: Calendars | None = None,
    now: datetime | None = None,
    read_model: "ReadModel | None" = None,
    keys: Keys | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Return what is found in a store; see `Ledger.verify`."""
    must_need_keys(keys, is_sealed=opened.log.is_sealed)
    report = Report(subject="the store")
    sealed_rows = SealedRows(keys) if opened.log.is_sealed else None
    walk = Walk(opened.rows, sealed_rows, progress)
    report.extend(_limited(_entries(opened, walk, trust, trusted)))
    if sealed_rows is not None:
        report.extend(sealed_rows.summary(walk.size))
    if keys is not None:
        report.extend(_limited(check_erasures(keys, opened.rows, codec)))
    report.extend(_not_covered(walk, report.checkpoint.size if report.checkpoint else 0))
    report.extend(kept_files(OwnCalendars(opened.tables).files()))
    report.extend(_each_read(opened, codec, walk, calendars, is_whole=not report.findings))
    if now is not None:
        report.extend(_limited(stamps_ahead(walk, now)))
    if read_model is not None:
        if report.findings:
            report.add(Unchecked("the read model: first repair what was found"))
        else:
            report.extend(_limited(_read_model(read_model)))
    report.extend(_other_read_models(opened, read_model))
    return report


def _limited(steps: Iterable[Step | Mismatch]) -> Iterator[Step]:
    """Yield the first findings of each sort in full; at the end, how many more there are."""
    numbers: Counter[str] = Counter()
    for step in steps:
        if isinstance(step, Mismatch):
            numbers[step.sort] += 1
            if numbers[step.sort] <= MOST:
                yield Finding(step.where, step.what)
        else:
            yield step
    for sort, number in numbers.items():
        if number > MOST:
            yield Finding(sort, f"{number - MOST} more like these")


def _entries(
    opened: Opened, walk: Walk, trust: Trust | None, trusted: Iterable[TrustedCheckpoint]
) -> Iterator[Step | Mismatch]:
    """Read every row; compare the rows with the ledger's tables and with the checkpoints."""
    has_tables = yield from _has_tables(opened)
    available = yield from checkpoints_at_hand(
        opened.tables if has_tables else None, trust, trusted
    )
    reached = (yield from _position(opened)) if has_tables else None
    compared = TableComparison(opened, reached or LedgerPosition(0, 0))
    sizes = [reached.size] if reached else []
    for step in walk.steps([*sizes, *(one.checkpoint.size for one in available.met)]):
        match step:
            case Mismatch():
                yield step
            case Tile():
                yield from compared.tile(step, walk)
            case Reached():
                if step.size in sizes:
                    yield from compared.frontier(walk)
    if not walk.size:  # such as a copy that was made without the -wal
        yield Subject("the store, which is empty: there was no entry to verify")
    yield Checked("entries", walk.size)
    yield Checked("histories", len(walk.last_rows))
    proved = proven_by(available, walk)
    if proved:
        yield proved
    # The size at which the frontier is compared was never reached.
    if reached and walk.size < reached.size:
        yield from compared.frontier(walk)
        what = f"the ledger has {counted(reached.size, 'entry')}, and the store has {walk.size}"
        yield Finding("the end of the store", f"{what}: rows are missing")
    yield from compared.differences(proved.size if proved else 0)
    yield from roots_not_met(available, walk, proved)
    yield from checkpoints_not_kept(available, walk)
    for guard in opened.rows.missing_guards():
        yield Finding(f"the guard {guard} on the entries", _UNGUARDED)
    yield from _foreign_objects(opened)


_UNGUARDED: Final = (
    "is missing, or was changed: somebody could have altered entries without a trace. Check "
    "who may alter the database, and do not trust an entry that no checkpoint covers"
)


def _foreign_objects(opened: Opened) -> Iterator[Step]:
    """Yield what somebody else put into the database: what may act there is a finding."""
    for one in opened.rows.foreign_objects():
        where = f"the unknown {one.kind} {shown(one.name)}"
        if one.may_act:
            yield Finding(f"{where} on {shown(one.table)}", _ACTS)
        else:
            yield Remark(f"{where}, which reads the store, is not of this program")


_ACTS: Final = (
    "is not of this program, and may drop, change or hide what is recorded. Find out who made it "
    "and when, and remove it. Entries and readings since then may be missing"
)


def _has_tables(opened: Opened) -> Steps[bool]:
    """Return whether all of the ledger's tables exist; if only some do, that is a finding."""
    missing = [name for name in sql.TABLES if name not in opened.tables.names()]
    if missing and len(missing) < len(sql.TABLES):
        yield Finding(
            f"the ledger's tables {', '.join(missing)}",
            "are missing, although the ledger's other tables exist",
        )
    return not missing


def _position(opened: Opened) -> Steps[LedgerPosition | None]:
    """Return how far the ledger has read, if its table says so."""
    try:
        return ledger_position(opened)
    except RecordError as error:
        yield Finding("the ledger's tables", str(error))
        return None


def _not_covered(walk: Walk, proven: int) -> Iterator[Step]:
    if left := walk.size - proven:
        which = "the only entry" if walk.size == 1 else f"all {left} entries"
        if proven:
            which = f"the last {counted(left, 'entry')}"
        yield Unchecked(
            f"{which}: no checkpoint that you gave, or that the store has, covers them"
        )


def _other_read_models(opened: Opened, compared: "ReadModel | None") -> Iterator[Step]:
    """Remark that read models are not evidence, except the one that was compared."""
    are_there = tables.LAST_TABLE in opened.tables.names()
    found = opened.tables.rows(tables.LIVE_ONES) if are_there else ()
    live = {str(row[0]) for row in found}
    if compared is not None:
        live.discard(compared.partnership)
    for partnership in sorted(live):
        yield Remark(
            f"the read model of {shown(partnership)}, from which `board` and `stats` answer, is "
            "not evidence, and was not compared. To compare it with the entries, use "
            "`rapid-review audit verify --read-model` with --terms of that partnership"
        )


def _read_model(read_model: "ReadModel") -> Iterator[Step | Mismatch]:
    """Compare a read model with the entries, once the entries are verified."""
    try:
        compared = read_model.compared()
    except StorageError:
        raise
    except RecordError as error:
        yield Unchecked(str(error))
        return
    if compared is None:
        yield Unchecked("the read model: it does not exist yet")
        return
    yield Checked("cases of the read model, computed again", compared.cases)
    for one in compared.differences:
        yield Mismatch("the read model", one.where, one.what)


# ----------------------------------------------------------------------- what entries say


def _each_read(
    opened: Opened, codec: Codec, walk: Walk, calendars: Calendars | None, *, is_whole: bool
) -> Iterator[Step]:
    """Read what each entry says, if calendars are given and nothing was found so far.

    Without calendars, rows and places alone are read, which takes a quarter of the time. Then an
    entry that nobody can read may pass, and the report says so.
    """
    if calendars is not None and is_whole:
        yield from _limited(_due_dates(opened, codec, walk, calendars))
    elif calendars is not None:
        yield Unchecked("what entries say, and their due dates: first repair what was found")
    elif is_whole and walk.size:
        yield Unchecked(
            "whether each entry can be read, and its due date is right: you did not ask. Give "
            "--recount to read each, and to calculate every due date again"
        )


def _due_dates(
    opened: Opened, codec: Codec, walk: Walk, calendars: Calendars
) -> Iterator[Step | Mismatch]:
    """Read every entry of every case, and calculate each due date again with its own calendar.

    The terms and calendar files that come with the package are compared with the digests that the
    entries name: a changed file does not show by which days and rules a step was decided.
    """
    streams = list(walk.last_rows)
    references: set[Reference] = set()
    for start in range(0, len(streams), TOGETHER):
        for stream, rows in opened.rows.of_each(streams[start : start + TOGETHER]):
            references.update(*(references_in(body) for _, _, body in rows))
            try:
                entries = [codec.entry(kind, body) for _, kind, body in rows]
            except RecordError as error:
                yield Mismatch("entries", f"stream {stream}", str(error))
                continue
            yield Checked("entries read as their kind asks", len(entries))
            for one in recalculate(entries, calendars):
                yield Checked(f"due dates that, counted again, {_CAME_OUT[one.agreement]}")
                if one.agreement is Agreement.DIFFERS:
                    where = f"case {shown(entries[0].case)}, version {one.version}"
                    due = f"the clock {one.deadline} is due {one.due}"
                    what = f"{due}; its calendar says {one.recounted}"
                    yield Mismatch("due dates", where, what)
    yield from named_files(references, OwnCalendars(opened.tables).files())


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
        RecordError: something is wrong; the first of what was found is named.
    """
    report = verified(opened, Codec(is_sealed=opened.log.is_sealed), trust=None)
    if report.findings:
        first = report.findings[0]
        raise RecordError(
            f"{name} is not intact: it has {counted(len(report.findings), 'finding')}. The "
            "first is: "
            f"{first.where}: {first.what}. `rapid-review audit verify` shows them all"
        )
    walk = Walk(opened.rows)
    for _ in walk.steps():
        pass  # whatever could be wrong was found above
    return walk.size, walk.frontier.root()
