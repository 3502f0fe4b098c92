"""Verdicts that are true to the facts, by every command that gives one.

Each case here is right but for one thing, and what is found is that thing.
"""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from rapid_review.domain.events import MemberInformed, RecordCorrected
from rapid_review.exports.cloudevents import cloudevents
from rapid_review.exports.pseudonyms import as_recorded
from rapid_review.exports.trace import trace
from rapid_review.projections.case.findings import EDITION
from rapid_review.testing import given
from tests.cli.a_terminal import answers, document, lines, typed
from tests.cli.some_stories import (
    ALL_DONE,
    CASE,
    CRITERIA_NOT_MET_AFTERWARDS,
    DISCUSSED_AGAIN,
    DUTIES_NEVER_DONE,
    LATER,
    RECORDED_AGAIN,
    SENT_A_YEAR_EARLY,
    SENT_AGAIN,
    codes,
    line_of,
    said,
)
from tests.domain.a_review import (
    AGREE,
    CLOSE,
    COLLATE,
    FILE,
    INFORM,
    RECEIVE,
    SHARE,
    TELL_GROUP,
    TELL_PARTNERS,
    at,
    changed,
)
from tests.exports.a_case import written_down
from tests.exports.whole_files import ocel_json, ocel_log, xes

NOW: Final = datetime(2020, 12, 1, 9, tzinfo=UTC)
FORBIDDEN: Final = ("rule", "meeting-is-quorate", "forbidden")
SHORT: Final = ("rule", "meeting-was-quorate", "irregular")


def applied(store: str, text: str, *options: str, now: datetime = NOW) -> int:
    """Apply lines, and return the exit code."""
    return typed("apply", "-", "--store", store, *options, stdin=text, now=now).exit_code


def shown(store: str, *options: str) -> Any:  # noqa: ANN401 - what JSON holds
    """Return what `show` says of the case."""
    return document(typed("show", CASE, "--store", store, "--json", *options, now=NOW))


def clock(told: Any, deadline: str = "rapid-review") -> Any:  # noqa: ANN401 - the same
    """Return the latest round of a clock among what `show` says."""
    return [one for one in told["clocks"] if one["deadline"] == deadline][-1]


def test_seats_that_lack_different_collations_are_named_apart(store: str) -> None:
    """ToR 7.5, 8.4: the police were sent the first, and a later report is in a second alone."""
    again = (
        changed(FILE, agency="clinic", at=at("2020-05-14 12:00")),
        changed(COLLATE, agencies=("clinic",), at=at("2020-05-14 13:00")),
    )
    to_police = changed(SHARE, seats=("police",))
    assert applied(store, said(RECEIVE, FILE, COLLATE, to_police, *again)) == 0
    words = typed("show", CASE, "--store", store, now=NOW).stdout
    lacking = re.findall(r"there is no record that ([^.]*) was sent collation (\d)", words)
    assert ("police", "2") in lacking
    assert {number for _, number in lacking} == {"1", "2"}


def test_that_nothing_is_found_is_said_with_how_much_was_asked(store: str) -> None:
    """And by which edition of the rules."""
    assert applied(store, said(*ALL_DONE), "--fail-on-breach") == 0
    told = shown(store)
    assert told["findings"] == []
    asked = told["asked"]
    assert asked["edition"] == EDITION
    assert min(asked["rules"], asked["duties"], asked["dates"]) > len(ALL_DONE) // 2
    words = typed("show", CASE, "--store", store, now=NOW).stdout
    assert (
        f"All rules are met. Checked: {asked['rules']} rules, "
        f"{asked['duties']} duties and {asked['dates']} dates of {asked['entries']} entries, "
        f"by edition {EDITION} of the rules.\n"
    ) in words
    assert typed("compliance", CASE, "--store", store, "--fail-on-breach", now=NOW).exit_code == 0


