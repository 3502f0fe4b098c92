"""A repository with a tagged release in it: what is in our working tree, committed again."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from rapid_review import __version__

ROOT: Final = Path(__file__).parent.parent.parent
DAY: Final = "2026-11-27"
MADE_ON: Final = f"{DAY}T09:00:00+00:00"
STORES: Final = f"""
[[store]]
folder = "{__version__}"
written_by = "{__version__}"
"""


def repository(folder: Path) -> Path:
    """Copy our files into a new repository, where they are the release that they say they are."""
    listed = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard")
    for name in listed.splitlines():
        if (ROOT / name).is_file() and not name.startswith("tests/older/2026"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    changelog = folder / "CHANGELOG.md"
    text = changelog.read_text(encoding="utf-8")
    changelog.write_text(
        text.replace("[Unreleased]", f"[{__version__}] - {DAY}", 1), encoding="utf-8"
    )
    citation = folder / "CITATION.cff"
    text = citation.read_text(encoding="utf-8")
    dated = text.replace("\nauthors:", f"\ndate-released: {DAY}\nauthors:")
    citation.write_text(dated, encoding="utf-8")
    with (folder / "tests" / "older" / "releases.toml").open("a", encoding="utf-8") as rows:
        rows.write(STORES)
    git(folder, "init", "--quiet")
    committed(folder)
    git(folder, "tag", f"v{__version__}")
    return folder


def committed(folder: Path) -> None:
    """Commit all that is in a repository."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "a commit")


def git(folder: Path, *asked: str) -> str:
    """Return what git answers, in a repository that knows nothing of its user."""
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "T"), ("EMAIL", "t@example.org"), ("DATE", MADE_ON))
    }
    command = ["git", *asked]
    return subprocess.run(  # noqa: S603 - our own words
        command, cwd=folder, env=os.environ | who, check=True, capture_output=True, text=True
    ).stdout


def made(folder: Path, *asked: str, umask: int = 0o022) -> subprocess.CompletedProcess[str]:
    """Make a release in a repository, as `make release` does."""
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "release", *asked],
        cwd=folder,
        umask=umask,
        check=False,
        capture_output=True,
        text=True,
    )
