"""Commands that disclose cases or terms in other formats."""

__all__: list[str] = []  # nothing in it is public
