"""The same tests again: those of another folder that are given something, given it on a server."""

from collections.abc import Mapping
from inspect import signature
from types import ModuleType


def those_given(
    fixtures: set[str], module: ModuleType, there: Mapping[str, object]
) -> dict[str, object]:
    """Return the tests of a module that ask for one of these fixtures, by name.

    Args:
        fixtures: what they ask for.
        module: whose tests they are.
        there: the names that are taken.
    """
    tests = {
        name: test
        for name, test in vars(module).items()
        if name.startswith("test_") and fixtures & signature(test).parameters.keys()
    }
    assert tests, f"no test of {module.__name__} is given any of {fixtures}"
    assert not tests.keys() & there.keys(), "two tests have one name"
    return tests
