"""What a new process waits for: imports, and the start of the program.

Both packages load their names when they are first used, so importing either alone shows little.
Therefore also: every public name of the domain, and one event made, each beside one small pydantic
model defined and made. They need pydantic themselves, so this is the least that they can cost. And
`RapidReviews`, with which a host begins, beside such a model and a store of `eventsourcing`.

Everybody's modules are compiled beforehand, as an installer does it: the warm-up leaves the
bytecode in a folder of its own, even where the environment asks Python to keep none.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Benchmark, Contender, process

ONE_MODEL = """
from pydantic import BaseModel
class A(BaseModel):
    x: int
A(x=1)
"""
ONE_EVENT = """
from datetime import UTC, datetime
from rapid_review.domain.events import PanelCorrespondenceLogged
at = datetime(2020, 5, 4, 9, tzinfo=UTC)
PanelCorrespondenceLogged(at=at, correspondence="L-1", sent=True, words="Acknowledged")
"""
MODEL_AND_STORE = f"{ONE_MODEL}import eventsourcing.persistence, eventsourcing.sqlite"
PROGRAM = "from rapid_review.__main__ import program; program()"  # what the installed script runs


def benchmarks(folder: Path) -> Iterator[Benchmark]:
    """Yield the imports and the start of the program, as whole processes."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def python(program: str, *arguments: str) -> Contender:
        return process([sys.executable, "-c", program, *arguments], environment)

    one_model = {"pydantic, one model": python(ONE_MODEL)}
    for name, ours, peers in (
        (
            "import_domain",
            python("import rapid_review.domain"),
            {"pydantic": python("import pydantic")},
        ),
        ("import_domain_names", python("from rapid_review.domain import *"), one_model),
        ("make_one_event", python(ONE_EVENT), one_model),
        (
            "import_reviews",
            python("from rapid_review import RapidReviews"),
            {"pydantic, one model; eventsourcing": python(MODEL_AND_STORE)},
        ),
        ("start_up", python(PROGRAM, "--version"), {}),
    ):
        limit = ("a process that does nothing", python("pass"))
        yield Benchmark(name, "ms", "lower", ours, peers, limit)
