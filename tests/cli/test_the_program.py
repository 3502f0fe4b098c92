"""The program as a whole: how it starts, what errors look like, which exit code says what."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click
import click.testing
import pytest

from rapid_review import __version__
from rapid_review.cli import main
from rapid_review.cli.app import InWords
from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, answers, lines, started, typed

SLOW = {
    *("eventsourcing", "pydantic", "pydantic_core", "dateutil", "holidays", "sqlite3", "tomllib"),
    *("psycopg", "cryptography", "jinja2", "starlette", "uvicorn", "rich"),
}
WRITE_VERSION = 18  # the byte of an SQLite file's header that says who may write it


@pytest.mark.parametrize(
    ("said", "answer", "own"),
    [
        (["--version"], f"rapid-review, version {__version__}", set[str]()),
        (
            ["completion", "fish"],
            "function _rapid_review_completion;",
            {"reference", "reference.completion"},
        ),
        (
            ["show", "--help"],
            "Usage: rapid-review show [OPTIONS] CASE",
            {"case", "case.show"},
        ),
    ],
)
def test_the_program_loads_the_command_that_it_runs_and_no_other(
    said: list[str], answer: str, own: set[str], tmp_path: Path
) -> None:
    """Nor what that command only needs when it does its work."""
    listing = (
        "import sys; from rapid_review.cli import main; "
        f"main({said!r}, prog_name='rapid-review', standalone_mode=False); "
        "print(*sys.modules)"
    )
    run = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", listing], capture_output=True, check=True, cwd=tmp_path, text=True
    )
    first, *_, modules = run.stdout.splitlines()
    assert first == answer
    assert not {name.partition(".")[0] for name in modules.split()} & SLOW
    of_commands = (name.partition("rapid_review.cli.commands.") for name in modules.split())
    assert {name for before, _, name in of_commands if name and not before} == own


def test_every_command_is_found_where_the_table_says() -> None:
    """Those of the groups among them, each under its own name."""
    assert all(command.name == name for name, command in main.commands.items())
    groups = {name: one for name, one in main.commands.items() if isinstance(one, click.Group)}
    assert set(groups["report"].commands) == {"case", "stats"}
    assert {"checkpoint", "key", "access"} <= set(groups["audit"].commands)


def test_a_program_of_its_own_answers_with_its_exit_code(tmp_path: Path) -> None:
    """Data on standard output, words on standard error."""
    found = started("demo", "kept", folder=tmp_path)
    assert (found.returncode, "\nVerified: " in found.stdout) == (0, True)
    missing = started("show", "KM-1", "--store", "kept/rapid-review.db", folder=tmp_path)
    assert (missing.returncode, missing.stdout) == (3, "")
    assert "Traceback" not in missing.stderr
    assert started("shwo", folder=tmp_path).returncode == 2


def test_a_reader_that_has_read_enough_is_no_error(tmp_path: Path) -> None:
    """`rapid-review schema events | head -1` prints a line, and says nothing else."""
    program = f"{sys.executable} -c 'from rapid_review.cli import main; main()' schema events"
    piped = subprocess.run(  # noqa: S602 - our own words
        f"{program} | head -n 1",
        shell=True,
        capture_output=True,
        check=False,
        cwd=tmp_path,
        text=True,
    )
    assert (piped.stdout, piped.stderr) == ("{\n", "")


def test_a_file_that_is_not_there_is_a_mistake_of_usage() -> None:
    """Said before anything is opened or made."""
    result = typed("apply", "no-such-file.jsonl")
    assert result.exit_code == 2
    assert "No such file" in result.stderr


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    """It exists, so the way on is not a file that exists."""
    assert "name a file in it" in typed("apply", str(tmp_path)).stderr


def test_a_new_store_is_announced_only_where_one_was_made(tmp_path: Path) -> None:
    """Not where it could not be made, nor where it was there."""
    store = tmp_path / "rapid-review.db"
    first = typed("apply", "-", "--store", str(store), stdin=lines(RECEIPT))
    again = typed("apply", "-", "--store", str(store), stdin=lines(REPORT))
    new, sealed = first.stderr.splitlines()
    assert (new, again.stderr) == (f"A new store: {store}", "")
    assert f"sealed with the keys in {store.with_suffix('.keys')}" in sealed
    nowhere = typed("db", "init", "--store", str(tmp_path / "missing" / store.name))
    assert (nowhere.exit_code, "A new store" in nowhere.output) == (1, False)


def test_an_option_that_is_not_there_is_a_mistake_of_usage() -> None:
    """With the nearest one that is."""
    result = typed("due", "--recieved", "2020-05-04")
    assert result.exit_code == 2
    assert "--received" in result.stderr


@pytest.mark.parametrize("group", [(), ("audit",), ("report",)])
def test_help_has_a_whole_sentence_for_each_command(
    group: tuple[str, ...],
) -> None:
    """Cut short, a sentence has to be guessed."""
    listed = typed(*group, "--help").stdout.partition("Show this message and exit.")[2]
    assert not re.search(r"\.\.\.$", listed, re.MULTILINE)


def test_help_lists_every_command_under_one_heading() -> None:
    """A newcomer finds by the task, and not by the alphabet."""
    listed = typed("--help").stdout
    names = re.findall(r"^  ([a-z-]+)  ", listed.partition("Try it, and record:")[2], re.MULTILINE)
    assert sorted(names) == sorted(main.commands)


def test_help_is_as_wide_in_a_pipe_whatever_the_terminal_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """COLUMNS is what a terminal was once; a page that shows the help is the same everywhere."""
    monkeypatch.setenv("COLUMNS", "40")
    narrow = typed("show", "--help").output
    monkeypatch.setenv("COLUMNS", "200")
    assert typed("show", "--help").output == narrow
    assert 70 < max(map(len, narrow.splitlines())) <= 78


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_has_help(name: str) -> None:
    """A sentence that says what it does; `--json` wherever data comes out."""
    result = typed(name, "--help")
    assert result.exit_code == 0
    command = main.commands[name]
    below = command.commands.values() if isinstance(command, click.Group) else (command,)
    for one in below:
        assert one.help
        assert "--json" in {option for p in one.params for option in p.opts}, one.name


# --- Stores that cannot be used


def test_db_init_makes_a_store_once(tmp_path: Path) -> None:
    """The second time it says that it is there, and touches nothing."""
    store = tmp_path / "rapid-review.db"
    assert typed("db", "init", "--store", str(store)).stdout == f"{store}: new\n"
    before = store.read_bytes()
    again = typed("db", "init", "--store", str(store))
    assert again.stdout == f"{store}: existed already\n"
    assert '"made": false' in typed("db", "init", "--store", str(store), "--json").stdout
    assert store.read_bytes() == before


@pytest.mark.parametrize("command", ["apply", "show", "init"])
def test_a_file_of_another_program_is_left_as_it_was(command: str, tmp_path: Path) -> None:
    """An SQLite database that is none of ours: an integrity failure, and not a byte written."""
    foreign = tmp_path / "accounts.db"
    with closing(sqlite3.connect(foreign)) as connection, connection:
        connection.execute("CREATE TABLE accounts (id INTEGER)")
    before = foreign.read_bytes()
    words = {"apply": ("apply", "-"), "show": ("show", "KM-1"), "init": ("db", "init")}[command]
    result = typed(*words, "--store", str(foreign), stdin=lines(RECEIPT))
    assert (result.exit_code, result.stdout) == (4, "")
    assert "accounts.db is not a store of rapid-review" in result.stderr
    assert foreign.read_bytes() == before


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """Someone named the wrong file."""
    letter = tmp_path / "letter.txt"
    letter.write_text(f"Dear {CANARY}, " * 100)
    result = typed("apply", "-", "--store", str(letter), stdin=lines(RECEIPT))
    assert (result.exit_code, result.stdout) == (4, "")
    assert "letter.txt" in result.stderr
    assert CANARY not in result.output


def test_a_store_in_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """It cannot be made, and the message says what to see to."""
    nowhere = tmp_path / "missing" / "rapid-review.db"
    result = typed("apply", "-", "--store", str(nowhere), stdin=lines(RECEIPT))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "--store" in result.stderr
    assert "A new store" not in result.stderr


def test_a_store_that_may_only_be_read_can_be_read_and_takes_nothing(tmp_path: Path) -> None:
    """The line that could not be recorded is named; those before it were answered."""
    store = tmp_path / "rapid-review.db"
    assert typed("apply", "-", "--store", str(store), stdin=lines(RECEIPT)).exit_code == 0
    header = bytearray(store.read_bytes())
    header[WRITE_VERSION] = 9  # of a format yet to come: this SQLite may read it, not write it
    store.write_bytes(header)
    assert typed("show", "KM-1", "--store", str(store)).exit_code == 0
    result = typed("apply", "-", "--store", str(store), stdin=lines(RECEIPT, REPORT))
    assert answers(result) == [{"line": 1, "events": [], "findings": []}]
    assert result.exit_code == 1
    stopped = "stopped at line 2, without reading the lines after it"
    assert f"{stopped}: the store could not be written" in result.stderr


# --- Faults


@click.group(cls=InWords)
def program() -> None:
    """Stand for a program with a fault in it."""


@program.command()
def faulty() -> None:
    """Fail as no command should."""
    raise KeyError(CANARY)


@program.command()
def unwritable() -> None:
    """Fail as a machine may."""
    raise OSError(28, "No space left on device", "rapid-review.db")


def test_a_fault_of_ours_tells_its_place_and_nobodys_words() -> None:
    """A message made elsewhere might repeat a name, so only its kind and the lines are told."""
    runner = click.testing.CliRunner()
    result = runner.invoke(program, ["faulty"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "a fault in rapid-review, a KeyError" in result.stderr
    assert "test_the_program.py" in result.stderr
    assert CANARY not in result.stderr


def test_a_fault_of_the_machine_is_told_as_such() -> None:
    """Which file, and what the system says."""
    result = click.testing.CliRunner().invoke(program, ["unwritable"])
    assert result.exit_code == 1
    assert result.stderr == "Error: rapid-review.db: No space left on device\n"
