"""A copy that nobody may write, as one is given to keep or to look at, can be read."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rapid_review.domain.errors import StorageError
from rapid_review.store import RapidReviews
from tests.cli.a_terminal import RECEIPT, REPORT, answers, lines, typed
from tests.domain.a_review import KENT
from tests.store.rights import with_mode

PROTECTED = [("file",), ("folder",), ("file", "folder")]
MODES = {"file": 0o444, "folder": 0o555}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a store with one case, in a folder of its own."""
    store = tmp_path / "kept" / "rapid-review.db"
    store.parent.mkdir()
    assert typed("apply", "-", "--store", str(store), stdin=lines(RECEIPT, REPORT)).exit_code == 0
    return store


@pytest.fixture(params=PROTECTED, ids="-and-".join)
def protected(store: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """Return it, while its file, its folder or both may not be written."""
    places = {"file": store, "folder": store.parent}
    with ExitStack() as rights:
        for one in request.param:
            rights.enter_context(with_mode(MODES[one], places[one]))
        yield store


@pytest.mark.parametrize(
    "command",
    ["show KM-1", "timeline KM-1", "compliance", "board", "diary", "stats", "audit verify"],
)
def test_a_protected_copy_can_be_read(protected: Path, command: str) -> None:
    """Whatever is asked of it; and nothing is left beside it."""
    before = sorted(protected.parent.iterdir())
    result = typed(*command.split(), "--store", str(protected))
    assert result.exit_code == 0, result.output
    assert result.stdout
    assert sorted(protected.parent.iterdir()) == before


def test_a_protected_copy_takes_nothing(protected: Path) -> None:
    """It is the machine that stands in the way; what was recorded is as it was."""
    before = protected.read_bytes()
    later = {**REPORT, "agency": "police"}
    result = typed("apply", "-", "--store", str(protected), stdin=lines(later))
    assert (result.exit_code, answers(result)) == (1, [])
    stopped = "stopped at line 1, without reading the lines after it"
    assert f"{stopped}: the store could not be written" in result.stderr
    assert protected.read_bytes() == before


def test_a_protected_copy_is_read_as_it_is_now(store: Path) -> None:
    """Also by one who opened it before somebody with the right to do so wrote to it."""
    clock = lambda: datetime(2020, 6, 1, tzinfo=UTC)  # noqa: E731 - no time passes
    with ExitStack() as opened:
        with with_mode(0o555, store.parent):
            seen = opened.enter_context(
                RapidReviews.on_sqlite(store, terms=KENT, clock=clock, unsealed=True)
            )
            assert len(seen.history("KM-1")) == (before := len(seen.history("KM-1")))
            assert len(seen.ledger().verify().findings) == 0
        later = {**REPORT, "agency": "police"}
        assert typed("apply", "-", "--store", str(store), stdin=lines(later)).exit_code == 0
        with with_mode(0o555, store.parent):
            assert len(seen.history("KM-1")) == before + 1


def test_entries_that_stand_in_a_log_beside_are_not_passed_over(
    store: Path, tmp_path: Path
) -> None:
    """A copy of a live store: without the right to write beside it, it would look emptier."""
    folder = tmp_path / "copied"
    folder.mkdir()
    with closing(sqlite3.connect(store)) as live:
        live.execute("SELECT 1 FROM stored_events").fetchone()
        later = {**REPORT, "agency": "police"}
        assert typed("apply", "-", "--store", str(store), stdin=lines(later)).exit_code == 0
        for end in ("", "-wal"):
            shutil.copy(f"{store}{end}", folder)
    copy = folder / store.name
    with with_mode(0o555, folder):
        result = typed("timeline", "KM-1", "--store", str(copy))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "rapid-review.db-wal" in result.stderr
    assert typed("timeline", "KM-1", "--store", str(copy)).stdout.count("AgencyReportFiled") == 2


def test_a_store_that_may_not_be_read_is_no_damaged_one(store: Path) -> None:
    """The machine refuses it; nothing is said of what is in it."""
    with (
        with_mode(0o000, store),
        pytest.raises(StorageError, match=r"rapid-review\.db cannot be read"),
    ):
        RapidReviews.on_sqlite(store, terms=KENT, clock=lambda: datetime.now(UTC), unsealed=True)


def test_a_store_whose_log_another_program_ended_is_opened_as_ever(store: Path) -> None:
    """As some do that copy it; at the first time of asking, by whatever reads it first."""
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    for command in ("show KM-1", "board"):
        result = typed(*command.split(), "--store", str(store))
        assert result.exit_code == 0, result.output
