"""The guards on the entries in an SQLite file: triggers that refuse every change and every gap."""

from collections.abc import Iterable, Sequence
from typing import Final

from rapid_review.store.backends.ports import ForeignObject

GUARDS: Final = {
    "no_update": """CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON stored_events
    BEGIN SELECT RAISE(ABORT, 'an entry is never edited: correct it with a new one'); END""",
    "no_delete": """CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON stored_events
    BEGIN SELECT RAISE(ABORT, 'an entry is never deleted: correct it with a new one'); END""",
    "no_gap": """CREATE TRIGGER IF NOT EXISTS no_gap BEFORE INSERT ON stored_events
    WHEN NEW.originator_version > 1 + COALESCE((SELECT MAX(originator_version)
        FROM stored_events WHERE originator_id = NEW.originator_id), 0)
    BEGIN SELECT RAISE(ABORT, 'a version is missing before this one'); END""",
    # INSERT OR REPLACE removes the row that it replaces without firing `no_delete`.
    "no_replacement": """CREATE TRIGGER IF NOT EXISTS no_replacement BEFORE INSERT ON stored_events
    WHEN EXISTS (SELECT 1 FROM stored_events WHERE rowid = NEW.rowid)
    OR EXISTS (SELECT 1 FROM stored_events
        WHERE originator_id = NEW.originator_id AND originator_version = NEW.originator_version)
    BEGIN SELECT RAISE(ABORT, 'an entry is there already, and is never replaced'); END""",
}
"""The statement that makes each guard, by the guard's name."""

MADE: Final = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'stored_events'"
)
"""Selects the guards of a file, each with the statement that made it, as SQLite stores it."""


OTHERS: Final = (
    "SELECT type, name, tbl_name FROM sqlite_master WHERE type IN ('trigger', 'view') "
    "OR (type = 'index' AND tbl_name = 'stored_events' AND sql IS NOT NULL) ORDER BY type, name"
)
"""Selects the triggers and views of a file, and the indices of the entries; also our own."""


def foreign_objects(found: Iterable[Sequence[object]]) -> tuple[ForeignObject, ...]:
    """Return what somebody else put into a file.

    Args:
        found: the answer to `OTHERS`.
    """
    ours = {("trigger", name, "stored_events") for name in GUARDS}
    ours.add(("index", "erasures", "stored_events"))
    all_there = (ForeignObject(*map(str, row)) for row in found)
    return tuple(one for one in all_there if one not in ours)


def missing_guards(made: Iterable[Sequence[object]]) -> tuple[str, ...]:
    """Return the names of the guards that are missing, or were altered.

    Args:
        made: the answer to `MADE`.
    """
    there = {row[0]: row[1] for row in made}
    # SQLite keeps a statement without these words.
    as_made = {name: text.replace(" IF NOT EXISTS", "", 1) for name, text in GUARDS.items()}
    return tuple(name for name, text in as_made.items() if there.get(name) != text)
