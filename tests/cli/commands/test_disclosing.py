"""`report --with-words`, `disclose` and `scan`: what leaves the record, what is looked for."""

import json
import re
from pathlib import Path

import pytest

from rapid_review.cli.errors import BREACH
from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, lines, typed

MEMBER = "m-1:member:health"
TEAM = "b-1:business-support:partnership-team"
OFFICER = "dpo:data-protection-officer:local-authority"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a sealed store with two cases of one child, and permissions beside it."""
    monkeypatch.chdir(tmp_path)
    other = {**RECEIPT, "case": "KM-2", "reference": "PRN-2"}
    made = typed("apply", "-", stdin=lines(RECEIPT, REPORT, other))
    assert made.exit_code == 0, made.output
    assert typed("permissions", "new", "rapid-review.permissions.toml").exit_code == 0
    return tmp_path


def given_out(*command: str, by: str = TEAM, to: str = "national-panel") -> str:
    """Return a document that is written to a file, for a purpose."""
    file = f"{command[0]}-{len(list(Path().iterdir()))}.html"
    rest = ("--by", by, "--to", to, "--purpose", "statutory", "-o", file)
    result = typed("disclose", *command, *rest)
    assert result.exit_code == 0, result.output
    assert "of the register" in result.stdout
    return Path(file).read_text(encoding="utf-8")


def readings() -> list[dict[str, object]]:
    """Return what the access log has of readings."""
    found: list[dict[str, object]] = json.loads(typed("audit", "access", "--json").stdout)
    return found


def register() -> list[dict[str, object]]:
    """Return the register of exports."""
    found: list[dict[str, object]] = json.loads(typed("export", "register", "--json").stdout)
    return found


def test_a_case_file_with_words_is_a_reading() -> None:
    """A member's: with names, if their permissions let them read those."""
    asked = ("report", "KM-1", "-o", "file.html", "--with-words", "--purpose", "meeting")
    result = typed(*asked, "--by", MEMBER)
    assert (result.exit_code, result.stdout) == (0, "")
    page = Path("file.html").read_text(encoding="utf-8")
    assert page.count(CANARY) == 2
    (one,) = readings()
    assert (one["opened"], one["versions"], one["purpose"]) == (["case", "person"], [], "meeting")
    Path("file.html").unlink()
    assert typed(*asked, "--by", TEAM).exit_code == 0
    page = Path("file.html").read_text(encoding="utf-8")
    assert (page.count(CANARY), page.count("<dd>(withheld)</dd>")) == (1, 1)


def test_anyone_who_may_not_read_gets_no_page() -> None:
    """And it is on record that they asked; a bundle opens no words at all."""
    asked = ("report", "KM-1", "-o", "file.html", "--with-words", "--purpose", "look")
    assert typed(*asked, "--by", "x:clerk:police").exit_code == 5
    assert not Path("file.html").exists()
    assert "x, clerk, police: look" in typed("audit", "access", "--refused").stdout
    for wrong in (
        ("report", "KM-1", "-o", "file.html", "--with-words", "--by", MEMBER),
        ("report", "KM-1", "-o", "file.html", "--purpose", "look"),
        (*asked, "--by", MEMBER, "--bundle", ".", "--key", "k"),
    ):
        assert typed(*wrong).exit_code == 2


@pytest.mark.parametrize("role", ["auditor", "public"])
def test_a_role_whose_view_shows_no_words_is_shown_none(role: str) -> None:
    """A view is the most that a role gets, whatever the permissions say."""
    file = Path("rapid-review.permissions.toml")
    words = f'\n[[editions.roles]]\nid = "{role}"\nwords = ["case", "person"]\n'
    file.write_text(file.read_text(encoding="utf-8") + words, encoding="utf-8")
    asked = ("report", "KM-1", "-o", "file.html", "--with-words", "--purpose", "look")
    result = typed(*asked, "--by", f"x-1:{role}:audit")
    assert result.exit_code == 2
    assert f"the view of role '{role}' shows no words" in result.stderr
    assert not Path("file.html").exists()
    assert not Path("rapid-review.access.db").exists()


def test_the_panels_pack_opens_the_cases_words_and_no_name() -> None:
    """Only when it is asked to; it is in the register, and its reading in the access log."""
    without = given_out("pack", "KM-1")
    assert CANARY not in without
    assert "(withheld)" in without
    assert not Path("rapid-review.access.db").exists() or readings() == []
    pack = given_out("pack", "KM-1", "--with-words")
    assert pack.count(CANARY) == 1
    assert "Agency report filed" in pack
    (one,) = readings()
    assert (one["opened"], one["purpose"]) == (["case"], "statutory")
    assert [(row["form"], row["pseudonymous"]) for row in register()] == [
        ("panel-pack", False),
        ("panel-pack", False),
    ]


