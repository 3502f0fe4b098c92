"""Where each thing stands in a bundle, and how a file in it may be named."""

import re
from typing import Final


def state_path(stream: str, version: int) -> str:
    """Return where the stored body of a row stands in a bundle."""
    return f"state/{stream}/{version}"


def entry_path(version: int) -> str:
    """Return where an entry stands in the bundle of a case."""
    return f"entry/{version}"


def proof_path(version: int) -> str:
    """Return where an entry's proof of inclusion stands in the bundle of a case."""
    return f"proof/{version}.tlog-proof"


TILE: Final = 256
"""How many hashes, or entries, a full tile holds."""


def tile_path(level: int | str, index: int, width: int = TILE) -> str:
    """Return a tile's path in a bundle (C2SP tlog-tiles).

    Args:
        level: of the tile, from 0; or `entries`.
        index: of the tile within the level, from 0.
        width: how many hashes it holds, if it is not full.

    >>> tile_path(0, 1234067)
    'tile/0/x001/x234/067'
    >>> tile_path("entries", 7, 112)
    'tile/entries/007.p/112'
    """
    digits = f"{index:d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *above, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
    path = "/".join([*(f"x{part}" for part in above), last])
    return f"tile/{level}/{path}" + (f".p/{width}" if width < TILE else "")


GROWTHS: Final = "consistency/"
"""The folder of the proofs of consistency, in the bundle of a case."""


def growth_path(old: int) -> str:
    """Return where the proof of consistency from an older size stands in the bundle of a case."""
    return f"{GROWTHS}{old}"


def is_file_name(name: str) -> bool:
    """Say whether a file of a bundle may have this name."""
    return _NAME.fullmatch(name) is not None


TERMS: Final = "terms/"
"""The folder of the terms and rule sets that the events name."""

CALENDARS: Final = "calendars/"
"""The folder of the calendars that the events name."""

REPLAY: Final = "replay/case.json"
"""Where the bundle of a case states what the rules make of its events."""


def is_attached(name: str, kind: str) -> bool:
    """Say whether the maker of a bundle may give it a file of this name, as it is.

    Args:
        name: of the file.
        kind: of the bundle, `case` or `log`.
    """
    in_place = name.startswith((TERMS, CALENDARS)) or (kind == "case" and name == REPLAY)
    return in_place and is_file_name(name)


_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
