"""Writing what was asked for: a file or a folder, whole or not at all, and never over another.

What is there may have been published, or be of the same figures before small numbers were
suppressed; so it is left as it is, and whoever wants it gone removes it.
"""

import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

import click

from rapid_review.cli.output import Json

STANDARD_OUTPUT: Final = "-"


def write_file(path: str, content: str | bytes) -> None:
    """Write a new file; "-" is standard output.

    Raises:
        UsageError: there is something of that name already, or no folder to hold it.
        OSError: it cannot be written.
    """
    content = content.encode() if isinstance(content, str) else content
    if path == STANDARD_OUTPUT:
        click.echo(content, nl=False)
        return
    check_vacant(path)
    file = Path(path)
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.touch(exist_ok=False)
    try:
        unfinished.write_bytes(content)
        unfinished.rename(file)
    except OSError:
        unfinished.unlink()
        raise


def write_folder(path: str, files: Mapping[str, str]) -> None:
    """Write a new folder of files.

    Raises:
        UsageError: there is something of that name already, or no folder to hold it.
        OSError: it cannot be written.
    """
    check_vacant(path)
    folder = Path(path)
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    unfinished.mkdir()
    try:
        for name, text in files.items():
            (unfinished / name).write_text(text, encoding="utf-8", newline="")
        unfinished.rename(folder)
    except OSError:
        shutil.rmtree(unfinished)
        raise


def told_of(output: str, files: Mapping[str, str]) -> Json:
    """Return what `--json` says of what was written: where, and each file with its digest."""
    digests = {name: sha256(text.encode()).hexdigest() for name, text in files.items()}
    told = [{"file": name, "sha256": f"sha256:{digest}"} for name, digest in digests.items()]
    return {"output": output, "files": told}


def check_vacant(*paths: str | None, as_json: bool = False) -> None:
    """See that there is nothing yet at each path that is given, and a folder to hold it.

    A command asks this before it begins, and not only when its work is done.

    Raises:
        UsageError: there is something, or there is no such folder; or it goes to standard output,
            where JSON was to say which files were written.
    """
    for path in paths:
        if path == STANDARD_OUTPUT and as_json:
            raise click.UsageError("--json says which files were written, and -o - writes none")
        if path is None or path == STANDARD_OUTPUT:
            continue
        if not Path(path).parent.is_dir():
            parent = Path(path).parent
            raise click.UsageError(f"{path}: there is no folder {parent}; make it first")
        if Path(path).exists():
            raise click.UsageError(
                f"{path} is there already, and nothing is written over it; name another, or "
                "remove it"
            )
