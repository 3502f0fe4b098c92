"""What each page shows."""

__all__: list[str] = []  # nothing in it is public
