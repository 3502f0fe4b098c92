"""`verdicts`: each time that an entry changed the verdict on one of a case's clocks."""

from typing import TYPE_CHECKING

import click

from rapid_review.cli.case_printing import change_row
from rapid_review.cli.options import (
    case_argument,
    editions_option,
    json_option,
    recorded_option,
    store_option,
)
from rapid_review.cli.output import minutes, print_json, print_rows
from rapid_review.cli.question import Question, asks_as
from rapid_review.wire.readings import change_of
from rapid_review.wire.values import Json

if TYPE_CHECKING:
    from rapid_review.projections.compare.verdict_history import VerdictChange


@click.command()
@case_argument
@store_option
@editions_option
@recorded_option
@json_option
@asks_as(Question)
def verdicts(question: Question, *, case: str) -> None:
    """Print when the verdict on a clock of a CASE changed.

    Both verdicts are as of the day of recording: the first without the entries of that moment,
    the second with them.
    """
    from rapid_review.projections.compare.verdict_history import verdict_history

    history = question.history(case)
    terms = history.terms
    recorded = question.as_of_times(None, question.recorded_by, terms).recorded_by
    found = verdict_history(history, recorded_by=recorded)
    if question.as_json:
        head = {"case": case, "recorded_by": recorded}
        print_json(head | {"verdicts": [_as_json(one) for one in found]})
        return
    print_rows(
        [
            {
                "recorded": minutes(one.recorded_at.astimezone(terms.zone)),
                **change_row(one.change),
                "entries": ", ".join(map(str, one.entries)),
            }
            for one in found
        ]
    )


def _as_json(one: "VerdictChange") -> Json:
    return {
        "recorded_at": one.recorded_at,
        **change_of(one.change),
        "entries": one.entries,
    }
