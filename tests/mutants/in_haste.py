"""A plugin of pytest for the tries of mutants: a law that fails stops there, and is not reduced.

Whether a law fails is all that a try asks. To look for the smallest example that fails takes
Hypothesis longer than everything else. The examples are the same at each try.

Once before the tries `mutmut` notes which test reaches which function. It cannot note that of
another process, and would fail there: so a process that a test starts runs the unchanged code.
Nor does it note who called a function: in a long run Python loses the context that it keeps.
"""

import os
import sys
from typing import TYPE_CHECKING, Any, Final

from hypothesis import Phase, settings

from rapid_review.testing.plugin import PROFILES

if TYPE_CHECKING:
    import pytest

NAME: Final = "mutants"
WHICH: Final = "MUTANT_UNDER_TEST"
"""Where `mutmut` says to other processes which mutant they run."""


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
    if os.environ.get(WHICH) == "stats":
        del os.environ[WHICH]  # in this process it is known without
        callers: Any = sys.modules["mutmut.core"].MutmutCallStack
        callers.set = callers.reset = staticmethod(lambda _: None)
