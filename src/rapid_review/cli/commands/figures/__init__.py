"""Commands that print figures."""

__all__: list[str] = []  # nothing in it is public
