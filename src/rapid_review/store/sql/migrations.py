"""What a store is made of, version by version: each adds tables, and none changes what is there.

No store holds a version number: what a step makes shows whether it was done. A store that lacks
steps is read and written as it is, as far as its tables allow.

The first steps differ between the databases; those for the tables beside the entries are the same.
Anyone who adds a table adds a step with the next number. A step whose tables no version makes any
more, such as those of an older layout of the read model, stays in its place and makes nothing.
"""

from typing import Final, NamedTuple

from rapid_review.store.sql import ledger, read_model, side_tables, subscriptions


class Step(NamedTuple):
    """What one version adds.

    Attributes:
        version: its number.
        adds: what it adds, in words.
        makes: the tables, indexes and functions that show that it was done.
        statements: make them, in order, in one transaction; `{at}` stands for the schema.
    """

    version: int
    adds: str
    makes: frozenset[str]
    statements: tuple[str, ...]


def entries_of(statements: tuple[str, ...]) -> Step:
    """Return the first step: the table of the entries, its guards and its mark."""
    return Step(1, "the entries and their guards", frozenset({"stored_events"}), statements)


def erasures_of(statements: tuple[str, ...]) -> Step:
    """Return the second: an index of the rows that are looked up among all."""
    return Step(2, "an index of erasures", frozenset({"erasures"}), statements)


def append_of(statements: tuple[str, ...]) -> Step:
    """Return the third, of a server alone: the function through which an append is one call."""
    return Step(3, "the function that appends", frozenset({"append_entries"}), statements)


SIDE_TABLES: Final = Step(
    4,
    "ids of commands that recorded nothing, own calendars, partnerships",
    frozenset({side_tables.ANSWERED, side_tables.OWN_CALENDARS, side_tables.PARTNERSHIPS}),
    side_tables.CREATE,
)
LEDGER: Final = Step(5, "the ledger", frozenset(ledger.TABLES), ledger.CREATE)
READ_MODEL: Final = Step(
    6,
    f"the read model of layout {read_model.LAYOUT}",
    frozenset({read_model.LAST_TABLE}),
    read_model.CREATE,
)
SUBSCRIPTIONS: Final = Step(
    7,
    "subscriptions",
    frozenset({subscriptions.TABLE, subscriptions.PARKED}),
    subscriptions.CREATE,
)
VERSION: Final = SUBSCRIPTIONS.version
"""The current version."""


def lacking(steps: tuple[Step, ...], there: frozenset[str]) -> tuple[Step, ...]:
    """Return the steps that were not done, or not whole, in a store that holds these names."""
    return tuple(step for step in steps if not step.makes <= there)


def at_version(steps: tuple[Step, ...], version: int) -> tuple[str, ...]:
    """Return the statements of one version; none if it is another database's alone."""
    return tuple(
        statement for step in steps if step.version == version for statement in step.statements
    )
