"""The judgement on a case: its clocks, duties and findings in one reading, and what was asked.

Anyone who shows what is right and wrong in a case shows this, so that no duty and no clock is left
out of one view, and so that "nothing was found" is never said without how much was asked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import cast

from rapid_review.domain.entry import Entry
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.registry import REGISTRY
from rapid_review.domain.statement import Said
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.as_of import AsOf, CaseHistory, effective_entries, in_force
from rapid_review.projections.case.by_kind import as_its_seats_say
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.case.duties import Duty, DutyState, duties_of, terms_of_duties
from rapid_review.projections.case.findings import EDITION, FOLLOWS, Found, findings


@dataclass(frozen=True, slots=True)
class Asked:
    """How much of a case was checked, and by which edition of the rules.

    Attributes:
        entries: of how many entries in effect.
        rules: how many rules, one for each entry that it is asked of.
        duties: how many duties, done or not.
        dates: how many dates: when each entry happened, and those that it tells of.
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
            f"{_many(self.rules, 'rule')}, {_many(self.duties, 'duty', 'duties')} and "
            f"{_many(self.dates, 'date')} of {_many(self.entries, 'entry', 'entries')}, by "
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
    owed = duties_of(case, terms_of_duties(case, history), read, as_of.day(terms))
    in_entries = findings(history, as_of)
    stands = effective_entries(history.entries, as_of)
    editions = in_force(case.standing, history.terms, history.earlier)
    named = partial(as_its_seats_say, case=case, editions=editions)
    return Judgement(
        tuple(_with_stop_findings(read, stands, in_entries, terms, named)),
        owed,
        (*in_entries, *undone(owed)),
        _asked(stands, len(owed)),
    )


def undone(duties: Iterable[Duty]) -> Iterator[Found]:
    """Yield what is found of duties: those that can no longer be done in time."""
    for one in duties:
        if one.state is DutyState.FOUND:
            yield Found(None, "", one.finding)


def _with_stop_findings(
    read: Iterable[ClockReading],
    stands: Iterable[Entry],
    found: Iterable[Found],
    terms: Terms,
    named: Callable[[AnyEvent], AnyEvent],
) -> Iterator[ClockReading]:
    """Yield the clocks, each with the codes of what is wrong with the step that stopped it.

    `named` gives each attendance the name that its seats give it.
    """
    wrong: dict[int | None, list[str]] = {}
    for one in found:
        wrong.setdefault(one.version, []).append(one.finding.code)
    steps = [(one.version, named(one.event)) for one in stands if one.version in wrong]
    for reading in read:
        codes = (
            code
            for version, event in steps
            if (stop := reading.rule.stopped_by(event)) is not None
            and terms.local_day(stop) == reading.stopped_on
            for code in wrong[version]
        )
        told = tuple(dict.fromkeys(codes))
        yield reading._replace(stop_findings=told) if told else reading


def _asked(stands: Iterable[Entry], duties: int) -> Asked:
    events = [entry.event for entry in stands if not isinstance(entry.event, FOLLOWS)]
    rules = sum(len(REGISTRY[type(event)].asked) for event in events)
    return Asked(len(events), rules, duties, sum(map(_dates_in, events)))


def _dates_in(value: object) -> int:
    """Return how many dates and times a statement holds."""
    match value:
        case date():
            return 1
        case Said():
            return sum(map(_dates_in, vars(value).values()))
        case tuple():
            return sum(map(_dates_in, cast("tuple[object, ...]", value)))
        case Mapping():
            return sum(map(_dates_in, cast("Mapping[str, object]", value).values()))
        case _:
            return 0


def _many(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"
