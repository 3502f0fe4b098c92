"""Where a subscription stands: its rows in the two tables, and the transactions that change them.

Each transaction that handles entries first moves the subscription on, and only from the state that
was read before; it ends with a heartbeat. So only one of several workers handles an entry, even if
one dies. And if a handler hid that its statement failed, the heartbeat fails too: nothing is taken
for committed that the database rolled back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, cast

from rapid_review.store.backends.ports import Opened, Writer
from rapid_review.store.sql import subscriptions as sql
from rapid_review.store.subscriptions.page import Wanted


class Standing(NamedTuple):
    """Which version of a subscription is in use, its position, and how often it has changed."""

    version: int
    position: int
    changes: int


class Parked(NamedTuple):
    """An entry that was put aside.

    Attributes:
        position: its place among all entries.
        case: its case, if that can be read.
        reason: how its handler failed, and where; or that an earlier entry of its case is
            put aside.
        release: the version of this library that last tried it.
        tries: how often it was tried.
        next_at: when it is tried again; None if it waits for another entry, or for `retry`.
    """

    position: int
    case: str | None
    reason: str
    release: str
    tries: int
    next_at: datetime | None


class Aside(NamedTuple):
    """An entry that is to be put aside, and why."""

    wanted: Wanted
    reason: str
    tries: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one subscription.

    Attributes:
        opened: the store.
        key: its partnership, its name and its version.
        owner: the name under which a worker claims it.
    """

    opened: Opened
    key: tuple[str, str, int]
    owner: str

    def prepare(self) -> None:
        """Make or check the tables, as `Tables.prepare` does."""
        self.opened.tables.prepare(sql.TABLE)

    def standing(self) -> Standing | None:
        """Return the state of the highest version; None if there is none yet."""
        found = self.opened.tables.rows(sql.NEWEST_VERSION, self.key[:2])
        return Standing(*found[0]) if found else None

    def begin(self, position: int, now: datetime) -> None:
        """Begin this version at the position of the one before it; the first one at `position`."""

        def begun(writer: Writer) -> bool:
            writer.execute(sql.END_OLDER, self.key)
            if writer.execute(sql.BEGIN, (*self.key, *self.key, position)) == 1:
                writer.execute(sql.INHERIT_PARKED, (self.key[2], *self.key))
            return True

        self.opened.tables.write(begun)
        # A new version of the handler may succeed where the earlier one failed.
        self.again({row[1] for row in self._every()}, now)

    def claim(self, now: datetime, until: datetime) -> bool:
        """Claim the subscription, unless another worker has; return whether this one has it."""
        times = (_text(until), _text(now))
        values = (self.owner, *times, *self.key, self.owner, _text(now))
        return self.opened.tables.write(lambda writer: writer.execute(sql.CLAIM, values) == 1)

    def leave(self) -> None:
        """Give the claim up."""
        self.opened.tables.write(
            lambda writer: writer.execute(sql.LEAVE, (*self.key, self.owner)) == 1
        )

    def move(
        self,
        seen: Standing,
        position: int,
        work: Callable[[Writer], None],
        times: Callable[[], tuple[datetime, datetime]],
    ) -> bool:
        """Move on, and do some work in the same transaction; return whether this was done.

        Args:
            seen: the state that it moves on from; if the state has changed, nothing is done.
            position: the new position.
            work: what is done.
            times: returns the time now, and until when the claim lasts.
        """

        def moved(writer: Writer) -> bool:
            state = (position, *self.key, seen.changes, self.owner)
            if writer.execute(sql.MOVE, state) != 1:
                return False
            work(writer)
            return True

        def with_beat(writer: Writer) -> bool:
            if not moved(writer):
                return False
            now, until = times()
            beat = (_text(until), _text(now), *self.key, self.owner)
            return writer.execute(sql.BEAT, beat) == 1

        return self.opened.tables.write(with_beat)

    # --- What was put aside

    def how_many_parked(self) -> int:
        """Return how many entries are put aside."""
        return cast("int", self.opened.tables.rows(sql.HOW_MANY, self.key)[0][0])

    def parked(self) -> tuple[Parked, ...]:
        """Return the entries that are put aside, by position."""
        return tuple(
            Parked(position, case, reason, release, tries, _time(next_at))
            for position, _, case, reason, release, tries, next_at in self._every()
        )

    def streams_parked(self) -> frozenset[str]:
        """Return the streams of the cases of which an entry is put aside."""
        return frozenset(row[0] for row in self.opened.tables.rows(sql.STREAMS, self.key))

    def due(self, now: datetime) -> tuple[int, str, int] | None:
        """Return the first entry that is to be tried again by now: position, stream, tries."""
        found = self.opened.tables.rows(sql.DUE, (*self.key, _text(now)))
        return cast("tuple[int, str, int]", found[0]) if found else None

    def retry(self, positions: frozenset[int] | None, now: datetime) -> int:
        """Let cases be tried again, those of some entries or all; return how many entries wait."""
        every = self._every()
        streams = {row[1] for row in every if positions is None or row[0] in positions}
        self.again(streams, now)
        return sum(row[1] in streams for row in every)

    def again(self, streams: set[str], now: datetime) -> None:
        """Let the first entry of each of these cases be tried again."""

        def due(writer: Writer) -> bool:
            for stream in sorted(streams):
                writer.execute(sql.NEXT_OF_CASE, (_text(now), *self.key, *self.key, stream))
            return True

        if streams:
            self.opened.tables.write(due)

    def rewind(self, to: int) -> bool:
        """Go back to a position; return whether the subscription had come so far."""

        def back(writer: Writer) -> bool:
            if writer.execute(sql.REWIND, (to, *self.key, to)) != 1:
                return False
            writer.execute(sql.DELETE_PARKED_AFTER, (*self.key, to))
            return True

        return self.opened.tables.write(back)

    def put_aside(self, writer: Writer, entries: Sequence[Aside]) -> None:
        """Put entries aside."""
        writer.insert(
            sql.INSERT_PARKED,
            [
                (
                    *(*self.key, one.wanted.position, one.wanted.stream, one.wanted.reference),
                    *(one.reason, _release(), one.tries, _text(one.next_at)),
                )
                for one in entries
            ],
        )

    def failed_again(self, writer: Writer, one: Aside) -> None:
        """Record that an entry failed again, and when it is tried next."""
        state = (one.reason, _release(), one.tries, _text(one.next_at))
        writer.execute(sql.UPDATE_PARKED, (*state, *self.key, one.wanted.position))

    def done(self, writer: Writer, position: int, stream: str, now: datetime) -> None:
        """Remove an entry from those that are put aside; the next one of its case is tried now."""
        writer.execute(sql.DELETE_PARKED, (*self.key, position))
        writer.execute(sql.NEXT_OF_CASE, (_text(now), *self.key, *self.key, stream))

    def _every(self) -> Sequence[tuple[int, str, str | None, str, str, int, str | None]]:
        found = self.opened.tables.rows(sql.EVERY, self.key)
        return cast("Sequence[tuple[int, str, str | None, str, str, int, str | None]]", found)


def _release() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - no command needs it

    return version("rapid-review")


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def later(now: datetime, wait: timedelta | None) -> datetime | None:
    """Return the moment after a wait; None if there is no other try."""
    return None if wait is None else now + wait
