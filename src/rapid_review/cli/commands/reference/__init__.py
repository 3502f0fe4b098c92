"""Commands about terms, calendars, due dates and schemas."""

__all__: list[str] = []  # nothing in it is public
