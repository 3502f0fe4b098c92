"""Whatever one cell of one sealed row is made to hold, the keys find it, and never fail.

No checkpoint covers the rows, and the ledger has not read them: only the rows themselves tell.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rapid_review.store.sealing.keys import Keys
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.store import Store
from tests.store.a_ledger import TRUST, loosen, unguarded
from tests.store.a_record import kent_in
from tests.store.ledger.test_any_alteration_is_found import COLUMNS, VALUES
from tests.store.sealing.test_attacks import LAST, two_cases

RECORD: Final = "record.db"


@pytest.fixture(scope="module")
def loose() -> Iterator[tuple[Path, Keys]]:
    """Yield a sealed store whose table takes any value, and its keys."""
    with TemporaryDirectory() as folder, closing(keys_in_memory()) as keys:
        path = Path(folder) / RECORD
        store = Store.on_sqlite(path, keys=keys)
        two_cases(kent_in(store))
        store.opened.close()
        loosen(path)
        yield path, keys


def is_found(loose: tuple[Path, Keys], position: int, column: str, value: object) -> bool:
    """Put another value into a cell of a copy; say whether anything is found."""
    path, keys = loose
    with TemporaryDirectory() as folder:
        copy = Path(folder) / RECORD
        shutil.copy(path, copy)
        change = f"UPDATE stored_events SET {column} = ? WHERE rowid = ?"  # noqa: S608 - our own
        with unguarded(copy) as connection:
            connection.execute(change, (value, position))
        with closing(Store.on_sqlite(copy, unsealed=True)) as store:
            return bool(store.ledger().verify(TRUST, keys=keys).findings)


def cell(loose: tuple[Path, Keys], position: int, column: str) -> object:
    """Return what a cell holds."""
    read = f"SELECT {column} FROM stored_events WHERE rowid = ?"  # noqa: S608 - our own
    with closing(sqlite3.connect(loose[0])) as connection:
        held: object = connection.execute(read, (position,)).fetchone()[0]
    return held


@given(position=st.integers(1, LAST), column=st.sampled_from(COLUMNS[1:]), value=VALUES)
def test_a_cell_of_another_value_is_found(
    loose: tuple[Path, Keys], position: int, column: str, value: object
) -> None:
    """The stream, the version, the kind or the body; a position is a gap and an order alone."""
    before = cell(loose, position, column)
    assume((type(value), value) != (type(before), before))
    assert is_found(loose, position, column, value)


@given(position=st.integers(1, LAST), data=st.data())
def test_bytes_that_are_changed_cut_out_or_put_in_are_found(
    loose: tuple[Path, Keys], position: int, data: st.DataObject
) -> None:
    """Anywhere in a body, as many as one likes."""
    body = cell(loose, position, "state")
    assert isinstance(body, bytes)
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 40)))
    other = body[:start] + data.draw(st.binary(max_size=40)) + body[end:]
    assume(other != body)
    assert is_found(loose, position, "state", other)
