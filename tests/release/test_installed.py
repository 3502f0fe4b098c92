"""The wheel, installed by itself and with each extra alone, on every Python that is at hand.

The libraries are of the versions that are pinned. Each environment is a new one.
"""

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from release.distribution import built
from release.tagged import Release

ROOT: Final = Path(__file__).parent.parent.parent
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")


def these(named: str) -> frozenset[str]:
    """Return the libraries that are named, with a blank between them."""
    return frozenset(named.split())


ALONE: Final = these(
    "annotated-types cffi click cryptography eventsourcing holidays icalendar pycparser pydantic "
    "pydantic-core python-dateutil six typing-extensions typing-inspection tzdata"
)
"""What the package brings without an extra."""
BROUGHT: Final = {
    "": these(""),
    "analytics": these("duckdb"),
    "postgres": these("psycopg psycopg-binary psycopg-pool"),
    "report": these(
        "altair attrs jinja2 jsonschema jsonschema-specifications markupsafe narwhals packaging "
        "referencing rpds-py vl-convert-python"
    ),
    "suppression": these("highspy numpy"),
    "tables": these("python-calamine xlsxwriter"),
    "testing": these("hypothesis iniconfig packaging pluggy pygments pytest sortedcontainers"),
    "web": these("anyio h11 idna jinja2 markupsafe python-multipart starlette uvicorn"),
}
"""What each extra brings besides."""
NOT_OURS: Final = {"pip", "setuptools", "rapid-review"}

DEMO: Final = """
import json, sys
from importlib.metadata import distributions, packages_distributions
from rapid_review.cli import main

main(["demo", "kept"], prog_name="rapid-review", standalone_mode=False)
homes = packages_distributions()
used = {one for name in list(sys.modules) for one in homes.get(name.partition(".")[0], ())}
there = {one.name for one in distributions()}
print(json.dumps({"used": sorted(used), "there": sorted(there)}))
"""
EVERY_MODULE: Final = """
import importlib, json, pkgutil
from pathlib import Path
import rapid_review

home = Path(rapid_review.__file__).parent
files = (file.relative_to(home.parent).with_suffix("") for file in sorted(home.rglob("*.py")))
wanting = {}
for parts in (file.parts for file in files):
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    try:
        importlib.import_module(name)
    except ImportError as error:  # what says in words which extra is missing has its cause
        missing = error if error.name else error.__cause__
        wanting[name] = missing.name.partition(".")[0]
print(json.dumps(wanting))
"""
IMPORTED_AS: Final = {
    "psycopg": "psycopg",
    "psycopg-pool": "psycopg_pool",
    "vl-convert-python": "vl_convert",
    "python-calamine": "python_calamine",
    "python-multipart": "python_multipart",
}
"""Under which name a library is imported, where that is not its own."""


@cache
def pythons() -> dict[str, Path]:
    """Return an interpreter of each version that is declared, where one is at hand."""
    kept = Path.home() / ".pyenv" / "versions"
    found = {}
    for version in PYTHONS:
        for python in (f"python{version}", *map(str, kept.glob(f"{version}.*/bin/python"))):
            if (at_hand := shutil.which(python)) and is_of(version, at_hand):
                found[version] = Path(at_hand)
                break
    return found


def is_of(version: str, python: str) -> bool:
    """Say whether an interpreter runs, is of that version, and can make an environment."""
    asked = "import ensurepip, sqlite3, sys; print(*sys.version_info[:2], sep='.')"
    told = subprocess.run(  # noqa: S603 - an interpreter of this machine
        [python, "-c", asked], check=False, capture_output=True, text=True
    )
    return told.stdout.strip() == version


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of what is checked out."""
    return built("wheel", ROOT, tmp_path_factory.mktemp("built"), Release("", 1_800_000_000))


@pytest.mark.faults
@pytest.mark.parametrize("extra", BROUGHT)
@pytest.mark.parametrize("version", PYTHONS)
def test_with_an_extra_alone_the_demo_runs_on_what_it_brings(
    version: str, extra: str, wheel: Path, tmp_path: Path
) -> None:
    """Nothing else is there or used; every module can be imported but those of other extras."""
    if version not in pythons():
        pytest.skip(f"no Python {version} is at hand")
    python = installed(pythons()[version], wheel, extra, tmp_path)
    told = ran(python, DEMO, tmp_path)
    assert names(told["there"]) == ALONE | BROUGHT[extra]
    assert names(told["used"]) <= ALONE | BROUGHT[extra]
    wanting = ran(python, EVERY_MODULE, tmp_path)
    others = frozenset().union(*BROUGHT.values()) - BROUGHT[extra]
    assert set(wanting.values()) <= {IMPORTED_AS.get(name, name) for name in others}, wanting


def installed(python: Path, wheel: Path, extra: str, folder: Path) -> Path:
    """Install the wheel with an extra into a new environment; return its interpreter."""
    subprocess.run([python, "-m", "venv", folder / "venv"], check=True)  # noqa: S603 - the same
    pinned = pinned_in(folder)
    inside = folder / "venv" / "bin" / "python"
    asked = f"rapid-review[{extra}] @ {wheel.as_uri()}" if extra else str(wheel)
    pip: list[str | Path] = [
        inside,
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "install",
    ]
    subprocess.run([*pip, "--constraint", pinned, asked], check=True)  # noqa: S603 - the same
    return inside


def pinned_in(folder: Path) -> Path:
    """Write the pinned versions into a folder, as pip takes them for constraints."""
    text = (ROOT / "requirements" / "extras.txt").read_text(encoding="utf-8")
    pinned = folder / "pinned.txt"
    pinned.write_text("\n".join(re.findall(r"^[\w-]+==[^\\\n]+", text, re.MULTILINE)))
    return pinned


def ran(python: Path, program: str, folder: Path) -> Any:  # noqa: ANN401 - what it prints
    """Run a program in an environment, and return the JSON in its last line."""
    done = subprocess.run(  # noqa: S603 - the same
        [python, "-I", "-c", program], cwd=folder, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def names(told: list[str]) -> frozenset[str]:
    """Return the names of libraries as they are written in requirements, without those of pip."""
    return frozenset(name.lower().replace("_", "-") for name in told) - NOT_OURS
