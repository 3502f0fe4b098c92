"""The tables beside the entries, and every statement that is asked of them: one text for both."""

__all__: list[str] = []  # nothing in it is public
