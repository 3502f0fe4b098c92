"""`diary`: what falls due over all cases, day by day, for people and for their calendars."""

from itertools import chain
from typing import TYPE_CHECKING

import click

from rapid_review.cli.context import print_about_store
from rapid_review.cli.output import minutes, print_json, print_rows
from rapid_review.cli.question import Question, asks, times_as_json
from rapid_review.wire.values import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from rapid_review.domain.working_days import WorkingCalendar
    from rapid_review.projections.work.diary import Due, Revised


@click.command()
@click.option(
    "--days",
    metavar="N",
    type=click.IntRange(min=0),
    help="Look N calendar days ahead. Overdue items are always included. Default: all days.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "ics"]),
    default="table",
    show_default=True,
    help="The format: a table to read, JSON, or an iCalendar file (RFC 5545).",
)
@click.option(
    "--provisional",
    is_flag=True,
    help="Show only provisional due days, counted before their bank holidays were published, and "
    "whether these are now published, so that the day must be calculated again.",
)
@asks
def diary(question: Question, *, days: int | None, form: str, provisional: bool) -> None:
    """Print what falls due in all cases, day by day."""
    from rapid_review.projections.work.diary import diary as in_order

    terms = question.terms
    shown = in_order(_falls_due(question), days=days, provisional=provisional)
    if form == "ics" and not question.as_json:
        from rapid_review.exports.icalendar import icalendar

        revised = _revisions(question, dict.fromkeys(one.case for one in shown))
        shown = in_order(revised, days=days, provisional=provisional)
        file = icalendar((revised[due] for due in shown), partnership=terms.partnership)
        click.echo(file, nl=False)  # as bytes, so that no system changes its line ends
    else:
        calendar = question.calendar_of_now() if provisional else None
        if question.as_json or form == "json":
            due = [{**plain(one), **_published_field(one, calendar)} for one in shown]
            print_json({**times_as_json(question.as_of), "days": days, "due": due})
        else:
            _print_table(shown, terms.zone, calendar)
    if not shown:
        print_about_store(question.store, f"Nothing falls due in the cases of {terms.partnership}")


def _falls_due(question: Question) -> "Iterable[Due]":
    """Return what falls due in each case."""
    from rapid_review.projections.work.diary import due_in

    as_of = question.as_of
    moment = as_of.moment(question.terms)
    found = question.from_read_model(lambda seen: seen.falls_due(moment))
    if found is not None:
        return found
    return chain.from_iterable(question.of_each_case(lambda history: due_in(history, as_of)))


def _revisions(question: Question, cases: "Iterable[str]") -> "dict[Due, Revised]":
    """Return what falls due in these cases, with its revisions, which only the entries show."""
    from rapid_review.projections.work.diary import revised_in

    as_of = question.as_of
    with question.reviews() as reviews:
        histories = map(reviews.case_history, cases)
        return {one.due: one for each in histories for one in revised_in(each, as_of)}


def _print_table(
    shown: "Sequence[Due]", zone: "ZoneInfo", calendar: "WorkingCalendar | None"
) -> None:
    from rapid_review.projections.case.due_days import marked

    print_rows(
        [
            {
                "day": marked(one.on, one),
                "days left": one.days_left,
                "case": one.case,
                "kind": one.kind.replace("-", " "),
                "what": one.what,
                "at": None if one.at is None else minutes(one.at.astimezone(zone)),
                "owed by": one.owed_by,
                "clause": one.clause,
                **{
                    key.replace("_", " "): "yes" if holds else "no"
                    for key, holds in _published_field(one, calendar).items()
                },
            }
            for one in shown
        ]
    )


def _published_field(due: "Due", calendar: "WorkingCalendar | None") -> dict[str, bool]:
    """Return, if a calendar is given, the field that says if the day is published now."""
    return {} if calendar is None else {"published_now": not calendar.is_provisional(due.on)}
