"""Commands about terms, calendars, due dates and schemas."""
