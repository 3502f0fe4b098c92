"""`open`, `audit access` and `permissions`: words for anyone who may read them, and who did."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rapid_review.store.store import Store
from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, lines, typed

MEMBER = "m-1:member:health"
POLICE = "m-2:member:police"
NOW = datetime(2020, 6, 4, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a sealed store with a case in it, and permissions beside it."""
    monkeypatch.chdir(tmp_path)
    made = typed("apply", "-", stdin=lines(RECEIPT, REPORT))
    assert made.exit_code == 0, made.output
    assert typed("permissions", "new", "rapid-review.permissions.toml").exit_code == 0
    return tmp_path / "rapid-review.db"


def opened(*more: str, by: str = MEMBER, purpose: str = "panel pack") -> str:
    """Return what `open` prints."""
    result = typed("open", "KM-1", "--by", by, "--purpose", purpose, *more, now=NOW)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_words_of_a_case_are_printed_entry_by_entry() -> None:
    """With its day and kind, each field by its name, at 80 columns."""
    said = {**REPORT, "agency": "police", "summary": "much " * 40 + "\n\nand more"}
    typed("apply", "-", stdin=lines(said))
    printed = opened()
    assert printed.startswith(
        f"   1  2020-05-04  NotificationReceived\n      children.0.identity:\n        {CANARY}\n"
    )
    assert f"AgencyReportFiled\n      summary:\n        {CANARY}\n" in printed
    assert max(map(len, printed.splitlines())) <= 80
    assert "\n\n        and more\n" in printed


def test_one_entry_is_printed_as_json_with_what_is_withheld() -> None:
    """Of a name that this role may not read it says so, and does not say it."""
    found = json.loads(opened("1", "--json", by="b-1:business-support:partnership-team"))
    assert found["entries"] == [
        {
            "version": 1,
            "at": "2020-05-04T09:30:00+01:00",
            "kind": "NotificationReceived",
            "words": {"event.children.0.identity": {"withheld": True}},
        }
    ]


def test_of_an_entry_without_words_that_is_said() -> None:
    """And it is a reading all the same."""
    result = typed("open", "KM-1", "2", "--by", MEMBER, "--purpose", "look")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "It contains no words." in result.stderr


def test_who_may_not_read_is_refused_and_reads_nothing() -> None:
    """Exit code 5, with who may; without permissions nobody may."""
    result = typed("open", "KM-1", "--by", "x:clerk:police", "--purpose", "look")
    assert (result.exit_code, result.stdout) == (5, "")
    assert (
        "Roles that may: business-support, data-protection-officer, expert, member."
        in result.stderr
    )
    Path("rapid-review.permissions.toml").unlink()
    result = typed("open", "KM-1", "--by", MEMBER, "--purpose", "look")
    assert (result.exit_code, result.stdout) == (5, "")
    assert "permissions new FILE" in result.stderr


def test_readings_are_listed_by_case_and_by_person() -> None:
    """At 80 columns, and as JSON; capitals make nobody another person."""
    opened()
    opened("1", by=POLICE, purpose="complaint")
    result = typed("audit", "access")
    assert "KM-1  1  2020-06-04  1 to 5" in result.stdout
    assert "KM-1 2: 2020-06-04 10:00+01:00, m-2, member, police\n    complaint\n" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    (one,) = json.loads(typed("audit", "access", "--person", "M-2", "--json").stdout)
    assert (one["reading"], one["versions"], one["purpose"]) == (2, [1], "complaint")
    assert one["by"] == {"id": "m-2", "role": "member", "agency": "police"}
    assert typed("audit", "access", "--case", "KM-9").stdout == ""
    assert len(json.loads(typed("audit", "access", "--case", "KM-1", "--json").stdout)) == 2


def test_what_is_public_is_read_without_a_record() -> None:
    """ToR 3.1: timelines, figures and the board hold no words."""
    for command in (("timeline", "KM-1"), ("show", "KM-1"), ("stats",), ("board",)):
        assert typed(*command).exit_code == 0
    nobody = typed("audit", "access")
    assert (nobody.exit_code, nobody.stdout) == (3, "")
    assert "there is no access log rapid-review.access.db" in nobody.stderr


