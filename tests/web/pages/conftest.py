"""A browser for all tests of this folder."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.reports.a_browser import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield a headless Chromium."""
    with chromium() as running:
        yield running
