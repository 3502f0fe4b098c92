"""The page of figures is the one place of definitions: its tables are those of the code."""

from datetime import date
from pathlib import Path
from typing import Final

from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.bands import BANDS, Bands, band_table
from rapid_review.projections.statistics.basis import Basis, Counted, Dated, Share
from rapid_review.projections.statistics.in_time import DueCohort, due_table
from rapid_review.projections.statistics.measures import Measure
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.published import MEASURES
from rapid_review.projections.statistics.relations import (
    DEFINITIONS,
    USUALLY,
    Of,
    of_clock,
    usually_of,
)
from tests.domain.a_review import KENT

PAGE: Final = Path(__file__).parents[3] / "docs" / "explanation" / "figures.md"
SOME: Final = Share(Basis(Counted.CLOCK, AsOf(read_on=date.max)), 1, 1)


def rows_of_figures(first: str) -> list[tuple[str, ...]]:
    """Return the rows of the table of the page of figures whose first column is called so."""
    text = PAGE.read_text("utf-8")
    table = text.partition(f"\n| {first} |")[2].partition("\n\n")[0]
    lines = table.splitlines()[2:]
    return [tuple(cell.strip() for cell in line.strip("| ").split(" | ")) for line in lines]


def share_of(measure: Measure) -> str:
    """Return what a measure is a share of, as the page says it."""
    if measure.of is None:
        return "nothing" if measure.keyed_by is None else "its own total"
    same = measure.keyed_by is not None and measure.keyed_by == measure.of.keyed_by
    return f"`{measure.of.name}`{f', the same {measure.keyed_by}' if same else ''}"


def test_the_page_of_figures_defines_every_measure() -> None:
    """In the order in which they are shown: what one is, its unit, what it is a share of."""
    assert rows_of_figures("measure") == [
        (f"`{one.name}`", one.means, one.counted, share_of(one)) for one in MEASURES
    ]


def test_the_page_of_figures_defines_every_column_of_the_clocks() -> None:
    """What a clock came to, and how long it took; and which of them are in a share."""
    every = DueCohort(
        "", Basis(Counted.CLOCK, AsOf(read_on=date.max)), 1, 1, 1, 1, 1, 1, 1, 1, SOME, SOME, None
    )
    came_to = due_table(every, {"": every}, By.SPAN)
    in_share = {kind: place for kind, _, place in rows_of_figures("`came-to`")}
    assert set(in_share) == {f"`{one}`" for one in came_to.columns}
    counted = {kind for kind, place in in_share.items() if place != "in neither"}
    assert counted == {f"`{one}`" for one in came_to.share_of}
    some = Bands("", every.basis, dict.fromkeys(BANDS, SOME), 1, 1, 1, 1, 1, 1, None)
    taken = band_table(some, {"": some}, By.SPAN)
    in_share = {kind: place for kind, _, place in rows_of_figures("`days-taken`")}
    assert set(in_share) == {f"`{one}`" for one in taken.columns}
    counted = {kind for kind, place in in_share.items() if place == "yes"}
    assert counted == {f"`{one}`" for one in taken.share_of}


def test_the_page_of_figures_names_every_grouping_and_every_day_that_decides() -> None:
    """As the command line takes them."""
    assert [row[0] for row in rows_of_figures("`--by`")] == [f"`{by}`" for by in By]
    days = [row[0] for row in rows_of_figures("`--dated-by`")]
    assert days == [f"`{one.name.lower()}`" for one in Dated]


def test_the_page_of_figures_says_what_the_tables_say_of_each_other() -> None:
    """What is true by definition, and what is usually."""
    clock = KENT.clocks["rapid-review"]
    rules_ = (*DEFINITIONS, *of_clock(clock)), (*USUALLY, *usually_of(clock))
    for first, rules in zip(("these", "usually these"), rules_, strict=True):
        assert rows_of_figures(first) == [
            (_sum(one.less), "are" if one.equal else "are at most", _sum(one.more))
            for one in rules
        ]


def _sum(side: tuple[Of, ...]) -> str:
    """Return one side of a rule, as the page has it."""
    return " and ".join(map(str, side))
