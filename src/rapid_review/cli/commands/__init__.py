"""The commands, by subject."""

__all__: list[str] = []  # nothing in it is public
