"""The verifier alone: one file, for anyone who does not install what they check."""

import time
import zipfile
from pathlib import Path
from typing import Final

from release.tagged import Release

HOME: Final = Path("src/rapid_review/audit")
PROGRAM: Final = '''\
"""Run the verifier of this archive: `python NAME.pyz BUNDLE --key VKEY`; `--help` says more."""

import sys

try:
    from verify.__main__ import main
except ModuleNotFoundError as missing:
    if missing.name != "cryptography":
        raise
    print(
        "The signatures cannot be checked: this Python has no library `cryptography`, which is "
        "all that the verifier needs. Install it, and run this file again.",
        file=sys.stderr,
    )
    sys.exit(2)

sys.exit(main())
'''


def verifier_alone(tree: Path, folder: Path, release: Release) -> Path:
    """Pack the verifier so that Python runs it; the library `cryptography` is not in it.

    Nothing is compressed, for releases of zlib differ in what they make of the same bytes.

    Args:
        tree: the files of the tag, and no others.
        folder: where the file goes.
        release: whose it is.
    """
    path = folder / f"rapid-review-verify-{release.version}.pyz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        _write(archive, "__main__.py", PROGRAM.encode(), release)
        _write(archive, "LICENSE", (tree / "LICENSE").read_bytes(), release)
        for file in sorted((tree / HOME / "verify").rglob("*.py")):
            name = file.relative_to(tree / HOME).as_posix()
            _write(archive, name, file.read_bytes(), release)
    return path


def _write(archive: zipfile.ZipFile, name: str, content: bytes, release: Release) -> None:
    member = zipfile.ZipInfo(name, time.gmtime(release.made_at)[:6])
    member.create_system = 3  # POSIX, wherever it is made
    member.external_attr = 0o100644 << 16
    archive.writestr(member, content)
