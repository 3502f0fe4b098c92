"""What a shell completes, by click's own interface and by bash itself."""

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
from click.shell_completion import ShellComplete

from rapid_review import terms
from rapid_review.cli import main
from rapid_review.cli.commands.reference.completion import PROGRAM, VARIABLE
from tests.cli.a_terminal import RECEIPT, document, lines, typed

CASES: Final = ("KM-2020-001", "KM-2020-002", "LC-2021-001")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a store of three cases, in which a person stands."""
    monkeypatch.chdir(tmp_path)
    said = ({**RECEIPT, "case": case, "reference": f"PRN-{case}"} for case in CASES)
    typed("apply", "-", stdin=lines(*said))
    return tmp_path


def completed(*said: str) -> list[str]:
    """Return what could be in place of the last word."""
    *before, incomplete = said
    found = ShellComplete(main, {}, PROGRAM, VARIABLE).get_completions(before, incomplete)
    return [one.value for one in found if one.type == "plain"]


@pytest.mark.usefixtures("folder")
def test_the_cases_of_a_store_are_completed() -> None:
    """Those that begin so, in the order of opening; of the store that is named."""
    assert completed("show", "KM") == ["KM-2020-001", "KM-2020-002"]
    assert completed("report", "case", "") == list(CASES)
    assert completed("export", "xes", "LC-2021-001", "KM") == ["KM-2020-001", "KM-2020-002"]
    assert completed("show", "--store", "rapid-review.db", "L") == ["LC-2021-001"]
    assert completed("show", "--terms", "lincolnshire-2019-09", "KM") == []


@pytest.mark.usefixtures("folder")
def test_shipped_terms_and_clocks_are_completed() -> None:
    """Clocks are those of the terms that are named, or of the ones that count if none are."""
    assert completed("board", "--terms", "dev") == ["devon-dcfp", "devon-dscp"]
    assert completed("terms", "show", "") == list(terms.available())
    assert completed("what-if", "KM-2020-001", "--under", "ply") == ["plymouth"]
    assert "rapid-review" in completed("due", "--deadline", "")
    plymouth = list(terms.load("plymouth").clocks)  # the national ones too
    assert completed("stats", "--terms", "plymouth", "--deadline", "") == plymouth


def test_nothing_is_written_where_something_is_completed(folder: Path) -> None:
    """Not in the store, nor beside it."""
    before = {one.name: sha256(one.read_bytes()).hexdigest() for one in folder.iterdir()}
    assert completed("open", "KM") != []
    assert {one.name: sha256(one.read_bytes()).hexdigest() for one in folder.iterdir()} == before


@pytest.mark.parametrize(
    "said",
    [
        ("show", "--store", "no-such.db", ""),
        ("show", "--store", "no-store.txt", ""),
        ("show", "--store", "postgresql://nobody@127.0.0.1:1/none", ""),
        ("show", "--terms", "no-such-terms", ""),
        ("stats", "--terms", "no-such-terms", "--deadline", ""),
    ],
)
def test_what_is_not_as_it_should_be_completes_nothing(
    said: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """And says nothing, for it would be in the middle of what is being typed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "no-store.txt").write_text("notes")
    assert completed(*said) == []
    assert capfd.readouterr() == ("", "")
    assert [one.name for one in tmp_path.iterdir()] == ["no-store.txt"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_asks_the_program(shell: str) -> None:
    """It is click's own, under the program's name."""
    script = typed("completion", shell).stdout
    assert f"{VARIABLE}={shell}_complete" in script
    assert document(typed("completion", shell, "--json")) == {
        "shell": shell,
        "script": script.removesuffix("\n"),
    }


def test_bash_completes_a_case(folder: Path) -> None:
    """By the script that is printed, in a bash of its own."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    asked = (
        'eval "$(rapid-review completion bash)"; COMP_WORDS=(rapid-review show KM-2020); '
        'COMP_CWORD=2; _rapid_review_completion rapid-review; echo "${COMPREPLY[@]}"'
    )
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run(  # noqa: S603 - our own words
        [bash, "--norc", "-c", asked],
        capture_output=True,
        check=True,
        cwd=folder,
        env={**os.environ, "PATH": path},
        text=True,
    )
    assert (run.stdout.split(), run.stderr) == (["KM-2020-001", "KM-2020-002"], "")
