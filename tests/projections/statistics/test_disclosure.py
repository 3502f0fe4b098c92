"""Small numbers: what is suppressed, that nobody can work it out, and rounding."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.domain.errors import InvalidInputError
from rapid_review.projections.statistics import suppression
from rapid_review.projections.statistics.basis import Basis, Counted, Share
from rapid_review.projections.statistics.disclosure import NOTHING, Treatment, rounded
from rapid_review.projections.statistics.shares import shares
from rapid_review.projections.statistics.tables import Mark, Table, Value, table
from tests.projections.statistics.clocks_as_tuples import AS_OF

C, LOW, X, Z = Mark.SUPPRESSED, Mark.LOW, Mark.UNKNOWN, Mark.NOT_APPLICABLE
BASIS = Basis(Counted.NOTIFICATION, AS_OF)


def made(*rows: tuple[int, ...], share_of: tuple[str, ...] | None = None) -> Table:
    """Return a table of some rows of counts, its columns a, b, c ..."""
    columns = "abcdefgh"[: len(rows[0])]
    counts = {
        f"2020-{place:02}": dict(zip(columns, row, strict=True))
        for place, row in enumerate(rows, start=1)
    }
    return table(
        "notification",
        BASIS,
        "month",
        counts,
        columns_by="nature",
        columns=tuple(columns),
        share_of=share_of,
    )


def suppressed(before: Table, *, fewer_than: int = 5) -> Table:
    """Return a table that is published by itself, suppressed."""
    return suppression.suppressed({"one": before}, fewer_than=fewer_than)["one"]


def values(found: Table) -> list[tuple[Value, ...]]:
    """Return all values of a table with its totals, row by row."""
    return [(*row.parts, row.whole) for row in (*found.rows, found.total)]


# -------------------------------------------------------------------------------------- by hand


def test_a_small_number_is_suppressed_and_with_it_what_would_give_it_away() -> None:
    """3 is suppressed; so are one more in its row and one more in its column, and where they meet.

    Of all that could be taken with it, 6, 7 and 9 are the smallest that close the circle.
    """
    found = suppressed(made((3, 6, 30), (7, 9, 40), (50, 60, 70)))
    assert values(found) == [
        (C, C, 30, 39),
        (C, C, 40, 56),
        (50, 60, 70, 180),
        (60, 75, 140, 275),
    ]


def test_zero_is_a_true_zero_and_hides_nothing() -> None:
    """Nothing is beside the 3 that could be taken with it, so the totals go."""
    found = suppressed(made((3, 0), (0, 20)))
    assert values(found) == [(C, 0, C), (0, 20, 20), (C, 20, C)]


def test_two_ones_cannot_hide_behind_each_other() -> None:
    """1 and 1 of 10.

    Anyone who knows that neither is 0 knows both. A third count goes with them.
    """
    found = suppressed(made((1, 1, 8), (10, 10, 10)))
    first = found.rows[0]
    assert first.parts[:2] == (C, C)
    assert C in (first.parts[2], first.whole)


def test_a_number_is_left_open_with_as_little_as_can_be() -> None:
    """The 4 may be 1 to 4 if the 6 may be 6 to 9, and what is below them less by as much."""
    found = suppressed(made((4, 6, 30), (17, 19, 40), (50, 60, 70)))
    assert values(found)[2:] == [(50, 60, 70, 180), (71, 85, 140, 296)]
    assert [row[2:] for row in values(found)[:2]] == [(30, 40), (40, 76)]


def test_a_small_number_may_be_as_many_as_c_says() -> None:
    """1 to 4, so 10 less 2 is no guard for 2 and 8, if the 8 could only be 7, or 9."""
    found = suppressed(made((2, 8), (30, 40)))
    assert values(found) == [(C, C, 10), (C, C, 70), (32, 48, 80)]
    assert values(suppressed(made((1, 2), (30, 40))))[0] == (C, C, C)


def test_a_table_without_small_numbers_is_published_as_it_is() -> None:
    """But for the word that it was looked at."""
    before = made((5, 0, 6), (7, 8, 9))
    found = suppressed(before)
    assert values(found) == values(before)
    assert found.treatment == (
        "c: a count of 1 to 4, or one from which such a count could be worked out",
    )


def test_the_threshold_can_be_another() -> None:
    """In 2020-21 the Department suppressed 2 or fewer."""
    assert values(suppressed(made((3, 10), (20, 30)), fewer_than=3)) == values(
        made((3, 10), (20, 30))
    )
    assert suppressed(made((2, 10), (20, 30)), fewer_than=3).rows[0].parts == (C, C)


def test_an_unknown_part_stays_unknown() -> None:
    """It is no number, and gives none away."""
    found = suppressed(
        table("notification", BASIS, "month", {"2020-05": {"": 9, "a": 0}, "2020-06": {"a": 20}})
    )
    assert values(found) == [(X, 9, 9), (20, 0, 20), (20, 9, 29)]


def test_rounding_takes_each_number_by_itself() -> None:
    """So they may not add up, and the table says so; what rounds to 0 and is not 0 is marked."""
    found = rounded(made((14, 25, 4), (0, 5, 16)))
    assert values(found) == [(10, 30, LOW, 40), (0, 10, 20, 20), (10, 30, 20, 60)]
    (treatment,) = found.treatment
    assert treatment.startswith("each count and each total is rounded separately to")
    assert "may not add up to their total; low: not 0, but rounds to 0" in treatment
    assert values(rounded(made((12, 13)), to=5)) == [(10, 15, 25), (10, 15, 25)]


def test_numbers_may_be_suppressed_and_then_rounded() -> None:
    """What is suppressed stays so; both treatments are said."""
    found = rounded(suppressed(made((3, 6, 30), (7, 9, 40), (50, 60, 70))))
    assert values(found)[0] == (C, C, 30, 40)
    assert len(found.treatment) == 2


def test_rounded_numbers_are_not_suppressed_any_more() -> None:
    """They don't add up, so nobody could say what gives what away."""
    with pytest.raises(
        InvalidInputError, match=r"already been treated: each count .* Suppress first"
    ):
        suppressed(rounded(made((3, 6))))


