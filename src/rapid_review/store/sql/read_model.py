"""The tables of the read model, and every statement on them.

One text serves SQLite and PostgreSQL: `?` stands for a value, and `{at}` for the schema, which
SQLite does not have; after `{by_bytes}` a text is compared by its bytes, whatever the server's
language. Days are ISO text and booleans are 0 or 1, so that a row is the same in both.

`read_models` lists the builds: for each layout and partnership one that is live, and one that is
being made beside it. Every other table is keyed by the build. The columns of `read_models` never
change; those of the other tables may, so their names hold the layout: two versions of this program
work side by side in one database, each with its own tables and builds.
"""

from typing import Final

LAYOUT: Final = 18
"""Raise it when a table below changes, or when a case's rows or cells are computed differently:
the earlier read model stays as it is, for the versions that read it, and a new one is made beside
it."""

BEING_MADE: Final = 2 * (LAYOUT - 1)
"""The value of `live` for a build of this layout that is being made. Each layout has two numbers,
so that UNIQUE (partnership, live) allows one live build of each. Versions up to layout 4 wrote 0
and 1 whatever their layout was: these are the numbers of layout 1, which is not used again, so
that what those versions wrote is never taken for a build of another layout."""
LIVE: Final = BEING_MADE + 1
"""The value of `live` for the build that is read."""

_CASES: Final = f"{{at}}read_model_{LAYOUT}_cases"
_DEADLINES: Final = f"{{at}}read_model_{LAYOUT}_deadlines"
_THEMES: Final = f"{{at}}read_model_{LAYOUT}_themes"
_DUES: Final = f"{{at}}read_model_{LAYOUT}_dues"
_DURATIONS: Final = f"{{at}}read_model_{LAYOUT}_durations"
_COUNTS: Final = f"{{at}}read_model_{LAYOUT}_counts"
_QUARANTINED: Final = f"{{at}}read_model_{LAYOUT}_parked"

CREATE: Final = (
    # `changes` counts the pages written: anyone who writes one must have read the count before.
    """CREATE TABLE IF NOT EXISTS {at}read_models (
        build BIGINT PRIMARY KEY,
        partnership TEXT NOT NULL,
        live INTEGER NOT NULL,
        layout INTEGER NOT NULL,
        position BIGINT NOT NULL,
        changes BIGINT NOT NULL,
        UNIQUE (partnership, live)
    )""",
    # A case that has no notification (it was retracted) has a version and nothing else.
    f"""CREATE TABLE IF NOT EXISTS {_CASES} (
        build BIGINT NOT NULL,
        stream TEXT NOT NULL,
        opened BIGINT NOT NULL,
        reference TEXT NOT NULL,
        version BIGINT NOT NULL,
        stage TEXT,
        is_open INTEGER,
        received_on TEXT,
        closed_on TEXT,
        month TEXT,
        source TEXT,
        terms TEXT,
        zone TEXT,
        last_day TEXT,
        counts TEXT NOT NULL,
        notification TEXT,
        happened_on TEXT,
        children TEXT,
        agencies TEXT,
        duplicate_of TEXT,
        links TEXT,
        prior_themes TEXT,
        related_reviews TEXT,
        PRIMARY KEY (build, stream)
    )""",
    # For lists, a page at a time, in the order in which cases were opened.
    f"CREATE INDEX IF NOT EXISTS read_model_{LAYOUT}_opened ON {_CASES} (build, opened)",
    # For the board, a page at a time, by reference.
    f"""CREATE INDEX IF NOT EXISTS read_model_{LAYOUT}_named
        ON {_CASES} (build, reference{{by_bytes}})""",
    f"""CREATE TABLE IF NOT EXISTS {_DEADLINES} (
        build BIGINT NOT NULL,
        stream TEXT NOT NULL,
        place INTEGER NOT NULL,
        deadline TEXT NOT NULL,
        counted_from TEXT NOT NULL,
        due TEXT NOT NULL,
        ended TEXT NOT NULL,
        stopped_on TEXT,
        days INTEGER,
        late_days INTEGER,
        length INTEGER NOT NULL,
        unit TEXT NOT NULL,
        counts_day_of_start INTEGER NOT NULL,
        advisory INTEGER NOT NULL,
        owed_by TEXT NOT NULL,
        clause TEXT NOT NULL,
        calendar TEXT NOT NULL,
        calendar_version TEXT NOT NULL,
        PRIMARY KEY (build, stream, place)
    )""",
    f"""CREATE TABLE IF NOT EXISTS {_THEMES} (
        build BIGINT NOT NULL,
        theme TEXT NOT NULL,
        stream TEXT NOT NULL,
        place INTEGER NOT NULL,
        referred_to TEXT NOT NULL,
        PRIMARY KEY (build, stream, theme)
    )""",
    # What falls due, with the calendar if its bank holidays were counted.
    f"""CREATE TABLE IF NOT EXISTS {_DUES} (
        build BIGINT NOT NULL,
        stream TEXT NOT NULL,
        place INTEGER NOT NULL,
        kind TEXT NOT NULL,
        what TEXT NOT NULL,
        due TEXT NOT NULL,
        clause TEXT NOT NULL,
        owed_by TEXT NOT NULL,
        meets_at TEXT,
        counted_from TEXT,
        calendar TEXT,
        calendar_version TEXT,
        PRIMARY KEY (build, stream, place)
    )""",
    # A key column cannot be NULL: -1 stands for days that are not known.
    f"""CREATE TABLE IF NOT EXISTS {_DURATIONS} (
        build BIGINT NOT NULL,
        deadline TEXT NOT NULL,
        source TEXT NOT NULL,
        month TEXT NOT NULL,
        counted_from TEXT NOT NULL,
        due TEXT NOT NULL,
        ended TEXT NOT NULL,
        days INTEGER NOT NULL,
        late_days INTEGER NOT NULL,
        n BIGINT NOT NULL,
        PRIMARY KEY (build, deadline, source, month, counted_from, due, ended, days, late_days)
    )""",
    f"""CREATE TABLE IF NOT EXISTS {_COUNTS} (
        build BIGINT NOT NULL,
        measure TEXT NOT NULL,
        kind TEXT NOT NULL,
        source TEXT NOT NULL,
        month TEXT NOT NULL,
        n BIGINT NOT NULL,
        PRIMARY KEY (build, measure, kind, source, month)
    )""",
    # To find counts that have come down to 0 without reading the whole table.
    *(
        f"CREATE INDEX IF NOT EXISTS read_model_{LAYOUT}_no_{of} ON {table} (build) WHERE n = 0"
        for of, table in (("durations", _DURATIONS), ("counts", _COUNTS))
    ),
    f"""CREATE TABLE IF NOT EXISTS {_QUARANTINED} (
        build BIGINT NOT NULL,
        stream TEXT NOT NULL,
        position BIGINT NOT NULL,
        reference TEXT,
        reason TEXT NOT NULL,
        PRIMARY KEY (build, stream)
    )""",
)

