"""One case: how far it has come, its clocks, its findings, its timeline."""

# What it lists are modules, which pyright does not look for.
# pyright: reportUnsupportedDunderAll=false
__all__ = ["calculation", "clock_reading", "clocks", "findings", "stage", "timeline"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
