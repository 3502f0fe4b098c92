"""`demo`: one case from notification to shared feedback, through a real store."""

import json
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rapid_review.cli.commands.demo.demonstration import CASE, demonstrate, story
from rapid_review.domain.events import EVENTS
from rapid_review.domain.statement import sealed_fields
from rapid_review.projections.case.timeline import Line
from tests.cli.a_terminal import document, typed
from tests.store.a_ledger import unguarded


def kinds_of(lines: tuple[Line, ...]) -> list[str]:
    """Return the kinds of a timeline, in order."""
    return [line.kind for line in lines]


def test_the_demonstration_tells_a_case_and_verifies_it() -> None:
    """ToR 5 to 8: an inquorate meeting, a late report, a decision, the Panel, and the check."""
    result = typed("demo", "--verbose")
    told = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert "meeting 1 was not quorate; empty seats: police (ToR 6.2)" in told
    assert "meeting 2; quorate, 5 seats filled; represented: police; 1 expert" in told
    assert "rapid-review met 2020-05-04 2020-05-27 2020-05-26 14 of 15 ToR 5(a)" in told
    assert "2020-05-08 Friday - bank holiday: Early May" in told
    assert "CriteriaAssessed ToR 5(b): irregular" in told
    assert "48 entries read back from the file: versions 1 to 48 without a gap" in told
    assert "5 of 5 due dates are the same when calculated again" in told
    assert "verified: the store checkpoint 48 events, demo.example/rapid-reviews" in told


SCREEN = (20, 80)
"""Lines and columns."""


def test_by_default_it_fits_on_a_screen(tmp_path: Path) -> None:
    """The story, five clocks, a refusal and its remedy, two findings, the check, what to try."""
    result = typed("demo", str(tmp_path / "demo"))
    lines = result.stdout.splitlines()
    assert (result.exit_code, result.stderr) == (0, "")
    assert len(lines) < SCREEN[0]  # `make demo` adds one
    told = [line for line in lines if str(tmp_path) not in line]  # as long as the folder's name
    assert max(map(len, told)) <= SCREEN[1]
    assert len(lines) - len(told) == 2
    text = " ".join(result.stdout.split())
    assert f"{CASE} (invented): notified on 4 May 2020" in text
    assert "rapid-review met due 2020-05-27 working day 14 of 15" in text
    assert sum(" due 2020-" in line for line in lines) == 5
    assert "Refused by ToR 6.2: a decision needs a quorate meeting; meeting 1 was not" in text
    assert "RecordAttendance" in text
    found = lines.index("Found by the rules, 2 of 2:")
    assert [line[:6] for line in lines[found + 1 : found + 3]] == ["  ToR "] * 2
    assert "Verified: 48 entries against a signed checkpoint, 5 of 5 due dates" in text


def test_what_it_says_to_try_next_can_be_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the folder that it names; `serve` goes on until it is stopped, and is asked for help."""
    lines = typed("demo", str(tmp_path)).stdout.splitlines()
    monkeypatch.chdir(tmp_path)
    for line in lines[lines.index(f"Try next, in {tmp_path}:") + 1 :]:
        program, *arguments = line.partition("  its")[0].partition("  every")[0].split()
        assert program == "rapid-review"
        help_ = ["--help"] if arguments[0] == "serve" else []
        assert typed(*arguments, *help_).exit_code == 0, line
    assert len(lines) - lines.index(f"Try next, in {tmp_path}:") == 4


def test_the_case_file_is_written_beside_the_store(tmp_path: Path) -> None:
    """The page that `report case` makes as of the case's last step; once more, the same bytes."""
    file = tmp_path / f"{CASE}.html"
    assert f"Case file, to open in a browser: {file}" in typed("demo", str(tmp_path)).stdout
    first = file.read_bytes()
    assert f"Case file, to open in a browser: {file}" in typed("demo", str(tmp_path)).stdout
    assert file.read_bytes() == first
    assert b"QuorumNotMet" in first or b"quorum" in first.lower()


