"""Words: reading them, who may and who did; holds, erasures, and what is kept how long."""

__all__: list[str] = []  # nothing in it is public
