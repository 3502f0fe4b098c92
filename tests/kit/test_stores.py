"""The conformance suite over this library's stores, and over broken ones, which it finds."""

import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.store.store import Store
from rapid_review.testing.conformance import StoreConformance
from rapid_review.testing.entry_store import EntryStore, LibraryStore, Opens
from tests.kit.broken_stores import BREAKINGS, Whole, edit

PAGE: Final = Path(__file__).parents[2] / "docs/how-to/test-what-you-build.md"


def test_the_page_lists_every_law_of_the_suite() -> None:
    """In the suite's own order; the walk over all of it is no law of its own."""
    tests = (one for name, one in vars(StoreConformance).items() if name.startswith("test_"))
    laws = dict.fromkeys(str(one.__doc__).partition(":")[0].lower() for one in tests)
    section = PAGE.read_text("utf-8").partition("## Test your store")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| ([a-z][a-z -]*) \|", section, re.MULTILINE)
    assert ["law", *laws] == [*listed, "all of it"]


class TestInMemory(StoreConformance):
    """Gone with the process."""

    outlives_its_handles = False
    store: Store

    def made(self) -> Store:
        """Return a new store."""
        return Store.in_memory()

    def opens(self, folder: Path) -> Opens:
        """Return the same store each time: there is one."""
        del folder
        self.store = self.made()
        return lambda: LibraryStore(self.store)

    def alterations(self, folder: Path) -> Iterable[Callable[[], object]]:
        """Return statements to the tables, past the entries."""
        del folder
        return [partial(self.ask, one) for one in STATEMENTS]

    def ask(self, statement: str) -> None:
        """Ask something of the tables, as anyone in the process may."""
        self.store.opened.tables.write(lambda writer: writer.execute(statement) > 0)


class TestSealedInMemory(TestInMemory):
    """The same, with its words sealed."""

    def made(self) -> Store:
        """Return a new store, and its keys."""
        return Store.in_memory(keys_in_memory())


class TestInAFile(StoreConformance):
    """A file of SQLite's, and the person who owns it."""

    def opens(self, folder: Path) -> Opens:
        """Return what opens the file."""
        return lambda: LibraryStore(Store.on_sqlite(folder / "record.db", unsealed=True))

    def alterations(self, folder: Path) -> Iterable[Callable[[], object]]:
        """Return statements to the file."""
        return [partial(asked, folder / "record.db", one) for one in STATEMENTS]


STATEMENTS = (
    "UPDATE stored_events SET state = x'00' WHERE originator_version = 1",
    "DELETE FROM stored_events WHERE originator_version = 3",
    "DELETE FROM stored_events",
    "REPLACE INTO stored_events SELECT rowid, originator_id, 1, topic, x'00' FROM stored_events",
)


def asked(path: Path, statement: str) -> None:
    """Ask something of a file, as the person who owns it may."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


class WithoutGuards(TestInAFile):
    """A file whose guards somebody took away."""

    __test__ = False

    def opens(self, folder: Path) -> Opens:
        """Return what opens the file, and takes them away."""

        def opened() -> EntryStore:
            store = LibraryStore(Store.on_sqlite(folder / "record.db", unsealed=True))
            for guard in ("no_update", "no_delete", "no_gap", "no_replacement"):
                asked(folder / "record.db", f"DROP TRIGGER IF EXISTS {guard}")
            return store

        return opened


@pytest.mark.parametrize(
    "law", ["test_nothing_that_is_stored_can_be_altered", "test_no_version_is_left_out"]
)
def test_a_file_without_its_guards_is_found(law: str, tmp_path: Path) -> None:
    """Append-only and contiguity rest on them."""
    with pytest.raises(AssertionError):
        getattr(WithoutGuards(), law)(tmp_path)


@pytest.mark.parametrize("kind", [TestInMemory, TestInAFile])
@pytest.mark.parametrize("broken", BREAKINGS, ids=lambda one: one.__name__)
def test_a_broken_store_is_found(
    broken: type[Whole],
    kind: type[StoreConformance],
    tmp_path: Path,
) -> None:
    """Each by the law that it breaks; the rest of the store is as it should be."""
    must_be_found(kind(), broken, tmp_path)


@pytest.mark.parametrize("law", BREAKINGS.values())
def test_a_store_that_only_passes_everything_on_is_not_found(law: str, tmp_path: Path) -> None:
    """So it is what is broken that is found."""
    getattr(over(TestInAFile(), Whole), law)(tmp_path)


class SayingLittle(StoreConformance):
    """A host that says only how its store is opened, and that it ends with its handles."""

    __test__ = False
    outlives_its_handles = False

    def opens(self, folder: Path) -> Opens:
        """Return what opens a file."""
        return TestInAFile().opens(folder)


@pytest.mark.parametrize(
    ("law", "said"),
    [
        ("test_nothing_that_is_stored_can_be_altered", "override `alterations`"),
        ("test_what_was_appended_outlives_its_handle", "override `outlives_its_handles`"),
    ],
)
def test_a_law_that_cannot_be_tried_is_skipped_with_what_to_override(
    law: str, said: str, tmp_path: Path
) -> None:
    """A host that overrode nothing shall not believe that it was tried."""
    with pytest.raises(pytest.skip.Exception, match=said):
        getattr(SayingLittle(), law)(tmp_path)


def must_be_found(suite: StoreConformance, broken: type[Whole], folder: Path) -> None:
    """Hold that a broken store, over one that is whole, is found by its law."""
    broken.altered = frozenset()
    with pytest.raises(AssertionError):
        getattr(over(suite, broken), BREAKINGS[broken])(folder)


def over(suite: StoreConformance, broken: type[Whole]) -> StoreConformance:
    """Return the suite over a store that is broken, over the one that the suite was for."""

    class Broken(StoreConformance):
        def opens(self, folder: Path) -> Opens:
            opened = suite.opens(folder)
            return lambda: broken(opened())

        def alterations(self, folder: Path) -> Iterable[Callable[[], object]]:
            return [*suite.alterations(folder), edit(broken)]

    return Broken()