def test_a_deadline_that_was_missed_is_named_where_no_rule_is_broken(store: str) -> None:
    """ToR 7.8: the Panel answered too late, and the partnership did all that was asked of it."""
    *until_discussed, _agree, _group, _partners, _close = ALL_DONE
    late = (
        changed(AGREE, at=at("2020-06-30 15:00")),
        changed(TELL_GROUP, at=at("2020-07-01 09:00")),
        changed(TELL_PARTNERS, at=at("2020-07-01 10:00")),
        changed(CLOSE, at=at("2020-07-02 09:00")),
    )
    assert applied(store, said(*until_discussed, *late)) == 0
    words = typed("show", CASE, "--store", store, now=NOW).stdout
    assert "All rules are met, but these deadlines were missed: panel-feedback. Checked: " in words


def test_an_attendance_recorded_again_makes_the_decision_forbidden(store: str) -> None:
    """ToR 6.2: `apply` says so on that line, and every question afterwards."""
    result = typed("apply", "-", "--store", store, stdin=said(*RECORDED_AGAIN), now=NOW)
    assert result.exit_code == 0
    assert codes(answers(result)[-1]["findings"]) == [SHORT, FORBIDDEN]
    told = shown(store)
    assert codes(told["findings"]) == [SHORT, FORBIDDEN]
    assert {"ToR 6.2"} == {one["clause"] for one in told["findings"]}
    assert clock(told, "decision")["stop_findings"] == ["meeting-is-quorate"]
    words = typed("show", CASE, "--store", store, now=NOW).stdout
    assert (
        "decision: the rules found something wrong with what stopped this clock: "
        "meeting-is-quorate" in words
    )
    assert typed("compliance", CASE, "--store", store, "--fail-on-breach", now=NOW).exit_code == 6


def test_apply_ends_with_6_where_a_breach_is_found_and_that_is_asked_for(store: str) -> None:
    """Not where a line is refused, which is 5."""
    assert applied(store, said(*RECORDED_AGAIN), "--fail-on-breach") == 6
    assert applied(store, said(RECORDED_AGAIN[-1])) == 0


def test_before_the_attendance_was_recorded_again_nothing_was_found(store: str) -> None:
    """As it was recorded on the day before, and on that day."""
    assert applied(store, said(*ALL_DONE), now=datetime(2020, 11, 1, 9, tzinfo=UTC)) == 0
    assert applied(store, said(RECORDED_AGAIN[-1])) == 0
    before, after = (
        document(typed("compliance", CASE, "--store", store, "--json", *options, now=NOW))
        for options in (("--recorded-by", "2020-11-30"), ("--recorded-by", "2020-12-01"))
    )
    assert before["cases"][0]["findings"] == []
    assert codes(after["cases"][0]["findings"]) == [SHORT, FORBIDDEN]
    made = document(
        typed(
            *("difference", CASE, "--store", store, "--json"),
            *("--from-recorded-by", "2020-11-30"),
            now=NOW,
        )
    )["difference"]
    assert codes(made["findings_after"]) == [SHORT, FORBIDDEN]


def test_a_report_sent_before_the_receipt_leaves_its_clock_undetermined(store: str) -> None:
    """ToR 7.3, 7.7: found, in no median, and not in time; at best it was."""
    assert applied(store, said(*SENT_A_YEAR_EARLY)) == 0
    told = shown(store)
    assert ("order", "precedes-receipt", "irregular") in codes(told["findings"])
    read = clock(told)
    assert (read["state"], read["reason"]) == ("undetermined", "impossible-order")
    assert "precedes-receipt" in read["stop_findings"]
    figures = document(typed("stats", "--store", store, "--json", now=NOW))
    assert figures["rules_edition"] == EDITION
    total = {
        one["kind"]: (one["value"], one["denominator"])
        for one in figures["figures"]
        if one["figure"] == "rapid-review: came to" and one["group"] == "Total"
    }
    assert (total["met"], total["impossible-order"]) == ((0, 1), (1, 1))
    assert total["met-at-best"] == (1, 1)
    assert not [one for one in figures["figures"] if one["kind"] == "median"]


