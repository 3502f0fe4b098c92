"""`compliance`: what became of every clock, and every rule that does not hold."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import click

from rapid_review.cli.context import print_about_store
from rapid_review.cli.errors import BREACH, counts_as_breach
from rapid_review.cli.options import case_or_all_argument
from rapid_review.cli.output import print_json, print_rows
from rapid_review.cli.printing import print_heading, print_judgement, print_notes, row_of
from rapid_review.cli.question import Question, asks, head_of
from rapid_review.wire.readings import clock_of, finding_of
from rapid_review.wire.values import Json, plain

if TYPE_CHECKING:
    from rapid_review.projections.as_of import AsOf, CaseHistory
    from rapid_review.projections.case.clock_reading import ClockReading
    from rapid_review.projections.case.judgement import Judgement


class Read(NamedTuple):
    """What was read of one case."""

    case: str
    judged: "Judgement"


@click.command()
@case_or_all_argument
@click.option(
    "--fail-on-breach",
    is_flag=True,
    help="Exit with 6 if one of the partnership's own clocks, other than a milestone, is "
    "overdue or was met late; if a forbidden step or an impossible order of days was recorded; "
    "or if a duty was not done and it is now too late.",
)
@asks
def compliance(question: Question, *, case: str | None, fail_on_breach: bool) -> None:
    """Print the result of every clock of a CASE, or of all cases, and what broke a rule.

    Without a CASE this prints a line for each case and clock, the worst first.
    """
    as_of = question.as_of
    if case is None:
        read = list(question.of_each_case(lambda history: _read(history, as_of)))
    else:
        read = [_read(question.history(case), as_of)]
    if question.as_json:
        print_json({**head_of(as_of), "cases": [_as_json(one) for one in read]})
    elif case is None:
        _print_all(read)
        if not read:
            print_about_store(question.store, f"There is no case of {question.terms.partnership}")
    else:
        _print_one(read[0])
    if fail_on_breach and any(map(_breached, read)):
        raise click.exceptions.Exit(BREACH)


def _read(history: "CaseHistory", as_of: "AsOf") -> Read:
    from rapid_review.projections.case.judgement import judgement

    return Read(history.entries[0].case, judgement(history, as_of))


def _as_json(read: Read) -> Json:
    return {
        "case": read.case,
        "clocks": [clock_of(one) for one in read.judged.clocks],
        "findings": [finding_of(one) for one in read.judged.found],
        "asked": plain(read.judged.asked),
    }


def _print_one(read: Read) -> None:
    """Print one case: each clock with the calendar that counted it, then the findings."""
    print_rows([{**row_of(one), "calendar": _calendar(one)} for one in read.judged.clocks])
    print_notes(read.judged.clocks)
    click.echo()
    print_judgement(read.judged)


def _print_all(read: Iterable[Read]) -> None:
    """Print a line for each case and clock, the worst first; then a line for each finding."""
    read = tuple(read)
    pairs = sorted(
        ((_rank(clock), one.case, clock) for one in read for clock in one.judged.clocks),
        key=lambda pair: pair[:2],
    )
    print_rows([{"case": case, **row_of(clock)} for _, case, clock in pairs])
    if read:
        click.echo()
    for one in read:
        for each in one.judged.found:
            print_heading(each, one.case)
        click.echo(f"{one.case}  {len(one.judged.found)} findings; checked: {one.judged.asked}")


def _rank(reading: "ClockReading") -> tuple[int, date]:
    """Return how far up a clock stands: the worst state first, in it the one due first."""
    from rapid_review.projections.case.clock_reading import ClockState

    worst_first = (
        ClockState.OVERDUE,
        ClockState.MET_LATE,
        ClockState.RELAXED,
        ClockState.UNDETERMINED,
        ClockState.RUNNING,
        ClockState.WITHHELD,
        ClockState.MET,
        ClockState.ENDED_OTHERWISE,
        ClockState.NOT_STARTED,
    )
    return worst_first.index(reading.state), reading.due or date.max


def _breached(read: Read) -> bool:
    """Say whether a clock of the partnership's own is late, or a breach is found."""
    from rapid_review.projections.case.clock_reading import ClockState

    late = (ClockState.OVERDUE, ClockState.MET_LATE)
    return any(
        one.state in late and not one.national and not one.rule.advisory
        for one in read.judged.clocks
    ) or any(counts_as_breach(one.finding.verdict, one.finding.kind) for one in read.judged.found)


def _calendar(reading: "ClockReading") -> str | None:
    calendar = reading.calendar
    return None if calendar is None else f"{calendar.id} {calendar.version}"
