"""`due`: a due date and its reckoning, day by day."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from rapid_review.cli.context import calendars_with, clock_named, terms_named
from rapid_review.cli.options import When, calendar_option, json_option, terms_option
from rapid_review.cli.output import print_json, print_rows

if TYPE_CHECKING:
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.domain.working_days import WorkingCalendar


@click.command()
@click.option(
    "--received",
    metavar="WHEN",
    type=When(),
    required=True,
    help="When the clock started: a date, or a time with its offset.",
)
@terms_option
@click.option(
    "--deadline",
    "deadline_id",
    metavar="ID",
    help="Which clock; if not given, the first that receipt starts.",
)
@click.option(
    "--calendar-version", metavar="VERSION", help="Count with the calendar as then known."
)
@calendar_option
@json_option
def due(
    received: date | datetime,
    terms_name: str,
    deadline_id: str | None,
    calendar_version: str | None,
    calendar: str | None,
    *,
    as_json: bool,
) -> None:
    """Print the due date of a clock, and how it is reckoned, day by day."""
    from rapid_review.domain.clocks import calendar_ref, due_on
    from rapid_review.projections.case.calculation import calculate

    terms = terms_named(terms_name)
    deadline = clock_named(terms, deadline_id)
    counting = _counting(terms, calendar, calendar_version)
    counted_from = terms.local_day(received)
    due_day = due_on(deadline, counted_from, counting)
    lines = calculate(deadline, counted_from, due_day, counting)
    if as_json:
        print_json(
            {
                "deadline": deadline.id,
                "title": deadline.title,
                "clause": deadline.clause,
                "counted_from": counted_from,
                "due": due_day,
                "length": deadline.length,
                "unit": deadline.unit,
                "counts_day_of_start": deadline.counts_day_of_start,
                "calendar": calendar_ref(counting),
                "provisional": counting.is_provisional(due_day),
                "terms": terms.ref,
                "reckoning": [line._asdict() for line in lines],
            }
        )
        return
    length = f"{deadline.length} {deadline.unit.replace('_', ' ')}"
    click.echo(f"{deadline.id}: {deadline.title} ({deadline.clause})")
    click.echo(f"due {due_day}: {length} from {counted_from}")
    if counting.is_provisional(due_day):
        click.echo(
            f"provisional: bank holidays are published to {counting.known_to}, and may yet change"
        )
    click.echo(f"calendar {counting.id} {counting.version}; terms {terms.id}\n")
    print_rows([line._asdict() for line in lines])


def _counting(terms: "Terms", calendar: str | None, version: str | None) -> "WorkingCalendar":
    """Return the calendar that counts: the one that is named, or of the terms' own a version."""
    from rapid_review import calendars

    if version is None:
        return calendars_with(calendar, terms)(terms.calendar)
    if calendar is not None:
        raise click.UsageError("--calendar and --calendar-version name a calendar each")
    return calendars.load(terms.calendar, version)
