"""Reading words, and the log that records each reading before anything is opened."""

__all__: list[str] = []  # nothing in it is public
