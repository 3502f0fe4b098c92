"""A plugin of pytest for the tries of mutants: a law that fails stops there, and is not reduced.

Whether a law fails is all that a try asks. To look for the smallest example that fails takes
Hypothesis longer than everything else. The examples are the same at each try.
"""

from typing import TYPE_CHECKING, Final

from hypothesis import Phase, settings

from rapid_review.testing.plugin import PROFILES

if TYPE_CHECKING:
    import pytest

NAME: Final = "mutants"


def pytest_configure(config: "pytest.Config") -> None:
    """Load the profile: after `tests/conftest.py` loaded its own, and before any test is read."""
    del config  # pytest asks for the name
    settings.register_profile(
        NAME,
        max_examples=PROFILES["dev"].examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        report_multiple_bugs=False,
    )
    settings.load_profile(NAME)
