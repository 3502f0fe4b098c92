"""`stats`: the figures of a partnership, each with its unit, its denominator and its day."""

import click

from rapid_review.cli.figures import form_options, print_figures
from rapid_review.cli.question import asks_as
from rapid_review.cli.statistics import StatisticsQuestion, statistics_options


@click.command()
@statistics_options
@form_options
@asks_as(StatisticsQuestion)
def stats(question: StatisticsQuestion, *, form: str, all_rows: bool) -> None:
    """Print figures: timeliness, quorum, outcomes, learning.

    They also count notifications, agency reports and the Panel's answers. Every figure comes with
    its unit, its denominator and the day on which clocks were read.
    """
    print_figures(question, question.published(), "figures", form=form, all_rows=all_rows)
