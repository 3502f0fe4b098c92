"""Following the auditor's manual, as it is printed, finds every planted fault and no other.

`test_docs.py` holds each command of the manual to what is printed below it.
"""

import html
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from docs.sample_bundles import FAULTS, FOLDER, samples
from rapid_review.cli import main

ROOT: Final = Path(__file__).parents[2]
MANUAL: Final = (ROOT / "docs" / "manuals" / "auditor.md").read_text(encoding="utf-8")
PAGE: Final = "case-file.html"
CLOCKS: Final = re.compile(r'<tr data-clock="([a-z-]+)">(.*?)</tr>', re.DOTALL)
FOUND: Final = re.compile(r'<section aria-labelledby="findings">(.*?)</section>', re.DOTALL)


def commands() -> list[list[str]]:
    """Return what the manual has typed, in order."""
    return [
        shlex.split(line)[1:]
        for line in re.findall(r"^\$ (rapid-review .+)$", MANUAL, re.MULTILINE)
    ]


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return what an auditor reads that is wrong, each with the sample that it is in."""
    monkeypatch.chdir(tmp_path)
    Path("examples").symlink_to(ROOT / "examples")
    wrong: list[tuple[str, str]] = []
    for typed in commands():
        sample = next(Path(one).name for one in typed if one.endswith(".zip"))
        output = CliRunner().invoke(main, typed).output
        wrong += [
            (sample, one) for one in re.findall(r"^  finding     (.+)$", output, re.MULTILINE)
        ]
        if PAGE in typed:
            wrong += [(sample, one) for one in what_is_wrong_on(Path(PAGE).read_text("utf-8"))]
    return wrong


def what_is_wrong_on(page: str) -> list[str]:
    """Return the clocks that are late and what was found, as the page of a case has them."""
    late = [clock for clock, row in CLOCKS.findall(page) if "late" in row]
    (found,) = FOUND.findall(page)
    return [*late, *(html.unescape(one) for one in found.split("<li>")[1:])]


def test_every_planted_fault_is_found(found: list[tuple[str, str]]) -> None:
    """By at least one line that shows it."""
    for fault in FAULTS:
        shown = [one for sample, one in found if sample == fault.sample]
        assert any(re.search(fault.shown_by, one) for one in shown), fault.what


def test_nothing_else_is_found(found: list[tuple[str, str]]) -> None:
    """Each line that an auditor reads shows one planted fault, and one only."""
    for sample, one in found:
        faults = [
            each.what for each in FAULTS if each.sample == sample and re.search(each.shown_by, one)
        ]
        assert len(faults) == 1, (sample, one, faults)


def test_the_answers_are_the_planted_faults() -> None:
    """The manual has a row for each, under the sample that it is in."""
    rows = re.findall(
        r"^\| `(\d-[a-z-]+\.zip)` \| (.+) \|$", MANUAL.partition("### The eleven")[2], re.MULTILINE
    )
    assert [sample for sample, _ in rows] == [fault.sample for fault in FAULTS]
    assert len(FAULTS) == 11


def test_the_sample_is_what_its_script_makes() -> None:
    """Where it is not, `python -m docs.sample_bundles` writes it."""
    assert {one.name: one.read_bytes() for one in FOLDER.iterdir()} == samples()


@pytest.mark.parametrize(
    ("sample", "code"),
    [("1-as-recorded", 0), ("2-on-its-way", 4), ("3-summary", 0), ("4-rewritten", 4)],
)
def test_the_verifier_alone_finds_all_but_the_altered_summary(sample: str, code: int) -> None:
    """It knows no rules: of the summary it reports that this is no evidence."""
    key = (FOLDER / "log.pub").read_text("utf-8").strip()
    given = ["--key", key, "--held", str(FOLDER / "checkpoint.first-visit")]
    command = [sys.executable, "-m", "rapid_review.audit.verify", *given]
    ran = subprocess.run(  # noqa: S603 - our own program
        [*command, str(FOLDER / f"{sample}.zip")], capture_output=True, check=False, text=True
    )
    assert ran.returncode == code, ran.stderr
    assert "replay/case.json: it is not evidence" in ran.stdout
