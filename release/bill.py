"""The bill of materials: the libraries that a release was tested with (CycloneDX 1.6, JSON)."""

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

from release.tagged import Release

PINNED: Final = Path("requirements/extras.txt")
NAME: Final = "rapid-review"


def bill_of_materials(tree: Path, folder: Path, release: Release) -> Path:
    """Write what the package runs on, with every extra: versions, hashes, who asks for what.

    It is made of the pinned requirements, and so the same on every machine.

    Args:
        tree: the files of the tag, and no others.
        folder: where the file goes.
        release: whose it is.
    """
    path = folder / f"{NAME}-{release.version}.cdx.json"
    bill = json.loads(_listed(tree))
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


def _listed(tree: Path) -> str:
    command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements"]
    form = ["--pyproject", "pyproject.toml", "--output-reproducible", "--spec-version", "1.6"]
    return subprocess.run(  # noqa: S603 - our own words
        [*command, *form, PINNED], cwd=tree, check=True, capture_output=True, text=True
    ).stdout


def _graph(refs: dict[str, str], pinned: Path) -> list[dict[str, Any]]:
    """Read who asks for what from the notes in the pinned requirements (`# via a, b`)."""
    asked_for: dict[str, set[str]] = defaultdict(set)
    lines = pinned.read_text(encoding="utf-8")
    for name, via in re.findall(r"^([\w-]+)==[^#]*# via (.+)$", lines, re.MULTILINE):
        for by in via.split(", "):  # such as `pydantic`, or `rapid-review (pyproject.toml)`
            asked_for[by.partition(" ")[0]].add(refs[name])
    return [
        {"ref": ref, "dependsOn": sorted(asked_for[name])} for name, ref in sorted(refs.items())
    ]
