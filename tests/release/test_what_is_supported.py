"""What the package declares, what its pages say, and what is tested are the same."""

import re
import tomllib
from pathlib import Path
from typing import Final

from tests.release.test_installed import BROUGHT, PYTHONS

ROOT: Final = Path(__file__).parent.parent.parent
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def page(name: str) -> str:
    """Return a page of the reference."""
    return (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")


def declared(kind: str) -> list[str]:
    """Return what the classifiers of a kind say."""
    return [
        classifier.removeprefix(f"{kind} :: ")
        for classifier in PROJECT["classifiers"]
        if classifier.startswith(kind)
    ]


def test_the_versions_of_python_are_those_that_are_tried_and_told() -> None:
    """In the classifiers, in the table of what is run on which, and where the wheel is tried."""
    versions = [one for one in declared("Programming Language :: Python") if one[-1].isdigit()]
    assert tuple(versions) == PYTHONS
    assert PROJECT["requires-python"] == f">={PYTHONS[0]}"
    table = page("support.md").partition("## Python")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (3[^|]+) \|", table, re.MULTILINE)
    assert tuple(", ".join(rows).split(", ")) == PYTHONS


def test_the_system_is_posix_in_both() -> None:
    """The modes of files and the locks are relied on."""
    assert declared("Operating System") == ["POSIX"]
    assert "\nPOSIX only: " in page("support.md")


def test_every_extra_is_tried_told_and_pinned() -> None:
    """An extra that is new is missed here first."""
    extras = sorted(PROJECT["optional-dependencies"])
    assert sorted(BROUGHT) == ["", *extras]
    (line,) = re.findall(r"^The extras are (.+)\.$", page("stability.md"), re.MULTILINE)
    assert re.findall(r"`(\w+)`", line) == extras
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (pinned,) = re.findall(r"^EXTRAS := (.+)$", makefile, re.MULTILINE)
    assert sorted(pinned.replace("--extra ", "").split()) == extras
