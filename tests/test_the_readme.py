"""The README: each of its commands, typed in the order printed, and its pictures.

They are typed in a copy of the project, as a clone of it would be: once with an environment that
already exists, and, among the slow proofs, with the one that `make` makes in it.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.request import urlopen

import pytest

from docs.draw_pictures import PICTURES, draw
from tests.test_docs import ROOT, blocks, same

if TYPE_CHECKING:
    from playwright.sync_api import Browser

README: Final = ROOT / "README.md"
ACTIVATE: Final = "source .venv/bin/activate"
SERVING: Final = "Serving "
A_MINUTE: Final = 60.0
LARGEST: Final = 150_000
"""Bytes of a picture: the README is read over slow lines too."""
PNG: Final = b"\x89PNG\r\n\x1a\n"
PARTS: Final = ("docs", "examples", "requirements", "release", "src", "LICENSES")


def typed_in_the_readme() -> Iterator[tuple[str, str]]:
    """Yield each command of the README, in order, and what is shown below it, if anything is."""
    for block in blocks(README):
        if block.language == "bash":
            yield from ((command, "") for command in block.body.splitlines())
        elif block.language == "console":
            for chunk in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]:
                command, _, shown = chunk.partition("\n")
                yield command, shown


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a copy of what the project keeps, without what was made from it."""
    folder = tmp_path / "clone"
    left_out = shutil.ignore_patterns("__pycache__", "_build")
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=left_out)
    for file in (file for file in ROOT.iterdir() if file.is_file()):
        shutil.copy(file, folder)
    return folder


def with_this_environment(clone: Path) -> None:
    """Let `make` find in the copy what it would have installed: what runs these tests."""
    made = clone / ".venv"
    made.mkdir()
    (made / "bin").symlink_to(Path(sys.executable).parent)
    for name in ("runtime", "extras"):
        (made / f"{name}.stamp").touch()


@pytest.mark.parametrize(
    "installed", [True, pytest.param(False, marks=pytest.mark.faults)], ids=["here", "by make"]
)
def test_every_command_runs_in_the_order_printed(clone: Path, *, installed: bool) -> None:
    """One after the other in one folder; what is shown below a command is what it prints."""
    if installed:
        with_this_environment(clone)
    path = os.environ["PATH"]
    commands = list(typed_in_the_readme())
    assert [command for command, _ in commands[:3]] == ["make demo", "make serve", ACTIVATE]
    for command, shown in commands:
        if command == ACTIVATE:
            path = f"{clone / '.venv' / 'bin'}:{path}"
        printed = typed(command, clone, path)
        assert not shown or same(shown, printed), f"$ {command}\n{printed}"
    page = clone / ".venv" / "demo" / "KM-2020-014.html"
    assert "Case file KM-2020-014" in page.read_text(encoding="utf-8")


def typed(command: str, folder: Path, path: str) -> str:
    """Type a command and return what it prints; one that serves is stopped once it answers."""
    # As at a terminal: where `make` runs the tests, one inside it would print its folder too.
    at_a_terminal = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    with subprocess.Popen(  # noqa: S603 - our own page
        ["/bin/bash", "-c", command],
        cwd=folder,
        env=at_a_terminal | {"PATH": path, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # with a group of its own: `make` and what it runs are stopped
    ) as process:
        assert process.stdout is not None
        printed, was_stopped = "", False
        for line in process.stdout:
            printed += line
            if line.startswith(SERVING):
                was_stopped = True
                address = line.removeprefix(SERVING).partition(";")[0]
                with urlopen(address, timeout=A_MINUTE) as page:  # noqa: S310 - our own server
                    assert "Rapid reviews" in page.read().decode()
                os.killpg(process.pid, signal.SIGINT)
    assert was_stopped or process.returncode == 0, f"$ {command}\n{printed}"
    return printed


def test_the_summary_of_make_demo_has_20_lines_at_most(clone: Path) -> None:
    """Of 80 columns at most, with the line that `make` adds; the README says how many."""
    with_this_environment(clone)
    lines = typed("make demo", clone, os.environ["PATH"]).splitlines()
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 80
    assert f"prints a summary of {len(lines)} lines" in README.read_text(encoding="utf-8")


def pictures_shown() -> dict[str, str]:
    """Return what the README says of each of its pictures, by its file."""
    found = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", README.read_text(encoding="utf-8"))
    return {file: text for text, file in found}


def test_every_picture_is_shown_is_small_and_is_described_in_words() -> None:
    """And each that is shown is there."""
    shown = pictures_shown()
    assert {ROOT / file for file in shown} == set(PICTURES.glob("*.png"))
    for file, text in shown.items():
        data = (ROOT / file).read_bytes()
        assert data.startswith(PNG)
        assert len(data) < LARGEST
        assert len(text.split()) > 5


def test_the_pictures_can_be_drawn_again(tmp_path: Path, browser: "Browser") -> None:
    """All of them, and no other, by the script that drew them."""
    draw(tmp_path, browser)
    assert {file.name for file in tmp_path.iterdir()} == {
        file.name for file in PICTURES.glob("*.png")
    }
    assert all(file.read_bytes().startswith(PNG) for file in tmp_path.iterdir())


def test_the_readme_names_what_it_runs_on_and_where() -> None:
    """PostgreSQL, FastAPI and the browser; and England alone, since Wales has law of its own."""
    text = README.read_text(encoding="utf-8")
    for name in ("PostgreSQL", "FastAPI", "browser", "England only", "Welsh law"):
        assert name in text
