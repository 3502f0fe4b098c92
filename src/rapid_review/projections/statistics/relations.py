"""What is true of every set of published tables: sums, parts, bounds, definitions, as data.

A reader of tables with suppressed counts knows these relations, and every count that is shown.
From both together a suppressed count might be worked out; `suppression` asks them.

There are three kinds. The parts of a row add up to its total, and the rows of a column to theirs.
A measure has its definition (`docs/explanation/figures.md`): a review is a notification, an agency
that answered was asked. And some relations usually hold, so that readers take them for granted: a
decision has an outcome, or a clock of 15 days that took 12 was in time. These count only in the
rows in which they do hold.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Final, NamedTuple

from rapid_review.domain.terms.deadlines import RECEIVED, Deadline
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Nature, Unit
from rapid_review.projections.statistics import measures as m
from rapid_review.projections.statistics.bands import BANDS
from rapid_review.projections.statistics.in_time import IMPOSSIBLE, RELAXED, WITHHELD
from rapid_review.projections.statistics.tables import TOTAL, Cell, Table, counts_of

EACH: Final = "*"
"""Stands for every kind that occurs: the rule then holds between the same kinds of two tables."""


class Relation(NamedTuple):
    """The sum of `more` is at least that of `less`; or is that sum, where they are `equal`."""

    less: tuple[Cell, ...]
    more: tuple[Cell, ...]
    equal: bool

    def holds(self, counts: Mapping[Cell, int]) -> bool:
        """Say whether it is true of these counts; a count that is missing is 0."""
        less, more = (sum(counts.get(cell, 0) for cell in side) for side in (self.less, self.more))
        return less == more if self.equal else less <= more


class Of(NamedTuple):
    """Some counts in a row of a table: its total, unless columns are named."""

    table: str
    columns: tuple[str, ...] = (TOTAL,)

    def __str__(self) -> str:
        named = "" if self.columns == (TOTAL,) else ", ".join(map(str, self.columns))
        each = ", each kind" if EACH in self.columns else f" ({named})" if named else ""
        return f"`{self.table}`{each}"


class Rule(NamedTuple):
    """A relation that is true of every row of the tables, whatever the row is of.

    Attributes:
        less: the counts on the smaller side.
        more: the counts on the other.
        equal: whether the two sides are the same.
    """

    less: tuple[Of, ...]
    more: tuple[Of, ...]
    equal: bool = False


def _each(measure: m.Measure) -> Of:
    return Of(measure.name, (EACH,))


def _all(measure: m.Measure) -> Of:
    return Of(measure.name)


def _some(measure: m.Measure, *kinds: str) -> Of:
    return Of(measure.name, kinds)


def _rules_of_two_kinds() -> Iterator[Rule]:
    """Yield that notifications by nature and age add up to those by nature, and compare by age."""
    ages = tuple(m.AGE_BANDS.values())
    for nature in Nature:
        both = _some(m.NATURE_BY_AGE, *(m.crossed(nature, age) for age in ages))
        yield Rule((both,), (_some(m.NOTIFICATION, nature),), equal=True)
    for age in ages:
        both = _some(m.NATURE_BY_AGE, *(m.crossed(nature, age) for nature in Nature))
        # At most, and not equal: the age is the index child's, and other children may be of that
        # age too.
        yield Rule((both,), (_some(m.CHILD, age),))


DEFINITIONS: Final = (
    # Receipt: a notification has a child at least; it opens a review, is found not to call for one
    # after all, or is of a class that opens none.
    Rule((_all(m.NOTIFICATION),), (_all(m.CHILD),)),
    Rule((_each(m.INCIDENT),), (_each(m.NOTIFICATION),)),
    Rule((_all(m.CRITERIA_NOT_MET), _all(m.REVIEW)), (_all(m.NOTIFICATION),)),
    *_rules_of_two_kinds(),
    # ToR 7.4: an agency is asked once a case, or reports unasked.
    Rule((_each(m.REPORT_REQUESTED), _each(m.REPORT_UNASKED)), (_all(m.NOTIFICATION),)),
    Rule((_each(m.REPORT_FILED),), (_each(m.REPORT_REQUESTED),)),
    Rule((_each(m.REPORT_LATE),), (_each(m.REPORT_FILED),)),
    Rule((_each(m.REPORT_NIL),), (_each(m.REPORT_FILED),)),
    # ToR 6.2: a seat is empty once a meeting.
    Rule((_all(m.QUORUM_NOT_MET),), (_all(m.MEETING),)),
    Rule((_each(m.EMPTY_SEAT),), (_all(m.QUORUM_NOT_MET),)),
    # ToR 4(b), 7.6, 7.8: what a review came to, each once a review; a decision has an outcome.
    Rule((_all(m.DECISION),), (_all(m.REVIEW),)),
    Rule((_each(m.OUTCOME),), (_all(m.DECISION),)),
    Rule((_all(m.DECISION),), (_all(m.OUTCOME),)),
    Rule((_all(m.RECONSIDERATION),), (_all(m.REVIEW),)),
    Rule((_all(m.PRACTICE_REVIEW),), (_all(m.REVIEW),)),
    Rule((_all(m.PANEL_ANSWER),), (_all(m.REVIEW),)),
    Rule((_each(m.THEME),), (_all(m.REVIEW),)),
    Rule((_each(m.OUTCOME_ANSWERED),), (_all(m.PANEL_ANSWER),)),
    Rule((_each(m.OUTCOME_AGREED),), (_some(m.PANEL_ANSWER, m.AGREES),)),
    Rule((_each(m.OUTCOME_AGREED),), (_each(m.OUTCOME_ANSWERED),)),
    Rule(
        (_each(m.OUTCOME_ANSWERED),),
        (_each(m.OUTCOME_AGREED), _some(m.PANEL_ANSWER, m.DISAGREES)),
    ),
)
"""What follows from the definition of each measure for the count of another."""

USUALLY: Final = (
    # Few notifications are of an incident that was notified before, or of a class that opens no
    # review.
    Rule((_each(m.INCIDENT),), (_each(m.NOTIFICATION),), equal=True),
    Rule((_all(m.CRITERIA_NOT_MET), _all(m.REVIEW)), (_all(m.NOTIFICATION),), equal=True),
    # A meeting that is not quorate has a seat that was empty; who decides again had decided.
    Rule((_all(m.QUORUM_NOT_MET),), (_all(m.EMPTY_SEAT),)),
    Rule((_all(m.RECONSIDERATION),), (_all(m.DECISION),)),
    # ToR 6.2: each decision, made for the first time or again, has a quorate meeting of its own.
    Rule((_all(m.DECISION), _all(m.QUORUM_NOT_MET)), (_all(m.MEETING),)),
    Rule((_all(m.DECISION), _all(m.RECONSIDERATION), _all(m.QUORUM_NOT_MET)), (_all(m.MEETING),)),
    Rule((_all(m.PANEL_ANSWER),), (_all(m.DECISION),)),
    Rule((_all(m.PRACTICE_REVIEW),), (_all(m.DECISION),)),
    # What the Panel answered is a decision, with an outcome, and the one in effect.
    Rule((_all(m.PANEL_ANSWER),), (_all(m.OUTCOME_ANSWERED),)),
    Rule((_some(m.PANEL_ANSWER, m.AGREES),), (_all(m.OUTCOME_AGREED),)),
    Rule((_each(m.OUTCOME_ANSWERED),), (_each(m.OUTCOME),)),
)
"""Relations that readers take for granted, but that may fail if a case was recorded in part."""

_STOPPED_BY: Final = {
    "DecisionMade.at": m.DECISION,
    "PanelFeedbackReceived.at": m.PANEL_ANSWER,
    "PracticeReviewCommissioned.at": m.PRACTICE_REVIEW,
}
"""The measure that counts the cases whose clock has stopped, by what stops it."""
_SENT: Final = "ReportSentToPanel.at"
_DISCUSSED: Final = "PanelDiscussionNoted"
_STOPPED: Final = (*BANDS, "days-unknown")
"""The columns of the clocks that have stopped."""


def came_to(clock: Deadline) -> str:
    """Return the name of the table of what a clock came to."""
    return f"{clock.id}: came to"


def days_taken(clock: Deadline) -> str:
    """Return the name of the table of the days that a clock took."""
    return f"{clock.id}: days taken"


def rules(terms: Terms, deadlines: Iterable[Deadline]) -> tuple[Rule, ...]:
    """Return what is true of the tables of a partnership and of some of its clocks."""
    clocks = tuple(deadlines)
    of_clocks = (rule for one in clocks for rule in (*of_clock(one), *usually_of(one)))
    of_two = (rule for one in clocks for other in clocks for rule in _of_the_panel(one, other))
    return (*DEFINITIONS, *USUALLY, *_rules_of_outcomes(terms), *of_clocks, *of_two)


def of_clock(clock: Deadline) -> Iterator[Rule]:
    """ToR 5(a): yield that both tables of a clock count the same clocks.

    A clock that is not yet due has stopped early, runs, or would have stopped before it started.
    """
    ends, days = came_to(clock), days_taken(clock)
    yield Rule((Of(ends),), (Of(days),), equal=True)
    for end in ("ended-otherwise", WITHHELD):
        yield Rule((Of(ends, (end,)),), (Of(days, (end,)),), equal=True)
    yield Rule((Of(ends, (IMPOSSIBLE,)),), (Of(days, (IMPOSSIBLE,)),))
    yield Rule((Of(days, (IMPOSSIBLE,)),), (Of(ends, (IMPOSSIBLE, "not-yet-due")),))
    yield Rule((Of(ends, ("met", "met-late")),), (Of(days, _STOPPED),))
    yield Rule((Of(ends, ("overdue",)),), (Of(days, ("still-open",)),))


def relations(tables: Mapping[str, Table], all_rules: Iterable[Rule]) -> tuple[Relation, ...]:
    """Return the relations that are true of the counts of some tables.

    Args:
        tables: the tables, untreated, by the names that rules use; all have the same rows.
        all_rules: what is true between them, or what readers take for granted.
    """
    counts = counts_of(tables)
    return tuple(one for one in stated(tables, all_rules) if one.holds(counts))


def stated(tables: Mapping[str, Table], all_rules: Iterable[Rule]) -> Iterator[Relation]:
    """Yield every relation between the counts of some tables: their sums, and each rule by row."""
    for name, table in tables.items():
        yield from _sums(name, table)
    labels = dict.fromkeys(row.label for table in tables.values() for row in table.rows)
    for rule in all_rules:
        for kind in _kinds(rule, tables):
            for label in labels:
                less, more = (
                    tuple(cell for of in side for cell in _cells(of, label, kind))
                    for side in (rule.less, rule.more)
                )
                yield Relation(less, more, rule.equal)


def _sums(name: str, table: Table) -> Iterator[Relation]:
    """Yield that the parts of each row add up to its total, and the rows of each column."""
    columns = () if table.columns_by is None else table.columns
    for row in (*table.rows, table.total):
        if columns:
            parts = tuple(Cell(name, row.label, column) for column in columns)
            yield Relation(parts, (Cell(name, row.label, TOTAL),), equal=True)
    for column in (*columns, TOTAL):
        rows = tuple(Cell(name, row.label, column) for row in table.rows)
        yield Relation(rows, (Cell(name, TOTAL, column),), equal=True)


def _kinds(rule: Rule, tables: Mapping[str, Table]) -> Iterable[str]:
    """Return the kinds for which a rule with `EACH` is read; a rule without is read once."""
    named = [of.table for side in (rule.less, rule.more) for of in side if EACH in of.columns]
    if not named:
        return ("",)
    return dict.fromkeys(c for name in named if name in tables for c in tables[name].columns)


def _cells(of: Of, label: str, kind: str) -> Iterator[Cell]:
    for column in of.columns:
        yield Cell(of.table, label, kind if column == EACH else column)


def _rules_of_outcomes(terms: Terms) -> Iterator[Rule]:
    """ToR 1.4, 8.10: yield which outcomes exclude each other, and which ask for practice reviews.

    A practice review is usually one that a decision in effect asks for.
    """
    asking = tuple(code for code, one in terms.outcomes.items() if one.practice_review)
    yield Rule((_all(m.PRACTICE_REVIEW),), (_some(m.OUTCOME, *asking),))
    for pair in sorted(terms.exclusive_outcomes):
        yield Rule((_some(m.OUTCOME, *pair),), (_all(m.DECISION),))


def usually_of(clock: Deadline) -> Iterator[Rule]:
    """Yield what readers take for granted about a clock: its start, its stop, its time limit."""
    ends, days = came_to(clock), days_taken(clock)
    ended_otherwise = Of(ends, ("ended-otherwise",))
    if clock.starts_on == RECEIVED:
        yield Rule((Of(ends),), (_all(m.NOTIFICATION),))
        yield Rule((_all(m.CRITERIA_NOT_MET),), (ended_otherwise,), equal=True)
        yield Rule((Of(ends),), (_all(m.REVIEW), ended_otherwise), equal=True)
    for stop in clock.stops:
        stopped = Of(days, _STOPPED)
        if stop.on in _STOPPED_BY:
            yield Rule((stopped,), (_all(_STOPPED_BY[stop.on]),), equal=True)
        if stop.on == _SENT:  # what the group decided; and the Panel answers what was sent to it
            yield Rule((stopped,), (_all(m.DECISION),))
            yield Rule((_all(m.PANEL_ANSWER),), (stopped,))
    if clock.unit is not Unit.MONTHS:
        yield from _in_time(ends, days, clock.length)


def _of_the_panel(sending: Deadline, panels: Deadline) -> Iterator[Rule]:
    """ToR 7.8: yield that the Panel discussed what was sent to it, for the first time or again.

    Args:
        sending: a clock that may stop when the report goes to the Panel.
        panels: a clock that may start when the Panel discusses it.
    """
    if panels.starting_kind == _DISCUSSED and any(one.on == _SENT for one in sending.stops):
        started = Of(days_taken(panels), (*_STOPPED, "still-open"))
        stopped = Of(days_taken(sending), _STOPPED)
        yield Rule((started,), (stopped, _all(m.RECONSIDERATION)))


def _in_time(ends: str, days: str, length: int) -> Iterator[Rule]:
    """Yield which bands of days are in time, and which are late."""
    within = tuple(band for band, last in BANDS.items() if last and last <= length)
    beyond = tuple(band for band in BANDS if _first_day(band) > length)
    perhaps_within, perhaps_beyond = (
        (*(band for band in BANDS if band not in sure), "days-unknown")
        for sure in (beyond, within)
    )
    yield Rule((Of(days, (*within, IMPOSSIBLE)),), (Of(ends, ("met", "not-yet-due", IMPOSSIBLE)),))
    yield Rule((Of(days, beyond),), (Of(ends, ("met-late", RELAXED)),))
    yield Rule((Of(ends, ("met",)),), (Of(days, perhaps_within),))
    yield Rule((Of(ends, ("met-late",)),), (Of(days, perhaps_beyond),))
    late = Of(ends, ("met-late", "overdue", RELAXED))
    yield Rule((late,), (Of(days, (*perhaps_beyond, "still-open")),))


def _first_day(band: str) -> int:
    """Return the first day of a band."""
    return int("".join(takewhile(str.isdigit, band)))
