"""What is recorded in a host's own transaction commits or rolls back with the host's rows."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

import psycopg
import pytest
from psycopg import ClientCursor, IsolationLevel, RawCursor
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from rapid_review.domain.errors import CaseMovedError, InvalidInputError, RecordError, Refused
from rapid_review.store import RapidReviews
from rapid_review.store.backends.postgres.address import Place
from rapid_review.store.backends.postgres.making import init_postgres
from rapid_review.store.store import Store
from tests.domain.a_review import CONVENE, DECIDE, INFORM, RECEIVE
from tests.store.a_read_model import until
from tests.store.a_record import CASE, TEAM, kent_in, send_all
from tests.store.postgres.a_store import connected, rows_at, store_at
from tests.test_examples import run

Host = psycopg.Connection[tuple[Any, ...]]
WAITING: Final = b"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
def reviews(stores: tuple[Store, Store]) -> RapidReviews:
    """Return reviews in an empty store on a server, sealed or not."""
    return kent_in(stores[0])


@pytest.fixture
def host(empty: str, reviews: RapidReviews) -> Iterator[Host]:
    """Yield the host's own connection, to a database in which it has a table of its own."""
    del reviews  # the store is made
    with connected(empty) as connection:
        connection.execute("CREATE TABLE visits (form text PRIMARY KEY)")
    place = Place.at(empty)
    with psycopg.connect(place.connection) as connection:
        path = SQL("SET search_path = {}").format(Identifier(place.schema))
        connection.execute(path)
        connection.commit()
        yield connection


def visits(address: str) -> list[str]:
    """Return the host's rows, as anybody else sees them."""
    with connected(address) as connection:
        return [form for (form,) in connection.execute("SELECT form FROM visits ORDER BY form")]


def test_both_stand_when_the_host_commits(empty: str, reviews: RapidReviews, host: Host) -> None:
    """Until then nobody else sees either; what the answer says is in the record then."""
    host.execute("INSERT INTO visits VALUES ('form-1')")
    answer = reviews.ask(CASE, RECEIVE, by=TEAM, command_id="form-1", within=host)
    assert (answer.version, answer.repeated, len(answer.entries)) == (4, False, 4)
    assert (visits(empty), rows_at(empty), reviews.references()) == ([], [], ())
    host.commit()
    assert (visits(empty), len(rows_at(empty))) == (["form-1"], 4)
    assert reviews.history(CASE) == answer.entries
    assert reviews.read_model().catch_up() == 4


def test_both_fall_when_the_host_rolls_back(empty: str, reviews: RapidReviews, host: Host) -> None:
    """As if nobody had asked: the same is then recorded under the same id, and its words open.

    A key that was made for it stays, and seals what is recorded then.
    """
    host.execute("INSERT INTO visits VALUES ('form-1')")
    reviews.ask(CASE, RECEIVE, by=TEAM, command_id="form-1", within=host)
    host.rollback()
    assert (visits(empty), rows_at(empty)) == ([], [])
    for _ in range(2):
        answer = reviews.ask(CASE, RECEIVE, by=TEAM, command_id="form-1", within=host)
        assert (answer.version, answer.repeated) == (4, False)
        host.rollback()
    assert not reviews.ask(CASE, RECEIVE, by=TEAM, command_id="form-1").repeated
    assert reviews.ledger().verify().findings == []


def test_several_askings_of_one_transaction_see_each_other(
    empty: str, reviews: RapidReviews, host: Host
) -> None:
    """Each is decided on what was asked before it, and the second of an id is its repetition."""
    with host.transaction():
        reviews.ask(CASE, RECEIVE, by=TEAM, within=host)
        answer = reviews.ask(
            CASE, CONVENE, by=TEAM, command_id="c-2", expected_version=4, within=host
        )
        again = reviews.ask(CASE, CONVENE, by=TEAM, command_id="c-2", within=host)
        assert (answer.version, again.version, again.repeated) == (5, 5, True)
        with pytest.raises(CaseMovedError):
            reviews.ask(CASE, INFORM, by=TEAM, expected_version=4, within=host)
    assert len(rows_at(empty)) == 5


def test_a_host_that_does_not_know_whether_it_committed_does_all_of_it_again(
    empty: str, reviews: RapidReviews, host: Host
) -> None:
    """The same id, and its own row by the same key: both are there once, whichever it was."""

    def submitted() -> bool:
        with host.transaction():
            host.execute("INSERT INTO visits VALUES ('form-1') ON CONFLICT DO NOTHING")
            return reviews.ask(CASE, RECEIVE, by=TEAM, command_id="form-1", within=host).repeated

    assert submitted() is False
    assert submitted() is True
    assert (visits(empty), len(rows_at(empty))) == (["form-1"], 4)


