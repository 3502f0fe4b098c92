"""Tables for analysts: anyone who counts their rows by other means comes to the same figures."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest

from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.events import AnyEvent
from rapid_review.exports.analytics import parquet as writer
from rapid_review.exports.analytics.parquet import parquet
from rapid_review.exports.analytics.tables import TABLES, TIME, Tabled, rows, tabled
from rapid_review.exports.blurring import order_of
from rapid_review.exports.pseudonyms import Naming, Pseudonyms, as_recorded
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.statistics.case_facts import facts_of
from rapid_review.projections.statistics.in_time import due_cohort
from rapid_review.projections.statistics.periods import By
from rapid_review.projections.statistics.selection import clocks_and_groups
from tests.domain.a_review import KENT
from tests.domain.test_vocabulary import CANARY, named
from tests.exports.a_case import WHOLE, written_down
from tests.properties.answers import load, story_of

NAMES = Pseudonyms(bytes(32))
DAYS = (date(2020, 6, 1), date(2021, 3, 1), date(2026, 1, 1))
BY_QUARTER = """
    SELECT quarter,
        count(*) FILTER (came_to = 'met'),
        count(*) FILTER (came_to IN ('met', 'met-late', 'overdue', 'impossible-order'))
    FROM clocks WHERE clock = ? GROUP BY quarter
"""
BY_THE_DAYS = """
    SELECT came_to, count(*) FROM clocks
    WHERE came_to IN ('met', 'met-late', 'overdue') AND (due >= ? OR came_to <> CASE
        WHEN stopped_on IS NULL THEN 'overdue'
        WHEN stopped_on <= due THEN 'met'
        ELSE 'met-late' END)
    GROUP BY came_to
"""


def stories(number: int, as_of: AsOf, naming: Naming = as_recorded) -> list[Tabled]:
    """Return so many cases, late, wrong, corrected, in the order in which they leave."""
    found: list[Tabled] = []
    for seed in range(number):
        story = story_of(seed)
        named = [entry.model_copy(update={"case": f"KM-{seed}"}) for entry in story.entries]
        one = tabled(CaseHistory(named, story.terms, load, story.earlier), as_of)
        found += [one] if one else []
    order = order_of(naming)
    return sorted(found, key=lambda one: order(one.trace.case)) if order else found


def tables_of(
    cases: Sequence[Tabled], folder: Path, naming: Naming = as_recorded
) -> "duckdb.DuckDBPyConnection":
    """Return the tables of an export as an analyst has them, who reads the files and no more."""
    content = b"".join(parquet(rows(cases, naming)))
    with ZipFile(BytesIO(content)) as archive:
        assert archive.namelist() == [f"{table}.parquet" for table in TABLES]
        archive.extractall(folder)
    engine = duckdb.connect()
    for table in TABLES:
        engine.execute(f"CREATE VIEW {table} AS FROM '{folder / table}.parquet'")
    return engine


@pytest.mark.parametrize("today", DAYS)
@pytest.mark.parametrize("number", [60, pytest.param(1_000, marks=pytest.mark.faults)])
def test_the_share_in_time_by_quarter_is_that_of_the_statistics(
    tmp_path: Path, number: int, today: date
) -> None:
    """ToR 5(a): of every clock, counted from the rows by another program."""
    as_of = AsOf(read_on=today)
    cases = stories(number, as_of)
    engine = tables_of(cases, tmp_path)
    facts = facts_of([one.facts for one in cases])
    for deadline in KENT.clocks:
        _, groups = clocks_and_groups(facts.durations, deadline, as_of, By.QUARTER)
        ours = {
            quarter: (cohort.in_time.numerator, cohort.in_time.denominator)
            for quarter, group in groups.items()
            if (cohort := due_cohort(group)).in_time.denominator
        }
        counted = engine.execute(BY_QUARTER, [deadline]).fetchall()
        assert {quarter: (met, due) for quarter, met, due in counted if due} == ours
    assert engine.execute(BY_THE_DAYS, [today]).fetchall() == []


def test_there_is_a_row_for_each_case_each_entry_and_each_clock(tmp_path: Path) -> None:
    """An entry's row says in public what its event does, as JSON."""
    cases = stories(40, AsOf(read_on=DAYS[1]))
    engine = tables_of(cases, tmp_path)

    assert engine.view("cases").project('"case"').fetchall() == [
        (one.trace.case,) for one in cases
    ]
    entries = sum(len(one.entries) for one in cases)
    clocks = sum(len(one.facts.durations) for one in cases if one.facts)
    assert how_many(engine) == {"cases": len(cases), "clocks": clocks, "entries": entries}
    assert engine.view("cases").sum("entries").fetchall() == [(entries,)]
    for kind, data in engine.view("entries").project("kind, data").fetchall():
        assert json.loads(data)["kind"] == kind


def how_many(engine: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how many rows each table has."""
    return {table: len(engine.view(table).fetchall()) for table in TABLES}


def test_every_column_has_the_type_that_is_said_of_it(tmp_path: Path) -> None:
    """And no other column is there."""
    engine = tables_of(stories(3, AsOf(read_on=DAYS[1])), tmp_path)
    for table, columns in TABLES.items():
        found = engine.view(table)
        types = [str(one).replace("TIMESTAMP WITH TIME ZONE", TIME) for one in found.types]
        assert dict(zip(found.columns, types, strict=True)) == columns


def test_tables_of_no_case_are_there_and_empty(tmp_path: Path) -> None:
    """An analyst's program that runs each quarter needs no other way for the first one."""
    assert how_many(tables_of([], tmp_path)) == dict.fromkeys(TABLES, 0)


def test_under_pseudonyms_one_case_has_one_name_in_all_tables(tmp_path: Path) -> None:
    """Cases come in the order of those, and times of day are told of none."""
    cases = stories(20, AsOf(read_on=DAYS[1]), NAMES)
    engine = tables_of(cases, tmp_path, NAMES)
    names = {NAMES("case", one.trace.case) for one in cases}
    for table in TABLES:
        found = engine.view(table).project('"case"').fetchall()
        assert found
        assert {name for (name,) in found} <= names
    at_noon = engine.view("entries").project("epoch(recorded_at) % 86400 = 43200")
    assert set(at_noon.fetchall()) == {(True,)}
    with pytest.raises(InvalidInputError, match="in the order of their pseudonyms"):
        tables_of(cases[::-1], tmp_path, NAMES)


def test_no_word_and_no_name_is_in_a_row() -> None:
    """ToR 3.1: of a case with every kind of event, and a name in every sealed field."""

    def said(recorded: Sequence[AnyEvent]) -> str:
        one = tabled(CaseHistory(written_down(recorded), KENT, load), AsOf(read_on=DAYS[2]))
        assert one is not None
        return repr([row for _, row in rows([one], as_recorded)])

    with_names = [named(event) for event in WHOLE]
    assert any(CANARY in event.model_dump_json() for event in with_names)
    assert CANARY not in said(with_names)
    assert said(with_names) == said(WHOLE)


def test_a_case_is_written_before_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """So however many there are, one is in memory, and one batch of rows."""
    monkeypatch.setattr(writer, "BATCH", 2_048)
    cases, read = stories(10, AsOf(read_on=DAYS[1])), list[str]()

    def each() -> Iterator[Tabled]:
        for one in cases:
            read.append(one.trace.case)
            yield one

    for table, row in rows(each(), as_recorded):
        assert row["case"] == read[-1], table
    assert b"".join(parquet(rows(cases, as_recorded)))
