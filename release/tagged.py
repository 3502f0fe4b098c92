"""What is checked out is a release: clean, tagged, and of one version throughout."""

import io
import re
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

_DAY: Final = r"\d{4}-\d{2}-\d{2}"
RELEASES: Final = Path("tests/older/releases.toml")


class NotReadyError(Exception):
    """No release can be made of what is checked out; the message says what to do."""


class Release(NamedTuple):
    """A release: its version, and the second (since 1970, UTC) of its commit."""

    version: str
    made_at: int

    def environment(self) -> dict[str, str]:
        """Return what tells a builder the time that it is to write into its files."""
        return {"SOURCE_DATE_EPOCH": str(self.made_at)}


def release_here(root: Path) -> Release:
    """Return the release that is checked out.

    Raises:
        NotReadyError: with all that stands in the way, and what to do about it.
    """
    version = said_version(root)
    problems = [*problems_of_the_tag(root, version), *problems_of_the_files(root, version)]
    if problems:
        listed = "".join(f"\n- {problem}" for problem in problems)
        raise NotReadyError(f"No release {version} can be made of what is checked out:{listed}")
    return Release(version, int(git(root, "show", "-s", "--format=%ct", "HEAD")))


def problems_of_the_tag(root: Path, version: str) -> Iterator[str]:
    """Yield what keeps the commit from being the release of that version."""
    if changed := git(root, "status", "--porcelain"):
        yield (
            f"files that are changed or not in the repository: {len(changed.splitlines())}; "
            "commit them or take them away (git status lists them)"
        )
    tags = [tag for tag in git(root, "tag", "--points-at", "HEAD").split() if tag.startswith("v")]
    if tags != [f"v{version}"]:
        found = " and ".join(tags) or "no tag of a version"
        yield (
            f"the commit has {found}, and __version__ asks for v{version}; "
            f"change __version__, or set the tag: git tag v{version}"
        )


def problems_of_the_files(root: Path, version: str) -> Iterator[str]:
    """Yield what does not know of that version yet."""
    heading = rf"^## \[{re.escape(version)}\] - ({_DAY})$"
    day = re.search(heading, _text(root / "CHANGELOG.md"), re.MULTILINE)
    if day is None:
        yield (
            f"CHANGELOG.md has no heading [{version}] with a day; rename [Unreleased] to it, as "
            f"in `## [{version}] - 2027-01-31`"
        )
    citation = _text(root / "CITATION.cff")
    if f"\nversion: {version}\n" not in citation:
        yield f"CITATION.cff names another version; write {version} there, with the day"
    elif day and f"\ndate-released: {day[1]}\n" not in citation:
        yield (
            "CITATION.cff and CHANGELOG.md do not name the same day; "
            f"write date-released: {day[1]}"
        )
    rows = tomllib.loads(_text(root / RELEASES))["store"]
    if version not in {row["written_by"] for row in rows}:
        yield (
            f"{RELEASES} has no row of {version}; "
            "write its stores and its row: python -m release.stores"
        )


def said_version(root: Path) -> str:
    """Return the version that the package says it has, as the build reads it."""
    hatchling = [sys.executable, "-m", "hatchling", "version"]
    done = subprocess.run(  # noqa: S603 - our own words
        hatchling, cwd=root, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def exported(root: Path, folder: Path) -> Path:
    """Unpack the files of the commit, and no others, into a new folder, and return it."""
    archive = subprocess.run(
        ["git", "archive", "--format=tar", "HEAD"],  # noqa: S607 - the user's own git
        cwd=root,
        check=True,
        capture_output=True,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder


def git(root: Path, *asked: str) -> str:
    """Return what git says of a repository."""
    command = ["git", *asked]
    return subprocess.run(  # noqa: S603 - our own words
        command, cwd=root, check=True, capture_output=True, text=True
    ).stdout.strip()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
