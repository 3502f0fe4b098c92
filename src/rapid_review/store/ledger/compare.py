"""Compare the ledger's own tables with the tree calculated from the rows, and say what differs.

The tables are derived, so they prove nothing. But if somebody alters a row and not these tables,
the difference shows which row it was.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from rapid_review.audit.log.merkle import TILE
from rapid_review.domain.printable import counted
from rapid_review.store.backends.ports import Opened
from rapid_review.store.ledger.appending import (
    REMEDY,
    LedgerPosition,
    Tile,
    ledger_position,
    tile_of,
)
from rapid_review.store.ledger.walk import Mismatch, Walk
from rapid_review.store.sql import ledger as sql

TOGETHER: Final = 1_000
"""How many last leaves are read at a time."""


class Suspect(NamedTuple):
    """A row from which on the rows and the ledger differ.

    Attributes:
        leaf: the index of its leaf.
        where: the row, in words.
        what: how the two differ.
    """

    leaf: int
    where: str
    what: str


class TableComparison:
    """Compares the ledger's tables with the tree that the rows make.

    Args:
        opened: where they are kept.
        reached: how far the ledger had read when the walk began; others may advance it meanwhile.
    """

    def __init__(self, opened: Opened, reached: LedgerPosition) -> None:
        self._opened = opened
        self._reached = reached
        self._suspects: list[Suspect] = []
        self._altered: set[str] = set()
        self._is_shifted = False

    def tile(self, tile: Tile, walk: Walk) -> Iterator[Mismatch]:
        """Compare a full tile with the stored one, if the ledger had come that far."""
        if (tile.number + 1) * TILE ** (tile.level + 1) <= self._reached.size:
            yield from self._compare(tile, walk)

    def frontier(self, walk: Walk) -> Iterator[Mismatch]:
        """Compare the frontier with the stored one; at the end also last leaves and position."""
        for tile in walk.frontier.partial():
            yield from self._compare(tile, walk)
        if walk.size < self._reached.size:
            return
        if not self._suspects:
            yield from self._last_leaves(walk)
        if self._reached.position != walk.position and not self._is_shifted:
            position, size = self._reached
            what = f"states the wrong position {position} for leaf {size - 1}"
            yield _table_mismatch("the ledger's record of its own position", what)

    def differences(self, proven: int) -> Iterator[Mismatch]:
        """Yield each place where rows and ledger differ, and say if a checkpoint proves the row.

        Args:
            proven: how many entries, from the first, a checkpoint proves.
        """
        for leaf, where, what in self._suspects:
            if leaf < proven:
                proved = (
                    "a checkpoint proves this row, and the ledger's tiles have the hash of another"
                )
                yield _table_mismatch(where, proved)
            else:
                yield Mismatch("altered rows", where, what)

    def _compare(self, tile: Tile, walk: Walk) -> Iterator[Mismatch]:
        # After a shift every tile differs, and so does each tile above a differing one: that was
        # already reported.
        if self._is_shifted or (tile.level and self._suspects):
            return
        where = f"tile {tile.number} of level {tile.level} of the ledger"
        kept = tile_of(self._opened, tile.level, tile.number)
        if kept is None or not kept.holds(len(tile.hashes) // 32):
            yield _table_mismatch(where, "is missing or incomplete")
        elif kept.hashes[: len(tile.hashes)] == tile.hashes:
            if kept.position != tile.position:
                yield _table_mismatch(where, "states a wrong position for its first row")
        elif tile.level:
            yield _table_mismatch(where, "does not match the tiles below it")
        else:
            self._find_suspects(tile, kept, walk)

    def _find_suspects(self, tile: Tile, kept: Tile, walk: Walk) -> None:
        """Find the rows whose leaves differ from those in a stored tile, and how they differ."""
        ours, theirs = _hashes(tile), _hashes(kept)
        rows = self._opened.rows.after(tile.position - 1, len(ours))
        for at, row in enumerate(rows):
            if ours[at] == theirs[at]:
                continue
            leaf = tile.number * TILE + at
            if what := _shift(ours[at:], theirs[at:]):
                self._suspects.append(Suspect(leaf, walk.place_of(row), what))
                self._is_shifted = True
                return
            if row[1] in self._altered:
                continue  # its leaf differs because the leaf of an earlier version does
            if ours[at] in theirs:
                what = "it is in another place than when it was added to the ledger"
            else:
                what = "it is not the row that was added to the ledger"
                self._altered.add(row[1])
            self._suspects.append(Suspect(leaf, walk.place_of(row), what))

    def _last_leaves(self, walk: Walk) -> Iterator[Mismatch]:
        """Compare the last leaf of every case with the stored one, unless the ledger advanced."""
        kept = 0
        after = ""
        while page := self._opened.tables.rows(sql.EVERY_HEAD, (after, TOGETHER)):
            for stream, version, leaf in page:
                last = walk.last_rows.get(stream)
                if last is None or (version, leaf) != (last.version, bytes.fromhex(last.leaf)):
                    yield from self._last_leaf(stream)
            kept += len(page)
            after = page[-1][0]
        if kept < len(walk.last_rows):
            yield _table_mismatch("the ledger's last leaves", "some are missing")

    def _last_leaf(self, stream: str) -> Iterator[Mismatch]:
        if ledger_position(self._opened) == self._reached:
            where = f"the ledger's last leaf of stream {stream}"
            yield _table_mismatch(where, "does not match the stream's last row")


def _table_mismatch(where: str, what: str) -> Mismatch:
    return Mismatch("the ledger's tables", where, f"{what}; {REMEDY}")


def _shift(ours: Sequence[bytes], theirs: Sequence[bytes]) -> str | None:
    """Describe how rows were removed or inserted, which moves all later ones; None if neither."""
    if set(ours) == set(theirs):
        return None
    if gone := _how_many_before(theirs, ours):
        return (
            f"{counted(gone, 'row')} before it, which the ledger contains, "
            f"{'is' if gone == 1 else 'are'} missing"
        )
    if more := _how_many_before(ours, theirs):
        return (
            f"{counted(more, 'row')} from here on {'was' if more == 1 else 'were'} inserted later"
        )
    return None


def _how_many_before(hashes: Sequence[bytes], others: Sequence[bytes]) -> int:
    """Return how many hashes come before those with which the others begin; 0 if none does."""
    for at in range(1, len(hashes)):
        beginning = hashes[at : at + 2]
        if beginning == others[: len(beginning)]:
            return at
    return 0


def _hashes(tile: Tile) -> list[bytes]:
    return [tile.hashes[at : at + 32] for at in range(0, len(tile.hashes), 32)]