def test_duties_that_were_never_done_are_found_at_the_closing(store: str) -> None:
    """ToR 7.4, 7.5 with 8.4, 8.3, 8.7: by the line that closes the case, and ever after."""
    result = typed("apply", "-", "--store", store, stdin=said(*DUTIES_NEVER_DONE), now=NOW)
    owed = [
        ("duty", one, "irregular")
        for one in ("ask-agencies", "collate", "share-reports", "tell-members")
    ]
    # The others were over with their due day: no line of the file has caused that.
    assert codes(one for each in answers(result) for one in each["findings"]) == owed[-1:]
    assert codes(answers(result)[-1]["findings"]) == owed[-1:]
    told = shown(store)
    assert codes(told["findings"]) == owed
    assert {one["version"] for one in told["findings"]} == {None}
    assert {one["clause"] for one in told["findings"]} == {
        "ToR 7.4, 8.3",
        "ToR 7.5, 8.3",
        "ToR 7.5, 8.4",
        "ToR 8.7",
    }
    assert typed("compliance", CASE, "--store", store, "--fail-on-breach", now=NOW).exit_code == 6
    early = ("--happened-by", "2020-05-20")
    assert codes(shown(store, *early)["findings"]) == []


def test_the_panel_is_awaited_again_after_the_report_went_to_it_again(store: str) -> None:
    """ToR 7.8 (reading I-23): with its clock; only then may the case be closed."""
    assert applied(store, said(*SENT_AGAIN)) == 0
    assert shown(store)["stage"] == "reported"
    closing = line_of(changed(CLOSE, at=at("2020-07-10 09:00")))
    assert applied(store, lines(closing)) == 5
    assert applied(store, said(DISCUSSED_AGAIN)) == 0
    told = shown(store)
    assert told["stage"] == "discussed"
    read = clock(told, "panel-feedback")
    assert (read["round"], read["due"], read["state"]) == (2, "2020-07-21", "overdue")
    awaited = {one["step"]: one for one in told["next_steps"]}["ReceivePanelFeedback"]
    assert (awaited["about"], awaited["due"]) == (["panel"], "2020-07-21")
    answer = changed(AGREE, at=at("2020-07-20 09:00"))
    told_both = [changed(one, at=at("2020-07-21 09:00")) for one in (TELL_GROUP, TELL_PARTNERS)]
    closed = changed(CLOSE, at=at("2020-07-22 09:00"))
    assert applied(store, said(answer, *told_both, closed)) == 0
    assert clock(shown(store), "panel-feedback")["state"] == "met"


def test_each_date_inside_that_cannot_be_is_found(store: str) -> None:
    """ToR 8.1: it became known after it was notified, and happened after it became known."""
    slips = changed(
        RECEIVE,
        incident=changed(
            RECEIVE.incident, happened_on=date(2021, 6, 2), known_on=date(2021, 6, 1)
        ),
    )
    assert applied(store, said(slips), "--fail-on-breach") == 6
    found = {one["subject"] for one in shown(store)["findings"] if one["code"] == "date-inside"}
    assert found >= {
        "incident.happened_on>incident.known_on",
        "incident.known_on>at",
        "incident.known_on>recorded",
        "incident.happened_on>recorded",
    }


def test_criteria_found_not_met_after_the_report_leave_no_clock_and_no_decision(
    store: str,
) -> None:
    """ToR 1: its clock is in no numerator and no denominator, nor is its decision."""
    assert applied(store, said(*CRITERIA_NOT_MET_AFTERWARDS)) == 0
    assert clock(shown(store))["state"] == "ended-otherwise"
    figures = document(typed("stats", "--store", store, "--json", now=NOW))["figures"]
    total = {(one["figure"], one["kind"]): one for one in figures if one["group"] == "Total"}
    met = total["rapid-review: came to", "met"]
    assert (met["value"], met["denominator"]) == (0, 0)
    assert total["rapid-review: came to", "ended-otherwise"]["value"] == 1
    assert (total["decision", "Total"]["value"], total["review", "Total"]["value"]) == (0, 0)


