"""The audit: what proves that the record was not altered, from bytes alone and with no store.

Read `leaf` for what is hashed, `merkle` for the tree, `note` for what is signed. `verify` is the
folder that an auditor can take away: it holds every check, and the others build on it.

Nothing is imported here, so that `python -m rapid_review.audit.verify` loads nothing else.
"""

# What it lists are modules, which pyright does not look for.
# pyright: reportUnsupportedDunderAll=false
__all__ = ["log", "verify"]


def __dir__() -> list[str]:
    """List what is public, loaded or not: what `help` and completion show."""
    return sorted({*globals(), *__all__})
