"""`apply`: a line of JSON in, a line of JSON out, whatever the line holds."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from rapid_review import calendars
from rapid_review.cli.context import KENT
from rapid_review.domain.commands import COMMANDS
from rapid_review.domain.vocabulary import Actor
from rapid_review.store import RapidReviews
from rapid_review.terms import load
from rapid_review.wire.lines import LONGEST, parsed
from rapid_review.wire.requests import Envelope
from tests.cli.a_terminal import (
    CANARY,
    NOW,
    RECEIPT,
    REPORT,
    TEAM,
    answers,
    document,
    lines,
    typed,
)

DECISION = {
    "case": "KM-1",
    "command": "MakeDecision",
    "at": "2020-05-19T14:30:00+01:00",
    "by": TEAM,
    "meeting": 1,
    "outcomes": ["no-practice-review"],
    "rationale": CANARY,
}


def test_each_line_is_answered_by_the_events_it_led_to(store: str) -> None:
    """ToR 7.3: a receipt starts three clocks; saying it again records nothing."""
    result = typed("apply", "-", "--store", store, stdin=lines(RECEIPT, REPORT, RECEIPT))
    assert answers(result) == [
        {"line": 1, "events": ["NotificationReceived", *["DeadlineSet"] * 3], "findings": []},
        {"line": 2, "events": ["AgencyReportFiled"], "findings": []},
        {"line": 3, "events": [], "findings": []},
    ]
    assert result.exit_code == 0
    assert result.stderr.startswith(
        f"A new store: {store}\nIts words are sealed with the keys in "
    )


def test_a_name_in_place_of_a_childs_reference_is_invalid_and_not_repeated(store: str) -> None:
    """A reference is public; the answer says where a name belongs."""
    child = {"reference": "ada-lovelace", "age_band": "under-1"}
    result = typed("apply", "-", "--store", store, stdin=lines({**RECEIPT, "children": [child]}))
    (answer,) = answers(result)
    (problem,) = answer["invalid"]
    assert problem["problem"].startswith("children.0.reference: found a value of 12 characters")
    assert "allowed: up to eight letters and up to nine digits, such as c-1" in problem["problem"]
    assert "ada" not in result.stdout + result.stderr
    assert result.exit_code == 5


def test_a_refusal_says_the_clause_and_what_to_do_next_and_the_rest_is_done(store: str) -> None:
    """ToR 8.5: nobody convened that meeting; the report after it is filed all the same."""
    result = typed("apply", "-", "--store", store, stdin=lines(RECEIPT, DECISION, REPORT))
    refused = answers(result)[1]["refused"]
    assert refused["clause"] == "ToR 8.5"
    assert refused["because"].startswith("meeting 1 has not been convened")
    assert refused["way_on"].startswith(
        "Record the convening of the meeting first with ConveneMeeting"
    )
    assert answers(result)[2] == {
        "line": 3,
        "events": ["AgencyReportFiled"],
        "findings": [],
    }
    assert result.exit_code == 5


def test_the_same_command_id_takes_effect_once(store: str) -> None:
    """A line sent twice, by a program that had no answer, answers as it did the first time."""
    said = {**RECEIPT, "command_id": "c-1", "purpose": "statutory review"}
    first, second = answers(typed("apply", "-", "--store", store, stdin=lines(said, said)))
    assert first["events"] == second["events"]
    used = {**REPORT, "command_id": "c-1"}
    (third,) = answers(typed("apply", "-", "--store", store, stdin=lines(used)))
    assert "was already used" in third["invalid"][0]["problem"]


def test_a_case_that_a_clock_stamped_ahead_is_refused_and_the_rest_is_done(store: str) -> None:
    """What is to be done is said; anyone who has looked says how far the stamp may lie ahead."""
    ahead = NOW + timedelta(days=30)
    typed("apply", "-", "--store", store, stdin=lines(RECEIPT), now=ahead)
    other = {**RECEIPT, "case": "KM-2"}
    result = typed("apply", "-", "--store", store, stdin=lines(REPORT, other))
    refused, done = answers(result)
    assert result.exit_code == 5
    assert "was recorded at 2020-07-01 09:00:00+00:00" in refused["refused"]["because"]
    assert "--clock-lag" in refused["refused"]["because"]
    assert len(done["events"]) == 4
    month = ("--clock-lag", str(30 * 24 * 60))
    knowing = typed("apply", "-", "--store", store, *month, stdin=lines(REPORT))
    assert answers(knowing) == [{"line": 1, "events": ["AgencyReportFiled"], "findings": []}]


def test_beyond_the_calendar_a_receipt_is_recorded(store: str) -> None:
    """ToR 7.3: nobody knows the bank holidays of 2035; no due day is guessed."""
    late = {**RECEIPT, "at": "2035-05-04T09:30:00+01:00"}
    result = typed("apply", "-", "--store", store, stdin=lines(late))
    assert answers(result)[0]["events"] == ["NotificationReceived", "DeadlineSet"]
    assert result.exit_code == 0
    clocks = document(
        typed("show", "KM-1", "--store", store, "--happened-by", "2035-06-01", "--json")
    )
    reasons = {one["deadline"]: one["reason"] for one in clocks["clocks"]}
    assert reasons["rapid-review"] == "calendar-gap"
    assert reasons["notify-panel"] is None


@pytest.fixture
def own_calendar(tmp_path: Path) -> str:
    """Return a calendar of one's own: a day proclaimed for Friday 8 May and one for the 15th."""
    shipped = Path(calendars.__file__).parent / "england-and-wales" / "2026-11-26.json"
    fields = json.loads(shipped.read_text("utf-8"))
    days = {**fields["holidays"], "2020-05-15": "proclaimed today"}
    own = tmp_path / "own.json"
    changed = {**fields, "version": "2026-12-01", "holidays": dict(sorted(days.items()))}
    own.write_text(json.dumps(changed), encoding="utf-8")
    return str(own)


