"""Where a store can live: in memory, in an SQLite file, on a PostgreSQL server."""

__all__: list[str] = []  # nothing in it is public
