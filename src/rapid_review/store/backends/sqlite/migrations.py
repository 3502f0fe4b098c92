"""The versions of the tables in an SQLite file."""

from contextlib import closing
from pathlib import Path
from typing import Final

from rapid_review.store.backends.ports import Writer
from rapid_review.store.backends.sqlite.layout import (
    ERASURES_INDEX,
    LAYOUT,
    SEALED_LAYOUT,
    TABLES,
    for_sqlite,
    mark_statement,
)
from rapid_review.store.backends.sqlite.opening import open_sqlite
from rapid_review.store.backends.sqlite.tables import SQLiteTables
from rapid_review.store.sql.migrations import (
    LEDGER,
    READ_MODEL,
    SIDE_TABLES,
    SUBSCRIPTIONS,
    Step,
    entries_of,
    erasures_of,
    lacking,
)

_NAMES: Final = "SELECT name FROM sqlite_master"


def steps(*, sealed: bool) -> tuple[Step, ...]:
    """Return the steps of all versions, for a store whose words are sealed or are not."""
    at_first = [one for one in TABLES if one != ERASURES_INDEX]
    mark = mark_statement(SEALED_LAYOUT if sealed else LAYOUT)
    beside = (SIDE_TABLES, LEDGER, READ_MODEL, SUBSCRIPTIONS)
    return (
        entries_of((*at_first, mark)),
        erasures_of((ERASURES_INDEX,)),
        *(one._replace(statements=tuple(map(for_sqlite, one.statements))) for one in beside),
    )


def migrate(path: Path, *, dry_run: bool) -> tuple[Step, ...]:
    """Execute the steps that a store lacks; return them. With `dry_run`, none is executed.

    Raises:
        RecordError: there is no store, or the file is another program's.
        StorageError: the file cannot be read or written.
    """
    log = open_sqlite(path, create=False)
    with closing(log), closing(SQLiteTables(log.file.uri, log.file)) as tables:
        there = frozenset(name for (name,) in tables.rows(_NAMES))
        missing = lacking(steps(sealed=log.is_sealed), there)

        def work(writer: Writer) -> bool:
            for step in missing:
                for statement in step.statements:
                    writer.execute(statement)
            return True

        if missing and not dry_run:
            tables.write(work)
    return missing
