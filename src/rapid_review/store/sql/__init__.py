"""The tables beside the entries, and every statement on them, for both kinds of database."""

__all__: list[str] = []  # nothing in it is public
