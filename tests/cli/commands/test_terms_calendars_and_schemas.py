"""`terms`, `calendar` and `schema`: what the rules, the days and the messages are."""

import json
import re
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest

from rapid_review import calendars
from rapid_review import terms as shipped
from rapid_review.domain.commands import COMMANDS
from rapid_review.domain.events import EVENTS
from tests.cli.a_terminal import document, typed

KENT_FILE = (files("rapid_review.terms") / "kent-and-medway-2020-05.toml").read_text("utf-8")
BOXING_DAY = "2023-12-26"


@pytest.fixture
def terms_file(tmp_path: Path) -> Path:
    """Return a partnership's own terms file: Kent's, in a folder of one's own."""
    path = tmp_path / "ours.toml"
    path.write_text(KENT_FILE, "utf-8")
    return path


# --- Terms


def test_the_shipped_terms_are_listed() -> None:
    """Each with its partnership, its edition and the national rule set behind it."""
    listed = document(typed("terms", "list", "--json"))
    assert [one["id"] for one in listed] == list(shipped.available())
    assert "kent-and-medway-2020-05" in typed("terms", "list").stdout


def test_terms_are_shown_in_words() -> None:
    """ToR 6: the five seats and the quorum; ToR 5(a), 7.8: the clocks."""
    told = " ".join(typed("terms", "show", "kent-and-medway-2020-05").stdout.split())
    assert "designated-health Designated Doctor or Designated Nurse" in told
    assert "quorum (ToR 6.2): all of (integrated-childrens-services, police," in told
    assert "rapid-review 15 working days NotificationReceived.at ReportSentToPanel.at" in told
    assert "the Panel's feedback goes to (ToR 7.9): rapid-review-group" in told


def test_limbs_and_criteria_are_shown_by_the_ids_that_commands_take() -> None:
    """ToR 1, 2.1: as the report addresses them, and as the group weighs them."""
    told = typed("terms", "show", "kent-and-medway-2020-05").stdout
    national = shipped.load("kent-and-medway-2020-05").national
    for one in (*national.limbs, *national.criteria):
        assert f"\n{one.id} " in told
    for heading in ("limb", "criterion"):
        assert re.search(rf"^{heading} +says$", told, re.MULTILINE), heading


def test_a_milestone_is_shown_to_be_owed_by_nobody() -> None:
    """A clock that only the partnership plans by."""
    advisory = {
        one.id: any(clock.advisory for clock in one.clocks.values())
        for one in map(shipped.load, shipped.available())
    }
    assert any(advisory.values())
    for terms_id, has_one in advisory.items():
        assert ("nobody: a milestone" in typed("terms", "show", terms_id).stdout) == has_one


@pytest.mark.parametrize("terms_id", shipped.available())
def test_every_shipped_terms_can_be_shown(terms_id: str) -> None:
    """A quorum of alternatives, of so many out of so many, or without one."""
    assert terms_id in typed("terms", "show", terms_id).stdout
    assert document(typed("terms", "show", terms_id, "--json"))["id"] == terms_id


def test_a_partnerships_own_file_is_checked(terms_file: Path) -> None:
    """A valid file is named with its digest."""
    checked = document(typed("terms", "check", str(terms_file), "--json"))
    assert (checked["valid"], checked["id"]) == (True, "kent-and-medway-2020-05")
    assert "rule set working-together-2018" in typed("terms", "check", str(terms_file)).stdout


def test_everything_wrong_with_a_terms_file_is_told(terms_file: Path) -> None:
    """Key, what was found, what is allowed; a line each on standard error."""
    text = KENT_FILE.replace("Europe/London", "Europe/Kent").replace("length = 10", "length = -1")
    terms_file.write_text(text, "utf-8")
    result = typed("terms", "check", str(terms_file), "--json")
    assert result.exit_code == 5
    assert document(result)["valid"] is False
    assert document(result)["problems"] == result.stderr.splitlines()
    assert len(result.stderr.splitlines()) == 2
    assert typed("terms", "check", str(terms_file)).stdout == ""


@pytest.mark.parametrize(("name", "code"), [("essex", 5), ("no-such-file.toml", 2)])
def test_terms_that_are_not_there_are_told(name: str, code: int) -> None:
    """An unknown id lists those that are shipped; a file that is missing says so."""
    result = typed("terms", "show", name)
    assert (result.exit_code, result.stdout) == (code, "")


def test_a_folder_called_like_shipped_terms_is_not_taken_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor for a file of one's own."""
    (tmp_path / "liverpool").mkdir()
    monkeypatch.chdir(tmp_path)
    assert typed("terms", "show", "liverpool").exit_code == 0


