"""Two people of two agencies erase the words of an entry, each at a browser of their own."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from rapid_review.cli.commands.demo.demonstration import CASE, demonstrate
from tests.cli.a_terminal import typed
from tests.reports.a_browser import violations_in
from tests.web.pages.a_server import (
    CANNOT,
    AtTheKeyboard,
    Served,
    at_the_keyboard,
    leads_on,
    served,
)

ROLES: Final = """
partnership = "kent-and-medway"
[[editions]]
in_force_from = 2020-01-01
[[editions.roles]]
id = "coordinator"
commands = ["all"]
words = ["case", "person"]
may = ["propose-erasure", "approve-erasure", "lift-hold"]
[[editions.roles]]
id = "member"
words = ["case"]
may = ["approve-erasure", "lift-hold"]
[[editions.roles]]
id = "clerk"
commands = ["all"]
"""
"""Permissions: coordinators propose and approve, members approve, and clerks do neither."""
PASSWORD: Final = "three words together"  # noqa: S105 - of nobody
ANNA, ASIF = "pt-01:coordinator:partnership-team", "pt-02:coordinator:partnership-team"
BERT, CARL = "po-02:member:police", "po-03:clerk:police"
NOW: Final = datetime(2020, 7, 1, 12, tzinfo=UTC)
ENTRY: Final = 31
"""The entry of the demonstration whose words are erased: the decision, with its reasons."""
NAME, ORDER = "erasure-1", 49
"""The order by the reference that the form suggests, and by the entry that proposes it."""
ON_A_DAY: Final = {"at-day": ["30"], "at-month": ["6"], "at-year": ["2020"]}
PROPOSAL: Final = {
    **ON_A_DAY,
    "what": ["entry"],
    "of_entry": [str(ENTRY)],
    "ground": ["recorded-in-error"],
}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a sealed store with the demonstration's case, its permissions, and its people."""
    store = tmp_path / "rapid-review.db"
    demonstrate(store)
    (tmp_path / "rapid-review.permissions.toml").write_text(ROLES, "utf-8")
    (tmp_path / "password").write_text(PASSWORD, "utf-8")
    asked = ("--people", str(tmp_path / "rapid-review.people.toml"))
    for who in (ANNA, ASIF, BERT, CARL):
        added = typed("people", "add", who, *asked, "--password-file", str(tmp_path / "password"))
        assert added.exit_code == 0, added.stderr
    return store


@pytest.fixture
def server(store: Path) -> Iterator[Served]:
    """Serve the store to people who sign in with a password."""
    with served(store, now=NOW.isoformat()) as running:
        yield running


@contextmanager
def signed_in(browser: Browser, server: Served, who: str) -> Generator[AtTheKeyboard, None, None]:
    """Yield somebody who signed in with a password, in a browser of their own."""
    name = who.partition(":")[0]
    with at_the_keyboard(browser, server, bypass_csp=True) as person:
        person.page.goto(f"{server.at}/sign-in")
        person.fills_in({"id": [name], "password": [PASSWORD]}, "Sign in")
        assert name in person.page.locator(".who").inner_text()
        yield person
        assert person.complaints == []


def opens(person: AtTheKeyboard, path: str) -> str:
    """Open a page of the case by its address; return what it says."""
    person.page.goto(f"{person.at}/{path}/{CASE}")
    return person.reads()


def takes(person: AtTheKeyboard, step: str, answers: Mapping[str, list[str]]) -> str:
    """Take a step from the page of the case, by its form; return what comes of it."""
    opens(person, "case")
    person.follows(f"/else/{CASE}")
    person.follows(f"/record/{step}/{CASE}")
    person.fills_in({**ON_A_DAY, **answers})
    assert person.heading() == "Check before you record", person.reads()
    if CANNOT not in person.reads():
        person.presses("Record it")
    return person.reads()


def words_read(person: AtTheKeyboard) -> list[str]:
    """Read the words of the entry, and return them as they are shown."""
    opens(person, f"entry/{ENTRY}")
    person.page.fill("#purpose", "to check the reasons")
    leads_on(person.page.get_by_role("button", name="Read its words"))
    return person.page.locator("section[aria-labelledby=words] dd").all_inner_texts()


