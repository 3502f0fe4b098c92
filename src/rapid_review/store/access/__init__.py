"""Reading words, and the log in which each reading is before anything is opened."""

__all__: list[str] = []  # nothing in it is public