def test_a_mark_of_windows_before_a_file_is_no_part_of_it(terms_file: Path) -> None:
    """As in lines of JSON: terms and a calendar are read with it as without."""
    text = KENT_FILE.encode("utf-8-sig")
    terms_file.write_bytes(text)
    told = document(typed("terms", "check", str(terms_file), "--json"))
    assert told["valid"]
    assert told["digest"] == f"sha256:{sha256(text).hexdigest()}"
    source = files("rapid_review.calendars") / "england-and-wales" / "2026-11-23.json"
    mine = terms_file.with_name("mine.json")
    mine.write_bytes(source.read_text("utf-8").encode("utf-8-sig"))
    assert typed("calendar", "show", str(mine)).exit_code == 0


# --- Calendars


def test_the_shipped_calendars_are_listed() -> None:
    """Each version with the days it covers and its digest."""
    listed = document(typed("calendar", "list", "--json"))
    assert {(one["id"], one["version"]) for one in listed} == {
        (one.id, one.version) for one in calendars.available()
    }
    assert "england-and-wales  2022-09-09  2018-01-01" in typed("calendar", "list").stdout


def test_a_calendar_is_shown_with_its_bank_holidays() -> None:
    """In 2020 the Early May bank holiday was moved to Friday 8 May."""
    shown = document(typed("calendar", "show", "england-and-wales", "--json"))
    assert "2020-05-08" in [one["day"] for one in shown["holidays"]]
    assert shown["digest"] == calendars.load("england-and-wales").digest
    old = typed("calendar", "show", "england-and-wales", "--version", "2022-09-09").stdout
    assert "2022-09-19: made a bank holiday by proclamation on 10 September 2022" in old


def test_what_changed_between_two_versions_is_told() -> None:
    """One day: the funeral of 19 September 2022."""
    asked = ("calendar", "diff", "england-and-wales", "2022-09-09", "2026-11-23")
    (changed,) = document(typed(*asked, "--json"))
    assert (changed["day"], changed["change"]) == ("2022-09-19", "added")
    assert "2022-09-19  added" in typed(*asked).stdout
    assert typed("calendar", "diff", "scotland", "2026-11-23", "2026-11-23").stdout == ""


def test_a_calendar_is_checked_against_the_library() -> None:
    """A difference that the calendar remarks upon is explained."""
    asked = ("calendar", "check", "england-and-wales", "--version", "2022-09-09")
    result = typed(*asked, "--json")
    assert (result.exit_code, len(document(result)["differences"])) == (0, 1)
    assert "1 differences, 0 unexplained" in typed(*asked).stdout


def test_a_calendar_that_forgot_a_day_is_refused(tmp_path: Path) -> None:
    """Without Boxing Day 2023 it would count one working day too many."""
    source = files("rapid_review.calendars") / "england-and-wales" / "2026-11-23.json"
    content = json.loads(source.read_text("utf-8"))
    del content["holidays"][BOXING_DAY]
    mine = tmp_path / "mine.json"
    mine.write_text(json.dumps(content), "utf-8")
    result = typed("calendar", "check", str(mine), "--json")
    assert result.exit_code == 5
    assert [one["day"] for one in document(result)["differences"]] == [BOXING_DAY]


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "france"),
        ("show", "england-and-wales", "--version", "1999-01-01"),
        ("diff", "england-and-wales", "2022-09-09", "1999-01-01"),
    ],
)
def test_a_calendar_that_is_not_there_is_told(arguments: tuple[str, ...]) -> None:
    """With those that are."""
    result = typed("calendar", *arguments)
    assert (result.exit_code, result.stdout) == (5, "")


# --- Schemas


@pytest.mark.parametrize(("what", "models"), [("commands", COMMANDS), ("events", EVENTS)])
def test_there_is_a_schema_of_each(what: str, models: dict[str, object]) -> None:
    """By name, in the order of the document."""
    assert list(document(typed("schema", what))) == list(models)


def test_sealed_fields_are_marked_and_public_ones_are_not() -> None:
    """Also in what is nested: a child's identity, a document's title, a replacement's words."""
    schemas = document(typed("schema", "commands", "--json"))
    child = schemas["ReceiveNotification"]["$defs"]["Child"]["properties"]
    assert child["identity"]["x-sealed"] is True
    assert "x-sealed" not in child["reference"]
    decision = schemas["MakeDecision"]
    assert decision["properties"]["rationale"]["x-sealed"] is True
    assert "x-sealed" not in decision["properties"]["outcomes"]
    replacement = schemas["CorrectRecord"]["$defs"]["DecisionMade"]["properties"]
    assert replacement["rationale"]["x-sealed"] is True


def test_an_event_that_may_hold_itself_is_marked_too() -> None:
    """A correction may correct a correction: its schema refers to itself."""
    corrected = document(typed("schema", "events"))["RecordCorrected"]
    assert corrected["$defs"]["RecordCorrected"]["properties"]["because"]["x-sealed"] is True
