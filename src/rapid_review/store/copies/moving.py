"""Moving a store: every row to another store, at the same position, with the same bytes.

What was signed of one store then holds for the other: both lead to every checkpoint that somebody
keeps. An interrupted move can be started again: a target that holds the beginning of the source is
continued. The side tables are copied first: by the checkpoints in them, `audit verify` finds that
a move was not finished.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import Final

from rapid_review.domain.errors import InvalidInputError, RecordError
from rapid_review.store.backends.ports import Opened, Values, Writer
from rapid_review.store.jobs import Progress
from rapid_review.store.ledger.verify import verified_whole
from rapid_review.store.log.streams import AppendConflictError
from rapid_review.store.sql.side_tables import CREATE, SIDE_TABLES, SideTable
from rapid_review.store.store import Store
from rapid_review.store.subscriptions.begun import copy_subscriptions, number_of_subscriptions

PAGE: Final = 1_000
"""How many rows are taken over together, in one transaction."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did.

    Attributes:
        entries: how many entries both stores hold.
        added: how many of them were added now.
        root: of the tree over them, the same in both.
        subscriptions: how many subscriptions the new store has.
    """

    entries: int
    added: int
    root: bytes
    subscriptions: int


def move(
    source: Store, target: Store, progress: Callable[[Progress], None] = lambda _: None
) -> Moved:
    """Copy all that a store holds to another, except derived tables, and verify both.

    Subscriptions are copied too, and continue from their positions; the host's own tables are not.
    Meanwhile nothing may be recorded in either store, and no subscription may run. The source
    stays as it is.

    Args:
        source: the store that is moved.
        target: an empty store, or one that holds the beginning of the source and nothing else.
        progress: called after each page with how far it has come.

    Raises:
        InvalidInputError: the target holds something that the source does not.
        RecordError: a store is wrong or damaged, or something was recorded meanwhile; what was
            taken over is in the target, and another call continues from there.
        StorageError: a store cannot be read or written; as for RecordError.
    """
    old, new = source.opened, target.opened
    _must_be_sealed_alike(old, new)
    new.tables.prepare()
    _make_missing_tables(new)
    position = _end_of_common_rows(old, new)
    tables = [table for table in SIDE_TABLES if table.name in old.tables.names()]
    # Checked before anything is copied, so that a target with other content stays unchanged.
    for table in SIDE_TABLES:
        _must_be_known(old if table in tables else None, new, table)
    for table in tables:
        copy_table(old, new, table)
    added = _take_over(old, target, position, progress)
    size, root = verified_whole(old, "the source")
    if verified_whole(new, "the target") != (size, root):
        raise RecordError(
            "the roots of the two stores differ, because something was recorded in one of them "
            "meanwhile. Stop every program that records in them, and try again"
        )
    # Only now that both are verified (ADR 0085).
    copy_subscriptions(old, new)
    return Moved(size, added, root, number_of_subscriptions(new))


def _take_over(
    old: Opened, target: Store, position: int, progress: Callable[[Progress], None]
) -> int:
    """Copy every row after a position, page by page; return how many."""
    added, last = 0, old.rows.last_position()
    while rows := old.rows.after(position, PAGE):
        try:
            target.take_over(rows, position)
        except AppendConflictError as error:
            raise RecordError(
                f"the entries after position {position} could not be moved: "
                f"{str(error.__cause__).partition(chr(10))[0]}. Check that nobody records in "
                "the target, and what `rapid-review audit verify` finds in the source; then "
                "try again"
            ) from error
        added, position = added + len(rows), rows[-1][0]
        progress(Progress(position, max(last, position)))  # more may have been recorded since
    return added


def _must_be_sealed_alike(old: Opened, new: Opened) -> None:
    """Check that the words of both stores are sealed, or those of neither."""
    if old.log.is_sealed is not new.log.is_sealed:
        raise InvalidInputError(
            "the words of one of the two stores are sealed, those of the other are not, and a "
            "move keeps every byte. Name a new store, made with --unsealed if the words of the "
            "source are not sealed. To seal them, use `rapid-review db seal` instead"
        )


def _end_of_common_rows(old: Opened, new: Opened) -> int:
    """Return the position of the last row in the target, each of which is in the source."""
    position = 0
    while there := new.rows.after(position, PAGE):
        for row, same in zip_longest(there, old.rows.after(position, len(there))):
            if row != same:
                raise _not_the_beginning(f"an entry at position {(row or same)[0]}")
        position = there[-1][0]
    return position


def _make_missing_tables(new: Opened) -> None:
    """Make the side tables that a target lacks, because it was made by an older version."""

    def make(writer: Writer) -> bool:
        for statement in CREATE:
            writer.execute(statement)
        return True

    if not {table.name for table in SIDE_TABLES} <= new.tables.names():
        new.tables.write(make)


def _must_be_known(old: Opened | None, new: Opened, table: SideTable) -> None:
    """Check that the source has every row of a side table of the target."""
    for row in _rows(new, table):
        key = row[: len(table.key)]
        if old is None or old.tables.rows(table.one(), key) != [row]:
            raise _not_the_beginning(f"a row in its table {table.name}")


def copy_table(old: Opened, new: Opened, table: SideTable) -> None:
    """Copy the rows of a side table, and check that both have as many.

    Raises:
        RecordError: something was recorded in one of the stores meanwhile.
        StorageError: one of them cannot be read or written.
    """

    def insert(page: Sequence[Values], writer: Writer) -> bool:
        writer.insert(table.with_row(), page)
        return True

    for page in _pages(old, table):
        new.tables.write(partial(insert, page))
    if old.tables.rows(table.many()) != new.tables.rows(table.many()):
        raise RecordError(
            f"the table {table.name} differs in the two stores, because something was recorded "
            "in one of them meanwhile. Stop every program that records in them, and try again"
        )


def _rows(opened: Opened, table: SideTable) -> Iterator[Values]:
    for page in _pages(opened, table):
        yield from page


def _pages(opened: Opened, table: SideTable) -> Iterator[Sequence[Values]]:
    page = opened.tables.rows(table.first_page(), (PAGE,))
    while page:
        yield page
        after = page[-1][: len(table.key)]
        page = opened.tables.rows(table.next_page(), (*after, PAGE))


def _not_the_beginning(what: str) -> InvalidInputError:
    return InvalidInputError(
        f"the target contains {what} that the source does not contain, so it is neither empty "
        "nor the result of an unfinished move. Nothing was written to it. Name an empty store"
    )
