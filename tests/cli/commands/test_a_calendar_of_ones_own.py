"""A calendar that a store keeps: a bank holiday proclaimed today counts with every command."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from tests.calendars.one_of_ones_own import own_calendar
from tests.cli.a_terminal import RECEIPT, TEAM, answers, document, lines, typed

SHIPPED_DUE: Final = "2020-05-27"
OWN_DUE: Final = "2020-05-28"
"""One day later, for Monday 11 May 2020 was proclaimed a bank holiday in the calendar kept."""


KENT_FILE: Final = (
    Path(__file__).parents[3] / "src/rapid_review/terms/kent-and-medway-2020-05.toml"
)


def terms_of_ones_own(folder: Path) -> str:
    """Write terms that count with a calendar which does not ship; return the file."""
    terms = folder / "mine.toml"
    text = KENT_FILE.read_text("utf-8").replace('"england-and-wales"', '"kent-offices"')
    terms.write_text(text.replace('"kent-and-medway-2020-05"', '"mine-2026"'), "utf-8")
    return str(terms)


@pytest.fixture
def where(tmp_path: Path) -> str:
    """Return where a store is made."""
    return str(tmp_path / "rapid-review.db")


@pytest.fixture
def own(tmp_path: Path) -> str:
    """Return a calendar file of one's own."""
    file = tmp_path / "own.json"
    file.write_bytes(own_calendar())
    return str(file)


def kept(where: str, own: str) -> str:
    """Make a store that keeps a calendar; return the store."""
    result = typed("db", "init", "--store", where, "--calendar", own)
    assert result.exit_code == 0, result.stderr
    return where


def received(where: str, *more: str, **changes: object) -> None:
    """Record a notification of Monday 4 May 2020."""
    result = typed("apply", "-", "--store", where, *more, stdin=lines({**RECEIPT, **changes}))
    assert result.exit_code == 0, result.stderr


def review_of(where: str, case: str = "KM-1") -> Any:  # noqa: ANN401 - what JSON holds
    """Return how the clock of the rapid review is read."""
    clocks = document(typed("show", case, "--store", where, "--json"))["clocks"]
    return next(one for one in clocks if one["deadline"] == "rapid-review")


def test_a_calendar_that_is_kept_counts_with_every_command_on_the_store(
    where: str, own: str
) -> None:
    """ToR 7.3: nobody repeats `--calendar`, and the file itself is needed no more."""
    kept(where, own)
    Path(own).unlink()
    received(where)
    read = review_of(where)
    assert (read["due"], read["calendar"]["version"]) == (OWN_DUE, "2026-11-27")
    assert (read["days_taken"], read["days_allowed"]) == (17, 15)
    (case,) = document(typed("board", "--store", where, "--json"))["cases"]
    assert (case["deadline"], case["days_left"]) == ("notify-panel", -13)  # shipped: -14
    told = document(typed("due", "--received", "2020-05-04", "--store", where, "--json"))
    assert (told["due"], told["calendar"]["version"]) == (OWN_DUE, "2026-11-27")


def test_it_counts_for_a_history_that_is_imported(where: str, own: str) -> None:
    """The clocks that the history leaves out are set with it."""
    kept(where, own)
    event = {
        "kind": "NotificationReceived",
        **{k: v for k, v in RECEIPT.items() if k not in ("case", "command", "by")},
    }
    result = typed(
        "import", "-", "--store", where, stdin=lines({"case": "KM-2", "event": event, "by": TEAM})
    )
    assert result.exit_code == 0, result.stdout
    assert review_of(where, "KM-2")["due"] == OWN_DUE


def test_it_may_be_given_to_a_store_that_is_there(where: str, own: str) -> None:
    """Proclaimed after the receipt: what was counted stays, until it is calculated again."""
    received(where)
    kept(where, own)
    assert review_of(where)["due"] == SHIPPED_DUE
    again = {
        "case": "KM-1",
        "command": "ReckonDeadlineAgain",
        "at": "2020-05-06T09:00:00+01:00",
        "by": TEAM,
        "deadline": "rapid-review",
        "because": "a bank holiday was proclaimed",
    }
    (answer,) = answers(typed("apply", "-", "--store", where, stdin=lines(again)))
    assert answer["events"] == ["DeadlineReckonedAgain"]
    assert review_of(where)["due"] == OWN_DUE


def test_the_newest_version_counts_wherever_it_comes_from(
    where: str, own: str, tmp_path: Path
) -> None:
    """An older file than the one that ships is kept, for what it counted, and counts no more."""
    Path(own).write_bytes(own_calendar("2026-11-24"))
    shown = document(typed("db", "init", "--store", where, "--calendar", own, "--json"))
    (told,) = shown["calendars"]
    assert (told["version"], told["counts_now"]) == ("2026-11-24", "2026-11-26")
    received(where)
    assert review_of(where)["due"] == SHIPPED_DUE
    newer = tmp_path / "newer.json"
    newer.write_bytes(own_calendar("2026-12-01"))
    assert "2026-12-01" in typed("db", "init", "--store", where, "--calendar", str(newer)).stdout
    received(where, case="KM-2")
    assert review_of(where, "KM-2")["due"] == OWN_DUE


