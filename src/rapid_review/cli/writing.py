"""Write a new file or folder, as a whole or not at all, and never over an existing one.

An existing file may have been published, or may hold the figures before small numbers were
suppressed, so only a person may remove it. Only the owner can read what is written here.
"""

import os
from collections.abc import Iterable, Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, Final

import click

from rapid_review.cli.errors import FaultError
from rapid_review.wire.values import Json

STANDARD_OUTPUT: Final = "-"
_CHUNK: Final = 1 << 20


class PutAside:
    """Content that is written later, kept in a temporary file without a name.

    Args:
        parts: the content, part by part. It must not hold words of a case, because the owner of
            the disk may find them there.

    Attributes:
        digest: the SHA-256 of the content, in hexadecimal.
        file: the temporary file.
    """

    def __init__(self, parts: Iterable[bytes]) -> None:
        digest = sha256()
        self.file = TemporaryFile()  # noqa: SIM115 - `close` closes it
        try:
            for part in parts:
                digest.update(part)
                self.file.write(part)
        except BaseException:
            self.close()
            raise
        self.digest = digest.hexdigest()

    def close(self) -> None:
        """Remove the temporary file."""
        self.file.close()

    def read(self) -> BinaryIO:
        """Return the temporary file, at its beginning."""
        self.file.seek(0)
        return self.file


def write_file(path: str, content: str | bytes | PutAside) -> None:
    """Write a new private file; "-" is standard output.

    Raises:
        FaultError: the folder for it does not exist.
        UsageError: something of that name exists already.
        StorageError: it cannot be written.
    """
    from rapid_review.audit.log import durable

    data = content.encode() if isinstance(content, str) else content
    given = data.read() if isinstance(data, PutAside) else BytesIO(data)
    if path == STANDARD_OUTPUT:
        while chunk := given.read(_CHUNK):
            click.echo(chunk, nl=False)
        return
    check_vacant(path)
    if not durable.create(Path(path), given):
        raise _taken(path)


def write_folder(path: str, files: Mapping[str, str]) -> None:
    """Write a new private folder of files.

    Raises:
        FaultError: the folder for it does not exist.
        UsageError: something of that name exists already.
        StorageError: it cannot be written.
    """
    from rapid_review.audit.log import durable

    check_vacant(path)
    if not durable.create_folder(
        Path(path), ((name, text.encode()) for name, text in files.items())
    ):
        raise _taken(path)


def files_written(output: str, files: Mapping[str, str | bytes]) -> Json:
    """Return what `--json` prints about written files: the place, and the digest of each."""
    contents = {
        name: content.encode() if isinstance(content, str) else content
        for name, content in files.items()
    }
    digests = {name: sha256(content).hexdigest() for name, content in contents.items()}
    written = [{"file": name, "sha256": f"sha256:{digest}"} for name, digest in digests.items()]
    return {"output": output, "files": written}


def check_vacant(*paths: str | None, as_json: bool = False) -> None:
    """Check that nothing exists yet at each path, and that its folder exists.

    A command checks this before it begins its work.

    Raises:
        FaultError: a folder does not exist.
        UsageError: something exists at a path; or a path is standard output, and `--json`, which
            lists the files written, was given too.
    """
    for path in paths:
        if path == STANDARD_OUTPUT and as_json:
            raise click.UsageError(
                "--json prints which files were written, but -o - writes none; give only one of "
                "them"
            )
        if path is None or path == STANDARD_OUTPUT:
            continue
        if not Path(path).parent.is_dir():
            parent = Path(path).parent
            raise FaultError(f"{path}: there is no folder {parent}; make the folder first")
        if os.path.lexists(path):
            raise _taken(path)


def _taken(path: str) -> click.UsageError:
    return click.UsageError(
        f"{path} already exists, and is never overwritten; name another file, or remove this one"
    )