def test_a_bank_holiday_proclaimed_today_counts_today(store: str, own_calendar: str) -> None:
    """ToR 5(a): `due` and `apply` count with a file of one's own; the entry names it."""
    due = document(typed("due", "--received", "2020-05-04", "--calendar", own_calendar, "--json"))
    assert (due["due"], due["calendar"]["version"]) == ("2020-05-28", "2026-12-01")
    asked = ("apply", "-", "--store", store, "--calendar", own_calendar)
    assert typed(*asked, stdin=lines(RECEIPT)).exit_code == 0
    with RapidReviews.on_sqlite(
        store, terms=load(KENT), clock=lambda: NOW, unsealed=True
    ) as reviews:
        clock = reviews.case("KM-1").review.clocks["rapid-review"]
    assert (str(clock.due), clock.calendar.version) == ("2020-05-28", "2026-12-01")


def test_what_a_calendar_of_ones_own_counted_is_read_with_it(
    store: str, own_calendar: str
) -> None:
    """ToR 5(a): without it the due day stands, and the days taken are not known."""
    own = ("--calendar", own_calendar)
    typed("apply", "-", "--store", store, *own, stdin=lines(RECEIPT))
    for more, days in ((own, "17 of 15"), ((), "? of 15")):
        shown = typed("show", "KM-1", "--store", store, *more).stdout
        (clock,) = (one for one in shown.splitlines() if one.startswith("rapid-review "))
        assert "2020-05-28" in clock
        assert days in clock
    for more, left in ((own, -13), ((), None)):
        (case,) = document(typed("board", "--store", store, *more, "--json"))["cases"]
        assert case["days_left"] == left


def test_an_older_version_of_a_shipped_calendar_is_named_by_its_id_and_version() -> None:
    """The funeral of 19 September 2022 was not yet a bank holiday."""
    then = ("--calendar", "england-and-wales@2022-09-09")
    due = document(typed("due", "--received", "2022-09-08", *then, "--json"))
    assert due["due"] == "2022-09-29"


def test_a_calendar_of_another_place_than_the_terms_name_is_refused(store: str) -> None:
    """Kent counts with the bank holidays of England and Wales."""
    result = typed("apply", "-", "--store", store, "--calendar", "scotland", stdin=lines(RECEIPT))
    assert result.exit_code == 2
    assert "use calendar england-and-wales" in result.stderr


def test_a_year_before_a_calendar_ends_every_counting_command_warns(store: str) -> None:
    """On standard error, so that somebody brings a newer one in time."""
    in_2028 = NOW.replace(year=2028)
    warning = "its published bank holidays end on 2028-12-31"
    asked = ("apply", "-", "--store", store)
    assert warning in typed(*asked, stdin=lines(RECEIPT), now=in_2028).stderr
    assert warning not in typed(*asked, stdin=lines(RECEIPT)).stderr
    for command in (("board", "--store", store), ("calendar", "list")):
        assert warning in typed(*command, now=in_2028).stderr
        assert warning not in typed(*command).stderr


# --- Lines that say nothing one can do

