"""`export ocel|xes|parquet|cloudevents`: cases for other tools; `register`: what was disclosed."""

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import click

from rapid_review.cli.commands.exports.disclosure import (
    Content,
    Disclosure,
    asks_to_disclose,
    asks_to_disclose_cases,
    disclose,
    disclose_cases,
    register_row,
)
from rapid_review.cli.errors import report_left_out
from rapid_review.cli.options import editions_option, json_option, store_option
from rapid_review.cli.output import print_json, print_rows, with_progress
from rapid_review.cli.question import Question, asks_as
from rapid_review.cli.writing import PutAside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    help="The format: a JSON document, or an SQLite database.",
)
@asks_to_disclose_cases
def ocel(disclosure: Disclosure, *, form: str, cases: tuple[str, ...]) -> None:
    """Export one or more cases as events and objects (OCEL 2.0). Default: all cases.

    This exports what is in effect, with corrections applied, as it had happened by
    --happened-by and was recorded by --recorded-by.
    """
    from rapid_review.exports.ocel.log_of_cases import ocel_json, ocel_logs
    from rapid_review.exports.ocel.sqlite import ocel_sqlite

    def to_bytes(traces: "Iterable[Trace]", naming: "Naming") -> "Iterator[bytes]":
        logs = ocel_logs(traces, naming)
        return ocel_sqlite(logs) if form == "sqlite" else ocel_json(logs)

    disclose_cases(disclosure, f"ocel-{form}", cases, _trace_of, to_bytes)


@click.command()
@asks_to_disclose_cases
def xes(disclosure: Disclosure, *, cases: tuple[str, ...]) -> None:
    """Export one or more cases as traces (XES, IEEE 1849-2023). Default: all cases.

    This exports what is in effect, with corrections applied, as it had happened by
    --happened-by and was recorded by --recorded-by.
    """
    from rapid_review.exports.process_mining.xes import xes as to_bytes

    disclose_cases(disclosure, "xes", cases, _trace_of, to_bytes)


def _trace_of(reviews: "RapidReviews", case: str, as_of: "AsOf") -> "Trace | None":
    """Return what is in effect of a case."""
    from rapid_review.domain.errors import TermsError
    from rapid_review.exports.trace import trace

    entries = reviews.history(case)
    calendars = reviews.calendar_named
    with suppress(TermsError):
        history = reviews.history_of(entries)
        return trace(entries, as_of, calendars, terms=history.terms, earlier=history.earlier)
    return trace(entries, as_of, calendars)  # its terms are not available, so no clause is cited


@click.command()
@asks_to_disclose_cases
def parquet(disclosure: Disclosure, *, cases: tuple[str, ...]) -> None:
    """Export one or more cases as tables for analysts (Parquet, in a ZIP). Default: all.

    There is a row for each case, for each clock, and for each entry in effect, as they had
    happened by --happened-by and were recorded by --recorded-by.
    """
    try:
        from rapid_review.exports.analytics.parquet import parquet as to_bytes
    except ImportError as error:
        from rapid_review.store.backends.extras import missing_extra

        raise missing_extra("analytics", "writing Parquet tables needs DuckDB") from error
    from rapid_review.exports.analytics.tables import rows, tabled

    disclose_cases(
        disclosure,
        "parquet",
        cases,
        lambda reviews, case, as_of: tabled(reviews.case_history(case), as_of),
        lambda found, naming: to_bytes(rows(found, naming)),
    )


@click.command()
@click.option(
    "--after",
    type=click.IntRange(min=0),
    default=0,
    metavar="POSITION",
    help="Start after this position, which the last export printed.",
)
@asks_to_disclose
def cloudevents(disclosure: Disclosure, *, after: int) -> None:
    """Export the recorded entries as CloudEvents 1.0, one line of JSON each.

    Entries are exported as they were recorded: a correction is an event of its own. Standard
    error names the position from which the next export continues.
    """
    from rapid_review.exports.cloudevents import cloudevents_lines

    last, entries, cases = after, 0, set[str]()

    def make_content(reviews: "RapidReviews", naming: "Naming", as_of: "AsOf") -> Content:
        cut = as_of.recorded_by

        def entries_of_export() -> "Iterator[Entry]":
            nonlocal last, entries
            found = reviews.entries_after(after, report_left_out)
            for position, entry in with_progress(found, "entry", every=100):
                if cut is not None and entry.recorded_at > cut:
                    return
                last, entries = position, entries + 1
                cases.add(entry.case)
                yield entry

        content = PutAside(cloudevents_lines(entries_of_export(), naming))
        return Content(content, len(cases), entries)

    disclose(disclosure, "cloudevents", make_content)
    click.echo(f"to continue from here, next time give --after {last}", err=True)


@click.command()
@store_option
@editions_option
@json_option
@asks_as(Question)
def register(question: Question) -> None:
    """Print every disclosure of cases. --json adds the digest, the two times and the names."""
    with question.reviews() as reviews:
        rows = [{"export": entry.version, **register_row(entry)} for entry in reviews.exports()]
    if question.as_json:
        print_json(rows)
    elif rows:
        print_rows([{name: row[name] for name in _SHOWN} for row in rows])
    else:
        click.echo("Nothing was disclosed.", err=True)
