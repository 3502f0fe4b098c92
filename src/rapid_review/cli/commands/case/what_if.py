"""`what-if`: a case, or every case, read again under other terms or another calendar."""

from functools import partial
from typing import TYPE_CHECKING, TypeVar

import click

from rapid_review.cli import completing
from rapid_review.cli.case_printing import change_row, print_findings_under
from rapid_review.cli.context import calendar_named, terms_named
from rapid_review.cli.options import case_or_all_argument, with_options
from rapid_review.cli.output import json_of, print_json_of_many, print_rows
from rapid_review.cli.question import READING, Question, asks_as, times_as_json
from rapid_review.domain.printable import counted
from rapid_review.wire.readings import change_of, finding_of
from rapid_review.wire.values import Json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rapid_review.projections.as_of import CaseHistory
    from rapid_review.projections.compare.what_if import WhatIf

T = TypeVar("T")


@click.command("what-if")
@case_or_all_argument
@click.option(
    "--under",
    metavar="ID|FILE",
    shell_complete=completing.terms,
    help="Suppose these terms: the id of terms that come with the package, or a file.",
)
@click.option(
    "--calendar",
    "calendar_name",
    metavar="ID[@VERSION]|FILE",
    help="Suppose this calendar. Default: the calendar that counted the case, or the newest.",
)
@click.option(
    "--processes",
    metavar="N",
    type=click.IntRange(min=1),
    help="The number of processes that read cases at the same time. Default: one for each core "
    "and each 250 cases, at most 8.",
)
@with_options(*READING)
@asks_as(Question)
def what_if(
    question: Question,
    *,
    case: str | None,
    under: str | None,
    calendar_name: str | None,
    processes: int | None,
) -> None:
    """Print what other terms or another calendar would change.

    It does so for a CASE, or for all. Hypothetical: nothing is recorded, and no recorded due date
    changes.
    """
    from rapid_review.projections.compare.what_if import Supposed
    from rapid_review.projections.compare.what_if import what_if as suppose

    if under is None and calendar_name is None:
        raise click.UsageError("there is nothing to suppose; give --under, --calendar or both")
    as_of = question.as_of
    supposed = Supposed(
        None if under is None else terms_named(under),
        None if calendar_name is None else calendar_named(calendar_name),
    )

    supposing = partial(suppose, supposed=supposed, as_of=as_of)

    def of_each(read: "Callable[[CaseHistory], T]") -> "Iterator[T]":
        return question.of_one_or_each(case, read, processes=processes)

    if question.as_json:
        about = {
            "hypothetical": True,
            **times_as_json(as_of),
            "under": under,
            "calendar": calendar_name,
        }
        print_json_of_many(about, "cases", of_each(partial(_text_of, supposing)))
    else:
        _print(of_each(supposing))


def _text_of(supposing: "Callable[[CaseHistory], WhatIf]", history: "CaseHistory") -> str:
    """Return the answer for one case as JSON."""
    # The text is made in the process that read the case, because making it takes long.
    return json_of(_as_json(supposing(history)))


def _as_json(one: "WhatIf") -> Json:
    return {
        "case": one.case,
        "changes_a_verdict": one.changes_a_verdict,
        "clocks": [change_of(change) for change in one.clocks],
        "findings_before": [finding_of(each) for each in one.found_before],
        "findings_after": [finding_of(each) for each in one.found_after],
    }


def _print(found: "Iterable[WhatIf]") -> None:
    found = tuple(found)
    click.echo("Hypothetical: nothing is recorded, and no recorded due date changes.")
    rows = [{"case": one.case, **change_row(change)} for one in found for change in one.clocks]
    if rows:
        click.echo()
    print_rows(rows)
    for one in found:
        print_findings_under(f"{one.case}: would no longer be found", one.found_before)
        print_findings_under(f"{one.case}: would be found", one.found_after)
    otherwise = [one.case for one in found if one.changes_a_verdict]
    of_which = f": {', '.join(otherwise)}" if otherwise else ""
    click.echo(
        f"\nverdicts would change in {len(otherwise)} of {counted(len(found), 'case')}{of_which}"
    )
