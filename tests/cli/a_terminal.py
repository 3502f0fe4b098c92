"""A person at a terminal: what they type, what they see, and the exit code."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner, Result

from rapid_review import terms
from rapid_review.cli import main
from rapid_review.cli.context import Shell
from rapid_review.store import RapidReviews
from rapid_review.store.backends.ports import Writer
from rapid_review.store.subscriptions.plan import Recorded
from tests.left_open import all_closed

NOW: Final = datetime(2020, 6, 1, 9, tzinfo=UTC)
TEAM: Final = {"id": "pt-01", "role": "business-support", "agency": "partnership-team"}
CANARY: Final = "Jane Canary"

RECEIPT: Final[Mapping[str, object]] = {
    "case": "KM-1",
    "command": "ReceiveNotification",
    "at": "2020-05-04T09:30:00+01:00",
    "by": TEAM,
    "reference": "PRN-1",
    "source": "kent-ics",
    "incident": {"known_on": "2020-05-01", "nature": "death"},
    "children": [{"reference": "C-1", "age_band": "under-1", "identity": CANARY}],
}
REPORT: Final[Mapping[str, object]] = {
    "case": "KM-1",
    "command": "FileAgencyReport",
    "at": "2020-05-12T16:00:00+01:00",
    "by": TEAM,
    "agency": "school",
    "summary": CANARY,
}


def typed(*arguments: str, stdin: str | bytes | None = None, now: datetime = NOW) -> Result:
    """Return what `rapid-review` answers to these arguments, at a time that we choose.

    Whatever it is asked, and however it ends, it leaves no connection to a store open.
    """
    runner = CliRunner(catch_exceptions=False)
    with all_closed():
        return runner.invoke(main, arguments, input=stdin, obj=Shell(clock=lambda: now))


def lines(*said: Mapping[str, object]) -> str:
    """Return a line of JSON for each."""
    return "".join(f"{json.dumps(one)}\n" for one in said)


def written_down_when_it_happened(store: str, *said: Mapping[str, object]) -> None:
    """Send commands to a store one by one, each at the time at which it says it happened."""
    for one in said:
        now = datetime.fromisoformat(str(one["at"]))
        typed("apply", "-", "--store", store, stdin=lines(one), now=now)


def put_aside(store: str) -> None:
    """Have the subscription `letters` put aside whatever is in a store: its handler fails."""

    def fails(entries: Sequence[Recorded], writer: Writer) -> None:
        raise ConnectionError(len(entries), writer)

    kent = terms.load(terms.KENT_AND_MEDWAY_2020)
    with RapidReviews.on_sqlite(store, terms=kent, clock=lambda: NOW) as reviews:
        letters = reviews.subscription("letters", fails, tries=1, page=1_000)
        while (progress := letters.step()).position < progress.last:
            pass


def answers(result: Result) -> list[Any]:
    """Return each line of standard output, read as JSON."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def document(result: Result) -> Any:  # noqa: ANN401 - what JSON holds
    """Return standard output as one JSON document."""
    return json.loads(result.stdout)


def started(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `rapid-review` as a program of its own."""
    program = "import sys; from rapid_review.cli import main; main(prog_name='rapid-review')"
    return subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        check=False,
        cwd=folder,
        text=True,
    )
