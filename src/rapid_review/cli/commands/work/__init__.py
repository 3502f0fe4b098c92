"""`work`: what is kept going in the background."""

__all__: list[str] = []  # nothing in it is public
