"""Writes the golden file of every kind and schema version that has none yet.

Run by hand, from the project's folder, after a new kind of event or a new schema version:
`python -m tests.golden.write`. A golden file is what a store may hold: none is ever written again.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from rapid_review.domain.entry import Entry
from rapid_review.store.log.codec import Codec
from tests.golden.entries import ENTRIES

FOLDER: Final = Path(__file__).parent


def write(
    entries: Mapping[str, Entry], folder: Path = FOLDER, codec: Codec | None = None
) -> Iterator[Path]:
    """Write the files that are not there yet, and yield them."""
    codec = codec or Codec()
    for kind, entry in entries.items():
        path = folder / f"v{codec.schema_version(kind)}" / f"{kind}.json"
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            with path.open("xb") as file:  # `x`: whatever happens, an existing one stays
                file.write(codec.encode(entry))
            yield path


if __name__ == "__main__":
    for written in write(ENTRIES):
        sys.stdout.write(f"wrote {written.relative_to(FOLDER)}\n")
