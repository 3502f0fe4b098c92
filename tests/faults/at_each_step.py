"""Killing a process at each of its steps: `python -m tests.faults.at_each_step WHAT FOLDER EVERY`.

A step is a statement that is asked of a database, or a file that is opened, written, flushed,
named or removed. WHAT is done again and again, each time in a fresh copy of FOLDER/before, and
each time by a process that kills itself later than the last, until it comes to its end. What each
left is in FOLDER/1, FOLDER/2, and so on; the last of them is whole. Each is named on standard
output, and looked at before a line on standard input has the next one begin.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Final

from rapid_review.audit.log.note import SigningKey
from rapid_review.audit.log.resealing import sealed_origin
from rapid_review.audit.log.signing import Signer
from rapid_review.store.copies.backups import copy_keys
from rapid_review.store.copies.sealing import NewLog, seal
from rapid_review.store.sealing.opening import make_keys
from rapid_review.store.sealing.rotation import finish, rotate
from rapid_review.store.store import Store
from tests.domain.a_review import RECEIVE
from tests.faults.a_background_worker import opened
from tests.faults.places import (
    copied,
    dropped,
    keys_in,
    record_at,
    sealed_in,
    table_at,
    wait_until_alone,
)
from tests.faults.processes import ROOT
from tests.store.a_ledger import KEY, letter
from tests.store.a_record import CASE, TEAM, kent_in, send_all
from tests.store.subscriptions.a_side_table import keeping

STEPS: Final = frozenset(
    (
        *("execute", "executemany", "commit", "backup", "open", "write", "fsync", "close"),
        *("link", "replace", "rename", "unlink", "remove", "mkdir", "rmdir"),
    )
)
"""The names of the functions that are called at a step."""
_ASKED: Final = ("wait", os.path.join("psycopg", "connection.py"))  # noqa: PTH118 - a part of one
"""The function, and its file, that sends a server something and returns when it has answered."""
NEW: Final = SigningKey(sealed_origin(KEY.name), bytes(range(1, 33)))


def left_by(act: Callable[[Path], None], folder: Path, *, every: int = 1) -> Iterator[Path]:
    """Do something as the module says; yield what each process left, the last one unkilled.

    Args:
        act: what is done, with the folder that it is done in.
        folder: in which `before` is how that folder is before.
        every: how many steps later each process is killed.
    """
    with (folder / "said").open("w+b") as said:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
            [sys.executable, "-m", __name__, act.__name__, str(folder), str(every)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        with process:
            assert process.stdin is not None
            assert process.stdout is not None
            for name in process.stdout:
                yield folder / name.decode().strip()
                process.stdin.write(b"\n")
                process.stdin.flush()
        said.seek(0)
        assert not process.returncode, said.read().decode()


def make(folder: Path) -> None:
    """Make the keys of a new store."""
    make_keys(table_at(folder), folder / "key-file")


def rotate_keys(folder: Path) -> None:
    """Wrap all keys again."""
    rotate(table_at(folder), folder / "key-file")


def finish_rotation(folder: Path) -> None:
    """Give up the old wrapping key."""
    finish(table_at(folder), folder / "key-file")


def copy(folder: Path) -> None:
    """Copy the keys."""
    copy_keys(table_at(folder), folder / "copy")


def erase_words(folder: Path) -> None:
    """Finish an erasure that was approved."""
    with closing(sealed_in(folder)) as store:
        kent_in(store).erase(CASE, "E-1", by=TEAM)


def record(folder: Path) -> None:
    """Record a case with words of its own and of a child, in a sealed store."""
    with closing(sealed_in(folder)) as store:
        send_all(kent_in(store), RECEIVE, letter(1))


def handle_a_page(folder: Path) -> None:
    """Have a subscription handle what there is."""
    with opened(record_at(folder)) as store:
        keeping(kent_in(store)).step()


def seal_store(folder: Path) -> None:
    """Copy a store into a sealed one."""
    make(folder)
    with (
        closing(Store.on_sqlite(folder / "old.db", create=False)) as old,
        closing(keys_in(folder)) as keys,
    ):
        log = NewLog(NEW, folder / "signed-2", ("pt-01", "pt-02"))
        seal(old, folder / "new.db", keys, Signer(KEY, folder / "signed"), log)


def _killed_at(step: int, act: Callable[[Path], None], folder: Path) -> bool:
    """Do something in a process that kills itself at a step; return whether it came so far."""
    child = os.fork()
    if not child:
        left = step

        def count(frame: FrameType, event: str, what: object) -> None:
            nonlocal left
            if _is_a_step(frame, event, what):
                left -= 1
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(count)
        act(folder)
        sys.setprofile(None)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or not os.WEXITSTATUS(status), "it failed"
    return os.WIFSIGNALED(status)


def _is_a_step(frame: FrameType, event: str, what: object) -> bool:
    if event in {"c_call", "c_return"}:
        is_of_a_value = isinstance(getattr(what, "__self__", None), str | bytes | list | set)
        return getattr(what, "__name__", "") in STEPS and not is_of_a_value  # as `str.replace`
    name, file = _ASKED
    return frame.f_code.co_name == name and frame.f_code.co_filename.endswith(file)


def main(what: str, folder: Path, every: int) -> None:
    """Do something until it comes to its end; name each folder, and wait until it was seen."""
    act: Callable[[Path], None] = globals()[what]
    number, killed = 0, True
    while killed:
        number += 1
        place = folder / str(number)
        copied(folder / "before", place)
        killed = _killed_at(1 + (number - 1) * every, act, place)
        wait_until_alone(place)
        print(place.name, flush=True)  # noqa: T201 - for `left_by`
        sys.stdin.readline()
        dropped(place)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
