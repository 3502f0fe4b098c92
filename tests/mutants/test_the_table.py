"""The table names what is there, each module once; and what came of a mutant is told apart."""

import json
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from tests.mutants.judged import Mutant, mutants_in, names_in
from tests.mutants.table import GROUPS

ROOT: Final = Path(__file__).parents[2]
OF_ALL: Final = [name for name, group in GROUPS.items() if group.sample is None]


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_names_modules_and_tests_that_are_there(name: str) -> None:
    """Below `src/rapid_review` and below `tests`."""
    group = GROUPS[name]
    for module in group.modules:
        assert list((ROOT / "src/rapid_review").glob(module)) or name == "elsewhere", module
    for test in group.tests:
        assert (ROOT / "tests" / test).exists(), test


def test_no_module_is_tried_twice() -> None:
    """But for the sample of all the rest, which leaves these out."""
    source = ROOT / "src/rapid_review"
    named = Counter(
        path for name in OF_ALL for module in GROUPS[name].modules for path in source.glob(module)
    )
    assert set(named.values()) == {1}
    assert len(named) > 30


MUTATED: Final = """
def x_half__mutmut_orig(number):
    if number % 2:
        raise ValueError("an odd number")
    return number // 2


def x_half__mutmut_1(number):
    if number % 2:
        raise ValueError(None)
    return number // 2


def x_half__mutmut_2(number):
    if number % 2:
        raise ValueError("an odd number")
    return number // 3


def x_half__mutmut_3(number):
    if number % 3:
        raise ValueError("an odd number")
    return number // 2
"""


def test_what_only_changes_the_words_of_an_error_is_told_apart(tmp_path: Path) -> None:
    """The first says otherwise why it refuses, the second survives, the third is noticed."""
    (tmp_path / "halves.py").write_text(MUTATED)
    codes = {f"halves.x_half__mutmut_{number}": code for number, code in ((1, 0), (2, 0), (3, 1))}
    told = {"exit_code_by_key": {**codes, "halves.x_half__mutmut_4": None}}
    (tmp_path / "halves.py.meta").write_text(json.dumps(told))
    assert list(names_in(tmp_path)) == [f"halves.x_half__mutmut_{one}" for one in (1, 2, 3, 4)]
    one, two, three = mutants_in(tmp_path)
    assert (one.is_wording, two.is_wording, three.is_wording) == (True, False, False)
    assert (two.is_noticed, three.is_noticed) == (False, True)
    change = "return number // 2 -> return number // 3"
    assert two == Mutant(
        "halves.x_half__mutmut_2", is_noticed=False, is_wording=False, change=change
    )
