"""Publish figures: report what was published before, and register this publication.

As in every export, the bytes are made first, then registered, and then disclosed.
"""

from hashlib import sha256
from typing import TYPE_CHECKING, Final

import click

from rapid_review.cli.statistics import StatisticsQuestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapid_review.domain.record_particulars import Figures
    from rapid_review.projections.statistics.published import Published

PUBLIC: Final = "public"
"""The recipient of what is published."""


def published_before(question: StatisticsQuestion, published: "Published") -> "Sequence[str]":
    """Return and print what somebody can work out from this publication and earlier ones.

    Figures that are neither treated nor registered are for internal use, and are not checked.

    Raises:
        RecordError: the register cannot be read.
    """
    from rapid_review.projections.statistics import publications

    if not published.selection.treatment.changes and question.published_by is None:
        return ()
    with question.reviews() as reviews:
        now = _figures(question, published)
        earlier = publications.published_before(reviews.exports(), now)
    for one in earlier:
        click.echo(f"Published before: {one}.", err=True)
    if earlier:
        click.echo(f"{publications.WAYS_THAT_HOLD}.", err=True)
    return earlier


def register(question: StatisticsQuestion, published: "Published", form: str, text: str) -> None:
    """Register that figures are published, if `--published-by` says by whom.

    Args:
        question: the question.
        published: the figures.
        form: the kind of file or page.
        text: what is disclosed; the texts of several files are joined in the order of their names.

    Raises:
        RecordError: the store cannot be read or written.
    """
    from rapid_review.domain.events import ExportMade

    if question.published_by is None:
        return
    now, as_of = question.shell.clock(), question.as_of
    made = ExportMade(
        at=now,
        recipient=PUBLIC,
        form=form,
        cases=published.facts.cases,
        entries=0,
        recorded_by=as_of.recorded_by or now,
        happened_by=as_of.happened_by,
        digest=f"sha256:{sha256(text.encode()).hexdigest()}",
        pseudonymous=True,
        figures=_figures(question, published),
    )
    with question.reviews(records=True) as reviews:
        entry = reviews.export_made(made, by=question.published_by, purpose="figures published")
    click.echo(f"Export {entry.version} of the register: {made.digest}", err=True)


def _figures(question: StatisticsQuestion, published: "Published") -> "Figures":
    from rapid_review.projections.statistics import publications

    seed = question.seed()
    digest = None if seed is None else f"sha256:{sha256(seed).hexdigest()}"
    return publications.figures(published.selection, digest)
