"""One walk over every row of the store: each is compared with its body, and becomes a leaf.

The walk keeps a page of rows, the tree's edge, and a line for each case; so a large store needs no
more memory than a small one with as many cases.
"""

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NamedTuple, TypeAlias, TypeVar

from rapid_review.audit.log.leaf import MalformedError, entry_of, leaf_hash
from rapid_review.audit.log.merkle import TILE
from rapid_review.audit.verify import LEAF_FORM
from rapid_review.domain.errors import shown
from rapid_review.domain.events import EVENTS
from rapid_review.store.backends.ports import LOWEST, OPENING, Rows, WholeRow
from rapid_review.store.ledger.appending import Tile, TileFrontier
from rapid_review.store.log.body import Opening, case_named_in, opening_of

PAGE: Final = 4 * TILE
"""How many rows are read together. Before each reading the store is asked whether it is still the
same file, which costs as much as reading a few dozen rows."""
NO_LEAF: Final = bytes(32)
"""Stands for the leaf of a row that cannot be one; no row leads to it."""

_KINDS: Final = {kind: b'"kind":"%b"' % kind.encode() for kind in EVENTS}
_RECORDED_AT: Final = b',"recorded_at":"'
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_NO_TIME: Final = b'""'
"""No body has it where its time begins, which is after a quotation mark."""
_NO_PLACE: Final = b"\0"
"""No body has it where its place begins."""
_BEFORE_EVENT: Final = 180
"""The event in a body never begins before this byte."""
_FORM: Final = f"\0{LEAF_FORM}\n"
"""The beginning of the text that is hashed to a leaf; `audit.log.leaf.entry_of` has all of it."""
_KIND: Final = re.compile(rb'"kind":"([A-Za-z]+)"')


class _AfterPlace(dict[int, bytes]):
    """What follows the place in a body, by version: made beforehand for most cases' versions."""

    def __missing__(self, version: int) -> bytes:
        return b"%d%b" % (version, _RECORDED_AT)


_AFTER_PLACE: Final = _AfterPlace()
_AFTER_PLACE.update((version, _AFTER_PLACE[version]) for version in range(1_024))

T = TypeVar("T")
RowCheck = Callable[[WholeRow], Iterable[str]]
"""Returns what is wrong with a row, beside what the walk itself finds."""


class Mismatch(NamedTuple):
    """A finding of a sort, of which the first ones are reported in full, then their number."""

    sort: str
    where: str
    what: str


class Reached(NamedTuple):
    """The tree at a size: its root, and the position of the last row in it."""

    size: int
    root: bytes
    position: int


RowStep: TypeAlias = Mismatch | Tile | Reached
"""What a walk yields: what is wrong with a row, a tile that the rows fill, a size asked for."""


@dataclass(slots=True)
class Last:
    """The last row of a case that was read.

    Attributes:
        version: its version.
        leaf: its leaf, in hexadecimal.
        recorded_at: the latest time of recording so far.
        time: that time as a body gives it, with the quotation mark after it.
        place: the bytes of its body that state its place, up to the version; `_NO_PLACE` if they
            state another place.
        named: the newest bytes that stated the place of the case: they name the case.
    """

    version: int
    leaf: str
    recorded_at: datetime = _NEVER
    time: bytes = _NO_TIME
    place: bytes = _NO_PLACE
    named: bytes = b""

    def advance_in(self, state: bytes, schema: bytes, version: int) -> bool:
        """Keep the time in a body that opens like this; return False if missing or earlier."""
        opening = schema + self.place + _AFTER_PLACE[version]
        return state.startswith(opening) and self.advance_to(state, len(opening))

    def advance_to(self, state: bytes, start: int) -> bool:
        """Keep the time that a body states there; return False if missing or earlier."""
        at = _time_at(state, start)
        if at is None or at < self.recorded_at:
            return False
        self.recorded_at, self.time = at, state[start : state.index(b'"', start) + 1]
        return True