def test_what_is_refused_leaves_the_hosts_transaction_as_it_was(
    empty: str, reviews: RapidReviews, host: Host
) -> None:
    """It is the host's to go on, or to roll back."""
    send_all(reviews, RECEIVE)
    host.execute("INSERT INTO visits VALUES ('form-1')")
    with pytest.raises(Refused):
        reviews.ask(CASE, DECIDE, by=TEAM, within=host)
    with pytest.raises(InvalidInputError):
        reviews.ask("no reference", CONVENE, by=TEAM, within=host)
    reviews.ask(CASE, CONVENE, by=TEAM, within=host)
    host.commit()
    assert (visits(empty), len(rows_at(empty))) == (["form-1"], 5)


def test_what_was_so_already_is_answered_and_remembered(reviews: RapidReviews, host: Host) -> None:
    """With the host's transaction; and the host waits for others as long as before."""
    send_all(reviews, RECEIVE)
    host.execute("SET LOCAL lock_timeout = '7s'")
    answer = reviews.ask(CASE, RECEIVE, by=TEAM, command_id="c-2", within=host)
    assert (answer.entries, answer.version) == ((), 4)
    assert host.execute("SHOW lock_timeout").fetchone() == ("7s",)
    reviews.ask(CASE, CONVENE, by=TEAM, within=host)
    assert host.execute("SHOW lock_timeout").fetchone() == ("7s",)
    host.rollback()
    assert not reviews.ask(CASE, RECEIVE, by=TEAM, command_id="c-2", within=host).repeated
    host.commit()
    assert reviews.ask(CASE, RECEIVE, by=TEAM, command_id="c-2").repeated


def test_others_wait_until_the_host_is_done_and_come_behind_it(
    empty: str, stores: tuple[Store, Store], reviews: RapidReviews, host: Host
) -> None:
    """Positions rise as transactions commit: no reader passes an entry that comes later."""
    reviews.ask(CASE, RECEIVE, by=TEAM, within=host)
    other = threading.Thread(target=partial(send_all, kent_in(stores[1]), RECEIVE, case="KM-2"))
    with connected(empty) as onlooker:
        other.start()
        until(lambda: onlooker.execute(WAITING).fetchone() == (1,))
        assert rows_at(empty) == []
        host.commit()
        other.join()
    assert [entry.case for entry in stores[0].all_entries()] == [CASE] * 4 + ["KM-2"] * 4


def test_two_hosts_at_one_case_both_come_through(
    empty: str, stores: tuple[Store, Store], reviews: RapidReviews, host: Host
) -> None:
    """The one that waited sees what the first recorded, and decides again."""
    send_all(reviews, RECEIVE)
    place = Place.at(empty)

    def second() -> None:
        with psycopg.connect(place.connection) as connection:
            kent_in(stores[1]).ask(CASE, INFORM, by=TEAM, within=connection)

    reviews.ask(CASE, CONVENE, by=TEAM, within=host)
    other = threading.Thread(target=second)
    with connected(empty) as onlooker:
        other.start()
        until(lambda: onlooker.execute(WAITING).fetchone() == (1,))
        host.commit()
        other.join()
    assert [entry.version for entry in reviews.history(CASE)] == list(range(1, 7))


@pytest.mark.parametrize("cursors", [ClientCursor, RawCursor])
def test_a_host_whose_cursors_are_of_another_kind_records_too(
    empty: str, reviews: RapidReviews, host: Host, cursors: type[psycopg.Cursor[Any]]
) -> None:
    """Django's put values into the statement themselves; afterwards the host has its own again."""
    host.cursor_factory = cursors
    host.row_factory = cast("Any", dict_row)
    host.execute("INSERT INTO visits VALUES ('form-1')")
    reviews.ask(CASE, RECEIVE, by=TEAM, within=host)
    reviews.ask(CASE, RECEIVE, by=TEAM, command_id="c-2", within=host)
    assert host.cursor_factory is cursors
    assert isinstance(host.execute("SELECT 1 AS one"), cursors)
    host.commit()
    assert (visits(empty), len(rows_at(empty))) == (["form-1"], 4)


# --- What is no transaction for it


def autocommitting(host: Host) -> None:
    """Commit each statement by itself."""
    host.autocommit = True


def failed(host: Host) -> None:
    """Have a statement fail, after which the transaction cannot go on."""
    with pytest.raises(psycopg.Error):
        host.execute("SELECT 1/0")


