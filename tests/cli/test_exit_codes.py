"""One mistake, one exit code, in every command: what `docs/reference/command-line.md` says of it.

Each command is asked as it stands in `every_command`. A mistake is then made in it, and the exit
code is that of the mistake's row in the table on the page.
"""

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

import pytest

from rapid_review.cli import main
from tests.cli.a_terminal import RECEIPT, REPORT, lines, typed
from tests.cli.every_command import (
    CODES,
    COMMANDS,
    HELD,
    INPUT,
    LOG,
    OR_FOLDERS,
    OUTPUT,
    STORE,
    UNTIL_STOPPED,
    asked,
    commands,
    leaves,
    places,
)
from tests.store.rights import with_mode


@pytest.fixture
def here(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a copy of that folder."""
    shutil.copytree(whole, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


# --- The table is of all commands


def test_no_command_is_left_out() -> None:
    """A new one gets its row, and with it every test below."""
    assert sorted(leaves(main)) == sorted({*COMMANDS, *UNTIL_STOPPED})


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", COMMANDS)
def test_without_a_mistake_each_does_its_work(name: str) -> None:
    """So that the code of a mistake is that of the mistake."""
    assert asked(name, COMMANDS[name].words) == COMMANDS[name].ends


def test_every_mistake_of_the_page_is_made_here() -> None:
    """And none but those."""
    source = Path(__file__).read_text("utf-8")
    assert set(CODES) == set(re.findall(r"code = CODES\[\s*\"(.+)\"\s*\]", source))


# --- The store


@pytest.mark.usefixtures("here")
@commands("reads", "writes")
def test_a_store_that_is_not_there(name: str) -> None:
    """It is not made by a command that only reads, nor by one that mistook its name."""
    code = CODES["there is no such store"]
    assert asked(name, COMMANDS[name].words, "kept/none.db") == code
    assert not Path("kept/none.db").exists()


@pytest.mark.usefixtures("here")
@commands("makes")
def test_a_store_whose_folder_is_not_there(name: str) -> None:
    """Its disk may not be mounted."""
    code = CODES["there is no such folder: for a new store, for a file to write, or a sink"]
    assert asked(name, COMMANDS[name].words, "none/rapid-review.db") == code


def foreign(store: Path) -> None:
    """Put another program's database in the store's place."""
    store.unlink()
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("CREATE TABLE accounts (id INTEGER)")


def a_folder(store: Path) -> None:
    """Put a folder in the store's place."""
    store.unlink()
    store.mkdir()


def newer(store: Path) -> None:
    """Make the store one of a layout yet to come."""
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA user_version = 99")


DAMAGES: Final[dict[str, Callable[[Path], object]]] = {
    "text": lambda store: store.write_bytes(b"Dear all, " * 1000),
    "cut": lambda store: store.write_bytes(store.read_bytes()[:20_000]),
    "foreign": foreign,
    "folder": a_folder,
    "newer": newer,
}


@commands("reads", "writes", "makes")
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_store_that_is_none_or_is_damaged(here: Path, name: str, damage: str) -> None:
    """Found before anything else is done; nothing is written to it."""
    code = CODES["the store is damaged, of another layout, another program's file, or a folder"]
    DAMAGES[damage](here / STORE)
    assert asked(name, COMMANDS[name].words) == code


@pytest.mark.parametrize("cut", range(500, 4_096, 500))
def test_a_store_that_lost_a_part_of_its_last_page(tmp_path: Path, cut: int) -> None:
    """Copied without the log beside it, or cut off on its way: damage, and no fault of ours.

    What is not in that page can be read; what is there is not made up.
    """
    store = tmp_path / "rapid-review.db"
    agencies = ("police", "school", "health-visiting", "midwifery")
    cases = [{**RECEIPT, "case": f"KM-{n}"} for n in range(4)]
    reports = [
        {**REPORT, "case": one["case"], "agency": agency} for agency in agencies for one in cases
    ]
    typed("apply", "-", "--store", str(store), stdin=lines(*cases, *reports))
    store.write_bytes(store.read_bytes()[:-cut])
    damaged = CODES["the store is damaged, of another layout, another program's file, or a folder"]
    for name in ("board", "stats", "diary", "learning", "compliance"):
        assert asked(name, "", str(store)) == damaged
    assert asked("show", "KM-1", str(store)) in (0, damaged)


@commands("reads", "writes", "makes")
def test_a_store_that_may_not_be_read(here: Path, name: str) -> None:
    """Nothing is known of what is in it, so it is not called damaged."""
    code = CODES["you may not read the store, or another process has locked it"]
    with with_mode(0o000, here / STORE):
        assert asked(name, COMMANDS[name].words) == code


@pytest.mark.parametrize(
    "name",
    [
        name if name in ("show", "apply") else pytest.param(name, marks=pytest.mark.faults)
        for name, command in COMMANDS.items()
        if command.store
    ],
)
def test_a_store_that_another_program_holds_locked(here: Path, name: str) -> None:
    """It is waited for, for some seconds."""
    code = CODES["you may not read the store, or another process has locked it"]
    with closing(sqlite3.connect(here / STORE, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert asked(name, COMMANDS[name].words) == code


@pytest.mark.parametrize("both", [False, True])
@commands("reads")
def test_a_store_that_may_only_be_read_is_read(here: Path, name: str, both: bool) -> None:  # noqa: FBT001 - a parameter
    """On a disk that is write-protected as well."""
    with ExitStack() as rights:
        rights.enter_context(with_mode(0o444, here / STORE))
        if both:
            rights.enter_context(with_mode(0o555, here / "kept"))
        assert asked(name, COMMANDS[name].words) == COMMANDS[name].ends


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, command in COMMANDS.items()
        if command.store in ("writes", "makes")
        and name not in ("db init", "audit epoch")  # it already exists; no entry was lost
    ],
)
def test_a_store_that_may_only_be_read_takes_nothing(here: Path, name: str) -> None:
    """What would be written is not, and it is the machine that stands in the way."""
    code = CODES["you may not write to the store, and the command writes"]
    with with_mode(0o444, here / STORE):
        assert asked(name, COMMANDS[name].words) == code


# --- Other files


@pytest.mark.usefixtures("here")
@places(INPUT)
def test_a_file_that_is_not_there(name: str, words: str, place: str) -> None:
    """Whichever it is; a folder in its place is no file either."""
    code = CODES["a file that you name does not exist, or is a folder"]
    ending = Path(place.strip("<>")).suffix
    for absent in (f"none{ending}", f"none/none{ending}"):
        assert asked(name, words.replace(place, absent, 1)) == code
    folder = Path(f"folder{ending}")
    folder.mkdir()
    if place not in OR_FOLDERS:
        assert asked(name, words.replace(place, str(folder), 1)) == code


@places(INPUT)
def test_a_file_that_may_not_be_read(here: Path, name: str, words: str, place: str) -> None:
    """The machine refuses it."""
    code = CODES["you may not read a file that you name"]
    with with_mode(0o000, here / place.strip("<>")):
        assert asked(name, words) == code


@pytest.mark.usefixtures("here")
@places(OUTPUT)
def test_a_folder_to_be_written_to_that_is_not_there(name: str, words: str, place: str) -> None:
    """Its disk may not be mounted."""
    code = CODES["there is no such folder: for a new store, for a file to write, or a sink"]
    assert asked(name, words.replace(place, "no/such", 1)) == code


@pytest.mark.usefixtures("here")
def test_a_sink_that_is_not_there() -> None:
    """Its disk may not be mounted: the copies there are not passed over."""
    code = CODES["there is no such folder: for a new store, for a file to write, or a sink"]
    assert asked("audit verify", f"{HELD} --sink none") == code


@pytest.mark.usefixtures("here")
@places(OUTPUT)
def test_a_file_to_be_written_that_is_there_already(name: str, words: str, place: str) -> None:
    """It is left as it is."""
    code = CODES["the file or folder to write already exists"]
    assert asked(name, words.replace(place, "held", 1)) == code
    assert asked(name, words.replace(place, "sink", 1)) == code


# --- What is asked for


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", [name for name, one in COMMANDS.items() if "KM-1" in one.words])
def test_a_case_that_is_not_there(name: str) -> None:
    """Wherever a case is named."""
    code = CODES["there is no such case"]
    assert asked(name, COMMANDS[name].words.replace("KM-1", "KM-9")) == code


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("file", ["<ours.toml>", "<ours.json>"])
@pytest.mark.parametrize("broken", ["id", "content"])
def test_terms_and_calendars_that_are_none(file: str, broken: str) -> None:
    """An id that is not known, or a file that cannot be used."""
    code = CODES["there are no such terms or calendar, or their file has a mistake"]
    named = [one for one in COMMANDS.items() if file in one[1].words]
    Path("broken").write_text("[", "utf-8")
    for name, command in named:
        if name == "terms check" and broken == "id":
            continue  # it takes files alone
        word = "essex" if broken == "id" else "broken"
        assert asked(name, command.words.replace(file, word)) == code, name


@pytest.mark.usefixtures("here")
def test_a_key_that_nobody_made() -> None:
    """Beside the store, where it stands if none is named."""
    code = CODES["there is no key beside the store, and you name none"]
    for name in ("audit checkpoint", "audit epoch", "audit bundle"):
        words = COMMANDS[name].words.replace(LOG, "")
        assert asked(name, words) == code
