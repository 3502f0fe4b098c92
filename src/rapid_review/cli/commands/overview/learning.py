"""`learning`: themes across cases, and what a commission must look at."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import click

from rapid_review.cli.errors import NotFoundError
from rapid_review.cli.options import case_or_all_argument
from rapid_review.cli.output import print_json, print_rows
from rapid_review.cli.question import Question, asks, times_as_json
from rapid_review.wire.values import plain

if TYPE_CHECKING:
    from rapid_review.domain.vocabulary import RelatedReview
    from rapid_review.projections.learning import CaseLearning, ThemeAcross, ToLookAt


@click.command()
@case_or_all_argument
@asks
def learning(question: Question, *, case: str | None) -> None:
    """Print the learning themes of all cases, or of a CASE.

    Of a CASE it prints what commissioning a review must consider. Two cases share a theme if they
    name it by the same code.
    """
    from rapid_review.domain.entry import must_be_references
    from rapid_review.domain.errors import shown
    from rapid_review.projections.learning import across, to_look_at

    if case is not None:
        must_be_references(case=case)
    learning_by_case = {one.case: one for one in _learning_of_each(question)}
    head = times_as_json(question.as_of)
    if case is None:
        themes = across(learning_by_case.values())
        if question.as_json:
            print_json(head | {"themes": [plain(one) for one in themes]})
        else:
            _print_themes(themes)
        return
    if case not in learning_by_case:
        raise NotFoundError(
            f"this store has no notification of case {shown(case)} of "
            f"{question.terms.partnership} at these times; check the reference, or ask for a "
            "later time"
        )
    look = to_look_at(learning_by_case[case], learning_by_case.values())
    if question.as_json:
        print_json(head | plain(look))
    else:
        _print_look(look)


def _learning_of_each(question: Question) -> "Iterable[CaseLearning]":
    """Return the learning of each case."""
    from rapid_review.projections.learning import learning_of

    as_of = question.as_of
    found = question.from_read_model(lambda seen: seen.learning(), on_a_day=False)
    if found is not None:
        return found
    read = question.of_each_case(lambda history: learning_of(history, as_of))
    return (one for one in read if one is not None)


def _print_themes(themes: "Iterable[ThemeAcross]") -> None:
    rows = [
        {
            "theme": one.theme,
            "cases": len(one.cases),
            "received": _counts_in_words(one.months),
            "referred to": _counts_in_words(one.referred_to),
            "not referred": ", ".join(one.not_referred) or None,
        }
        for one in themes
    ]
    print_rows(rows)
    if not rows:
        click.echo("No case names a theme.", err=True)


def _print_look(look: "ToLookAt") -> None:
    print_rows(
        [
            {
                "earlier case": one.case,
                "received": one.received_on,
                "theme": theme,
                "referred to": ", ".join(referred_to) or None,
            }
            for one in look.earlier
            for theme, referred_to in one.shared.items()
        ]
    )
    if not look.earlier:
        click.echo("No earlier case shares a theme with this one.")
    click.echo(f"linked processes: {_processes_in_words(look.linked)}")
    not_weighed = [*look.themes_not_weighed, *map(_process, look.links_not_weighed)]
    click.echo(f"not recorded as considered: {', '.join(not_weighed) or 'nothing'}")


def _counts_in_words(counts: Mapping[str, int]) -> str | None:
    return ", ".join(f"{key} {number}" for key, number in sorted(counts.items())) or None


def _processes_in_words(processes: "Iterable[RelatedReview]") -> str:
    return ", ".join(map(_process, processes)) or "none"


def _process(process: "RelatedReview") -> str:
    return f"{process.process} {process.reference}"
