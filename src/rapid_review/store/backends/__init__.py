"""Where a store can live: in memory, in an SQLite file, on a PostgreSQL server."""

# What it lists are modules, which pyright does not look for.
# pyright: reportUnsupportedDunderAll=false
__all__ = ["address", "behind", "migrations", "server_settings"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
