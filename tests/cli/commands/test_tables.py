"""`table`: a template is filled in, checked, mended and imported at a terminal."""

import json
from pathlib import Path

import pytest

from tests.cli.a_terminal import CANARY, document, typed
from tests.tables.some_tables import IN_2020 as NOTIFIED
from tests.tables.some_tables import filled, rows_in, xlsx

BAD = {**NOTIFIED, "Case": "KM-2", "Nature": "deth", "Where it happened": CANARY}


def test_a_template_is_written_as_xlsx_or_csv_and_over_nothing(folder: Path) -> None:
    """The ending of its name says which; agencies get their columns."""
    assert typed("table", "template", "-o", "a.xlsx", "--agency", "school").exit_code == 0
    (head, *_) = rows_in((folder / "a.xlsx").read_bytes())
    assert "Agency report: school" in head
    assert typed("table", "template", "-o", "a.csv").exit_code == 0
    assert (folder / "a.csv").read_text("utf-8-sig").startswith("Case,Notification reference")
    assert typed("table", "template", "-o", "a.csv").exit_code == 2
    assert typed("table", "template", "-o", "-").stdout_bytes.startswith(b"PK")
    written = document(typed("table", "template", "-o", "b.csv", "--json"))
    assert [one["file"] for one in written["files"]] == ["b.csv"]


def test_a_check_tells_every_mistake_and_gives_the_rows_back(folder: Path) -> None:
    """No store is made; the exit code says that something is to be mended."""
    (folder / "reviews.xlsx").write_bytes(filled(NOTIFIED, BAD))
    told = typed("table", "check", "reviews.xlsx")
    assert told.exit_code == 5
    assert (
        "row 3, Nature (H3): is not in the list of allowed values; did you mean 'death'?"
        in told.stdout
    )
    assert "2 cases: 1 can be recorded, 1 to correct" in told.stdout
    assert CANARY not in told.output
    assert sorted(one.name for one in folder.iterdir()) == [
        "reviews-to-mend.xlsx",
        "reviews.xlsx",
    ]
    assert typed("table", "check", "reviews.xlsx").exit_code == 2  # it is written over nothing
    again = typed("table", "check", "reviews.xlsx", "-o", "mend.csv", "--json")
    assert again.exit_code == 5
    found = document(again)
    assert (found["cases"], found["new"], found["to_mend"]) == (2, 1, "mend.csv")
    assert found["problems"][0]["heading"] == "Nature"


def test_an_import_is_all_or_nothing_unless_the_good_rows_are_asked_for(folder: Path) -> None:
    """Then the rest is mended and imported, and the whole again records nothing."""
    (folder / "reviews.xlsx").write_bytes(filled(NOTIFIED, BAD))
    nothing = typed("table", "import", "reviews.xlsx")
    assert (nothing.exit_code, "nothing was recorded" in nothing.stdout) == (5, True)
    assert not (folder / "rapid-review.db").exists()
    good = typed("table", "import", "reviews.xlsx", "--good-rows", "-o", "mend.xlsx")
    assert (good.exit_code, "1 recorded, 4 entries, 1 to correct" in good.stdout) == (5, True)
    head, row = rows_in((folder / "mend.xlsx").read_bytes())
    row[head.index("Nature")] = "death"
    (folder / "mended.xlsx").write_bytes(xlsx(list(map(str, head)), [row]))
    rest = typed("table", "import", "mended.xlsx", "--by", "pt-01:analyst:partnership-team")
    assert (rest.exit_code, rest.stdout) == (0, "1 case: 1 recorded, 4 entries\n")
    again = typed("table", "import", "mended.xlsx", "--json")
    assert document(again) | {"problems": []} == {
        "cases": 1,
        "new": 0,
        "there": 1,
        "problems": [],
        "to_mend": None,
        "recorded": 0,
        "entries": 0,
        "refused": [],
    }
    assert json.loads(typed("show", "KM-2", "--json").stdout)["case"] == "KM-2"


def test_a_table_of_other_terms_is_refused_by_name(folder: Path) -> None:
    """One that cannot be read at all is refused as a whole, as JSON or not."""
    typed("table", "template", "-o", "a.xlsx", "--terms", "liverpool")
    told = typed("table", "check", "a.xlsx")
    assert told.exit_code == 5
    assert "a.xlsx: the table was made for terms 'liverpool'" in told.output
    (folder / "reviews.xlsx").write_bytes(filled(BAD))
    told = typed("table", "import", "reviews.xlsx", "--json")
    assert (told.exit_code, document(told)["recorded"]) == (5, 0)
    out = typed("table", "check", "reviews.xlsx", "-o", "-")
    assert out.stdout_bytes.startswith(b"PK")
    assert b"row 2, Nature" in out.stderr_bytes


@pytest.mark.parametrize("missing", ["python_calamine", "xlsxwriter"])
def test_without_the_extra_it_says_how_it_is_installed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """Reading needs one library, and writing another."""
    (folder / "reviews.xlsx").write_bytes(filled(NOTIFIED))
    monkeypatch.setitem(__import__("sys").modules, missing, None)
    asked = (
        ("check", "reviews.xlsx") if missing == "python_calamine" else ("template", "-o", "a.xlsx")
    )
    told = typed("table", *asked)
    assert told.exit_code == 1
    assert "[tables]" in told.output
