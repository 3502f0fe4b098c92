"""Every line of the two tables in `docs/explanation/proof.md` is done, and holds.

A line that is added there needs a deed in `what_is_caught` or `what_is_not_caught`; one that is no
longer there leaves its deed without.
"""

import re
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

from rapid_review.audit.log.merkle import root_of
from rapid_review.audit.log.note import Checkpoint, read_checkpoint
from tests.audit.a_log import (
    ATTACHED,
    CASES,
    checkpoint_of,
    leaves_of,
    row,
)
from tests.audit.verify.a_deed import (
    CASE,
    LOG,
    ROWS,
    chained,
    found,
    held,
)
from tests.audit.verify.what_is_caught import CAUGHT
from tests.audit.verify.what_is_not_caught import NOT_CAUGHT
from tests.reports import a_case

PAGE: Final = Path(__file__).parents[3] / "docs" / "explanation" / "proof.md"


def table(heading: str) -> list[str]:
    """Return the first column of the table under a heading of the page."""
    _, _, after = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    section, _, _ = after.partition("\n## ")
    cells = re.findall(r"^\| (.+?) \| .+ \|$", section, re.MULTILINE)
    return [cell for cell in cells if cell not in ("what somebody does", "---")]


def test_the_page_tells_what_is_done_here() -> None:
    """Line by line, and nothing else."""
    assert table("What is caught, and by what") == list(CAUGHT)
    assert table("What is not caught") == list(NOT_CAUGHT)


def test_what_is_altered_here_is_as_it_must_be_before() -> None:
    """So that a finding is of what was done to it."""
    assert (found(LOG, held()), found(CASE, held())) == ([], [])
    assert found(chained(row(CASES[0], 1), row(CASES[0], 2))) == []
    assert {sha256(CASE[name]).digest() for name in ATTACHED} == {
        sha256(data).digest() for data in ATTACHED.values()
    }
    assert read_checkpoint(checkpoint_of(ROWS).text) == Checkpoint(
        a_case.KEY.name, 30, root_of(leaves_of(ROWS))
    )


@pytest.mark.parametrize("deed", CAUGHT)
def test_what_the_page_says_is_caught_is_caught(deed: str, tmp_path: Path) -> None:
    """Each way of doing it is a finding."""
    done = list(CAUGHT[deed](tmp_path))
    assert done
    assert all(done), done


@pytest.mark.parametrize("deed", NOT_CAUGHT)
def test_what_the_page_says_is_not_caught_is_not(deed: str, tmp_path: Path) -> None:
    """Nobody is promised more than holds."""
    done = list(NOT_CAUGHT[deed](tmp_path))
    assert done
    assert not any(done), done