def test_a_treatment_that_would_do_nothing_is_refused() -> None:
    """The message says what was found and what is allowed."""
    with pytest.raises(InvalidInputError, match="fewer_than: found 1; allowed: 2 or more"):
        suppressed(made((3, 6)), fewer_than=1)
    with pytest.raises(InvalidInputError, match="to: found 1; allowed: 2 or more"):
        rounded(made((3, 6)), to=1)


# ------------------------------------------------------------------------------- shares of them


def test_a_share_gives_no_suppressed_number_away() -> None:
    """A percentage of a suppressed count, and every whole of its row that is not its total."""
    found = suppressed(made((3, 6, 30), (7, 9, 40), (50, 60, 70), share_of=("a", "b")))
    by_cell = shares(found)
    assert by_cell["2020-01", "a"] is C
    assert by_cell["2020-01", "c"] is Z
    shown = by_cell["2020-03", "a"]
    assert isinstance(shown, Share)
    assert shown.denominator == 110
    partly = suppressed(made((20, 30, 3, 6), (7, 9, 40, 9), share_of=("a", "b")))
    assert partly.rows[0].parts == (20, 30, C, C)
    assert shares(partly)["2020-01", "a"] is C


def test_a_share_of_another_table_is_shown_only_where_the_rows_own_total_is() -> None:
    """If each of the others has just one of these, their number is that total."""
    outcomes = suppressed(made((3, 0), (20, 30)))
    counts = {"2020-01": {"": 6}, "2020-02": {"": 40}}
    found = shares(outcomes, table("decision", BASIS, "month", counts))
    assert [row.whole for row in outcomes.rows] == [C, C]
    assert found["2020-01", "b"] is C
    assert found["2020-02", "b"] is C
    few = suppressed(table("decision", BASIS, "month", {"2020-01": {"": 6}, "2020-02": {"": 3}}))
    assert shares(made((5, 0), (0, 5)), few)["2020-02", "b"] is C


# --------------------------------------------------------------------------- any table whatsoever

TABLES = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.tuples(*[st.integers(0, 7)] * width), min_size=1, max_size=3)
)


def totalled(rows: list[list[int]]) -> list[list[int]]:
    """Return rows of numbers with the total of each, and with the row of totals."""
    wide = [[*row, sum(row)] for row in rows]
    return [*wide, [sum(column) for column in zip(*wide, strict=True)]]


