"""Tables beside the entries that cannot be made from them: every copy of a store has them too.

They are not evidence: what is in them is in no tree, and in no bundle unless it is signed.
`answered_commands` holds the ids of commands that recorded nothing, because the record said so
already, and at which version of the case. So a command that is sent again is answered as before,
even if the fact was retracted meanwhile. It holds no content of a command.
`own_calendars` holds the calendar files that were given to the store, byte for byte.
`partnerships` holds whose cases the store is for, with the terms that were listed for them.

A table that can be made from the entries, such as those of the read model or the tiles of the
ledger, is not a side table.

One text serves SQLite and PostgreSQL, as for the read model.
"""

from typing import Final, NamedTuple

from rapid_review.store.sql.placeholders import placeholders

ANSWERED: Final = "answered_commands"
OWN_CALENDARS: Final = "own_calendars"
PARTNERSHIPS: Final = "partnerships"

CREATE_PARTNERSHIPS: Final = """CREATE TABLE IF NOT EXISTS {at}partnerships (
        partnership TEXT NOT NULL,
        terms TEXT NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (partnership, terms)
    )"""

CREATE: Final = (
    """CREATE TABLE IF NOT EXISTS {at}answered_commands (
        stream TEXT NOT NULL,
        command_id TEXT NOT NULL,
        version BIGINT NOT NULL,
        PRIMARY KEY (stream, command_id)
    )""",
    # A calendar file is UTF-8, so its text is its bytes.
    """CREATE TABLE IF NOT EXISTS {at}own_calendars (
        id TEXT NOT NULL,
        version TEXT NOT NULL,
        content TEXT NOT NULL,
        PRIMARY KEY (id, version)
    )""",
    CREATE_PARTNERSHIPS,
)

ANSWERED_AT: Final = (
    "SELECT version FROM {at}answered_commands WHERE stream = ? AND command_id = ?"
)

REMEMBERED: Final = (
    "INSERT INTO {at}answered_commands (stream, command_id, version) "
    "SELECT ?, ?, CAST(? AS BIGINT) "
    "WHERE (SELECT COALESCE(MAX(originator_version), 0) FROM {at}stored_events "
    "WHERE originator_id = ?) = ? ON CONFLICT DO NOTHING RETURNING version"
)
"""One statement, so that no entry comes between the look at the case and what is written."""


CALENDAR_VERSIONS: Final = "SELECT id, version FROM {at}own_calendars ORDER BY id, version"
CALENDAR: Final = "SELECT content FROM {at}own_calendars WHERE id = ? AND version = ?"
LISTED_PARTNERSHIPS: Final = (
    "SELECT partnership, terms, digest FROM {at}partnerships ORDER BY 1, 2"
)
"""Every partnership of the store, with its terms and the digest of their file."""
INSERT_PARTNERSHIP: Final = (
    "INSERT INTO {at}partnerships (partnership, terms, digest) VALUES (?, ?, ?) "
    "ON CONFLICT DO NOTHING"
)
READ_BY_ALL: Final = (
    # Bank holidays are not secret, and everyone must count with the ones that the store has.
    "GRANT SELECT ON {at}own_calendars TO PUBLIC",
    # For whose cases a store is, is not secret, and anyone who records must know it.
    "GRANT SELECT ON {at}partnerships TO PUBLIC",
)
"""On a server."""


class SideTable(NamedTuple):
    """A table, and the statements by which its rows are copied.

    Attributes:
        name: the name of the table.
        key: the columns of its primary key.
        rest: its other columns.
    """

    name: str
    key: tuple[str, ...]
    rest: tuple[str, ...] = ()

    @property
    def columns(self) -> str:
        """Every column, those of the key first."""
        return ", ".join((*self.key, *self.rest))

    def first_page(self) -> str:
        """Select the first rows by key, as many as are asked for."""
        return self._page("")

    def next_page(self) -> str:
        """Select the rows after a key."""
        return self._page(f"WHERE ({', '.join(self.key)}) > ({placeholders(self.key)}) ")

    def one(self) -> str:
        """Select the row of a key."""
        which = " AND ".join(f"{column} = ?" for column in self.key)
        return f"SELECT {self.columns} FROM {{at}}{self.name} WHERE {which}"

    def many(self) -> str:
        """Count the rows."""
        return f"SELECT COUNT(*) FROM {{at}}{self.name}"

    def with_row(self) -> str:
        """Insert a row, unless one of its key is there."""
        values = placeholders((*self.key, *self.rest))
        return (
            f"INSERT INTO {{at}}{self.name} ({self.columns}) VALUES ({values}) "
            "ON CONFLICT DO NOTHING"
        )

    def _page(self, where: str) -> str:
        order = ", ".join(self.key)
        return f"SELECT {self.columns} FROM {{at}}{self.name} {where}ORDER BY {order} LIMIT ?"


SIDE_TABLES: Final = (
    SideTable("audit_checkpoints", ("origin", "size"), ("note",)),
    SideTable("audit_epochs", ("origin",), ("note",)),
    SideTable(ANSWERED, ("stream", "command_id"), ("version",)),
    SideTable(OWN_CALENDARS, ("id", "version"), ("content",)),
    SideTable(PARTNERSHIPS, ("partnership", "terms"), ("digest",)),
)
"""All of them; a new one is added here, and is then moved with the rest.

A store that was made earlier may lack the last ones."""
