"""The read model compared with the entries: what somebody edited in it is named, column by column.

Three cases of eight entries each, in a database whose owner may alter anything.
"""

from contextlib import closing
from typing import Final

import pytest

from rapid_review.audit.verify import Report
from rapid_review.store.sql.read_model import LAYOUT
from tests.store.a_ledger import CASES, SIZE, TRUST, Place, found, letter, three_cases
from tests.store.a_record import kent_in, send_all

FIRST: Final = CASES[0]


@pytest.fixture
def read(place: Place) -> Place:
    """Return a store of three cases with a checkpoint over them, and its read model."""
    place.record(three_cases)
    place.checkpoint()
    place.record(lambda reviews: reviews.read_model().catch_up())
    assert compared(place).findings == []
    return place


def compared(place: Place) -> Report:
    """Return what is found in a store whose read model is compared."""
    with closing(place.opened()) as store:
        return store.ledger().verify(TRUST, read_model=kent_in(store).read_model())


def test_verification_says_that_the_read_model_is_no_evidence_and_offers_to_compare_it(
    read: Place,
) -> None:
    """What `board` and `stats` say is in no checkpoint; unaltered, it compares equal."""
    report = read.verified()
    assert report.findings == []
    (note,) = report.notes
    assert note.startswith("the read model of 'kent-and-medway', from which `board` and `stats`")
    assert "is not evidence, and was not compared" in note
    assert "audit verify --read-model" in report.as_text()
    asked = compared(read)
    assert asked.notes == []
    assert asked.checked["cases of the read model, computed again"] == len(CASES)


THEME: Final = (
    "INSERT INTO read_model_<layout>_themes (build, stream, theme, place, referred_to) "
    "SELECT build, stream, 'neglect', 0, '[]' FROM read_model_<layout>_cases <it>"
)
COUNT: Final = (
    "INSERT INTO read_model_<layout>_counts SELECT build, 'notifications', 'x', 'y', '2020-05', 4 "
    "FROM read_models"
)
PARKED: Final = (
    "INSERT INTO read_model_<layout>_parked "
    "SELECT build, stream, 1, reference, 'unreadable' FROM read_model_<layout>_cases <it>"
)
PLACES: Final = {
    "<it>": "WHERE reference = 'KM-2020-001'",
    "<its clock>": "WHERE deadline = 'rapid-review' AND stream = "
    "(SELECT stream FROM read_model_<layout>_cases WHERE reference = 'KM-2020-001')",
    "<what falls due>": "WHERE what = 'rapid-review' AND stream = "
    "(SELECT stream FROM read_model_<layout>_cases WHERE reference = 'KM-2020-001')",
    "<layout>": str(LAYOUT),
}
EDITS: Final = {
    "a due day on the board": (
        "UPDATE read_model_<layout>_deadlines SET due = '2020-06-27' <its clock>",
        f"case '{FIRST}', clock 'rapid-review': due is '2020-06-27', and should be '2020-05",
    ),
    "a stage": (
        "UPDATE read_model_<layout>_cases SET stage = 'closed', is_open = 0 <it>",
        f"case '{FIRST}': stage is 'closed', and should be 'notified'",
    ),
    "a case that is left out": (
        "DELETE FROM read_model_<layout>_cases <it>",
        f"case '{FIRST}': is missing",
    ),
    "a case that is nowhere": (
        "UPDATE read_model_<layout>_cases SET reference = 'KM-2020-009' <it>",
        "case 'KM-2020-009': has the reference of another case",
    ),
    "an older version": (
        "UPDATE read_model_<layout>_cases SET version = 5 <it>",
        "ends at version 5, and should reach version 8",
    ),
    "a version that is not there": (
        "UPDATE read_model_<layout>_cases SET version = 9 <it>",
        f"case '{FIRST}': is marked as read to version 9, and the store has 8 entries of it",
    ),
    "a clock that is left out": (
        "DELETE FROM read_model_<layout>_deadlines <its clock>",
        f"case '{FIRST}', clock 'rapid-review': is missing",
    ),
    "a theme that nobody found": (
        THEME,
        f"case '{FIRST}', theme 'neglect': does not follow from any entry",
    ),
    "what falls due on another day": (
        "UPDATE read_model_<layout>_dues SET due = '2020-06-27' <what falls due>",
        (
            f"case '{FIRST}', what falls due, 'rapid-review': due is '2020-06-27', and should be "
            "'2020-05-27'"
        ),
    ),
    "a process that nobody linked": (
        """UPDATE read_model_<layout>_cases SET links = '[["inquest","INQ-1"]]' <it>""",
        f"case '{FIRST}': links is ",
    ),
    "a sum of clocks": (
        "UPDATE read_model_<layout>_durations SET n = 7 WHERE deadline = 'rapid-review'",
        "the sum of clocks at 'rapid-review'",
    ),
    "a sum of what is counted": (
        COUNT,
        "the sum of counts at 'notifications' 'x' 'y' '2020-05': is '4', and should be 0",
    ),
    "a case that is set aside": (
        PARKED,
        f"case '{FIRST}': is quarantined as unreadable, and can be read",
    ),
}


@pytest.mark.parametrize("what", EDITS)
def test_what_was_edited_in_the_read_model_is_named(read: Place, what: str) -> None:
    """It is found only where it is asked for; made again, it is what the entries make."""
    statement, named = EDITS[what]
    for name, condition in PLACES.items():
        statement = statement.replace(name, condition)
    read.intruder.ask(statement)
    assert found(read.verified()) == []
    lines = found(compared(read))
    assert any(line.startswith("the read model, ") and named in line for line in lines), lines
    assert all(line.endswith("make it again with `rapid-review db rebuild`") for line in lines)
    read.record(lambda reviews: reviews.read_model().rebuild())
    assert found(compared(read)) == []


def test_a_read_model_that_is_behind_the_entries_is_compared_as_far_as_it_was_read(
    read: Place,
) -> None:
    """It is brought up to date when it is next asked, and not by anyone who verifies it."""
    read.record(lambda reviews: send_all(reviews, letter(7), letter(8), case=FIRST))
    assert found(compared(read)) == []
    with closing(read.opened()) as store:
        assert kent_in(store).read_model().position == SIZE


def test_nothing_is_compared_where_there_is_no_read_model(place: Place) -> None:
    """And nothing is said of it, unless it is asked for."""
    place.record(three_cases)
    report = place.verified()
    assert report.notes == []
    assert "the read model: it does not exist yet" in compared(place).unchecked


def test_a_read_model_of_another_layout_is_not_compared(read: Place) -> None:
    """It is another version's, which can compare it."""
    read.intruder.ask("UPDATE read_models SET live = 1, layout = 1")
    report = compared(read)
    assert report.findings == []
    assert "the read model: it does not exist yet" in report.unchecked


def test_a_case_that_was_parked_rightly_is_no_difference(place: Place) -> None:
    """Its body is that of another place, so no case can be computed of it."""
    place.record(three_cases)
    swapped = {8: 15, 16: 7}
    place.intruder.alter(
        lambda rows: [
            row._replace(state=rows[swapped.get(row.position, row.position - 1)].state)
            for row in rows
        ]
    )
    place.record(lambda reviews: reviews.read_model().catch_up())
    with closing(place.opened()) as store:
        compared_with = kent_in(store).read_model().compared()
    assert compared_with is not None
    assert compared_with.differences == ()
