"""`show` and `timeline`: one case, as it had happened and as it was recorded."""

from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

import click

from rapid_review.cli.output import Json, minutes, plain, print_json, print_rows
from rapid_review.cli.question import Question, asks, head_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapid_review.domain.case import Case
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.projections.case.clocks import ClockReading
    from rapid_review.projections.case.findings import Found
    from rapid_review.projections.case.timeline import Line
    from rapid_review.projections.work.next_steps import NextStep


@click.command()
@click.argument("case")
@asks
def timeline(question: Question, *, case: str) -> None:
    """Print what happened in a CASE, an entry a line, with its clauses."""
    from rapid_review.projections.case.timeline import timeline as lines_of

    history = question.history(case)
    as_of = question.as_of_times(question.happened_by, question.recorded_by, history.terms)
    lines = lines_of(history.entries, as_of)
    if question.as_json:
        entries = [line_of(one) for one in lines]
        print_json({"case": case, **head_of(as_of), "entries": entries})
    else:
        print_timeline(lines, history.terms)


@click.command()
@click.argument("case")
@asks
def show(question: Question, *, case: str) -> None:
    """Print where a CASE stands: its stage, clocks, findings, and what comes next."""
    from rapid_review.projections.case.clocks import clocks
    from rapid_review.projections.case.findings import findings
    from rapid_review.projections.work.next_steps import next_steps

    history = question.history(case)
    as_of = question.as_of_times(question.happened_by, question.recorded_by, history.terms)
    readings, found, seen = clocks(history, as_of), findings(history, as_of), history.case(as_of)
    held = history.terms_of(seen)
    steps = next_steps(seen, held, readings, at=as_of.moment(held))
    head = {"case": case, **head_of(as_of), **_head(seen, held)}
    if question.as_json:
        told = {
            "clocks": [clock_of(one) for one in readings],
            "findings": [finding_of(one) for one in found],
            "next_steps": [plain(one) for one in steps],
        }
        print_json(head | told)
        return
    for key, value in head.items():
        click.echo(f"{key.replace('_', ' '):<12} {_told(value)}")
    click.echo()
    print_clocks(readings)
    click.echo()
    print_findings(found)
    click.echo()
    _print_steps(steps)


def line_of(line: "Line") -> Json:
    """Return a line of a timeline as JSON has it."""
    told = plain(line)
    told["by"] = {"role": told.pop("role"), "agency": told.pop("agency")}
    return told


def clock_of(reading: "ClockReading") -> Json:
    """Return a clock as JSON has it: the rule's own fields beside what became of it."""
    told = plain(reading)
    rule = told.pop("rule")
    return {"deadline": rule.pop("id"), **rule, **told}


def finding_of(found: "Found") -> Json:
    """Return a finding as JSON has it."""
    return {"version": found.version, "kind": found.kind, **plain(found.finding)}


def print_timeline(lines: "Iterable[Line]", terms: "Terms") -> None:
    """Print a timeline, each time in the terms' own zone."""
    for line in lines:
        at = minutes(line.at.astimezone(terms.zone))
        click.echo(f"{line.version:>4}  {at}  {line.kind}  {line.clause}{marks_of(line)}".rstrip())
        click.echo(f"      {line.summary} (by {line.role}, {line.agency})")


def marks_of(line: "Line") -> str:
    """Return the mark of a line that was corrected: what became of it, and by which entry."""
    return "" if line.corrected_by is None else f"  [{line.standing}, see {line.corrected_by}]"


def print_clocks(readings: "Iterable[ClockReading]") -> None:
    """Print clocks as a table; why a clock stands so, and what covers it, stand below."""
    readings = tuple(readings)
    print_rows([row_of(one) for one in readings])
    print_notes(readings)


def row_of(reading: "ClockReading") -> dict[str, object]:
    """Return a clock as a row of a table."""
    return {
        "clock": reading.rule.id,
        "state": reading.state.replace("-", " "),
        "from": reading.counted_from,
        "due": reading.due,
        "stopped": reading.stopped_on,
        "days": _days(reading),
        "clause": reading.rule.clause,
        "owed by": reading.rule.owed_by,
    }


def print_notes(readings: "Iterable[ClockReading]") -> None:
    """Print why a clock stands so where its dates do not say it, and what covers it."""
    for one in readings:
        if one.because:
            click.echo(f"{one.rule.id}: {one.because}")
        if one.relaxation is not None and not one.because:
            click.echo(
                f"{one.rule.id}: nationally, since {one.relaxation.since}: {one.relaxation.says}"
            )


def print_findings(found: "Iterable[Found]") -> None:
    """Print what the rules found, or that all of them hold."""
    found = tuple(found)
    if not found:
        click.echo("Every rule that was asked holds.")
    for one in found:
        print_finding(one)


def print_finding(found: "Found") -> None:
    """Print what a rule found in an entry, and the way on."""
    finding = found.finding
    click.echo(f"{found.version:>4}  {found.kind}  {finding.clause}: {finding.verdict}")
    click.echo(f"      {finding.because}. {finding.way_on}")


def print_findings_under(title: str, found: "Iterable[Found]") -> None:
    """Print findings with a title above them; nothing if there are none."""
    found = tuple(found)
    if found:
        click.echo(f"\n{title}:")
    for one in found:
        print_finding(one)


def _print_steps(steps: "Iterable[NextStep]") -> None:
    """Print what comes next, and what stands in the way of what cannot be done yet."""
    rows = [
        {
            "next": one.step,
            "for": ", ".join(one.about) if len(one.about) <= _FEW else f"{len(one.about)} in all",
            "possible": "yes" if one.possible else "no",
            "due": one.due,
            "owed by": ", ".join(one.owed_by),
            "clause": one.clause,
            "in the way": one.in_the_way[0].because if one.in_the_way else None,
        }
        for one in steps
    ]
    print_rows(rows)
    if not rows:
        click.echo("Nothing is left to do.")


_FEW: Final = 2
"""How many seats or agencies are named in a row of a table."""


def _days(reading: "ClockReading") -> str | None:
    if reading.days_allowed is None:
        return None
    taken = "?" if reading.days_taken is None else reading.days_taken
    return f"{taken} of {reading.days_allowed}"


def _told(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return minutes(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, cast("tuple[object, ...]", value)))
    return str(value)


def _head(case: "Case", terms: "Terms") -> dict[str, object]:
    from rapid_review.domain.events import NotificationReceived
    from rapid_review.projections.case.stage import stage

    received = case.last(NotificationReceived)
    return {
        "stage": stage(case),
        "received_on": received and terms.local_day(received.at),
        "outcomes": case.review.decided,
        "panel_agrees": case.review.panel_agrees,
        "terms": terms.id,
        "rule_set": terms.rule_set,
        "entries": case.version,
    }
