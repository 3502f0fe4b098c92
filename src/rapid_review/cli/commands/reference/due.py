"""`due`: a due date and its reckoning, day by day."""

from datetime import date, datetime

import click

from rapid_review.cli.context import clock_named, terms_named
from rapid_review.cli.options import When, json_option, terms_option
from rapid_review.cli.output import print_json, print_rows


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
@json_option
def due(
    received: date | datetime,
    terms_name: str,
    deadline_id: str | None,
    calendar_version: str | None,
    *,
    as_json: bool,
) -> None:
    """Print the due date of a clock, and how it is reckoned, day by day."""
    from rapid_review import calendars
    from rapid_review.domain.clocks import calendar_ref, due_on
    from rapid_review.projections.case.calculation import calculate

    terms = terms_named(terms_name)
    deadline = clock_named(terms, deadline_id)
    calendar = calendars.load(terms.calendar, calendar_version)
    counted_from = terms.local_day(received)
    due_day = due_on(deadline, counted_from, calendar)
    lines = calculate(deadline, counted_from, due_day, calendar)
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
                "calendar": calendar_ref(calendar),
                "terms": terms.ref,
                "reckoning": [line._asdict() for line in lines],
            }
        )
        return
    length = f"{deadline.length} {deadline.unit.replace('_', ' ')}"
    click.echo(f"{deadline.id}: {deadline.title} ({deadline.clause})")
    click.echo(f"due {due_day}: {length} from {counted_from}")
    click.echo(f"calendar {calendar.id} {calendar.version}; terms {terms.id}\n")
    print_rows([line._asdict() for line in lines])
