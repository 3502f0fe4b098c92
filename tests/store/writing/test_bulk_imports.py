"""Importing many cases in one pass: each whole or not at all, and as many as can be."""

import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import OperationalError, StoredEvent

from rapid_review.domain.commands import Command
from rapid_review.domain.errors import CaseNotFoundError, RecordError
from rapid_review.domain.events import AnyEvent, MemberInformed
from rapid_review.store.backends.open import joined
from rapid_review.store.backends.sqlite.log import SQLiteLog
from rapid_review.store.backends.sqlite.opening import open_sqlite
from rapid_review.store.store import Store
from rapid_review.store.writing import bulk_import as imports
from rapid_review.store.writing.bulk_import import BATCH, Account, History
from rapid_review.testing.wording import all_alike
from tests.domain.a_review import INFORM, KENT, RECEIVE, changed, recorded
from tests.store.a_record import CASE, TEAM, HandSetClock, kent_in, reviews_in, send_all


def happened(*commands: Command) -> tuple[AnyEvent, ...]:
    """Return what these commands led to elsewhere, in another store."""
    elsewhere = kent_in()
    send_all(elsewhere, *commands)
    return elsewhere.case(CASE).recorded


OPENED = happened(RECEIVE)
INFORMED = happened(RECEIVE, INFORM)
OTHERWISE = happened(changed(RECEIVE, reference="CSPR-2020-08"))
NONSENSE = (recorded(MemberInformed, INFORM),)


def many(count: int) -> Iterator[History]:
    """Yield as many cases, each just opened."""
    for number in range(1, count + 1):
        yield f"KM-{number}", OPENED


def test_cases_are_imported_many_to_a_transaction(store: Store) -> None:
    """Progress is told after each; no case is split between two."""
    told_so_far: list[int] = []
    count = 2 * BATCH // len(OPENED) + 1
    reviews = kent_in(store)
    done = reviews.import_histories(many(count), by=TEAM, progress=told_so_far.append)
    assert (done.cases, done.entries, done.refused) == (count, 4 * count, ())
    assert told_so_far == [BATCH, 2 * BATCH, 4 * count]
    assert reviews.references() == tuple(name for name, _ in many(count))
    assert all_alike(reviews.case("KM-7").recorded) == all_alike(OPENED)


def test_what_is_refused_is_named_with_its_reason_and_the_rest_goes_in(store: Store) -> None:
    """Nonsense, a name for a reference, and a case that is there with another history."""
    reviews = kent_in(store)
    send_all(reviews, RECEIVE, INFORM, case="KM-3")
    other = happened(RECEIVE, changed(INFORM, person="P-2"))
    done = reviews.import_histories(
        [
            ("KM-1", OPENED),
            ("KM-2", NONSENSE),
            ("KM-3", other),
            ("No reference", OPENED),
            ("KM-4", OPENED),
        ],
        by=TEAM,
    )
    assert (done.cases, done.entries) == (2, 8)
    assert [case for case, _ in done.refused] == ["KM-2", "KM-3", "No reference"]
    reasons = [reason for _, reason in done.refused]
    assert "notification" in reasons[0]
    assert "already exists in the record, with another history" in reasons[1]
    assert "case: found a value of 12 characters (not shown" in reasons[2]
    assert reviews.references() == ("KM-3", "KM-1", "KM-4")


def test_the_same_import_again_records_nothing(store: Store) -> None:
    """An import that was interrupted goes on from where it stood."""
    reviews = kent_in(store)
    reviews.import_histories(many(3), by=TEAM)
    done = reviews.import_histories(many(5), by=TEAM)
    assert (done.cases, done.entries, done.refused) == (2, 8, ())
    assert len(reviews.references()) == 5


def test_a_case_that_comes_twice_in_one_import_is_recorded_once(store: Store) -> None:
    """Said again, it is so already; told otherwise, the second story is refused, and says why."""
    reviews = kent_in(store)
    done = reviews.import_histories(
        [("KM-1", OPENED), ("KM-2", OPENED), ("KM-1", OPENED), ("KM-2", INFORMED)], by=TEAM
    )
    assert (done.cases, done.entries) == (2, 8)
    assert [case for case, _ in done.refused] == ["KM-2"]
    assert "with another history" in done.refused[0][1]
    assert all_alike(reviews.case("KM-2").recorded) == all_alike(OPENED)


@pytest.mark.parametrize(("theirs", "refused"), [(OPENED, 0), (INFORMED, 0), (OTHERWISE, 1)])
def test_a_case_recorded_by_others_meanwhile_does_not_keep_out_the_rest(
    stores: tuple[Store, Store], theirs: Sequence[AnyEvent], refused: int
) -> None:
    """The batch is then imported case by case; the same history, or more of it, is no conflict."""
    fast, slow = kent_in(stores[1]), kent_in(stores[0])

    def histories() -> Iterator[History]:
        yield from many(3)
        fast.import_history("KM-2", theirs, by=TEAM)
        yield "KM-4", OPENED

    done = slow.import_histories(histories(), by=TEAM)
    assert (done.cases, done.entries) == (3, 12)
    assert [case for case, _ in done.refused] == ["KM-2"] * refused
    for _, reason in done.refused:
        assert "somebody else recorded an entry in the case meanwhile" in reason
        assert "with another history" in reason
        assert "If it is another case, import it under another reference" in reason
    assert all_alike(slow.case("KM-2").recorded) == all_alike(theirs)
    assert slow.references() == ("KM-2", "KM-1", "KM-3", "KM-4")


