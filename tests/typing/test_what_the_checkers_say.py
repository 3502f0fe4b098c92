"""What the type checkers accept and refuse, of a program that embeds the library.

Each line of the program below that is wrong names, in a comment, what mypy and pyright call the
mistake. Both must find it there, and nothing anywhere else.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent.parent
PROGRAM: Final = """\
from datetime import UTC, date, datetime

import rapid_review
from rapid_review import Actor, Case, Entry, RapidReviews, Refused, terms
from rapid_review import RapidReview  # wrong: attr-defined, reportAttributeAccessIssue
from rapid_review import calender  # wrong: attr-defined, reportAttributeAccessIssue
from rapid_review.domain import Actr  # wrong: attr-defined, reportAttributeAccessIssue
from rapid_review.domain import decide, events, working_days
from rapid_review.domain.commands import MakeDecision, ReceiveNotification
from rapid_review.projections.work import diary
from rapid_review.projections.work import dairy  # wrong: attr-defined, reportAttributeAccessIssue
from rapid_review.store import ledger, worker
from rapid_review.store import Ledger  # wrong: attr-defined, reportAttributeAccessIssue
from rapid_review.store import workr  # wrong: attr-defined, reportAttributeAccessIssue
from rapid_review.testing import Wiring, given
from rapid_review.testing import Given, Whne  # wrong: attr-defined, reportAttributeAccessIssue
from rapid_review.web.http import aplication  # wrong: attr-defined, reportAttributeAccessIssue

kent = terms.load("kent-and-medway-2020-05")
reviews = RapidReviews.in_memory(terms=kent, clock=lambda: datetime.now(UTC))
team = Actor(id="u-17", role="business-support", agency="partnership-team")


def due(case: str) -> date | None:
    found: Case = reviews.case(case)
    assert found.review is not None
    return found.review.clocks["rapid-review"].due


def asked(command: MakeDecision) -> list[Entry]:
    try:
        return list(reviews.handle("KM-2020-007", command, by=team))
    except Refused as refused:
        print(refused.clause)
        raise


rapid_review.RapidReviews.in_memory
rapid_review.RapidReviewz.in_memory  # wrong: attr-defined, reportAttributeAccessIssue
reviews.handel("KM-1", by=team)  # wrong: attr-defined, reportAttributeAccessIssue
reviews.handle("KM-1", "made", by=team)  # wrong: arg-type, reportArgumentType
reviews.case(7)  # wrong: arg-type, reportArgumentType
reviews.case("KM-1").revue  # wrong: attr-defined, reportAttributeAccessIssue
terms.laod("kent")  # wrong: attr-defined, reportAttributeAccessIssue
events.CaseShut  # wrong: attr-defined, reportAttributeAccessIssue
Actor(id="u-17", role="business-support")  # wrong: call-arg, reportCallIssue
RapidReviews.in_memory(terms=kent)  # wrong: call-arg, reportCallIssue
number: int = due("KM-1")  # wrong: assignment, reportAssignmentType
"""
WRONG: Final = {
    number: marked[1].split(", ")
    for number, line in enumerate(PROGRAM.splitlines(), start=1)
    if (marked := re.search(r"# wrong: (.+)$", line))
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the program, where it is nobody's."""
    file = tmp_path_factory.mktemp("embedding") / "program.py"
    file.write_text(PROGRAM, encoding="utf-8")
    return file


def test_mypy_finds_every_mistake_and_no_other(program: Path) -> None:
    """With our own strictness, which an embedder need not share."""
    config = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir"]
    cache = str(ROOT / ".mypy_cache")
    checker = [sys.executable, "-m", "mypy", *config, cache, "--output", "json", str(program)]
    found = said_by(checker, program.parent)
    told = {line["line"]: line["code"] for line in map(json.loads, found.splitlines())}
    assert told == {number: code for number, (code, _) in WRONG.items()}


def test_pyright_finds_every_mistake_and_no_other(program: Path) -> None:
    """With its standard strictness."""
    checker = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson"]
    found = json.loads(said_by([*checker, str(program)], program.parent))
    errors = [one for one in found["generalDiagnostics"] if one["severity"] == "error"]
    told = {one["range"]["start"]["line"] + 1: one["rule"] for one in errors}
    assert told == {number: rule for number, (_, rule) in WRONG.items()}


def said_by(checker: list[str], folder: Path) -> str:
    """Run a type checker, and return what it prints."""
    done = subprocess.run(  # noqa: S603 - our own words
        checker,
        cwd=folder,
        env=os.environ | {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout
