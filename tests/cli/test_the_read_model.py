"""What `stats`, `board` and `duplicates` read of the read model is what the entries say.

KM-1 and KM-2 were received on Monday 4 May 2020; it is 1 June.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rapid_review import terms
from rapid_review.cli.context import Shell
from rapid_review.cli.question import Question
from tests.cli.a_terminal import RECEIPT, REPORT, document, lines, typed

SAME = {**RECEIPT, "reference": "PRN-2", "case": "KM-2"}
NOT_MET = {
    "case": "KM-2",
    "command": "FindCriteriaNotMet",
    "at": "2020-05-06T10:00:00+01:00",
    "by": RECEIPT["by"],
    "because": "no serious harm",
}
AT_THE_END = "2020-06-01T10:00:00+01:00"
"""Now: what was recorded by then is everything, and is asked of the entries."""

ASKED = [
    ("stats", "--json"),
    ("stats", "--by", "agency", "--format", "csv"),
    ("board", "--json"),
    ("board", "--all"),
    ("duplicates", "--all", "--json"),
    ("diary",),
    ("diary", "--json", "--days", "20"),
    ("diary", "--format", "ics"),
    ("learning", "--json"),
    ("learning", "KM-1"),
]


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return a store with two cases, of which one is open."""
    path = str(tmp_path / "rapid-review.db")
    typed("apply", "-", "--store", path, stdin=lines(RECEIPT, SAME, REPORT, NOT_MET))
    return path


def of_no_use(store: str) -> None:
    """Have somebody spoil the read model's tables."""
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("ALTER TABLE read_models RENAME COLUMN live TO spoilt")


@pytest.mark.parametrize("asked", ASKED, ids=" ".join)
def test_the_same_is_said_from_the_read_model_and_from_the_entries(
    store: str, asked: tuple[str, ...]
) -> None:
    """The entries are read where the read model cannot be; standard error says so."""
    typed("apply", "-", "--store", store, stdin=lines({**SAME, "case": "KM-02"}))
    from_read_model = typed(*asked, "--store", store)
    assert from_read_model.exit_code == 0
    assert not from_read_model.stderr
    of_no_use(store)
    from_entries = typed(*asked, "--store", store)
    assert "Read from the entries instead of the read model: " in from_entries.stderr
    assert from_entries.stdout == from_read_model.stdout
    assert from_entries.exit_code == 0


@pytest.mark.parametrize("command", ["stats", "board"])
def test_a_question_of_another_time_is_asked_of_the_entries(store: str, command: str) -> None:
    """The read model holds what is recorded now, and no read model is made for the other."""
    told = typed(command, "--store", store, "--recorded-by", AT_THE_END)
    assert (told.exit_code, told.stderr) == (0, "")
    with closing(sqlite3.connect(store)) as connection:
        found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'read_models'")
        assert found.fetchone() is None


def test_what_is_recorded_next_is_in_the_next_answer(store: str) -> None:
    """Each question brings the read model up to date first."""
    assert document(typed("stats", "--store", store, "--json"))["cases"] == 2
    typed("apply", "-", "--store", store, stdin=lines({**SAME, "case": "KM-3"}))
    assert document(typed("stats", "--store", store, "--json"))["cases"] == 3


def broken(store: str) -> None:
    """Put a row into the store that no entry wrote."""
    with closing(sqlite3.connect(store)) as connection:
        connection.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
            "SELECT originator_id, 1 + MAX(originator_version), 'CaseClosed', x'7B7D' "
            "FROM stored_events GROUP BY originator_id LIMIT 1"
        )
        connection.commit()


def test_a_row_that_cannot_be_read_is_no_figure_that_is_silently_too_low(store: str) -> None:
    """The entries are read instead: what it says is of all that can be, and names what cannot."""
    broken(store)
    told = typed("stats", "--store", store)
    assert told.exit_code == 4
    assert "1 entry could not be processed, the first at position" in told.stderr
    assert "KM-" in told.stderr


def test_rebuild_says_how_many_cases_there_are(store: str) -> None:
    """In words, or as JSON."""
    typed("stats", "--store", store)
    told = typed("db", "rebuild", "--store", store)
    assert (told.exit_code, told.stderr) == (0, "")
    assert told.stdout == "2 cases of kent-and-medway, read to position 10\n"
    said = document(typed("db", "rebuild", "--store", store, "--json"))
    assert said == {"position": 10, "cases": 2, "parked": []}
    assert not typed("stats", "--store", store).stderr


# --- What another version of the program keeps beside it


def kept_by_an_older_version(store: str) -> None:
    """Have the read model be that of the first version, as it wrote it."""
    typed("stats", "--store", store)
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("UPDATE read_models SET live = 1, layout = 1")
        connection.execute("CREATE TABLE read_model_1_cases (build BIGINT)")
        connection.commit()


def test_what_an_older_version_keeps_is_no_matter(store: str) -> None:
    """Ours is made beside it at the first question, and nobody need do anything."""
    kept_by_an_older_version(store)
    assert document(typed("stats", "--store", store, "--json"))["cases"] == 2
    told = typed("db", "retire", "--store", store)
    assert told.exit_code == 0
    assert [line.split() for line in told.stdout.splitlines()[:2]] == [
        ["layout", "partnership", "position"],
        ["1", "kent-and-medway", "10"],
    ]
    assert "db retire --layout 1" in told.stdout


def test_what_an_older_version_keeps_is_dropped_when_it_is_said(store: str) -> None:
    """In words or as JSON; a second time there is none. What is read now is left alone."""
    kept_by_an_older_version(store)
    typed("stats", "--store", store)
    told = typed("db", "retire", "--store", store, "--layout", "1")
    assert (told.exit_code, told.stdout) == (0, "dropped: layout 1 of kent-and-medway\n")
    assert document(typed("db", "retire", "--store", store, "--json")) == {
        "dropped": [],
        "others": [],
    }
    assert typed("db", "retire", "--store", store).stdout == (
        "there is no read model of another layout\n"
    )
    again = typed("db", "retire", "--store", store, "--layout", "1")
    assert again.exit_code == 5
    assert "there is no read model of layout 1" in again.stderr
    assert not typed("board", "--store", store).stderr


def test_tables_without_cases_are_dropped_as_such(store: str) -> None:
    """A migration of an older version made them, and nothing was taken in."""
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("CREATE TABLE read_model_1_cases (build BIGINT)")
        connection.commit()
    typed("stats", "--store", store)
    told = typed("db", "retire", "--store", store, "--layout", "1")
    assert told.stdout == "dropped: layout 1, which was empty\n"


def test_rebuild_names_what_could_not_be_taken_in(store: str) -> None:
    """Its position, its case, and why."""
    broken(store)
    table = typed("db", "rebuild", "--store", store).stdout.splitlines()
    assert table[1].split() == ["position", "case", "reason"]
    assert table[2].startswith("11        KM-")
    assert "no schema version" in table[2]
    (parked,) = document(typed("db", "rebuild", "--store", store, "--json"))["parked"]
    assert parked["position"] == 11


def test_rebuild_of_no_store_says_so(tmp_path: Path) -> None:
    """None is made."""
    told = typed("db", "rebuild", "--store", str(tmp_path / "none.db"))
    assert told.exit_code == 3
    assert not list(tmp_path.iterdir())


def test_one_answer_mixes_no_two_moments(store: str) -> None:
    """Somebody records a third case, and catches up, between two of the answer's statements."""
    kent = terms.load("kent-and-medway-2020-05")

    def read(seen: Any) -> tuple[int, int, int]:  # noqa: ANN401 - whatever a command is given
        cases = seen.how_many_cases
        typed("apply", "-", "--store", store, stdin=lines({**SAME, "case": "KM-3"}))
        assert document(typed("stats", "--store", store, "--json"))["cases"] == 3
        clocks = seen.durations("rapid-review")["rapid-review"]
        return cases, clocks.total(), len(seen.cases())

    question = Question(Shell(), store, kent.id)
    assert question.from_read_model(read) == (2, 2, 2)
