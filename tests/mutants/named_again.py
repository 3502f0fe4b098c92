"""Which tests pytest names otherwise when it collects them a second time in one process.

`mutmut` collects all tests once, and again for each try, by the names of the first time. Where a
name has changed, pytest stops before it runs a test, and the try counts as noticed though nothing
noticed it. So it is with a function that makes names which hold a backslash, such as `ids=ascii`.

`python -m tests.mutants.named_again ARGUMENT...` collects as pytest would with these arguments,
prints each test that changes its name, and ends with 1 if there is one.
"""

import contextlib
import io
import sys
from collections.abc import Sequence

import pytest


class _Names:
    """A plugin of pytest that keeps the names of the tests that were collected."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.names = {item.nodeid for item in session.items}


def renamed(arguments: Sequence[str]) -> list[str]:
    """Return the tests that have another name the second time.

    Raises:
        ValueError: no test was collected, so nothing was compared.
    """
    first, second = _collected(arguments), _collected(arguments)
    if not first:
        raise ValueError("pytest collected no test with these arguments")
    return sorted(first - second)


def _collected(arguments: Sequence[str]) -> set[str]:
    names = _Names()
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(["--collect-only", "-qqq", *arguments], plugins=[names])
    return names.names


if __name__ == "__main__":
    changed = renamed(sys.argv[1:])
    sys.stdout.writelines(f"{one}\n" for one in changed)
    sys.exit(bool(changed))
