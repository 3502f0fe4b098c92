"""What goes into a pipe or a file: the same bytes, whatever the terminal is that started it."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from rapid_review.cli import main
from tests.cli.a_pipe import Piped, into_a_pipe
from tests.cli.a_terminal import started
from tests.cli.every_command import COMMANDS, arguments_of, leaves

PLAIN: Final[Mapping[str, str]] = {"TERM": "dumb", "COLUMNS": "80", "NO_COLOR": "1"}
NARROW: Final[Mapping[str, str]] = {"TERM": "vt100", "COLUMNS": "40", "LINES": "10"}
WIDE: Final[Mapping[str, str]] = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "COLUMNS": "200",
    "LINES": "60",
    "FORCE_COLOR": "1",
    "CLICOLOR_FORCE": "1",
    "CLICOLOR": "1",
}
GROUPS: Final = sorted({name.partition(" ")[0] for name in leaves(main) if " " in name})
OTHERS: Final = (NARROW, WIDE)
"""What a shell says of its terminal: a narrow one without colours, and a wide one with all."""
DRAW_A_KEY: Final = frozenset({"audit key", "db seal"})
"""What makes a key by chance, and prints its public part, or a root over what it sealed."""
_DRAWN: Final = re.compile(rb"[0-9a-f]{64}|(?<=\+)[0-9a-f]{8}\+[\w+/]{44}")


def piped_from(terminal: Mapping[str, str], folder: Path, *arguments: str) -> Piped:
    """Return what a command writes into a pipe, in a copy of a folder, started at a terminal."""
    shutil.copytree(folder, "here") if folder.exists() else Path("here").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir("here")
        for name in {*PLAIN, *NARROW, *WIDE}:
            patch.delenv(name, raising=False)
        for name, value in terminal.items():
            patch.setenv(name, value)
        piped = into_a_pipe(*arguments)
    shutil.rmtree("here")
    return piped


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_writes_the_same_into_a_pipe(
    name: str, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is folded, shortened or coloured, and no line says how far the work is."""
    monkeypatch.chdir(tmp_path)
    asked = arguments_of(name, COMMANDS[name].words)
    plain = piped_from(PLAIN, whole, *asked)
    assert plain.exit_code == COMMANDS[name].ends
    assert b"\x1b" not in plain.output + plain.errors
    for terminal in OTHERS:
        piped = piped_from(terminal, whole, *asked)
        if name in DRAW_A_KEY:
            plain, piped = without_the_key(plain), without_the_key(piped)
        assert piped == plain


def without_the_key(piped: Piped) -> Piped:
    """Return what was written, with what was drawn by chance left out."""
    return piped._replace(output=_DRAWN.sub(b"...", piped.output))


@pytest.mark.parametrize("words", ["--help", "--no-such-option"])
@pytest.mark.parametrize("name", ["", *GROUPS, *leaves(main)])
def test_its_help_is_the_same_too(
    name: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what it says of a mistake, so that a page may show it as it is."""
    monkeypatch.chdir(tmp_path)
    plain = piped_from(PLAIN, tmp_path / "nothing", *name.split(), words)
    for terminal in OTHERS:
        assert piped_from(terminal, tmp_path / "nothing", *name.split(), words) == plain


def test_a_program_of_its_own_does_so_as_well(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first line of the interpreter on: what Python itself reads of a terminal, too."""
    found, asked = set[str](), ("show", "KM-1", "--store", "kept/rapid-review.db")
    for terminal in (PLAIN, *OTHERS):
        with monkeypatch.context() as patch:
            for name, value in terminal.items():
                patch.setenv(name, value)
            said = started(*asked, folder=whole).stdout
            found.add(re.sub("(?m)^today .*$", "today", said))  # a minute may pass in between
    (shown,) = found
    assert max(map(len, shown.splitlines())) > 80
