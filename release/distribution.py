"""The source distribution and the wheel."""

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

from release.tagged import Release


def distributions(tree: Path, folder: Path, release: Release) -> Iterator[Path]:
    """Build both into a folder, and yield them.

    The wheel is built from the source distribution, so that anyone who has only that can do the
    same.

    Args:
        tree: the files of the tag, and no others.
        folder: where the files go.
        release: whose they are.
    """
    source = built("sdist", tree, folder, release)
    yield source
    with tarfile.open(source) as files:
        files.extractall(folder / "source", filter="data")
    (unpacked,) = (folder / "source").iterdir()
    yield built("wheel", unpacked, folder, release)


def built(kind: str, tree: Path, folder: Path, release: Release) -> Path:
    """Build one of them, with what is installed here; nothing is fetched."""
    into = folder / kind
    subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", into],
        cwd=tree,
        env=os.environ | release.environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    (made,) = into.iterdir()
    return made