LAST_TABLE: Final = _QUARANTINED.removeprefix("{at}")
"""The table that is made last: if it exists, all do."""

# --- Builds

BUILD: Final = "SELECT build, position FROM {at}read_models WHERE partnership = ? AND live = ?"
BEGIN: Final = (
    "INSERT INTO {at}read_models (build, partnership, live, layout, position, changes) "
    "SELECT COALESCE(MAX(build), 0) + 1, ?, ?, ?, 0, 0 FROM {at}read_models "
    "WHERE true ON CONFLICT DO NOTHING"
)
PROGRESS: Final = "SELECT live, position, changes FROM {at}read_models WHERE build = ?"
ADVANCE: Final = (
    "UPDATE {at}read_models SET position = ?, changes = changes + 1 "
    "WHERE build = ? AND changes = ?"
)
DELETE_BUILD: Final = "DELETE FROM {at}read_models WHERE partnership = ? AND live = ?"
GO_LIVE: Final = f"UPDATE {{at}}read_models SET live = {LIVE} WHERE build = ?"
DELETE_ROWS_OF_OLD_BUILDS: Final = tuple(
    f"DELETE FROM {table} WHERE build NOT IN (SELECT build FROM {{at}}read_models)"
    for table in (_CASES, _DEADLINES, _THEMES, _DUES, _DURATIONS, _COUNTS, _QUARANTINED)
)

# --- Builds of other layouts

BUILDS_OF_OTHER_LAYOUTS: Final = (
    "SELECT layout, partnership, position FROM {at}read_models "
    f"WHERE live NOT IN ({BEING_MADE}, {LIVE}) ORDER BY layout, partnership, position"
)
DELETE_BUILDS_OF_LAYOUT: Final = (
    f"DELETE FROM {{at}}read_models WHERE live NOT IN ({BEING_MADE}, {LIVE}) AND layout = ?"
)
TABLE_OF: Final = "read_model_([1-9][0-9]{0,8})_[a-z]+"
"""Matches the name of a table, and finds its layout in it."""
DROP: Final = "DROP TABLE IF EXISTS {{at}}{name}"

