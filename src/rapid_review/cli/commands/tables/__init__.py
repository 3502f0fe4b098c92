"""Commands about spreadsheets."""

__all__: list[str] = []  # nothing in it is public
