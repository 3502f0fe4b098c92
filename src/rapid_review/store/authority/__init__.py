"""Who may do what: asked before every command, every import, and every reading of words."""

# What it lists are modules, which pyright does not look for.
# pyright: reportUnsupportedDunderAll=false
__all__ = ["by_file", "permissions", "port"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