# --- Writing a case's rows


def _insert(table: str, columns: str) -> str:
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(columns.split(',')))})"


VERSIONS: Final = (
    "SELECT stream, reference, version, opened, received_on, source, month, counts "
    f"FROM {_CASES} WHERE build = ? AND stream IN ({{values}})"
)
OLD_CLOCKS: Final = (
    "SELECT stream, deadline, counted_from, due, ended, days, late_days "
    f"FROM {_DEADLINES} WHERE build = ? AND stream IN ({{values}})"
)
DELETE_CASE: Final = tuple(
    f"DELETE FROM {table} WHERE build = ? AND stream IN ({{values}})"
    for table in (_CASES, _DEADLINES, _THEMES, _DUES)
)
DELETE_QUARANTINED: Final = (
    f"DELETE FROM {_QUARANTINED} WHERE build = ? AND stream IN ({{values}})"
)
CASE_COLUMNS: Final = (
    "reference, version, stage, is_open, received_on, closed_on, month, source, terms, zone, "
    "last_day, counts, notification, happened_on, children, agencies, duplicate_of, links, "
    "prior_themes, related_reviews"
)
DEADLINE_ROW: Final = (
    "place, deadline, counted_from, due, ended, stopped_on, days, late_days, length, unit, "
    "counts_day_of_start, advisory, owed_by, clause, calendar, calendar_version"
)
THEME_ROW: Final = "theme, place, referred_to"
DUE_ROW: Final = (
    "place, kind, what, due, clause, owed_by, meets_at, counted_from, calendar, calendar_version"
)
INSERT_CASE: Final = _insert(_CASES, f"build, stream, opened, {CASE_COLUMNS}")
INSERT_DEADLINE: Final = _insert(_DEADLINES, f"build, stream, {DEADLINE_ROW}")
INSERT_THEME: Final = _insert(_THEMES, f"build, stream, {THEME_ROW}")
INSERT_DUE: Final = _insert(_DUES, f"build, stream, {DUE_ROW}")
INSERT_QUARANTINED: Final = _insert(_QUARANTINED, "build, stream, position, reference, reason")


def _add(table: str, key: str) -> str:
    """Return what adds to a number, which begins at nothing."""
    return (
        _insert(f"{table} AS there", f"{key}, n")
        + f" ON CONFLICT ({key}) DO UPDATE SET n = there.n + excluded.n"
    )


_DURATION: Final = "deadline, source, month, counted_from, due, ended, days, late_days"
ADD_DURATION: Final = _add(_DURATIONS, f"build, {_DURATION}")
ADD_COUNT: Final = _add(_COUNTS, "build, measure, kind, source, month")
DELETE_ZEROS: Final = tuple(
    f"DELETE FROM {table} WHERE build = ? AND n = 0" for table in (_DURATIONS, _COUNTS)
)

# --- Reading. Each is one statement, so that it never sees one build here and another there.

_OF_LIVE: Final = (
    f"build = (SELECT build FROM {{at}}read_models WHERE partnership = ? AND live = {LIVE})"
)

