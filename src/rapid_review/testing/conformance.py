"""What holds for every store of entries: a class of tests to inherit from.

    class TestMyStore(StoreConformance):
        conflict = MyConflict

        def opens(self, folder: Path) -> Opens:
            return lambda: MyStore(folder / "store.db")

Each test is one law, and its docstring says it. Every test has a store of its own. A law that the
class cannot try is skipped, with what to override.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from random import Random
from typing import ClassVar, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapid_review.domain.entry import Entry
from rapid_review.domain.events import EVENTS, AnyEvent
from rapid_review.domain.printable import counted
from rapid_review.store.log.streams import AppendConflictError
from rapid_review.testing.assertions import examples, hold, same
from rapid_review.testing.entry_store import EntryStore, Opens, entries_of, entry_of
from rapid_review.testing.speaking import speaker
from rapid_review.testing.wording import all_alike

KENT: Final = "kent-and-medway"


class StoreConformance:
    """What holds for every store of entries.

    Attributes:
        conflict: what `append` raises where a version is taken, or one before it is missing.
        outlives_its_handles: whether entries still exist after every handle was closed.
        writers: how many write at the same time.
        steps: how many random steps a store takes.
        examples: how many times each kind of event is stored.
        many: a number of entries, larger than what the store reads at once.
    """

    conflict: ClassVar[type[Exception] | tuple[type[Exception], ...]] = AppendConflictError
    outlives_its_handles: ClassVar[bool] = True
    writers: ClassVar[int] = 4
    steps: ClassVar[int] = 60
    examples: ClassVar[int] = 3
    many: ClassVar[int] = 2_100

    def opens(self, folder: Path) -> Opens:
        """Return what opens handles on one new and empty store; to be overridden.

        Args:
            folder: an empty folder for its files.
        """
        raise NotImplementedError(
            f"{type(self).__name__} does not say how its store is opened; override `opens`"
        )

    def alterations(self, folder: Path) -> Iterable[Callable[[], object]]:
        """Return attempts to change or remove what is stored without using the library.

        Each must fail, or change nothing: a statement to the database, a write to the file.
        Override it if your store refuses them.

        Args:
            folder: that of the store.
        """
        del folder
        return ()

    # ------------------------------------------------------------------------------------ order

    def test_what_was_appended_is_read_as_it_was(self, tmp_path: Path) -> None:
        """Order: a case is read from its first entry to its last, as it was appended."""
        with self._handles(tmp_path) as (store, other):
            written = entries_of("A-1", 1, 3)
            store.append(written)
            store.append(entries_of("A-1", 4, 4))
            for handle in (store, other):
                _same(handle.entries(KENT, "A-1"), (*written, entry_of("A-1", 4)), "a case")
                same(tuple(handle.entries(KENT, "A-2")), (), "a case that is not there")

    def test_positions_rise_in_the_order_of_appending(self, tmp_path: Path) -> None:
        """Order: over all cases, so that a reader who continues from a position misses nothing."""
        with self._handles(tmp_path) as (store, other):
            written: list[Entry] = []
            for number, handle in enumerate((store, other, store, other)):
                for case in ("Z-1", "A-1"):  # not in the order of their names
                    some = entries_of(case, 2 * number + 1, 2 * number + 2)
                    handle.append(some)
                    written += some
            for handle in (store, other):
                found = list(handle.entries_after(0))
                positions = [at for at, _ in found]
                _same([entry for _, entry in found], written, "all entries")
                hold(positions[0] > 0, "a position lies at or before 0")
                same(positions, sorted(set(positions)), "positions, in order and each once")
                for place, at in enumerate(positions):
                    behind = [entry for _, entry in handle.entries_after(at)]
                    _same(behind, written[place + 1 :], f"what is behind position {at}")

    def test_more_than_a_page_is_read_to_its_end(self, tmp_path: Path) -> None:
        """Order: over more entries than are read at once, nothing is left out or read twice."""
        with self._handles(tmp_path) as (store, other):
            for first in range(1, self.many + 1, 500):
                store.append(entries_of("A-1", first, min(first + 499, self.many)))
            store.append([entry_of("B-1", 1)])
            found = [(one.case, one.version) for _, one in other.entries_after(0)]
            wanted = [*(("A-1", version) for version in range(1, self.many + 1)), ("B-1", 1)]
            hold(
                found == wanted,
                f"of {counted(len(wanted), 'entry')} {len(found)} were read, or in disorder",
            )
            same(len(other.entries(KENT, "A-1")), self.many, "how many entries a long case has")

    def test_cases_of_one_name_are_apart(self, tmp_path: Path) -> None:
        """Order: two partnerships may each have a case of the same reference."""
        with self._handles(tmp_path) as (store, _):
            theirs = entry_of("A-1", 1, partnership="essex", says="theirs")
            store.append([entry_of("A-1", 1)])
            store.append([theirs])
            _same(store.entries("essex", "A-1"), [theirs], "the other partnership's case")
            _same(store.entries(KENT, "A-1"), [entry_of("A-1", 1)], "the first one's case")

    # ------------------------------------------------------------------------------- contiguity

    def test_no_version_is_left_out(self, tmp_path: Path) -> None:
        """Contiguity: neither at the start of a case, nor later, nor inside a batch."""
        with self._handles(tmp_path) as (store, _):
            self._must_refuse(store, [entry_of("B-1", 2)], "a case that begins with version 2")
            store.append(entries_of("A-1", 1, 2))
            self._must_refuse(store, [entry_of("A-1", 4)], "version 4 after version 2")
            hole = [entry_of("A-1", 3), entry_of("A-1", 5)]
            self._must_refuse(store, hole, "a batch without its version 4")
            store.append([entry_of("A-1", 3)])
            _same(store.entries(KENT, "A-1"), entries_of("A-1", 1, 3), "a case")

    # ------------------------------------------------------------------------ conditional append

    def test_a_version_is_taken_once(self, tmp_path: Path) -> None:
        """Conditional append: of two who saw the same case, the second is refused."""
        with self._handles(tmp_path) as (store, other):
            store.append([entry_of("A-1", 1)])
            same(len(other.entries(KENT, "A-1")), 1, "what the other handle sees")
            first = entry_of("A-1", 2, says="first")
            store.append([first])
            self._must_refuse(
                other, [entry_of("A-1", 2, says="second")], "a version that is taken"
            )
            for handle in (store, other):
                _same(handle.entries(KENT, "A-1"), [entry_of("A-1", 1), first], "a case")

    def test_a_batch_is_written_whole_or_not_at_all(self, tmp_path: Path) -> None:
        """Conditional append: one entry that conflicts keeps all of its batch out."""
        with self._handles(tmp_path) as (store, _):
            store.append([entry_of("A-1", 1)])
            for batch in (
                [*entries_of("B-1", 1, 2), entry_of("A-1", 1, says="taken")],
                [*entries_of("B-1", 1, 2), entry_of("B-1", 2, says="twice")],
            ):
                self._must_refuse(store, batch, "a batch of which one entry conflicts")
                same(tuple(store.entries(KENT, "B-1")), (), "the rest of its batch")
                same(len(list(store.entries_after(0))), 1, "how many entries there are")

    def test_many_who_write_at_once_lose_nothing(self, tmp_path: Path) -> None:
        """Conditional append: each version of one case is one writer's, and all are there."""
        with ExitStack() as opened:
            opens = self.opens(tmp_path)
            handles = [opened.enter_context(closing(opens())) for _ in range(max(2, self.writers))]
            tries = range(12)

            def write(number: int) -> list[str]:
                handle, done = handles[number], list[str]()
                for turn in tries:
                    says = f"{number}-{turn}"
                    version = len(handle.entries(KENT, "A-1")) + 1
                    try:
                        handle.append([entry_of("A-1", version, says=says)])
                    except self.conflict:
                        continue
                    done.append(f"A-{version}")
                    handle.append([entry_of(f"OWN-{number}", len(done), says=says)])
                return done

            with ThreadPoolExecutor(len(handles)) as pool:
                done = list(pool.map(write, range(len(handles))))
            found = handles[0].entries(KENT, "A-1")
            acknowledged = sorted(name for some in done for name in some)
            wanted = sorted(f"A-{version}" for version in range(1, len(found) + 1))
            same([one.version for one in found], list(range(1, len(found) + 1)), "versions")
            same(acknowledged, wanted, "acknowledged appends, beside the versions that are there")
            places = [at for at, _ in handles[0].entries_after(0)]
            same(len(places), 2 * len(found), "how many entries there are")
            same(places, sorted(set(places)), "positions, in order and each once")

    # ------------------------------------------------------------------------------ idempotence

    def test_what_is_appended_again_is_there_once(self, tmp_path: Path) -> None:
        """Idempotence: a writer who lost the answer may append the same again, to no effect."""
        with self._handles(tmp_path) as (store, other):
            written = entries_of("A-1", 1, 2)
            store.append(written)
            for handle in (store, other):
                self._must_refuse(handle, written, "what already exists")
                _same(handle.entries(KENT, "A-1"), written, "a case")

    # ------------------------------------------------------------------------------- append only

    def test_nothing_that_is_stored_can_be_altered(self, tmp_path: Path) -> None:
        """Append-only: neither past the library, nor through what it returned."""
        with self._handles(tmp_path) as (store, other):
            store.append(entries_of("A-1", 1, 3))
            before = tuple(store.bodies(KENT, "A-1"))
            returned = store.entries(KENT, "A-1")
            if isinstance(returned, list):
                returned.clear()
            alterations = tuple(self.alterations(tmp_path))
            for alter in alterations:
                _attempt(alter)
                for handle in (store, other):
                    same(tuple(handle.bodies(KENT, "A-1")), before, "bytes that were altered")
            _same(other.entries(KENT, "A-1"), entries_of("A-1", 1, 3), "a case")
            same(len(list(other.entries_after(0))), 3, "how many entries there are")
        if not alterations:
            pytest.skip("nothing tried to alter what is stored; override `alterations`")

    # ------------------------------------------------------------------------------- equal bytes

    def test_bytes_stay_as_they_were_written(self, tmp_path: Path) -> None:
        """Equal bytes: each time they are read, by any handle, and whatever comes after them."""
        with self._handles(tmp_path) as (store, other):
            store.append(entries_of("A-1", 1, 2))
            before = tuple(store.bodies(KENT, "A-1"))
            same(len(before), 2, "how many bodies two entries have")
            for version in (3, 4):
                store.append([entry_of("A-1", version), entry_of("B-1", version - 2)])
                for handle in (store, other, store):
                    found = tuple(handle.bodies(KENT, "A-1"))[:2]
                    same(found, before, "bytes that were read before")

    def test_every_kind_of_event_is_read_as_it_was_said(self, tmp_path: Path) -> None:
        """Equal bytes: with awkward words, in any zone, at any hour, in every form of a field."""
        with self._handles(tmp_path) as (store, other):
            names = map("K-{}".format, count())

            @examples(self.examples)
            @given(st.tuples(*map(speaker().of_shape, EVENTS.values())))
            def keep(events: tuple[AnyEvent, ...]) -> None:
                case = next(names)
                written = [entry_of(case, at, event) for at, event in enumerate(events, start=1)]
                store.append(written)
                _same(other.entries(KENT, case), written, "events")

            keep()

    def test_what_was_appended_outlives_its_handle(self, tmp_path: Path) -> None:
        """Durability: opened again, everything is there, in its order, byte for byte."""
        if not self.outlives_its_handles:
            pytest.skip("the store ends with its handles; override `outlives_its_handles`")
        opens = self.opens(tmp_path)
        with closing(opens()) as store:
            store.append(entries_of("A-1", 1, 2))
            store.append(entries_of("B-1", 1, 1))
            before = tuple(store.bodies(KENT, "A-1"))
        with closing(opens()) as store:
            same(tuple(store.bodies(KENT, "A-1")), before, "bytes, once it was opened again")
            found = [entry for _, entry in store.entries_after(0)]
            _same(found, [*entries_of("A-1", 1, 2), *entries_of("B-1", 1, 1)], "all entries")
            store.append(entries_of("A-1", 3, 3))
            same(len(store.entries(KENT, "A-1")), 3, "how many entries the case then has")

    # --------------------------------------------------------------------------------- all of it

    def test_whatever_is_asked_in_whatever_order(self, tmp_path: Path) -> None:
        """All of it: a store beside a list that is what it should be, step by step."""
        chance = Random(2026)  # noqa: S311 - a walk, and no secret
        with self._handles(tmp_path) as (store, other):
            known: list[Entry] = []
            for step in range(self.steps):
                handle, case = chance.choice((store, other)), chance.choice(("A-1", "B-1", "C-1"))
                there = [one for one in known if one.case == case]
                first = len(there) + 1 + chance.choice((0, 0, 0, -1, 1))
                last = first + chance.choice((0, 1, 2))
                written = entries_of(case, max(1, first), max(1, last), says=f"step {step}")
                if written[0].version == len(there) + 1:
                    handle.append(written)
                    known += written
                else:
                    self._must_refuse(
                        handle, written, f"version {written[0].version} of {len(there)}"
                    )
                for one in (store, other):
                    here = [entry for entry in known if entry.case == case]
                    _same(one.entries(KENT, case), here, "a case")
            _same([entry for _, entry in other.entries_after(0)], known, "all entries")

    # ------------------------------------------------------------------------------------------

    @contextmanager
    def _handles(self, folder: Path) -> Generator[tuple[EntryStore, EntryStore], None, None]:
        opens = self.opens(folder)
        with closing(opens()) as one, closing(opens()) as other:
            yield one, other

    def _must_refuse(self, store: EntryStore, entries: Sequence[Entry], what: str) -> None:
        try:
            store.append(entries)
        except self.conflict:
            return
        raise AssertionError(f"{what} was appended, but should have been refused as a conflict")


def _same(found: Iterable[Entry], expected: Iterable[Entry], what: str) -> None:
    """Assert that entries are identical, except for words, which may be sealed."""
    same(_written(found), _written(expected), what)


def _written(entries: Iterable[Entry]) -> list[str]:
    return [one.model_dump_json() for one in all_alike(entries)]


def _attempt(alter: Callable[[], object]) -> None:
    """Make an attempt that must fail or change nothing; each database raises its own errors."""
    with suppress(Exception):
        alter()
