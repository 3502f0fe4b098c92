"""The table names what is there, each module once; and what came of a mutant is told apart."""

import json
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from tests.mutants.__main__ import summary
from tests.mutants.judged import LEFT_OUT, Mutant, forget_survivors, leave_out, mutants_in
from tests.mutants.table import GROUPS, SAMPLES, Group

ROOT: Final = Path(__file__).parents[2]
OF_ALL: Final = [name for name, group in GROUPS.items() if group.sample is None]


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_names_modules_and_tests_that_are_there(name: str) -> None:
    """Below `src/rapid_review` and below `tests`."""
    group = GROUPS[name]
    for module in group.modules:
        assert list((ROOT / "src/rapid_review").glob(module)), module
    for test in group.tests:
        assert (ROOT / "tests" / test).exists(), test


@pytest.mark.parametrize("name", [name for name, group in GROUPS.items() if group.without])
def test_what_no_try_runs_is_there_and_would_be_run(name: str) -> None:
    """Else it would be left out under a name that it had once, and fail under its new one."""
    group = GROUPS[name]
    for left_out in group.without:
        path, _, test = left_out.partition("::")
        assert any(Path(path).is_relative_to(one) for one in group.tests), left_out
        file = ROOT / "tests" / path
        assert file.exists(), left_out
        if test:
            assert f"def {test.partition('[')[0]}(" in file.read_text(encoding="utf-8"), left_out


def test_no_module_is_tried_twice() -> None:
    """But for the samples of all the rest, which leave these out."""
    source = ROOT / "src/rapid_review"
    named = Counter(
        path for name in OF_ALL for module in GROUPS[name].modules for path in source.glob(module)
    )
    assert set(named.values()) == {1}
    assert len(named) > 30


def test_all_other_modules_are_sampled() -> None:
    """Five hundred mutants of every folder that there is."""
    assert sum(SAMPLES.values()) == 500
    folders = {path.parent.name for path in (ROOT / "src/rapid_review").glob("*/__init__.py")}
    assert folders == set(SAMPLES)


@pytest.mark.parametrize(
    ("was", "now", "is_prose"),
    [
        ("No role may.", "XXNo role mayXX", True),
        ("No role may.", "NO ROLE MAY.", True),
        ("No role may.", None, False),
        ("in-force-from", "XXin-force-fromXX", False),
        ("SELECT name FROM held", "XXSELECT name FROM heldXX", False),
        ("SELECT name FROM held", "select name from held", False),
        ("", "XXXX", False),
    ],
)
def test_prose_is_told_apart_from_names_and_from_sql(
    was: str, now: str | None, tmp_path: Path, *, is_prose: bool
) -> None:
    """Several words, and not those of a database; to say nothing at all is another matter."""
    one = "def x_told__mutmut_{}():\n    return {!r}\n"
    (tmp_path / "told.py").write_text(one.format("orig", was) + one.format(1, now))
    (tmp_path / "told.py.meta").write_text('{"exit_code_by_key": {"told.x_told__mutmut_1": 0}}')
    assert [one.is_wording for one in mutants_in(tmp_path)] == [is_prose]


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
    _made(tmp_path, (0, 0, 1))
    one, two, three = mutants_in(tmp_path)
    assert (one.is_wording, two.is_wording, three.is_wording) == (True, False, False)
    assert (two.is_noticed, three.is_noticed) == (False, True)
    change = "return number // 2 -> return number // 3"
    assert two == Mutant("halves.x_half__mutmut_2", code=0, is_wording=False, change=change)


def test_only_the_mutants_that_were_drawn_are_tried(tmp_path: Path) -> None:
    """`mutmut` tries each that has no code; to us, none that was left out has one."""
    _made(tmp_path, (None, None, None))
    leave_out(tmp_path, but={"halves.x_half__mutmut_2"})
    told = json.loads((tmp_path / "halves.py.meta").read_text())
    assert told["exit_code_by_key"] == {
        "halves.x_half__mutmut_1": LEFT_OUT,
        "halves.x_half__mutmut_2": None,
        "halves.x_half__mutmut_3": LEFT_OUT,
    }
    assert [one.code for one in mutants_in(tmp_path)] == [None, None, None]


def test_what_was_noticed_or_left_out_is_not_tried_again(tmp_path: Path) -> None:
    """Only what no test noticed, for tests that were written since."""
    _made(tmp_path, (0, LEFT_OUT, 1))
    forget_survivors(tmp_path)
    told = json.loads((tmp_path / "halves.py.meta").read_text())
    assert list(told["exit_code_by_key"].values()) == [None, LEFT_OUT, 1]


@pytest.mark.parametrize(
    ("sample", "drawn"),
    [(None, ""), (2, " They are a sample of 3, drawn with the seed 2026.")],
)
def test_what_came_of_a_group_is_said_in_sentences(
    sample: int | None, drawn: str, tmp_path: Path
) -> None:
    """How many were drawn is said of a sample alone; a share is never more than it is."""
    _made(tmp_path, (0, 36, 1))
    wording, *others = mutants_in(tmp_path)
    third = others[0]._replace(code=1)
    said = summary(Group((), (), sample=sample), [wording, *others, third], 2026)
    assert said == (
        f"The tests noticed 3 of 3 mutants, which is 100.0 %.{drawn} Of those noticed, 1 made a "
        "test run without end. Another 1 change only the words of a message, and were not tried."
    )
    two_thirds = [*others, third._replace(code=0)]
    assert summary(Group((), ()), two_thirds, 2026).startswith(
        "The tests noticed 2 of 3 mutants, which is 66.6 %."
    )


def _made(folder: Path, codes: tuple[int | None, ...]) -> None:
    (folder / "halves.py").write_text(MUTATED)
    names = [f"halves.x_half__mutmut_{number}" for number in (1, 2, 3)]
    told = {"exit_code_by_key": dict(zip(names, codes, strict=True))}
    (folder / "halves.py.meta").write_text(json.dumps(told))