DURATIONS: Final = f"SELECT {_DURATION}, n FROM {_DURATIONS} WHERE {_OF_LIVE} AND n > 0"
DURATIONS_OF_ONE: Final = f"{DURATIONS} AND deadline = ?"
COUNTS: Final = f"SELECT measure, kind, source, month, n FROM {_COUNTS} WHERE {_OF_LIVE} AND n > 0"
CASES: Final = (
    "SELECT reference, version, stage, is_open, received_on, closed_on, source, terms "
    f"FROM {_CASES} WHERE {_OF_LIVE} AND received_on IS NOT NULL"
)
# Lists, in the order of opening: they go on after a case, and end with a limit.
OPENED: Final = f"SELECT opened FROM {_CASES} WHERE {_OF_LIVE} AND stream = ?"
REFERENCES: Final = (
    f"SELECT reference FROM {_CASES} WHERE {_OF_LIVE} AND opened > ? AND reference NOT IN (?, ?)"
)
SOUGHT: Final = f"{CASES} AND opened > ?"
OF_STAGE: Final = " AND stage = ?"
THAT_ARE_OPEN: Final = " AND is_open = ?"
NAMED_LIKE: Final = (
    " AND (lower(reference) LIKE ? ESCAPE '!' OR lower(notification) LIKE ? ESCAPE '!')"
)
OF_AGENCY: Final = " AND agencies LIKE ? ESCAPE '!'"
_IS_NO_DUPLICATE: Final = "stage <> 'duplicate'"
OF_THEME: Final = (
    f" AND {_IS_NO_DUPLICATE} AND EXISTS (SELECT 1 FROM {_THEMES} AS named "
    f"WHERE named.build = {_CASES}.build AND named.stream = {_CASES}.stream AND named.theme = ?)"
)
FIRST: Final = " ORDER BY opened LIMIT ?"
NOTIFIED: Final = (
    "SELECT reference, source, notification, happened_on, children, duplicate_of "
    f"FROM {_CASES} WHERE {_OF_LIVE} AND received_on IS NOT NULL ORDER BY opened"
)
CASES_PAST: Final = (
    f"SELECT reference, zone, last_day FROM {_CASES} "
    f"WHERE {_OF_LIVE} AND received_on IS NOT NULL AND last_day > ? ORDER BY reference"
)
_HOW_MANY: Final = f"SELECT COUNT(*) FROM {_CASES} WHERE {_OF_LIVE} AND received_on IS NOT NULL"
HOW_MANY_CASES: Final = f"{_HOW_MANY} AND {_IS_NO_DUPLICATE}"
HOW_MANY_DUPLICATES: Final = f"{_HOW_MANY} AND stage = 'duplicate'"
_DEADLINE_COLUMNS: Final = DEADLINE_ROW.removeprefix("place, ")
DEADLINES: Final = (
    f"SELECT reference, {_DEADLINE_COLUMNS} FROM {_DEADLINES} "
    f"JOIN {_CASES} USING (build, stream) WHERE {_OF_LIVE}"
)
OPEN_DEADLINES: Final = f"{DEADLINES} AND ended = 'open'"
_STANDING: Final = "reference, stage, is_open, zone"
BOARD: Final = (
    f"SELECT {_STANDING}, {_DEADLINE_COLUMNS} FROM {_CASES} "
    f"LEFT JOIN {_DEADLINES} USING (build, stream) WHERE {_OF_LIVE} AND received_on IS NOT NULL "
    "ORDER BY stream, place"
)
BOARD_AFTER: Final = (
    f"SELECT {_STANDING}, {_DEADLINE_COLUMNS} FROM (SELECT build, stream, {_STANDING} "
    f"FROM {_CASES} WHERE {_OF_LIVE} AND received_on IS NOT NULL AND reference{{by_bytes}} > ? "
    f"ORDER BY reference{{by_bytes}} LIMIT ?) AS page "
    f"LEFT JOIN {_DEADLINES} USING (build, stream) ORDER BY stream, place"
)
THEMES: Final = (
    "SELECT reference, theme, referred_to, received_on "
    f"FROM {_THEMES} JOIN {_CASES} USING (build, stream) WHERE {_OF_LIVE} AND {_IS_NO_DUPLICATE}"
)
LEARNING: Final = (
    "SELECT reference, received_on, links, prior_themes, related_reviews, duplicate_of, theme, "
    f"referred_to FROM {_CASES} LEFT JOIN {_THEMES} USING (build, stream) "
    f"WHERE {_OF_LIVE} AND received_on IS NOT NULL ORDER BY opened, place"
)
FALLS_DUE: Final = (
    f"SELECT reference, zone, {DUE_ROW} FROM {_DUES} JOIN {_CASES} USING (build, stream) "
    f"WHERE {_OF_LIVE} ORDER BY opened, place"
)
QUARANTINED_ONES: Final = (
    f"SELECT position, reference, reason FROM {_QUARANTINED} WHERE {_OF_LIVE} ORDER BY position"
)

# --- Comparing: every row of a build

LIVE_ONES: Final = (
    f"SELECT partnership FROM {{at}}read_models WHERE live = {LIVE} ORDER BY partnership"
)
EVERY_CASE: Final = (
    f"SELECT stream, opened, {CASE_COLUMNS} FROM {_CASES} WHERE build = ? AND stream > ? "
    "ORDER BY stream LIMIT ?"
)
DEADLINES_OF, THEMES_OF, DUES_OF = (
    f"SELECT stream, {row} FROM {table} WHERE build = ? AND stream IN ({{values}})"
    for row, table in ((DEADLINE_ROW, _DEADLINES), (THEME_ROW, _THEMES), (DUE_ROW, _DUES))
)
EVERY_QUARANTINED: Final = f"SELECT stream, reference FROM {_QUARANTINED} WHERE build = ?"
EVERY_DURATION: Final = f"SELECT {_DURATION}, n FROM {_DURATIONS} WHERE build = ?"
EVERY_COUNT: Final = f"SELECT measure, kind, source, month, n FROM {_COUNTS} WHERE build = ?"
