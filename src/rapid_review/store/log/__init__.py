"""The log of entries: bytes, rows and streams."""

__all__: list[str] = []  # nothing in it is public
