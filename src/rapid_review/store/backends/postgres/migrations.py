"""The versions of the tables on a PostgreSQL server."""

from typing import Any, Final, LiteralString

import psycopg

from rapid_review.store.backends.postgres.statements import (
    APPEND,
    ERASURES_INDEX,
    LAYOUT,
    SEALED_LAYOUT,
    TABLES,
    for_postgres,
    in_schema,
)
from rapid_review.store.sql import side_tables
from rapid_review.store.sql.migrations import (
    LEDGER,
    READ_MODEL,
    SIDE_TABLES,
    SUBSCRIPTIONS,
    Step,
    append_of,
    entries_of,
    erasures_of,
    lacking,
)

_NAMES: Final = """SELECT relname FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = %(schema)s
UNION SELECT proname FROM pg_proc
JOIN pg_namespace ON pg_namespace.oid = pronamespace WHERE nspname = %(schema)s"""


def steps(schema: str, *, sealed: bool) -> tuple[Step, ...]:
    """Return the steps of all versions, with the schema's name in every statement."""
    layout = SEALED_LAYOUT if sealed else LAYOUT

    def own(*statements: LiteralString) -> tuple[str, ...]:
        return tuple(in_schema(one, schema, layout=layout).as_string() for one in statements)

    def beside(step: Step, *more: str) -> Step:
        texts = (for_postgres(one, schema).decode() for one in (*step.statements, *more))
        return step._replace(statements=tuple(texts))

    return (
        entries_of(own(*TABLES)),
        erasures_of(own(ERASURES_INDEX)),
        append_of(own(APPEND)),
        beside(SIDE_TABLES, *side_tables.READ_BY_ALL),
        beside(LEDGER),
        beside(READ_MODEL),
        beside(SUBSCRIPTIONS),
    )


def missing_in(
    connection: psycopg.Connection[Any], schema: str, *, sealed: bool
) -> tuple[Step, ...]:
    """Return the steps that a schema lacks."""
    found = connection.execute(_NAMES, {"schema": schema}).fetchall()
    return lacking(steps(schema, sealed=sealed), frozenset(row[0] for row in found))


def execute(connection: psycopg.Connection[Any], missing: tuple[Step, ...]) -> None:
    """Execute the statements of steps."""
    for step in missing:
        for statement in step.statements:
            connection.execute(statement.encode())
