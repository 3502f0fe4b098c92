"""`diary`: what falls due over all cases, day by day, for people and for their calendars."""

from datetime import date, datetime

import click

from rapid_review.cli.as_of import histories_in, times_of
from rapid_review.cli.context import Shell, pass_shell, reading_options, say_of, terms_named
from rapid_review.cli.output import minutes, plain, print_json, print_rows


@click.command()
@click.option(
    "--days",
    metavar="N",
    type=click.IntRange(min=0),
    help="Look N calendar days ahead; what is overdue is always there. Without it, all.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "ics"]),
    default="table",
    show_default=True,
    help="A table to read, JSON, or an iCalendar file (RFC 5545).",
)
@reading_options
@pass_shell
def diary(
    shell: Shell,
    *,
    days: int | None,
    form: str,
    store: str,
    terms_name: str,
    happened_by: date | datetime | None,
    recorded_by: date | datetime | None,
    as_json: bool,
) -> None:
    """Print what falls due in the open cases: clocks, agencies' reports, meetings."""
    from rapid_review import calendars
    from rapid_review.projections.work.diary import diary as in_order
    from rapid_review.projections.work.diary import due_in
    from rapid_review.projections.work.icalendar import icalendar

    terms = terms_named(terms_name)
    times = times_of(happened_by, recorded_by, terms, shell)
    falls_due = [
        due
        for _, (entries, held, earlier) in histories_in(store, terms, shell)
        for due in due_in(
            entries,
            held,
            as_of=times.today,
            calendars=calendars.load,
            earlier=earlier,
            **times.cut,
        )
    ]
    shown = in_order(falls_due, days=days)
    if as_json or form == "json":
        print_json({**times._asdict(), "days": days, "due": [plain(one) for one in shown]})
    elif form == "ics":
        text = icalendar(shown, partnership=terms.partnership, stamped_at=shell.clock())
        click.echo(text.encode(), nl=False)  # as bytes, for its lines end as they must everywhere
    else:
        print_rows(
            [
                {
                    "day": one.on,
                    "days left": one.days_left,
                    "case": one.case,
                    "kind": one.kind.replace("-", " "),
                    "what": one.what,
                    "at": None if one.at is None else minutes(one.at.astimezone(terms.zone)),
                    "owed by": one.owed_by,
                    "clause": one.clause,
                }
                for one in shown
            ]
        )
    if not shown:
        say_of(store, f"Nothing falls due in the cases of {terms.partnership}")
