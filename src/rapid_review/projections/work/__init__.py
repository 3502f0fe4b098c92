"""What is to be done next, by whom and by when."""

__all__ = ["board", "diary", "next_steps"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
