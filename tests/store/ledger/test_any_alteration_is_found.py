"""Whatever one cell of one row is made to hold, it is found, and what finds it never fails.

Three cases of eight entries, a checkpoint over all of them, and a table that takes any value.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rapid_review.audit.log.signing import Signer
from rapid_review.domain.errors import RapidReviewError, RecordError
from rapid_review.store import RapidReviews
from rapid_review.store.ledger.bundle import bundle_of_case, bundle_of_log
from rapid_review.store.store import Store
from tests.store.a_ledger import CASES, KEY, SIZE, TRUST, loosen, three_cases, unguarded
from tests.store.a_record import kent_in

COLUMNS: Final = ("rowid", "originator_id", "originator_version", "topic", "state")
VALUES: Final = st.one_of(
    st.none(),
    st.integers(-(1 << 63), (1 << 63) - 1),
    st.floats(allow_nan=False),
    st.text(max_size=40).filter(lambda text: max(text, default="") < "\ud800"),
    st.binary(max_size=40),
)


@pytest.fixture(scope="module")
def signed() -> Iterator[Path]:
    """Yield a store with a checkpoint over all of it, and no guard on its table."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.db"
        with closing(Store.on_sqlite(path, unsealed=True)) as store:
            three_cases(kent_in(store))
            store.ledger().checkpoint(Signer.start(KEY, path.with_name("signed")))
        loosen(path)
        yield path


@given(
    position=st.integers(1, SIZE),
    column=st.sampled_from(COLUMNS),
    value=VALUES,
    is_gone=st.booleans(),
)
def test_a_cell_of_another_value_is_found(
    signed: Path, position: int, column: str, value: object, *, is_gone: bool
) -> None:
    """The ledger's tables left alone, or gone: by the row, by its tile, or by the checkpoint.

    One thing is nothing: a last row that stays the last, at another position, and no tile to say
    where it was. Positions are gaps and order, and no part of what was recorded.
    """
    if column == "rowid" and (type(value) is not int or 0 < value <= SIZE):
        value = position + 100  # SQLite takes no other type for it, and no position twice
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.db"
        shutil.copy(signed, path)
        read = f"SELECT {column} FROM stored_events WHERE rowid = ?"  # noqa: S608 - our own
        statement = f"UPDATE stored_events SET {column} = ? WHERE rowid = ?"  # noqa: S608 - our own
        with unguarded(path) as connection:
            (before,) = connection.execute(read, (position,)).fetchone()
            assume((type(value), value) != (type(before), before))
            connection.execute(statement, (value, position))
            if is_gone:
                connection.executescript(
                    "DELETE FROM audit_tiles; DELETE FROM audit_heads; DELETE FROM audit_track"
                )
        stays_last = (
            column == "rowid" and position == SIZE and isinstance(value, int) and value > 0
        )
        is_nothing = is_gone and stays_last
        with closing(Store.on_sqlite(path, unsealed=True)) as store:
            report = store.ledger().verify(TRUST)
        assert bool(report.findings) is not is_nothing


@given(garbage=st.binary(max_size=200) | st.none() | st.integers() | st.text(max_size=20))
def test_a_checkpoint_of_any_bytes_is_a_finding(signed: Path, garbage: object) -> None:
    """It is kept where anybody may have written."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.db"
        shutil.copy(signed, path)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DROP TABLE audit_checkpoints")
            connection.execute("CREATE TABLE audit_checkpoints (origin, size, note)")
            held = garbage if not isinstance(garbage, int) else garbage % 1_000
            connection.execute("INSERT INTO audit_checkpoints VALUES ('x', 1, ?)", (held,))
        with closing(Store.on_sqlite(path, unsealed=True)) as store:
            (finding,) = store.ledger().verify(TRUST).findings
        assert finding.where == "a checkpoint from the store"


@example(position=1, column="originator_version", value=float("-inf"))
@given(position=st.integers(1, SIZE), column=st.sampled_from(COLUMNS[1:]), value=VALUES)
def test_anyone_who_reads_a_cell_of_any_value_is_told_and_never_fails(
    signed: Path, position: int, column: str, value: object
) -> None:
    """A case, its bundle, a checkpoint: made, or refused; the bundle of the log is refused."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.db"
        shutil.copy(signed, path)
        shutil.copy(signed.with_name("signed"), path.with_name("signed"))
        read = f"SELECT {column} FROM stored_events WHERE rowid = ?"  # noqa: S608 - our own
        statement = f"UPDATE stored_events SET {column} = ? WHERE rowid = ?"  # noqa: S608 - our own
        with unguarded(path) as connection:
            (before,) = connection.execute(read, (position,)).fetchone()
            assume((type(value), value) != (type(before), before))
            connection.execute(statement, (value, position))
        with closing(Store.on_sqlite(path, unsealed=True)) as store:
            reviews, signer = kent_in(store), Signer(KEY, path.with_name("signed"))
            ledger = reviews.ledger()
            acts: list[Callable[[], object]] = [
                lambda: ledger.checkpoint(signer),
                lambda: ledger.unanchored(0),
                ledger.rebuild,
            ]
            acts += [partial(reviews.case, case) for case in CASES]
            acts += [partial(reviews.history, case) for case in CASES]
            acts += [partial(_bundled, reviews, case, signer) for case in CASES]
            for act in acts:
                with suppress(RapidReviewError):
                    act()
            with pytest.raises(RecordError):
                list(bundle_of_log(ledger, signer, with_proof=True))


def _bundled(reviews: RapidReviews, case: str, signer: Signer) -> None:
    list(bundle_of_case(reviews, case, signer))


@given(column=st.sampled_from(["position", "size"]), value=VALUES)
def test_a_track_of_any_value_is_told_and_never_fails(
    signed: Path, column: str, value: object
) -> None:
    """What the ledger says of itself is a row like any other to the database's owner."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.db"
        shutil.copy(signed, path)
        shutil.copy(signed.with_name("signed"), path.with_name("signed"))
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DROP TABLE audit_track")
            connection.execute("CREATE TABLE audit_track (id PRIMARY KEY, position, size)")
            connection.execute("INSERT INTO audit_track VALUES (1, ?, ?)", (SIZE, SIZE))
            connection.execute(f"UPDATE audit_track SET {column} = ?", (value,))  # noqa: S608 - our own
        with closing(Store.on_sqlite(path, unsealed=True)) as store:
            ledger = store.ledger()
            assert ledger.verify(TRUST).findings or value == SIZE
            with suppress(RapidReviewError):
                ledger.checkpoint(Signer(KEY, path.with_name("signed")))
