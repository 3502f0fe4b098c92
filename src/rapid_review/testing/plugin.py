"""A plugin for pytest: profiles for Hypothesis, and fixtures. Off unless asked for.

    pytest --rapid-review=dev

or, in pytest's own settings, `rapid_review = "dev"`. Without either it does nothing, and loads
nothing.
"""

from importlib import import_module
from typing import Final, NamedTuple

import pytest

OPTION: Final = "--rapid-review"
INI: Final = "rapid_review"


class Profile(NamedTuple):
    """How hard Hypothesis looks for a counter-example.

    Attributes:
        examples: the most examples of each law.
        same: whether each run tries the same examples.
    """

    examples: int
    same: bool = False


PROFILES: Final = {
    "dev": Profile(30),
    "ci": Profile(200, same=True),
    "thorough": Profile(5_000),
}
"""By name: for each change, for each commit, and for an evening."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option, and the setting of the same name."""
    known = ", ".join(PROFILES)
    text = f"use the profile and the fixtures of rapid_review's kit: {known}"
    parser.getgroup("rapid_review").addoption(OPTION, choices=tuple(PROFILES), help=text)
    parser.addini(INI, text, default="")


def pytest_configure(config: pytest.Config) -> None:
    """Load the profile that was asked for, and the fixtures.

    Raises:
        pytest.UsageError: there is no profile of that name, or Hypothesis is not installed.
    """
    asked = config.getoption(OPTION) or config.getini(INI)
    if not asked:
        return
    if asked not in PROFILES:
        raise pytest.UsageError(f"{INI}: found {asked!r}; allowed: {', '.join(PROFILES)}")
    try:
        load(str(asked))
    except ModuleNotFoundError as error:
        raise pytest.UsageError(
            f"{OPTION} needs {error.name}; install rapid-review with the extra `testing`"
        ) from None
    fixtures = import_module("rapid_review.testing.fixtures")
    config.pluginmanager.register(fixtures, "rapid_review_fixtures")


def load(name: str) -> None:
    """Register one of the profiles with Hypothesis as `rapid-review-NAME`, and use it."""
    from hypothesis import settings  # noqa: PLC0415 - only if it is asked for

    profile = PROFILES[name]
    full = f"rapid-review-{name}"
    settings.register_profile(
        full,
        max_examples=profile.examples,
        derandomize=profile.same,
        print_blob=not profile.same,
        deadline=None,
    )
    settings.load_profile(full)
