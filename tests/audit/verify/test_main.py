"""The verifier as a program: a folder that an auditor takes away, and its exit codes."""

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import pytest

from rapid_review.audit import verify
from rapid_review.audit.log.bundle import write_archive, write_folder
from rapid_review.audit.verify.__main__ import main
from tests.audit.a_log import (
    CASES,
    KEY,
    POLICY,
    WITNESSES,
    case_of,
    checkpoint_of,
    log_of,
    row,
    rows,
    witnessed,
)

ROWS: Final = rows(9)
NOTE: Final = witnessed(checkpoint_of(ROWS), "icb", "police")
LOG: Final = log_of(ROWS, NOTE)
CASE: Final = case_of(ROWS, note=NOTE)
VKEY: Final = str(KEY.public)
EVENT: Final = f"state/{row(CASES[1], 1).stream}/2"
FOLDER: Final = Path(verify.__path__[0])


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Return the folder of a case's bundle."""
    write_folder(CASE.items(), tmp_path / "case")
    return tmp_path / "case"


def test_the_folder_imports_the_standard_library_and_cryptography_alone() -> None:
    """And itself, by relative names; it holds wherever in a file an import stands."""
    files = list(FOLDER.glob("*.py"))
    imported: set[str] = set()
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_bytes()))):
        if isinstance(node, ast.Import):
            imported |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            assert (node.level, node.module) in {(1, file.stem) for file in files}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def alone(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a copy of it, by itself in a folder, in an interpreter that heeds nothing else."""
    shutil.copytree(FOLDER, folder / "verify", ignore=shutil.ignore_patterns("__pycache__"))
    return subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-E", "-s", "-m", "verify", *map(str, arguments)],
        capture_output=True,
        check=False,
        cwd=folder,
        text=True,
    )


def test_the_folder_runs_alone(case: Path, tmp_path: Path) -> None:
    """It accepts a bundle, and refuses it once a byte of an event is altered."""
    run = alone(tmp_path / "first", case, "--key", VKEY)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("verified: case KM-2020-002 in the log safeguarding.example/")
    (case / EVENT).write_bytes(CASE[EVENT].replace(b"said", b"sold"))
    run = alone(tmp_path / "second", case, "--key", VKEY)
    assert (run.returncode, run.stderr) == (4, "")
    assert "version 2 of stream" in run.stdout
    assert "of case KM-2020-002: its body does not match the hash in its leaf" in run.stdout


def test_the_module_loads_nothing_else_of_ours(case: Path) -> None:
    """`python -m rapid_review.audit.verify` needs neither the store nor the rules."""
    listing = (
        "import sys; from rapid_review.audit.verify.__main__ import main; "
        "code = main(sys.argv[1:]); "
        "print(*(m for m in sys.modules if m.startswith('rapid_review'))); sys.exit(code)"
    )
    run = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", listing, str(case), "--key", VKEY],
        capture_output=True,
        check=True,
        text=True,
    )
    loaded = set(run.stdout.splitlines()[-1].split())
    ours = {name for name in loaded if name.startswith("rapid_review.audit.verify")}
    assert ours
    assert loaded - ours == {"rapid_review", "rapid_review.audit"}
    module = [sys.executable, "-m", "rapid_review.audit.verify", str(case), "--key", VKEY]
    assert subprocess.run(module, capture_output=True, check=False).returncode == 0  # noqa: S603


def test_the_key_is_given_as_text_or_as_the_file_that_holds_it(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the log's keeper wrote it; a file that holds no key is named."""
    (tmp_path / "log.pub").write_bytes(b"\xef\xbb\xbf" + f"{VKEY}\r\n".encode())
    assert main([str(case), "--key", str(tmp_path / "log.pub")]) == 0
    by_file = capsys.readouterr().out
    assert main([str(case), "--key", VKEY]) == 0
    assert capsys.readouterr().out == by_file
    (tmp_path / "large").write_bytes(b"x" * ((1 << 20) + 1))
    assert main([str(case), "--key", str(tmp_path / "large")]) == 2
    assert f"--key {tmp_path / 'large'}: " in capsys.readouterr().err


# -------------------------------------------------------------- what it prints, and returns


def test_it_tells_what_it_checked_and_what_it_cannot(
    case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For a reader, and with `--json` for a program."""
    assert main([str(case), "--key", VKEY]) == 0
    assert capsys.readouterr().out == (
        "verified: case KM-2020-002 in the log safeguarding.example/reviews\n  checkpoint  9 "
        "events, safeguarding.example/reviews\n  checked     15 files\n  checked     3 events\n  "
        "checked     3 proofs of inclusion\n  checked     3 terms and calendars\n  unchecked   "
        "what was recorded after the checkpoint of 9 events\n  unchecked   whether witnesses saw "
        "this checkpoint: you gave no policy\n  unchecked   whether anyone was ever shown another "
        "version of the log: you gave no checkpoint that was kept earlier\n  unchecked   "
        "replay/case.json: it is not evidence; `rapid-review audit verify-bundle` derives it "
        "again from the events\n  unchecked   whether the log has more than 3 events of this "
        "case: the log's key states that it has no more; only the whole log can confirm it\n"
    )
    (case / "checkpoint").unlink()
    assert main([str(case), "--key", VKEY, "--json"]) == 4
    assert json.loads(capsys.readouterr().out) == {
        "verified": False,
        "subject": "a bundle",
        "origin": None,
        "size": None,
        "root": None,
        "checked": {"files": 15},
        "findings": [{"where": "checkpoint", "what": "is missing"}] * 2,
        "unchecked": [],
    }


def test_it_holds_a_bundle_to_a_policy_and_to_checkpoints_held(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The policy may bring the log's key."""
    policy, held = tmp_path / "policy", tmp_path / "held"
    policy.write_bytes(POLICY)
    held.write_bytes(bytes(NOTE))
    arguments = [str(case), "--policy", str(policy), "--held", str(held), "--json"]
    assert main(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["checked"]["cosignatures of witnesses"] == 2
    assert told["checked"]["roots held or stated earlier"] == 1
    assert (told["size"], told["origin"]) == (9, KEY.name)


def test_an_archive_is_read_as_the_folder_is(tmp_path: Path) -> None:
    """It is the same bundle, in one file."""
    for name, files in (("log.zip", LOG), ("case.zip", CASE)):
        write_archive(files.items(), tmp_path / name)
        assert main([str(tmp_path / name), "--key", VKEY]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--key", "no key"],
        ["--key", str(WITNESSES["icb"].public)],
        ["--key", VKEY, "--policy", "case/entry/1"],
        ["--key", VKEY, "--policy", "absent"],
        ["--key", VKEY, "--held", "case/entry/1"],
        ["--key", VKEY, "--held", "case"],
    ],
)
def test_what_is_brought_must_be_what_it_is_said_to_be(
    case: Path,
    arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Else nothing was verified, and the exit code says that."""
    monkeypatch.chdir(case.parent)
    assert main(["case", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1


DAMAGE: Final[dict[str, tuple[Callable[[bytes], bytes], str]]] = {
    "empty": (lambda _: b"", "is empty"),
    "cut off": (lambda data: data[: len(data) // 2], "is truncated"),
    "cut off after a line": (lambda data: data[: data.index(b"\n") + 1], "is truncated"),
    "CRLF": (lambda data: data.replace(b"\n", b"\r\n"), "has a carriage return before each"),
    "BOM": (lambda data: b"\xef\xbb\xbf" + data, "begins with a byte order mark"),
    "UTF-16": (lambda data: data.decode().encode("utf-16"), "begins with a byte order mark"),
    "another number": (lambda data: data.replace(b"\n9\n", b"\n8\n"), "was not made with its key"),
    "no signature": (
        lambda data: data.partition(b"\n\n")[0] + b"\n",
        "is truncated, or is not a note",
    ),
}
"""What befalls a kept checkpoint on its way, and what is said of it."""


@pytest.mark.parametrize("befell", DAMAGE)
def test_a_damaged_held_checkpoint_is_a_finding_that_says_what_befell_it(
    case: Path, befell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was put aside as evidence, and is evidence no more; that is no mistake in typing."""
    done, said = DAMAGE[befell]
    held = case.parent / "checkpoint.9"
    held.write_bytes(done(bytes(NOTE)))
    assert main([str(case), "--key", VKEY, "--held", str(held), "--json"]) == 4
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["where"] == f"--held {held}"
    assert said in finding["what"]


DAMAGED: Final[dict[str, tuple[Callable[[bytes], bytes], str]]] = {
    "empty": (lambda _: b"", "is empty"),
    "cut off": (lambda data: data[: len(data) // 2], "is truncated: its end is missing"),
    "its beginning cut off": (lambda data: data[len(data) // 2 :], "its beginning is missing"),
    "CRLF": (
        lambda data: data.replace(b"\n", b"\r\n"),
        "has a carriage return before each line feed",
    ),
    "BOM": (lambda data: b"\xef\xbb\xbf" + data, "begins with a byte order mark"),
    "zeros in the middle": (
        lambda data: data[:-300] + bytes(100) + data[-200:],
        "does not follow the archive format from byte",
    ),
}


@pytest.mark.parametrize("befell", DAMAGED)
@pytest.mark.parametrize("kind", ["case", "log"])
def test_a_damaged_archive_is_not_intact_and_the_finding_says_what_befell_it(
    tmp_path: Path, befell: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The person who sent it is asked to send it again, and nothing that it holds is believed."""
    done, said = DAMAGED[befell]
    archive = tmp_path / "bundle.zip"
    write_archive({"case": CASE, "log": LOG}[kind].items(), archive)
    archive.write_bytes(done(archive.read_bytes()))
    assert main([str(archive), "--key", VKEY, "--json"]) == 4
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert findings[0]["where"] == "the archive"
    assert said in findings[0]["what"]


@pytest.mark.parametrize("name", ["absent", "case/entry/1"])
def test_what_is_neither_folder_nor_archive_is_no_bundle(
    case: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing was verified."""
    assert main([str(case.parent / name), "--key", VKEY]) == 2
    assert capsys.readouterr().err


def test_a_command_line_that_is_none_is_refused() -> None:
    """As any program does it."""
    with pytest.raises(SystemExit) as left:
        main([])
    assert left.value.code == 2


def test_a_folder_that_cannot_be_read_is_no_bundle(
    case: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The disk says no: while the folder is listed, and while a file is read."""

    def broken(*_: object, **__: object) -> Iterable[object]:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", broken)
        assert main([str(case), "--key", VKEY]) == 2
    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", broken)
        assert main([str(case), "--key", VKEY]) == 2
    assert capsys.readouterr().err.count("Input/output error") == 2


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_in_a_bundle_is_found(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It might lead anywhere, and be another file tomorrow."""
    (case / "entry" / "1").rename(case.parent / "outside")
    (case / "entry" / "1").symlink_to(case.parent / "outside")
    (case / "folder").symlink_to(case.parent)
    os.mkfifo(case / "pipe")
    assert main([str(case), "--key", VKEY]) == 4
    told = capsys.readouterr().out
    for name in ("entry/1", "folder", "pipe"):
        assert f"{name}: is not a regular file" in told
