"""How the ledger grows: rows become leaves, and leaves become tiles at the right edge of the tree.

Everything here is derived from the rows of the entries. What one page of rows adds is written in
one transaction. Its first statement moves the ledger's position, and only from the position that
was read before: if several processes advance the ledger at once, one succeeds, and the others read
again. `read_model.projector` does the same.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple, cast

from rapid_review.audit.log.leaf import Leaves, MalformedError
from rapid_review.audit.log.merkle import TILE, Frontier, Nodes, nodes_of_tiles
from rapid_review.domain.errors import RecordError
from rapid_review.store.backends.ports import Opened, WholeRow, Writer
from rapid_review.store.sql import ledger as sql
from rapid_review.store.sql.placeholders import among

REMEDY: Final = "it is derived from the entries: make it again with `rapid-review audit rebuild`"
"""What to do next where the ledger's own tables are wrong."""


class LedgerPosition(NamedTuple):
    """How far the ledger has read: the position of the last row, and how many leaves there are."""

    position: int
    size: int


def ledger_position(opened: Opened) -> LedgerPosition:
    """Return how far the ledger has read; its table must exist, and may be empty.

    Raises:
        RecordError: somebody altered the table, so that it holds no position and size.
    """
    found = opened.tables.rows(sql.TRACK)
    reached = LedgerPosition(*found[0]) if found else LedgerPosition(0, 0)
    if all(type(number) is int and number >= 0 for number in reached):
        return reached
    raise RecordError(f"the ledger's record of its own position and size is damaged; {REMEDY}")


def as_bytes(data: object) -> bytes:
    """Return what a column holds, which must be bytes.

    Raises:
        MalformedError: it holds something else.
    """
    if isinstance(data, bytes):
        return data
    raise MalformedError(f"is of type {type(data).__name__}; allowed: bytes")


class Tile(NamedTuple):
    """Up to 256 hashes of one level; at level 0 with the position of the first leaf's row."""

    level: int
    number: int
    position: int
    hashes: bytes

    def holds(self, width: int) -> bool:
        """Return whether it has at least this many hashes; somebody may have altered the table."""
        return type(self.hashes) is bytes and len(self.hashes) >= 32 * width


class TileFrontier:
    """The right edge of the tiles: at each level the hashes that do not fill a tile yet.

    Attributes:
        leaves: the frontier at level 0; call `full` as soon as it fills a tile.
        position: the position of the row of its first leaf; the caller sets it with that leaf.
    """

    def __init__(self) -> None:
        self._rows: list[list[bytes]] = [[]]
        self._done = [0]
        self.position = 0

    @classmethod
    def of(cls, size: int, tile: Callable[[int, int], Tile | None]) -> "TileFrontier":
        """Return the frontier of a tree whose tiles are stored.

        Raises:
            RecordError: a tile of the frontier is missing, or has too few hashes.
        """
        frontier = cls()
        frontier._rows.clear()
        frontier._done.clear()
        while size or not frontier._rows:
            level = len(frontier._rows)
            done, width = divmod(size, TILE)
            hashes: list[bytes] = []
            if width:
                found = tile(level, done)
                if found is None or not found.holds(width):
                    raise RecordError(_LOST.format(f"tile {done} of level {level}"))
                hashes = [found.hashes[at : at + 32] for at in range(0, 32 * width, 32)]
                frontier.position = found.position if level == 0 else frontier.position
            frontier._rows.append(hashes)
            frontier._done.append(done)
            size = done
        return frontier

    @property
    def leaves(self) -> list[bytes]:
        """The leaves that do not fill a tile yet."""
        return self._rows[0]

    def full(self) -> Iterator[Tile]:
        """Yield the tiles that have become full, from level 0 up, and begin new ones."""
        level = 0
        while len(row := self._rows[level]) == TILE:
            yield self._tile(level)
            if level + 1 == len(self._rows):
                self._rows.append([])
                self._done.append(0)
            self._rows[level + 1].append(_root_of_full(row))
            row.clear()
            self._done[level] += 1
            level += 1

    def partial(self) -> Iterator[Tile]:
        """Yield the tiles that are not full."""
        yield from (self._tile(level) for level, row in enumerate(self._rows) if row)

    def root(self) -> bytes:
        """Return the root of the tree as it is."""
        peaks: list[bytes] = []
        size = 0
        for row in reversed(self._rows):
            part = Frontier()
            part.extend(row)
            peaks += part.peaks
            size = size * TILE + len(row)
        return Frontier(size, peaks).root()

    def _tile(self, level: int) -> Tile:
        position = 0 if level else self.position
        return Tile(level, self._done[level], position, b"".join(self._rows[level]))