def test_a_correction_is_its_correctors_everywhere(store: str, tmp_path: Path) -> None:
    """Its words are reported with its corrector's id, at its time of recording."""
    assert applied(store, said(*ALL_DONE), now=datetime(2020, 11, 1, 9, tzinfo=UTC)) == 0
    lines_of = ("timeline", CASE, "--store", store, "--json")
    told = document(typed(*lines_of, now=NOW))["entries"]
    sent = next(one for one in told if one["kind"] == "ReportSentToMembers")
    correct = {
        "case": CASE,
        "command": "CorrectRecord",
        "by": LATER,
        "at": "2020-11-30T09:00:00Z",
        "version": sent["version"],
        "because": "the day was wrong",
        "replacement": {"kind": sent["kind"], "at": "2020-05-20T12:00:00Z", "version": 1},
    }
    assert applied(store, lines(correct)) == 0
    stood = document(typed(*lines_of, "--happened-by", "2020-11-29", now=NOW))["entries"]
    now_told = next(one for one in stood if one["version"] == sent["version"])
    assert now_told["by"] == {"id": "pt-09", "role": "reviewer", "agency": "audit"}
    assert now_told["recorded_at"] == "2020-12-01T09:00:00Z"
    recorded = document(typed(*lines_of, now=NOW))["entries"]
    assert [one["by"]["id"] for one in recorded if one["kind"] == "RecordCorrected"] == ["pt-09"]
    words = typed("timeline", CASE, "--store", store, now=NOW).stdout
    assert "(by pt-09, reviewer, audit)" in words
    page = tmp_path / "case.html"
    assert typed("report", "case", CASE, "--store", store, "-o", str(page), now=NOW).exit_code == 0
    assert '<dd class="by">pt-09, reviewer, audit</dd>' in page.read_text()
    assert f"by edition {EDITION} of the rules" in page.read_text()


@pytest.mark.parametrize("form", ["xes", "ocel", "cloudevents"])
def test_an_export_says_by_whom_the_words_that_stand_were_recorded(form: str) -> None:
    """And at the time at which the correction was recorded."""
    events = given(RECEIVE, INFORM).events
    words = MemberInformed(at=at("2020-05-04 12:00"), seat="police", person="P-2")
    correction = RecordCorrected(
        at=at("2020-06-01 09:00"), version=len(events), because="w", replacement=words
    )
    entries = [*written_down([*events, correction])]
    corrector = entries[-1].by.model_copy(update={"id": "pt-09"})
    entries[-1] = entries[-1].model_copy(update={"by": corrector})
    seen = trace(entries)
    assert seen is not None
    recorded = entries[-1].recorded_at
    if form == "xes":
        text = xes([seen], as_recorded).decode()
        told = [one for one in text.split("</event>") if "pt-09" in one]
        assert len(told) == 1
        assert "MemberInformed" in told[0]
        assert recorded.isoformat() in told[0]
    elif form == "ocel":
        log = json.loads(ocel_json(ocel_log([seen], as_recorded)))
        told_by = [
            (one["type"], {each["name"]: each["value"] for each in one["attributes"]})
            for one in log["events"]
            for each in one["relationships"]
            if each["objectId"] == "person:pt-09"
        ]
        assert [kind for kind, _ in told_by] == ["MemberInformed"]
        assert told_by[0][1]["recorded_at"] == recorded.isoformat()
    else:
        feed = cloudevents(entries, as_recorded)
        by = {one["type"]: one["recordedby"] for one in feed}
        assert by["rapid-review.RecordCorrected"] == "pt-09"
        assert by["rapid-review.MemberInformed"] != "pt-09"
