"""A copy of sources of this project, to change something in it and run what comes of it."""

import shutil
from pathlib import Path


def copied(folder: Path, to: Path) -> None:
    """Copy a folder of sources with its bytecode: only what is changed is compiled again."""
    being_written = shutil.ignore_patterns("*.pyc.*")
    shutil.copytree(folder, to, ignore=being_written)
