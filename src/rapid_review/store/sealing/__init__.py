"""How words are sealed: the keys, what is made of them, and where they are kept."""

# What it lists are modules, which pyright does not look for.
# pyright: reportUnsupportedDunderAll=false
__all__ = ["canaries", "opening", "rotation", "wrapping"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
