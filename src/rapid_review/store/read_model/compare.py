"""Compare the read model with the entries: every case is computed again from them.

Nothing is written. A case is computed up to the version that its row states, which may be older
than its newest entry, but must not be older than the position of the read model.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Final, NamedTuple, cast

from rapid_review.audit.verify import Finding
from rapid_review.domain.errors import shown
from rapid_review.store.backends.ports import EntryPlace, Opened, StoredRow, Values
from rapid_review.store.log.body import stream_name
from rapid_review.store.read_model.projector import (
    TOGETHER,
    Change,
    Reader,
    UnreadableError,
    cases_of_streams,
)
from rapid_review.store.read_model.rows import CaseRows
from rapid_review.store.sql import read_model as sql
from rapid_review.store.sql.placeholders import among

PAGE: Final = 1_000
"""How many entries' places are read together."""
REMEDY: Final = "it is derived from the entries: make it again with `rapid-review db rebuild`"
"""What to do next if the read model differs."""


class Compared(NamedTuple):
    """The result of a comparison.

    Attributes:
        cases: how many were computed again.
        differences: where the read model differs from the entries, and how.
    """

    cases: int
    differences: tuple[Finding, ...]


class _TableOfRows(NamedTuple):
    """A table that has several rows for a case.

    Attributes:
        stored: the statement that reads the stored rows.
        computed: returns the rows that were computed again.
        columns: their columns, of which the first is the key within a case.
        named: the index of the column that names a row in a finding.
    """

    stored: str
    computed: Callable[[CaseRows], Sequence[Values]]
    columns: str
    named: int


_TABLES: Final = {
    "clock": _TableOfRows(sql.DEADLINES_OF, attrgetter("deadlines"), sql.DEADLINE_ROW, 1),
    "theme": _TableOfRows(sql.THEMES_OF, attrgetter("themes"), sql.THEME_ROW, 0),
    "what falls due,": _TableOfRows(sql.DUES_OF, attrgetter("dues"), sql.DUE_ROW, 2),
}


