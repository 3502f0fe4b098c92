"""Catching up: a page of entries says which cases changed, and each is computed anew, whole.

A case is read to its newest entry, which may lie beyond the page, and its row says how far it was
read. So later pages find that they have nothing to add, and a case is computed once in a catch-up,
however many others were recorded between its entries.

What one page changes (rows, sums, and how far it is read) is one transaction. It begins by moving
the build on from the very page that was seen before it: of many who catch up at once one does so,
and the others look again. So nothing counts twice and nothing is left out, whoever dies when.

An entry that cannot be read is set aside, parked, with the reason; its case stays as it last was.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from rapid_review.domain.case import Case, replay
from rapid_review.domain.errors import RapidReviewError, RecordError
from rapid_review.domain.terms import Terms
from rapid_review.projections.cells import CountCell, DurationCell
from rapid_review.projections.reckoning import Calendars
from rapid_review.record import read_model_tables as sql
from rapid_review.record.codec import Codec
from rapid_review.record.codec import Row as StoredRow
from rapid_review.record.mapper import stream_id
from rapid_review.record.read_model_database import Database, Head, Writer
from rapid_review.record.read_model_rows import (
    CaseRows,
    Cells,
    Row,
    count_cells,
    duration_cell,
    key_of,
    rows_of_case,
)

if TYPE_CHECKING:
    from rapid_review.domain.events import AnyEvent

TOGETHER: Final = 50
"""How many cases are in memory at the same time."""

_OPENING: Final = re.compile(
    rb'\{"schema":[0-9]+,"partnership":"([^"]+)","case":"([^"]+)","version":'
)

Held = Callable[[Case], tuple[Terms, Sequence[Terms]]]
"""Gives the terms in force for a case, and the others that it was held under."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns a case's stored rows into what the read model keeps of it.

    Attributes:
        partnership: whose cases are read; those of others are passed over.
        codec: reads events.
        held: gives a case's terms.
        calendars: gives the calendar that a clock names.
    """

    partnership: str
    codec: Codec
    held: Held
    calendars: Calendars

    def read(self, reference: str, rows: Sequence[StoredRow]) -> CaseRows:
        """Return what is kept of a case.

        Raises:
            UnreadableError: an entry cannot be read, or the case cannot be computed from them.
        """
        if rows[-1][0] != len(rows):
            raise UnreadableError(rows[-1][0], "a version is missing before this one")
        events: list[AnyEvent] = []
        try:
            events.extend(self.codec.events(rows, self.partnership, reference))
        except RecordError as error:  # those before it were read
            raise UnreadableError(len(events) + 1, str(error)) from error
        case = replay(events)
        try:
            terms, earlier = self.held(case)
            return rows_of_case(reference, case, terms, self.calendars, earlier)
        except RapidReviewError as error:
            raise UnreadableError(len(events), str(error)) from error
        except Exception as error:  # one case must not keep all others from being read
            reason = f"a fault of rapid-review: {type(error).__name__}"  # its text may hold words
            raise UnreadableError(len(events), reason) from error


class UnreadableError(Exception):
    """A case that the read model cannot take in.

    Attributes:
        version: the entry that cannot be read.
        reason: why.
    """

    def __init__(self, version: int, reason: str) -> None:
        super().__init__(version, reason)
        self.version = version
        self.reason = reason


class Stored(NamedTuple):
    """What the read model has of a case already; the columns of `VERSIONS`."""

    stream: str
    reference: str
    version: int
    received_on: str | None
    source: str
    month: str
    counts: str


@dataclass(slots=True)
class Change:
    """What a page changes.

    Attributes:
        cases: the new rows of each case, by stream.
        replaced: the streams whose rows were there before.
        durations: what is added to the histogram of clocks, less what is taken away.
        counts: the same, of what is counted.
        parked: where an entry cannot be read, by stream: its position, case and reason.
    """

    cases: dict[str, CaseRows] = field(default_factory=dict[str, CaseRows])
    replaced: list[str] = field(default_factory=list[str])
    durations: Counter[DurationCell] = field(default_factory=Counter[DurationCell])
    counts: Counter[CountCell] = field(default_factory=Counter[CountCell])
    parked: dict[str, Row] = field(default_factory=dict[str, Row])

    def add(self, stream: str, rows: CaseRows) -> None:
        """Take in a case as it is now."""
        self.cases[stream] = rows
        self.durations.update(rows.cells.durations)
        self.counts.update(rows.cells.counts)

    def take_away(self, stream: str, cells: Cells) -> None:
        """Take out a case as it was."""
        self.replaced.append(stream)
        self.durations.subtract(cells.durations)
        self.counts.subtract(cells.counts)

    def write(self, writer: Writer, build: int) -> None:
        """Write it all down."""
        if self.replaced:
            for statement in sql.WITHOUT_CASE:
                writer.execute(among(statement, self.replaced), (build, *self.replaced))
        if touched := [*self.cases, *self.parked]:
            writer.execute(among(sql.UNPARKED, touched), (build, *touched))
        each = self.cases.items()
        writer.insert(sql.WITH_CASE, [(build, stream, *rows.case) for stream, rows in each])
        writer.insert(
            sql.WITH_DEADLINE,
            [(build, stream, *row) for stream, rows in each for row in rows.deadlines],
        )
        writer.insert(
            sql.WITH_THEME, [(build, stream, *row) for stream, rows in each for row in rows.themes]
        )
        writer.insert(sql.PARKED, [(build, stream, *row) for stream, row in self.parked.items()])
        writer.insert(
            sql.DURATION_ADDED,
            [(build, *key_of(cell), n) for cell, n in self.durations.items() if n],
        )
        writer.insert(
            sql.COUNT_ADDED,
            [
                (build, cell.measure, cell.key, cell.source, cell.month, n)
                for cell, n in self.counts.items()
                if n
            ],
        )
        if self.replaced:
            for statement in sql.EMPTIED:
                writer.execute(statement, (build,))


def change_of(page: Sequence[Head], build: int, database: Database, reader: Reader) -> Change:
    """Return what a page changes in a build."""
    change = Change()
    oldest = {head.stream: head for head in reversed(page)}
    newest = {head.stream: head.version for head in page}
    stored = _stored(database, build, list(newest))
    references: dict[str, str] = {}
    for stream, version in newest.items():
        if (known := stored.get(stream)) is None:
            _look_at(oldest[stream], reader.partnership, references, change)
        elif known.version < version:
            references[stream] = known.reference
    streams = list(references)
    for start in range(0, len(streams), TOGETHER):
        some = streams[start : start + TOGETHER]
        old = _cells(database, build, [stored[one] for one in some if one in stored])
        for stream, rows in database.streams(some):
            try:
                change.add(stream, reader.read(references[stream], rows))
            except UnreadableError as error:
                position = database.position_of(stream, error.version)
                change.parked[stream] = (position, references[stream], error.reason)
            else:
                if stream in old:
                    change.take_away(stream, old[stream])
    return change


def _look_at(head: Head, partnership: str, references: dict[str, str], change: Change) -> None:
    """See whose a stream is of which nothing is known yet: to be read, passed over, or parked."""
    opening = _OPENING.match(head.opening)
    if opening is None:
        reason = "its body does not open with its place"
        change.parked[head.stream] = (head.position, None, reason)
        return
    whose, case = opening[1].decode(), opening[2].decode()
    if stream_id(whose, case).hex != head.stream:
        reason = "it holds the body of an entry of another place; it was moved or copied there"
        change.parked[head.stream] = (head.position, None, reason)
    elif whose == partnership:
        references[head.stream] = case


def _stored(database: Database, build: int, streams: Sequence[str]) -> dict[str, Stored]:
    found = database.rows(among(sql.VERSIONS, streams), (build, *streams)) if streams else ()
    return {row[0]: Stored(*row) for row in found}


def _cells(database: Database, build: int, stored: Sequence[Stored]) -> dict[str, Cells]:
    """Return what cases added to the histogram when they were last written."""
    if not stored:
        return {}
    by_stream = {one.stream: one for one in stored}
    cells = {
        one.stream: Cells(Counter(), count_cells(one.counts, one.source, one.month))
        for one in stored
    }
    streams = list(by_stream)
    for row in database.rows(among(sql.OLD_DEADLINES, streams), (build, *streams)):
        one = by_stream[row[0]]
        cell = duration_cell((row[1], one.source, one.month, *row[2:]))
        cells[one.stream].durations[cell] += 1
    return cells


def among(statement: str, streams: Sequence[str]) -> str:
    """Return a statement with a mark for each of so many streams."""
    return statement.replace("{streams}", ", ".join("?" * len(streams)))
