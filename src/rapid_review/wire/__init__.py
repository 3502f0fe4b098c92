"""Between JSON and the record: commands are read from it, and answers are written in it.

Nothing here knows whether a file, a terminal or HTTP carries the JSON.
"""

__all__: list[str] = []  # nothing in it is public