Place = tuple[int, int]
"""The row and the column of a count; totals come last."""


def can_be_another(rows: list[tuple[int, ...]], shown: list[tuple[Value, ...]]) -> set[Place]:
    """Return the suppressed cells that could have had another count, by trying all nearby tables.

    Each suppressed count inside may be 1 less, the same or 1 more; the totals follow. A table is
    as good as the true one if all that is shown is the same and no suppressed count is below 1.
    """
    true = totalled([[*row] for row in rows])
    places = [(row, column) for row, counts in enumerate(true) for column, _ in enumerate(counts)]
    inside = [
        (row, column)
        for row, column in places
        if shown[row][column] is C and row < len(rows) and column < len(rows[0])
    ]
    found: set[Place] = set()
    for moves in product((-1, 0, 1), repeat=len(inside)):
        change = [[0] * len(rows[0]) for _ in rows]
        for (row, column), move in zip(inside, moves, strict=True):
            change[row][column] = move
        moved = totalled(change)
        if all(
            true[row][column] + moved[row][column] >= 1
            if shown[row][column] is C
            else moved[row][column] == 0
            for row, column in places
        ):
            found |= {(row, column) for row, column in places if moved[row][column]}
    return found


@given(TABLES)
def test_every_small_number_could_have_been_another(rows: list[tuple[int, ...]]) -> None:
    """All tables are tried that differ by 1 in any suppressed places: none of ours is sure."""
    before = made(*rows)
    after = suppressed(before)
    small = {
        (row, column)
        for row, counts in enumerate(values(before))
        for column, count in enumerate(counts)
        if count in range(1, 5)
    }
    hidden = {
        (row, column)
        for row, counts in enumerate(values(after))
        for column, count in enumerate(counts)
        if count is C
    }
    assert small <= hidden
    assert small <= can_be_another(rows, values(after))


@given(TABLES)
def test_suppression_changes_no_number_that_it_shows(rows: list[tuple[int, ...]]) -> None:
    """And it never hides a zero."""
    before, after = made(*rows), suppressed(made(*rows))
    for true, shown in zip(values(before), values(after), strict=True):
        for count, seen in zip(true, shown, strict=True):
            assert seen == count or (seen is C and count != 0)


@given(TABLES, st.integers(2, 20))
def test_rounding_moves_a_number_by_half_a_step_at_most(
    rows: list[tuple[int, ...]], to: int
) -> None:
    """A multiple of the step; 0 only for 0."""
    before, after = made(*rows), rounded(made(*rows), to=to)
    for true, shown in zip(values(before), values(after), strict=True):
        for count, seen in zip(true, shown, strict=True):
            assert isinstance(count, int)
            if isinstance(seen, Mark):
                assert seen is LOW
                assert 0 < 2 * count < to
            else:
                assert seen % to == 0
                assert -to < 2 * (seen - count) <= to
                assert seen or not count


# ------------------------------------------------------------------------------- both, on request


def test_a_table_is_suppressed_first_and_then_rounded() -> None:
    """What is suppressed stays so; the rest is rounded, and the table says both."""
    table_ = made((3, 6, 30), (7, 9, 40), (50, 60, 70))
    found = suppression.treated({"one": table_}, Treatment(suppress_below=5, round_to=10))["one"]
    assert values(found) == values(rounded(suppressed(table_), to=10))
    assert len(found.treatment) == 2


def test_nothing_is_done_that_was_not_asked_for() -> None:
    """The table is the same, and says that nothing was done."""
    table_ = made((3, 6, 30))
    assert suppression.treated({"one": table_}, NOTHING)["one"] is table_
    assert not NOTHING.changes
    assert Treatment(round_to=5).changes


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("suppress_below", lambda: Treatment(suppress_below=1)),
        ("round_to", lambda: Treatment(round_to=1)),
    ],
)
def test_a_treatment_that_would_change_nothing_is_a_mistake(
    name: str, made: Callable[[], Treatment]
) -> None:
    """Below 1 there is no count but 0, and every count is a multiple of 1."""
    with pytest.raises(InvalidInputError, match=f"{name}: found 1; allowed: 2 or more"):
        made()
    typed: dict[str, Any] = {name: "5"}
    with pytest.raises(InvalidInputError, match=f"{name}: found text; allowed: a number"):
        Treatment(**typed)
