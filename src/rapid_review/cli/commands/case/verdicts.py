"""`verdicts`: each time the record changed what was believed of a case's clocks."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from rapid_review.cli.commands.case.show import clock_of
from rapid_review.cli.context import (
    Shell,
    json_option,
    pass_shell,
    recorded_option,
    store_option,
    terms_option,
)
from rapid_review.cli.output import Json, minutes, print_json, print_rows
from rapid_review.cli.question import Question

if TYPE_CHECKING:
    from rapid_review.projections.case.clocks import ClockReading
    from rapid_review.projections.compare.clock_changes import ClockChange
    from rapid_review.projections.compare.verdict_history import VerdictChange


@click.command()
@click.argument("case")
@store_option
@terms_option
@recorded_option
@json_option
@pass_shell
def verdicts(
    shell: Shell,
    *,
    case: str,
    store: str,
    terms_name: str,
    recorded_by: date | datetime | None,
    as_json: bool,
) -> None:
    """Print each time an entry changed the verdict on a clock of a CASE.

    Both verdicts are as of the day of recording: without what was recorded then, and with it.
    """
    from rapid_review.projections.compare.verdict_history import verdict_history

    question = Question(shell, store, terms_name, recorded_by=recorded_by)
    history = question.history(case)
    terms = history.terms
    recorded = question.as_of_times(None, recorded_by, terms).recorded_by
    found = verdict_history(history, recorded_by=recorded)
    if as_json:
        told = {"case": case, "recorded_by": recorded}
        print_json(told | {"verdicts": [_as_json(one) for one in found]})
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


def change_row(change: "ClockChange") -> dict[str, object]:
    """Return a clock's change as a row of a table."""
    return {
        "clock": change.deadline,
        "before": _verdict(change.before),
        "after": _verdict(change.after),
    }


def change_of(change: "ClockChange") -> Json:
    """Return a clock's change as JSON has it."""
    return {
        "deadline": change.deadline,
        "before": change.before and clock_of(change.before),
        "after": change.after and clock_of(change.after),
    }


def _as_json(one: "VerdictChange") -> Json:
    told = {"recorded_at": one.recorded_at, **change_of(one.change)}
    return told | {"entries": one.entries}


def _verdict(reading: "ClockReading | None") -> str:
    """Return in a few words what became of a clock: its state, its due day, its stop."""
    if reading is None:
        return "no such clock"
    parts = [reading.state.replace("-", " ")]
    if reading.due is not None:
        parts.append(f"due {reading.due}")
    if reading.stopped_on is not None:
        parts.append(f"stopped {reading.stopped_on}")
    return ", ".join(parts)
