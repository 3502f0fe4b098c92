"""A case whose terms are not at hand names itself, and costs no other case its answer."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from rapid_review.domain.errors import TermsError
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.case.judgement import judgement
from rapid_review.store import RapidReviews
from rapid_review.store.store import Store
from rapid_review.terms import load
from tests.cli.a_terminal import NOW, RECEIPT, document, lines, typed

if TYPE_CHECKING:
    from rapid_review.store.log.in_order import UnreadableRow

KENT_FILE: Final = (
    Path(__file__).parents[3] / "src/rapid_review/terms/kent-and-medway-2020-05.toml"
)
NAMED: Final = "case KM-2, entry 4 at position 8"
"""Where the case's newest entry is: by it the case is named."""
QUESTIONS: Final = (
    ("board",),
    ("stats",),
    ("compliance",),
    ("diary",),
    ("diary", "--format", "ics"),
    ("learning", "--json"),
    ("what-if", "--calendar", "england-and-wales@2026-11-23"),
    ("export", "csv", "-o", "-", "--only", "notification"),
)


@pytest.fixture
def where(tmp_path: Path) -> str:
    """Return where a store is made."""
    return str(tmp_path / "rapid-review.db")


@pytest.fixture
def left(where: str, tmp_path: Path) -> str:
    """Return a store of three cases; the terms of the second were a file that is gone."""
    mine = tmp_path / "mine.toml"
    text = KENT_FILE.read_text("utf-8")
    mine.write_text(text.replace('"kent-and-medway-2020-05"', '"mine-2026"'), "utf-8")
    for case, terms in (("KM-1", ()), ("KM-2", ("--terms", str(mine))), ("KM-3", ())):
        told = lines({**RECEIPT, "case": case})
        assert typed("apply", "-", "--store", where, *terms, stdin=told).exit_code == 0
    mine.unlink()
    return where


@pytest.mark.parametrize("kept", ["read model", "entries"])
@pytest.mark.parametrize("asked", QUESTIONS, ids=" ".join)
def test_every_question_over_cases_answers_for_the_others(
    left: str, asked: tuple[str, ...], kept: str
) -> None:
    """The case is named with its entry and why; the exit code is that of an unreadable row."""
    times = ("--recorded-by", "2020-06-01T09:00Z") if kept == "entries" else ()
    result = typed(*asked, "--store", left, *times)
    told = " ".join(result.stderr.split())
    assert NAMED in told
    assert "mine-2026" in told
    assert result.exit_code == 4
    assert result.stdout


def test_the_board_and_compliance_hold_every_other_case(left: str) -> None:
    """Two of three are answered."""
    for asked in ("board", "compliance"):
        found = document(typed(asked, "--store", left, "--json"))
        assert [one["case"] for one in found["cases"]] == ["KM-1", "KM-3"]
    figures = document(typed("stats", "--store", left, "--json"))
    assert figures["cases"] == 2


def test_the_case_itself_is_no_answer_without_its_terms(left: str) -> None:
    """Asked for by name it is refused: what to do next is to bring the file back."""
    assert typed("show", "KM-2", "--store", left).exit_code == 5
    assert typed("show", "KM-1", "--store", left).exit_code == 0


def test_the_read_model_is_verified_all_the_same(left: str) -> None:
    """It set the case aside, and that is what the entries make of it."""
    typed("board", "--store", left)
    report = typed("audit", "verify", "--store", left, "--read-model", "--recount", "--json")
    assert report.exit_code == 0, report.stdout
    assert json.loads(report.stdout)["checked"]["cases of the read model, computed again"] == 2


def test_in_python_each_case_is_read_and_who_asks_is_told_of_the_others(left: str) -> None:
    """Whatever is read of a case: its history, or what a projection makes of it."""
    store = (
        Store.on_postgres(left, unsealed=True)
        if "://" in left
        else Store.on_sqlite(left, unsealed=True)
    )
    kent = load("kent-and-medway-2020-05")
    with RapidReviews.owning(store, terms=kent, clock=lambda: NOW) as reviews:
        passed: list[UnreadableRow] = []
        judged = reviews.each(
            lambda case: judgement(reviews.case_history(case), AsOf(read_on=NOW)), passed.append
        )
        assert len(list(judged)) == 2
        assert [(one.case, one.version, one.position) for one in passed] == [("KM-2", 4, 8)]
        with pytest.raises(TermsError):
            reviews.case_history("KM-2")
