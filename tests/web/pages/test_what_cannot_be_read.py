"""Pages about all cases say how many could not be read, and claim nothing about those."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rapid_review.store import RapidReviews
from rapid_review.store.backends.sqlite import datastore
from rapid_review.store.sealing import key_table
from rapid_review.store.store import Store
from tests.domain.a_review import INFORM, RECEIVE
from tests.store.a_ledger import unguarded
from tests.web.http.a_service import place_in
from tests.web.pages.a_site import CASE, COORDINATOR, KENT, NOW, Team, hidden, pages_of, said

OF_ALL_CASES = ("/", "/?all=1", "/diary", "/diary?all=1", "/statistics", "/search?q=KM")


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """Two cases, both of which can be read."""
    with (
        closing(Store.in_memory()) as access,
        closing(Store.on_sqlite(tmp_path / "record.db", unsealed=True)) as store,
    ):
        now = [NOW]
        reviews = RapidReviews(store, terms=KENT, clock=lambda: now[0], access=access)
        for case in ("KM-1", "KM-2"):
            reviews.handle(case, RECEIVE, by=COORDINATOR)
        with pages_of(reviews, now) as somebody:
            yield somebody


@pytest.mark.parametrize("path", OF_ALL_CASES)
def test_a_page_of_all_cases_says_that_one_could_not_be_read(
    team: Team, tmp_path: Path, path: str
) -> None:
    """Whichever page it is."""
    damage(tmp_path)
    assert "1 case or entry could not be read" in team.sees(path)


@pytest.mark.parametrize("path", OF_ALL_CASES)
def test_a_page_says_nothing_of_it_while_every_case_can_be_read(team: Team, path: str) -> None:
    """Nobody is worried for nothing."""
    assert "could not be read" not in team.sees(path)


def test_nothing_is_called_late_or_not_late_without_the_case(team: Team, tmp_path: Path) -> None:
    """The case that cannot be read may be the one that is late."""
    damage(tmp_path)
    team.now[0] = RECEIVE.at
    assert "No clock is late" not in team.sees("/")


def test_nothing_is_late_where_every_case_was_read(team: Team) -> None:
    """On the day of the notification."""
    team.now[0] = RECEIVE.at
    assert "No clock is late" in team.sees("/")


def damage(place: Path) -> None:
    """Make the only entry of KM-2 one that cannot be read."""
    with unguarded(place / "record.db") as connection:
        connection.execute("UPDATE stored_events SET state = x'00' WHERE rowid = 2")


def test_pages_whose_keys_another_program_has_locked_work_in_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys are not missing, so nobody need be asked to look after the program."""
    monkeypatch.setattr(key_table, "_PATIENCE", 0.0)
    with (
        closing(place_in(tmp_path).opened()) as store,
        pages_of(RapidReviews(store, terms=KENT, clock=lambda: NOW), [NOW]) as somebody,
        closing(sqlite3.connect(tmp_path / "keys.db")) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        answer = somebody.records(RECEIVE)
        assert answer.status_code == 503
        assert "The keys of the store cannot be used at the moment" in said(answer)
        assert "Nothing was recorded. Try again in a moment." in said(answer)
        other.rollback()
        assert somebody.sends("/new", hidden(answer.text)).status_code == 303
        assert somebody.records(RECEIVE, "KM-2").status_code == 303


def test_answers_are_kept_while_the_store_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told what nobody knows; what was typed is sent again, and recorded once."""
    monkeypatch.setattr(datastore, "SQLITE3_DEFAULT_LOCK_TIMEOUT", 0.0)
    with (
        closing(place_in(tmp_path).opened()) as store,
        pages_of(RapidReviews(store, terms=KENT, clock=lambda: NOW), [NOW]) as somebody,
        closing(sqlite3.connect(tmp_path / "record.db", isolation_level=None)) as other,
    ):
        somebody.reviews.handle(CASE, RECEIVE, by=COORDINATOR)
        checked = somebody.fills_in(INFORM)
        path = str(checked.url.path)
        other.execute("BEGIN IMMEDIATE")
        answer = somebody.sends(path, hidden(checked.text) | {"go": "record"})
        assert answer.status_code == 503
        assert "It is not known whether what you sent was recorded." in said(answer)
        assert "Your answers are still on this page." in said(answer)
        for wrong in ("Nothing was recorded", "command_id"):
            assert wrong not in said(answer)
        other.execute("ROLLBACK")
        first, second = (somebody.sends(path, hidden(answer.text)) for _ in range(2))
        assert first.status_code == second.status_code == 303
        assert first.headers["location"] == second.headers["location"]


def test_pages_without_an_access_log_are_mended_by_those_who_run_them() -> None:
    """Somebody who asks for words did nothing wrong, and trying again does not help."""
    with RapidReviews.in_memory(terms=KENT, clock=lambda: NOW) as reviews:
        reviews.handle("KM-1", RECEIVE, by=COORDINATOR)
        with pages_of(reviews, [NOW]) as somebody:
            answer = somebody.sends("/words/1/KM-1", {"purpose": "to prepare"})
    assert answer.status_code == 503
    assert "not set up completely" in said(answer)
    assert "Ask the person who looks after this program" in said(answer)