def test_what_may_not_leave_is_not_even_opened() -> None:
    """A member reads, and gives nothing out: it is asked before."""
    rest = ("--by", MEMBER, "--to", "national-panel", "--purpose", "look", "-o", "pack.html")
    result = typed("disclose", "pack", "KM-1", "--with-words", *rest)
    assert (result.exit_code, "may not register a disclosure" in result.stderr) == (5, True)
    assert readings() == []
    assert not Path("pack.html").exists()


def test_a_draft_has_pseudonyms_of_its_own() -> None:
    """Two drafts share none, and neither holds a reference; nothing is opened."""
    first, second = (given_out("draft", "KM-1", *more) for more in ((), ("--by-month",)))
    names = [set(re.findall(r"[a-z_]+-[0-9a-f]{20}", one)) for one in (first, second)]
    assert names[0]
    assert not names[0] & names[1]
    for one in (first, second):
        assert CANARY not in one
        assert "KM-1" not in one
    assert "4 May 2020" in first
    assert "4 May 2020" not in second
    assert {row["pseudonymous"] for row in register()} == {True}


def test_all_about_one_child_is_a_reading_of_each_case() -> None:
    """In both cases, or in the one that is named; for the data-protection officer."""
    page = given_out("subject", "C-1", by=OFFICER, to="data-protection-officer")
    assert page.count(CANARY) == 2
    assert "Case KM-2" in page
    assert [(one["case"], one["versions"]) for one in readings()] == [("KM-1", [1]), ("KM-2", [1])]
    alone = given_out("subject", "C-1", "--case", "KM-2", by=OFFICER, to="officer")
    assert "Case KM-1" not in alone
    rows = register()
    assert [(row["form"], row["cases"], row["entries"]) for row in rows] == [
        ("subject-disclosure", 2, 2),
        ("subject-disclosure", 1, 1),
    ]


def test_a_reading_of_many_entries_is_listed_by_the_first_and_the_last() -> None:
    """Of somebody who recorded a whole case: the list keeps to the width of a page."""
    given_out("subject", "pt-01", by=OFFICER, to="data-protection-officer")
    told = " ".join(typed("audit", "access", "--case", "KM-1").stdout.split())
    assert " 1 to 5 case, person, statistics" in told


def test_of_a_time_before_the_case_nothing_is_opened_and_nothing_given_out() -> None:
    """The register says how much of the record is in a document, and of when."""
    rest = ("--by", TEAM, "--to", "panel", "--purpose", "p", "-o", "f.html")
    then = ("--recorded-by", "2019-01-01")
    for asked in (("pack", "KM-1"), ("pack", "KM-1", "--with-words"), ("draft", "KM-1")):
        assert typed("disclose", *asked, *rest, *then).exit_code == 3
    assert typed("disclose", "subject", "C-1", *rest, *then).exit_code == 2, "it is of now"
    assert (readings(), register()) == ([], [])


def test_of_nobody_nothing_is_given_out() -> None:
    """Exit code 3, and no reading."""
    rest = ("--by", OFFICER, "--to", "officer", "--purpose", "look", "-o", "page.html")
    result = typed("disclose", "subject", "C-99", *rest)
    assert (result.exit_code, "nothing was opened" in result.stderr) == (3, True)
    assert readings() == []
    assert register() == []


def test_a_host_looks_for_words_in_files_of_its_own(store: Path) -> None:
    """It is said where they are, and not which; a sealed store holds none of them."""
    Path("words").write_text(f"{CANARY}\n")
    clean = typed("scan", "rapid-review.db", "rapid-review.keys", "--words", "words")
    assert (clean.exit_code, clean.stdout) == (
        0,
        "Looked for 1 word in names, files: found none\n",
    )
    logs = store / "logs" / CANARY
    logs.mkdir(parents=True)
    (logs / "today.log").write_text(f"GET /?q={CANARY.lower()}")
    found = typed("scan", "logs", "--words", "-", stdin=CANARY)
    assert found.exit_code == BREACH
    assert CANARY.lower() not in found.output.lower()
    (name, inside) = json.loads(typed("scan", "logs", "--words", "words", "--json").stdout)[
        "found"
    ]
    assert name == {"where": "logs/(11 characters)/today.log", "at": 0, "word": 1}
    assert inside == {"where": "logs/(11 characters)/today.log", "at": 8, "word": 1}