def test_what_the_command_line_names_counts_for_that_command(where: str, own: str) -> None:
    """And is not kept."""
    kept(where, own)
    shipped = ("--calendar", "england-and-wales@2026-11-23")
    told = typed("apply", "-", "--store", where, *shipped, stdin=lines(RECEIPT))
    assert told.exit_code == 0
    assert review_of(where)["due"] == SHIPPED_DUE


def test_anyone_who_counts_with_a_file_that_is_not_kept_is_told(where: str, own: str) -> None:
    """Without the file nobody would know the days of its clocks; kept, there is nothing to say."""
    asked = ("apply", "-", "--store", where, "--calendar", own)
    note = "calendar england-and-wales 2026-11-27 is not in the store"
    assert note in typed(*asked, stdin=lines(RECEIPT)).stderr
    assert review_of(where)["days_unknown"] == "calendar-not-at-hand"
    kept(where, own)
    assert note not in typed(*asked, stdin=lines({**RECEIPT, "case": "KM-2"})).stderr
    assert (review_of(where)["days_taken"], review_of(where)["days_unknown"]) == (17, None)


def test_a_version_is_never_changed(where: str, own: str) -> None:
    """Due days name it: other bytes of one that is kept, or that ships, are refused."""
    kept(where, own)
    for version in ("2026-11-27", "2026-11-26"):
        Path(own).write_bytes(own_calendar(version, "2020-05-12"))
        result = typed("db", "init", "--store", where, "--calendar", own)
        assert result.exit_code == 5
        assert "a version never changes" in " ".join(result.stderr.split())
    received(where)
    assert review_of(where)["due"] == OWN_DUE


def test_the_same_file_is_kept_once(where: str, own: str) -> None:
    """To say it again changes nothing."""
    kept(where, own)
    shown = document(typed("db", "init", "--store", where, "--calendar", own, "--json"))
    assert not shown["made"]
    assert [one["version"] for one in shown["calendars"]] == ["2026-11-27"]


def test_no_store_is_made_for_a_calendar_that_cannot_be_used(tmp_path: Path) -> None:
    """It is read first."""
    file = tmp_path / "own.json"
    file.write_text("{}")
    store = tmp_path / "new.db"
    result = typed("db", "init", "--store", str(store), "--calendar", str(file))
    assert (result.exit_code, store.exists()) == (5, False)


def test_terms_that_count_with_a_calendar_of_ones_own_need_it_in_the_store(
    where: str, own: str, tmp_path: Path
) -> None:
    """A place that no shipped calendar tells of: the store's own is all there is."""
    terms = terms_of_ones_own(tmp_path)
    asked = ("apply", "-", "--store", where, "--terms", terms)
    assert "kent-offices" in typed(*asked, stdin=lines(RECEIPT)).stderr
    Path(own).write_bytes(own_calendar(id="kent-offices"))
    kept(where, own)
    assert typed(*asked, stdin=lines(RECEIPT)).exit_code == 0
    shown = typed("show", "KM-1", "--store", where, "--terms", terms, "--json")
    clocks = document(shown)["clocks"]
    assert {one["calendar"]["id"] for one in clocks if one["calendar"]} == {"kent-offices"}
    assert typed("board", "--store", where, "--terms", terms).exit_code == 0


def test_the_warning_is_of_the_calendar_that_counts(where: str, own: str) -> None:
    """A year before its published days end anyone who counts is warned; a newer one ends that."""
    in_2028 = datetime(2028, 1, 1, 9, tzinfo=UTC)
    warning = "its published bank holidays end on 2028-12-31"
    event = {k: v for k, v in RECEIPT.items() if k not in ("case", "command", "by")}
    told = {"case": "KM-9", "event": {"kind": "NotificationReceived", **event}}
    asked = {
        ("apply", "-"): lines(RECEIPT),
        ("import", "-"): lines(told),
        ("board",): None,
    }
    for command, stdin in asked.items():
        there = (*command, "--store", where)
        assert warning in typed(*there, stdin=stdin, now=in_2028).stderr
        assert warning not in typed(*there, stdin=stdin, now=in_2028.replace(year=2027)).stderr
    Path(own).write_bytes(own_calendar("2027-12-01", published_to="2031-12-31"))
    kept(where, own)
    for command, stdin in asked.items():
        result = typed(*command, "--store", where, stdin=stdin, now=in_2028)
        assert "published bank holidays" not in result.stderr
        result = typed(*command, "--store", where, stdin=stdin, now=in_2028.replace(year=2031))
        assert "2027-12-01: its published bank holidays end on 2031-12-31" in result.stderr


