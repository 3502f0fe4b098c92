"""Every table of a partnership: what is counted, then one clock, as they may be published.

All figures that are shown, in rows, in files or on a page, come from these tables. Each figure is
defined in its module of `statistics`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, TypeAlias, TypeVar

from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.terms.deadlines import Deadline
from rapid_review.domain.vocabulary import Nature
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.bands import BANDS, Quartiles, band_table, bands
from rapid_review.projections.statistics.cell_keys import BOUND, perturbed
from rapid_review.projections.statistics.counts import Counts, count_table
from rapid_review.projections.statistics.disclosure import FEWER_THAN, Treatment
from rapid_review.projections.statistics.facts import CountCell, Facts
from rapid_review.projections.statistics.in_time import due_cohort, due_table
from rapid_review.projections.statistics.periods import By, Span, whole_periods
from rapid_review.projections.statistics.relations import came_to, days_taken, rules
from rapid_review.projections.statistics.selection import Clocks, Selection, clocks_and_groups
from rapid_review.projections.statistics.suppression import treated
from rapid_review.projections.statistics.tables import TOTAL, Mark, Row, Table, Value, counts_of

S = TypeVar("S")

_Chosen: TypeAlias = Mapping[Deadline, tuple[Clocks, Mapping[str, Clocks]]]
"""The clocks of each selected kind: all of them, and those of each row."""

MEASURES: Final = tuple(m.MEASURES.values())
"""What is counted beside the clocks, in the order of ToR 7."""
MET: Final = "met"
"""The kind of the due cohort whose share is the headline; it has an interval."""

_CAME_TO: Final = (
    "a clock that started, by its result so far; percentages are of the clocks whose due day is "
    "over"
)
_DAYS: Final = (
    "a clock that started, by how many days it took, in its own unit; percentages are of the "
    "clocks that have stopped"
)


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A table, and what its shares are shares of.

    Attributes:
        name: what is counted: a measure, or a clock by its result or by its days.
        means: what one of it is.
        table: the counts.
        of: the counts that they are a share of; None for the table's own.
        estimated: the kind whose share estimates the long-run share, if there is one.
        clock: the clock that it counts; None for other tables.
        quartiles: of the days taken, by the row's label, where days are counted.
    """

    name: str
    means: str
    table: Table
    of: Table | None = None
    estimated: str | None = None
    clock: Deadline | None = None
    quartiles: Mapping[str, Quartiles | None] | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """The statistics of a partnership, as they may be published.

    Attributes:
        selection: what was selected.
        facts: the facts from which the tables were computed, as far as they may be disclosed.
        tables: the tables of all measures, then those of each clock.
    """

    selection: Selection
    facts: Facts
    tables: tuple[PublishedTable, ...]

    @property
    def cases(self) -> int | None:
        """How many cases there are; None where numbers are treated, since this one is not."""
        return None if self.selection.treatment.changes else self.facts.cases


def publish(facts: Facts, selection: Selection) -> Published:
    """Return every table that is selected, computed from the facts.

    Raises:
        InvalidInputError: small numbers are to be suppressed, and there is no solver; or counts
            are to be perturbed, and the facts hold no keys.
    """
    shown = replace(selection, months=_months_shown(facts, selection.months, selection.by))
    chosen = _chosen(facts, shown)
    tables = _treated_tables(facts, chosen, shown)
    counted = (
        PublishedTable(
            one.name, one.means, tables[one.name], None if one.of is None else tables[one.of.name]
        )
        for one in MEASURES
    )
    of_clocks = (_tables_of_clock(one, chosen[one], shown, tables) for one in shown.deadlines)
    return Published(selection, facts, (*counted, *chain.from_iterable(of_clocks)))