class Comparison:
    """Compares one build of one partnership's read model with the entries.

    Args:
        opened: the store, which holds both.
        reader: turns entries into rows, as it did when the build was made.
        build: the build that is compared.
        position: the position of that build.
    """

    def __init__(self, opened: Opened, reader: Reader, build: int, position: int) -> None:
        self._opened = opened
        self._reader = reader
        self._build = build
        self._position = position
        self._findings: list[Finding] = []
        self._read_to: dict[str, int] = {}
        self._opened_at: dict[str, object] = {}
        self._sums: dict[str, Counter[Values]] = {"clocks": Counter(), "counts": Counter()}
        self._is_whole = True

    def compare(self) -> Compared:
        """Compare every case, what is quarantined, what is missing, and the sums."""
        after = ""
        while rows := self._rows(sql.EVERY_CASE, self._build, after, TOGETHER):
            self._opened_at |= {row[0]: row[1] for row in rows}
            self._compare_cases({row[0]: row[2:] for row in rows})
            after = rows[-1][0]
        quarantined = {row[0]: row[1] for row in self._rows(sql.EVERY_QUARANTINED, self._build)}
        self._compare_quarantined(quarantined)
        self._report_missing(quarantined)
        if self._is_whole:
            self._compare_sums("clocks", sql.EVERY_DURATION)
            self._compare_sums("counts", sql.EVERY_COUNT)
        return Compared(len(self._read_to), tuple(self._findings))

    def _rows(self, statement: str, *values: object) -> Sequence[Values]:
        return self._opened.tables.rows(statement, values)

    def _report(self, where: str, what: str) -> None:
        self._findings.append(Finding(f"the read model, {where}", f"{what}; {REMEDY}"))

    # --- Cases

    def _compare_cases(self, kept: Mapping[str, Values]) -> None:
        streams = list(kept)
        several = {name: self._by_stream(rows.stored, streams) for name, rows in _TABLES.items()}
        entries = dict(self._opened.rows.of_each(streams))
        for stream, case in kept.items():
            reference, version = case[:2]
            where = f"case {shown(reference)}"
            self._read_to[stream] = cast("int", version)
            made = self._computed(stream, case, entries.get(stream, ()), where)
            if made is None:
                self._is_whole = False
                continue
            self._sums["clocks"].update(made.cells.durations)
            for key, n in made.cells.counts:
                self._sums["counts"][key] += n
            self._compare_row(where, sql.CASE_COLUMNS, case, made.case)
            for name, rows in _TABLES.items():
                self._compare_rows(where, name, several[name][stream], rows.computed(made))

    def _computed(
        self, stream: str, case: Values, entries: Sequence[StoredRow], where: str
    ) -> CaseRows | None:
        """Return a case as computed from its entries; report why, and return None, if it fails."""
        reference, version = case[:2]
        if stream_name(self._reader.partnership, str(reference)) != stream:
            self._report(where, "has the reference of another case")
        elif not 1 <= version <= len(entries):
            what = (
                f"is marked as read to version {version}, and the store has {len(entries)} "
                "entries of it"
            )
            self._report(where, what)
        else:
            try:
                return self._reader.read(str(reference), entries[:version])
            except UnreadableError as error:
                self._report(where, f"cannot be calculated from its entries: {error.reason}")
        return None

    def _by_stream(self, statement: str, streams: Sequence[str]) -> Mapping[str, list[Values]]:
        found: defaultdict[str, list[Values]] = defaultdict(list)
        for stream, *row in self._rows(among(statement, streams), self._build, *streams):
            found[stream].append(tuple(row))
        return found

    def _compare_rows(
        self, where: str, name: str, theirs: Sequence[Values], ours: Sequence[Values]
    ) -> None:
        """Compare the rows of a case in one table, each keyed by its first column."""
        kept, made = ({row[0]: row for row in rows} for rows in (theirs, ours))
        kind = _TABLES[name]
        for key in sorted(kept.keys() | made.keys(), key=str):
            this = f"{where}, {name} {shown((kept.get(key) or made[key])[kind.named])}"
            if self._is_in_both(this, kept.get(key), made.get(key)):
                self._compare_row(this, kind.columns, kept[key], made[key])

    def _is_in_both(self, where: str, theirs: Values | None, ours: Values | None) -> bool:
        if theirs is None:
            self._report(where, "is missing")
        elif ours is None:
            self._report(where, "does not follow from any entry")
        return theirs is not None and ours is not None

    def _compare_row(self, where: str, columns: str, theirs: Values, ours: Values) -> None:
        for column, kept, made in zip(columns.split(", "), theirs, ours, strict=True):
            if kept != made:
                what = f"{column} is {shown(kept)}, and should be {shown(made)}"
                self._report(where, what)

    # --- What is quarantined or missing

    def _compare_quarantined(self, quarantined: Mapping[str, object]) -> None:
        """Report cases that are quarantined, but can be read."""
        for stream, entries in self._opened.rows.of_each(list(quarantined)) if quarantined else ():
            if (reference := quarantined[stream] or self._cases([stream]).get(stream)) is None:
                continue
            try:
                self._reader.read(str(reference), entries)
            except UnreadableError:
                continue
            what = "is quarantined as unreadable, and can be read"
            self._report(f"case {shown(reference)}", what)

    def _report_missing(self, quarantined: Mapping[str, object]) -> None:
        """Report cases that are missing, or that end before the position of the read model."""
        newest: dict[str, int] = {}
        after = 0
        while places := self._opened.rows.places_after(after, PAGE):
            within = [place for place in places if place[0] <= self._position]
            newest.update((stream, version) for _, stream, version in within)
            self._compare_openings(within)
            after = places[-1][0]
            if len(within) < len(places):
                break
        unknown = [one for one in newest if one not in self._read_to and one not in quarantined]
        for start in range(0, len(unknown), TOGETHER):
            some = unknown[start : start + TOGETHER]
            for case in self._cases(some).values():
                self._report(f"case {shown(case)}", "is missing")
                self._is_whole = False
        for stream in self._read_to.keys() - quarantined.keys():
            if self._read_to[stream] < newest.get(stream, 0):
                what = (
                    f"ends at version {self._read_to[stream]}, and should reach version "
                    f"{newest[stream]}"
                )
                self._report(f"stream {stream}", what)

    def _compare_openings(self, places: Sequence[EntryPlace]) -> None:
        """Report cases whose position of opening is wrong."""
        for position, stream, version in places:
            kept = self._opened_at.get(stream, position)
            if version == 1 and kept != position:
                what = f"opened is {shown(kept)}, and should be {position}"
                self._report(f"stream {stream}", what)

    def _cases(self, streams: Sequence[str]) -> Mapping[str, str]:
        """Return the cases of this partnership among these streams, by stream."""
        return cases_of_streams(streams, self._opened, self._reader.partnership, Change())

    # --- Sums

    def _compare_sums(self, name: str, statement: str) -> None:
        kept = Counter({tuple(cell): n for *cell, n in self._rows(statement, self._build) if n})
        made = +self._sums[name]
        for cell in sorted(kept.keys() | made.keys(), key=str):
            if kept[cell] != made[cell]:
                what = f"is {shown(kept[cell])}, and should be {made[cell]}"
                self._report(f"the sum of {name} at {' '.join(map(shown, cell))}", what)
