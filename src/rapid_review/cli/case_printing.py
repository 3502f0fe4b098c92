"""A case's clocks, findings and timeline as every command shows them: for people, and as JSON."""

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import click

from rapid_review.cli.output import minutes, print_rows, print_verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rapid_review.domain.terms.terms import Terms
    from rapid_review.projections.case.clock_reading import ClockReading, Reason
    from rapid_review.projections.case.due_days import DueMarks
    from rapid_review.projections.case.findings import Found
    from rapid_review.projections.case.judgement import Judgement
    from rapid_review.projections.case.timeline import Line
    from rapid_review.projections.compare.clock_changes import ClockChange


def print_timeline(
    lines: "Iterable[Line]", terms: "Terms", marks: "Mapping[int, DueMarks]"
) -> None:
    """Print a timeline, each time in the terms' own zone.

    Args:
        lines: its lines.
        terms: those that name the zone.
        marks: the marks of the due days that its entries record, such as provisional, by version.
    """
    for line in lines:
        at = minutes(line.at.astimezone(terms.zone))
        click.echo(f"{line.version:>4}  {at}  {line.kind}  {line.clause}{marks_of(line)}".rstrip())
        who = f"by {line.by}, {line.role}, {line.agency}"
        click.echo(f"      {summary_of(line, marks)} ({who})")


def summary_of(line: "Line", marks: "Mapping[int, DueMarks]") -> str:
    """Return what a line of a timeline says, with the marks of the due day that it records."""
    from rapid_review.projections.case import due_days

    found = marks.get(line.version)
    return line.summary if found is None else f"{line.summary} [{due_days.marks_of(found)}]"


def marks_of(line: "Line") -> str:
    """Return the mark of a line that was corrected: what became of it, and by which entry."""
    return "" if line.corrected_by is None else f"  [{line.standing}, see {line.corrected_by}]"


def print_clocks(readings: "Iterable[ClockReading]") -> None:
    """Print clocks as a table, with notes below it; see `print_notes`."""
    readings = tuple(readings)
    print_rows([row_of(one) for one in readings])
    print_notes(readings)


def row_of(reading: "ClockReading") -> dict[str, object]:
    """Return a clock as a row of a table."""
    from rapid_review.projections.case.due_days import marked

    return {
        "clock": reading.key,
        "state": reading.state.replace("-", " "),
        "from": reading.counted_from,
        "due": marked(reading.due, reading),
        "stopped": reading.stopped_on,
        "days": _days(reading),
        "clause": reading.rule.clause,
        "owed by": reading.rule.owed_by,
    }


def print_notes(readings: "Iterable[ClockReading]") -> None:
    """Print what the dates of a clock do not show: reasons, marks, a national relaxation."""
    from rapid_review.projections.case.due_days import marks_in_words

    for one in readings:
        reason = f" ({one.reason})" if one.reason else ""
        if one.because:
            click.echo(f"{one.key}: {one.because}{reason}")
        for mark in marks_in_words(one):
            click.echo(f"{one.key}: {mark}")
        if one.relaxation is not None and not one.because:
            since, until = one.relaxation.since, one.relaxation.until
            days = f"from {since} to {until}" if until else f"since {since}"
            click.echo(f"{one.key}: nationally, {days}: {one.relaxation.says}")
        if one.stop_findings:
            click.echo(
                f"{one.key}: the rules found something wrong with what stopped this clock: "
                f"{', '.join(one.stop_findings)}"
            )


def print_judgement(judged: "Judgement") -> None:
    """Print the findings, or that there are none; then how much was checked, by which edition."""
    for one in _together(judged.found):
        print_finding(one)
    if not judged.asked.entries:
        click.echo("Nothing of the case was recorded, or had happened, by then. ", nl=False)
    elif not judged.found:
        missed = ", ".join(one.key for one in judged.missed)
        but = f", but these deadlines were missed: {missed}" if missed else ""
        click.echo(f"All rules are met{but}. ", nl=False)
    click.echo(f"Checked: {judged.asked}.")


def _together(found: "Iterable[Found]") -> "Iterator[Found]":
    """Yield findings; those about one duty to several people or agencies are joined into one."""
    from rapid_review.domain.rules.finding import joined

    for version, group in groupby(found, key=lambda one: one.version):
        if version is not None:
            yield from group
            continue
        first, *others = group
        duties = joined((one.finding for one in (first, *others)), ", ".join)
        yield from (replace(first, finding=one) for one in duties)


def print_finding(found: "Found") -> None:
    """Print a finding, and what to do next."""
    finding = found.finding
    print_heading(found)
    click.echo(f"      {finding.because}. {finding.way_on}")


def print_heading(found: "Found", case: str | None = None) -> None:
    """Print the heading of a finding: its entry, its clause, its verdict and its code.

    Args:
        found: the finding.
        case: the case that it is about, if several cases are printed.
    """
    finding = found.finding
    where = "   -  the case" if found.version is None else f"{found.version:>4}  {found.kind}"
    if case is not None:
        where = f"{case}  {where.lstrip()}"
    subject = f" ({finding.subject})" if finding.subject else ""
    which = f"{finding.kind} {finding.code}{subject}"
    clause = f"{finding.clause}: " if finding.clause else ""
    print_verdict(f"{where}  {clause}", finding.verdict, f"  [{which}]")


def print_findings_under(title: str, found: "Iterable[Found]") -> None:
    """Print findings with a title above them; nothing if there are none."""
    found = tuple(found)
    if found:
        click.echo(f"\n{title}:")
    for one in found:
        print_finding(one)


def change_row(change: "ClockChange") -> dict[str, object]:
    """Return a clock's change as a row of a table."""
    return {
        "clock": change.deadline,
        "before": _verdict(change.before),
        "after": _verdict(change.after),
    }


def _days(reading: "ClockReading") -> str | None:
    if reading.days_allowed is None:
        return None
    taken = "?" if reading.days_taken is None else reading.days_taken
    return f"{taken} of {reading.days_allowed}{why_unknown(reading.days_unknown)}"


def why_unknown(reason: "Reason | None") -> str:
    """Return in brackets why a number of days is unknown; an empty text if it is known."""
    return f" ({reason.replace('-', ' ')})" if reason else ""


def _verdict(reading: "ClockReading | None") -> str:
    """Return the verdict on a clock in a few words: its state, its due day, its stop."""
    from rapid_review.projections.case.due_days import marked

    if reading is None:
        return "no such clock"
    reason = f" ({reading.reason})" if reading.reason else ""
    parts = [f"{reading.state.replace('-', ' ')}{reason}"]
    if reading.due is not None:
        parts.append(f"due {marked(reading.due, reading)}")
    if reading.stopped_on is not None:
        parts.append(f"stopped {reading.stopped_on}")
    return ", ".join(parts)
