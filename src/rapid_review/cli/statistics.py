"""Statistics: the options of a command about them, and the facts and tables that answer it."""

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import click

from rapid_review.cli import completing
from rapid_review.cli.authority import authority_options
from rapid_review.cli.context import clock_named, print_about_store, terms_named
from rapid_review.cli.inputs import InputPath
from rapid_review.cli.keys import recording_options
from rapid_review.cli.options import (
    Who,
    editions_option,
    happened_option,
    recorded_option,
    store_option,
    with_options,
)
from rapid_review.cli.question import Question
from rapid_review.domain.printable import counted
from rapid_review.wire.read_model import facts_in_read_model

if TYPE_CHECKING:
    from pathlib import Path

    from rapid_review.domain.vocabulary import Actor
    from rapid_review.projections.as_of import CaseHistory
    from rapid_review.projections.statistics.case_facts import CaseFacts
    from rapid_review.projections.statistics.facts import Facts
    from rapid_review.projections.statistics.periods import Span
    from rapid_review.projections.statistics.published import Published
    from rapid_review.projections.statistics.selection import Selection

_which_months = with_options(
    click.option(
        "--from",
        "since",
        metavar="PERIOD",
        help="The first month: a month such as 2020-05, a period such as 2020-Q2, or a date that "
        "begins one.",
    ),
    click.option(
        "--to",
        "until",
        metavar="PERIOD",
        help="The last month: a month, a period, or a date that ends one.",
    ),
    click.option(
        "--by",
        "grouped_by",
        type=click.Choice(
            [
                *("month", "quarter", "half-year", "year", "calendar-year", "span"),
                *("agency", "partnership"),
            ]
        ),
        default="quarter",
        show_default=True,
        help="What a row is. A half year ends in September or March, and a year on 31 March. A "
        "span is all the months in one row. An agency is the one that sent the notification.",
    ),
    click.option(
        "--dated-by",
        type=click.Choice(["receipt", "panel", "incident"]),
        default="receipt",
        show_default=True,
        help="The day that decides the month: of receipt, of the notification to the Panel, or of "
        "the incident.",
    ),
)
_whose = with_options(
    click.option(
        "--also",
        metavar="ID|FILE",
        shell_complete=completing.terms,
        multiple=True,
        help="Also count the cases under these terms of another partnership, without its clocks. "
        "Can be repeated.",
    ),
    click.option(
        "--deadline",
        "deadline_id",
        metavar="ID",
        shell_complete=completing.clocks,
        help="The clock. Default: that of the review, or else the first of the terms.",
    ),
)
_how = with_options(
    click.option(
        "--suppress-below",
        metavar="N",
        type=click.IntRange(min=2),
        help="Suppress every count from 1 to below N, and the figures from which it could be "
        "calculated.",
    ),
    click.option(
        "--round-to",
        metavar="N",
        type=click.IntRange(min=2),
        help="Round every count to a multiple of N, and every total separately.",
    ),
    click.option(
        "--perturb",
        metavar="SEED-FILE",
        type=InputPath(),
        help="Perturb every count slightly, with cell keys made from this secret seed. Use the "
        "same seed for every publication.",
    ),
    click.option(
        "--published-by",
        metavar="ID:ROLE:AGENCY",
        type=Who(),
        help="Register these figures as published by this person.",
    ),
    store_option,
    recording_options,
    authority_options,
    editions_option,
    happened_option,
    recorded_option,
)
statistics_options = with_options(_which_months, _whose, _how)
"""The options of every command about statistics: the fields of `StatisticsQuestion`."""
options_of_one = with_options(_which_months, _how)
"""The options of a command about one partnership and no clock."""