def test_breaking_the_glass_is_reviewed_by_another_agency() -> None:
    """It is listed until then, with the day by which; Thursday's on Monday."""
    opened("--emergency", "child-at-risk")
    listed = typed("audit", "access", "--open-reviews").stdout
    assert "case, person, statistics  due 2020-06-08" in listed
    asked = ("audit", "access", "--case", "KM-1", "--review", "1", "--purpose", "review")
    own = typed(*asked, "--by", MEMBER, "--justified")
    assert (own.exit_code, "A second person, of another agency" in own.stderr) == (5, True)
    assert typed(*asked, "--by", POLICE).exit_code == 2
    done = typed(*asked, "--by", POLICE, "--not-justified", now=NOW)
    assert (done.exit_code, "not justified" in done.stdout) == (0, True)
    assert typed("audit", "access", "--open-reviews").stdout == ""
    (one,) = json.loads(typed("audit", "access", "--json").stdout)
    assert (one["review"]["by"]["id"], one["review"]["justified"]) == ("m-2", False)
    assert (one["emergency"], one["review_due"]) == ("child-at-risk", None)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--justified",), "work only with --review"),
        (("--not-justified",), "work only with --review"),
        (("--by", POLICE, "--purpose", "review"), "work only with --review"),
        (("--changes", "--person", "m-2"), "--changes prints every change"),
        (("--changes", "--case", "KM-1"), "--changes prints every change"),
        (("--refused", "--due"), "--refused prints requests"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(options: tuple[str, ...], said: str) -> None:
    """Nobody shall think that a reading was reviewed, or that a list holds only what was asked."""
    opened("--emergency", "child-at-risk")
    result = typed("audit", "access", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "due 2020-06-08" in typed("audit", "access", "--open-reviews").stdout


def test_which_permissions_were_gone_by_is_told() -> None:
    """Since when, from which day they hold, and of which bytes."""
    opened()
    printed = typed("audit", "access", "--changes").stdout
    assert printed.startswith("2020-06-04 10:00+01:00  in force from 2020-06-01\n    sha256:")
    (one,) = json.loads(typed("audit", "access", "--changes", "--json").stdout)
    checked = typed("permissions", "check", "rapid-review.permissions.toml", "--json")
    assert one["digest"] == json.loads(checked.stdout)["digest"]


def test_commands_ask_the_permissions_beside_the_store() -> None:
    """A line that its role may not send is refused; the others are done."""
    by = {"id": "x", "role": "expert", "agency": "university"}
    result = typed("apply", "-", stdin=lines({**REPORT, "agency": "police", "by": by}))
    assert result.exit_code == 5
    assert "role 'expert' may not record FileAgencyReport" in result.stdout


def test_the_access_log_and_the_permissions_may_be_elsewhere(store: Path) -> None:
    """By option; what is named and is not there is told."""
    Path("rapid-review.permissions.toml").rename("rules.toml")
    more = ("--access", "log.access", "--permissions", "rules.toml")
    result = typed("open", "KM-1", "--by", MEMBER, "--purpose", "look", *more)
    assert (result.exit_code, "A new access log: log.access" in result.stderr) == (0, True)
    assert "KM-1" in typed("audit", "access", *more).stdout
    assert typed("audit", "verify", "--store", "log.access").exit_code == 0
    result = typed("audit", "access", "--access", "log.access", "--permissions", "none.toml")
    assert (result.exit_code, "none.toml" in result.stderr) == (2, True)
    assert store.exists()


def test_permissions_of_another_partnership_are_refused() -> None:
    """They say nothing about these cases."""
    path = Path("rapid-review.permissions.toml")
    path.write_text(path.read_text().replace("kent-and-medway", "essex"))
    result = typed("open", "KM-1", "--by", MEMBER, "--purpose", "look")
    assert (result.exit_code, result.stdout) == (5, "")
    assert "partnership: found essex" in result.stderr


def test_a_permissions_file_is_checked(tmp_path: Path) -> None:
    """What is wrong is reported, a line a mistake; exit code 5."""
    path = tmp_path / "rapid-review.permissions.toml"
    good = typed("permissions", "check", path.name)
    assert "permissions of kent-and-medway, in force from 2020-06-01, sha256:" in good.stdout
    assert json.loads(typed("permissions", "check", path.name, "--json").stdout)["valid"] is True
    path.write_text(path.read_text().replace("words =", "word ="))
    wrong = typed("permissions", "check", path.name)
    assert (wrong.exit_code, wrong.stdout) == (5, "")
    assert "found an unknown key (did you mean words?)" in wrong.stderr
    assert json.loads(typed("permissions", "check", path.name, "--json").stdout)["problems"]
    assert typed("permissions", "new", path.name).exit_code == 2
    printed = typed("permissions", "new", "-")
    assert (printed.exit_code, "[[editions.roles]]" in printed.stdout) == (0, True)
    written = json.loads(typed("permissions", "new", "other.toml", "--json").stdout)
    assert written["output"] == "other.toml"


def test_what_is_refused_is_listed_apart_from_readings() -> None:
    """Who asked for whose words, when and why; they read nothing."""
    none = typed("audit", "access", "--refused")
    assert none.exit_code == 3  # there is no access log yet
    opened()
    assert "Nothing was refused." in typed("audit", "access", "--refused").stderr
    typed("open", "KM-1", "1", "--by", "x:clerk:police", "--purpose", "look", now=NOW)
    result = typed("audit", "access", "--refused")
    assert result.stdout == (
        "KM-1 2: 2020-06-04 10:00+01:00, case, person, statistics\n    x, clerk, police: look\n"
    )
    (one,) = json.loads(typed("audit", "access", "--refused", "--person", "X", "--json").stdout)
    assert (one["by"]["id"], one["versions"], one["purpose"]) == ("x", [1], "look")
    assert typed("audit", "access", "--refused", "--person", "m-1", "--json").stdout == "[]\n"
    assert len(json.loads(typed("audit", "access", "--json").stdout)) == 1


def test_purposes_are_sealed_in_a_new_access_log_of_a_sealed_store(store: Path) -> None:
    """They are in no file; without the log's keys all but them can be listed and verified."""
    opened(purpose="visit to Zebedee")
    (store.parent / "gone").write_text("visit to Zebedee\n")
    files = sorted(str(one) for one in store.parent.glob("rapid-review.access*"))
    assert typed("scan", *files, "--words", "gone").exit_code == 0
    assert "    visit to Zebedee\n" in typed("audit", "access").stdout
    (store.parent / "rapid-review.access.key-file").rename(store.parent / "elsewhere")
    assert "    (withheld)\n" in typed("audit", "access").stdout
    assert json.loads(typed("audit", "access", "--json").stdout)[0]["purpose"] == {
        "withheld": True
    }
    verified = typed("audit", "verify", "--store", "rapid-review.access.db", now=NOW)
    assert verified.exit_code == 0, verified.output
    stopped = typed("open", "KM-1", "--by", MEMBER, "--purpose", "look")
    assert (stopped.exit_code, stopped.stdout) != (0, "")
    assert "or with --access-key-file that of an access log" in stopped.stderr
    given = typed("audit", "access", "--access-key-file", "elsewhere")
    assert "    visit to Zebedee\n" in given.stdout


def test_the_logs_key_file_is_beside_the_stores_where_that_was_named(store: Path) -> None:
    """On another disk, where both belong; it is its own, and outlives the other's rotation."""
    (store.parent / "disk").mkdir()
    (store.parent / "rapid-review.key-file").rename(store.parent / "disk" / "key")
    result = typed("open", "KM-1", "--by", MEMBER, "--purpose", "look", "--key-file", "disk/key")
    assert result.exit_code == 0, result.output
    assert (store.parent / "disk" / "key.access").exists()
    for step in ((), ("--finish",)):
        assert typed("keys", "rotate", "--key-file", "disk/key", *step).exit_code == 0
    again = typed("open", "KM-1", "--by", MEMBER, "--purpose", "again", "--key-file", "disk/key")
    assert again.exit_code == 0, again.output
    listed = typed("audit", "access", "--key-file", "disk/key").stdout
    assert "    look\n" in listed
    assert "    again\n" in listed


def test_an_access_log_from_before_is_gone_on_with_as_it_is() -> None:
    """Its purposes are in the clear, and so do those that follow."""
    with closing(Store.on_sqlite("rapid-review.access.db", unsealed=True)) as made:
        assert not made.codec.is_sealed
    opened()
    assert "    panel pack\n" in typed("audit", "access").stdout
    assert not Path("rapid-review.access.keys").exists()


def test_readings_that_were_kept_long_enough_are_listed_and_stay(store: Path) -> None:
    """The permissions file says how long, and nothing is done by itself."""
    opened()
    nobody = typed("audit", "access", "--due")
    assert "`readings_kept_years`" in nobody.stderr
    file = store.parent / "rapid-review.permissions.toml"
    file.write_text(
        file.read_text().replace("# readings_kept_years = 6", "readings_kept_years = 6")
    )
    before = datetime(2026, 6, 3, 9, tzinfo=UTC)
    assert typed("audit", "access", "--due", now=before).stdout == ""
    on_the_day = typed("audit", "access", "--due", now=before.replace(day=4))
    assert "KM-1  1  2020-06-04" in on_the_day.stdout
    assert "KM-1  1  2020-06-04" in typed("audit", "access").stdout
