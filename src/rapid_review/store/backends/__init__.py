"""Where a store can live: in memory, in an SQLite file, on a PostgreSQL server."""
