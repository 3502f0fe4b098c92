"""`diary`: what falls due over all cases, day by day, for people and for their calendars."""

from typing import TYPE_CHECKING

import click

from rapid_review.cli.context import print_about_store
from rapid_review.cli.output import minutes, plain, print_json, print_rows
from rapid_review.cli.question import Question, asks, head_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from rapid_review.projections.work.diary import Due


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
@asks
def diary(question: Question, *, days: int | None, form: str) -> None:
    """Print what falls due in the open cases: clocks, agencies' reports, meetings."""
    from rapid_review.projections.work.diary import diary as in_order
    from rapid_review.projections.work.diary import due_in, revised_in

    terms, as_of = question.terms, question.as_of
    if form == "ics" and not question.as_json:
        from rapid_review.exports.icalendar import icalendar

        revised = {
            one.due: one for history in question.histories() for one in revised_in(history, as_of)
        }
        shown = in_order(revised, days=days)
        file = icalendar((revised[due] for due in shown), partnership=terms.partnership)
        click.echo(file, nl=False)  # as bytes, for its lines end as they must everywhere
    else:
        falls_due = (due for history in question.histories() for due in due_in(history, as_of))
        shown = in_order(falls_due, days=days)
        if question.as_json or form == "json":
            print_json({**head_of(as_of), "days": days, "due": [plain(one) for one in shown]})
        else:
            _print_table(shown, terms.zone)
    if not shown:
        print_about_store(question.store, f"Nothing falls due in the cases of {terms.partnership}")


def _print_table(shown: "Sequence[Due]", zone: "ZoneInfo") -> None:
    print_rows(
        [
            {
                "day": one.on,
                "days left": one.days_left,
                "case": one.case,
                "kind": one.kind.replace("-", " "),
                "what": one.what,
                "at": None if one.at is None else minutes(one.at.astimezone(zone)),
                "owed by": one.owed_by,
                "clause": one.clause,
            }
            for one in shown
        ]
    )
