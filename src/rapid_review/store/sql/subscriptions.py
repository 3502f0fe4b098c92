"""The tables of the subscriptions, and every statement on them.

A move copies them (ADR 0085), and none of the host's tables: what a handler wrote is not copied.
They belong to no layout: their columns never change, so that older and newer releases share them.
One text serves SQLite and PostgreSQL, as for the read model; times are ISO text in UTC with all
six digits of a second, so that they compare as text.

`subscriptions` says how far each has come: of one name, only the highest version is in use.
`changes` counts the changes of a row: anyone who writes must have read the count before. `owner`,
`until` and `beat` say which worker has claimed it. `subscription_parked` has the entries that were
put aside: the first of each case is tried again at `next_at`, if that is set, and the others wait
for it.
"""

from typing import Final

TABLE: Final = "subscriptions"
PARKED: Final = "subscription_parked"

CREATE: Final = (
    """CREATE TABLE IF NOT EXISTS {at}subscription_parked (
        partnership TEXT NOT NULL,
        name TEXT NOT NULL,
        version BIGINT NOT NULL,
        position BIGINT NOT NULL,
        stream TEXT NOT NULL,
        reference TEXT,
        reason TEXT NOT NULL,
        by_release TEXT NOT NULL,
        tries BIGINT NOT NULL,
        next_at TEXT,
        PRIMARY KEY (partnership, name, version, position)
    )""",
    """CREATE TABLE IF NOT EXISTS {at}subscriptions (
        partnership TEXT NOT NULL,
        name TEXT NOT NULL,
        version BIGINT NOT NULL,
        position BIGINT NOT NULL,
        changes BIGINT NOT NULL,
        owner TEXT NOT NULL,
        until TEXT NOT NULL,
        beat TEXT NOT NULL,
        PRIMARY KEY (partnership, name, version)
    )""",
)

_OF_NAME: Final = "partnership = ? AND name = ?"
_THIS: Final = f"{_OF_NAME} AND version = ?"
_FIRST_OF_CASE: Final = (
    "position = (SELECT MIN(position) FROM {at}subscription_parked AS there "
    f"WHERE {_THIS} AND there.stream = ?)"
)

# --- Which there are

NEWEST_VERSION: Final = (
    "SELECT version, position, changes FROM {at}subscriptions "
    f"WHERE {_OF_NAME} ORDER BY version DESC LIMIT 1"
)
END_OLDER: Final = (
    "UPDATE {at}subscriptions SET changes = changes + 1, owner = '', until = '' "
    f"WHERE {_OF_NAME} AND version < ?"
)
"""Waits for the transaction of a lower version, and ends its claim, so that it begins no other."""
BEGIN: Final = (
    "INSERT INTO {at}subscriptions "
    "(partnership, name, version, position, changes, owner, until, beat) "
    "SELECT ?, ?, ?, COALESCE((SELECT position FROM {at}subscriptions "
    f"WHERE {_OF_NAME} AND version < ? ORDER BY version DESC LIMIT 1), ?), 0, '', '', '' "
    "WHERE true ON CONFLICT DO NOTHING"
)
INHERIT_PARKED: Final = (
    "UPDATE {at}subscription_parked SET version = ?, tries = 0, next_at = NULL "
    f"WHERE {_OF_NAME} AND version < ?"
)
"""Gives this version what earlier versions have put aside."""
CLAIM: Final = (
    "UPDATE {at}subscriptions SET owner = ?, until = ?, beat = ? "
    f"WHERE {_THIS} AND (owner = '' OR owner = ? OR until <= ?)"
)
MOVE: Final = (
    "UPDATE {at}subscriptions SET position = ?, changes = changes + 1 "
    f"WHERE {_THIS} AND changes = ? AND owner = ?"
)
BEAT: Final = f"UPDATE {{at}}subscriptions SET until = ?, beat = ? WHERE {_THIS} AND owner = ?"
LEAVE: Final = f"UPDATE {{at}}subscriptions SET owner = '', until = '' WHERE {_THIS} AND owner = ?"
REWIND: Final = (
    "UPDATE {at}subscriptions SET position = ?, changes = changes + 1 "
    f"WHERE {_THIS} AND position >= ?"
)

# --- All of them, for the person who looks after a store, and to take them along to another

OF_PARTNERSHIP: Final = (
    "SELECT name, version, position FROM {at}subscriptions AS this WHERE partnership = ? "
    "AND version = (SELECT MAX(version) FROM {at}subscriptions AS other "
    "WHERE other.partnership = this.partnership AND other.name = this.name) ORDER BY name"
)
KEYS: Final = "SELECT partnership, name, version FROM {at}subscriptions"
EVERYBODYS: Final = "SELECT partnership, name, version, position FROM {at}subscriptions"
INSERT_COPY: Final = (
    "INSERT INTO {at}subscriptions "
    "(partnership, name, version, position, changes, owner, until, beat) "
    "VALUES (?, ?, ?, ?, 0, '', '', '')"
)
EVERYTHING_PARKED: Final = (
    "SELECT partnership, name, version, position, stream, reference, reason, by_release, tries, "
    "next_at FROM {at}subscription_parked"
)

# --- What was put aside

HOW_MANY: Final = f"SELECT COUNT(*) FROM {{at}}subscription_parked WHERE {_THIS}"
STREAMS: Final = f"SELECT DISTINCT stream FROM {{at}}subscription_parked WHERE {_THIS}"
EVERY: Final = (
    "SELECT position, stream, reference, reason, by_release, tries, next_at "
    f"FROM {{at}}subscription_parked WHERE {_THIS} ORDER BY position"
)
DUE: Final = (
    "SELECT position, stream, tries FROM {at}subscription_parked "
    f"WHERE {_THIS} AND next_at <= ? ORDER BY position LIMIT 1"
)
INSERT_PARKED: Final = (
    "INSERT INTO {at}subscription_parked (partnership, name, version, position, stream, "
    "reference, reason, by_release, tries, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
UPDATE_PARKED: Final = (
    "UPDATE {at}subscription_parked SET reason = ?, by_release = ?, tries = ?, next_at = ? "
    f"WHERE {_THIS} AND position = ?"
)
DELETE_PARKED: Final = f"DELETE FROM {{at}}subscription_parked WHERE {_THIS} AND position = ?"
NEXT_OF_CASE: Final = (
    f"UPDATE {{at}}subscription_parked SET next_at = ?, tries = 0 WHERE {_THIS} "
    f"AND {_FIRST_OF_CASE}"
)
"""Lets the first entry of a case that is put aside be tried at a time, as if it were new."""
DELETE_PARKED_AFTER: Final = (
    f"DELETE FROM {{at}}subscription_parked WHERE {_THIS} AND position > ?"
)
