"""The team's pages, and the people who may use them."""

__all__: list[str] = []  # nothing in it is public
