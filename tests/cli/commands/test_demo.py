"""`demo`: one case from notification to shared feedback, through a real store."""

import json
import stat
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
    result = typed("demo")
    told = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert "meeting 1 was not quorate; empty: police (ToR 6.2)" in told
    assert "meeting 2; quorate, 5 seats filled; represented: police; 1 expert" in told
    assert "rapid-review met 2020-05-04 2020-05-27 2020-05-26 14 of 15 ToR 5(a)" in told
    assert "2020-05-08 Friday - bank holiday: Early May" in told
    assert "CriteriaAssessed ToR 5(b): irregular" in told
    assert "48 entries read back from the file: versions 1 to 48 without a gap" in told
    assert "5 of 5 due dates counted again" in told
    assert "verified: the store checkpoint 48 events, demo.example/rapid-reviews" in told


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
    first = typed("demo", str(folder))
    store = str(folder / "rapid-review.db")
    assert f"--store {store}" in first.stderr
    assert document(typed("show", CASE, "--store", store, "--json"))["stage"] == "closed"
    undetermined = typed("show", CASE, "--store", store, "--happened-by", "2020-06-05").stdout
    assert "panel-feedback: the day of the Panel's meeting is not known yet" in undetermined
    told, told_again = first.stdout, typed("demo", str(folder)).stdout
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
    told = typed("demo", str(tmp_path)).output
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
        "the log has 2 findings",
    ),
    "a due day was moved": (
        OTHER_WORDS.format("replace(CAST(state AS TEXT), '2020-06-23', '2020-06-24')", 38),
        "a recorded due date does not come out again with its calendar",
    ),
    "an entry was taken out": (
        "DELETE FROM stored_events WHERE originator_version = 7",
        "does not hold every version",
    ),
    "an entry was made another case's": (
        OTHER_WORDS.format("replace(CAST(state AS TEXT), 'KM-2020-014', 'KM-2020-041')", 7),
        "it was moved or copied there",
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
