"""`characteristics`: how many children there are, by characteristics that only statistics use."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from rapid_review.cli.errors import report_left_out
from rapid_review.cli.figures import form_options, print_figures
from rapid_review.cli.options import purpose_option, who_reads
from rapid_review.cli.question import asks_as
from rapid_review.cli.statistics import (
    StatisticsQuestion,
    must_have_a_solver,
    options_of_one,
    print_duplicates_left_out,
)

if TYPE_CHECKING:
    from rapid_review.domain.vocabulary import Actor
    from rapid_review.projections.statistics.published import Published
    from rapid_review.projections.statistics.selection import Selection
    from rapid_review.store import RapidReviews


@dataclass(frozen=True, kw_only=True)
class CharacteristicsQuestion(StatisticsQuestion):
    """A question about the characteristics of a partnership's children.

    Attributes:
        characteristic: the characteristic by which children are counted.
        reader: who reads.
        purpose: why, in plain words.
        also: always empty: other partnerships are not counted.
        deadline_id: always None: no clock is counted.
    """

    characteristic: str
    reader: "Actor"
    purpose: str
    also: tuple[str, ...] = ()
    deadline_id: str | None = None

    def selection(self) -> "Selection":
        """Return what is selected; small numbers are suppressed by default."""
        from rapid_review.projections.statistics.disclosure import FEWER_THAN, Treatment

        selection = super().selection()
        if selection.treatment.changes:
            return selection
        return replace(selection, treatment=Treatment(FEWER_THAN))

    def published(self) -> "Published":
        """Return the figures; the access log records each case before it is opened.

        Raises:
            InvalidInputError: small numbers are protected too little, or several partnerships are
                asked for.
            UsageError: as for other figures.
            RecordError: the store cannot be read, or the access log cannot be written.
        """
        from rapid_review.projections.statistics.characteristics import Characteristic

        selection, seed = self.selection(), self.seed()
        if selection.treatment.suppress_below is not None:
            must_have_a_solver()
        with self._reviews() as reviews:
            published = reviews.figures_by(
                Characteristic(self.characteristic),
                selection,
                by=self.reader,
                purpose=self.purpose,
                seed=seed,
                unreadable=report_left_out,
            )
        print_duplicates_left_out(published.facts)
        return published

    def _reviews(self) -> "RapidReviews":
        """Open the store with its keys, or without if they are not at hand, and print that."""
        from rapid_review.domain.errors import KeysError

        try:
            return self.reviews(reads_words=True, records=True)
        except KeysError as error:
            click.echo(f"Everything sealed is withheld: {error}", err=True)
            return self.reviews(reads_words=True)


@click.command()
@click.argument(
    "characteristic",
    metavar="CHARACTERISTIC",
    type=click.Choice(
        ["sex", "ethnicity", "disability", "placement", "plan", "known-to-services"]
    ),
)
@who_reads("--reader")
@purpose_option
@options_of_one
@form_options
@asks_as(CharacteristicsQuestion)
def characteristics(question: CharacteristicsQuestion, *, form: str, all_rows: bool) -> None:
    """Print how many children there are by a CHARACTERISTIC. Small numbers are suppressed.

    It is sex, ethnicity, disability, placement, plan or known-to-services. The program checks who
    may read this, and the access log records each case before it is opened. By default it
    suppresses numbers below 5.
    """
    name = f"figures-by-{question.characteristic}"
    print_figures(question, question.published(), name, form=form, all_rows=all_rows)
