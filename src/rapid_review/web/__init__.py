"""The web: the team's pages, and the HTTP interface."""

__all__ = ["http"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