def _root_of_full(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a full tile."""
    # Level by level, which is twice as fast as adding one leaf after another to a frontier.
    sha = sha256
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [sha(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs)]  # noqa: B905 - of even length
    return hashes[0]


@dataclass(frozen=True, slots=True)
class AppendedBatch:
    """What one page of rows adds."""

    before: LedgerPosition
    after: LedgerPosition
    tiles: Sequence[Tile]
    last_leaves: Sequence[tuple[str, int, bytes]]

    def write(self, writer: Writer) -> bool:
        """Write all of it, unless somebody else was first; return whether it was written."""
        # First, because this changes no row if another process has moved the position on.
        if not writer.execute(sql.ADVANCE, (*self.after, *self.before)):
            return False
        writer.insert(sql.SAVE_TILE, self.tiles)
        writer.insert(sql.SAVE_HEAD, self.last_leaves)
        return True


def appended_batch(
    opened: Opened, reached: LedgerPosition, rows: Sequence[WholeRow]
) -> AppendedBatch:
    """Return what rows add to the ledger.

    Args:
        opened: where the ledger is kept.
        reached: how far the ledger has read.
        rows: the rows that come next, at least one.

    Raises:
        RecordError: a row cannot be made into a leaf; or the ledger's tables are wrong or damaged.
    """
    leaves = Leaves()
    leaves.last_leaves = _last_leaves(opened, {row[1] for row in rows})
    frontier = TileFrontier.of(reached.size, lambda level, number: tile_of(opened, level, number))
    tiles: list[Tile] = []
    touched: set[str] = set()
    for position, stream, version, topic, state in rows:
        try:
            leaf = leaves.add(stream, version, topic, state)
        except MalformedError as error:
            raise RecordError(
                f"the row at position {position} cannot be made into a leaf of the ledger: "
                f"{error}. `rapid-review audit verify` shows everything that is wrong; if only "
                "the ledger's own tables are, make them again with `rapid-review audit rebuild`"
            ) from error
        touched.add(stream)
        if not frontier.leaves:
            frontier.position = position
        frontier.leaves.append(leaf)
        tiles.extend(frontier.full())
    after = LedgerPosition(rows[-1][0], reached.size + len(rows))
    last_leaves = [(stream, *leaves.last_leaves[stream]) for stream in sorted(touched)]
    return AppendedBatch(reached, after, [*tiles, *frontier.partial()], last_leaves)


def tile_of(opened: Opened, level: int, number: int) -> Tile | None:
    """Return a tile as it is stored; None if there is none."""
    found = opened.tables.rows(sql.TILE, (level, number))
    return Tile(level, number, *found[0]) if found else None


def nodes_of(opened: Opened, size: int) -> Nodes:
    """Return the nodes of the tree of so many leaves, from its tiles.

    Raises:
        RecordError: a tile is asked for that is not there.
    """

    def tile(level: int, number: int, width: int) -> bytes:
        found = tile_of(opened, level, number)
        if found is None or not found.holds(width):
            raise RecordError(_LOST.format(f"tile {number} of level {level}"))
        return found.hashes[: 32 * width]

    return nodes_of_tiles(size, tile)


def position_of_leaf(opened: Opened, reached: LedgerPosition, index: int) -> int:
    """Return a position before a leaf's row, with no other row in between.

    Args:
        opened: where the ledger is kept.
        reached: how far the ledger has read.
        index: the index of the leaf; it may be the one that comes next.
    """
    number, before = divmod(index, TILE)
    tile = tile_of(opened, 0, number) if index < reached.size else None
    if tile is None:
        return reached.position
    rows = opened.rows.after(tile.position - 1, before) if before else ()
    return rows[-1][0] if rows else tile.position - 1


def leaf_indices(opened: Opened) -> Callable[[int], int | None]:
    """Return a function from a row's position to its leaf's index; None while it is in no tile."""

    # Counted from the first row of the tile, so that at most one tile of rows is read.
    @lru_cache(maxsize=TILE)
    def positions(start: int) -> list[int]:
        return [row[0] for row in opened.rows.after(start - 1, TILE)]

    def index_of(position: int) -> int | None:
        found = opened.tables.rows(sql.TILE_AT, (position,))
        if not found or position not in (in_tile := positions(found[0][1])):
            return None
        return cast("int", found[0][0]) * TILE + in_tile.index(position)

    return index_of


def _last_leaves(opened: Opened, streams: set[str]) -> dict[str, tuple[int, bytes]]:
    wanted = tuple(streams)  # not sorted: an altered one may be of any type
    found = opened.tables.rows(among(sql.HEADS, wanted), wanted)
    return {stream: (version, leaf) for stream, version, leaf in found}


_LOST = (
    "the ledger's {} is wrong. It is derived from the entries: see what `rapid-review audit "
    "verify` finds, and then make it again with `rapid-review audit rebuild`"
)
