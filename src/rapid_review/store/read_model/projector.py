"""The projector: a page of entries says which cases changed, and each is computed again, whole.

A case is read to its newest entry, which may lie beyond the page, and its row says how far it was
read. So later pages find that they have nothing to add, and a case is computed once in a catch-up,
however many others were recorded between its entries.

What one page changes (rows, sums and the position) is written in one transaction. Its first
statement moves the build on, and only from the state that was read before: if several
processes catch up at once, one succeeds, and the others read again. So nothing is counted twice or
left out, even if a process dies.

An entry that cannot be read is quarantined, with the reason. Its case stays as it last was, and is
tried again when something is recorded in it, and once by each process: it may be a newer release.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from rapid_review.domain.case import Case, replay
from rapid_review.domain.errors import RapidReviewError, RecordError
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import Calendars
from rapid_review.store.backends.ports import Opened, StoredRow, Values, Writer
from rapid_review.store.log.body import opening_of
from rapid_review.store.log.codec import Codec
from rapid_review.store.read_model.rows import (
    NO_CELLS,
    CaseRows,
    Cells,
    count_keys,
    key_of_deadline,
    rows_of_case,
)
from rapid_review.store.sql import read_model as sql
from rapid_review.store.sql.placeholders import among

if TYPE_CHECKING:
    from rapid_review.domain.events import AnyEvent

TOGETHER: Final = 50
"""How many cases are in memory at the same time."""

TermsOfCase = Callable[[Case], tuple[Terms, Sequence[Terms]]]
"""Gives the terms in force for a case, and the others that were in force earlier."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns a case's stored rows into what the read model keeps of it.

    Attributes:
        partnership: whose cases are read; those of others are left out.
        codec: reads events.
        terms_of: gives a case's terms.
        calendars: gives the calendar that a clock names.
    """

    partnership: str
    codec: Codec
    terms_of: TermsOfCase
    calendars: Calendars

    def read(self, reference: str, rows: Sequence[StoredRow]) -> CaseRows:
        """Return what the read model keeps of a case.

        Raises:
            UnreadableError: an entry cannot be read, or the case cannot be computed from them.
        """
        if rows[-1][0] != len(rows):
            raise UnreadableError(rows[-1][0], "a version is missing before this one")
        events: list[AnyEvent] = []
        try:
            events.extend(self.codec.events(rows, self.partnership, reference))
        except RecordError as error:  # the entries before it could be read
            raise UnreadableError(len(events) + 1, str(error)) from error
        case = replay(events)
        try:
            terms, earlier = self.terms_of(case)
            return rows_of_case(reference, case, terms, self.calendars, earlier)
        except RapidReviewError as error:
            raise UnreadableError(len(events), str(error)) from error
        except Exception as error:  # one case must not keep all others from being read
            # Without the error's own text, which may hold words.
            reason = f"a fault of rapid-review: {type(error).__name__}"
            raise UnreadableError(len(events), reason) from error


class UnreadableError(Exception):
    """A case that cannot be computed, so that the read model cannot hold it.

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
    opened: int
    received_on: str | None
    source: str
    month: str
    counts: str


@dataclass(slots=True)
class Change:
    """What a page changes.

    Attributes:
        cases: the new rows of each case, by stream.
        opened: the position of the first entry of each.
        replaced: the streams whose rows were there before.
        durations: what is added to the histogram of clocks, less what is taken away.
        counts: the same for the histogram of counts.
        quarantined: for each stream with an entry that cannot be read: position, case and reason.
    """

    cases: dict[str, CaseRows] = field(default_factory=dict[str, CaseRows])
    opened: dict[str, int] = field(default_factory=dict[str, int])
    replaced: list[str] = field(default_factory=list[str])
    durations: defaultdict[Values, int] = field(default_factory=lambda: defaultdict(int))
    counts: defaultdict[Values, int] = field(default_factory=lambda: defaultdict(int))
    quarantined: dict[str, Values] = field(default_factory=dict[str, Values])

    def add(self, stream: str, rows: CaseRows) -> None:
        """Add a case as it is now."""
        self._sum_up(rows.cells, 1)
        # Python's garbage collector looks through everything that a page keeps, again and again.
        self.cases[stream] = rows._replace(cells=NO_CELLS)

    def take_away(self, stream: str, cells: Cells) -> None:
        """Take away a case as it was."""
        self.replaced.append(stream)
        self._sum_up(cells, -1)

    def _sum_up(self, cells: Cells, times: int) -> None:
        durations, counts = self.durations, self.counts
        for key in cells.durations:
            durations[key] += times
        for key, n in cells.counts:
            counts[key] += times * n

    def write(self, writer: Writer, build: int) -> None:
        """Write the whole change."""
        if self.replaced:
            for statement in sql.DELETE_CASE:
                writer.execute(among(statement, self.replaced), (build, *self.replaced))
        if touched := [*self.cases, *self.quarantined]:
            writer.execute(among(sql.DELETE_QUARANTINED, touched), (build, *touched))
        each = self.cases.items()
        writer.insert(
            sql.INSERT_CASE,
            ((build, stream, self.opened[stream], *rows.case) for stream, rows in each),
        )
        for statement, rows_of in _ROWS_OF_CASE:
            writer.insert(
                statement,
                ((build, stream, *row) for stream, rows in each for row in rows_of(rows)),
            )
        writer.insert(
            sql.INSERT_QUARANTINED,
            ((build, stream, *row) for stream, row in self.quarantined.items()),
        )
        for statement, sums in (
            (sql.ADD_DURATION, self.durations),
            (sql.ADD_COUNT, self.counts),
        ):
            writer.insert(statement, ((build, *key, n) for key, n in sums.items() if n))
        if self.replaced:
            for statement in sql.DELETE_ZEROS:
                writer.execute(statement, (build,))