def of_a_moment(host: Host) -> None:
    """See one moment for the whole transaction."""
    host.isolation_level = IsolationLevel.REPEATABLE_READ


def closed(host: Host) -> None:
    """Close it."""
    host.close()


@pytest.mark.parametrize(
    ("prepared", "why"),
    [
        (autocommitting, "commits each statement by itself"),
        (failed, "closed or in use, or its transaction has failed"),
        (closed, "closed or in use, or its transaction has failed"),
        (of_a_moment, "the transaction is repeatable read"),
    ],
    ids=["autocommit", "failed", "closed", "repeatable read"],
)
def test_a_transaction_that_cannot_hold_it_is_refused(
    reviews: RapidReviews, host: Host, prepared: Callable[[Host], None], why: str
) -> None:
    """Plainly, and nothing is recorded."""
    prepared(host)
    with pytest.raises(InvalidInputError, match=rf"^within: .*{why}.*Nothing was recorded"):
        reviews.ask(CASE, RECEIVE, by=TEAM, within=host)
    assert reviews.references() == ()


def test_a_connection_that_commits_by_itself_will_do_in_a_transaction(
    empty: str, reviews: RapidReviews, host: Host
) -> None:
    """As Django and others have it."""
    host.autocommit = True
    with host.transaction():
        reviews.ask(CASE, RECEIVE, by=TEAM, within=host)
        assert rows_at(empty) == []
    assert len(rows_at(empty)) == 4


def test_a_connection_to_another_database_is_refused(address: str) -> None:
    """Even of the same server: its rows could not be with the host's."""
    place = Place.at(address)
    with psycopg.connect(place.connection, autocommit=True) as maker:
        maker.execute("CREATE DATABASE another_one")
    try:
        with (
            store_at(address) as store,
            psycopg.connect(place.connection, dbname="another_one") as elsewhere,
            pytest.raises(InvalidInputError, match="another database than the store's"),
        ):
            kent_in(store).ask(CASE, RECEIVE, by=TEAM, within=elsewhere)
    finally:
        with psycopg.connect(place.connection, autocommit=True) as maker:
            maker.execute("DROP DATABASE another_one")


def test_what_is_no_connection_of_the_driver_is_refused(address: str) -> None:
    """An asynchronous one among them."""

    async def given_an_asynchronous_one(store: Store) -> None:
        place = Place.at(address)
        async with await psycopg.AsyncConnection.connect(place.connection) as connection:
            kent_in(store).ask(CASE, RECEIVE, by=TEAM, within=connection)

    with store_at(address) as store:
        for wrong in ("a session", 7, store):
            with pytest.raises(InvalidInputError, match=f"within: found a {type(wrong).__name__}"):
                kent_in(store).ask(CASE, RECEIVE, by=TEAM, within=wrong)
        with (
            ThreadPoolExecutor(1) as apart,  # a browser of another test has a loop of its own
            pytest.raises(InvalidInputError, match="within: found a AsyncConnection"),
        ):
            apart.submit(asyncio.run, given_an_asynchronous_one(store)).result()


@pytest.mark.parametrize("where", ["in memory", "in a file"])
def test_only_a_server_has_transactions_to_share(address: str, tmp_path: Path, where: str) -> None:
    """Whatever the connection is to."""
    in_a_file = partial(Store.on_sqlite, tmp_path / "record.db", unsealed=True)
    with (
        closing(Store.in_memory() if where == "in memory" else in_a_file()) as store,
        psycopg.connect(Place.at(address).connection) as connection,
        pytest.raises(InvalidInputError, match=f"^within: only .* this one is {where}"),
    ):
        kent_in(store).ask(CASE, RECEIVE, by=TEAM, within=connection)


def test_a_store_without_the_function_that_appends_says_what_adds_it(empty: str) -> None:
    """It was made by an older version."""
    init_postgres(empty, sealed=False)
    with connected(empty) as connection:
        connection.execute("DROP FUNCTION append_entries")
    with (
        store_at(empty) as store,
        psycopg.connect(Place.at(empty).connection) as connection,
        pytest.raises(RecordError, match="rapid-review db migrate"),
    ):
        kent_in(store).ask(CASE, RECEIVE, by=TEAM, within=connection)


def test_the_example_keeps_a_form_and_records_it_together(address: str, tmp_path: Path) -> None:
    """Rolled back, done, and done again."""
    assert run("with_your_own_rows.py", tmp_path, address) == [
        "rolled back: ()",
        "was so already: False",
        "was so already: True",
        "recorded: 4 entries",
    ]
