"""The figures of a year of 480 cases equal a count that was written from `figures.md`, in pandas.

At three dates, by every grouping, and by each day that may decide the month: every number, every
denominator, every quartile.
"""

import re
from collections import Counter
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.basis import Dated
from rapid_review.projections.statistics.case_facts import case_facts_as_of, facts_of
from rapid_review.projections.statistics.facts import Facts
from rapid_review.projections.statistics.measures import MEASURES
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.published import publish
from rapid_review.projections.statistics.rows import Figure, figures_of
from rapid_review.projections.statistics.selection import Selection
from tests.domain.a_review import KENT
from tests.how_many import a_share_of
from tests.projections.statistics.a_count_with_pandas import Counted, Frame, count, frame_of
from tests.projections.statistics.a_year_of_cases import CASES, histories

DAYS: Final = (date(2021, 9, 15), date(2022, 3, 31), date(2022, 12, 31))
"""In the middle of the year, on its last day, and when nearly all is settled."""
GROUPINGS: Final = (
    By.MONTH,
    By.QUARTER,
    By.HALF_YEAR,
    By.YEAR,
    By.CALENDAR_YEAR,
    By.AGENCY,
)
FIGURES: Final = Path(__file__).parents[3] / "docs" / "explanation" / "figures.md"
_A_MEASURE: Final = r"^\| `([a-z-]+)` \| [^|]+ \| [^|]+ \| ([^|]+) \|$"
SHARES_OF: Final[dict[str, str]] = dict(
    re.findall(_A_MEASURE, FIGURES.read_text("utf-8"), re.MULTILINE)
)
"""What a share of each measure is of, as the page says it."""


@cache
def events() -> Frame:
    """Return every event of the year."""
    return frame_of(histories())


@cache
def facts(day: date, dated_by: Dated) -> Facts:
    """Return what the cases add up to, as it had happened by the end of a day."""
    end = datetime.combine(day, time.max, tzinfo=KENT.zone)
    as_of = AsOf(end, None, day)
    return facts_of(case_facts_as_of(one, as_of, dated_by=dated_by) for one in histories())


def told(day: date, by: By, dated_by: Dated) -> tuple[Figure, ...]:
    """Return every figure, read on a day."""
    as_of = AsOf(datetime.combine(day, time.max, tzinfo=KENT.zone), None, day)
    selection = Selection(KENT, KENT.clocks["rapid-review"], by, as_of, dated_by=dated_by)
    return figures_of(publish(facts(day, dated_by), selection))


@cache
def tables(day: date, by: By) -> dict[str, dict[str, Counter[str]]]:
    """Return how many of each kind there are, by table and row, read on a day."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for one in told(day, by, Dated.RECEIPT):
        counts = found.setdefault(one.figure, {}).setdefault(one.group, Counter())
        if isinstance(one.value, int) and one.kind not in {"Total", "met-at-best"}:
            counts[one.kind] += one.value
        elif isinstance(one.value, int) and one.figure in KINDLESS:
            counts[""] += one.value
    return found


KINDLESS: Final = {name for name, measure in MEASURES.items() if measure.keyed_by is None}


def values(figures: tuple[Figure, ...]) -> Counted:
    """Return the figures that are not 0."""
    return {
        (one.figure, one.group, one.kind): one.value
        for one in figures
        if isinstance(one.value, int) and (one.value or "quartiles" in one.figure)
    }


def with_the_best(counted: Counted) -> Counted:
    """Return the count with the clocks in time as if all of an impossible order had been."""
    met, impossible = Counter[tuple[str, str]](), set[str]()
    for (figure, group, kind), number in counted.items():
        if kind in {"met", "impossible-order"} and figure.endswith("came to"):
            met[figure, group] += number
            impossible |= {figure} if kind == "impossible-order" else set()
    best = {
        (figure, group, "met-at-best"): number
        for (figure, group), number in met.items()
        if figure in impossible
    }
    return counted | best


CASES_ASKED: Final = [
    *((day, by, Dated.RECEIPT, "receipt") for day in DAYS for by in GROUPINGS),
    *((DAYS[-1], by, Dated.PANEL, "panel") for by in GROUPINGS),
    *((DAYS[-1], by, Dated.INCIDENT, "incident") for by in GROUPINGS),
]
QUICKLY: Final = 5
"""Each so many-th of them has every day, every grouping and every word in it."""


@pytest.mark.parametrize(("day", "by", "dated_by", "word"), a_share_of(CASES_ASKED, turns=QUICKLY))
def test_every_figure_equals_the_count_in_pandas(
    day: date, by: By, dated_by: Dated, word: str
) -> None:
    """No figure more, none less."""
    found = values(told(day, by, dated_by))
    expected = with_the_best(count(events(), by, day, word))
    unlike = {
        key: (found.get(key), expected.get(key))
        for key in found.keys() | expected.keys()
        if found.get(key) != expected.get(key)
    }
    assert unlike == {}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("by", GROUPINGS)
def test_every_denominator_is_the_one_that_the_page_names(day: date, by: By) -> None:
    """The whole of a share, as the table of the page of figures says it."""
    figures = told(day, by, Dated.RECEIPT)
    number = values(figures)
    for one in figures:
        if one.figure not in SHARES_OF or one.denominator is None:
            continue
        of = re.findall(r"`([a-z-]+)`", SHARES_OF[one.figure])
        whole, kind = (of or [one.figure])[0], "Total"
        if "the same" in SHARES_OF[one.figure]:
            kind = one.kind
        assert one.denominator == number.get((whole, one.group, kind), 0), one
        assert SHARES_OF[one.figure] != "nothing"


def test_the_year_has_something_of_everything() -> None:
    """Or its agreement would tell little."""
    assert facts(DAYS[-1], Dated.RECEIPT).cases == CASES
    found = values(told(DAYS[-1], By.SPAN, Dated.RECEIPT))
    of_all = {(figure, kind) for figure, group, kind in found if group == "Total"}
    measures = {figure for figure, _ in of_all}
    assert set(SHARES_OF) == set(MEASURES) < measures
    for clock in ("rapid-review", "panel-feedback"):
        kinds = {"met", "met-late", "overdue", "impossible-order", "ended-otherwise"}
        assert {(f"{clock}: came to", kind) for kind in kinds} <= of_all
    sent = events()[events()["kind"] == "ReportSentToPanel"]
    assert sent.groupby("case").size().max() == 2  # the Panel was asked again
    early = values(told(DAYS[0], By.SPAN, Dated.RECEIPT))
    assert early["rapid-review: came to", "Total", "not-yet-due"] > 5
