"""Five hundred rows with every kind of mistake: each is told, mended, imported and counted.

The sheet is counted with pandas, from its own cells, and not by anything of the package.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from importlib import import_module
from typing import Any, Final, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from rapid_review import tables
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.case.clocks import clocks
from rapid_review.projections.statistics.case_facts import case_facts_as_of, facts_of
from rapid_review.projections.statistics.measures import MEASURES
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.published import publish
from rapid_review.projections.statistics.rows import figures_of
from rapid_review.projections.statistics.selection import Selection
from rapid_review.store import RapidReviews
from rapid_review.tables.cells import Raw
from tests.projections.statistics.a_count_with_pandas import BANDS as BANDS_AS_SHOWN
from tests.projections.statistics.a_count_with_pandas import HOLIDAYS, Frame
from tests.tables.legacy_cases import AGES, BANDS, CASES, NATURES, OUTCOMES, Row, rows
from tests.tables.mistakes import MISTAKES, Mistake
from tests.tables.some_tables import (
    CANARY,
    KENT,
    NOW,
    SEATS,
    filled,
    headings,
    in_memory,
    rows_in,
    xlsx,
)

pd: Any = import_module("pandas")  # it tells of its own types in part only

RECKONED: Final = {
    *("kind", "terms", "meeting", "collation", "version", "automatic", "empty_seats"),
    "partner",
}
"""Fields that no cell says and the record calculates: numbers, terms, the adoption they order."""
KINDLESS: Final = {name for name, measure in MEASURES.items() if measure.keyed_by is None}
"""Figures of one kind only, whose kind is their total."""
QUARTILES: Final = "rapid-review: quartiles of the stopped"
WORDS: Final = "rationale"
"""The only words of these rows; sealed by now."""


class Told(NamedTuple):
    """The table with mistakes, as it was made and as it was checked."""

    rows: list[Row]
    mistaken: dict[int, Mistake]
    """By the number of its row."""
    checked: tables.Checked
    reviews: RapidReviews


@cache
def told() -> Told:
    """Make the table and check it; once, for it is only read."""
    made = list(rows())
    firsts = (at for at, one in enumerate(made) if _is_alone(made, at))
    furthers = (at for at, one in enumerate(made) if one.is_further)
    mistaken = {next(furthers if one.further else firsts): one for one in MISTAKES}
    cells = [
        one.cells | (dict(mistaken[at].changes) if at in mistaken else {})
        for at, one in enumerate(made)
    ]
    reviews = in_memory()
    checked = tables.check(filled(*cells), "legacy.xlsx", reviews)
    return Told(made, {at + 2: one for at, one in mistaken.items()}, checked, reviews)


def _is_alone(made: list[Row], at: int) -> bool:
    """Say whether a row is the only one of its case, so that another is not in its mistake."""
    return not made[at].is_further and not (at + 1 < len(made) and made[at + 1].is_further)


def test_the_table_has_five_hundred_rows_and_more_than_sixty_kinds_of_mistake() -> None:
    """The table is as large, and as bad, as it says."""
    assert len(told().rows) == 500
    assert len({one.name for one in told().mistaken.values()}) == len(MISTAKES) >= 60


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_each_mistake_is_told_by_row_and_heading_with_the_way_to_mend_it(mistake: Mistake) -> None:
    """A mistake is reported where it is, in words, with what to do next."""
    (row,) = (row for row, one in told().mistaken.items() if one is mistake)
    found = [one for one in told().checked.problems if one.row == row]
    (gist,) = {
        one for one in found if one.heading == mistake.heading and mistake.gist in one.problem
    }
    assert gist.cell.endswith(str(row))
    assert gist.way_on.endswith(".")


def test_nothing_is_told_of_a_row_without_a_mistake() -> None:
    """Good rows among bad ones are good."""
    assert {one.row for one in told().checked.problems} == told().mistaken.keys()


def test_what_is_told_repeats_no_word_and_no_name() -> None:
    """What is in a cell is not told: it may be words, or a name."""
    assert CANARY not in "\n".join(map(str, told().checked.problems))


def test_the_rows_to_mend_come_back_as_the_same_sheet_with_what_to_mend() -> None:
    """What is given back is the sheet itself, with a column before it."""
    head, *back = rows_in(told().checked.to_mend())
    assert head == ["What to mend", *headings()]
    assert len(back) == len(told().mistaken) + sum(one.further for one in MISTAKES)
    for row in back:
        if row[0]:
            assert ": " in str(row[0])


@cache
def imported() -> RapidReviews:
    """Import the good rows, mend the others as told, and import those."""
    reviews = told().reviews
    first = tables.record(told().checked, good_rows=True)
    assert first.refused == ()
    again = tables.check(_mended(), "legacy-to-mend.xlsx", reviews)
    assert again.problems == ()
    rest = tables.record(again)
    assert first.cases + rest.cases == CASES
    assert rest.cases == len(MISTAKES)
    return reviews


def _mended() -> bytes:
    """Return the sheet that was given back, with every mistake mended in its cells."""
    head, *back = rows_in(told().checked.to_mend())
    bad = sorted(told().checked.bad_rows)
    mended: list[list[Raw]] = []
    for row, number in zip(back, bad, strict=True):
        good = told().rows[number - 2].cells
        changed = told().mistaken[number].changes if number in told().mistaken else {}
        mended.append(
            [
                good.get(str(one)) if str(one) in changed else cell
                for one, cell in zip(head, row, strict=True)
            ]
        )
    return xlsx(list(map(str, head)), mended)


def test_the_mended_sheet_is_imported_and_the_whole_a_second_time_records_nothing() -> None:
    """Nothing is recorded twice, in whatever parts it came."""
    reviews = imported()
    whole = tables.check(filled(*(one.cells for one in told().rows)), "legacy.xlsx", reviews)
    assert (whole.problems, whole.new, len(whole.good)) == ((), 0, CASES)
    assert tables.record(whole).entries == 0


def test_nothing_is_in_an_entry_that_no_cell_says() -> None:
    """Each field of each event is of a cell of its case, or is calculated."""
    facts: dict[str, set[str]] = {}
    for row in told().rows:
        facts.setdefault(str(row.cells["Case"]), set()).update(row.facts)
    for case, of_its_rows in facts.items():
        for entry in imported().case_history(case).entries:
            if entry.event.kind != "DeadlineSet":  # a clock, calculated after the history
                said = entry.event.model_dump(mode="python")
                strangers = set(_leaves(said)) - of_its_rows
                assert not strangers, (case, entry.event.kind)


def _leaves(said: object) -> Iterator[str]:
    """Yield what an event says: each day alone, and that no hour was given but noon."""
    match said:
        case dict():
            fields: dict[str, object] = said
            for key, value in fields.items():
                if key not in {*RECKONED, WORDS}:
                    yield from _leaves(value)
        case tuple() | list():
            several: tuple[object, ...] = tuple(said)
            for value in several:
                yield from _leaves(value)
        case datetime():
            assert said.strftime("%H:%M:%S") == "12:00:00"
            yield str(said.date())
        case None:
            return
        case str() | bool() | int() | date():
            yield str(said)
        case _:
            return  # words, which are sealed


def test_the_figures_are_those_of_a_count_of_the_sheet_itself() -> None:
    """Natures, outcomes and quorums are as many as in the sheet."""
    sheet = _sheet()
    assert _count("NotificationReceived", lambda event: str(event.incident.nature)) == (
        sheet["Nature"].map(dict(NATURES)).value_counts().to_dict()
    )
    assert _count("DecisionMade", lambda event: event.outcomes[0]) == (
        sheet["Outcome"].map(dict(OUTCOMES)).value_counts().to_dict()
    )
    further = pd.DataFrame([one.cells for one in told().rows if one.is_further])
    met = (sheet[list(SEATS)] != "no").all(axis=1)
    assert _how_many("QuorumConfirmed") == int(met.sum()) + len(further)
    assert _how_many("QuorumNotMet") == int((~met).sum())


def test_the_statistics_are_those_of_a_count_of_the_sheet_itself() -> None:
    """What is published of the imported cases is what pandas counts in the cells."""
    sheet = _sheet()
    further = sum(one.is_further for one in told().rows)
    empty = sheet[list(SEATS)].eq("no")
    counted = {
        ("notification", code): number
        for code, number in sheet["Nature"].map(dict(NATURES)).value_counts().items()
    } | {
        ("outcome", code): number
        for code, number in sheet["Outcome"].map(dict(OUTCOMES)).value_counts().items()
    }
    counted |= {
        ("child", BANDS_AS_SHOWN.get(band, band)): number
        for band, number in sheet["Ages of children"]
        .map(dict(zip(AGES, BANDS, strict=True)))
        .value_counts()
        .items()
    }
    late, days = _late(sheet), _working_days(sheet)
    counted |= {
        ("meeting", ""): len(sheet) + further,
        ("quorum-not-met", ""): int(empty.any(axis=1).sum()),
        ("agency-report-nil", "health-visiting"): int(sheet["Nil returns"].notna().sum()),
        ("panel-answer", "agrees"): int(sheet["Panel agrees"].eq("yes").sum()),
        ("panel-answer", "disagrees"): int(sheet["Panel agrees"].eq("no").sum()),
        ("rapid-review: came to", "met"): int((~late).sum()),
        ("rapid-review: came to", "met-late"): int(late.sum()),
        (QUARTILES, "median"): int(np.quantile(days, 0.5, method="inverted_cdf")),
    }
    found = _published()
    assert {key: found[key] for key in counted} == counted


def _published() -> dict[tuple[str, str], int]:
    """Return every figure of all the cases, by its name and its kind."""
    as_of = AsOf(read_on=NOW.date())
    reviews = imported()
    facts = facts_of(
        case_facts_as_of(reviews.case_history(case), as_of) for case in reviews.references()
    )
    selection = Selection(KENT, KENT.clocks["rapid-review"], By.SPAN, as_of)
    return {
        (one.figure, "" if one.figure in KINDLESS else one.kind): one.value
        for one in figures_of(publish(facts, selection))
        if one.group == "Total" and isinstance(one.value, int)
    }


def _working_days(sheet: Frame) -> NDArray[np.int64]:
    """Return after how many working days each report was sent, by numpy."""
    received, sent = _days(sheet)
    return np.busday_count(received + 1, sent + 1, holidays=list(HOLIDAYS))


def _late(sheet: Frame) -> NDArray[np.bool_]:
    """Return whether each report was sent after its fifteenth working day, by numpy."""
    received, sent = _days(sheet)
    return sent > np.busday_offset(received + 1, 14, roll="forward", holidays=list(HOLIDAYS))


def _days(sheet: Frame) -> Iterator[NDArray[np.datetime64]]:
    return (
        np.array([_day(one) for one in sheet[heading]], "datetime64[D]")
        for heading in ("Notification received", "Report sent to Panel")
    )


def test_the_clock_of_every_case_is_that_of_numpy_and_of_the_sheet() -> None:
    """Working days and due days are numpy's, from the days in the sheet."""
    sheet = _sheet()
    days, late = _working_days(sheet), _late(sheet)
    for case, taken, is_late in zip(sheet["Case"], days.tolist(), late.tolist(), strict=True):
        read = clocks(imported().case_history(case), AsOf(read_on=NOW))
        (clock,) = [one for one in read if one.rule.id == "rapid-review"]
        assert clock.days_taken == taken
        assert clock.state == ("met-late" if is_late else "met")


def _sheet() -> Frame:
    return pd.DataFrame([one.cells for one in told().rows if not one.is_further])


def _day(cell: Raw) -> str:
    """Return a day as pandas reads it."""
    return str(pd.to_datetime(cell, dayfirst=True).date())


def _events(kind: str) -> Iterator[Any]:
    for case in _sheet()["Case"]:
        for entry in imported().case_history(case).entries:
            if entry.event.kind == kind:
                yield entry.event


def _how_many(kind: str) -> int:
    return sum(1 for _ in _events(kind))


def _count(kind: str, key: Any) -> dict[str, int]:  # noqa: ANN401 - a function of an event
    found: dict[str, int] = {}
    for event in _events(kind):
        found[key(event)] = found.get(key(event), 0) + 1
    return found
