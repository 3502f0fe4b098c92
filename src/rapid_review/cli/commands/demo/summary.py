"""The demonstration on one screen: its clocks, a refusal, two findings, the check, what to try."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import fill
from typing import Final

from rapid_review.audit.log import durable
from rapid_review.cli.commands.demo.demonstration import CASE, Demonstration
from rapid_review.domain.printable import counted
from rapid_review.projections.as_of import AsOf

WIDTH: Final = 80
FINDINGS_SHOWN: Final = 2
STORY: Final = (
    f"{CASE} (invented): notified on 4 May 2020, a first meeting without the police, "
    "a local review decided on at the second, the national Panel's agreement."
)
TO_TRY: Final = (
    ("show", "its clocks, next steps and findings"),
    ("timeline", "every step, with its clause"),
)
SERVE: Final = "rapid-review serve --as pt-01:business-support:partnership-team"


def summary_of(shown: Demonstration) -> str:
    """Return the demonstration in few lines, none of them wider than a terminal usually is."""
    return "\n".join(
        (
            fill(STORY, WIDTH),
            *_clocks(shown),
            *_refusals(shown),
            *_findings(shown),
            _verification(shown),
        )
    )


def next_commands(folder: str | None, page: Path | None) -> str:
    """Return which files the demonstration left behind, and three commands to try next."""
    if folder is None:
        return "Nothing was kept. To keep the store and the case file: rapid-review demo DIR"
    written = (
        "The case file was not written, because it needs the extra `report`."
        if page is None
        else f"Case file, to open in a browser: {page}"
    )
    commands = (f"  {f'rapid-review {name} {CASE}':<34} {what}" for name, what in TO_TRY)
    return "\n".join((written, f"Try next, in {folder}:", *commands, f"  {SERVE}"))


def case_file_in(folder: Path, shown: Demonstration) -> Path | None:
    """Write the case file into a folder; return where, or None without the extra `report`.

    Raises:
        StorageError: it cannot be written.
    """
    try:
        from rapid_review.reports.case_file.page import Contents, case_file
    except ImportError:
        return None
    page = case_file(Contents(shown.history, AsOf(read_on=shown.as_of)))
    path = folder / f"{CASE}.html"
    durable.replace(path, page.encode())
    return path


def _clocks(shown: Demonstration) -> Iterator[str]:
    """Yield a line for each clock: when it was due, and on which of its days it stopped."""
    for reading in (one.reading for one in shown.clocks):
        unit = "working day" if reading.rule.unit == "working_days" else "day"
        days = f"{unit} {reading.days_taken} of {reading.days_allowed}"
        yield f"  {reading.key:<15} {reading.state:<8} due {reading.due}  {days}"


def _refusals(shown: Demonstration) -> Iterator[str]:
    """Yield what was refused, by which clause, and what to do instead."""
    for refused in (one["refused"] for one in shown.answers if "refused" in one):
        text = f"Refused by {refused['clause']}: {refused['because']}. {refused['way_on']}"
        yield fill(text, WIDTH, subsequent_indent="  ")


def _findings(shown: Demonstration) -> Iterator[str]:
    """Yield the first findings: what is wrong in the record, though it was recorded."""
    found = shown.judged.found
    yield f"Found by the rules, {min(FINDINGS_SHOWN, len(found))} of {len(found)}:"
    for one in found[:FINDINGS_SHOWN]:
        yield fill(f"  {one.finding.clause}: {one.finding.because}", WIDTH)


def _verification(shown: Demonstration) -> str:
    """Return in words how much was verified, and whether all of it was right."""
    verdict = "NOT verified" if shown.log.findings else "Verified"
    return (
        f"{verdict}: {counted(len(shown.lines), 'entry')} against a signed checkpoint, "
        f"{shown.agreeing} of {len(shown.recounts)} due dates"
    )