_ROWS_OF_CASE: Final[Sequence[tuple[str, Callable[[CaseRows], Sequence[Values]]]]] = (
    (sql.INSERT_DEADLINE, attrgetter("deadlines")),
    (sql.INSERT_THEME, attrgetter("themes")),
    (sql.INSERT_DUE, attrgetter("dues")),
)
"""What a case has several rows of, and how each is written."""


class Page(NamedTuple):
    """The entries that are processed together.

    Attributes:
        entries: how many there are.
        position: the position of the last one.
        newest: its newest entry of each stream.
        opened: the position of the first entry of each stream that begins in it.
    """

    entries: int
    position: int
    newest: Mapping[str, int]
    opened: Mapping[str, int]


def page_after(position: int, limit: int, opened: Opened) -> Page:
    """Return the next entries after a position."""
    places = opened.rows.places_after(position, limit)
    return Page(
        len(places),
        places[-1][0] if places else position,
        {stream: version for _, stream, version in places},
        {stream: at for at, stream, version in places if version == 1},
    )


def change_of(page: Page, build: int, opened: Opened, reader: Reader) -> Change:
    """Return what a page changes in a build."""
    newest = page.newest
    change = Change(opened=dict(page.opened))
    stored = _stored(opened, build, list(newest))
    outdated = [
        stream
        for stream, version in newest.items()
        if stream not in stored or stored[stream].version < version
    ]
    _read_cases(change, outdated, stored, build=build, opened=opened, reader=reader)
    return change


def change_of_quarantined(
    streams: Sequence[str], build: int, opened: Opened, reader: Reader
) -> Change:
    """Return what changes with the quarantined cases that can be read now.

    The others stay quarantined; if none can be read, nothing changes.
    """
    change = Change()
    stored = _stored(opened, build, streams)
    _read_cases(change, streams, stored, build=build, opened=opened, reader=reader)
    change.quarantined.clear()
    return change


def _read_cases(
    change: Change,
    streams: Sequence[str],
    stored: Mapping[str, Stored],
    *,
    build: int,
    opened: Opened,
    reader: Reader,
) -> None:
    """Read cases again, and put the result into a change."""
    references = {stream: stored[stream].reference for stream in streams if stream in stored}
    if unknown := [stream for stream in streams if stream not in stored]:
        references |= cases_of_streams(unknown, opened, reader.partnership, change)
    readable = list(references)
    for start in range(0, len(readable), TOGETHER):
        some = readable[start : start + TOGETHER]
        old = _cells(opened, build, [stored[one] for one in some if one in stored])
        for stream, rows in opened.rows.of_each(some):
            try:
                change.add(stream, reader.read(references[stream], rows))
            except UnreadableError as error:
                position = opened.rows.position_of(stream, error.version)
                change.quarantined[stream] = (position, references[stream], error.reason)
            else:
                if stream in old:
                    change.opened[stream] = stored[stream].opened
                    change.take_away(stream, old[stream])
                elif stream not in change.opened:  # it was quarantined
                    change.opened[stream] = opened.rows.position_of(stream, 1)


def cases_of_streams(
    streams: Sequence[str], opened: Opened, partnership: str, change: Change
) -> dict[str, str]:
    """Return, by stream, the cases of streams that are new here, if they are this partnership's.

    Only the first body of a stream says whose case it is; if it does not, the stream is
    quarantined.
    """
    found: dict[str, str] = {}
    for stream, body in opened.rows.openings(streams).items():
        opening = opening_of(body)
        if opening and opening.stream == stream:
            if opening.partnership == partnership:
                found[stream] = opening.case
            continue
        reason = (
            "its body belongs to an entry of another place; somebody moved or copied it there"
            if opening
            else "its body does not begin with its case and version"
        )
        change.quarantined[stream] = (opened.rows.position_of(stream, 1), None, reason)
    return found


def _stored(opened: Opened, build: int, streams: Sequence[str]) -> dict[str, Stored]:
    found = opened.tables.rows(among(sql.VERSIONS, streams), (build, *streams)) if streams else ()
    return {row[0]: Stored(*row) for row in found}


def _cells(opened: Opened, build: int, stored: Sequence[Stored]) -> dict[str, Cells]:
    """Return what cases added to the histograms when they were last written."""
    if not stored:
        return {}
    by_stream = {one.stream: one for one in stored}
    durations: dict[str, list[Values]] = {stream: [] for stream in by_stream}
    streams = list(by_stream)
    for stream, *clock in opened.tables.rows(among(sql.OLD_CLOCKS, streams), (build, *streams)):
        one = by_stream[stream]
        durations[stream].append(key_of_deadline(tuple(clock), one.source, one.month))
    return {
        stream: Cells(durations[stream], count_keys(json.loads(one.counts), one.source, one.month))
        for stream, one in by_stream.items()
    }
