"""Forms for commands, made from their models, the terms, and one table of questions."""

__all__: list[str] = []  # nothing in it is public
