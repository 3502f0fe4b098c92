"""Which file is at a path, asked without the times of its last change.

Since Linux 6.13, asking when a file was last changed makes the next write to it slower, for that
write has to record a new time. `os.stat` always asks for the time, and a store asks before and
after each commit which file its log is. So on Linux it asks for the number alone (ADR 0100).
"""

import ctypes
import os
import struct
from collections.abc import Callable
from typing import Final

Identity = tuple[int, int]
"""Which file it is, whatever its name: its device, and its number there."""


def identity_by_stat(path: bytes) -> Identity | None:
    """Return which file is at a path, as every system can say it; None if none can be seen."""
    try:
        found = os.stat(path)  # noqa: PTH116 - asked around every transaction
    except OSError:
        return None
    return found.st_dev, found.st_ino


# Python 3.15 has `os.statx`, which will replace the rest. The values are those of statx(2).
_FROM_HERE: Final = -100  # AT_FDCWD: a relative path begins in the current folder
_NUMBER: Final = 0x100  # STATX_INO
# What the answer holds, the number, and both parts of the device.
_ANSWER: Final = struct.Struct("=I28xQ96xII112x")
_Answer = ctypes.c_char * _ANSWER.size


def _best_way() -> Callable[[bytes], Identity | None]:
    """Return what asks only for a file's number, if this system can."""
    try:
        statx = ctypes.CDLL(None).statx
    except (AttributeError, OSError, TypeError):  # not Linux, or an older C library
        return identity_by_stat
    statx.restype = ctypes.c_int
    statx.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.c_char_p)

    def identity_by_statx(path: bytes) -> Identity | None:
        answer = _Answer()  # each call's own, since several threads may ask at once
        if statx(_FROM_HERE, path, 0, _NUMBER, answer) == 0:
            holds, number, major, minor = _ANSWER.unpack_from(answer)
            if holds & _NUMBER:
                return os.makedev(major, minor), number
        return identity_by_stat(path)  # there is no file, or the system refuses this way of asking

    return identity_by_statx


identity_of: Final = _best_way()
"""Return which file is at a path; None if none can be seen."""
