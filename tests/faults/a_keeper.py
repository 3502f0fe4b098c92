"""A process that makes a file, and is killed or not once it is there: `a_keeper WHAT PATH DATA`.

It is killed at the first thing that it would remove: the file has its name then, and what it was
made from is still there. Every such process has the same id, as the first one of a container has.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from rapid_review.audit.log.bundle import write_archive, write_folder
from rapid_review.audit.log.note import Checkpoint, SigningKey, signed
from rapid_review.audit.log.signing import Signer
from rapid_review.audit.log.sinks import FolderSink
from rapid_review.cli import writing
from rapid_review.cli.audit_files import write_key

KEY: Final = SigningKey("safeguarding.example/reviews", bytes(range(32)))
SIZE: Final = 5
KILLED: Final = "--killed"
_REMOVING: Final = frozenset({"os.remove", "os.rmdir", "shutil.rmtree"})


def sink(path: Path, data: bytes) -> None:
    """Keep a checkpoint in the folder in which the path is."""
    FolderSink(path.parent).put(signed(bytes(Checkpoint(KEY.name, SIZE, data * 32)), KEY))


def key(path: Path, data: bytes) -> None:
    """Write a log's private key."""
    write_key(path, SigningKey(KEY.name, data * 32))


def memory(path: Path, data: bytes) -> None:
    """Begin a log that has signed nothing."""
    Signer.start(SigningKey(KEY.name, data * 32), path)


def page(path: Path, data: bytes) -> None:
    """Write a page."""
    writing.write_file(str(path), data)


def archive(path: Path, data: bytes) -> None:
    """Write a bundle as one file."""
    write_archive([("manifest", data)], path)


def folder(path: Path, data: bytes) -> None:
    """Write a bundle as a folder."""
    write_folder([("manifest", data)], path)


ACTS: Final[dict[str, Callable[[Path, bytes], None]]] = {
    act.__name__: act for act in (sink, key, memory, page, archive, folder)
}


def main(act: str, path: str, data: str, *more: str) -> None:
    """Make the file, as a process of that same id."""
    process, same = os.getpid(), 7
    os.getpid = lambda: same

    def kill_at_a_removal(event: str, _: object) -> None:
        if event in _REMOVING:
            os.kill(process, signal.SIGKILL)

    if KILLED in more:
        sys.addaudithook(kill_at_a_removal)
    ACTS[act](Path(path), data.encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
