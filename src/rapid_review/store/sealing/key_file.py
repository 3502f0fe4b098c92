"""The key file: a wrapping key, and which key stores it opens.

    RR-KEK-1 EPOCH KEY            32 bytes in base64
    opens ID NAME                 a line for each key store, by the id of its row key

A key store is listed when it is first opened with the file. So the rotation of one key store
cannot be finished, and the old key given up, while another one needs it. The name is the key
store's name at that time.
"""

import base64
import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from rapid_review.audit.log import durable
from rapid_review.domain.errors import KeysError
from rapid_review.store.sealing.scope_key import KEY
from rapid_review.store.sealing.wrapping import WrappingKey

_FORM: Final = re.compile(r"RR-KEK-1 ([1-9][0-9]{0,8}) ([A-Za-z0-9+/]{43}=)(?:\n|$)")
_OPENS: Final = re.compile(r"^opens ([0-9a-f]{32}) (.+)$", re.MULTILINE)
_LONGEST: Final = 1 << 20
_GIVE: Final = (
    "Name with --key-file the file that `rapid-review keys init` made, or with --access-key-file "
    "that of an access log"
)
_NO_FOLLOWING: Final = getattr(os, "O_NOFOLLOW", 0)


def new_key_file(path: Path, epoch: int = 1) -> bool:
    """Make a key file that only its owner may read; return False if one exists.

    Raises:
        StorageError: it cannot be made.
    """
    key = base64.b64encode(os.urandom(KEY)).decode()
    return durable.create(path, f"RR-KEK-1 {epoch} {key}\n".encode())


def from_key_file(path: Path) -> WrappingKey:
    """Return the wrapping key in a file.

    Raises:
        KeysError: it does not exist, is a link, may be read by others, or holds no key.
    """
    found = _FORM.match(_read(path))
    if found is None:
        raise KeysError(f"{path.name} is not a key file of rapid-review. {_GIVE}")
    return WrappingKey(int(found[1]), base64.b64decode(found[2]), f"the key file {path.name}")


def opened_by(path: Path) -> Mapping[str, str]:
    """Return the key stores that a key file is known to open, by id, with their names.

    Raises:
        KeysError: as for `from_key_file`.
    """
    return dict(_OPENS.findall(_read(path)))


def enlist(path: Path, key_store: str, name: str) -> None:
    """List a key store among those that a key file opens, if it is not listed and can be.

    Args:
        path: the key file.
        key_store: the id of its row key.
        name: its name.
    """
    text = _read(path)
    if key_store in dict(_OPENS.findall(text)):
        return
    # A line break in a name would begin a line of its own.
    shown = "".join(one if one.isprintable() else "?" for one in name)
    # A line that a crash cut short is ended first, so that this one is read (ADR 0067).
    line = f"{'' if text.endswith(chr(10)) else chr(10)}opens {key_store} {shown}\n"
    # If the file cannot be written, its key cannot be retired either (ADR 0067).
    with suppress(OSError):
        # One write at the end of the file: if two processes list theirs at once, both stay.
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | _NO_FOLLOWING)
        with os.fdopen(handle, "ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())


def _read(path: Path) -> str:
    try:
        with open(path, "rb", opener=_not_through_a_link) as file:
            # Asked of the open file: the name may belong to another file by now.
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_LONGEST).decode(errors="replace")
    except OSError as error:
        reason = "it is a link" if path.is_symlink() else (error.strerror or "it cannot be read")
        raise KeysError(
            f"the key file {path.name} cannot be used: {reason}. {_GIVE}. Without it nothing can "
            "be recorded and no words open; everything else can be read"
        ) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeysError(
            f"other users can read or change the key file {path.name}. Run `chmod 600 "
            f"{path.name}`. Anyone who read it can open every word of the record: if somebody "
            "may have, replace the key with `rapid-review keys rotate`"
        )
    return text


def _not_through_a_link(path: str, flags: int) -> int:
    return os.open(path, flags | _NO_FOLLOWING)
