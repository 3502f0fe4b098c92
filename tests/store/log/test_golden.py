"""Golden bytes: what a store of any age may hold is read, and never written otherwise.

The files are in `tests/golden/`, one a kind and schema version; `tests/golden/write.py` made them.
"""

from pathlib import Path

import pytest

from rapid_review.domain.events import EVENTS
from rapid_review.store.log.codec import Codec
from tests.golden.entries import ENTRIES
from tests.golden.write import FOLDER, write

CODEC = Codec()
FILES = sorted(FOLDER.glob("v*/*.json"))


def schema_of(file: Path) -> int:
    """Return the schema version in whose folder a file is."""
    return int(file.parent.name.removeprefix("v"))


def named(file: Path) -> str:
    """Return how a test of a file is called."""
    return f"{file.parent.name}/{file.stem}"


def test_every_kind_has_golden_bytes_of_every_schema_version_it_ever_had() -> None:
    """A new kind, or a new version of one, is not done before its bytes are kept here."""
    wanted = {
        (version, kind) for kind in EVENTS for version in range(1, CODEC.schema_version(kind) + 1)
    }
    assert {(schema_of(file), file.stem) for file in FILES} == wanted


@pytest.mark.parametrize("file", FILES, ids=named)
def test_golden_bytes_are_read_as_the_entry_they_were(file: Path) -> None:
    """Of an older schema too, by way of its upcasters."""
    assert CODEC.entry(file.stem, file.read_bytes()) == ENTRIES[file.stem]


@pytest.mark.parametrize("file", FILES, ids=named)
def test_golden_bytes_are_replayed_as_the_event_they_hold(file: Path) -> None:
    """Replay takes a shorter way through the bytes, and comes to the same event."""
    entry = ENTRIES[file.stem]
    row = (entry.version, file.stem, file.read_bytes())
    assert list(CODEC.events([row], entry.partnership, entry.case)) == [entry.event]


@pytest.mark.parametrize(
    "file", [one for one in FILES if schema_of(one) == CODEC.schema_version(one.stem)], ids=named
)
def test_an_entry_is_written_in_its_golden_bytes(file: Path) -> None:
    """The leaf of the audit log is made of these bytes: one that changed breaks every proof."""
    assert CODEC.encode(ENTRIES[file.stem]) == file.read_bytes()


def test_a_golden_file_is_never_written_again(tmp_path: Path) -> None:
    """Whatever the code would write by now; what is missing is added."""
    written = list(write(ENTRIES, tmp_path))
    assert len(written) == 2 * len(EVENTS)  # as it is, and sealed
    kept, lost = written[0], written[1]
    kept.write_bytes(b"as it was")
    lost.unlink()
    assert list(write(ENTRIES, tmp_path)) == [lost]
    assert kept.read_bytes() == b"as it was"
