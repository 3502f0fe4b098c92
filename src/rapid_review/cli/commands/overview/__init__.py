"""Commands about all cases of a store."""

__all__: list[str] = []  # nothing in it is public
