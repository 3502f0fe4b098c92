"""Makes what a release hands out: `python -m release [--to FOLDER]`, or `make release`.

1. `tagged`: what is checked out is a release, and everything in it says the same version
2. `distribution`: the source distribution from the tag, and the wheel from that
3. `verifier`: the verifier alone, one file that Python runs
4. `bill`: the libraries that the release was tested with, as CycloneDX
5. the SHA-256 of each, here

The same tag gives the same bytes, in whichever folder, at whatever time.
Beside these, `stores` writes what later releases must be able to read.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from release.bill import bill_of_materials
from release.distribution import distributions
from release.tagged import NotReadyError, Release, exported, release_here
from release.verifier import verifier_alone

ROOT: Final = Path.cwd()
SUMS: Final = "SHA256SUMS"


def main() -> int:
    """Make a release of what is checked out here; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m release", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--to", type=Path, default=Path("dist"), help="the folder (dist)")
    folder = parser.parse_args().to
    try:
        release = release_here(ROOT)
        with tempfile.TemporaryDirectory() as made:
            files = [*made_in(Path(made), release)]
            for path in put(files, folder):
                print(path)
    except NotReadyError as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"{error}\n{error.stderr or ''}", file=sys.stderr)
        return 1
    return 0


def made_in(folder: Path, release: Release) -> Iterator[Path]:
    """Make every file of a release in a folder, and yield each; the checksums come last."""
    tree = exported(ROOT, folder / "tree")
    verifier = verifier_alone(tree, folder, release)
    files = [
        *distributions(tree, folder, release),
        bill_of_materials(tree, folder, release),
        verifier,
    ]
    yield from files
    yield with_sums(folder / f"{verifier.name}.sha256", [verifier])
    yield with_sums(folder / SUMS, files)


def with_sums(path: Path, files: list[Path]) -> Path:
    """Write the checksums of files, as `sha256sum --check` reads them."""
    lines = (f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
    return path


def put(files: list[Path], folder: Path) -> Iterator[Path]:
    """Put files into the folder of releases, unless one of them is there with other bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        path = folder / file.name
        if path.exists() and path.read_bytes() != file.read_bytes():
            raise NotReadyError(
                f"{path} already exists, with other bytes. What was handed out never changes: "
                "give the release a new version, or move the file away if nobody has it."
            )
    for file in files:
        yield Path(shutil.copyfile(file, folder / file.name))


if __name__ == "__main__":
    sys.exit(main())
