"""Which calendar is used when one is asked for, and what is said when there is none."""

from datetime import date
from pathlib import Path

import pytest

from rapid_review.calendars import available, load, load_file
from rapid_review.domain.errors import CalendarError


def test_without_a_version_the_newest_is_used() -> None:
    """For a count that is made for the first time."""
    assert load("england-and-wales").version == "2026-11-26"
    assert load("england-and-wales") is load("england-and-wales", "2026-11-26")


def test_a_named_version_is_used_whatever_is_newer() -> None:
    """To count a recorded due date again, with the days that were known then."""
    assert load("england-and-wales", "2022-09-09").is_working(date(2022, 9, 19))


@pytest.mark.parametrize(
    ("calendar_id", "version", "asked"),
    [
        ("wales", None, "the package has no calendar 'wales';"),
        ("scotland", "2022-09-09", "the package has no calendar 'scotland' version '2022-09-09';"),
        ("../terms", None, "the package has no calendar a value of 8 characters"),
        ("england-and-wales", "../england-and-wales/2022-09-09", "version a value of 31"),
        ("england-and-wales", "", "version a value of 0 characters"),
    ],
)
def test_a_calendar_that_is_not_there_is_refused_with_those_that_are(
    calendar_id: str, version: str | None, asked: str
) -> None:
    """Never another place's, and never the newest in place of the one that was named."""
    with pytest.raises(CalendarError) as refused:
        load(calendar_id, version)
    assert asked in str(refused.value)
    assert str(refused.value).endswith(
        "allowed: england-and-wales: 2022-09-09, 2026-11-23, 2026-11-26; "
        "northern-ireland: 2026-11-23, 2026-11-26; scotland: 2026-11-23, 2026-11-26"
    )


def test_a_calendar_of_ones_own_is_read_from_a_file(tmp_path: Path) -> None:
    """A partnership whose council closes between Christmas and New Year keeps its own."""
    own = tmp_path / "own.json"
    own.write_text(
        """{
        "id": "our-council", "version": "2023-01-01", "title": "Our council", "source": "Minutes",
        "covers": ["2023-12-01", "2024-01-31"], "weekend": [5, 6],
        "holidays": {"2023-12-27": "Closed", "2023-12-28": "Closed", "2023-12-29": "Closed"}
        }""",
        encoding="utf-8",
    )
    calendar = load_file(own)
    assert calendar.after(date(2023, 12, 26), 1) == date(2024, 1, 1)
    assert load_file(str(own)) == calendar


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """With what the machine says about it."""
    missing = tmp_path / "missing.json"
    with pytest.raises(CalendarError, match=r"missing\.json: cannot be read \(No such file"):
        load_file(missing)


def test_the_list_of_calendars_says_where_each_comes_from() -> None:
    """Source and licence are part of the file, not of a page that gets lost."""
    for info in available():
        assert info.source
        assert info.licence == "OGL-3.0"
        assert info.title
