"""`audit access`: who read words, when and why; and the review of a reading in an emergency."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from rapid_review.cli.authority import authority_options, must_have_an_access_log
from rapid_review.cli.keys import keys_options
from rapid_review.cli.options import Who, editions_option, json_option, store_option
from rapid_review.cli.output import minutes, print_json, print_rows
from rapid_review.cli.question import Question, asks_as
from rapid_review.domain.printable import in_runs
from rapid_review.domain.vocabulary import is_one_person
from rapid_review.wire.values import plain, words_or_why_not

if TYPE_CHECKING:
    from rapid_review.domain.entry import Entry
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.domain.vocabulary import Actor
    from rapid_review.store import RapidReviews
    from rapid_review.store.access.log import Reading
    from rapid_review.store.permitting import Refusal


@dataclass(frozen=True)
class AccessQuestion(Question):
    """The options of `audit access`: what to print of the access log, and what to review."""

    case: str | None = None
    person: str | None = None
    changes: bool = False
    open_reviews: bool = False
    refused: bool = False
    due: bool = False
    review: int | None = None
    justified: bool | None = None
    by: "Actor | None" = None
    purpose: str | None = None

    def must_fit_together(self) -> None:
        """Check that no option is given that another one excludes.

        Raises:
            UsageError: one is.
        """
        if self.review is None and (self.justified is not None or self.by or self.purpose):
            raise click.UsageError(
                "--by, --purpose and --justified/--not-justified work only with --review"
            )
        chooses_readings = self.open_reviews or self.due or self.review
        if self.changes and (self.case or self.person or self.refused or chooses_readings):
            raise click.UsageError(
                "--changes prints every change; leave out what chooses readings"
            )
        if self.refused and chooses_readings:
            raise click.UsageError(
                "--refused prints requests, and no readings; leave out --open-reviews, --due and "
                "--review"
            )

    def record_review(self, reviews: "RapidReviews", reading: int) -> None:
        """Record the review of a reading.

        Raises:
            UsageError: an option that the review needs is missing.
        """
        if self.case is None or self.justified is None or self.by is None or self.purpose is None:
            raise click.UsageError(
                "--review also needs --case, --by, --purpose and --justified/--not-justified"
            )
        reviews.review_break_glass(
            self.case, reading, justified=self.justified, by=self.by, purpose=self.purpose
        )

    def is_by_the_person(self, entry: "Entry") -> bool:
        """Say whether an entry of the access log is by the person that is asked about, if any."""
        return self.person is None or is_one_person(self.person, entry.by.id)

    def shows(self, reading: "Reading") -> bool:
        """Say whether a reading is asked for."""
        return (
            self.is_by_the_person(reading.entry)
            and (not self.open_reviews or reading.waits_for_review)
            and (self.review is None or reading.entry.version == self.review)
        )


@click.command()
@click.option("--case", metavar="CASE", help="Print only readings of this case.")
@click.option("--person", metavar="ID", help="Print only readings by this person.")
@click.option(
    "--changes",
    is_flag=True,
    help="Print which permissions file was in use, and since when. Only by itself.",
)
@click.option(
    "--open-reviews",
    is_flag=True,
    help="Print only readings in an emergency that nobody has reviewed yet.",
)
@click.option(
    "--refused", is_flag=True, help="Print the requests that were refused, and who made them."
)
@click.option(
    "--due",
    is_flag=True,
    help="Print readings that are older than the permissions file keeps them. Nothing is deleted.",
)
@click.option(
    "--review",
    type=click.IntRange(min=1),
    metavar="N",
    help="Review reading N of --case, which was made in an emergency.",
)
@click.option(
    "--justified/--not-justified",
    default=None,
    help="With --review: whether the reading was justified.",
)
@click.option(
    "--by", type=Who(), metavar="ID:ROLE:AGENCY", help="With --review: the person who reviews."
)
@click.option(
    "--purpose", metavar="TEXT", help="With --review: what was considered, in a few plain words."
)
@store_option
@keys_options
@authority_options
@editions_option
@json_option
@asks_as(AccessQuestion)
def access(question: AccessQuestion) -> None:
    """Print who read words, when, in which case and why; or review a reading.

    The access log records only readings of words, and not of figures and public fields.
    """
    question.must_fit_together()
    must_have_an_access_log(question.store)
    with question.reviews(reads_words=True) as reviews:
        if question.review is not None:
            question.record_review(reviews, question.review)
        if question.changes:
            changes = reviews.permissions_gone_by()
            _print_changes(changes, question.terms, as_json=question.as_json)
            return
        if question.refused:
            refusals = reviews.refusals(question.case)
            asked = [one for one in refusals if question.is_by_the_person(one.entry)]
            _print_refusals(asked, question.terms, as_json=question.as_json)
            return
        found = reviews.readings_due if question.due else reviews.readings
        shown = [one for one in found(question.case) if question.shows(one)]
    if question.as_json:
        print_json([_as_json(one) for one in shown])
    elif shown:
        _print(shown, question.terms)
    else:
        click.echo("No such reading is recorded.", err=True)


def _print_changes(entries: "tuple[Entry, ...]", terms: "Terms", *, as_json: bool) -> None:
    """Print which permissions files were in use, and since when."""
    rows = [
        {"since": one.recorded_at, **one.event.model_dump(exclude={"at", "kind"})}
        for one in entries
    ]
    if as_json:
        print_json(rows)
    elif rows:
        for row in rows:
            since = minutes(row["since"].astimezone(terms.zone))
            click.echo(f"{since}  in force from {row['in_force_from']}")
            click.echo(f"    {row['digest']}")
    else:
        click.echo("No permissions file was in use.", err=True)


def _print_refusals(shown: "list[Refusal]", terms: "Terms", *, as_json: bool) -> None:
    """Print the requests for words that were refused."""
    if as_json:
        print_json(
            [
                {
                    "case": one.entry.case,
                    "refusal": one.entry.version,
                    "at": one.entry.recorded_at,
                    "by": plain(one.entry.by),
                    "purpose": words_or_why_not(one.purpose),
                    **one.event.model_dump(exclude={"at", "kind"}),
                }
                for one in shown
            ]
        )
        return
    for one in shown:
        entry, asked = one.entry, ", ".join(one.event.asked)
        at = minutes(entry.recorded_at.astimezone(terms.zone))
        click.echo(f"{entry.case} {entry.version}: {at}, {asked}")
        click.echo(f"    {entry.by.id}, {entry.by.role}, {entry.by.agency}: {one.purpose}")
    if not shown:
        click.echo("Nothing was refused.", err=True)


def _as_json(reading: "Reading") -> dict[str, object]:
    entry, review = reading.entry, reading.review
    return {
        "case": entry.case,
        "reading": entry.version,
        "at": entry.recorded_at,
        "by": plain(entry.by),
        "purpose": words_or_why_not(reading.purpose),
        **reading.event.model_dump(exclude={"at", "kind"}),
        "review_due": reading.review_due if reading.waits_for_review else None,
        "review": review
        and {
            "at": review.recorded_at,
            "by": plain(review.by),
            "purpose": words_or_why_not(reading.review_purpose),
            "justified": reading.was_justified,
        },
    }


def _print(readings: "list[Reading]", terms: "Terms") -> None:
    """Print a table of at most 80 columns; below it, who read and why."""
    print_rows(
        [
            {
                "case": one.entry.case,
                "n": one.entry.version,
                "on": terms.local_day(one.entry.recorded_at),
                "entries": _entries(one),
                "opened": ", ".join(one.event.opened),
                "review": _review(one),
            }
            for one in readings
        ]
    )
    click.echo()
    for one in readings:
        entry, by = one.entry, one.entry.by
        at = minutes(entry.recorded_at.astimezone(terms.zone))
        click.echo(f"{entry.case} {entry.version}: {at}, {by.id}, {by.role}, {by.agency}")
        click.echo(f"    {one.purpose}")


def _entries(reading: "Reading") -> str:
    if reading.event.versions:
        return in_runs(reading.event.versions)
    return f"1 to {reading.event.entries}"


def _review(reading: "Reading") -> str | None:
    if reading.event.emergency is None:
        return None
    if reading.waits_for_review:
        return f"due {reading.review_due or 'in 2 working days'}"
    return "justified" if reading.was_justified else "not justified"
