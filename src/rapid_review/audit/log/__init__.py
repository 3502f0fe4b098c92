"""The transparency log: leaves, tree, signed notes, sinks, witnesses, bundles."""

# What it lists are modules, which pyright does not look for.
# pyright: reportUnsupportedDunderAll=false
__all__ = ["bundle", "leaf", "merkle", "note", "signing", "sinks", "witness"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
