"""`difference`: what differs between two views of a case, and which entries caused it."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from rapid_review.cli.case_printing import change_row, marks_of, print_findings_under, summary_of
from rapid_review.cli.options import When, case_argument
from rapid_review.cli.output import minutes, print_json, print_rows
from rapid_review.cli.question import Question, asks
from rapid_review.wire.readings import change_of, finding_of, line_of
from rapid_review.wire.values import Json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapid_review.domain.terms.terms import Terms
    from rapid_review.projections.as_of import AsOf, CaseHistory
    from rapid_review.projections.case.due_days import DueMarks
    from rapid_review.projections.compare.difference import Difference, LineDifference


@click.command()
@case_argument
@click.option(
    "--from-happened-by",
    metavar="WHEN",
    type=When(),
    help="The first view: what had happened by this time.",
)
@click.option(
    "--from-recorded-by",
    metavar="WHEN",
    type=When(),
    help="The first view: what was recorded by this time.",
)
@click.option(
    "--entry",
    metavar="N",
    type=click.IntRange(min=1),
    help="Compare the views just before and just after entry N was recorded, such as a "
    "correction. Replaces the other options of time.",
)
@asks
def difference(
    question: Question,
    *,
    case: str,
    from_happened_by: date | datetime | None,
    from_recorded_by: date | datetime | None,
    entry: int | None,
) -> None:
    """Print what differs between two views of a CASE, and why.

    It names the entries that made the difference. The options --from-... set the first view;
    --happened-by and --recorded-by set the second. Without those, the second view is what is known
    now.
    """
    from rapid_review.projections.case.due_days import marks_by_version
    from rapid_review.projections.compare.difference import around
    from rapid_review.projections.compare.difference import difference as between

    times = (from_happened_by, from_recorded_by)
    if (entry is None) is (times == (None, None)):
        raise click.UsageError(
            "the first view is missing; give --from-happened-by, --from-recorded-by or both, or "
            "give --entry"
        )
    if entry is not None and not question.is_of_now:
        raise click.UsageError("--entry sets both views; leave out the options of time")
    history = question.history(case)
    if entry is None:
        others = (question.happened_by, question.recorded_by)
        before = question.as_of_times(*times, history.terms)
        after = question.as_of_times(*others, history.terms)
    else:
        before, after = around(history.entries, _entry_of(history, entry))
    found = between(history, before, after)
    marks = marks_by_version(history.entries, history.calendars)
    if question.as_json:
        views = {"before": _times(before), "after": _times(after)}
        print_json({"case": case, **views, "difference": _as_json(found, marks)})
    else:
        _print_views(before, after, history.terms)
        _print(found, marks)


def _times(as_of: "AsOf") -> Json:
    return {
        "as_of": as_of.when,
        "happened_by": as_of.happened_by,
        "recorded_by": as_of.recorded_by,
    }


def _entry_of(history: "CaseHistory", entry: int) -> int:
    if entry > len(history.entries):
        raise click.UsageError(
            f"--entry: the case has entries 1 to {len(history.entries)}; give one of them"
        )
    return entry


def _as_json(found: "Difference", marks: "Mapping[int, DueMarks]") -> Json:
    return {
        "stage_before": found.stage_before,
        "stage_after": found.stage_after,
        "clocks": [{**change_of(one.change), "entries": one.entries} for one in found.clocks],
        "findings_before": [finding_of(one) for one in found.found_before],
        "findings_after": [finding_of(one) for one in found.found_after],
        "lines": [
            {
                "version": one.version,
                "before": one.before and line_of(one.before, marks),
                "after": one.after and line_of(one.after, marks),
            }
            for one in found.lines
        ],
        "entries": found.entries,
    }


def _print_views(before: "AsOf", after: "AsOf", terms: "Terms") -> None:
    click.echo(f"before: {_in_words(before, terms)}")
    click.echo(f"after:  {_in_words(after, terms)}")


def _print(found: "Difference", marks: "Mapping[int, DueMarks]") -> None:
    if found.stage_before is not found.stage_after:
        click.echo(f"stage:  {found.stage_before or '-'} -> {found.stage_after or '-'}")
    if found.clocks:
        click.echo()
    print_rows(
        [
            {**change_row(one.change), "entries": ", ".join(map(str, one.entries)) or "-"}
            for one in found.clocks
        ]
    )
    print_findings_under("found before, and not after", found.found_before)
    print_findings_under("found after, and not before", found.found_after)
    if found.lines:
        click.echo()
    for line in found.lines:
        click.echo(_line(line, marks))
    made_by = ", ".join(map(str, found.entries)) or "none"
    click.echo(f"\nentries that made the difference: {made_by}")


def _in_words(as_of: "AsOf", terms: "Terms") -> str:
    """Return a view in words: its two times, and the day on which its clocks are read."""
    happened, recorded, read = (
        None if when is None else minutes(when.astimezone(terms.zone))
        for when in (as_of.happened_by, as_of.recorded_by, as_of.moment(terms))
    )
    return (
        f"as happened by {happened or 'now'}, recorded by {recorded or 'now'}; clocks read {read}"
    )


def _line(line: "LineDifference", marks: "Mapping[int, DueMarks]") -> str:
    """Return a line of the timeline after its sign: + added, - removed, ~ worded otherwise."""
    shown = line.after or line.before
    assert shown is not None  # noqa: S101 - for the type checker: one of the views has it
    sign = "+" if line.before is None else "-" if line.after is None else "~"
    return f"{sign} {shown.version:>3}  {shown.kind}: {summary_of(shown, marks)}{marks_of(shown)}"
