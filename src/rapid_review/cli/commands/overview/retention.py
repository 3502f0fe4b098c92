"""`retention`: the cases whose words are due for review; it erases nothing."""

import click

from rapid_review.cli.context import print_about_store
from rapid_review.cli.output import print_json, print_rows
from rapid_review.cli.question import Question, asks, times_as_json
from rapid_review.domain.printable import counted
from rapid_review.wire.values import plain


@click.command()
@click.option("--all", "with_all", is_flag=True, help="Include cases that are not yet due.")
@asks
def retention(question: Question, *, with_all: bool) -> None:
    """Print the cases whose words are due for review.

    The terms of a case say for how long words are kept. This command erases nothing. It shows
    holds, and leaves out cases whose words are erased.
    """
    from rapid_review.projections.work.retention import kept

    as_of = question.as_of
    read = list(question.of_each_case(lambda history: kept(history, as_of)))
    found = [one for one in read if with_all or (one.is_due and not one.is_erased)]
    found.sort(key=lambda one: (str(one.review_on or "9"), one.case))
    if question.as_json:
        print_json({**times_as_json(as_of), "cases": plain(found)})
    else:
        print_rows(
            [
                {
                    "case": one.case,
                    "counted from": one.counted_from,
                    "review on": one.review_on,
                    "due": "yes" if one.is_due else "no",
                    "held by": ", ".join(one.held_by) or None,
                    "words": "erased" if one.is_erased else "kept",
                }
                for one in found
            ]
        )
    if question.terms.retention is None:
        click.echo(
            f"Terms {question.terms.id} do not state how long to keep words; an edition that "
            "states it has a table [retention]",
            err=True,
        )
        return
    if not found:
        whose = question.terms.partnership
        print_about_store(question.store, f"No case of {whose} is due for review")
    if unstated := [one for one in read if not one.is_stated and not one.is_erased]:
        under = ", ".join(sorted({one.terms for one in unstated}))
        click.echo(
            f"{counted(len(unstated), 'case')} can never become due, because their terms do not "
            f"state how long to keep words: {under}. To bring such a case under an edition that "
            "states it, record ReplaceTerms in it",
            err=True,
        )
