"""Who may do what: asked before every command, every import, and every reading of words."""

__all__: list[str] = []  # nothing in it is public
