"""The ledger: a tree over every row, its checkpoints and their verification."""

__all__ = ["bundle", "checkpointing", "checkpoints", "ledger", "tree"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
