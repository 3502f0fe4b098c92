"""Commands about one case."""

__all__: list[str] = []  # nothing in it is public
