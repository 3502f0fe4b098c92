"""How many examples of a law are tried where each costs much, such as a process or a store."""

from hypothesis import settings

from rapid_review.testing.plugin import PROFILES


def in_proportion(number: int) -> int:
    """Return so many examples in the profile `ci`, and in proportion in the others; 3 at least."""
    return max(3, number * settings().max_examples // PROFILES["ci"].examples)