def what_is_said_of_the_case(person: AtTheKeyboard) -> list[str]:
    """Return what its pages say of stage, dates, clocks and findings, and of the first entries."""
    opens(person, "case")
    parts = ["late", "what", "next", "decided", "clocks", "found"]
    sections = [person.page.locator(f"section[aria-labelledby={one}]") for one in parts]
    said = [one for section in sections for one in section.all_inner_texts()]
    person.page.goto(f"{person.at}/timeline/{CASE}?all=1")
    return [*said, *person.page.locator("ol.entries > li").all_inner_texts()[: ORDER - 1]]


def is_for_everybody(person: AtTheKeyboard) -> None:
    """Hold that axe-core finds nothing on the page that is shown."""
    assert violations_in(person.page) == []


def proposed(store: Path) -> None:
    """Have Anna propose to erase the words of the entry, at a terminal."""
    what = ("--order", NAME, "--entry", str(ENTRY), "--ground", "recorded-in-error")
    asked = typed("erase", "propose", CASE, *what, "--by", ANNA, *at(store), now=NOW)
    assert asked.exit_code == 0, asked.stderr


def approved(store: Path) -> None:
    """Have Bert approve what Anna proposed, at a terminal."""
    proposed(store)
    asked = typed("erase", "approve", CASE, "--order", NAME, "--by", BERT, *at(store), now=NOW)
    assert asked.exit_code == 0, asked.stderr


def at(store: Path) -> tuple[str, str]:
    """Return how a command names the store."""
    return "--store", str(store)


# ----------------------------------------------------------------------------------- the whole way


def test_two_people_erase_the_words_of_an_entry(
    browser: Browser, server: Served, store: Path
) -> None:
    """Anna proposes and cannot approve; Bert does, and finishes it; nothing else has changed."""
    with signed_in(browser, server, ANNA) as anna, signed_in(browser, server, BERT) as bert:
        words = words_read(anna)
        assert len(words) == 4
        before = what_is_said_of_the_case(anna)
        said = takes(anna, "ProposeErasure", PROPOSAL)
        assert "a second person, of another agency, must approve it" in said
        proposer_cannot_approve(anna)
        approves_what_waits(bert)
        assert words_read(bert) == words, "an approval alone erases nothing"
        finishes(bert)
        for person in (anna, bert):
            assert words_read(person) == ["(erased)"] * 4
            assert person.page.title().startswith(f"Entry {ENTRY}")
            said = person.reads()
            assert f"Words of this entry were erased by order {NAME}." in said
            assert not [one for one in words if one in said]
        assert what_is_said_of_the_case(anna) == before
        says_where_they_looked(anna)
        anna.page.goto(f"{anna.at}/audit?verify=1")
        assert "Nothing wrong was found." in anna.reads()
        assert f"Checked: {ORDER + 3} entries" in anna.reads()
    keys = ("--keys", str(store.with_suffix(".keys")))
    opened_by = ("--key-file", str(store.with_suffix(".key-file")))
    verified = typed("audit", "verify", *at(store), *keys, *opened_by, now=NOW)
    assert verified.exit_code == 0, verified.output


def proposer_cannot_approve(anna: AtTheKeyboard) -> None:
    """Anna sees why on the page of the order, and again where she tries all the same."""
    anna.follows(f"/erasure/{ORDER}/{CASE}")
    is_for_everybody(anna)
    for said in (anna.reads(), takes(anna, "ApproveErasure", {"order": [NAME]})):
        assert "you proposed this yourself" in said.casefold()
        assert "A second person, of another agency, must do it." in said
    assert CANNOT in anna.reads()


def approves_what_waits(bert: AtTheKeyboard) -> None:
    """Bert finds the proposal on the page of the case, reads what it erases, and approves it."""
    assert f"Order {NAME}, the words of entry {ENTRY}. Proposed" in opens(bert, "case")
    bert.follows(f"/erasure/{ORDER}/{CASE}")
    said = bert.reads()
    assert f"Entry {ENTRY}, decision made: Why?" in said
    assert "Earlier backups of the key store" in said
    is_for_everybody(bert)
    bert.follows(f"/record/ApproveErasure/{CASE}?order={NAME}")
    bert.fills_in(ON_A_DAY)
    assert NAME in bert.reads().splitlines()
    assert "Nobody can correct or retract this step." in bert.reads()
    bert.presses("Record it")
    assert "Approved, but not finished: the words can still be read" in bert.reads()


