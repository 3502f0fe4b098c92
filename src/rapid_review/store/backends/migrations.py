"""The statements that make a store, by version, for hosts that run their own migrations.

`db init` and `db migrate` execute the same statements. A host whose tables are made by Alembic or
Django executes each once, in the order of the versions, each version in one transaction.
"""

from pathlib import Path

from rapid_review.store.backends.address import on_a_server
from rapid_review.store.backends.extras import missing_extra
from rapid_review.store.backends.sqlite import migrations as of_files
from rapid_review.store.sql.migrations import VERSION, Step, at_version

__all__ = ["VERSION", "Step", "migrate", "postgres_statements", "sqlite_statements"]

_DRIVER = "statements for PostgreSQL need its driver"


def postgres_statements(
    version: int, *, schema: str = "rapid_review", sealed: bool = True
) -> tuple[str, ...]:
    """Return the statements of one version on a PostgreSQL server, each whole and without values.

    Args:
        version: from 1 to `VERSION`.
        schema: where the tables are; the first version makes it, if need be.
        sealed: whether the words in the store are to be sealed; it cannot be changed later.

    Raises:
        StorageError: the driver is not installed.
    """
    try:
        from rapid_review.store.backends.postgres import migrations  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise missing_extra("postgres", _DRIVER) from error
    return at_version(migrations.steps(schema, sealed=sealed), version)


def sqlite_statements(version: int, *, sealed: bool = True) -> tuple[str, ...]:
    """Return the statements of one version in an SQLite file; none if it adds nothing to files."""
    steps = of_files.steps(sealed=sealed)
    return at_version(steps, version)


def migrate(store: str, *, dry_run: bool = False) -> tuple[Step, ...]:
    """Add the tables that an older store lacks; nothing that exists is changed.

    Args:
        store: its file, or its address on a server.
        dry_run: whether the steps are only looked for.

    Returns:
        The steps that the store lacked; none if there is nothing to do.

    Raises:
        InvalidInputError: the address is not valid or not complete.
        RecordError: there is no store, or the file or schema is another program's.
        StorageError: the store cannot be reached or written, or its driver is not installed.
    """
    if not on_a_server(store):
        return of_files.migrate(Path(store), dry_run=dry_run)
    try:
        from rapid_review.store.backends.postgres import making  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise missing_extra("postgres", _DRIVER) from error
    return making.migrate_postgres(store, dry_run=dry_run)
