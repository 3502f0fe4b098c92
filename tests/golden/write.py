"""Writes the golden files of every kind and schema version that has none yet.

There is one of the body as it is where words are not sealed, and one of the sealed body, in
`sealed/`, by the keys and the chance of `sealed.py`.

Run by hand, from the project's folder, after a new kind of event or a new schema version:
`python -m tests.golden.write`. A golden file is what a store may hold: none is ever written again.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from rapid_review.domain.entry import Entry
from rapid_review.store.log.codec import Codec
from tests.golden.entries import ENTRIES
from tests.golden.sealed import SEALED, sealed_body

FOLDER: Final = Path(__file__).parent


def write(
    entries: Mapping[str, Entry], folder: Path = FOLDER, codec: Codec | None = None
) -> Iterator[Path]:
    """Write the files that are not there yet, and yield them."""
    codec = codec or Codec()
    for kind, entry in entries.items():
        schema = f"v{codec.schema_version(kind)}"
        yield from _written(folder / schema / f"{kind}.json", partial(codec.encode, entry))
        yield from _written(folder / SEALED / schema / f"{kind}.body", partial(sealed_body, entry))


def _written(path: Path, body: Callable[[], bytes]) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        made = body()
        with path.open("xb") as file:  # `x`: whatever happens, an existing one stays
            file.write(made)
        yield path


if __name__ == "__main__":
    for written in write(ENTRIES):
        sys.stdout.write(f"wrote {written.relative_to(FOLDER)}\n")
