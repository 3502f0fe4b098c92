"""The statements of `store.sql` in the form that SQLite takes."""


def for_sqlite(statement: str) -> str:
    """Return a statement of `store.sql` for SQLite, which compares texts by their bytes anyway."""
    return statement.format(at="", by_bytes="")
