"""The bill of materials: the libraries that a release was tested with (CycloneDX 1.6, JSON)."""

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from release.tagged import NotReadyError, Release

PINNED: Final = Path("requirements/extras.txt")
NAME: Final = "rapid-review"
_FORM: Final = ("--output-reproducible", "--spec-version", "1.6")
_NAME: Final = re.compile(r"[-_.]+")
_ELSEWHERE: Final = re.compile(r"^([\w-]+)==\S+ ; sys_platform == 'win32'", re.MULTILINE)
"""What is pinned for a system on which the package does not run."""


def bill_of_materials(tree: Path, folder: Path, release: Release) -> Path:
    """Write what the package runs on, with every extra: versions, hashes, licences, who asks.

    It is made of the pinned requirements, and the licences are those that the pinned versions
    declare in what is installed here; so it is the same on every machine.

    Args:
        tree: the files of the tag, and no others.
        folder: where the file goes.
        release: whose it is.

    Raises:
        NotReadyError: what is installed is not what is pinned, or a library declares no licence.
    """
    path = folder / f"{NAME}-{release.version}.cdx.json"
    asked: list[str | Path] = ["requirements", "--pyproject", "pyproject.toml", *_FORM, PINNED]
    bill = _said_by_the_tool(tree, asked)
    elsewhere = set(_ELSEWHERE.findall((tree / PINNED).read_text(encoding="utf-8")))
    bill["components"] = [one for one in bill["components"] if one["name"] not in elsewhere]
    _add_licences(bill["components"], tree)
    root = bill["metadata"]["component"]
    root |= {
        "type": "library",
        "version": release.version,
        "purl": f"pkg:pypi/{NAME}@{release.version}",
    }
    refs = {one["name"]: one["bom-ref"] for one in bill["components"]} | {NAME: root["bom-ref"]}
    bill["dependencies"] = _graph(refs, tree / PINNED)
    path.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8", newline="\n")
    return path


def _said_by_the_tool(tree: Path, asked: Sequence[str | Path]) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", *asked]
    done = subprocess.run(  # noqa: S603 - our own words
        command, cwd=tree, check=True, capture_output=True, text=True
    )
    bill: dict[str, Any] = json.loads(done.stdout)
    return bill


def _add_licences(components: Iterable[dict[str, Any]], tree: Path) -> None:
    """Add to each library the licence that its installed metadata declares."""
    installed = _said_by_the_tool(tree, ["environment", *_FORM, sys.executable])["components"]
    declared = {
        (_NAME.sub("-", one["name"]).lower(), one["version"]): one.get("licenses")
        for one in installed
    }
    for one in components:
        if not (found := declared.get((one["name"], one["version"]))):
            raise NotReadyError(
                f"{one['name']} {one['version']} is pinned, and is not installed here or declares "
                "no licence; `make release` in a new clone installs what is pinned"
            )
        one["licenses"] = found


def _graph(refs: dict[str, str], pinned: Path) -> list[dict[str, Any]]:
    """Read who asks for what from the notes in the pinned requirements (`# via a, b`)."""
    asked_for: dict[str, set[str]] = defaultdict(set)
    lines = pinned.read_text(encoding="utf-8")
    for name, via in re.findall(r"^([\w-]+)==[^#]*# via (.+)$", lines, re.MULTILINE):
        for by in via.split(", "):  # such as `pydantic`, or `rapid-review (pyproject.toml)`
            asked_for[by.partition(" ")[0]].update({refs[name]} if name in refs else ())
    return [
        {"ref": ref, "dependsOn": sorted(asked_for[name])} for name, ref in sorted(refs.items())
    ]
