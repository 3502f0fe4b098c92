"""The tables of the ledger, and every statement on them.

As for the read model, one text serves SQLite and PostgreSQL: `?` stands for a value, and `{at}`
for the schema. `BYTEA` is PostgreSQL's name for bytes; SQLite stores bytes under any name.

Tiles, heads (the last leaf of each stream) and the track (the ledger's position) are derived from
the entries, and can be made again. Checkpoints cannot: they are stored here for anyone who asks,
and proven by the copies elsewhere.
"""

from typing import Final

CREATE: Final = (
    # Level 0 holds leaves; its tiles know the position of their first row, to find a leaf by it.
    """CREATE TABLE IF NOT EXISTS {at}audit_tiles (
        level INTEGER NOT NULL,
        number BIGINT NOT NULL,
        position BIGINT NOT NULL,
        hashes BYTEA NOT NULL,
        PRIMARY KEY (level, number)
    )""",
    """CREATE INDEX IF NOT EXISTS audit_tiles_by_position
    ON {at}audit_tiles (position) WHERE level = 0""",
    """CREATE TABLE IF NOT EXISTS {at}audit_heads (
        stream TEXT PRIMARY KEY,
        version BIGINT NOT NULL,
        leaf BYTEA NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS {at}audit_checkpoints (
        origin TEXT NOT NULL,
        size BIGINT NOT NULL,
        note BYTEA NOT NULL,
        PRIMARY KEY (origin, size)
    )""",
    """CREATE TABLE IF NOT EXISTS {at}audit_epochs (
        origin TEXT PRIMARY KEY,
        note BYTEA NOT NULL
    )""",
    # One row: how many leaves the tree has, and the position of the last.
    """CREATE TABLE IF NOT EXISTS {at}audit_track (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        position BIGINT NOT NULL,
        size BIGINT NOT NULL
    )""",
)

TABLES: Final = (
    "audit_tiles",
    "audit_heads",
    "audit_checkpoints",
    "audit_epochs",
    "audit_track",
)
"""In the order in which they are made: if the last exists, all do."""

# --- Growing

TRACK: Final = "SELECT position, size FROM {at}audit_track"
BEGIN: Final = (
    "INSERT INTO {at}audit_track (id, position, size) VALUES (1, 0, 0) ON CONFLICT DO NOTHING"
)
ADVANCE: Final = (
    "UPDATE {at}audit_track SET position = ?, size = ? WHERE position = ? AND size = ?"
)
SAVE_TILE: Final = (
    "INSERT INTO {at}audit_tiles AS there (level, number, position, hashes) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes"
)
SAVE_HEAD: Final = (
    "INSERT INTO {at}audit_heads AS there (stream, version, leaf) VALUES (?, ?, ?) "
    "ON CONFLICT (stream) DO UPDATE SET version = excluded.version, leaf = excluded.leaf"
)
DELETE_ALL: Final = (
    "DELETE FROM {at}audit_tiles",
    "DELETE FROM {at}audit_heads",
    "DELETE FROM {at}audit_track",
)

# --- Reading

TILE: Final = "SELECT position, hashes FROM {at}audit_tiles WHERE level = ? AND number = ?"
TILE_AT: Final = (
    "SELECT number, position FROM {at}audit_tiles WHERE level = 0 AND position <= ? "
    "ORDER BY position DESC LIMIT 1"
)
HEADS: Final = "SELECT stream, version, leaf FROM {at}audit_heads WHERE stream IN ({values})"
EVERY_HEAD: Final = (
    "SELECT stream, version, leaf FROM {at}audit_heads WHERE stream > ? ORDER BY stream LIMIT ?"
)

# --- Checkpoints and epochs, which are not derived

CHECKPOINTS: Final = "SELECT origin, size, note FROM {at}audit_checkpoints ORDER BY origin, size"
CHECKPOINTS_OF: Final = "SELECT note FROM {at}audit_checkpoints WHERE origin = ? ORDER BY size"
NEWEST_CHECKPOINT: Final = f"{CHECKPOINTS_OF} DESC LIMIT 1"
CHECKPOINT: Final = "SELECT note FROM {at}audit_checkpoints WHERE origin = ? AND size = ?"
NEWEST_SIZE: Final = "SELECT MAX(size) FROM {at}audit_checkpoints"
INSERT_CHECKPOINT: Final = (
    "INSERT INTO {at}audit_checkpoints (origin, size, note) VALUES (?, ?, ?) "
    "ON CONFLICT DO NOTHING"
)
REPLACE_NOTE: Final = (
    "UPDATE {at}audit_checkpoints SET note = ? WHERE origin = ? AND size = ? AND note = ?"
)
EPOCHS: Final = "SELECT origin, note FROM {at}audit_epochs ORDER BY origin"
EPOCH: Final = "SELECT note FROM {at}audit_epochs WHERE origin = ?"
INSERT_EPOCH: Final = (
    "INSERT INTO {at}audit_epochs (origin, note) VALUES (?, ?) ON CONFLICT DO NOTHING"
)
