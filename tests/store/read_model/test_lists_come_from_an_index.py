"""Lists of cases come from an index: SQLite says so of the statements themselves."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Final

import pytest

from rapid_review.projections.case.stage import Stage
from rapid_review.store.backends.sqlite.layout import for_sqlite
from rapid_review.store.read_model.searching import Sought, statement_for
from rapid_review.store.sql import read_model as sql

LISTS: Final = {
    "references, a page": sql.REFERENCES + sql.FIRST,
    "where a page begins": sql.OPENED,
    "cases, a page": statement_for(Sought())[0],
    "cases of a stage": statement_for(Sought(stage=Stage.CLOSED))[0],
    "open cases": statement_for(Sought(is_open=True))[0],
    "cases of a theme": statement_for(Sought(theme="neglect"))[0],
    "the board": sql.BOARD,
    "the notifications": sql.NOTIFIED,
}
SORTED: Final = {
    "the board after a case": sql.BOARD_AFTER,
    "cases with a day to come": sql.CASES_PAST,
    "the diary": sql.FALLS_DUE,
    "the learning": sql.LEARNING,
}
"""What is found by an index as well, and put in another order than that of the index."""


@pytest.fixture(scope="module")
def tables() -> Iterator[sqlite3.Connection]:
    """Yield a database with the tables of the read model."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in sql.CREATE:
            connection.execute(for_sqlite(statement))
        yield connection


def plan_of(statement: str, tables: sqlite3.Connection) -> list[str]:
    """Return how SQLite would find the rows, a step a line."""
    asked = for_sqlite(statement)
    plan = tables.execute(f"EXPLAIN QUERY PLAN {asked}", ("1",) * asked.count("?"))
    return [str(step) for *_, step in plan]


@pytest.mark.parametrize("which", [*LISTS, *SORTED])
def test_no_list_reads_a_whole_table(which: str, tables: sqlite3.Connection) -> None:
    """Neither the rows of other partnerships, nor those of a build that nobody reads any more."""
    plan = plan_of((LISTS | SORTED)[which], tables)
    assert [step for step in plan if "USING" in step and "INDEX" in step]
    assert [step for step in plan if step.startswith("SCAN read_model")] == []


@pytest.mark.parametrize("which", LISTS)
def test_a_list_is_in_the_order_of_its_index(which: str, tables: sqlite3.Connection) -> None:
    """So that a page is read without putting all cases in order first."""
    assert [step for step in plan_of(LISTS[which], tables) if "TEMP B-TREE" in step] == []


def test_a_page_of_the_board_is_cut_from_an_index(tables: sqlite3.Connection) -> None:
    """By the bytes of the references: only the page itself is put in another order."""
    plan = plan_of(sql.BOARD_AFTER, tables)
    assert plan[0] == "CO-ROUTINE page"
    assert f"USING INDEX read_model_{sql.LAYOUT}_named (build=? AND reference>?)" in plan[1]
    assert [step for step in plan if "TEMP B-TREE" in step] == plan[-1:]
