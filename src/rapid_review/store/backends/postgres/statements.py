"""The statements that make a store on a PostgreSQL server, and the mark that shows it is ours."""

from collections.abc import Sequence
from re import fullmatch
from typing import Any, Final, LiteralString

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from rapid_review.domain.errors import RecordError, StorageError
from rapid_review.store.backends.postgres.address import Place

LAYOUT: Final = 1  # of the tables below; kept in the table's comment
SEALED_LAYOUT: Final = 2  # the same tables; the words in their rows are sealed
_MARK: Final = "rapid-review store, layout "
_MAKING: Final = 0x52526576  # "RRev": the advisory lock under which tables are made
LOCK_MAKING: Final = "SELECT pg_advisory_xact_lock({making})"

_LOCK: Final = "pg_advisory_xact_lock({making}, hashtext({name}))"
LOCK_APPENDS: Final = "SELECT {lock}"
INSERT: Final = (
    "INSERT INTO {schema}.stored_events (originator_id, originator_version, topic, state) "
    "SELECT * FROM unnest(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[]) "
    "RETURNING notification_id"
)

# The lock is an advisory one, because a lock on the table and VACUUM would block each other. An
# append is one call, and one round trip to the server; a process that waits for more than a second
# is refused, and asks again.
APPEND: Final = """CREATE FUNCTION {schema}.append_entries(
        ids uuid[], versions bigint[], topics text[], states bytea[], channel text
    ) RETURNS bigint[] LANGUAGE plpgsql SET lock_timeout = '1s' AS $$
    DECLARE positions bigint[];
    BEGIN
        PERFORM {lock};
        PERFORM pg_notify(channel, '');
        WITH added AS (
            INSERT INTO {schema}.stored_events
                (originator_id, originator_version, topic, state)
            SELECT * FROM unnest(ids, versions, topics, states)
            RETURNING notification_id
        )
        SELECT array_agg(notification_id ORDER BY notification_id) INTO positions FROM added;
        RETURN positions;
    END $$"""

# For the rows of `ERASURES`: without it, every row is read before the first words are opened.
ERASURES_INDEX: Final = """CREATE INDEX IF NOT EXISTS erasures ON {schema}.stored_events (topic)
    WHERE topic IN ('ErasureApproved', 'KeyDestroyed')"""

TABLES: Final[Sequence[LiteralString]] = (
    "CREATE SCHEMA IF NOT EXISTS {schema}",
    """CREATE TABLE {schema}.stored_events (
        notification_id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        originator_id uuid NOT NULL,
        originator_version bigint NOT NULL,
        topic text NOT NULL,
        state bytea NOT NULL,
        PRIMARY KEY (originator_id, originator_version)
    )""",
    """CREATE FUNCTION {schema}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE integrity_constraint_violation USING MESSAGE =
            'an entry is never edited and never deleted: correct it with a new one';
    END $$""",
    """CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.stored_events
    EXECUTE FUNCTION {schema}.refuse_change()""",
    # A session keeps the plan of its first insert. A plan made for a small table would later scan
    # a whole large one for every row. So scans are off, and each row is looked up by its key.
    """CREATE FUNCTION {schema}.refuse_gap() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off AS $$ BEGIN
        IF EXISTS (SELECT FROM added WHERE originator_version > 1 AND (
            SELECT originator_version FROM {schema}.stored_events AS there
            WHERE there.originator_id = added.originator_id
            AND there.originator_version = added.originator_version - 1) IS NULL)
        THEN RAISE integrity_constraint_violation USING MESSAGE =
            'a version is missing before this one';
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER no_gap AFTER INSERT ON {schema}.stored_events
    REFERENCING NEW TABLE AS added EXECUTE FUNCTION {schema}.refuse_gap()""",
    # ALWAYS: even a session that says it applies the changes of another server is refused.
    "ALTER TABLE {schema}.stored_events ENABLE ALWAYS TRIGGER no_change",
    "ALTER TABLE {schema}.stored_events ENABLE ALWAYS TRIGGER no_gap",
    "COMMENT ON TABLE {schema}.stored_events IS {mark}",
)


def in_schema(statement: LiteralString, schema: str, *, layout: int = LAYOUT) -> Composed:
    """Return a statement with the schema's name, its lock and its mark put in."""
    lock = SQL(_LOCK).format(making=_MAKING, name=schema)
    return SQL(statement).format(
        schema=Identifier(schema), lock=lock, mark=f"{_MARK}{layout}", making=_MAKING
    )


def append_call(schema: str) -> Composed:
    """Return the statement that calls `append_entries`."""
    return in_schema(
        "SELECT {schema}.append_entries(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[], %s)",
        schema,
    )


def for_postgres(statement: str, schema: str) -> bytes:
    """Return a statement of `store.sql` in the form that the driver takes."""
    at = f'"{schema.replace(chr(34), chr(34) * 2)}".'
    return (
        statement.replace("{at}", at)
        .replace("{by_bytes}", ' COLLATE "C"')
        .replace("?", "%s")
        .encode()
    )


def has_append_function(connection: psycopg.Connection[Any], place: Place) -> bool:
    """Say whether a store has the function that appends."""
    found = connection.execute(
        "SELECT FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace "
        "WHERE nspname = %s AND proname = 'append_entries'",
        (place.schema,),
    )
    return found.fetchone() is not None


def layout_of(connection: psycopg.Connection[Any], place: Place) -> int | None:
    """Return the layout of the store in a schema; None if the schema has no tables.

    Raises:
        RecordError: the schema is another program's, or holds a store of another layout.
        StorageError: the database's encoding is SQL_ASCII; or there is no store yet, and the
            encoding is not UTF8.
    """
    encoding = connection.info.parameter_status("server_encoding")
    if encoding == "SQL_ASCII":  # nothing can be read: every text would come as bytes
        raise _not_in_utf8(place, encoding)
    tables, comment = connection.execute(
        """SELECT count(*),
            max(obj_description(pg_class.oid, 'pg_class')) FILTER (WHERE relname = 'stored_events')
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = %s""",
        (place.schema,),
    ).fetchone() or (0, None)
    if not tables:
        if encoding != "UTF8":
            raise _not_in_utf8(place, encoding)
        return None
    mark = fullmatch(f"{_MARK}([0-9]+)", comment or "")
    if mark is None:
        raise RecordError(
            f"{place} contains the tables of another program and no store of rapid-review, so "
            "nothing was written to it. Name a separate schema: ?schema=rapid_review"
        )
    if int(mark[1]) not in (LAYOUT, SEALED_LAYOUT):
        raise RecordError(
            f"{place} contains a rapid-review store of layout {mark[1]}; this version reads "
            f"layouts {LAYOUT} and {SEALED_LAYOUT}. Use the version of rapid-review that made "
            "it, or name another schema"
        )
    return int(mark[1])


def no_store(place: Place) -> RecordError:
    """Return the error that there is no store at a place."""
    return RecordError(
        f"there is no store in {place}; make one with `rapid-review db init` and the same --store"
    )


def _not_in_utf8(place: Place, encoding: str | None) -> StorageError:
    return StorageError(
        f"{place} cannot contain a store: the database's encoding is {encoding}, and names and "
        "words need UTF8. Make another database with CREATE DATABASE name ENCODING 'UTF8' "
        "TEMPLATE template0, and give its address"
    )