def test_what_tells_of_terms_and_calendars_warns_as_well(tmp_path: Path) -> None:
    """`calendar list` and `terms check`, which takes a calendar that does not ship."""
    in_2028 = datetime(2028, 1, 1, 9, tzinfo=UTC)
    for command in (("calendar", "list"), ("terms", "check", str(KENT_FILE))):
        told = typed(*command, now=in_2028).stderr
        assert "its published bank holidays end on 2028-12-31" in told
        assert "published bank" not in typed(*command, now=in_2028.replace(year=2027)).stderr
    mine = terms_of_ones_own(tmp_path)
    without = typed("terms", "check", mine)
    assert (without.exit_code, "found 'kent-offices'" in without.stderr) == (5, True)
    offices = tmp_path / "offices.json"
    offices.write_bytes(own_calendar(id="kent-offices"))
    assert typed("terms", "check", mine, "--calendar", str(offices)).exit_code == 0


def test_the_bundle_of_a_case_holds_the_calendar_that_the_store_keeps(
    where: str, own: str, tmp_path: Path
) -> None:
    """Nobody has to give the file: an auditor counts again with what is in the bundle."""
    kept(where, own)
    Path(own).unlink()
    received(where)
    key, bundle = str(tmp_path / "log.key"), tmp_path / "bundle"
    made = document(typed("audit", "key", "--origin", "example.org/log", "-o", key, "--json"))
    asked = ("--store", where, "--key", key)
    assert typed("audit", "checkpoint", *asked).exit_code == 0
    result = typed("audit", "bundle", "KM-1", *asked, "-o", str(bundle))
    assert result.exit_code == 0, result.stderr
    names = [str(path.relative_to(bundle)) for path in bundle.rglob("*.json")]
    assert "calendars/england-and-wales/2026-11-27.json" in names
    verified = typed("audit", "verify-bundle", str(bundle), "--key", made["public"])
    assert verified.exit_code == 0, verified.stdout + verified.stderr


def test_verifying_the_store_finds_the_calendar_that_it_keeps(where: str, own: str) -> None:
    """Due dates are counted again with it, and it is held to the digest that entries name.

    Its days are unchecked all the same, with `--recount` or without: nobody says who put it there.
    """
    kept(where, own)
    received(where)
    report = document(typed("audit", "verify", "--store", where, "--recount", "--json"))
    assert report["checked"]["files that entries name and the store keeps"] == 1
    without = document(typed("audit", "verify", "--store", where, "--json"))
    for one in (report, without):
        (unchecked,) = (text for text in one["unchecked"] if "2026-11-27" in json.dumps(text))
        assert "the store keeps it, and no entry says who put it there" in json.dumps(unchecked)


def put(where: str, version: str, content: bytes) -> None:
    """Put a calendar into a store, past this program and without a key."""
    with closing(sqlite3.connect(where)) as connection, connection:
        connection.execute("DELETE FROM own_calendars WHERE version = ?", (version,))
        row = ("england-and-wales", version, content.decode())
        connection.execute("INSERT INTO own_calendars VALUES (?, ?, ?)", row)


def findings(where: str) -> list[str]:
    """Return where verifying a store finds something."""
    result = typed("audit", "verify", "--store", where, "--recount", "--json")
    return [one["where"] for one in json.loads(result.stdout)["findings"]]


@pytest.fixture
def file(where: str) -> str:
    """Return where the store is: in a file, into which this test can write."""
    return where


def test_a_calendar_that_somebody_replaced_is_found(file: str, own: str) -> None:
    """Entries name the digest of the one that was kept."""
    kept(file, own)
    received(file)
    put(file, "2026-11-27", own_calendar(title="Other bytes"))
    assert findings(file) == ["calendars/england-and-wales/2026-11-27.json in the store"]


def test_a_calendar_in_the_place_of_a_shipped_one_is_found_and_does_not_count(
    file: str, own: str
) -> None:
    """It takes its version; the one that is shipped counts."""
    kept(file, own)
    put(file, "2026-11-27", own_calendar("2026-11-26"))
    put(file, "2026-11-26", own_calendar("2026-11-26"))
    received(file)
    assert review_of(file)["due"] == SHIPPED_DUE
    assert "calendars/england-and-wales/2026-11-26.json in the store" in findings(file)


def test_a_backup_and_a_move_take_it_along(where: str, own: str, tmp_path: Path) -> None:
    """The store alone is enough; the keys are those of the one that was moved."""
    kept(where, own)
    copy = str(tmp_path / "moved.db")
    received(where)
    assert typed("db", "move", where, copy).exit_code == 0
    Path(own).unlink()
    keys, key_file = (str(tmp_path / f"rapid-review.{kind}") for kind in ("keys", "key-file"))
    received(copy, "--keys", keys, "--key-file", key_file, case="KM-2")
    assert review_of(copy, "KM-2")["due"] == OWN_DUE
    assert review_of(copy)["days_taken"] == 17
