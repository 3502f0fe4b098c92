"""Commands that write to a store."""

__all__: list[str] = []  # nothing in it is public
