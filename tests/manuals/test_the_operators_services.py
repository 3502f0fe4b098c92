"""What the operator's manual installs, and the services that systemd keeps running.

The wheel is installed as the manual says, among the slow proofs, and what its unit starts answers.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.request import urlopen

import click
import pytest

from rapid_review import __version__
from rapid_review.cli import main
from release.distribution import built
from release.tagged import Release
from tests.release.test_installed import pinned_in
from tests.web.pages.a_server import PROGRAM

DOCS: Final = Path(__file__).parents[2] / "docs"
MANUAL: Final = DOCS / "manuals" / "operator.md"
HOME: Final = "/srv/rapid-review"
KEYS: Final = "/media/keys"
"""The folders that the manual names, in place of which a test has its own."""
A_MINUTE: Final = 60.0
SYSTEMD: Final = "systemd-analyze"


class Unit(NamedTuple):
    """A unit of systemd that a page prints.

    Attributes:
        page: the name of the page.
        text: the unit.
    """

    page: str
    text: str

    @property
    def command(self) -> list[str]:
        """What it starts."""
        (line,) = re.findall(r"^ExecStart=(.+)$", self.text, re.MULTILINE)
        return shlex.split(line)


def units() -> Iterator[Unit]:
    """Yield every unit that our pages print."""
    for page in sorted(DOCS.rglob("*.md")):
        for text in re.findall(r"```\w*\n(\[Unit\]\n.+?)```", page.read_text("utf-8"), re.DOTALL):
            yield Unit(page.stem, text)


UNITS: Final = {unit.page: unit for unit in units()}


def test_every_unit_is_looked_at() -> None:
    """One a page: the pages' and the worker's."""
    assert sorted(UNITS) == sorted(unit.page for unit in units()) == ["operator", "run-a-worker"]


@pytest.mark.parametrize("page", UNITS)
def test_what_a_unit_starts_is_a_command_of_the_program(page: str) -> None:
    """With options that it has, each with its value, and nothing left over."""
    program, name, *arguments = UNITS[page].command
    assert Path(program).name == "rapid-review"
    command = main.get_command(click.Context(main), name)
    assert command is not None
    context = click.Context(command)
    _, left, _ = command.make_parser(context).parse_args(list(arguments))
    assert left == []
    with pytest.raises(click.NoSuchOption):
        command.make_parser(context).parse_args([*arguments, "--no-such-option"])


@pytest.mark.skipif(shutil.which(SYSTEMD) is None, reason=f"{SYSTEMD} is not at hand")
@pytest.mark.parametrize("page", UNITS)
def test_systemd_knows_every_key_of_a_unit(page: str, tmp_path: Path) -> None:
    """It says nothing of one, and names a key that it does not know."""
    unit = UNITS[page]
    text = unit.text.replace(unit.command[0], PROGRAM)
    assert verified(text, tmp_path / "reviews.service") == ""
    wrong = text.replace("WorkingDirectory=", "WorkFolder=").replace("RestartSec=", "RestartIn=")
    assert "Unknown key" in verified(wrong, tmp_path / "wrong.service")


def verified(text: str, file: Path) -> str:
    """Return what systemd finds wrong in a unit."""
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - a program of this machine
        [SYSTEMD, "verify", file], check=False, capture_output=True, text=True
    )
    return done.stdout + done.stderr


def installing() -> list[str]:
    """Return the commands with which the manual installs the package."""
    block = MANUAL.read_text("utf-8").partition("As root, once")[2].partition("```text\n")[2]
    return block.partition("```")[0].splitlines()


def test_the_manual_installs_the_wheel_of_this_version() -> None:
    """By its file: it is in no index."""
    user, environment, wheel = installing()
    assert user.startswith("useradd ")
    assert environment == f"python3 -m venv {HOME}/venv"
    assert f"rapid_review-{__version__}-py3-none-any.whl[" in wheel


@pytest.mark.faults
def test_the_wheel_is_installed_as_printed_and_its_pages_answer(tmp_path: Path) -> None:
    """In a new environment, with the libraries that are pinned; then what the unit starts."""
    home, keys = tmp_path / "home", tmp_path / "keys"
    for folder in (home, keys):
        folder.mkdir()
    made = built("wheel", DOCS.parent, tmp_path / "built", Release("", 1_800_000_000))
    shutil.copy(made, home)
    pinned = {"PIP_CONSTRAINT": str(pinned_in(tmp_path)), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    for line in installing()[1:]:
        command = shlex.split(line.replace(HOME, str(home)))
        subprocess.run(command, cwd=home, env=os.environ | pinned, check=True)  # noqa: S603 - our own page
    program = home / "venv" / "bin" / "rapid-review"
    key_file = keys / "rapid-review.key-file"
    (home / "word").write_text("three words together\n", encoding="utf-8")
    for asked in (
        ["db", "init", "--key-file", key_file],
        ["people", "add", "pt-01:business-support:partnership-team", "--password-file", "word"],
    ):
        subprocess.run([program, *asked], cwd=home, check=True)  # noqa: S603 - the same
    starts = " ".join(UNITS["operator"].command).replace(HOME, str(home)).replace(KEYS, str(keys))
    with subprocess.Popen(  # noqa: S603 - the same
        [*shlex.split(starts), "--port", "0"], cwd=home, stderr=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stderr is not None
        said = ""
        for line in serving.stderr:
            said += line
            if found := re.match(r"Serving (\S+);", line):
                with urlopen(found[1], timeout=A_MINUTE) as page:  # noqa: S310 - our own server
                    assert "Your sign-in name" in page.read().decode()
                serving.send_signal(signal.SIGTERM)
    assert serving.returncode == 0, said
    assert "Serving" in said
