"""How hard Hypothesis looks for a counter-example: `HYPOTHESIS_PROFILE` chooses.

The profiles are those of the kit: `dev`, the default, other examples at each run; `ci`, the
default where the environment says `CI=true`, the same at each run; `thorough`, for an evening.

No profile has a deadline: a slow machine does not make a property false.
"""

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rapid_review.testing import plugin
from tests.slow import is_left_out, is_slow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

plugin.load(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev")
)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Load no file of which `make test`, or `make slow`, leaves every test out anyway."""
    return is_left_out(collection_path, str(config.getoption("markexpr"))) or None


def pytest_collection() -> None:
    """Look for no garbage while ten thousand tests are made, all of which are kept."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on look for garbage, but not among what was loaded: it stays to the end."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make test` leaves to `make slow`."""
    for item in items:
        if is_slow(item.path):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Yield a headless Chromium: one for all tests of a process, which can drive no second."""
    from tests.reports.a_browser import chromium  # noqa: PLC0415 - few tests need it

    with chromium() as running:
        yield running