def test_without_the_extra_for_pages_the_rest_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the extra is named."""
    monkeypatch.delitem(sys.modules, "rapid_review.reports.case_file.page", raising=False)
    monkeypatch.setitem(sys.modules, "markupsafe", None)
    result = typed("demo", str(tmp_path))
    assert result.exit_code == 0
    assert "The case file was not written, because it needs the extra `report`." in result.stdout
    assert not (tmp_path / f"{CASE}.html").exists()


def test_the_same_in_json() -> None:
    """Everything that the words tell, by key."""
    shown = document(typed("demo", "--json"))
    assert [one["line"] for one in shown["answers"] if "refused" in one] == [19]
    assert {one["deadline"]: one["state"] for one in shown["clocks"]} == {
        "notify-panel": "met",
        "publication": "running",
        "rapid-review": "met",
        "decision": "met",
        "panel-feedback": "met",
    }
    assert {one["agreement"] for one in shown["recounts"]} == {"agrees"}
    assert len(shown["clocks"][2]["reckoning"]) == 24
    assert (shown["log"]["verified"], shown["log"]["size"]) == (True, 48)


def test_a_case_in_a_folder_of_ones_own_is_kept(tmp_path: Path) -> None:
    """It can then be read with the other commands; playing it again changes nothing."""
    folder = tmp_path / "deep" / "folder"
    first = typed("demo", str(folder), "--verbose")
    store = str(folder / "rapid-review.db")
    assert f"Try next, in {folder}:" in first.stderr
    next_year = datetime(2021, 1, 4, 9, tzinfo=UTC)
    shown = document(typed("show", CASE, "--store", store, "--json", now=next_year))
    assert shown["stage"] == "closed"
    undetermined = typed("show", CASE, "--store", store, "--happened-by", "2020-06-05").stdout
    assert "panel-feedback: the day of the Panel's meeting is not known yet" in undetermined
    told, told_again = first.stdout, typed("demo", str(folder), "--verbose").stdout
    happened = told.index("What happened")
    assert told_again.endswith(told[happened:])


def test_without_a_folder_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The temporary folder goes with its store."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    typed("demo")
    assert list(tmp_path.iterdir()) == []


def test_the_case_tells_none_of_its_words(tmp_path: Path) -> None:
    """Every sealed text of the story, and none of them on the screen."""
    told = typed("demo", str(tmp_path), "--verbose").output
    words = [
        value
        for command in map(json.loads, story())
        for model in EVENTS.values()
        for key, value in command.items()
        if key in sealed_fields(model) and isinstance(value, str)
    ]
    assert len(set(words)) > 10
    assert not [one for one in words if one in told]


def test_the_story_passes_through_the_steps_of_the_document(tmp_path: Path) -> None:
    """ToR 7 and 8, in their order."""
    kinds = kinds_of(demonstrate(tmp_path / "rapid-review.db").lines)
    steps = (
        "NotificationReceived",
        "MemberInformed",
        "AgencyReportRequested",
        "AgencyReportFiled",
        "ReportsCollated",
        "ReportsShared",
        "MeetingConvened",
        "QuorumNotMet",
        "QuorumConfirmed",
        "CriteriaAssessed",
        "DecisionMade",
        "ReportCompiled",
        "ReportSentToMembers",
        "ReportSentToPanel",
        "PanelDiscussionNoted",
        "PanelFeedbackReceived",
        "FeedbackShared",
        "PracticeReviewCommissioned",
        "MinutesRecorded",
        "ActionAgreed",
        "PublicationPlanned",
        "CaseClosed",
    )
    assert [kinds.index(step) for step in steps] == sorted(map(kinds.index, steps))


OTHER_WORDS = "UPDATE stored_events SET state = CAST({} AS BLOB) WHERE originator_version = {}"
TAMPERING = {
    "a word was changed": (
        OTHER_WORDS.format("replace(CAST(state AS TEXT), 'PRN-', 'PRM-')", 1),
        "verification found 2 problems in the log",
    ),
    "a due day was moved": (
        OTHER_WORDS.format("replace(CAST(state AS TEXT), '2020-06-23', '2020-06-24')", 38),
        "a recorded due date differs when it is calculated again with its own calendar",
    ),
    "an entry was taken out": (
        "DELETE FROM stored_events WHERE originator_version = 7",
        "a version is missing in case",
    ),
    "an entry was made another case's": (
        OTHER_WORDS.format("replace(CAST(state AS TEXT), 'KM-2020-014', 'KM-2020-041')", 7),
        "somebody moved or copied it there",
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_what_was_altered_in_the_file_is_an_integrity_failure(what: str, tmp_path: Path) -> None:
    """The guards are taken away and put back; exit code 4, and the words say what."""
    typed("demo", str(tmp_path))
    statement, words = TAMPERING[what]
    with unguarded(tmp_path / "rapid-review.db") as connection:
        connection.execute(statement)
    result = typed("demo", str(tmp_path))
    assert result.exit_code == 4
    assert words in result.stderr


def test_the_folder_of_a_demo_and_its_store_are_for_their_owner_alone(tmp_path: Path) -> None:
    """As every store is, invented or not."""
    folder = tmp_path / "kept"
    assert typed("demo", str(folder)).exit_code == 0
    found = {one.name: stat.S_IMODE(one.stat().st_mode) for one in (folder, *folder.iterdir())}
    assert found.pop("rapid-review.audit-key.pub") == 0o644
    assert found.pop("kept") == 0o700
    assert set(found.values()) == {0o600}
