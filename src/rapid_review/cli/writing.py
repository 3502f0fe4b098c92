"""Writing what was asked for: a file or a folder, whole or not at all, and never over another.

What is there may have been published, or be of the same figures before small numbers were
suppressed; so it is left as it is, and anyone who wants it gone removes it. What is written may be
read by its owner alone, until they let others.
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
    """What is to be written later, in a temporary file without a name; its digest is known.

    Args:
        parts: it, part by part. No words: the person who owns the disk may find it there.

    Attributes:
        digest: its SHA-256, in hexadecimal.
        file: where it lies.
    """

    def __init__(self, parts: Iterable[bytes]) -> None:
        digest = sha256()
        self.file = TemporaryFile()  # noqa: SIM115 - anyone who has it closes it
        try:
            for part in parts:
                digest.update(part)
                self.file.write(part)
        except BaseException:
            self.close()
            raise
        self.digest = digest.hexdigest()

    def close(self) -> None:
        """Remove it."""
        self.file.close()

    def read(self) -> BinaryIO:
        """Return the file, from its beginning."""
        self.file.seek(0)
        return self.file


def write_file(path: str, content: str | bytes | PutAside) -> None:
    """Write a new private file; "-" is standard output.

    Raises:
        FaultError: there is no folder to hold it.
        UsageError: there is something of that name already.
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
        FaultError: there is no folder to hold it.
        UsageError: there is something of that name already.
        StorageError: it cannot be written.
    """
    from rapid_review.audit.log import durable

    check_vacant(path)
    if not durable.create_folder(
        Path(path), ((name, text.encode()) for name, text in files.items())
    ):
        raise _taken(path)


def files_written(output: str, files: Mapping[str, str | bytes]) -> Json:
    """Return what `--json` prints about what was written: where, and each file with its digest."""
    contents = {
        name: content.encode() if isinstance(content, str) else content
        for name, content in files.items()
    }
    digests = {name: sha256(content).hexdigest() for name, content in contents.items()}
    written = [{"file": name, "sha256": f"sha256:{digest}"} for name, digest in digests.items()]
    return {"output": output, "files": written}


def check_vacant(*paths: str | None, as_json: bool = False) -> None:
    """See that there is nothing yet at each path that is given, and a folder to hold it.

    A command asks this before it begins, and not only when its work is done.

    Raises:
        FaultError: there is no such folder.
        UsageError: there is something already; or it goes to standard output, where JSON was to
            say which files were written.
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
