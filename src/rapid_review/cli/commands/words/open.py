"""`open`: the words of a case, for anyone who may read them."""

from textwrap import wrap
from typing import TYPE_CHECKING, Final

import click

from rapid_review.cli.authority import authority_options
from rapid_review.cli.keys import keys_options
from rapid_review.cli.options import (
    case_argument,
    editions_option,
    json_option,
    purpose_option,
    store_option,
    who_reads,
)
from rapid_review.cli.output import on_a_terminal, print_json
from rapid_review.cli.question import Question, asks_as
from rapid_review.wire.values import words_or_why_not

if TYPE_CHECKING:
    from rapid_review.domain.terms.terms import Terms
    from rapid_review.domain.vocabulary import Actor
    from rapid_review.store.access.reader import EntryRead

_WIDTH: Final = 80


@click.command("open")
@case_argument
@click.argument("version", type=click.IntRange(min=1), required=False)
@who_reads("--by")
@purpose_option
@click.option(
    "--emergency",
    metavar="CODE",
    help="Read all words in an emergency, for a reason such as child-at-risk. A second person, of "
    "another agency, reviews the reading.",
)
@store_option
@keys_options
@authority_options
@editions_option
@json_option
@asks_as(Question)
def open_(
    question: Question,
    *,
    case: str,
    version: int | None,
    by: "Actor",
    purpose: str,
    emergency: str | None,
) -> None:
    """Print the words of a CASE, or of its entry VERSION.

    Before anything is opened, the program checks that you may read it, and the access log
    records the reading.
    """
    with question.reviews(reads_words=True, records=True) as reviews:
        read = reviews.read(case, version, by=by, purpose=purpose, emergency=emergency)
    if emergency is not None:
        click.echo(
            "A second person, of another agency, must review this reading within two working "
            "days: `rapid-review audit access --open-reviews`",
            err=True,
        )
    if question.as_json:
        print_json({"case": case, "entries": [_as_json(one) for one in read]})
        return
    shown = [one for one in read if one.words]
    for one in shown:
        _print(one, question.terms)
    if not shown:
        click.echo("It contains no words.", err=True)


def _as_json(read: "EntryRead") -> dict[str, object]:
    entry = read.entry
    return {
        "version": entry.version,
        "at": entry.event.at,
        "kind": entry.event.kind,
        "words": {path: words_or_why_not(words) for path, words in read.words.items()},
    }


def _print(read: "EntryRead", terms: "Terms") -> None:
    entry = read.entry
    click.echo(f"{entry.version:>4}  {terms.local_day(entry.event.at)}  {entry.event.kind}")
    for path, words in read.words.items():
        click.echo(f"      {path.removeprefix('event.')}:")
        for line in str(words).splitlines() or [""]:
            for part in [line] if on_a_terminal() else wrap(line, _WIDTH - 10) or [""]:
                click.echo(f"        {part}".rstrip())
