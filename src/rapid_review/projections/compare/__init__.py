"""Two readings of one case side by side: what changed, when, and because of what."""

__all__ = ["difference", "verdict_history", "what_if"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
