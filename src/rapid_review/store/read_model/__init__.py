"""The read model: what is stored of every case, so that a figure needs no replay."""

# What it lists are modules, which pyright does not look for.
# pyright: reportUnsupportedDunderAll=false
__all__ = ["model", "readings", "searching"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
