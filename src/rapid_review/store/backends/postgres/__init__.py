"""A store on a PostgreSQL server."""

__all__: list[str] = []  # nothing in it is public
