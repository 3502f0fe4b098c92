"""A day without an hour gets one that keeps the steps in order; no verdict rests on it."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review import tables
from rapid_review.projections.case.findings import findings
from rapid_review.tables.columns import DayAlone
from rapid_review.tables.days import NOON
from rapid_review.tables.hours import with_hours
from rapid_review.tables.layout import Layout
from tests.tables.some_tables import AGENCIES, KENT, NOTIFIED, SEATS, Cells, checked, in_memory

LAYOUT: Final = Layout.of(KENT, AGENCIES)
STEPS: Final = [part.when for part in LAYOUT.parts]
DAY: Final = date(2021, 5, 17)
MEETING: Final[Cells] = {
    **NOTIFIED,
    "Meeting convened": "17/05/2021",
    "Manner of meeting": "virtual",
    "Meeting held": "17/05/2021",
    **dict.fromkeys(SEATS, "member"),
}
NOT_MET: Final[Cells] = {**MEETING, "Why not met": "it was an accident"}


def found(*rows: Cells) -> set[str]:
    """Return the codes of what is found in the case of some rows."""
    reviews = in_memory()
    tables.record(checked(*rows, reviews=reviews))
    return {one.finding.code for one in findings(reviews.case_history("KM-1"))}


def at(hour: time) -> datetime:
    """Return an hour of the day, by the clocks of the partnership."""
    return datetime.combine(DAY, hour, tzinfo=KENT.zone)


def hours(*rows: Mapping[str, object]) -> list[dict[str, str]]:
    """Return the hour of each cell as it would be recorded."""
    return [
        {key: f"{when:%H:%M}" for key, when in cells.items() if isinstance(when, datetime)}
        for cells in with_hours(rows, LAYOUT)
    ]


@st.composite
def days_in_order(draw: st.DrawFn) -> dict[str, object]:
    """Draw the steps of one day: those that have an hour have it in the order of the document."""
    keys = draw(st.lists(st.sampled_from(STEPS), unique=True, min_size=1))
    keys.sort(key=STEPS.index)
    of_day = draw(st.lists(st.times(), min_size=len(keys), max_size=len(keys)))
    cells: dict[str, object] = {}
    for key, hour in zip(keys, sorted(of_day), strict=True):
        cells[key] = at(hour) if draw(st.booleans()) else DayAlone(DAY)
    return cells


@given(days_in_order())
def test_the_steps_of_a_day_keep_their_order(cells: dict[str, object]) -> None:
    """Whichever of them have an hour: what was stated is kept, and no day changes."""
    (filled,) = with_hours([cells], LAYOUT)
    whens = [when for when in filled.values() if isinstance(when, datetime)]
    assert whens == sorted(whens)
    assert {KENT.local_day(one) for one in whens} == {DAY}
    assert {key: filled[key] for key, one in cells.items() if isinstance(one, datetime)} == {
        key: one for key, one in cells.items() if isinstance(one, datetime)
    }


@given(st.sets(st.sampled_from(STEPS)))
def test_where_nothing_has_an_hour_all_is_noon(keys: set[str]) -> None:
    """Noon by the clocks of the partnership, as ever."""
    (filled,) = with_hours([dict.fromkeys(keys, DayAlone(DAY))], LAYOUT)
    assert set(filled.values()) <= {at(NOON)}


def test_an_hour_is_noon_unless_the_order_asks_for_another() -> None:
    """An hour of another day, or one that is in order with noon, changes nothing."""
    convened, held = DayAlone(DAY), at(time(14))
    assert hours({"convened": convened, "held": held}) == [{"convened": "12:00", "held": "14:00"}]
    assert hours({"convened": DayAlone(date(2021, 5, 14)), "held": at(time(9))}) == [
        {"convened": "12:00", "held": "09:00"}
    ]


def test_an_hour_is_the_nearest_to_noon_that_keeps_the_order() -> None:
    """Convened before a meeting of the morning; decided after one of the afternoon."""
    alone = DayAlone(DAY)
    assert hours({"convened": alone, "held": at(time(10)), "decided": alone}) == [
        {"convened": "10:00", "held": "10:00", "decided": "12:00"}
    ]
    assert hours({"convened": alone, "held": at(time(15)), "decided": alone}) == [
        {"convened": "12:00", "held": "15:00", "decided": "15:00"}
    ]


def test_if_the_stated_hours_are_in_no_order_the_rules_come_first() -> None:
    """A report that was shared after its meeting does not move the convening behind it."""
    alone = DayAlone(DAY)
    shared_late = {"shared": at(time(16)), "convened": alone, "held": at(time(10))}
    assert hours(shared_late)[0]["convened"] == "10:00"
    first = {"held": at(time(10)), "decided": at(time(10, 30))}
    again = {"convened": at(time(11)), "held": alone}
    assert hours(first, again)[1]["held"] == "11:00"


def test_what_is_no_step_of_its_own_is_noon() -> None:
    """When the Panel was told is a fact of the notification; it has no place among the steps."""
    cells = {"panel-notified": DayAlone(DAY), "informed": at(time(9)), "received": DayAlone(DAY)}
    assert hours(cells)[0] == {"panel-notified": "12:00", "informed": "09:00", "received": "09:00"}


@pytest.mark.parametrize("held", ["", " 00:01", " 10:00", " 14:00", " 23:59"])
@pytest.mark.parametrize("convened", ["17/05/2021", "14/05/2021"])
def test_a_meeting_that_was_convened_on_its_day_breaks_no_rule(convened: str, held: str) -> None:
    """ToR 8.5: only the day of the convening is known, whatever the hour of the meeting."""
    row = {**MEETING, "Meeting convened": convened, "Meeting held": f"17/05/2021{held}"}
    assert "meeting-not-yet-held" not in found(row)


@pytest.mark.parametrize("held", ["", " 10:00", " 14:00"])
@pytest.mark.parametrize("found_at", ["17/05/2021", "18/05/2021"])
def test_criteria_found_not_met_on_the_day_of_a_meeting_break_no_rule(
    found_at: str, held: str
) -> None:
    """ToR 1: only the day on which that was found is known."""
    row = {**NOT_MET, "Meeting held": f"17/05/2021{held}", "Criteria found not met": found_at}
    assert "review-is-held" not in found(row)


def test_a_meeting_of_which_only_the_day_is_known_was_before_its_criteria_were_not_met() -> None:
    """ToR 1: the hour at which that was found is stated, and that of the meeting is not."""
    assert "review-is-held" not in found({**NOT_MET, "Criteria found not met": "17/05/2021 09:30"})


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({**MEETING, "Meeting convened": "18/05/2021"}, "meeting-not-yet-held"),
        (
            {
                **MEETING,
                "Meeting convened": "17/05/2021 15:00",
                "Meeting held": "17/05/2021 10:00",
            },
            "meeting-not-yet-held",
        ),
        ({**NOT_MET, "Criteria found not met": "14/05/2021"}, "review-is-held"),
        (
            {
                **NOT_MET,
                "Criteria found not met": "17/05/2021 10:00",
                "Meeting held": "17/05/2021 14:00",
            },
            "review-is-held",
        ),
    ],
)
def test_what_is_stated_in_the_wrong_order_is_still_found(row: Cells, code: str) -> None:
    """ToR 1, 8.5: another day is stated, or two hours of one day."""
    assert code in found(row)


def test_a_day_before_the_receipt_is_recorded_and_found() -> None:
    """ToR 7.3: an import refuses nothing for its day; the receipt opens the case all the same."""
    asked = {"Agencies asked on": "03/05/2021", "Agencies asked": "kent-police"}
    assert found({**NOTIFIED, **asked, "Asked about": "all"}) == {"precedes-receipt"}
