"""`board`: the cases of a store, what is due next in each, and who owes it."""

from datetime import date
from typing import TYPE_CHECKING

import click

from rapid_review.cli.case_printing import why_unknown
from rapid_review.cli.context import print_about_store, warn_of_end
from rapid_review.cli.output import print_json, print_rows
from rapid_review.cli.question import Question, asks, times_as_json
from rapid_review.wire.values import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapid_review.projections.as_of import AsOf
    from rapid_review.projections.work.board import Standing


@click.command()
@click.option("--all", "closed_too", is_flag=True, help="Include closed cases.")
@asks
def board(question: Question, *, closed_too: bool) -> None:
    """Print the open cases, what is due next, and who owes it."""
    from rapid_review.projections.case.due_days import marked

    terms, as_of = question.terms, question.as_of
    standings: Sequence[Standing] | None = question.from_read_model(
        lambda seen: seen.board(as_of.moment(terms))
    )
    if standings is None:
        standings = _from_entries(question, as_of)
    shown = [one for one in standings if one.is_open or closed_too]
    shown.sort(key=_sort_key)
    _warn(shown, question)
    if question.as_json:
        print_json({**times_as_json(as_of), "cases": [plain(one) for one in shown]})
        return
    print_rows(
        [
            {
                "case": one.case,
                "stage": one.stage,
                "due next": one.deadline,
                "due": marked(one.due, one),
                "days left": f"?{why_unknown(one.days_unknown)}"
                if one.days_unknown
                else one.days_left,
                "owed by": one.owed_by,
            }
            for one in shown
        ]
    )
    if not shown:
        kind = "case" if closed_too else "open case"
        print_about_store(question.store, f"There is no {kind} of {terms.partnership}")


def _from_entries(question: Question, as_of: "AsOf") -> "Sequence[Standing]":
    """Return where each case stands, from its entries."""
    from rapid_review.projections.work.board import standing_of

    found = question.of_each_case(lambda history: standing_of(history, as_of))
    return [one for one in found if one is not None]


def _sort_key(standing: "Standing") -> tuple[date, str]:
    """Return the key by which cases are sorted: by due day, and those without one last."""
    return standing.due or date.max, standing.case


def _warn(shown: "Sequence[Standing]", question: Question) -> None:
    """Warn on standard error that the calendar ends soon, and of what must be calculated again."""
    from rapid_review.domain.errors import CalendarError

    try:
        calendar = question.calendar_of_now()
    except CalendarError:  # one of the partnership's own, which is not at hand
        return
    warn_of_end(calendar, question.shell)
    if note := question.terms.guidance_ended(question.as_of.day(question.terms)):
        click.echo(note, err=True)
    for one in shown:
        if one.provisional and one.due is not None and not calendar.is_provisional(one.due):
            click.echo(
                f"{one.case}: the due day of {one.deadline} was provisional, and the bank "
                "holidays up to it are now published; calculate it again with "
                "ReckonDeadlineAgain",
                err=True,
            )
