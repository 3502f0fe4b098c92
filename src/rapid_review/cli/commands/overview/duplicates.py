"""`duplicates`: cases that look alike, and those that are linked as duplicates."""

from typing import TYPE_CHECKING

import click

from rapid_review.cli.context import print_about_store
from rapid_review.cli.output import print_json, print_rows
from rapid_review.cli.question import Question, asks, times_as_json
from rapid_review.wire.values import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapid_review.projections.duplicates import LinkedDuplicate, LookAlikes


@click.command()
@click.option(
    "--all", "settled_too", is_flag=True, help="Include similar cases that are already linked."
)
@asks
def duplicates(question: Question, *, settled_too: bool) -> None:
    """Print cases that look like one notification sent twice.

    It also prints the cases that are linked as duplicates. A similarity is only a hint. If a case
    is a duplicate, record LinkProcess in it with the process duplicate-of: it then counts in no
    figure. If it is not, you need do nothing.
    """
    as_of = question.as_of
    found = question.from_read_model(lambda seen: seen.duplicates())
    alike, links = found or _from_entries(question)
    shown = [one for one in alike if settled_too or not one.is_settled]
    if question.as_json:
        rows = [{**plain(one), "is_settled": one.is_settled} for one in shown]
        print_json(
            {**times_as_json(as_of), "alike": rows, "linked": [plain(one) for one in links]}
        )
    else:
        _print(shown, links)
    if not shown and not links:
        whose = question.terms.partnership
        print_about_store(question.store, f"No two cases of {whose} look alike or are linked")


def _from_entries(
    question: Question,
) -> "tuple[Sequence[LookAlikes], Sequence[LinkedDuplicate]]":
    """Return the cases that look alike, and those that are linked, from the entries."""
    from rapid_review.projections.duplicates import linked, look_alikes, notified_as_of

    as_of = question.as_of
    read = question.of_each_case(lambda history: notified_as_of(history, as_of))
    cases = [one for one in read if one is not None]
    return look_alikes(cases), linked(cases)


def _print(alike: "Sequence[LookAlikes]", links: "Sequence[LinkedDuplicate]") -> None:
    from rapid_review.wire.duplicates import BY, in_words

    print_rows(
        [
            {
                "look alike": ", ".join(one.cases),
                "by": "; ".join(BY[each] for each in one.by),
                "linked": "yes" if one.is_settled else "no",
            }
            for one in alike
        ]
    )
    if alike and links:
        click.echo()
    print_rows(
        [
            {"duplicate": one.case, "of": one.duplicate_of, "counted": one.counted or "none"}
            for one in links
        ]
    )
    for one in links:
        if one.amiss is not None:
            click.echo(in_words(one))