def publish_one(
    facts: Facts,
    selection: Selection,
    measure: m.Measure,
    not_known: Sequence[str],
) -> Published:
    """Return the table of one selected measure; of the facts, it holds only the number of cases.

    Args:
        facts: what it is computed from.
        selection: what is selected.
        measure: what is counted.
        not_known: the kinds that stand for an unknown one; the table always has them.

    Raises:
        InvalidInputError: as for `publish`.
    """
    months = _months_shown(facts, selection.months, selection.by)

    def counted(counts: Counts) -> Table:
        return count_table(
            counts,
            measure,
            selection.as_of,
            selection.by,
            months=months,
            keys=not_known,
            dated_by=selection.dated_by,
            not_known=not_known,
        )

    name, treatment = measure.name, selection.treatment
    tables: Mapping[str, Table] = {name: counted(facts.counts)}
    if treatment.perturb:
        tables = _perturbed(tables, {name: counted(_keys_in(facts).counts)}, selection.by)
    else:
        tables = treated(tables, treatment)
    of_no_count = Facts(facts.cases, {}, {}, facts.duplicates)
    one = PublishedTable(name, measure.means, tables[name])
    return Published(selection, of_no_count, (one,))


def _months_shown(facts: Facts, months: Span, by: By) -> Span:
    """Return the selected months; where they have no limit, they end with a period that occurs.

    So every table has the same rows, with a 0 where something never happened in a period.
    """
    occur = {cell.month for cells in facts.durations.values() for cell in cells}
    occur |= {cell.month for cell in facts.counts}
    within = [month for month in occur if month and months.holds(month)]
    undated = "" in occur and months.holds("")
    if not within:
        return replace(months, undated=undated)
    whole = whole_periods(min(within), max(within), by)
    return Span(months.first or whole.first, months.last or whole.last, undated)


def _chosen(facts: Facts, selection: Selection) -> _Chosen:
    """Return the clocks of each selected kind."""
    return {
        clock: clocks_and_groups(
            facts.durations,
            clock.id,
            selection.as_of,
            selection.by,
            months=selection.months,
            dated_by=selection.dated_by,
            rows=_rows(facts.counts, selection),
        )
        for clock in selection.deadlines
    }


def _treated_tables(facts: Facts, chosen: _Chosen, selection: Selection) -> Mapping[str, Table]:
    """Return every table by its name, as it may be published."""
    tables, treatment = _counted_tables(facts, chosen, selection), selection.treatment
    if not treatment.perturb:
        return treated(tables, treatment, rules(selection.terms, selection.deadlines))
    keys = _keys_in(facts)
    sums = _counted_tables(keys, _chosen(keys, selection), selection)
    return _perturbed(tables, sums, selection.by)


def _perturbed(
    tables: Mapping[str, Table], sums: Mapping[str, Table], by: By
) -> Mapping[str, Table]:
    """Return perturbed tables, without the agencies that have no number in any of them.

    Such a row is there only because the agency notified, and its zeros would say the contrary.
    """
    shown = {name: perturbed(table, sums[name]) for name, table in tables.items()}
    if by is not By.AGENCY:
        return shown
    kept = {cell.row for cell, number in counts_of(shown).items() if number}
    return {
        name: replace(table, rows=tuple(row for row in table.rows if row.label in kept))
        for name, table in shown.items()
    }


def _keys_in(facts: Facts) -> Facts:
    """Return the sums of keys that facts hold."""
    if facts.keys is None:
        raise InvalidInputError(
            "you asked to perturb counts by the keys of their cases, and the facts have no "
            "keys; give them with `sums_of_keys`"
        )
    return facts.keys


def _counted_tables(facts: Facts, chosen: _Chosen, selection: Selection) -> Mapping[str, Table]:
    """Return every table by its name, before any treatment."""
    tables = dict(_tables_of_measures(facts.counts, selection))
    for clock, (whole, groups) in chosen.items():
        tables[came_to(clock)] = due_table(
            due_cohort(whole), _of_each(due_cohort, groups), selection.by
        )
        tables[days_taken(clock)] = band_table(bands(whole), _of_each(bands, groups), selection.by)
    return tables


