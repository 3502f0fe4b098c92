"""`compliance`: the result of every clock, and every rule that is not met."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import click

from rapid_review.cli.case_printing import print_heading, print_judgement, print_notes, row_of
from rapid_review.cli.context import print_about_store
from rapid_review.cli.errors import BREACH, counts_as_breach
from rapid_review.cli.options import case_or_all_argument
from rapid_review.cli.output import json_of, print_json_of_many, print_rows
from rapid_review.cli.question import Question, asks, times_as_json
from rapid_review.domain.printable import counted
from rapid_review.wire.readings import clock_of, finding_of
from rapid_review.wire.values import Json, plain

if TYPE_CHECKING:
    from rapid_review.projections.as_of import AsOf, CaseHistory
    from rapid_review.projections.case.clock_reading import ClockReading
    from rapid_review.projections.case.findings import Found
    from rapid_review.projections.case.judgement import Judgement


class JudgedCase(NamedTuple):
    """A case, and the findings in it."""

    case: str
    judged: "Judgement"


@click.command()
@case_or_all_argument
@click.option(
    "--fail-on-breach",
    is_flag=True,
    help="Exit with 6 if one of the partnership's own clocks, other than a milestone, is "
    "overdue or was met late. Also if a forbidden step or an impossible order of days was "
    "recorded, or if a duty was not done and it is now too late.",
)
@asks
def compliance(question: Question, *, case: str | None, fail_on_breach: bool) -> None:
    """Print the result of every clock, and what broke a rule.

    Without a CASE this prints a line for each clock of every case, the worst first.
    """
    as_of = question.as_of
    breached: list[str] = []

    def note_breach(read: JudgedCase) -> JudgedCase:
        if _is_breach(read):
            breached.append(read.case)
        return read

    each = map(note_breach, question.of_one_or_each(case, partial(_judge, as_of=as_of)))
    if question.as_json:
        print_json_of_many(times_as_json(as_of), "cases", (json_of(_as_json(one)) for one in each))
    elif case is not None:
        _print_one(next(each))
    elif not _print_all(each):
        print_about_store(question.store, f"There is no case of {question.terms.partnership}")
    if fail_on_breach and breached:
        raise click.exceptions.Exit(BREACH)


def _judge(history: "CaseHistory", as_of: "AsOf") -> JudgedCase:
    from rapid_review.projections.case.judgement import judgement

    return JudgedCase(history.entries[0].case, judgement(history, as_of))


def _as_json(read: JudgedCase) -> Json:
    return {
        "case": read.case,
        "clocks": [clock_of(one) for one in read.judged.clocks],
        "findings": [finding_of(one) for one in read.judged.found],
        "asked": plain(read.judged.asked),
    }


def _print_one(read: JudgedCase) -> None:
    """Print one case: each clock with the calendar that counted it, then the findings."""
    print_rows([{**row_of(one), "calendar": _calendar(one)} for one in read.judged.clocks])
    print_notes(read.judged.clocks)
    click.echo()
    print_judgement(read.judged)


def _print_all(each: Iterable[JudgedCase]) -> bool:
    """Print a line for each case and clock, the worst first; then a line for each finding.

    Returns:
        Whether there was a case.
    """
    # Of each case only what is printed is kept, because there may be many.
    rows: list[tuple[tuple[int, date], str, dict[str, object]]] = []
    found: list[tuple[str, tuple[Found, ...], str]] = []
    for case, judged in each:
        rows.extend((_rank(clock), case, row_of(clock)) for clock in judged.clocks)
        found.append((case, judged.found, str(judged.asked)))
    rows.sort(key=lambda row: row[:2])
    print_rows([{"case": case, **row} for _, case, row in rows])
    if found:
        click.echo()
    for case, findings, asked in found:
        for one in findings:
            print_heading(one, case)
        click.echo(f"{case}  {counted(len(findings), 'finding')}; checked: {asked}")
    return bool(found)


def _rank(reading: "ClockReading") -> tuple[int, date]:
    """Return the key by which clocks are sorted: the worst state first, then the earliest due."""
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


def _is_breach(read: JudgedCase) -> bool:
    """Say whether the partnership missed one of its own clocks, or a finding is a breach.

    A clock that would have stopped before it started counts as not in time, so it is a breach too.
    """
    from rapid_review.projections.case.clock_reading import Reason

    judged = read.judged
    cannot_be = (one for one in judged.clocks if one.reason is Reason.IMPOSSIBLE_ORDER)
    clocks = (*judged.missed, *(one for one in cannot_be if not one.rule.advisory))
    return any(not one.national for one in clocks) or any(
        counts_as_breach(one.finding.verdict, one.finding.kind) for one in read.judged.found
    )


def _calendar(reading: "ClockReading") -> str | None:
    calendar = reading.calendar
    return None if calendar is None else f"{calendar.id} {calendar.version}"
