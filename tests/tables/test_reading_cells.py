"""A cell is read as its column asks, or it is told what is wrong; nothing else can come of it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.domain.vocabulary import AgeBand
from rapid_review.tables.cells import Raw, read
from rapid_review.tables.columns import Column, DayAlone, Unknown
from rapid_review.tables.layout import Layout
from rapid_review.tables.problems import CellError
from tests.tables.some_tables import AGENCIES, KENT

YES: Final = True
COLUMNS: Final = {one.key: one for one in Layout.of(KENT, AGENCIES).columns}
_texts = st.text(max_size=60) | st.sampled_from(
    ("?", "all", "04/05/2020", "31/02/2020", "=1+1", "yes", "1-5", "04/05/2020 09:30", "\x00")
)
_raws = st.one_of(
    _texts,
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


def cell(key: str, raw: Raw) -> object:
    """Return what a cell of a column says."""
    return read(COLUMNS[key], raw, KENT)


def test_what_may_be_chosen_is_listed_as_people_write_it() -> None:
    """For who sat in a seat as well: no name of a class of ours."""
    with pytest.raises(CellError) as wrong:
        cell("seat:police", "yes")
    assert wrong.value.way_on.startswith("Choose one of these: 'member', ")
    assert "<" not in wrong.value.way_on


@pytest.mark.parametrize(
    "raw",
    [
        "04/05/2020",
        "4/5/2020",
        "4.5.2020",
        "04-05-2020",
        "2020-05-04",
        "4 May 2020",
        "4th may 2020",
        " 04/05/2020 ",
        date(2020, 5, 4),
        datetime(2020, 5, 4),  # noqa: DTZ001 - cells have no zone
    ],
)
def test_a_day_is_read_in_uk_order_and_no_hour_is_made_up(raw: Raw) -> None:
    """Where the record needs an hour, it is chosen when all rows of the case are known."""
    assert cell("received", raw) == DayAlone(date(2020, 5, 4))
    assert cell("known", raw) == date(2020, 5, 4)


@pytest.mark.parametrize(
    "raw",
    ["04/05/2020 09:30", "2020-05-04T09:30", datetime(2020, 5, 4, 9, 30)],  # noqa: DTZ001
)
def test_an_hour_that_is_given_is_kept(raw: Raw) -> None:
    """An hour is by the clocks of the partnership: summer time in May."""
    assert cell("received", raw) == datetime(2020, 5, 4, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("said", ["all", "All", "none"])
@pytest.mark.parametrize("key", ["asked-agencies", "collated-agencies", "nil-returns", "party"])
def test_a_word_for_several_or_for_none_is_no_code(key: str, said: str) -> None:
    """It would be recorded as an agency called `all`, whose report everybody waits for."""
    with pytest.raises(CellError, match=f"says {said.lower()}, which is not a code here"):
        cell(key, said)


@pytest.mark.parametrize("key", ["asked-agencies", "collated-agencies", "children", "reviewers"])
def test_who_writes_commas_is_told_what_goes_between_several(key: str) -> None:
    """As everybody does at first; where there is only one, nothing is said of several."""
    with pytest.raises(CellError) as wrong:
        cell(key, "kent-police, health-visiting")
    assert wrong.value.way_on.endswith(" Write ; between several.")
    with pytest.raises(CellError) as wrong:
        cell("source", "kent, police")
    assert "between" not in wrong.value.way_on


def test_where_none_is_an_answer_it_stays_one() -> None:
    """The group looked, and found nothing."""
    assert cell("prior-themes", "none") == ()


def test_ages_are_read_into_bands() -> None:
    """An age in years, a band as people say it, and that it is not known."""
    said = "0; 1; 5; 6; 10; 11; 15; 16; 17; unborn; under 1; 1 to 5; 16-17; ?; not known"
    assert cell("ages", said) == (
        *(AgeBand.UNDER_1, AgeBand.FROM_1_TO_5, AgeBand.FROM_1_TO_5, AgeBand.FROM_6_TO_10),
        *(AgeBand.FROM_6_TO_10, AgeBand.FROM_11_TO_15, AgeBand.FROM_11_TO_15),
        *(AgeBand.FROM_16_TO_17, AgeBand.FROM_16_TO_17, AgeBand.UNBORN, AgeBand.UNDER_1),
        *(AgeBand.FROM_1_TO_5, AgeBand.FROM_16_TO_17, AgeBand.NOT_KNOWN, AgeBand.NOT_KNOWN),
    )
    assert cell("ages", 7.0) == (AgeBand.FROM_6_TO_10,)


def test_a_choice_is_known_by_its_title_or_its_code_however_it_is_spaced() -> None:
    """Titles are what people see; codes are what is recorded."""
    for said in ("No practice review is required", " no  PRACTICE review is required"):
        assert cell("outcomes", said) == ("no-practice-review",)
    assert cell("outcomes", "no-practice-review") == ("no-practice-review",)
    assert cell("shared-seats", "All") == tuple(seat.id for seat in KENT.seats)


def test_whole_numbers_are_references_and_yes_may_be_a_real_yes() -> None:
    """A spreadsheet makes a number of what is all digits, and a truth of what is true."""
    assert cell("case", 2020014.0) == cell("case", 2020014) == "2020014"
    assert cell("agrees", YES) is cell("agrees", "Y") is True
    assert cell("agrees", "no") is False


def test_what_may_be_unknown_says_so_and_nothing_else_may() -> None:
    """Where the record can say that something is not known, ? says it."""
    unknown = {key for key, one in COLUMNS.items() if one.unknown}
    for key in COLUMNS:
        if key in unknown - {"ages"}:
            assert cell(key, "?") is Unknown.NOT_KNOWN
        elif key != "ages":
            with pytest.raises(CellError, match="not known"):
                cell(key, "?")


@given(column=st.sampled_from(list(COLUMNS.values())), raw=_raws)
def test_whatever_stands_in_a_cell_is_taken_or_told(column: Column, raw: Raw) -> None:
    """No cell ends a check, and what is told never holds what is in it."""
    canary = f"Canary{raw}Canary" if isinstance(raw, str) else raw
    for each in (raw, canary):
        try:
            read(column, each, KENT)
        except CellError as told:
            assert "Canary" not in told.problem + told.way_on  # noqa: PT017 - either way will do


def test_a_time_or_a_duration_is_no_text() -> None:
    """What a spreadsheet made of an hour is not written into a code."""
    for raw in (time(9, 30), timedelta(hours=3), date(2020, 5, 4)):
        with pytest.raises(CellError, match="a date or a time"):
            cell("source", raw)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Director Integrated Children's Services", "integrated-childrens-services"),
        ("kent police", "police"),
        ("kent-ics", "kent-ics"),
    ],
)
def test_who_notified_is_known_by_the_title_that_the_pages_show(written: str, code: str) -> None:
    """Whole, or up to its first comma; any other name is refused, as it may be a person's."""
    assert cell("source", written) == code
    with pytest.raises(CellError, match="is not a code"):
        cell("source", f"{written} Smith")
