"""The demonstration: one invented case through a real store."""

__all__: list[str] = []  # nothing in it is public
