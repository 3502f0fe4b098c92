"""`import`: histories from elsewhere, recorded as they were, and found right or wrong."""

import json
import os
import pty
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from rapid_review.cli.commands.record import spool
from rapid_review.cli.commands.record.importing import import_lines
from rapid_review.store import RapidReviews
from rapid_review.store.writing import bulk_import as imports
from rapid_review.store.writing.bulk_import import BATCH
from rapid_review.terms import load
from tests.cli.a_terminal import CANARY, NOW, RECEIPT, TEAM, answers, document, lines, typed


def told(case: str, kind: str, at: str, **fields: object) -> dict[str, object]:
    """Return a line that tells an event."""
    return {"case": case, "event": {"kind": kind, "at": at, **fields}}


def receipt(case: str, **fields: object) -> dict[str, object]:
    """Return the line that tells a case's notification; the store's terms are filled in."""
    beside = ("case", "command", "by", "at")
    said = {key: value for key, value in RECEIPT.items() if key not in beside}
    return told(case, "NotificationReceived", "2020-05-04T09:30:00Z", **{**said, **fields})


def report(case: str, agency: str) -> dict[str, object]:
    """Return the line that tells an agency's report."""
    return told(case, "AgencyReportFiled", "2020-05-12T16:00:00Z", agency=agency)


def decision(case: str) -> dict[str, object]:
    """Return the line that tells a decision of nobody knows which meeting."""
    said = {"meeting": 1, "outcomes": ["no-practice-review"], "rationale": CANARY}
    return told(case, "DecisionMade", "2020-05-19T14:30:00Z", **said)


def imported(store: str, *said: Mapping[str, object], stdin: bytes = b"") -> list[Any]:
    """Return the answers to an import."""
    return answers(typed("import", "-", "--store", store, stdin=lines(*said).encode() + stdin))


def with_permissions(store: str) -> None:
    """Let anyone who imports add history to a case that is there, in a sealed store."""
    Path(store).with_suffix(".permissions.toml").write_text(
        'partnership = "kent-and-medway"\n[[editions]]\nin_force_from = 2020-01-01\n'
        '[[editions.roles]]\nid = "importer"\ncommands = ["all"]\n'
        'may = ["import-into-case"]\n',
        "utf-8",
    )


