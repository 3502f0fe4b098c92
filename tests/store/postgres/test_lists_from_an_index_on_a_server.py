"""Lists of cases come from an index on a server too: PostgreSQL says so of the statements."""

from collections.abc import Iterator

import psycopg
import pytest

from rapid_review.store.backends.postgres.address import Place
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.backends.postgres.statements import for_postgres
from rapid_review.store.sql import read_model as sql
from tests.store.postgres.a_store import a_schema, connected
from tests.store.read_model.test_lists_come_from_an_index import LISTS, SORTED

PREFERRING_INDEXES = (
    "SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off; "
    "SET enable_hashjoin = off"
)
"""So a plan has a step of these kinds only if no index can take its place."""
CASES_OF_TWO_BUILDS = (
    f"INSERT INTO read_model_{sql.LAYOUT}_cases "  # noqa: S608 - our own table
    "(build, stream, opened, reference, version, received_on, counts) "
    "SELECT 1 + n % 2, 'stream-' || n, n, 'KM-' || n, 1, '2020-05-04', '' "
    "FROM generate_series(1, 2000) AS n"
)

Connection = psycopg.Connection[tuple[str, ...]]


@pytest.fixture(scope="module")
def tables(database: str) -> Iterator[tuple[Connection, str]]:
    """Yield the tables of the read model with 2,000 cases in them, and their schema."""
    with a_schema(database, "plans") as address:
        init_postgres(address, sealed=False)
        with connected(address) as connection:
            connection.execute(CASES_OF_TWO_BUILDS.encode())
            connection.execute("ANALYZE")
            connection.execute(PREFERRING_INDEXES)
            yield connection, Place.at(address).schema


def plan_of(statement: str, tables: tuple[Connection, str]) -> list[str]:
    """Return how PostgreSQL would find the rows, a step a line."""
    connection, schema = tables
    asked = for_postgres(statement, schema).decode().replace("%s", "'1'")
    return [step for (step,) in connection.execute(f"EXPLAIN (COSTS off) {asked}".encode())]


@pytest.mark.parametrize("which", [*LISTS, *SORTED])
def test_no_list_reads_a_whole_table(which: str, tables: tuple[Connection, str]) -> None:
    """Neither the rows of other partnerships, nor those of a build that nobody reads any more."""
    plan = plan_of((LISTS | SORTED)[which], tables)
    assert [step for step in plan if "Index" in step]
    assert [step for step in plan if "Seq Scan" in step] == []


@pytest.mark.parametrize("which", LISTS)
def test_a_list_is_in_the_order_of_its_index(which: str, tables: tuple[Connection, str]) -> None:
    """So that a page is read without putting all cases in order first.

    "Incremental Sort" puts the clocks of one case in order, case by case.
    """
    assert sorted_in(plan_of(LISTS[which], tables)) == []


def test_a_page_of_the_board_is_cut_from_an_index(tables: tuple[Connection, str]) -> None:
    """By the bytes of the references: only the page itself is put in another order."""
    plan = plan_of(sql.BOARD_AFTER, tables)
    cut = next(at for at, step in enumerate(plan) if "Limit" in step)
    index = f"Index Scan using read_model_{sql.LAYOUT}_named"
    found = next(at for at, step in enumerate(plan) if index in step)
    assert found > cut
    assert "reference" in plan[found + 1], plan
    assert "Index Cond" in plan[found + 1], plan
    assert sorted_in(plan[cut:]) == []


def sorted_in(plan: list[str]) -> list[str]:
    """Return the steps that put rows in order."""
    return [step for step in plan if step.lstrip(" ->") == "Sort"]
