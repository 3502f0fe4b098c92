"""A key that was read is used for a minute at most, and not at all by its destroyer."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store.sealing.destroying import destroy
from rapid_review.store.sealing.key_file import from_key_file
from rapid_review.store.sealing.keys import KEPT, Keys
from rapid_review.store.sealing.opening import key_table, make_keys
from rapid_review.store.sealing.scope_key import Destroyed, opens

STREAM = "0" * 31 + "1"
NOW = "2026-11-26T12:00:00Z"


class Seconds:
    """A clock that only goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Say what it shows."""
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    """Return a clock."""
    return Seconds()


@pytest.fixture
def two(table: str, tmp_path: Path, seconds: Seconds) -> Iterator[tuple[Keys, Keys]]:
    """Return two processes' handles on the keys of one case, of which the first has read one."""
    make_keys(table, tmp_path / "key")
    wraps = from_key_file(tmp_path / "key")
    with (
        closing(Keys(key_table(table), wraps, now=seconds)) as one,
        closing(Keys(key_table(table), wraps, now=seconds)) as other,
    ):
        one.made(STREAM, "c")
        one.keep()
        yield one, other


@pytest.mark.parametrize("version", [None, 3])
def test_a_destroyed_key_is_used_by_others_for_a_minute_and_no_longer(
    two: tuple[Keys, Keys], seconds: Seconds, version: int | None
) -> None:
    """Of a whole scope, and of one entry."""
    reader, eraser = two
    destroy(eraser, STREAM, [("c", version)], order_id="E-1", at=NOW)
    seconds.now = KEPT - 0.1
    assert opens(reader.of(STREAM, "c"), version)
    seconds.now = KEPT
    assert not opens(reader.of(STREAM, "c"), version)
    assert KEPT == 60


def test_anyone_who_destroyed_it_uses_it_no_more(two: tuple[Keys, Keys]) -> None:
    """However short ago it was read."""
    _, eraser = two
    assert opens(eraser.of(STREAM, "c"))
    destroy(eraser, STREAM, [("c", None)], order_id="E-1", at=NOW)
    assert isinstance(eraser.of(STREAM, "c"), Destroyed)