def finishes(bert: AtTheKeyboard) -> None:
    """Bert goes on from the page of the case, and erases the words."""
    opens(bert, "case")
    bert.follows(f"/erasure/{ORDER}/{CASE}")
    is_for_everybody(bert)
    bert.presses("Erase the words now")
    assert bert.heading() == "Recorded"
    assert f"order {NAME}, 1 key" in bert.reads()
    bert.follows(f"/erasure/{ORDER}/{CASE}")
    assert "Finished: nobody can read the words any more." in bert.reads()
    is_for_everybody(bert)


def says_where_they_looked(anna: AtTheKeyboard) -> None:
    """Anna follows the last link of the order, and says that the backups were searched."""
    opens(anna, f"erasure/{ORDER}")
    anna.follows(f"/record/VerifyErasure/{CASE}?order={NAME}")
    looked = {"words": ["4"], "scanned": ["backups"], "found": ["0"]}
    anna.fills_in({**ON_A_DAY, **looked})
    anna.presses("Record it")
    assert "looked for in backups: found 0" in anna.reads()


# --------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (ASIF, "Your own agency, partnership-team, proposed this"),
        (CARL, "Role 'clerk' may not approve the erasure of words"),
    ],
    ids=["of the same agency", "without the right"],
)
def test_another_who_may_not_approve_is_told_why(
    browser: Browser, server: Served, store: Path, who: str, why: str
) -> None:
    """With a session of their own; nothing is recorded."""
    proposed(store)
    with signed_in(browser, server, who) as person:
        if who == CARL:  # who is told as the form is opened
            said = opens(person, "record/ApproveErasure")
        else:
            said = takes(person, "ApproveErasure", {"order": [NAME]})
            assert CANNOT in said
        assert why in said
        assert "A second person, of another agency" in said or "Roles that may" in said
        assert "Proposed: a second person" in opens(person, f"erasure/{ORDER}")


def test_under_a_hold_nothing_is_erased_until_two_people_lift_it(
    browser: Browser, server: Served, store: Path
) -> None:
    """Placed while Bert has the page open: his button is refused, with the hold and the way on."""
    approved(store)
    with signed_in(browser, server, ANNA) as anna, signed_in(browser, server, BERT) as bert:
        words = words_read(bert)
        opens(bert, f"erasure/{ORDER}")
        takes(anna, "PlaceHold", {"hold": ["hold-1"], "ground": ["public-inquiry"]})
        bert.presses("Erase the words now")
        said = bert.reads()
        assert "Nothing was erased" in said
        assert "a hold protects it: hold-1" in said
        assert "Propose to lift it with “Propose to lift a hold”." in said
        is_for_everybody(bert)
        assert "Erase the words now" not in said
        assert words_read(bert) == words
        takes(anna, "ProposeLiftingHold", {"hold": ["hold-1"]})
        assert CANNOT in takes(anna, "LiftHold", {"hold": ["hold-1"]})
        takes(bert, "LiftHold", {"hold": ["hold-1"]})
        opens(bert, f"erasure/{ORDER}")
        bert.presses("Erase the words now")
        assert bert.heading() == "Recorded"
        assert words_read(bert) == ["(erased)"] * 4


def test_under_a_hold_nothing_is_approved(browser: Browser, server: Served, store: Path) -> None:
    """Bert is told on the page of the order, and again where he tries."""
    proposed(store)
    placed = ("hold", "place", CASE, "--hold", "hold-1", "--ground", "public-inquiry")
    assert typed(*placed, "--by", ANNA, *at(store), now=NOW).exit_code == 0
    with signed_in(browser, server, BERT) as bert:
        said = opens(bert, f"erasure/{ORDER}")
        assert "Nothing of this case can be erased while a hold is in force: hold-1." in said
        is_for_everybody(bert)
        assert "Approve it" not in said
        said = takes(bert, "ApproveErasure", {"order": [NAME]})
        assert CANNOT in said
        assert "a hold protects it: hold-1" in said
