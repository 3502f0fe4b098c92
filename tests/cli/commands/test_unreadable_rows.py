"""One unreadable row names itself, and costs no other case its answer."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rapid_review.domain.errors import RecordError
from rapid_review.store import RapidReviews
from rapid_review.terms import load
from tests.cli.a_terminal import NOW, RECEIPT, lines, typed

if TYPE_CHECKING:
    from rapid_review.store.log.in_order import UnreadableRow

BODIES = {
    "cut short": b"",
    "of a newer version": b'{"schema":9,"partnership":"kent-and-medway","case":"KM-2",',
}


@pytest.fixture
def whole(tmp_path: Path) -> str:
    """Return a store of three cases."""
    store = str(tmp_path / "rapid-review.db")
    cases = ("KM-1", "KM-2", "KM-3")
    receipts = lines(*({**RECEIPT, "case": case} for case in cases))
    assert typed("apply", "-", "--store", store, stdin=receipts).exit_code == 0
    return store


@pytest.fixture(params=BODIES)
def store(whole: str, request: pytest.FixtureRequest) -> str:
    """Return a store of three cases, in the second of which the second row cannot be read."""
    damage(whole, "UPDATE stored_events SET state = ? WHERE rowid = 6", BODIES[request.param])
    return whole


def damage(store: str, statement: str, *values: object) -> None:
    """Change a row, as the person who owns the file can."""
    with closing(sqlite3.connect(store)) as connection, connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement, values)


@pytest.mark.parametrize(
    "asked",
    [
        ("board",),
        ("stats",),
        ("compliance",),
        ("diary",),
        ("learning",),
        ("duplicates",),
    ],
    ids=lambda asked: str(asked[0]),
)
def test_every_question_over_cases_answers_for_the_others(
    store: str, asked: tuple[str, ...]
) -> None:
    """Two of three are answered, the third is named with its row, and the exit code is 4."""
    result = typed(*asked, "--store", store, "--json")
    assert "entry 2 at position 6" in result.stderr
    assert result.exit_code == 4
    assert result.stdout


def test_the_board_holds_every_other_case(store: str) -> None:
    """An unreadable row of one case says nothing of another."""
    found = json.loads(typed("board", "--store", store, "--json").stdout)
    assert [one["case"] for one in found["cases"]] == ["KM-1", "KM-3"]


@pytest.mark.parametrize("form", ["xes", "ocel", "cloudevents"])
def test_an_export_of_all_gives_out_the_others(store: str, form: str, tmp_path: Path) -> None:
    """And registers what it gave out."""
    output = tmp_path / "given-out"
    said = ("--by", "u-1:manager:partnership-team", "--to", "auditor", "--purpose", "audit")
    result = typed("export", form, "--store", store, "-o", str(output), *said)
    assert "entry 2 at position 6" in result.stderr
    assert result.exit_code == 4
    assert output.read_bytes()


def test_the_unreadable_case_itself_is_no_answer(store: str) -> None:
    """Asked for by name, it cannot be shown, and the exit code is that of a damaged store."""
    assert typed("show", "KM-2", "--store", store).exit_code == 4
    assert typed("show", "KM-1", "--store", store).exit_code == 0


def test_in_python_who_asks_is_told_of_what_was_passed_by(store: str) -> None:
    """`each` and `entries_after` yield the rest; where nobody is told, the row is an error."""
    kent = load("kent-and-medway-2020-05")
    with RapidReviews.on_sqlite(store, terms=kent, clock=lambda: NOW, unsealed=True) as reviews:
        for ask, answers in (
            (lambda told: reviews.each(reviews.history, told), 2),
            (lambda told: reviews.entries_after(0, told), 11),
        ):
            passed: list[UnreadableRow] = []
            assert len(list(ask(passed.append))) == answers
            assert [(one.position, one.version) for one in passed] == [(6, 2)]
            assert {one.case for one in passed} <= {"KM-2", None}
        with pytest.raises(RecordError, match="entry 2 at position 6"):
            list(reviews.entries_after(0))


def test_the_list_of_cases_is_read_from_the_first_entry_of_each(whole: str) -> None:
    """A case is listed if its first entry can be read; if that cannot be, it is named instead."""
    kent = load("kent-and-medway-2020-05")
    with RapidReviews.on_sqlite(whole, terms=kent, clock=lambda: NOW, unsealed=True) as reviews:
        opened = [one.case for _, one in reviews.entries_after(0) if one.version == 1]
        damage(whole, "UPDATE stored_events SET state = ? WHERE rowid = 6", b"")
        assert list(reviews.references()) == opened == ["KM-1", "KM-2", "KM-3"]
        damage(whole, "UPDATE stored_events SET state = ? WHERE rowid = 5", b"")
        passed: list[UnreadableRow] = []
        assert reviews.references(passed.append) == ("KM-1", "KM-3")
        assert [(one.position, one.version) for one in passed] == [(5, 1)]
        with pytest.raises(RecordError, match="entry 1 at position 5"):
            reviews.references()


def test_every_row_of_a_case_that_cannot_be_read_is_named(whole: str) -> None:
    """By its position, and once."""
    kent = load("kent-and-medway-2020-05")
    damage(whole, "UPDATE stored_events SET state = ? WHERE rowid IN (6, 8)", b"")
    with RapidReviews.on_sqlite(whole, terms=kent, clock=lambda: NOW, unsealed=True) as reviews:
        passed: list[UnreadableRow] = []
        assert len(list(reviews.each(reviews.history, passed.append))) == 2
        assert [(one.position, one.version, one.case) for one in passed] == [
            (6, 2, "KM-2"),
            (8, 4, "KM-2"),
        ]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SET state = CAST('' AS BLOB)", "it looks like case KM-2"),
        ("SET state = CAST(replace(state, 'at', 'ta') AS BLOB)", "it looks like case KM-2"),
        (
            "SET topic = CAST(X'ff' AS TEXT)",
            "it could not be checked whether it looks",
        ),
    ],
)
def test_the_damaged_opening_of_one_case_keeps_no_other_from_being_opened(
    whole: str, statement: str, told: str
) -> None:
    """ToR 8.1: what was recorded stands, and it is told of the cases that can be read."""
    damage(whole, f"UPDATE stored_events {statement} WHERE rowid = 1")
    receipt = lines({**RECEIPT, "case": "KM-4"})
    result = typed("apply", "-", "--store", whole, stdin=receipt)
    assert result.exit_code == 0
    assert told in json.loads(result.stdout)["notes"][0]


@pytest.mark.parametrize("asked", ["show", "timeline", "verdicts"])
def test_a_reading_of_the_case_itself_names_the_row(store: str, asked: str) -> None:
    """The case and the number of its entry: whoever looks after the store can look there."""
    result = typed(asked, "KM-2", "--store", store)
    assert result.exit_code != 0
    assert "row 2 of case 'KM-2': a stored " in result.stderr