BAD_LINES = {
    "cut off": (b'{"case": "KM-1", ', "the line", "is not JSON"),
    "no object": (b"[1, 2]", "the line", "found a list; allowed: an object"),
    "only a word": (json.dumps(CANARY).encode(), "the line", "found text; allowed: an object"),
    "only a number": (b"7", "the line", "found a number; allowed: an object"),
    "only true": (b"true", "the line", "found true or false; allowed: an object"),
    "only null": (b"null", "the line", "found null; allowed: an object"),
    "a number of another world": (b'{"case": NaN}', "the line", "a number that JSON does not"),
    "deeper than can be read": (b'{"a":' * 100_000, "the line", "nested too deeply"),
    "not UTF-8": ('{"case": "Zoë"}'.encode("latin-1"), "the line", "is not UTF-8 (byte 13)"),
    "longer than is read": (b'"' + b"x" * LONGEST + b'"', "the line", "is longer than"),
    "a key twice": (
        json.dumps(REPORT).replace("{", '{"agency": "police", ', 1).encode(),
        "agency",
        "occurs twice",
    ),
}


@pytest.mark.parametrize("kind", BAD_LINES)
def test_a_line_that_cannot_be_read_is_told_and_the_others_are_done(kind: str, store: str) -> None:
    """In the middle of a file, or with a blank line beside it: line 4 is still line 4."""
    line, where, problem = BAD_LINES[kind]
    stdin = b"\n".join((json.dumps(RECEIPT).encode(), b" ", line, json.dumps(REPORT).encode()))
    result = typed("apply", "-", "--store", store, stdin=stdin)
    first, bad, last = answers(result)
    assert [one["line"] for one in (first, bad, last)] == [1, 3, 4]
    assert bad["invalid"][0]["where"] == where
    assert problem in bad["invalid"][0]["problem"]
    assert last["events"] == ["AgencyReportFiled"]
    assert result.exit_code == 5


def changed(**changes: object) -> dict[str, object]:
    """Return the receipt with other fields; those that are None are left out."""
    said = {**RECEIPT, **changes}
    return {key: value for key, value in said.items() if value is not None}


BAD_FIELDS: dict[str, tuple[dict[str, object], str, str]] = {
    "unknown command": (
        changed(command="MakeDecison"),
        "command",
        "found text; did you mean MakeDecision? allowed: AdoptDecision",
    ),
    "a command that is words": (
        changed(command=CANARY),
        "command",
        "found text; allowed:",
    ),
    "no command": (changed(command=None), "command", "found nothing; allowed:"),
    "a command that is a list": (changed(command=[1]), "command", "found a list; allowed:"),
    "unknown field": (
        changed(referense="PRN-1"),
        "(a key of 9 characters)",
        "no such field; did you mean reference? allowed: at, by, case, causation_id",
    ),
    "a name as a field": (
        changed(**{CANARY: 1}),
        "(a key of 11 characters)",
        "no such field; allowed:",
    ),
    "unknown field deeper down": (
        changed(incident={"known_on": "2020-05-01", "nature": "death", "day": 1}),
        "incident.(a key of 3 characters)",
        "found an unknown field; allowed: happened_on, known_on, nature, where",
    ),
    "a time without its offset": (
        changed(at="2020-05-04T09:30:00"),
        "at",
        "a time without its offset; end it with Z",
    ),
    "no time": (changed(at=None), "at", "is missing; give it"),
    "a case that is a name": (changed(case=CANARY), "case", "found a value of 11 characters"),
    "no case": (changed(case=None), "case", "is missing"),
    "nobody": (changed(by=None), "by", "is missing"),
    "somebody without a role": (changed(by={"id": "a", "agency": "b"}), "by.role", "is missing"),
    "a number for a text": (changed(source=7), "source", "found '7'; input should be a valid"),
    "a text for a list": (
        changed(children=CANARY),
        "children",
        "found text; input should be a valid array",
    ),
    "no child": (changed(children=[]), "children", "found a list; give at least 1"),
    "text that is not Unicode": (changed(source="\ud800"), "the line", "invalid JSON"),
}


@pytest.mark.parametrize("kind", BAD_FIELDS)
def test_what_is_wrong_in_a_line_is_told_with_its_place(kind: str, store: str) -> None:
    """Where it is, what kind of thing was found, what is allowed; nothing of it is recorded."""
    said, where, problem = BAD_FIELDS[kind]
    result = typed("apply", "-", "--store", store, stdin=lines(said))
    (answer,) = answers(result)
    assert [one["where"] for one in answer["invalid"]] == [where]
    assert problem in answer["invalid"][0]["problem"]
    assert result.exit_code == 5
    assert typed("show", "KM-1", "--store", store).exit_code == 3


def test_every_problem_of_a_line_is_told_at_once(store: str) -> None:
    """Who, when and what: a sender mends a line once."""
    said = changed(by=None, at="yesterday", source=None)
    (answer,) = answers(typed("apply", "-", "--store", store, stdin=lines(said)))
    assert [one["where"] for one in answer["invalid"]] == ["by", "at", "source"]


