"""The judgement on a case: its clocks, duties and findings in one reading, and how much was asked.

Every view of what is right and wrong in a case shows this judgement. So no view leaves out a duty
or a clock, and none says "nothing was found" without how much was asked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import cast

from rapid_review.domain.entry import Entry
from rapid_review.domain.events import DUE_DAYS, AnyEvent
from rapid_review.domain.printable import counted
from rapid_review.domain.registry import REGISTRY
from rapid_review.domain.statement import Statement
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf, CaseHistory, effective_entries
from rapid_review.projections.case.attendance_kinds import attendance_by_quorum
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.duties import Duty, DutyState, duties_of
from rapid_review.projections.case.findings import EDITION, Found, findings
from rapid_review.projections.editions import in_force


@dataclass(frozen=True, slots=True)
class Asked:
    """How much of a case was checked, and by which edition of the rules.

    Attributes:
        entries: how many entries in effect.
        rules: how many rules, counted once for each entry of which they were asked.
        duties: how many duties, done or not.
        dates: how many dates and times: when each entry happened, and those in its fields.
        edition: the edition of the rules.
    """

    entries: int
    rules: int
    duties: int
    dates: int
    edition: str = EDITION

    def __str__(self) -> str:
        """Say it in words."""
        return (
            f"{counted(self.rules, 'rule')}, {counted(self.duties, 'duty')} and "
            f"{counted(self.dates, 'date')} of {counted(self.entries, 'entry')}, by "
            f"edition {self.edition} of the rules"
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is right and wrong in a case on one day.

    Attributes:
        clocks: every clock, each with what is wrong with the step that stopped it.
        duties: every duty, done or not.
        found: what is wrong: by entry, then the duties that can no longer be done in time.
        asked: how much was asked.
    """

    clocks: tuple[ClockReading, ...]
    duties: tuple[Duty, ...]
    found: tuple[Found, ...]
    asked: Asked

    @property
    def missed(self) -> tuple[ClockReading, ...]:
        """The clocks that stopped late or are overdue; none of them is advisory."""
        return tuple(one for one in self.clocks if one.state.is_late and not one.rule.advisory)


def judgement(history: CaseHistory, as_of: AsOf) -> Judgement:
    """Return the judgement on a case, on the day of the reading.

    Raises:
        RecordError: the entries are not all of one case, from its first.
        TermsError: a clock is running that none of the terms given holds.
        InvalidInputError: no day is given.
    """
    case = history.case(as_of)
    terms = history.terms_of(case)
    read = clocks(history, as_of)
    editions = in_force(case.standing, history.terms, history.earlier)
    owed = duties_of(case, editions, read, as_of.day(terms))
    in_entries = findings(history, as_of)
    stands = effective_entries(history.entries, as_of)
    by_quorum = partial(attendance_by_quorum, case=case, editions=editions)
    return Judgement(
        tuple(_with_stop_findings(read, stands, in_entries, terms, by_quorum)),
        owed,
        (*in_entries, *undone(owed)),
        _count_asked(stands, len(owed)),
    )


def undone(duties: Iterable[Duty]) -> Iterator[Found]:
    """Yield a finding for each duty that can no longer be done in time."""
    for one in duties:
        if one.state is DutyState.FOUND:
            yield Found(None, "", one.finding)


def _with_stop_findings(
    read: Iterable[ClockReading],
    stands: Iterable[Entry],
    found: Iterable[Found],
    terms: Terms,
    by_quorum: Callable[[AnyEvent], AnyEvent],
) -> Iterator[ClockReading]:
    """Yield the clocks, each with the codes of what is wrong with the step that stopped it.

    `by_quorum` returns an attendance under the kind that its seats give it.
    """
    wrong: dict[int | None, list[str]] = {}
    for one in found:
        wrong.setdefault(one.version, []).append(one.finding.code)
    steps = [(one.version, by_quorum(one.event)) for one in stands if one.version in wrong]
    for reading in read:
        codes = (
            code
            for version, event in steps
            if (stop := reading.rule.stopped_by(event)) is not None
            and terms.local_day(stop) == reading.stopped_on
            for code in wrong[version]
        )
        stop_findings = tuple(dict.fromkeys(codes))
        yield reading._replace(stop_findings=stop_findings) if stop_findings else reading


def _count_asked(stands: Iterable[Entry], duties: int) -> Asked:
    events = [entry.event for entry in stands if not isinstance(entry.event, DUE_DAYS)]
    rules = sum(len(REGISTRY[type(event)].asked) for event in events)
    return Asked(len(events), rules, duties, sum(map(_number_of_dates, events)))


def _number_of_dates(value: object) -> int:
    """Return how many dates and times a statement holds."""
    match value:
        case date():
            return 1
        case Statement():
            return sum(map(_number_of_dates, vars(value).values()))
        case tuple():
            return sum(map(_number_of_dates, cast("tuple[object, ...]", value)))
        case Mapping():
            return sum(map(_number_of_dates, cast("Mapping[str, object]", value).values()))
        case _:
            return 0
