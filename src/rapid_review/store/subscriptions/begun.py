"""The subscriptions of a store, for the person who looks after it: no handler is needed.

It lists their positions and the entries that they put aside, lets them try these again, and copies
them to another store.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from rapid_review.domain.errors import InvalidInputError, listed, listed_or, shown
from rapid_review.store.backends.ports import Opened, Writer
from rapid_review.store.sql import subscriptions as sql
from rapid_review.store.subscriptions.table import Parked, Table


class Begun(NamedTuple):
    """A subscription that has begun.

    Attributes:
        name: the name of the subscription.
        version: the highest version of its handler, the only one that handles anything.
        position: the position up to which entries were handled or put aside.
        last: the newest position in the store.
        parked: the entries that are put aside, by position.
    """

    name: str
    version: int
    position: int
    last: int
    parked: tuple[Parked, ...]


def begun(opened: Opened, partnership: str) -> tuple[Begun, ...]:
    """Return a partnership's subscriptions, by name; none if none was ever begun."""
    if sql.TABLE not in opened.tables.names():
        return ()
    last = opened.rows.last_position()
    return tuple(
        Begun(name, version, position, max(last, position), table.parked())
        for name, version, position in opened.tables.rows(sql.OF_PARTNERSHIP, (partnership,))
        for table in [Table(opened, (partnership, name, version), "")]
    )


def retry(
    opened: Opened, partnership: str, name: str, positions: Iterable[int] | None, now: datetime
) -> int:
    """Let a subscription try again, at its next step, the entries that it has put aside.

    Args:
        opened: the store.
        partnership: whose subscription it is.
        name: the name of the subscription.
        positions: entries that were put aside, whose cases are tried again; None for all.
        now: the time now.

    Returns:
        How many entries of these cases are put aside.

    Raises:
        InvalidInputError: there is no such subscription, or an entry is not put aside.
    """
    there = {one.name: one for one in begun(opened, partnership)}
    if (one := there.get(name)) is None:
        raise InvalidInputError(
            f"{partnership} has no subscription {shown(name)} in this store; "
            + listed_or("subscriptions that have begun: ", there, "no subscription has begun")
        )
    wanted = None if positions is None else frozenset(positions)
    aside = {entry.position for entry in one.parked}
    if wanted is not None and (others := wanted - aside):
        raise InvalidInputError(
            f"subscription {name} has put aside no entry at position {listed(others)}; "
            f"positions that it has put aside: {listed_or('', aside, 'none')}"
        )
    return Table(opened, (partnership, name, one.version), "").retry(wanted, now)


def copy_subscriptions(old: Opened, new: Opened) -> None:
    """Copy the subscriptions of a store to a store that holds the same entries.

    Each continues there from its position in the old store, with what it has put aside. One that
    was already begun there stays as it is.

    Raises:
        RecordError: the new store has no tables for them, and somebody else must make them.
        StorageError: one of them cannot be read or written.
    """
    if not number_of_subscriptions(old):
        return
    new.tables.prepare(sql.TABLE)
    there = set(new.tables.rows(sql.KEYS))
    missing = [row for row in old.tables.rows(sql.EVERYBODYS) if row[:3] not in there]
    keys = {row[:3] for row in missing}
    aside = [row for row in old.tables.rows(sql.EVERYTHING_PARKED) if row[:3] in keys]

    def insert(writer: Writer) -> bool:
        writer.insert(sql.INSERT_COPY, missing)
        writer.insert(sql.INSERT_PARKED, aside)
        return True

    if missing:
        new.tables.write(insert)


def number_of_subscriptions(opened: Opened) -> int:
    """Return how many subscriptions a store has, of all partnerships."""
    if sql.TABLE not in opened.tables.names():
        return 0
    return len({row[:2] for row in opened.tables.rows(sql.KEYS)})