def test_a_seat_that_the_terms_do_not_name_is_refused(store: str) -> None:
    """ToR 6.1: the refusal lists the five seats."""
    informed = {
        "case": "KM-1",
        "command": "InformMember",
        "at": "2020-05-04T10:00:00+01:00",
        "by": TEAM,
        "seat": "coroner",
        "person": "P-1",
    }
    answer = answers(typed("apply", "-", "--store", store, stdin=lines(RECEIPT, informed)))[1]
    assert answer["refused"]["because"] == "seat 'coroner' is not in these terms"
    assert "designated-health" in answer["refused"]["way_on"]


def test_a_correction_by_an_unknown_kind_is_told_without_its_words(store: str) -> None:
    """The kind of a replacement is anyone's text until it is known."""
    correction = {
        "case": "KM-1",
        "command": "CorrectRecord",
        "at": "2020-05-18T09:00:00+01:00",
        "by": TEAM,
        "version": 1,
        "because": "misread",
        "replacement": {"kind": CANARY},
    }
    answer = answers(typed("apply", "-", "--store", store, stdin=lines(RECEIPT, correction)))[1]
    (problem,) = answer["invalid"]
    assert problem["where"] == "replacement.kind"
    assert "allowed: ActionAgreed" in problem["problem"]


@pytest.mark.parametrize("field", ["source", "at", "by", "incident", "children", "command", "x"])
@pytest.mark.parametrize(
    "wrong",
    [CANARY, [CANARY], {CANARY: CANARY}, {"kind": CANARY}],
    ids=["text", "list", "key", "kind"],
)
def test_nobodys_words_are_repeated(field: str, wrong: object, store: str) -> None:
    """A name put in the wrong place comes back neither in the answer nor beside it."""
    result = typed("apply", "-", "--store", store, stdin=lines(changed(**{field: wrong})))
    assert result.exit_code == 5
    assert CANARY not in result.output


def test_a_file_from_windows_is_read(tmp_path: Path, store: str) -> None:
    """With a byte order mark at its head and a carriage return at each end of line."""
    file = tmp_path / "lines.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + lines(RECEIPT, REPORT).replace("\n", "\r\n").encode())
    result = typed("apply", str(file), "--store", store)
    assert [len(one["events"]) for one in answers(result)] == [4, 1]


def test_an_empty_file_is_done_at_once(store: str) -> None:
    """There is nothing to answer, and nothing wrong with that."""
    result = typed("apply", "-", "--store", store, stdin=b"")
    assert (result.stdout, result.exit_code) == ("", 0)


def test_no_field_of_a_command_is_named_like_what_goes_with_it() -> None:
    """Else a line could not say both."""
    fields: Any = set().union(*(command.model_fields for command in COMMANDS.values()))
    assert not fields & {"command", *Envelope.model_fields}


def test_what_is_nested_too_deeply_to_write_is_told() -> None:
    """A line that could just be read may not be one that can be handed on."""
    nested: dict[str, object] = {}
    for _ in range(200_000):
        nested = {"source": nested}
    assert parsed(Actor, nested) == (("the line", "is nested too deeply"),)


@pytest.mark.parametrize("digits", ["1588584600", "1588584600000"])
def test_a_string_of_digits_is_invalid_for_every_date_and_time(store: str, digits: str) -> None:
    """It would have been recorded as a time of 2020, whatever number was meant."""
    as_time = {**RECEIPT, "at": digits}
    incident = cast("dict[str, str]", RECEIPT["incident"])
    as_date = {**RECEIPT, "incident": {**incident, "known_on": digits}}
    result = typed("apply", "-", "--store", store, stdin=lines(as_time, as_date))
    first, second = (one["invalid"] for one in answers(result))
    assert first == [
        {
            "where": "at",
            "problem": (
                f"found '{digits}'; allowed: a time with its offset such as 2020-05-04T09:30+01:00"
            ),
        }
    ]
    assert second[0]["where"] == "incident.known_on"
    assert "allowed: a date such as 2020-05-04" in second[0]["problem"]
    assert result.exit_code == 5


def test_a_case_that_opens_under_guidance_that_was_replaced_is_noted_and_not_found(
    store: str,
) -> None:
    """ToR 2.1: Working Together 2018 ended in December 2023; the terms still hold."""
    today = {**RECEIPT, "at": "2026-11-02T09:30+00:00"}
    today["incident"] = {"known_on": "2026-11-02", "nature": "death"}
    today.pop("panel_notified_at", None)
    soon = datetime(2026, 11, 3, 9, tzinfo=UTC)
    result = typed(
        "apply",
        "-",
        "--store",
        store,
        stdin=lines(today),
        now=soon,
    )
    (answer,) = answers(result)
    (note,) = answer["notes"]
    assert note.startswith("rule set working-together-2018, the national guidance of terms kent")
    assert answer["findings"] == []
    board = typed("board", "--store", store, now=soon)
    assert note in " ".join(board.stderr.split())
