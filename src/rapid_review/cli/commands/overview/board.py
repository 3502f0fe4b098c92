"""`board`: the cases of a store, what is due next in each, and who owes it."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from rapid_review.cli.as_of import AsOf, histories_in, times_of
from rapid_review.cli.commands.figures.from_read_model import kept
from rapid_review.cli.context import (
    Shell,
    pass_shell,
    reading_options,
    say_of,
    terms_named,
)
from rapid_review.cli.output import plain, print_json, print_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapid_review.domain.terms.terms import Terms
    from rapid_review.projections.work.board import Standing


@click.command()
@reading_options
@click.option("--all", "closed_too", is_flag=True, help="Closed cases too.")
@pass_shell
def board(
    shell: Shell,
    *,
    store: str,
    terms_name: str,
    happened_by: date | datetime | None,
    recorded_by: date | datetime | None,
    closed_too: bool,
    as_json: bool,
) -> None:
    """Print the open cases: stage, what is due next, how many days are left, who owes it."""
    terms = terms_named(terms_name)
    times = times_of(happened_by, recorded_by, terms, shell)
    standings: Sequence[Standing] | None = None
    if happened_by is None and recorded_by is None:
        standings = kept(store, terms, shell, lambda seen: seen.board(times.today))
    if standings is None:
        standings = _replayed(store, terms, shell, times)
    shown = [one for one in standings if one.is_open or closed_too]
    shown.sort(key=_soonest)
    if as_json:
        print_json({**times._asdict(), "cases": [plain(one) for one in shown]})
        return
    print_rows(
        [
            {
                "case": one.case,
                "stage": one.stage,
                "due next": one.deadline,
                "due": one.due,
                "days left": one.days_left,
                "owed by": one.owed_by,
            }
            for one in shown
        ]
    )
    if not shown:
        kind = "case" if closed_too else "open case"
        say_of(store, f"There is no {kind} of {terms.partnership}")


def _replayed(store: str, terms: "Terms", shell: Shell, times: AsOf) -> "Sequence[Standing]":
    """Return where each case stands, from its entries."""
    from rapid_review import calendars
    from rapid_review.projections.work.board import standing_of

    found = (
        standing_of(
            entries,
            held,
            as_of=times.today,
            calendars=calendars.load,
            earlier=earlier,
            **times.cut,
        )
        for _, (entries, held, earlier) in histories_in(store, terms, shell)
    )
    return [one for one in found if one is not None]


def _soonest(standing: "Standing") -> tuple[date, str]:
    """Return what is due first before what is due later, and before what is not due."""
    return standing.due or date.max, standing.case
