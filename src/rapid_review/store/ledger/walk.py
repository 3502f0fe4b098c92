"""One walk over every row of the store: each is held to its own body, and becomes a leaf.

The walk keeps a page of rows, the tree's edge, and a line for each case; so a large store needs no
more memory than a small one with as many cases.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NamedTuple

from rapid_review.audit.log.leaf import MalformedError, entry_of, leaf_hash
from rapid_review.audit.log.merkle import TILE
from rapid_review.audit.verify import LEAF_FORM
from rapid_review.domain.errors import shown
from rapid_review.domain.events import EVENTS
from rapid_review.store.backends.ports import OPENING, Rows, WholeRow
from rapid_review.store.ledger.appending import Tile, TileFrontier
from rapid_review.store.log.body import case_named_in, opening_of

PAGE: Final = TILE
"""How many rows are read together: as many as make a tile of leaves."""
LOWEST: Final = -(1 << 63)
"""No position is lower."""
NO_LEAF: Final = bytes(32)
"""Stands for the leaf of a row that cannot be one; no row leads to it."""

_KINDS: Final = {kind: b'"kind":"%b"' % kind.encode() for kind in EVENTS}
_RECORDED_AT: Final = b',"recorded_at":"'
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_BEFORE_EVENT: Final = 180
"""The event in a body never begins before this byte."""
_FORM: Final = f"\0{LEAF_FORM}\n"
"""What is hashed to a leaf begins so; the rest is as `audit.leaf.entry_of` has it."""
_KIND: Final = re.compile(rb'"kind":"([A-Za-z]+)"')

Find = Callable[[str, str], None]
"""Takes where something is not as it must be, and what."""


class Reached(NamedTuple):
    """The tree at a size: its root, and the position of the last row in it."""

    root: bytes
    position: int


@dataclass(slots=True)
class Last:
    """The last row of a case that was read.

    Attributes:
        version: its version.
        leaf: its leaf, in hexadecimal.
        opening: how its body opens, up to the version.
        recorded_at: the latest time of recording so far.
    """

    version: int
    leaf: str
    opening: bytes
    recorded_at: datetime


class Walk:
    """Reads rows by position, and tells what is wrong with any.

    Args:
        rows: of the entries.
        find: told what is wrong.
        tile: given each tile of leaves as it fills, and those above; see `TileFrontier.full`.

    Attributes:
        size: how many rows were read.
        frontier: the edge of the tree over them.
        reached: the tree at each size at which it was asked to stop.
        last_rows: the last row of each case, by stream.
    """

    def __init__(self, rows: Rows, find: Find, tile: Callable[[Tile, "Walk"], None]) -> None:
        self.size = 0
        self.position = 0
        self.frontier = TileFrontier()
        self.reached: dict[int, Reached] = {}
        self.last_rows: dict[str, Last] = {}
        self._rows = rows
        self._find = find
        self._tile = tile

    def to_the_end(self, stops: Sequence[int], at: Callable[[int], None]) -> None:
        """Read every row.

        Args:
            stops: sizes at which the tree is wanted.
            at: called at each of them that is reached.
        """
        left = sorted(set(stops), reverse=True)
        while left and left[-1] <= 0:
            self._stop(left.pop(), at)
        self._begin()
        while rows := self._page():
            start = 0
            while start < len(rows):
                full = self.size - len(self.frontier.leaves) + TILE
                end = min(full, left[-1]) if left else full
                some = rows[start : start + end - self.size]
                self._read(some)
                start += len(some)
                self.size += len(some)
                self.position = some[-1][0]
                if self.size == full:
                    for tile in self.frontier.full():
                        self._tile(tile, self)
                if left and self.size == left[-1]:
                    self._stop(left.pop(), at)

    def _stop(self, size: int, at: Callable[[int], None]) -> None:
        self.reached[size] = Reached(self.frontier.root(), self.position)
        at(size)

    def _begin(self) -> None:
        """Begin before the first row, also where there is one at no position of ours."""
        first = self._rows.first_position()
        if first < 1:
            self._find(f"position {first}", "positions begin at 1, and a row stands before it")
            self.position = max(first - 1, LOWEST)

    def _page(self) -> Sequence[WholeRow]:
        """Return the next rows; none after one whose position is no place to go on from."""
        rows = self._rows.after(self.position, PAGE)
        if rows and not (type(rows[-1][0]) is int and rows[-1][0] > self.position):
            self._find(f"after position {self.position}", "a position is not a whole number")
            return ()
        return rows

    def _read(self, rows: Sequence[WholeRow]) -> None:
        """Turn rows into leaves. Whatever is not as most rows are is looked at by `_look`."""
        heads, kinds, leaves, sha = self.last_rows, _KINDS, self.frontier.leaves, sha256
        if not leaves:
            self.frontier.position = rows[0][0]
        for row in rows:
            _, stream, version, topic, state = row
            head, kind = heads.get(stream), kinds.get(topic)
            if (
                head is not None
                and kind is not None
                and version == head.version + 1
                and type(version) is int
                and type(state) is bytes
                and state.startswith(head.opening)
                and state.startswith(b'%d,"recorded_at":"' % version, len(head.opening))
                and state.find(kind, _BEFORE_EVENT) > 0
                and (at := _recorded_at(state, head.opening)) is not None
                and head.recorded_at <= at
            ):
                digest = sha(state).hexdigest()
                text = f"{_FORM}{stream}\n{version}\n{topic}\n{digest}\n{head.leaf}\n"
                leaf = sha(text.encode()).digest()
                head.version, head.leaf, head.recorded_at = version, leaf.hex(), at
                leaves.append(leaf)
            else:
                leaves.append(self._look(row))

    def _look(self, row: WholeRow) -> bytes:
        """Return the leaf of a row that is the first of its case, or odd; tell what is wrong."""
        _, stream, version, topic, state = row
        head = self.last_rows.get(stream)
        next_one = head.version + 1 if head else 1
        before = bytes.fromhex(head.leaf) if head and version != 1 else None
        wrong = "" if version == next_one else f"version {next_one} was to come next in its case"
        try:
            leaf = leaf_hash(entry_of(stream, version, topic, state, before))
        except MalformedError as error:
            leaf = NO_LEAF
            wrong = wrong or str(error)
        if wrong:
            self._find(self.place_of(row), wrong)
        if type(version) is not int:
            return leaf
        opening = self._hold_body(row)
        if head is None:
            head = self.last_rows[stream] = Last(version, leaf.hex(), opening, _NEVER)
        else:
            head.version, head.leaf, head.opening = version, leaf.hex(), opening
        if opening:
            self._hold_time(row, head)
        return leaf

    def _hold_body(self, row: WholeRow) -> bytes:
        """Hold a body to its row, telling what is wrong; return how those of its case open."""
        _, stream, version, topic, state = row
        if type(state) is not bytes:
            return b""  # told already: it has no leaf
        opening = opening_of(state)
        if opening is None or opening.version is None:
            self._find(self.place_of(row), "its body does not open with its place")
            return b""
        is_here = (opening.stream, opening.version) == (stream, version)
        if not is_here:
            self._find(
                self.place_of(row),
                f"it holds the body of version {opening.version} of case {shown(opening.case)} of "
                f"{shown(opening.partnership)}: it was moved or copied there",
            )
        if topic not in _KINDS:
            self._find(self.place_of(row), f"no event of kind {shown(topic)} is known")
        elif state.find(_KINDS[topic], _BEFORE_EVENT) < 0:
            kinds = [kind.decode() for kind in _KIND.findall(state)]
            held = kinds[-1] if kinds else "event of no kind"
            self._find(self.place_of(row), f"it is said to hold a {topic}, and holds a {held}")
        return opening.text if is_here else b""

    def _hold_time(self, row: WholeRow, head: Last) -> None:
        """Hold that a row was recorded no earlier than those before it in its case.

        Between cases nothing is held: of two workers the one whose clock is behind may be second.
        """
        at = _recorded_at(row[4], head.opening)
        if at is None:
            self._find(self.place_of(row), "its body does not say when it was recorded")
        elif head.recorded_at <= at:
            head.recorded_at = at
        else:
            self._find(
                self.place_of(row),
                f"it is said to have been recorded at {at.isoformat()}, and one before it in its "
                f"case at {head.recorded_at.isoformat()}: no entry is ever written so",
            )

    def place_of(self, row: WholeRow) -> str:
        """Return in words where a row stands; which case it is of, its stream knows best."""
        position, stream, version, _, state = row
        head = self.last_rows.get(stream)
        opening = head.opening if head else state[:OPENING] if type(state) is bytes else b""
        case = case_named_in(opening)
        of = f"stream {shown(stream)}" if case is None else f"case {shown(case)}"
        return f"{of}, version {_number(version)}, position {_number(position)}"


def _recorded_at(state: bytes, opening: bytes) -> datetime | None:
    """Return the time of recording, which stands after the version; None if there is none."""
    start = state.find(_RECORDED_AT, len(opening)) + len(_RECORDED_AT)
    try:
        at = datetime.fromisoformat(state[start : state.find(b'"', start)].decode())
    except ValueError:
        return None
    return at if at.tzinfo else None


def _number(value: object) -> str:
    return str(value) if type(value) is int else shown(value)
