"""The ledger's tree in the store: it grows with the rows, and gives roots and proofs."""

from collections.abc import Iterator, Sequence
from typing import Final

from rapid_review.audit.log.bundle import Row
from rapid_review.audit.log.merkle import Nodes, consistency_proof, root
from rapid_review.domain.entry import must_be_references
from rapid_review.domain.errors import InvalidInputError, RecordError
from rapid_review.store.backends.ports import Opened, Values, Writer
from rapid_review.store.ledger.appending import (
    LedgerPosition,
    appended_batch,
    leaf_indices,
    ledger_position,
    nodes_of,
)
from rapid_review.store.log.body import stream_name
from rapid_review.store.sql import ledger as sql

PAGE: Final = 1_024
"""How many rows are added in one transaction."""


class LedgerTree:
    """The tree over every row of a store.

    Args:
        opened: the store.
    """

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def advance(self) -> int:
        """Add what was recorded since the last call; return how many leaves the tree has.

        Any number of threads, processes and machines may do so at once. After an interruption the
        next call continues from the last page.

        Raises:
            RecordError: a row cannot be made into a leaf, rows that were added are missing, or the
                ledger's own tables are wrong or damaged.
            StorageError: the store cannot be read or written; the pages added so far remain.
        """
        self._opened.tables.prepare()
        while True:
            reached = self._reached()
            rows = self._opened.rows.after(reached.position, PAGE)
            if not rows:
                self._must_be_complete(reached)
                return reached.size
            try:
                batch = appended_batch(self._opened, reached, rows)
            except RecordError:
                if self._reached() == reached:
                    raise
                continue  # another process advanced meanwhile: its tables are ahead of these rows
            self._opened.tables.write(batch.write)

    def rebuild(self) -> int:
        """Delete the tree and build it again; return how many leaves it has.

        Checkpoints are kept: `verify` reports whether the new tree matches them.

        Raises:
            RecordError, StorageError: as for `advance`.
        """
        self._opened.tables.prepare()

        def delete(writer: Writer) -> bool:
            for statement in sql.DELETE_ALL:
                writer.execute(statement)
            return True

        self._opened.tables.write(delete)
        return self.advance()

    def root(self, size: int) -> bytes:
        """Return the root of the tree at a size that it has reached.

        Raises:
            RecordError: the ledger's own tables are wrong or damaged.
        """
        return root(size, self.nodes(size))

    def nodes(self, size: int) -> Nodes:
        """Return the nodes of the tree at a size that it has reached."""
        return nodes_of(self._opened, size)

    def consistency(self, old: int, size: int) -> list[bytes]:
        """Return the proof that the tree only grew from one size to another.

        Raises:
            InvalidInputError: the older size is the larger one.
            RecordError: the ledger's own tables are wrong or damaged.
        """
        try:
            return consistency_proof(old, size, self.nodes(size))
        except ValueError as error:
            raise InvalidInputError(str(error)) from None

    def rows(self, size: int) -> Iterator[Row]:
        """Yield the rows of the first `size` leaves."""
        position = 0
        while size > 0 and (page := self._opened.rows.after(position, min(size, PAGE))):
            yield from (Row(*row[1:]) for row in page)
            size -= len(page)
            position = page[-1][0]

    def rows_of_case(self, partnership: str, case: str, size: int) -> Iterator[tuple[int, Row]]:
        """Yield the rows of a case that a tree of this size covers, each with its leaf's index.

        Raises:
            InvalidInputError: the reference is malformed.
        """
        must_be_references(case=case)
        stream = stream_name(partnership, case)
        index_of = leaf_indices(self._opened)
        for _, rows in self._opened.rows.of_each([stream]):
            for version, topic, state in rows:
                index = index_of(self._opened.rows.position_of(stream, version))
                if index is not None and index < size:
                    yield index, Row(stream, version, topic, state)

    def _read(self, statement: str, values: Values = ()) -> Sequence[Values]:
        """Return rows of the ledger's own tables; none before it first advanced."""
        return self._opened.tables.rows(statement, values) if self._has_tables() else ()

    def _has_tables(self) -> bool:
        return sql.TABLES[-1] in self._opened.tables.names()

    def position(self) -> LedgerPosition:
        """Return how far the ledger has read."""
        return ledger_position(self._opened) if self._has_tables() else LedgerPosition(0, 0)

    def _reached(self) -> LedgerPosition:
        """Return how far the ledger has read; make its first row if there is none yet."""
        while not self._opened.tables.rows(sql.TRACK):
            self._opened.tables.write(lambda writer: bool(writer.execute(sql.BEGIN)))
        return ledger_position(self._opened)

    def _must_be_complete(self, reached: LedgerPosition) -> None:
        """Check that the last row that the ledger read is still in the store."""
        if (last := self._opened.rows.last_position()) < reached.position:
            raise RecordError(
                f"the ledger has read up to position {reached.position}, and the store ends at "
                f"position {last}: rows are missing. `rapid-review audit verify` shows what is "
                "wrong"
            )