@dataclass(frozen=True, kw_only=True)
class StatisticsQuestion(Question):
    """The options of a command about statistics.

    Attributes:
        since: the first month, or a period that begins with it.
        until: the last month, or a period that ends with it.
        grouped_by: what each row stands for, such as a quarter.
        dated_by: which day of a case decides its month.
        also: the terms of other partnerships whose cases are counted too.
        deadline_id: the clock; None for the main clock of the terms.
        suppress_below: every count below it is suppressed.
        round_to: every count is rounded to a multiple of it.
        perturb: the file of the seed by which counts are perturbed.
        published_by: the person who publishes them, for the register; None if nobody does.
    """

    since: str | None
    until: str | None
    grouped_by: str
    dated_by: str
    also: tuple[str, ...]
    deadline_id: str | None
    suppress_below: int | None
    round_to: int | None
    perturb: "Path | None"
    published_by: "Actor | None"

    def published(self) -> "Published":
        """Return the statistics; print on standard error how many cases they leave out.

        Raises:
            UsageError: a period or a clock is not valid, the last month is before the first, two
                ways of treating counts exclude each other, or a seed is too short.
            StorageError: small numbers are to be suppressed, and the extra for that is missing.
            RecordError: the store cannot be read.
        """
        from rapid_review.projections.statistics.published import publish

        selection = self.selection()
        if self.suppress_below is not None:
            must_have_a_solver()
        facts = self._facts(selection)
        print_duplicates_left_out(facts)
        if not facts.cases + facts.duplicates:
            print_about_store(self.store, f"There is no case of {self.terms.partnership}")
        return publish(facts, selection)

    def must_be_of_one_partnership(self) -> None:
        """Check that the statistics are of one partnership.

        Raises:
            UsageError: they are of several, or grouped by partnership.
        """
        if self.also or self.grouped_by == "partnership":
            raise click.UsageError(
                "--also, --by partnership: a page covers only one partnership, because clocks "
                "differ; for several use `stats` or `export csv`"
            )

    def seed(self) -> bytes | None:
        """Return the seed by which counts are perturbed; None if they are not perturbed.

        Raises:
            UsageError: it is too short.
        """
        from rapid_review.projections.statistics.cell_keys import SHORTEST_SEED

        if self.perturb is None:
            return None
        seed = self.perturb.read_bytes()
        if len(seed) < SHORTEST_SEED:
            raise click.UsageError(
                f"--perturb: found {counted(len(seed), 'byte')}; allowed: a file of "
                f"{SHORTEST_SEED} or more "
                "random bytes. Keep the file, and keep it secret: each publication needs the same "
                "file"
            )
        return seed

    def selection(self) -> "Selection":
        """Return the selection of cases, and what is done to small numbers.

        Raises:
            UsageError: a period or a clock is not valid, the last month is before the first, or
                two ways of treating counts exclude each other.
        """
        from rapid_review.projections.statistics.basis import Dated
        from rapid_review.projections.statistics.disclosure import Treatment
        from rapid_review.projections.statistics.periods import By
        from rapid_review.projections.statistics.selection import Selection

        terms = self.terms
        deadline = clock_named(terms, self.deadline_id)
        months = _months(self.since, self.until)
        if self.perturb and (self.suppress_below or self.round_to):
            raise click.UsageError(
                "--perturb cannot be used with --suppress-below or --round-to; give only one of "
                "them"
            )
        treatment = Treatment(self.suppress_below, self.round_to, self.perturb is not None)
        as_of = self.as_of._replace(read_on=self.as_of.day(terms))
        return Selection(
            terms,
            deadline,
            By(self.grouped_by),
            as_of,
            months,
            treatment,
            Dated[self.dated_by.upper()],
            tuple(map(terms_named, self.also)),
        )

    def _facts(self, selection: "Selection") -> "Facts":
        """Return the facts of all partnerships that were named.

        Raises:
            UsageError: two of the terms belong to the same partnership.
        """
        from rapid_review.domain.errors import shown
        from rapid_review.projections.statistics.facts import together
        from rapid_review.projections.statistics.periods import By

        if not selection.of_several:
            return self._facts_of_one(selection)
        asked = {selection.terms.partnership: self}
        for name, terms in zip(self.also, selection.also, strict=True):
            if terms.partnership in asked:
                raise click.UsageError(
                    f"--also: {shown(name)} are terms of {terms.partnership}, whose cases are "
                    "already counted; name the terms of another partnership"
                )
            asked[terms.partnership] = replace(self, terms_name=name, also=())
        return together(
            {name: one._facts_of_one(selection) for name, one in asked.items()},  # noqa: SLF001 - its own kind
            by_partnership=selection.by is By.PARTNERSHIP,
        )

    def _facts_of_one(self, selection: "Selection") -> "Facts":
        """Return the facts of the cases of one partnership.

        If the month is decided by the receipt, and no earlier time is asked for, the facts come
        from the read model, which is brought up to date first. Otherwise they are computed from
        the entries.
        """
        from rapid_review.projections.statistics.basis import Dated
        from rapid_review.projections.statistics.case_facts import case_facts_as_of, facts_of
        from rapid_review.projections.statistics.cell_keys import case_key, sums_of_keys

        as_of, by = self.as_of, selection.dated_by
        if by is Dated.RECEIPT and self.perturb is None:
            found = self.from_read_model(partial(facts_in_read_model, selection=selection))
            if found is not None:
                return found
        if (seed := self.seed()) is None:
            return facts_of(
                self.of_each_case(lambda history: case_facts_as_of(history, as_of, dated_by=by))
            )
        where = self.terms.partnership

        def keyed(history: "CaseHistory") -> "tuple[CaseFacts, int] | None":
            found = case_facts_as_of(history, as_of, dated_by=by)
            key = case_key(seed, where, history.entries[0].case)
            return None if found is None else (found, key)

        cases = [one for one in self.of_each_case(keyed) if one is not None]
        return replace(facts_of(one for one, _ in cases), keys=sums_of_keys(cases))


def print_duplicates_left_out(facts: "Facts") -> None:
    """Print on standard error how many cases no figure counts, if there are any."""
    if facts.duplicates:
        click.echo(
            f"Cases linked as duplicates, which no figure counts: {facts.duplicates}; list them "
            "with `rapid-review duplicates`",
            err=True,
        )


def must_have_a_solver() -> None:
    """Check that the extra with the solver is installed, which suppression needs.

    Raises:
        StorageError: the extra is not installed.
    """
    from rapid_review.projections.statistics.suppression import EXTRA, SOLVER
    from rapid_review.store.backends.extras import must_be_installed

    must_be_installed(EXTRA, "suppressing small numbers needs a solver", SOLVER)


def _months(since: str | None, until: str | None) -> "Span":
    """Return the months that were asked for.

    Raises:
        UsageError: one is not a period, or the last month is before the first.
    """
    from rapid_review.domain.errors import InvalidInputError
    from rapid_review.projections.statistics.periods import span

    try:
        return span(since, until)
    except InvalidInputError as error:
        raise click.UsageError(str(error)) from None
