"""The keys of a sealed store."""

__all__: list[str] = []  # nothing in it is public
