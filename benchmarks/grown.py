"""What `growth` asks its questions of, in this folder: `python -m benchmarks.grown [ENTRIES]`.

It is a process of its own, because a process that starts others lends them its own memory until
they begin, and that would count as theirs.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any, Final

from benchmarks.questions import STORE
from benchmarks.whole_cases import store_of, whole_case

ONE_CASE: Final = Path(__file__).parents[1] / "tests" / "tables" / "one_case.csv"
COMMAND: Final = {
    "case": "KM-1",
    "command": "LogPanelCorrespondence",
    "at": "2026-11-01T09:00:00Z",
    "correspondence": "L-1000000",
    "sent": True,
    "words": "w",
    "by": {"id": "u-1", "role": "coordinator", "agency": "partnership-team"},
}


def beside() -> None:
    """Make what the questions read beside the store."""
    Path("commands.jsonl").write_text(f"{json.dumps(COMMAND)}\n", "utf-8")
    events = ({"kind": type(one).__name__, **_said(one)} for one in whole_case(0))
    lines = (f"{json.dumps({'case': 'KM-NEW', 'event': event})}\n" for event in events)
    Path("history.jsonl").write_text("".join(lines), "utf-8")
    Path("gone").write_text("Zebedee Quux", "utf-8")
    shutil.copy(ONE_CASE, ".")


def _said(event: Any) -> dict[str, Any]:  # noqa: ANN401 - whichever event
    said: dict[str, Any] = event.model_dump(mode="json", exclude_defaults=True, exclude={"kind"})
    return said


if __name__ == "__main__":
    if sys.argv[1:]:
        store_of(Path(STORE), int(sys.argv[1]))
    else:
        beside()
