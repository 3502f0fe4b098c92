"""The leaf of a row: its text, its hash, and the link to the leaf before it."""

import base64
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.audit.log.leaf import Leaves, entry_of, leaf_hash
from rapid_review.audit.log.merkle import root_of
from rapid_review.audit.verify import MalformedError, read_entry

STREAM: Final = "00000000000000000000000000000001"
TOPICS: Final = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60)


def test_the_golden_leaves_come_out() -> None:
    """Worked out apart from this code; anyone who changes them changes every leaf ever derived."""
    leaves = Leaves()
    opening = bytes.fromhex("01000000027b7d")
    first = leaves.add(STREAM, 1, "rapidreview.v1:CaseNotified", opening + b"demo-1")
    second = leaves.add(STREAM, 2, "rapidreview.v1:AgencyReportReceived", opening + b"demo-2")
    assert first.hex() == "feee82051c38c74aee7b70275823d85aa158fa50673d1bfe45aa7abd99a26d5a"
    assert second.hex() == "79c5852000a7bf032269a859073833d32f1a3e5ced0bd403adc7a939cb0ec979"
    root = base64.b64encode(root_of([first, second]))
    assert root == b"A3fT3kpkyM3SM3KPHt0CQu0IX0pKSx1H9yXa0S2BAXs="
    assert leaves.last_leaves == {STREAM: (2, second)}


@given(st.uuids(), st.integers(1, 10**18 - 1), TOPICS, st.binary(max_size=90), st.binary())
def test_the_text_of_a_leaf_says_what_the_row_says(
    stream: UUID, version: int, topic: str, state: bytes, before: bytes
) -> None:
    """Read, and written again, it is the same text: no two texts say the same."""
    previous = None if version == 1 else leaf_hash(before)
    text = entry_of(stream.hex, version, topic, state, previous)
    read = read_entry(text)
    assert (read.stream, read.version, read.topic) == (stream.hex, version, topic)
    assert (read.previous == "-") == (previous is None)
    lines = (read.stream, read.version, read.topic, read.digest, read.previous)
    assert text == b"rapidreview.audit/v1\n" + "".join(f"{line}\n" for line in lines).encode()


@given(st.data())
def test_a_changed_row_has_another_leaf(data: st.DataObject) -> None:
    """Whichever of its columns was changed."""
    row = (STREAM, 2, "CaseClosed", b'{"schema":1}', bytes(32))
    changed = (
        data.draw(st.uuids()).hex,
        data.draw(st.integers(3, 99)),
        data.draw(TOPICS.filter(lambda topic: topic != "CaseClosed")),
        data.draw(st.binary()),
        data.draw(st.binary(min_size=32, max_size=32).filter(any)),
    )
    column = data.draw(st.integers(0, 4))
    other = [*row[:column], changed[column], *row[column + 1 :]]
    assert leaf_hash(entry_of(*row)) != leaf_hash(entry_of(*other))  # type: ignore[arg-type] # of the column that is changed


def test_a_version_of_more_than_eighteen_digits_has_no_leaf() -> None:
    """The last that has one is 10 ** 18 - 1: no leaf of another length is ever hashed."""
    assert entry_of(STREAM, 10**18 - 1, "CaseClosed", b"{}", bytes(32))
    with pytest.raises(MalformedError):
        entry_of(STREAM, 10**18, "CaseClosed", b"{}", bytes(32))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (0, "0" * 31),
        (0, "A" * 32),
        (0, None),
        (1, 0),
        (1, -1),
        (1, 10**18),
        (1, 1.0),
        (1, "1"),
        (1, True),
        (2, ""),
        (2, "Case\nClosed"),
        (2, "Case\x7fClosed"),
        (2, "\ud800"),
        (2, "K" * 256),
        (2, "é" * 128),
        (2, b"CaseClosed"),
        (3, "{}"),
        (3, None),
        (3, memoryview(b"{}")),
        (4, bytes(32)),
    ],
)
def test_a_row_of_odd_types_or_forms_has_no_leaf(column: int, value: object) -> None:
    """It is told, and never a crash: SQLite keeps what it is given, and so might an attacker."""
    row: list[Any] = [STREAM, 1, "CaseClosed", b"{}", None]
    row[column] = value
    with pytest.raises(MalformedError):
        entry_of(*row)
    with pytest.raises(MalformedError):
        Leaves().add(*row[:4] if column < 4 else [[], 1, "CaseClosed", b"{}"])


def test_a_version_that_does_not_follow_has_no_leaf() -> None:
    """Within its stream; streams do not heed one another."""
    leaves = Leaves()
    leaves.add(STREAM, 1, "CaseClosed", b"{}")
    leaves.add("f" * 32, 1, "CaseClosed", b"{}")
    for version in (1, 3):
        with pytest.raises(MalformedError, match="next version in its stream must be 2"):
            leaves.add(STREAM, version, "CaseClosed", b"{}")
    with pytest.raises(MalformedError, match="the next version in its stream must be 1"):
        leaves.add("e" * 32, 2, "CaseClosed", b"{}")
