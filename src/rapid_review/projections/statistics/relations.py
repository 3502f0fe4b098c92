"""How the tables bind each other: what the numbers of one say of those of another.

They hold in every row and in the totals, of whatever was counted, by every grouping. Whoever hides
a number in one table asks here which others might give it away.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rapid_review.projections.statistics import measures as m

CLOCK: Final = "clock"
"""Stands for any clock in the name of its tables: "clock: came to" is "rapid-review: came to"."""


RUNS_ONCE: Final = "clock that runs once"
"""Stands for any but those that run again, when a reconsidered decision goes to the Panel."""


class Relates(StrEnum):
    """How the numbers of some tables relate to those of another."""

    DIVIDE = "divide, kind by kind"  # of one kind of the other, these kinds are all there is
    DIVIDE_THE_TOTAL = "divide the total of"  # they divide the same things, each otherwise
    PART = "are part of"  # their totals together are at most the total of the other
    PART_BY_KIND = "are part of, kind by kind"  # each kind is at most the same kind of the other
    EACH_PART = "are each part of"  # each kind is at most the total of the other
    AT_LEAST = "are at least"  # their total is at least the total of the other


@dataclass(frozen=True, slots=True)
class Relation:
    """How some tables are bound to another.

    Attributes:
        tables: the names of the tables that are bound; of several, what is said is of their sum.
        relates: how.
        other: the name of the table that binds them.
    """

    tables: tuple[str, ...]
    relates: Relates
    other: str


def _bound(table: m.Measure, relates: Relates, other: m.Measure) -> Relation:
    return Relation((table.name,), relates, other.name)


RELATIONS: Final = (
    _bound(m.NATURE_BY_AGE, Relates.DIVIDE, m.NOTIFICATION),
    _bound(m.CHILD, Relates.AT_LEAST, m.NOTIFICATION),
    Relation((m.CRITERIA_NOT_MET.name, m.REVIEW.name), Relates.PART, m.NOTIFICATION.name),
    _bound(m.REPORT_FILED, Relates.PART_BY_KIND, m.REPORT_REQUESTED),
    _bound(m.REPORT_LATE, Relates.PART_BY_KIND, m.REPORT_FILED),
    _bound(m.REPORT_NIL, Relates.PART_BY_KIND, m.REPORT_FILED),
    _bound(m.QUORUM_NOT_MET, Relates.PART, m.MEETING),
    _bound(m.EMPTY_SEAT, Relates.AT_LEAST, m.QUORUM_NOT_MET),
    _bound(m.EMPTY_SEAT, Relates.EACH_PART, m.QUORUM_NOT_MET),
    _bound(m.DECISION, Relates.PART, m.REVIEW),
    _bound(m.OUTCOME, Relates.AT_LEAST, m.DECISION),
    _bound(m.OUTCOME, Relates.EACH_PART, m.DECISION),
    _bound(m.RECONSIDERATION, Relates.PART, m.DECISION),
    _bound(m.PRACTICE_REVIEW, Relates.PART, m.REVIEW),
    _bound(m.PANEL_ANSWER, Relates.PART, m.REVIEW),
    _bound(m.OUTCOME_ANSWERED, Relates.EACH_PART, m.PANEL_ANSWER),
    _bound(m.OUTCOME_AGREED, Relates.PART_BY_KIND, m.OUTCOME_ANSWERED),
    _bound(m.THEME, Relates.EACH_PART, m.REVIEW),
    Relation((f"{RUNS_ONCE}: came to",), Relates.PART, m.NOTIFICATION.name),
    Relation((f"{CLOCK}: days taken",), Relates.DIVIDE_THE_TOTAL, f"{CLOCK}: came to"),
)
"""Every relation between two tables that holds whatever was counted.

One is between columns: the clocks that ended otherwise are of notifications whose criteria were
found not met.
"""
