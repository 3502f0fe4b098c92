"""Giving cases out: the options of every export of cases, and that it was recorded.

The order is: the bytes are made, the export is recorded, the bytes are given out. If the last
fails, the register says more than was given out, and never less.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple, TypedDict

import click

from rapid_review.cli.context import (
    Shell,
    happened_option,
    json_option,
    recorded_option,
    reviews_in,
    store_option,
    terms_named,
    terms_option,
)
from rapid_review.cli.output import print_json
from rapid_review.cli.question import Question
from rapid_review.cli.writing import STANDARD_OUTPUT, check_vacant, write_file

if TYPE_CHECKING:
    from rapid_review.domain.entry import Entry
    from rapid_review.domain.events import ExportMade
    from rapid_review.domain.vocabulary import Actor
    from rapid_review.exports.pseudonyms import Naming
    from rapid_review.exports.trace import Trace
    from rapid_review.projections.as_of import AsOf
    from rapid_review.store import RapidReviews


class Asked(TypedDict):
    """What every export of cases is asked with."""

    recipient: str
    purpose: str
    by: "Actor"
    output: str
    as_recorded_ids: bool
    store: str
    terms_name: str
    recorded_by: date | datetime | None
    as_json: bool


class Content(NamedTuple):
    """What is given out: its bytes, and how much of the record is in it."""

    content: bytes
    cases: int
    entries: int


class Who(click.ParamType["Actor"]):
    """A person as ID:ROLE:AGENCY."""

    name = "actor"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> "Actor":
        """Return the actor that a text names."""
        from pydantic import ValidationError

        from rapid_review.domain.vocabulary import Actor

        id_, _, rest = str(value).partition(":")
        role, _, agency = rest.partition(":")
        try:
            return Actor(id=id_, role=role, agency=agency)
        except ValidationError:
            self.fail(
                "allowed is ID:ROLE:AGENCY, such as pt-01:analyst:partnership-team", param, ctx
            )


_OPTIONS: Final = (
    click.option(
        "--to", "recipient", required=True, metavar="CODE", help="Who gets it; recorded."
    ),
    click.option(
        "--purpose", required=True, metavar="WORDS", help="Why, in a few plain words; recorded."
    ),
    click.option(
        "--by",
        required=True,
        type=Who(),
        metavar="ID:ROLE:AGENCY",
        help="Who gives it out; recorded.",
    ),
    click.option(
        "-o",
        "--output",
        required=True,
        metavar="FILE|-",
        help="A new file; - is standard output.",
    ),
    click.option(
        "--as-recorded-ids",
        is_flag=True,
        help="Keep references as they are; else they are pseudonyms of this export alone.",
    ),
    store_option,
    terms_option,
    recorded_option,
    json_option,
)


def giving_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command what every export of cases takes."""
    for option in reversed(_OPTIONS):  # the one nearest the function is listed last
        command = option(command)
    return command


def cases_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command what an export of traces takes: which cases, and how far they had come."""
    chosen = click.argument("cases", nargs=-1, metavar="[CASE]...")
    return chosen(giving_options(happened_option(command)))


def give_out_traces(
    shell: Shell,
    form: str,
    asked: Asked,
    *,
    cases: Sequence[str],
    happened_by: date | datetime | None,
    written: "Callable[[Sequence[Trace], Naming], bytes]",
) -> None:
    """Give out what stands of these cases, or of all; see `give_out`.

    Raises:
        CaseNotFoundError: there is no such case.
    """

    def made(reviews: "RapidReviews", naming: "Naming", as_of: "AsOf") -> Content:
        from rapid_review.exports.trace import trace

        chosen = dict.fromkeys(cases) or reviews.references()
        found = [trace(reviews.history(case), as_of) for case in chosen]
        traces = [one for one in found if one is not None]
        entries = sum(len(one.entries) for one in traces)
        return Content(written(traces, naming), len(traces), entries)

    give_out(shell, form, asked, made, happened_by=happened_by)


def give_out(
    shell: Shell,
    form: str,
    asked: Asked,
    made: "Callable[[RapidReviews, Naming, AsOf], Content]",
    *,
    happened_by: date | datetime | None = None,
) -> None:
    """Make the bytes, record the export, and give the bytes out.

    Raises:
        UsageError: the file is there already.
        InvalidInputError: the recipient or the purpose has not the form it must.
        RecordError: the store cannot be read or written.
    """
    from rapid_review.exports.pseudonyms import Pseudonyms, as_recorded

    output = asked["output"]
    check_vacant(output)
    naming = as_recorded if asked["as_recorded_ids"] else Pseudonyms(shell.key())
    terms = terms_named(asked["terms_name"])
    now = shell.clock()
    times = (happened_by, asked["recorded_by"])
    as_of = Question(shell, asked["store"], asked["terms_name"], *times).as_of
    with reviews_in(asked["store"], terms, shell) as reviews:
        content = made(reviews, naming, as_of)
        said = _said(now, form, as_of, asked, content)
        entry = reviews.export_made(said, by=asked["by"], purpose=asked["purpose"])
    write_file(output, content.content)
    if output == STANDARD_OUTPUT:
        click.echo(f"Export {entry.version} of the register: {said.digest}", err=True)
    elif asked["as_json"]:
        print_json({"export": entry.version, "file": output, **told_of(entry)})
    else:
        click.echo(
            f"{output}: export {entry.version} of the register, with cases: {said.cases}, "
            f"entries: {said.entries}"
        )


def _said(now: datetime, form: str, as_of: "AsOf", asked: Asked, content: Content) -> "ExportMade":
    from pydantic import ValidationError

    from rapid_review.domain.errors import InvalidInputError, problems
    from rapid_review.domain.events import ExportMade

    try:
        return ExportMade(
            at=now,
            recipient=asked["recipient"],
            form=form,
            cases=content.cases,
            entries=content.entries,
            recorded_by=as_of.recorded_by or now,
            happened_by=as_of.happened_by,
            digest=f"sha256:{sha256(content.content).hexdigest()}",
            pseudonymous=not asked["as_recorded_ids"],
        )
    except ValidationError as error:
        raise InvalidInputError(*problems(error, ExportMade)) from None


def told_of(entry: "Entry") -> dict[str, object]:
    """Return what the register says of an export, for a table or JSON."""
    told = entry.event.model_dump(mode="json", exclude={"kind"})
    return {**told, "by": entry.by.id, "agency": entry.by.agency, "purpose": entry.purpose}
