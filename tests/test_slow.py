"""What `make test` leaves to `make slow` is there, and nothing is left to neither."""

import re
from pathlib import Path

import pytest

from tests.slow import SLOW, is_left_out, is_slow

TESTS = Path(__file__).parent
MAKEFILE = (TESTS.parent / "Makefile").read_text("utf-8")


@pytest.mark.parametrize("place", SLOW)
def test_what_is_named_as_slow_is_there(place: str) -> None:
    """A file that was moved would be tried in every run again."""
    assert is_slow(TESTS / place)
    assert (TESTS / place).exists()


def test_what_covers_the_domain_is_never_slow() -> None:
    """The tests that are watched for branches run whole, so none of them is named."""
    (covering,) = re.findall(
        r"^COVERING := \$\(addprefix tests/,((?:.|\\\n)*?)\)$", MAKEFILE, re.MULTILINE
    )
    watched = [TESTS / one for one in covering.replace("\\", " ").split()]
    assert len(watched) > 1
    for place in SLOW:
        assert not any((TESTS / place).is_relative_to(one) for one in watched), place


def test_each_target_takes_what_the_other_leaves() -> None:
    """Together they are all tests but the proofs of `make faults`; and both are in `.ci/run`."""
    assert MAKEFILE.count("-m 'not faults and not slow' ") == 1
    assert MAKEFILE.count("-m 'slow and not faults' ") == 1
    run = (TESTS.parent / ".ci" / "run").read_text("utf-8").splitlines()
    assert {"make test", "make slow"} <= set(run)


def test_a_file_outside_the_tests_is_not_slow() -> None:
    """The examples in docstrings are tried in every run."""
    assert not is_slow(TESTS.parent / "src" / "rapid_review" / "__init__.py")


def test_a_file_is_loaded_by_the_target_that_runs_it_and_by_whoever_names_it() -> None:
    """A folder without a slow name is looked through by both: there may be a slow file in it."""
    quick, slow = Path(__file__), TESTS / "test_growth.py"
    for asked, left_out in (
        ("not faults and not slow", [slow]),
        ("slow and not faults", [quick]),
        ("not faults", []),
        ("faults", []),
    ):
        assert [one for one in (quick, slow, TESTS) if is_left_out(one, asked)] == left_out
