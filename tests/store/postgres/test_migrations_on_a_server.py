"""The versions of a store's tables on a server: step by step they make what is made at once."""

from typing import Any, Final

import pytest
from psycopg.sql import SQL, Identifier

from rapid_review.domain.errors import RecordError
from rapid_review.store.backends.migrations import VERSION, migrate, postgres_statements
from rapid_review.store.backends.postgres.address import Place
from rapid_review.store.backends.postgres.making import init_postgres
from tests.domain.a_review import CONVENE, RECEIVE
from tests.store.a_record import kent_in, send_all
from tests.store.postgres.a_store import a_schema, connected, rows_at, store_at

MADE: Final = (
    (
        "SELECT relname, relkind::text, relacl::text, obj_description(pg_class.oid, 'pg_class') "
        "FROM pg_class WHERE relnamespace = %(schema)s::regnamespace ORDER BY relname"
    ),
    (
        "SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity, "
        "ordinal_position FROM information_schema.columns "
        "WHERE table_schema = %(schema)s ORDER BY 1, 2"
    ),
    "SELECT indexdef FROM pg_indexes WHERE schemaname = %(schema)s ORDER BY 1",
    (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = %(schema)s::regnamespace ORDER BY 1, 2"
    ),
    (
        "SELECT pg_get_functiondef(oid) FROM pg_proc "
        "WHERE pronamespace = %(schema)s::regnamespace ORDER BY 1"
    ),
    (
        "SELECT tgname, tgenabled::text, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger "
        "JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE relnamespace = %(schema)s::regnamespace ORDER BY 1"
    ),
)
"""Asks for all that makes a schema what it is."""


def made_at(address: str) -> list[list[tuple[Any, ...]]]:
    """Return what is made in a schema, with its name taken out."""
    schema = Place.at(address).schema
    with connected(address) as connection:
        found = [connection.execute(one.encode(), {"schema": schema}).fetchall() for one in MADE]
    return [
        [
            tuple(one.replace(schema, "it") if isinstance(one, str) else one for one in row)
            for row in rows
        ]
        for rows in found
    ]


def made_by_steps(address: str, *, sealed: bool = False, up_to: int = VERSION) -> None:
    """Make a store as a host would, a version at a time, each a transaction."""
    schema = Place.at(address).schema
    with connected(address) as connection:
        for version in range(1, up_to + 1):
            with connection.transaction():
                for statement in postgres_statements(version, schema=schema, sealed=sealed):
                    connection.execute(statement.encode())


@pytest.mark.parametrize("sealed", [True, False])
def test_a_store_made_step_by_step_is_one_made_at_once(
    database: str, empty: str, *, sealed: bool
) -> None:
    """Tables, columns, indexes, guards, functions, rights and the mark."""
    with a_schema(database, "other") as by_steps:
        made_by_steps(by_steps, sealed=sealed)
        init_postgres(empty, sealed=sealed)
        assert made_at(by_steps) == made_at(empty)
        assert migrate(by_steps) == migrate(empty) == ()
        assert not init_postgres(by_steps, sealed=sealed)


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_store_of_any_version_is_brought_to_that_of_now(
    database: str, empty: str, version: int
) -> None:
    """It is recorded in before and after; what is there is not changed, and again adds nothing."""
    with a_schema(database, "new") as new:
        made_by_steps(new)
        made_by_steps(empty, up_to=version)
        with store_at(empty) as store:
            send_all(kent_in(store), RECEIVE)
        rows = rows_at(empty)
        steps = migrate(empty, dry_run=True)
        assert [one.version for one in steps] == list(range(version + 1, VERSION + 1))
        assert migrate(empty) == steps
        assert rows_at(empty) == rows
        assert made_at(empty) == made_at(new)
        assert migrate(empty) == ()
        with store_at(empty) as store:
            send_all(kent_in(store), CONVENE)
            assert kent_in(store).read_model().catch_up() == 5


def test_whatever_a_schema_is_called(database: str) -> None:
    """Its name is quoted in every statement."""
    with a_schema(database, 'Kent\'s "own"') as address:
        made_by_steps(address)
        with store_at(address) as store:
            send_all(kent_in(store), RECEIVE)
            assert kent_in(store).read_model().catch_up() == 4


def test_an_older_store_works_on_while_it_is_brought_to_now(address: str) -> None:
    """Who has it open goes on, and finds what was added at the next asking."""
    table = SQL("DROP TABLE {}").format(Identifier("answered_commands"))
    with connected(address) as connection:
        connection.execute(table)
    with store_at(address) as store:
        reviews = kent_in(store)
        send_all(reviews, RECEIVE)
        assert [one.version for one in migrate(address)] == [4]
        send_all(reviews, CONVENE)
        assert len(reviews.history("KM-2020-001")) == 5


def test_no_store_is_made_on_a_server(empty: str) -> None:
    """That is for `db init`, which asks for keys."""
    with pytest.raises(
        RecordError, match=r"no store in schema .*; make one with `rapid-review db init`"
    ):
        migrate(empty)
