"""The verifier as one file, run by a Python that has nothing of ours and no other library."""

import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from release.tagged import Release
from release.verifier import verifier_alone

ROOT: Final = Path(__file__).parent.parent.parent
OLDER: Final = ROOT / "tests" / "older" / "2026-11"
CRYPTOGRAPHY: Final = ("cryptography", "cffi", "_cffi_backend", "pycparser")


@pytest.fixture
def verifier(tmp_path: Path) -> Path:
    """Return the verifier, in a folder of its own."""
    return verifier_alone(ROOT, tmp_path, Release("1.2.3", 1_800_000_000))


@pytest.fixture
def cryptography(tmp_path: Path) -> Path:
    """Return a folder with the library `cryptography`, what that is on, and no more."""
    folder = tmp_path / "libraries"
    folder.mkdir()
    for name in CRYPTOGRAPHY:
        if (spec := find_spec(name)) and spec.origin:
            home = Path(spec.origin)
            found = home.parent if spec.submodule_search_locations else home
            (folder / found.name).symlink_to(found)
    return folder


def run(verifier: Path, *asked: str, libraries: Path | None = None) -> tuple[int, str]:
    """Run it by a Python without any installed package; return its exit code and what it says."""
    program = [sys.executable, "-S", verifier.name, *asked]
    there = {"PYTHONPATH": str(libraries)} if libraries else {}
    done = subprocess.run(  # noqa: S603 - our own words
        program, cwd=verifier.parent, env=there, check=False, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("bundle", ["log-bundle", "case-bundle.zip"])
def test_it_verifies_a_bundle(verifier: Path, cryptography: Path, bundle: str) -> None:
    """With the log's public key and a checkpoint that was kept, and nothing installed."""
    key = (OLDER / "store.audit-key.pub").read_text(encoding="utf-8").strip()
    held = str(OLDER / "checkpoints" / "checkpoint.82")
    asked = [str(OLDER / bundle), "--key", key, "--held", held]
    code, said = run(verifier, *asked, libraries=cryptography)
    assert (code, said.partition(":")[0]) == (0, "verified")


def test_it_finds_what_was_altered(verifier: Path, cryptography: Path, tmp_path: Path) -> None:
    """The exit code is 4, as that of the folder would be."""
    altered = tmp_path / "altered.zip"
    with (
        zipfile.ZipFile(OLDER / "case-bundle.zip") as given,
        zipfile.ZipFile(altered, "w") as other,
    ):
        for name in given.namelist():
            other.writestr(name, given.read(name).replace(b"2020-05-04", b"2020-05-05"))
    key = (OLDER / "store.audit-key.pub").read_text(encoding="utf-8").strip()
    code, said = run(verifier, str(altered), "--key", key, libraries=cryptography)
    assert (code, "verified" in said.splitlines()[0]) == (4, False)


def test_without_the_library_it_says_what_is_missing(verifier: Path) -> None:
    """In words, and not as a traceback; nothing was tried."""
    code, said = run(verifier, "--help")
    assert code == 2
    assert "no library `cryptography`" in said
    assert "Traceback" not in said


def test_the_same_sources_give_the_same_bytes(verifier: Path, tmp_path: Path) -> None:
    """Of the second of its release; the archive holds the verifier, its licence and no more."""
    (tmp_path / "again").mkdir()
    again = verifier_alone(ROOT, tmp_path / "again", Release("1.2.3", 1_800_000_000))
    assert again.read_bytes() == verifier.read_bytes()
    later = verifier_alone(ROOT, tmp_path / "again", Release("1.2.3", 1_800_000_002))
    assert later.read_bytes() != verifier.read_bytes()
    with zipfile.ZipFile(verifier) as archive:
        names = archive.namelist()
    modules = (ROOT / "src" / "rapid_review" / "audit" / "verify").glob("*.py")
    assert names == ["__main__.py", "LICENSE", *sorted(f"verify/{one.name}" for one in modules)]
