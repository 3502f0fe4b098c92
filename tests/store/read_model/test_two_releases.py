"""Two releases of different layouts work side by side on one store, each with its read model."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import permutations
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from rapid_review.domain.errors import InvalidInputError
from rapid_review.store.read_model.retiring import OtherReadModel, others, retire
from rapid_review.store.sql.read_model import LAYOUT
from rapid_review.store.store import Store
from tests.domain.a_review import CONVENE, KENT, RECEIVE
from tests.store.a_read_model import DAYS, all_of, from_entries
from tests.store.a_record import kent_in, send_all
from tests.store.read_model.another_release import Release

Starts = Callable[..., Release]
ACTS: Final = ("catch_up", "board", "rebuild")


class Shared(NamedTuple):
    """A store that two releases use, by its file or its address, open in this one."""

    store: Store
    name: str


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Shared]:
    """Yield an empty store in a file."""
    path = tmp_path / "record.db"
    with closing(Store.on_sqlite(path, unsealed=True)) as store:
        yield Shared(store, str(path))


@pytest.fixture
def release(tmp_path: Path) -> Iterator[Starts]:
    """Yield what starts another release, of a layout; see `Release`."""
    with ExitStack() as ended:

        def started(layout: int, *, numbers_as_before: bool = False) -> Release:
            new = Release(tmp_path, layout, numbers_as_before=numbers_as_before)
            return ended.enter_context(closing(new))

        yield started


def ready(release: Release, shared: Shared) -> None:
    """On a server the owner makes a release's tables; in a file it does so itself."""
    if "://" in shared.name:
        release.does("init", shared.name)


@pytest.mark.parametrize("layout", [LAYOUT - 1, LAYOUT + 1])
def test_each_release_reads_its_own(shared: Shared, release: Starts, layout: int) -> None:
    """An older one that writes 0 and 1, or a newer one: in whichever order."""
    other = release(layout, numbers_as_before=layout < LAYOUT)
    ready(other, shared)
    reviews = kent_in(shared.store)
    read_model = reviews.read_model()
    ours: dict[str, Callable[[], object]] = {
        "catch_up": read_model.catch_up,
        "board": lambda: [str(one) for one in read_model.board(DAYS[0])],
        "rebuild": read_model.rebuild,
    }
    for number, (theirs, then) in enumerate(permutations(ACTS, 2), start=1):
        send_all(reviews, RECEIVE, case=f"KM-{number}")
        position, before = 4 * number, [str(one) for one in read_model.board(DAYS[0])]
        assert ours[then]() in (position, before)
        other.does(theirs, shared.name)
        assert other.does("catch_up", shared.name) == read_model.catch_up() == position
        assert other.does("board", shared.name) == ours["board"]()
        assert all_of(read_model) == from_entries(reviews)


def test_what_the_last_release_kept_is_left_to_it(shared: Shared, release: Starts) -> None:
    """Though its layout were ours, the first catch-up makes one again, and none fails.

    It wrote `live` as 1. What it left takes up room until it is retired, and is read by nobody.
    """
    reviews = kent_in(shared.store)
    send_all(reviews, RECEIVE)
    last = release(LAYOUT, numbers_as_before=True)
    assert last.does("catch_up", shared.name) == 4
    assert others(shared.store.opened) == (OtherReadModel(LAYOUT, KENT.partnership, 4),)
    send_all(reviews, CONVENE)
    read_model = reviews.read_model()
    assert read_model.position == 0
    assert read_model.catch_up() == 5
    assert all_of(read_model) == from_entries(reviews)
    assert last.does("catch_up", shared.name) == 5
    retire(shared.store.opened, LAYOUT)
    assert others(shared.store.opened) == ()
    assert all_of(read_model) == from_entries(reviews)
    assert last.does("catch_up", shared.name) == read_model.catch_up() == 5


def test_a_newer_release_warms_up_before_it_is_asked(shared: Shared, release: Starts) -> None:
    """Its rebuild makes all there is to make; its first catch-up then reads what came since."""
    reviews = kent_in(shared.store)
    send_all(reviews, RECEIVE)
    read_model = reviews.read_model()
    read_model.catch_up()
    newer = release(LAYOUT + 1)
    ready(newer, shared)
    assert newer.does("rebuild", shared.name) == 4
    assert others(shared.store.opened) == (OtherReadModel(LAYOUT + 1, KENT.partnership, 4),)
    assert len(newer.does("board", shared.name)) == 1
    assert read_model.catch_up() == 4


def test_what_nobody_runs_any_more_is_retired(shared: Shared, release: Starts) -> None:
    """Its builds and its tables go; ours stay. A release that comes back makes its own again."""
    reviews = kent_in(shared.store)
    send_all(reviews, RECEIVE)
    older = release(LAYOUT - 1, numbers_as_before=True)
    ready(older, shared)
    older.does("rebuild", shared.name)
    read_model = reviews.read_model()
    read_model.catch_up()
    tables = shared.store.opened.tables
    assert f"read_model_{LAYOUT - 1}_cases" in tables.names()
    gone = retire(shared.store.opened, LAYOUT - 1)
    assert gone == (OtherReadModel(LAYOUT - 1, KENT.partnership, 4),)
    assert not [name for name in tables.names() if f"_{LAYOUT - 1}_" in name]
    assert all_of(read_model) == from_entries(reviews)
    ready(older, shared)
    assert older.does("catch_up", shared.name) == 4


def test_one_that_is_not_there_cannot_be_retired(shared: Shared) -> None:
    """Least of all the one that this release reads."""
    send_all(reviews := kent_in(shared.store), RECEIVE)
    reviews.read_model().catch_up()
    for layout in (LAYOUT, LAYOUT - 1):
        with pytest.raises(
            InvalidInputError,
            match=f"layout {layout} .*could be: none; this version uses layout {LAYOUT}",
        ):
            retire(shared.store.opened, layout)
    assert reviews.read_model().how_many_cases == 1


def test_a_store_that_was_never_asked_has_none(tmp_path: Path) -> None:
    """Not even the table that says which there are."""
    with closing(Store.on_sqlite(tmp_path / "new.db", unsealed=True)) as store:
        assert others(store.opened) == ()
