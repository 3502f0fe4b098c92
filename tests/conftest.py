"""How hard Hypothesis looks for a counter-example: `HYPOTHESIS_PROFILE` chooses.

The profiles are those of the kit: `dev`, the default, other examples at each run; `ci`, the
default where the environment says `CI=true`, the same at each run; `thorough`, for an evening.

No profile has a deadline: a slow machine does not make a property false.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rapid_review.testing import plugin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

# The library `jsonschema` imports `rfc3987_syntax` wherever it is there, which takes more than a
# second, to judge IRIs, which no test asks for. It is here for the tools of a release alone, and
# not where the package is at work: so neither is it here, nor in the processes that tests start.
_NOT_ASKED_FOR = str(Path(__file__).with_name("not_asked_for"))
if _NOT_ASKED_FOR not in sys.path:
    sys.path.insert(0, _NOT_ASKED_FOR)
    _before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (_NOT_ASKED_FOR, _before)))

plugin.load(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev")
)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Yield a headless Chromium: one for all tests of a process, which can drive no second."""
    from tests.reports.a_browser import chromium  # noqa: PLC0415 - few tests need it

    with chromium() as running:
        yield running
