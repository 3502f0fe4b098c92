"""`demo`: one case from notification to shared feedback, through a real store."""

import json
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from rapid_review.cli.case_printing import print_clocks, print_judgement, print_timeline
from rapid_review.cli.context import STORE
from rapid_review.cli.errors import IntegrityError
from rapid_review.cli.options import json_option
from rapid_review.cli.output import print_json, print_rows
from rapid_review.domain.printable import counted
from rapid_review.wire.readings import clock_of, finding_of, line_of
from rapid_review.wire.values import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapid_review.cli.commands.demo.demonstration import Clock, Demonstration


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(file_okay=False))
@click.option("-v", "--verbose", is_flag=True, help="Print every entry, day and finding.")
@json_option
def demo(folder: str | None, *, verbose: bool, as_json: bool) -> None:
    """Play one invented case, and print a summary.

    The case runs under the Kent terms, from notification to shared feedback. It goes through a
    real store, in DIR or a temporary folder, and is checked. With DIR, the store and the case
    file, a page for a browser, are kept there. The command prints a summary; --verbose also prints
    the timeline, each due date day by day, and every finding.
    """
    from rapid_review.cli.commands.demo.demonstration import demonstrate
    from rapid_review.cli.commands.demo.summary import case_file_in, next_commands, summary_of

    with nullcontext(folder) if folder else TemporaryDirectory() as place:
        store = Path(place) / STORE
        store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shown = demonstrate(store)
    page = case_file_in(Path(folder), shown) if folder else None
    if as_json:
        _print_json(shown)
    elif verbose:
        _print_words(shown)
    else:
        click.echo(summary_of(shown))
    click.echo(next_commands(folder, page), err=as_json or verbose)
    if shown.agreeing != len(shown.recounts):
        raise IntegrityError(
            "a recorded due date differs when it is calculated again with its own calendar"
        )
    if shown.log.findings:
        problems = counted(len(shown.log.findings), "problem")
        raise IntegrityError(f"verification found {problems} in the log")


def _print_words(shown: "Demonstration") -> None:
    _title(f"One case under {shown.terms.title}, {shown.terms.edition}")
    for answer in shown.answers:
        if refused := answer.get("refused"):
            click.echo(f"Command {answer['line']} was refused: {refused['because']}")
            click.echo(f"  ({refused['clause']}). {refused['way_on']}")
    _title("What happened: entry, time, event, clauses")
    print_timeline(shown.lines, shown.terms, {})
    _title(f"The clocks, read on {shown.terms.local_day(shown.as_of)}")
    print_clocks(one.reading for one in shown.clocks)
    for clocks in _group_by_calculation(shown.clocks):
        for rule in (clock.reading.rule for clock in clocks):
            _title(f"{rule.id}: {rule.title} ({rule.clause})")
        print_rows([line._asdict() for line in clocks[0].reckoning])
    _title("What the rules found")
    print_judgement(shown.judged)
    _title("Verified")
    click.echo(
        f"{len(shown.lines)} entries read back from the file: versions 1 to {len(shown.lines)} "
        "without a gap, every id correct."
    )
    click.echo(
        f"{shown.agreeing} of {len(shown.recounts)} due dates are the same when calculated again "
        "with the calendar that each names."
    )
    click.echo(shown.log.as_text())


def _print_json(shown: "Demonstration") -> None:
    print_json(
        {
            "terms": shown.terms.id,
            "as_of": shown.as_of,
            "answers": shown.answers,
            "entries": [line_of(one, {}) for one in shown.lines],
            "clocks": [
                {
                    **clock_of(one.reading),
                    "reckoning": [line._asdict() for line in one.reckoning],
                }
                for one in shown.clocks
            ],
            "findings": [finding_of(one) for one in shown.judged.found],
            "asked": plain(shown.judged.asked),
            "recounts": shown.recounts,
            "log": json.loads(shown.log.as_json()),
        }
    )


def _group_by_calculation(clocks: "Iterable[Clock]") -> "list[list[Clock]]":
    """Return the clocks that started, those with the same calculation together."""
    alike: dict[object, list[Clock]] = {}
    for clock in clocks:
        if clock.reckoning:
            alike.setdefault(clock.reckoning, []).append(clock)
    return list(alike.values())


def _title(text: str) -> None:
    click.echo(f"\n## {text}")
