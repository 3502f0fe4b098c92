"""Tables beside the entries that cannot be made from them: what a copy of a store takes along.

They are no evidence: what stands in them is in no tree, and in no bundle unless it is signed.
`answered_commands` holds the ids of commands that led to no entry, because what they said was so
already, and at which version of the case; so that one that is delivered again is answered as
before, also when the fact was retracted meanwhile. It holds nothing that a command said.

One text for SQLite and PostgreSQL, as `read_model_tables` has it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

ANSWERED: Final = "answered_commands"

CREATE: Final = (
    """CREATE TABLE IF NOT EXISTS {at}answered_commands (
        stream TEXT NOT NULL,
        command_id TEXT NOT NULL,
        version BIGINT NOT NULL,
        PRIMARY KEY (stream, command_id)
    )""",
)

COPIED: Final[Mapping[str, Sequence[str]]] = {
    "audit_checkpoints": ("origin", "size", "note"),
    "audit_epochs": ("origin", "note"),
    ANSWERED: ("stream", "command_id", "version"),
}
"""Every such table and its columns. A store that was made earlier may lack the last one."""

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
