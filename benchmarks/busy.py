"""Cases at work, in an SQLite file: a command on a case just read, and eight callers at once.

Every commit reaches the disk. A case has ten events, as in `recording`.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError

from benchmarks import material, stock
from benchmarks.harness import Benchmark, Contender, Effort, must_agree, one_by_one, rate
from benchmarks.recording import EVENTS, shares
from rapid_review import RapidReviews
from rapid_review.domain.errors import CaseChangedError
from rapid_review.store.log.stream import EVENTS_KEPT
from rapid_review.store.store import Store

CALLERS: Final = 8

Sharing = Callable[[Callable[..., None]], Callable[[Sequence[tuple[object, int]]], None]]
"""Makes, of what is done to one thing, what is done to many by so many callers."""


def benchmarks(effort: Effort, folder: Path) -> Iterator[Benchmark]:
    """Yield commands on cases just read, and those of eight callers, on one case and on many."""
    path = folder / "busy.db"
    with (
        _reviews_at(path) as reviews,
        _reviews_at(path, events_kept=0) as keeping_none,
        stock.on_sqlite(folder / "busy-stock.db", aggregates_kept=1_000) as application,
    ):
        cases = effort.of(300)
        yield Benchmark(
            "durable_commands_again",
            "commands/s",
            "higher",
            _again(reviews, cases, effort.turns),
            {
                "ours, nothing kept": _again(keeping_none, cases, effort.turns),
                "eventsourcing, with its cache": _again_in_stock(application, cases, effort.turns),
            },
        )
        each = effort.of(40)
        yield Benchmark(
            "one_case_by_eight",
            "commands/s",
            "higher",
            _together(reviews, each),
            {"eventsourcing, until it is saved": _together_in_stock(application, each)},
        )
        with _reviews_at(path, commits_together=True) as together:
            yield Benchmark(
                "commands_of_eight",
                "commands/s",
                "higher",
                _each_its_own(together, cases, effort.turns, _by_eight),
                {
                    "ours, each committed by itself": _each_its_own(
                        reviews, cases, effort.turns, _by_eight
                    ),
                    "ours, of one caller": _each_its_own(reviews, cases, effort.turns, _by_one),
                },
            )


@contextmanager
def _reviews_at(
    path: Path, *, events_kept: int = EVENTS_KEPT, commits_together: bool = False
) -> Iterator[RapidReviews]:
    store = Store.on_sqlite(
        path, unsealed=True, events_kept=events_kept, commits_together=commits_together
    )
    with RapidReviews.owning(store, terms=material.KENT, clock=material.clock) as reviews:
        yield reviews


def _again(reviews: RapidReviews, cases: int, turns: int) -> Contender:
    """Return what asks one command of each of so many cases that were just read, twice."""
    made = material.references(cases * turns)
    history = material.history(EVENTS)
    reviews.import_histories([(case, history) for case in made], by=material.BY)
    of_a_turn = shares(made, cases)

    def read_before() -> list[str]:
        there = of_a_turn()
        for case in (*there, *there):
            reviews.case(case)
        return there

    return rate(read_before, one_by_one(lambda case: _ask(reviews, case, EVENTS)))


def _ask(reviews: RapidReviews, case: str, number: int) -> None:
    command = material.letter(number)
    done = reviews.handle(case, command, by=material.BY, purpose=material.PURPOSE)
    must_agree(1, len(done))


def _again_in_stock(application: Application[UUID], cases: int, turns: int) -> Contender:
    made = [stock.opened(case, EVENTS) for case in material.references(cases * turns)]
    application.save(*made)
    of_a_turn = shares([case.id for case in made], cases)

    def read_before() -> list[UUID]:
        there = of_a_turn()
        for case in there:
            application.repository.get(case)
        return there

    return rate(read_before, one_by_one(lambda case: _save(application, case, EVENTS)))


def _save(application: Application[UUID], case: UUID, number: int) -> None:
    loaded: stock.Stock = application.repository.get(case)
    stock.log(loaded, number)
    application.save(loaded)


def _together(reviews: RapidReviews, each: int) -> Contender:
    """Return what asks so many commands of one case by each of eight callers at once."""

    def new_case() -> list[tuple[str, int]]:
        (case,) = material.references(1)
        reviews.import_histories([(case, material.history(EVENTS))], by=material.BY)
        return [(case, EVENTS + number) for number in range(CALLERS * each)]

    def ask(case: str, number: int) -> None:
        while True:
            try:
                return _ask(reviews, case, number)
            except CaseChangedError:  # before there was a last try under the lock
                continue

    return rate(new_case, _by_eight(ask))


def _together_in_stock(application: Application[UUID], each: int) -> Contender:
    def new_case() -> list[tuple[UUID, int]]:
        (name,) = material.references(1)
        case = stock.opened(name, EVENTS)
        application.save(case)
        return [(case.id, EVENTS + number) for number in range(CALLERS * each)]

    def save(case: UUID, number: int) -> None:
        while True:
            try:
                return _save(application, case, number)
            except IntegrityError:  # somebody else was first
                continue

    return rate(new_case, _by_eight(save))


def _each_its_own(reviews: RapidReviews, cases: int, turns: int, by: Sharing) -> Contender:
    """Return what asks one command of each of so many cases, shared among the callers."""
    made = material.references(cases * turns)
    history = material.history(EVENTS)
    reviews.import_histories([(case, history) for case in made], by=material.BY)
    of_a_turn = shares(made, cases)
    return rate(
        lambda: [(case, EVENTS) for case in of_a_turn()],
        by(lambda case, number: _ask(reviews, case, number)),
    )


def _by_one(act: Callable[..., None]) -> Callable[[Sequence[tuple[object, int]]], None]:
    return one_by_one(lambda one: act(*one))


def _by_eight(act: Callable[..., None]) -> Callable[[Sequence[tuple[object, int]]], None]:
    """Return work that is shared by eight threads."""

    def work(things: Sequence[tuple[object, int]]) -> None:
        with ThreadPoolExecutor(CALLERS) as callers:
            for _ in callers.map(lambda one: act(*one), things):
                pass

    return work
