"""`due`: a due date and its calculation, day by day."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from rapid_review.cli import completing
from rapid_review.cli.context import (
    Shell,
    calendars_with,
    clock_named,
    pass_shell,
    reviews_in,
    terms_named,
)
from rapid_review.cli.options import When, calendar_option, json_option, terms_option
from rapid_review.cli.output import print_json, print_rows
from rapid_review.domain.printable import length_in_words

if TYPE_CHECKING:
    from rapid_review.domain.terms.deadlines import Deadline
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.domain.working_days import WorkingCalendar
    from rapid_review.projections.case.due_days import DueMarks


@click.command()
@click.option(
    "--received",
    metavar="WHEN",
    type=When(),
    required=True,
    help="The start of the clock: a date, or a time with its offset.",
)
@terms_option
@click.option(
    "--deadline",
    "deadline_id",
    metavar="ID",
    shell_complete=completing.clocks,
    help="The clock. Default: that of the review, or else the first of the terms.",
)
@click.option(
    "--calendar-version", metavar="VERSION", help="Count with this version of the calendar."
)
@calendar_option
@click.option(
    "--store",
    metavar="FILE|postgresql://...",
    help="Count with the calendar that this store uses.",
)
@json_option
@pass_shell
def due(
    shell: Shell,
    received: date | datetime,
    terms_name: str,
    deadline_id: str | None,
    *,
    calendar_version: str | None,
    calendar: str | None,
    store: str | None,
    as_json: bool,
) -> None:
    """Print a due date, and how each day is counted."""
    from rapid_review.domain.clocks import calendar_ref, counts_from, due_on
    from rapid_review.projections.case.calculation import calculate
    from rapid_review.projections.case.due_days import due_marks

    terms = terms_named(terms_name)
    deadline = clock_named(terms, deadline_id)
    counting = _calendar_that_counts(terms, (calendar, calendar_version, store), shell)
    counted_from = counts_from(received, deadline, terms, counting)
    due_day = due_on(deadline, counted_from, counting)
    lines = calculate(deadline, counted_from, due_day, counting)
    named = (counting.id, counting.version)
    marks = due_marks(deadline.unit, counted_from, due_day, named, lambda _, __: counting)
    if as_json:
        print_json(
            {
                **_fields_of(deadline),
                "counted_from": counted_from,
                "due": due_day,
                **marks._asdict(),
                "calendar": calendar_ref(counting),
                "terms": terms.ref,
                "reckoning": [line._asdict() for line in lines],
            }
        )
        return
    length = length_in_words(deadline.length, deadline.unit)
    click.echo(f"{deadline.id}: {deadline.title} ({deadline.clause})")
    side = "before" if deadline.before else "from"
    click.echo(f"due {due_day}: {length} {side} {counted_from}")
    _print_marks(marks, counting)
    click.echo(f"calendar {counting.id} {counting.version}; terms {terms.id}\n")
    print_rows([line._asdict() for line in lines])


def _print_marks(marks: "DueMarks", counting: "WorkingCalendar") -> None:
    """Print that the due day is provisional, or that its bank holidays have only one source."""
    if marks.provisional:
        click.echo(
            f"provisional: bank holidays are published only up to {counting.known_to}, so this "
            "day may change"
        )
    if marks.one_source:
        click.echo(
            f"one source: the bank holidays before {counting.one_source_before} come from one "
            "source only, and were not compared with another"
        )


def _fields_of(deadline: "Deadline") -> dict[str, object]:
    """Return the fields of the clock itself, for JSON."""
    return {
        "deadline": deadline.id,
        "title": deadline.title,
        "clause": deadline.clause,
        "length": deadline.length,
        "unit": deadline.unit,
        "counts_day_of_start": deadline.counts_day_of_start,
    }


def _calendar_that_counts(
    terms: "Terms", named: tuple[str | None, str | None, str | None], shell: Shell
) -> "WorkingCalendar":
    """Return the calendar that counts: one that is named, a version of the terms', or a store's.

    Raises:
        UsageError: more than one of them is named.
    """
    from rapid_review import calendars

    calendar, version, store = named
    if len([one for one in named if one is not None]) > 1:
        raise click.UsageError(
            "--calendar, --calendar-version and --store each name a calendar; give only one of "
            "them"
        )
    if store is not None:
        with reviews_in(store, terms, shell) as reviews:
            return reviews.calendar_named(terms.calendar, None)
    given = calendars_with(calendar, terms)
    return calendars.load(terms.calendar, version) if given is None else given(terms.calendar)
