"""A test whose name changes from one collection to the next would make every try look noticed."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEST = "import pytest\n\n@pytest.mark.parametrize('of', {values}{ids})\ndef test_it(of): ...\n"


def collected_twice(test: Path) -> "subprocess.CompletedProcess[str]":
    """Collect a file of tests twice, in a process of its own."""
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "tests.mutants.named_again", f"--rootdir={test.parent}", str(test)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("values", "ids", "is_renamed"),
    [
        ("[chr(0)]", ", ids=ascii", True),
        ("[chr(0)]", "", False),
        ("['a']", ", ids=ascii", False),
    ],
    ids=["a backslash that a function makes", "a backslash of pytest's own", "no backslash"],
)
def test_a_name_with_a_backslash_that_a_function_made_changes(
    values: str, ids: str, tmp_path: Path, *, is_renamed: bool
) -> None:
    """Pytest keeps such a name, and escapes it once more the next time."""
    (tmp_path / "test_one.py").write_text(TEST.format(values=values, ids=ids), encoding="utf-8")
    done = collected_twice(tmp_path / "test_one.py")
    assert done.returncode == is_renamed, done.stderr
    assert ("test_one.py::test_it" in done.stdout) is is_renamed


def test_where_nothing_is_collected_nothing_is_claimed(tmp_path: Path) -> None:
    """An empty folder has no test whose name could stay."""
    done = collected_twice(tmp_path)
    assert done.returncode == 1
    assert "collected no test" in done.stderr