class Walk:
    """Reads every row in the order of positions, and finds what is wrong with it.

    Args:
        rows: the rows of the entries.
        check: checks each row of a sealed store; without it, no row may be sealed.
        progress: called after each page with how many rows have been read.

    Attributes:
        size: how many rows were read.
        position: the position of the last of them.
        frontier: the right edge of the tree over them, which fills no tiles yet.
        reached: the tree at each size at which it was asked for.
        last_rows: the last row of each case, by stream.
    """

    def __init__(
        self,
        rows: Rows,
        check: RowCheck | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.size = 0
        self.position = 0
        self.frontier = TileFrontier()
        self.reached: dict[int, Reached] = {}
        self.last_rows: dict[str, Last] = {}
        self._edges: dict[str, tuple[bytes, bytes]] = {}
        """How the bodies of each kind begin, as the last one looked at does, and how most end."""
        self._rows = rows
        self._check = check
        self._progress = progress

    def steps(self, sizes: Sequence[int] = ()) -> Iterator[RowStep]:
        """Read every row; yield what is wrong, each tile as it fills, and the tree at some sizes.

        After each step, the walk's attributes are as they were when it was yielded.

        Args:
            sizes: the sizes at which the tree is wanted.
        """
        left = sorted(set(sizes), reverse=True)
        while left and left[-1] <= 0:
            yield self._note_reached(left.pop())
        yield from self._begin()
        while rows := (yield from self._page()):
            start = 0
            while start < len(rows):
                full = self.size - len(self.frontier.leaves) + TILE
                end = min(full, left[-1]) if left else full
                some = rows[start : start + end - self.size]
                yield from self._read(some)
                start += len(some)
                self.size += len(some)
                self.position = some[-1][0]
                if self.size == full:
                    yield from self.frontier.full()
                if left and self.size == left[-1]:
                    yield self._note_reached(left.pop())
            self._progress(self.size)

    def _note_reached(self, size: int) -> Reached:
        reached = self.reached[size] = Reached(size, self.frontier.root(), self.position)
        return reached

    def _begin(self) -> Iterator[Mismatch]:
        """Begin before the first row, even if its position is below 1."""
        first = self._rows.first_position()
        if first < 1:
            what = "a row has a position below 1"
            yield _wrong(f"position {first}", what)
            self.position = max(first - 1, LOWEST)

    def _page(self) -> "Steps[Sequence[WholeRow]]":
        """Return the next rows; none if reading cannot continue from the last one's position."""
        rows = self._rows.after(self.position, PAGE)
        if rows and not (type(rows[-1][0]) is int and rows[-1][0] > self.position):
            yield _wrong(f"after position {self.position}", "a position is not a whole number")
            return ()
        return rows

    def _read(self, rows: Sequence[WholeRow]) -> Iterator[Mismatch]:
        """Turn rows into leaves; `_look_closely` reads each row that is not as most rows are."""
        last_rows, leaves, sha, form = self.last_rows, self.frontier.leaves, sha256, _FORM
        edges_of, check, after_place = self._edges.get, self._check, _AFTER_PLACE
        if not leaves:
            self.frontier.position = rows[0][0]
        for row in rows:
            _, stream, version, topic, state = row
            last = last_rows.get(stream)
            if (
                last is not None
                and version == last.version + 1
                and type(version) is int  # 2.0 equals 2, and is another leaf
                and type(state) is bytes
                and (edges := edges_of(topic)) is not None
                and (
                    # What was recorded together has one time, which is read once.
                    state.startswith(edges[0] + last.place + after_place[version] + last.time)
                    or last.advance_in(state, edges[0], version)
                )
                and (state.endswith(edges[1]) or state.find(_KINDS[topic], _BEFORE_EVENT) > 0)
            ):
                digest = sha(state).hexdigest()
                text = f"{form}{stream}\n{version}\n{topic}\n{digest}\n{last.leaf}\n"
                leaf = sha(text.encode()).digest()
                last.version, last.leaf = version, leaf.hex()
                leaves.append(leaf)
            else:
                leaves.append((yield from self._look_closely(row)))
            if check is not None:
                for wrong in check(row):
                    yield Mismatch("seals", self.place_of(row), wrong)

    def _look_closely(self, row: WholeRow) -> "Steps[bytes]":
        """Return the leaf of a row that is first of its case, or irregular; say what is wrong."""
        _, stream, version, topic, state = row
        last = self.last_rows.get(stream)
        next_one = last.version + 1 if last else 1
        before = bytes.fromhex(last.leaf) if last and version != 1 else None
        wrong = "" if version == next_one else f"version {next_one} of its case was expected here"
        try:
            leaf = leaf_hash(entry_of(stream, version, topic, state, before))
        except MalformedError as error:
            leaf = NO_LEAF
            wrong = wrong or str(error)
        if wrong:
            yield _wrong(self.place_of(row), wrong)
        if type(version) is not int:
            return leaf
        opening = yield from self._body(row)
        if last is None:
            last = self.last_rows[stream] = Last(version, leaf.hex())
        else:
            last.version, last.leaf = version, leaf.hex()
        if opening is None:
            last.place = _NO_PLACE  # so that the next row of the case is read here, too
        else:
            if topic in _KINDS and not self._is_wrongly_sealed(opening):
                self._edges[topic] = opening.schema, b"%b}}" % _KINDS[topic]
            last.place = last.named = opening.place
            yield from self._time(row, last, opening)
        return leaf

    def _body(self, row: WholeRow) -> "Steps[Opening | None]":
        """Compare a body with its row; return its opening if the body is in its place."""
        _, stream, version, topic, state = row
        if type(state) is not bytes:
            return None  # found already: it has no leaf
        opening = opening_of(state)
        if opening is None or opening.version is None:
            yield _wrong(self.place_of(row), "its body does not begin with its case and version")
            return None
        is_here = (opening.stream, opening.version) == (stream, version)
        if not is_here:
            yield _wrong(
                self.place_of(row),
                f"its body belongs to version {opening.version} of case {shown(opening.case)} "
                f"of {shown(opening.partnership)}; somebody moved or copied it there",
            )
        if self._is_wrongly_sealed(opening):
            what = "its words are sealed, and no entry of this store should have sealed words"
            yield _wrong(self.place_of(row), what)
        if topic not in _KINDS:
            yield _wrong(
                self.place_of(row),
                f"it is an event of kind {shown(topic)}, which this version does not know",
            )
        elif state.find(_KINDS[topic], _BEFORE_EVENT) < 0:
            kinds = [kind.decode() for kind in _KIND.findall(state)]
            stated = kinds[-1] if kinds else "event of no kind"
            what = f"its label is {topic}, and its body is a {stated}"
            yield _wrong(self.place_of(row), what)
        return opening if is_here else None

    def _is_wrongly_sealed(self, opening: Opening) -> bool:
        return opening.is_sealed and self._check is None

    def _time(self, row: WholeRow, last: Last, opening: Opening) -> Iterator[Mismatch]:
        """Check that a row was recorded no earlier than those before it in its case."""
        # Times of different cases prove nothing: the worker whose clock is behind may record
        # second (ADR 0032).
        version_at = len(opening.schema) + len(opening.place)
        begins = row[4].find(_RECORDED_AT, version_at) + len(_RECORDED_AT)
        if last.advance_to(row[4], begins):
            return
        at = _time_at(row[4], begins)
        if at is None:
            yield _wrong(self.place_of(row), "its body does not say when it was recorded")
        else:
            yield _wrong(
                self.place_of(row),
                f"its time of recording is {at.isoformat()}, which is before that of an earlier "
                f"entry of its case, {last.recorded_at.isoformat()}: rapid-review never writes "
                "that",
            )

    def place_of(self, row: WholeRow) -> str:
        """Describe where a row is; its case is named as the earlier rows of its stream name it."""
        position, stream, version, _, state = row
        last = self.last_rows.get(stream)
        named = last.named if last else b""
        if not named and type(state) is bytes:
            named = state[:OPENING]
        case = case_named_in(named)
        of = f"stream {shown(stream)}" if case is None else f"case {shown(case)}"
        return f"{of}, version {_number(version)}, position {_number(position)}"


Steps: TypeAlias = Generator[Mismatch, None, T]
"""Yields what is wrong, and returns a result at the end."""


def _wrong(where: str, what: str) -> Mismatch:
    return Mismatch("rows", where, what)


def _time_at(state: bytes, start: int) -> datetime | None:
    """Return the time that a body states there; None if it is no time, or has no time zone."""
    try:
        at = datetime.fromisoformat(state[start : state.index(b'"', start)].decode())
    except ValueError:  # also if no quotation mark ends it
        return None
    return at if at.tzinfo else None


def _number(value: object) -> str:
    return str(value) if type(value) is int else shown(value)