class Meanwhile(HandSetClock):
    """A clock that, when it is asked for the nth time, first lets somebody else do something."""

    def __init__(self, **acts: Callable[[], object]) -> None:
        super().__init__()
        self._acts = acts
        self._asked = 0

    def __call__(self) -> datetime:
        """Say what time it is, a moment too late."""
        self._asked += 1
        self._acts.pop(f"time_{self._asked}", lambda: None)()
        return super().__call__()


@pytest.mark.parametrize(("theirs", "refused"), [(OPENED, 0), (OTHERWISE, 1)])
def test_who_is_beaten_twice_is_not_hidden_by_an_import(
    stores: tuple[Store, Store], theirs: Sequence[AnyEvent], refused: int
) -> None:
    """Others open KM-1 before the batch goes in, and KM-2 while it is tried case by case."""
    fast = kent_in(stores[1])
    clock = Meanwhile(
        time_3=lambda: fast.import_history("KM-1", OTHERWISE, by=TEAM),  # before the batch
        time_4=lambda: fast.import_history("KM-2", theirs, by=TEAM),  # before it goes in alone
    )
    slow = reviews_in(stores[0], terms=KENT, clock=clock)
    done = slow.import_histories(many(3), by=TEAM)
    assert (done.cases, done.entries) == (1, 4)
    assert [case for case, _ in done.refused] == ["KM-1", "KM-2"][: 1 + refused]
    for _, reason in done.refused:
        assert reason.startswith("somebody else recorded an entry in the case meanwhile")
        assert "with another history" in reason
    assert all_alike(slow.case("KM-2").recorded) == all_alike(theirs)
    assert all_alike(slow.case("KM-3").recorded) == all_alike(OPENED)


def test_of_each_case_it_is_said_what_became_of_it_while_others_are_still_to_come(
    store: Store,
) -> None:
    """In their order, when their transaction stands: recorded, there just so, or refused."""
    reviews = kent_in(store)
    reviews.import_history("KM-2", OPENED, by=TEAM)
    count = 2 * BATCH // len(OPENED)
    cases = [("KM-0", NONSENSE), *many(count)]
    outcomes = reviews.import_each(Account(case, events, TEAM) for case, events in cases)
    first, second, third, fourth = (next(outcomes) for _ in range(4))
    assert "notification" in str(first.refused)
    assert [len(one.entries) for one in (first, second, third, fourth)] == [0, 4, 0, 4]
    assert (third.case, third.refused) == ("KM-2", None)
    assert len(reviews.references()) < count
    assert [one.case for one in outcomes] == [name for name, _ in cases[4:]]
    assert len(reviews.references()) == count


def test_an_import_needs_no_more_memory_for_more_cases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction's cases are in memory, and no answer is kept."""
    monkeypatch.setattr(imports, "BATCH", 100)

    def peak(count: int) -> int:
        cases = (Account(case, events, TEAM) for case, events in many(count))
        with closing(Store.on_sqlite(tmp_path / f"record-{count}.db", unsealed=True)) as store:
            reviews = kent_in(store)
            tracemalloc.start()
            try:
                assert sum(1 for _ in reviews.import_each(cases)) == count
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    peak(801)  # what is loaded once, and remembered of a reference, is there
    few, many_more = peak(200), peak(800)
    assert many_more - few < 600 * 1_500, "a case takes several thousand bytes"


class FullAfter(SQLiteLog):
    """A recorder that has room for so many batches."""

    room: int = 1

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,  # noqa: ANN401 - as the library has it
    ) -> Sequence[int] | None:
        """Record, while there is room."""
        if not self.room:
            raise OperationalError("database or disk is full")
        self.room -= 1
        return super().insert_events(stored_events, **kwargs)


def test_what_was_told_as_progress_stands_when_the_disc_is_full(tmp_path: Path) -> None:
    """Nothing of the rest does; the same import again records the rest, and only that."""
    told_so_far: list[int] = []
    count = BATCH // len(OPENED) + 2
    recorder = FullAfter(open_sqlite(tmp_path / "record.db", create=True, sealed=False).datastore)
    with closing(Store(joined(recorder), unsealed=True)) as store:
        reviews = kent_in(store)
        with pytest.raises(RecordError, match="could not be written: database or disk is full"):
            reviews.import_histories(many(count), by=TEAM, progress=told_so_far.append)
        assert told_so_far == [BATCH]
        with pytest.raises(CaseNotFoundError):
            reviews.case(f"KM-{count}")
        recorder.room = 1
        done = reviews.import_histories(many(count), by=TEAM)
        assert (done.cases, done.entries) == (2, 8)
        assert len(reviews.references()) == count
