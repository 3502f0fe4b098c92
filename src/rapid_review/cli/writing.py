"""Writing what was asked for: a file or a folder, whole or not at all, and never over another.

What is there may have been published, or be of the same figures before small numbers were
suppressed; so it is left as it is, and whoever wants it gone removes it. What is written may be
read by its owner alone, until they let others.
"""

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

import click

from rapid_review.cli.errors import FaultError
from rapid_review.wire.values import Json

STANDARD_OUTPUT: Final = "-"


def write_file(path: str, content: str | bytes) -> None:
    """Write a new private file; "-" is standard output.

    Raises:
        FaultError: there is no folder to hold it.
        UsageError: there is something of that name already.
        StorageError: it cannot be written.
    """
    from rapid_review.audit.log import durable

    content = content.encode() if isinstance(content, str) else content
    if path == STANDARD_OUTPUT:
        click.echo(content, nl=False)
        return
    check_vacant(path)
    if not durable.create(Path(path), content):
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


def files_written(output: str, files: Mapping[str, str]) -> Json:
    """Return what `--json` prints about what was written: where, and each file with its digest."""
    digests = {name: sha256(text.encode()).hexdigest() for name, text in files.items()}
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
            raise click.UsageError("--json says which files were written, and -o - writes none")
        if path is None or path == STANDARD_OUTPUT:
            continue
        if not Path(path).parent.is_dir():
            parent = Path(path).parent
            raise FaultError(f"{path}: there is no folder {parent}; make it first")
        if os.path.lexists(path):
            raise _taken(path)


def _taken(path: str) -> click.UsageError:
    return click.UsageError(
        f"{path} is there already, and nothing is written over it; name another, or remove it"
    )