def _tables_of_measures(counts: Counts, selection: Selection) -> Iterator[tuple[str, Table]]:
    """Yield the table of each measure, with its name."""
    terms = (selection.terms, *selection.also)
    rows = _rows(counts, selection)
    outcomes = tuple(dict.fromkeys(code for one in terms for code in one.outcomes))
    always: Mapping[str, tuple[str, ...]] = {
        m.NOTIFICATION.name: tuple(Nature),
        m.CHILD.name: tuple(m.AGE_BANDS.values()),
        m.PANEL_ANSWER.name: (m.AGREES, m.DISAGREES),
        **dict.fromkeys(
            (m.OUTCOME.name, m.OUTCOME_ANSWERED.name, m.OUTCOME_AGREED.name), outcomes
        ),
    }
    cells = defaultdict[str, dict[CountCell, int]](dict)  # so that each is looked at only once
    for cell, number in counts.items():
        cells[cell.measure][cell] = number
    for measure in MEASURES:
        yield (
            measure.name,
            count_table(
                cells[measure.name],
                measure,
                selection.as_of,
                selection.by,
                months=selection.months,
                keys=always.get(measure.name, ()),
                dated_by=selection.dated_by,
                rows=rows,
            ),
        )


def _rows(counts: Counts, selection: Selection) -> Sequence[str]:
    """Return the partnerships that were asked for, or the agencies that notified.

    All tables have these rows, so a table does not show by its rows what occurs.
    """
    if selection.by is By.PARTNERSHIP:
        return selection.partnerships
    if selection.by is not By.AGENCY:
        return ()
    name, holds = m.NOTIFICATION.name, selection.months.holds
    return tuple(
        {
            cell.source
            for cell, n in counts.items()
            if n and cell.measure == name and holds(cell.month)
        }
    )


def _tables_of_clock(
    clock: Deadline,
    chosen: tuple[Clocks, Mapping[str, Clocks]],
    selection: Selection,
    tables: Mapping[str, Table],
) -> Iterator[PublishedTable]:
    """ToR 5(a): yield the tables of a clock: its results, and its days with their quartiles."""
    ends, days = tables[came_to(clock)], tables[days_taken(clock)]
    hidden = {row.label for row in (*ends.rows, ends.total) if row.hides}
    of_each, treatment = {**chosen[1], TOTAL: chosen[0]}, selection.treatment
    quartiles: dict[str, Quartiles | None] = {}
    for row in (*days.rows, days.total):
        found = bands(of_each[row.label]).quartiles
        is_hidden = row.label in hidden or _is_of_few(days, row, treatment)
        quartiles[row.label] = (
            replace(found, is_hidden=is_hidden) if found and any(_stopped(days, row)) else None
        )
    yield PublishedTable(came_to(clock), _CAME_TO, ends, estimated=MET, clock=clock)
    yield PublishedTable(days_taken(clock), _DAYS, days, clock=clock, quartiles=quartiles)


def _is_of_few(days: Table, row: Row, treatment: Treatment) -> bool:
    """Say whether so few clocks may have stopped that their quartiles are the days of single ones.

    Only the numbers shown are asked, so that hiding quartiles reveals nothing. Of suppressed
    tables they show it themselves.
    """
    by = BOUND if treatment.perturb else (treatment.round_to or 0) // 2
    shown = _stopped(days, row)
    least = sum(max(0, one - by) for one in shown if not isinstance(one, Mark))
    return by > 0 and least < FEWER_THAN


def _stopped(days: Table, row: Row) -> Sequence[Value]:
    """Return what a row shows of the clocks that have stopped after a known number of days."""
    return tuple(days.by_column(row)[band] for band in BANDS)


def _of_each(statistic: Callable[[Clocks], S], groups: Mapping[str, Clocks]) -> dict[str, S]:
    """Return a statistic of the clocks of each group."""
    return {label: statistic(group) for label, group in groups.items()}