def summed(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer without how much was asked, and without what was never done."""
    of_entries = [one for one in answer["findings"] if one["kind"] != "duty"]
    told = {name: value for name, value in answer.items() if name != "asked"}
    return {**told, "findings": of_entries}


def test_what_was_never_done_is_told_with_the_import(store: str) -> None:
    """ToR 7.2 to 7.5: as `show` says it on the same day; its due day is long over."""
    (answer,) = imported(store, receipt("KM-1"))
    undone = {one["code"] for one in answer["findings"] if one["kind"] == "duty"}
    assert {"inform", "ask-agencies", "collate", "share-reports", "convene", "meet"} <= undone


def test_a_case_is_recorded_with_its_clocks(store: str) -> None:
    """ToR 7.3: two events, and the three clocks that the receipt starts."""
    (answer,) = imported(store, receipt("KM-1"), report("KM-1", "school"))
    assert summed(answer) == {"case": "KM-1", "events": 5, "findings": []}
    assert answer["asked"]["entries"] == 2
    shown = document(typed("timeline", "KM-1", "--store", store, "--json"))
    assert shown["entries"][0]["kind"] == "NotificationReceived"
    assert shown["entries"][0]["by"] == {
        "id": "import",
        "role": "importer",
        "agency": "kent-and-medway",
    }


def test_references_that_are_no_handles_are_kept_and_counted(store: str) -> None:
    """They are public, so the importer learns how many may hold a name, and of none what."""
    children = [{"reference": f"ada-{name}", "age_band": "under-1"} for name in ("l", "m")]
    (answer,) = imported(store, receipt("KM-1", children=children), report("KM-1", "school"))
    (note,) = answer["notes"]
    assert note.startswith("references recorded as given that are not handles: 2; a handle is ")
    assert "ada" not in json.dumps(answer)
    (answer,) = imported(store, receipt("KM-2", reference="PRN-2", source="kent-police"))
    assert "notes" not in answer


def test_what_broke_a_rule_is_recorded_and_found(store: str) -> None:
    """ToR 6.2, 8.5: a decision of a meeting that nobody convened was made all the same."""
    (answer,) = imported(store, receipt("KM-1"), decision("KM-1"))
    assert isinstance(answer, dict)
    assert answer["events"] == 5
    found = summed(answer)["findings"]
    assert [(one["version"], one["clause"], one["verdict"]) for one in found] == [
        (2, "ToR 8.5", "forbidden"),
        (2, "ToR 6.2", "forbidden"),
        (2, "ToR 5(b)", "irregular"),
    ]


def test_the_lines_of_several_cases_may_be_mixed(store: str) -> None:
    """Each case's lines are its history, in the order of the file."""
    told_of = imported(
        store,
        receipt("KM-1"),
        receipt("KM-2", reference="PRN-2"),
        report("KM-1", "school"),
        report("KM-2", "clinic"),
    )
    assert [*map(summed, told_of)] == [
        {"case": case, "events": 5, "findings": []} for case in ("KM-1", "KM-2")
    ]


def test_a_case_with_an_invalid_line_is_left_out_whole(store: str) -> None:
    """Half a history would be a wrong one; the other case goes in."""
    wrong = told("KM-1", "AgencyReportFiled", "2020-05-12T16:00:00", agency="school")
    invalid, first, second = imported(store, receipt("KM-1"), wrong, receipt("KM-2"))
    assert invalid == {
        "line": 2,
        "invalid": [
            {
                "where": "event.at",
                "problem": "found '2020-05-12T16:00:00', a time without its offset; end it with "
                "Z, or with an offset such as +01:00",
            }
        ],
    }
    assert first == {
        "case": "KM-1",
        "refused": {
            "because": "line 2 is not valid, so nothing of this case was imported; correct the "
            "line, and import the file again"
        },
    }
    assert summed(second) == {"case": "KM-2", "events": 4, "findings": []}
    assert typed("show", "KM-1", "--store", store).exit_code == 3


def test_a_line_that_breaks_off_still_keeps_its_case_out(store: str) -> None:
    """A file that was cut short ends in half a line, which names its case."""
    *_, refused = imported(store, receipt("KM-1"), stdin=b'{"case": "KM-1", "event": {"ki')
    assert refused == {
        "case": "KM-1",
        "refused": {
            "because": "line 2 is not valid, so nothing of this case was imported; correct the "
            "line, and import the file again"
        },
    }


def test_a_line_that_names_no_case_is_told(store: str) -> None:
    """Whose it was nobody knows; it is told, and the exit code says that not all was done."""
    result = typed("import", "-", "--store", store, stdin=lines(receipt("KM-1")) + "[1]\n")
    assert answers(result)[0]["invalid"][0]["where"] == "the line"
    assert summed(answers(result)[1]) == {"case": "KM-1", "events": 4, "findings": []}
    assert result.exit_code == 5


BAD_LINES: Mapping[str, tuple[Mapping[str, object], str]] = {
    "unknown kind": (told("KM-1", "DecisonMade", "2020-05-12T16:00:00Z"), "event.kind"),
    "no kind": ({"case": "KM-1", "event": {"at": "2020-05-12T16:00:00Z"}}, "event.kind"),
    "no event": ({"case": "KM-1"}, "event"),
    "an event that is text": ({"case": "KM-1", "event": CANARY}, "event"),
    "an unknown key": ({**report("KM-1", "school"), "bye": TEAM}, "(a key of 3 characters)"),
    "a name for a case": ({**report("KM-1", "school"), "case": CANARY}, "case"),
    "an unknown field": (
        told("KM-1", "AgencyReportFiled", "2020-05-12T16:00:00Z", agency="a", words=CANARY),
        "event.(a key of 5 characters)",
    ),
}


@pytest.mark.parametrize("kind", BAD_LINES)
def test_what_is_wrong_in_a_line_is_told_with_its_place(kind: str, store: str) -> None:
    """The same care as for commands, and nobody's words repeated."""
    said, where = BAD_LINES[kind]
    result = typed("import", "-", "--store", store, stdin=lines(said))
    assert [one["where"] for one in answers(result)[0]["invalid"]] == [where]
    assert result.exit_code == 5
    assert CANARY not in result.output


def test_a_history_without_a_notification_is_refused(store: str) -> None:
    """ToR 7.3: it has no meaning, and the reason names the clause."""
    (answer,) = imported(store, report("KM-1", "school"))
    assert isinstance(answer, dict)
    assert (
        "no notification has been received in this case (ToR 7.3)"
        in (answer["refused"]["because"])
    )


def test_importing_the_same_file_again_records_nothing(store: str) -> None:
    """After a crash the file is simply imported once more."""
    once = imported(store, receipt("KM-1"), report("KM-1", "school"))
    assert imported(store, receipt("KM-1"), report("KM-1", "school")) == once


def test_another_history_of_a_case_is_refused(store: str) -> None:
    """What is in the record is corrected, never overwritten."""
    imported(store, receipt("KM-1"), report("KM-1", "school"))
    (answer,) = imported(store, receipt("KM-1"), report("KM-1", "clinic"))
    assert isinstance(answer, dict)
    assert "already exists in the record" in answer["refused"]["because"]


def test_lines_without_the_notification_are_added_to_a_case_that_is_there(store: str) -> None:
    """ToR 6.2: a decision that should not have been made is recorded, and found."""
    with_permissions(store)
    imported(store, receipt("KM-1"))
    (answer,) = imported(store, decision("KM-1"))
    assert {one["verdict"] for one in answer["findings"]} >= {"forbidden"}
    (again,) = imported(store, decision("KM-1"))
    assert again["events"] == answer["events"]


def test_a_line_with_a_command_id_takes_effect_once(store: str) -> None:
    """Said otherwise under the same id, it is refused; the case stays as it was."""
    with_permissions(store)
    imported(store, receipt("KM-1"))
    line = {**report("KM-1", "school"), "command_id": "old-1"}
    (first,) = imported(store, line)
    (again,) = imported(store, line)
    assert first["events"] == again["events"]
    (other,) = imported(store, {**report("KM-1", "clinic"), "command_id": "old-1"})
    assert "was already used" in other["refused"]["because"]


def test_a_case_has_one_importer(store: str) -> None:
    """Who recorded it is on each entry; a history told by two is two histories."""
    other = {**TEAM, "id": "pt-02"}
    lines_of_two = ({**receipt("KM-1"), "by": TEAM}, {**report("KM-1", "a"), "by": other})
    invalid, refused = imported(store, *lines_of_two)
    assert isinstance(invalid, dict)
    assert invalid["invalid"][0]["where"] == "by"
    assert isinstance(refused, dict)
    assert "refused" in refused


def test_cases_may_have_different_importers(store: str) -> None:
    """Each is recorded under the name it was sent in."""
    other = {**TEAM, "agency": "other-team"}
    imported(store, {**receipt("KM-1"), "by": TEAM}, {**receipt("KM-2"), "by": other})
    for case, agency in (("KM-1", "partnership-team"), ("KM-2", "other-team")):
        shown = document(typed("timeline", case, "--store", store, "--json"))
        assert {one["by"]["agency"] for one in shown["entries"]} == {agency}


def test_a_history_may_name_its_own_terms(store: str) -> None:
    """Terms that are not at hand are told; the case is left out."""
    digest = "sha256:" + "0" * 64
    terms = {
        "id": "kent-and-medway-2020-05",
        "digest": digest,
        "rule_set": "working-together-2018",
        "rule_set_digest": digest,
    }
    (answer,) = imported(store, receipt("KM-1", terms=terms))
    assert "Restore the files" in json.dumps(answer)


def test_progress_is_told_on_a_terminal_and_only_there(tmp_path: Path, store: str) -> None:
    """A person who waits sees entries go by; a log file does not."""
    file = tmp_path / "history.jsonl"
    file.write_text(lines(receipt("KM-1")), "utf-8")
    assert "entries" not in typed("import", str(file), "--store", store).stderr
    ours, theirs = pty.openpty()
    program = "from rapid_review.cli import main; main()"
    again = (sys.executable, "-c", program, "import", str(file), "--store", f"{store}-2")
    subprocess.run(again, check=True, stdout=subprocess.DEVNULL, stderr=theirs)  # noqa: S603 - our own words
    os.close(theirs)
    assert b"4 entries" in os.read(ours, 1_000)
    os.close(ours)


def many(count: int) -> Iterator[dict[str, object]]:
    """Yield the lines of many cases, all receipts before all reports."""
    cases = [f"KM-{number}" for number in range(count)]
    yield from map(receipt, cases)
    yield from (report(case, "school") for case in cases)


def test_of_each_case_it_is_said_what_became_of_it_while_others_are_still_to_come(
    store: str,
) -> None:
    """An answer is given when its case is in the record, and not when the last one is."""
    count = 2 * BATCH // 5
    file = BytesIO(lines(*many(count)).encode())
    with RapidReviews.on_sqlite(
        store, terms=load("kent-and-medway-2020-05"), clock=now, unsealed=True
    ) as reviews:
        given = import_lines(file, reviews)
        assert summed(next(given)) == {"case": "KM-0", "events": 5, "findings": []}
        assert 0 < len(reviews.references()) < count
        assert [one["case"] for one in given] == [f"KM-{number}" for number in range(1, count)]
        assert len(reviews.references()) == count


@pytest.mark.faults
def test_a_file_of_more_cases_needs_no_more_memory(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines wait in a file, though those of a case lie far apart."""
    monkeypatch.setattr(imports, "BATCH", 100)
    kent = load("kent-and-medway-2020-05")

    def peak(count: int) -> int:
        file = BytesIO(lines(*many(count)).encode())
        with RapidReviews.on_sqlite(
            f"{store}-{count}", terms=kent, clock=now, unsealed=True
        ) as reviews:
            tracemalloc.start()
            try:
                assert sum(1 for _ in import_lines(file, reviews)) == count
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    peak(801)  # what is loaded once, and remembered of a reference, is there
    few, many_more = peak(200), peak(800)
    assert many_more - few < 600 * 1_500, "a case takes several thousand bytes"


def test_where_there_is_no_room_to_put_lines_aside_it_is_said(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is imported; the message says which folder to look at, and repeats no words."""
    monkeypatch.setattr(spool, "_TABLES", (*spool._TABLES, "PRAGMA max_page_count = 10"))  # noqa: SLF001 - so small a disc
    file = tmp_path / "lines.jsonl"
    file.write_text(lines(*many(200)), encoding="utf-8")
    result = typed("import", str(file), "--store", store)
    assert result.exit_code == 1
    assert (
        "the lines could not be saved in a temporary file: database or disk is full"
        in result.stderr
    )
    assert "TMPDIR" in result.stderr
    assert CANARY not in result.output
    assert not answers(result)


def test_cases_that_are_left_out_are_named_before_the_others_go_in(store: str) -> None:
    """Anyone who waits sees at once what is to be mended."""
    broken = {**receipt("KM-2"), "event": {"kind": "NotificationReceived"}}
    given = imported(store, receipt("KM-1"), broken, receipt("KM-3"))
    assert [(one.get("line"), one.get("case")) for one in given] == [
        (2, None),
        (None, "KM-2"),
        (None, "KM-1"),
        (None, "KM-3"),
    ]


def now() -> datetime:
    """Say what time it is."""
    return NOW
