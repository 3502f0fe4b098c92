"""Commands that write pages."""

__all__: list[str] = []  # nothing in it is public
