"""`export ocel|xes|cloudevents`: cases for other tools; `register`: what was given out."""

from datetime import date, datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Final, Unpack

import click

from rapid_review.cli.commands.exports.disclosure import (
    Asked,
    Content,
    cases_options,
    give_out,
    give_out_traces,
    giving_options,
    told_of,
)
from rapid_review.cli.context import (
    Shell,
    json_option,
    pass_shell,
    reviews_in,
    store_option,
    terms_named,
    terms_option,
)
from rapid_review.cli.output import print_json, print_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapid_review.domain.entry import Entry
    from rapid_review.exports.pseudonyms import Naming
    from rapid_review.exports.trace import Trace
    from rapid_review.projections.as_of import AsOf
    from rapid_review.store import RapidReviews


_SHOWN: Final = ("export", "at", "recipient", "form", "cases", "entries", "by", "purpose")


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "sqlite"]),
    default="json",
    show_default=True,
    help="A JSON document, or an SQLite database.",
)
@cases_options
@pass_shell
def ocel(
    shell: Shell,
    /,
    *,
    form: str,
    cases: tuple[str, ...],
    happened_by: date | datetime | None,
    **asked: Unpack[Asked],
) -> None:
    """Export cases as events and objects (OCEL 2.0); all of them, if none is named.

    What stands is exported, corrections settled, as it had happened and was recorded by the two
    times.
    """
    from rapid_review.exports.ocel.log_of_cases import ocel_json, ocel_log
    from rapid_review.exports.ocel.sqlite import ocel_sqlite

    def written(traces: "Sequence[Trace]", naming: "Naming") -> bytes:
        log = ocel_log(traces, naming)
        return ocel_sqlite(log) if form == "sqlite" else ocel_json(log).encode()

    give_out_traces(
        shell, f"ocel-{form}", asked, cases=cases, happened_by=happened_by, written=written
    )


@click.command()
@cases_options
@pass_shell
def xes(
    shell: Shell,
    /,
    *,
    cases: tuple[str, ...],
    happened_by: date | datetime | None,
    **asked: Unpack[Asked],
) -> None:
    """Export cases as traces (XES, IEEE 1849-2023); all of them, if none is named.

    What stands is exported, corrections settled, as it had happened and was recorded by the two
    times.
    """
    from rapid_review.exports.process_mining.xes import xes as written

    give_out_traces(shell, "xes", asked, cases=cases, happened_by=happened_by, written=written)


@click.command()
@click.option(
    "--after",
    type=click.IntRange(min=0),
    default=0,
    metavar="POSITION",
    help="Go on behind a position, which the last export told.",
)
@giving_options
@pass_shell
def cloudevents(shell: Shell, /, *, after: int, **asked: Unpack[Asked]) -> None:
    """Export what was recorded as CloudEvents 1.0, a line of JSON each.

    As recorded: a correction is an event of its own. The position to go on from is told on
    standard error.
    """
    from rapid_review.exports.cloudevents import cloudevents_lines

    found: list[tuple[int, Entry]] = []

    def made(reviews: "RapidReviews", naming: "Naming", as_of: "AsOf") -> Content:
        cut = as_of.recorded_by
        found.extend(
            takewhile(
                lambda one: cut is None or one[1].recorded_at <= cut, reviews.entries_after(after)
            )
        )
        text = cloudevents_lines((entry for _, entry in found), naming)
        return Content(text.encode(), len({entry.case for _, entry in found}), len(found))

    give_out(shell, "cloudevents", asked, made)
    last = found[-1][0] if found else after
    click.echo(f"--after {last} goes on from here", err=True)


@click.command()
@store_option
@terms_option
@json_option
@pass_shell
def register(shell: Shell, *, store: str, terms_name: str, as_json: bool) -> None:
    """Print every export of cases; with --json also its digest, its two times, its names."""
    with reviews_in(store, terms_named(terms_name), shell) as reviews:
        rows = [{"export": entry.version, **told_of(entry)} for entry in reviews.exports()]
    if as_json:
        print_json(rows)
    elif rows:
        print_rows([{name: row[name] for name in _SHOWN} for row in rows])
    else:
        click.echo("Nothing was given out.", err=True)
