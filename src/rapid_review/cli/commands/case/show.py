"""`show` and `timeline`: one case, as it had happened and as it was recorded."""

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final, cast

import click

from rapid_review.cli.case_printing import print_clocks, print_judgement, print_timeline
from rapid_review.cli.options import case_argument
from rapid_review.cli.output import minutes, print_json, print_rows
from rapid_review.cli.question import Question, asks, times_as_json
from rapid_review.wire.readings import judgement_of, line_of, standing_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rapid_review.projections.work.next_steps import NextStep


@click.command()
@case_argument
@asks
def timeline(question: Question, *, case: str) -> None:
    """Print what happened in a CASE, step by step, with clauses."""
    from rapid_review.projections.case.due_days import marks_by_version
    from rapid_review.projections.case.timeline import timeline_of

    history = question.history(case)
    as_of = question.as_of_times(question.happened_by, question.recorded_by, history.terms)
    lines = timeline_of(history, as_of)
    marks = marks_by_version(history.entries, history.calendars)
    if question.as_json:
        entries = [line_of(one, marks) for one in lines]
        print_json({"case": case, **times_as_json(as_of), "entries": entries})
    else:
        print_timeline(lines, history.terms, marks)


@click.command()
@case_argument
@asks
def show(question: Question, *, case: str) -> None:
    """Print a CASE: stage, clocks, findings, and what comes next."""
    from rapid_review.projections.case.stage import Stage
    from rapid_review.projections.work.case_reading import CaseReading

    history = question.history(case)
    as_of = question.as_of_times(question.happened_by, question.recorded_by, history.terms)
    read = CaseReading.of(history, as_of)
    judged, steps = read.judged, read.next_steps
    head = {"case": case, **times_as_json(as_of), **standing_of(read)}
    amiss = question.not_counted_because(case) if read.stage is Stage.DUPLICATE else {}
    if question.as_json:
        print_json(head | amiss | judgement_of(read))
        return
    for key, value in head.items():
        click.echo(f"{key.replace('_', ' '):<12} {_cell(value, history.terms.zone)}")
    click.echo()
    for why in amiss.values():
        click.echo(f"{why}.\n")
    print_clocks(judged.clocks)
    click.echo()
    print_judgement(judged)
    click.echo()
    _print_steps(steps)


def _print_steps(steps: "Iterable[NextStep]") -> None:
    """Print the next steps, and what stands in the way of those that cannot be done yet."""
    from rapid_review.projections.case.due_days import marked

    rows = [
        {
            "next": one.step,
            "for": "; ".join(_whom_and_what(one)),
            "possible": "yes" if one.possible else "no",
            "due": marked(one.due, one),
            "owed by": ", ".join(one.owed_by),
            "clause": one.clause,
            "in the way": one.in_the_way[0].because if one.in_the_way else None,
        }
        for one in steps
    ]
    print_rows(rows)
    if not rows:
        click.echo("Nothing is due.")


def _whom_and_what(step: "NextStep") -> "Iterator[str]":
    """Yield whom or what a step is about, and for reports the number of the collation."""
    few = len(step.about) <= _FEW
    yield ", ".join(step.about) if few else f"{len(step.about)} in all"
    if step.collations:
        yield f"collation {', '.join(map(str, step.collations))}"


_FEW: Final = 2
"""How many seats or agencies are named in a row of a table."""


def _cell(value: object, zone: tzinfo) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return minutes(value.astimezone(zone))
    if isinstance(value, tuple):
        return ", ".join(map(str, cast("tuple[object, ...]", value)))
    return str(value)
