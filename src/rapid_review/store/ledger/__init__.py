"""The ledger: a tree over every row, its checkpoints and their verification."""

# What it lists are modules, which pyright does not look for.
# pyright: reportUnsupportedDunderAll=false
__all__ = ["bundle", "checkpointing", "checkpoints", "ledger", "tree"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
