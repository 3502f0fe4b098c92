"""Being one to whom a file's rights apply, also where the tests are run by root."""

import ctypes
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_VERSION: Final = 0x20080522  # of what the kernel is asked with, of Linux
_NUMBERS: Final = 6  # effective, permitted and inheritable rights, each as two numbers
_OVERRIDES: Final = 0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH


@contextmanager
def asked_for_rights() -> Generator[None, None, None]:
    """Let this thread be asked for its rights to files, as anybody is who is not root."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)  # of this thread
    before = (ctypes.c_uint32 * _NUMBERS)()
    assert libc.capget(header, before) == 0
    asked = (ctypes.c_uint32 * _NUMBERS)(*before)
    asked[0] &= ~_OVERRIDES
    assert libc.capset(header, asked) == 0
    try:
        yield
    finally:
        assert libc.capset(header, before) == 0


@contextmanager
def with_mode(mode: int, *paths: Path) -> Generator[None, None, None]:
    """Give files or folders a mode for a while, in which rights are asked for."""
    before = [(path, path.stat().st_mode) for path in paths]
    for path in paths:
        path.chmod(mode)
    try:
        with asked_for_rights():
            yield
    finally:
        for path, was in before:
            path.chmod(was)
