"""Between bytes and the record.

Commands from JSON, and answers as JSON, however they are carried.
"""

__all__: list[str] = []  # nothing in it is public
