"""ToR 5(a), 7.3: `due` prints a due date and how it is calculated, day by day."""

from pathlib import Path

import pytest

from tests.cli.a_terminal import document, typed


def test_the_fifteenth_working_day_after_a_receipt() -> None:
    """From Monday 4 May 2020 it is Wednesday 27 May; 8 and 25 May were bank holidays."""
    told = typed("due", "--received", "2020-05-04").stdout.splitlines()
    assert told[0] == (
        "rapid-review: Rapid review undertaken and reported to the Panel (ToR 5(a), 7.3, 7.7)"
    )
    assert told[1] == "due 2020-05-27: 15 working days from 2020-05-04"
    assert told[4].split() == ["day", "weekday", "number", "why"]
    assert told[5] == "2020-05-04  Monday     -       day 0: the day of receipt is not counted"
    assert told[9].startswith("2020-05-08  Friday     -       bank holiday: Early May")
    assert told[-1] == "2020-05-27  Wednesday  15      working day"


def test_the_same_in_json() -> None:
    """With the calendar's digest, so that anyone can count again."""
    due = document(typed("due", "--received", "2020-05-04", "--json"))
    assert (due["deadline"], due["counted_from"], due["due"]) == (
        "rapid-review",
        "2020-05-04",
        "2020-05-27",
    )
    assert due["calendar"]["digest"].startswith("sha256:")
    assert due["terms"]["id"] == "kent-and-medway-2020-05"
    assert due["reckoning"][-1] == {
        "day": "2020-05-27",
        "weekday": "Wednesday",
        "number": 15,
        "why": "working day",
    }


def test_the_day_is_that_of_the_terms_own_zone() -> None:
    """23:30 UTC on 4 May is half an hour into 5 May in London."""
    due = document(typed("due", "--received", "2020-05-04T23:30Z", "--json"))
    assert (due["counted_from"], due["due"]) == ("2020-05-05", "2020-05-28")


def test_the_calendar_may_be_that_of_an_earlier_day() -> None:
    """With the days known on 9 September 2022 nobody counts around the funeral of the 19th."""
    asked = ("due", "--received", "2022-09-08", "--json")
    assert document(typed(*asked))["due"] == "2022-09-30"
    known_then = document(typed(*asked, "--calendar-version", "2022-09-09"))
    assert known_then["due"] == "2022-09-29"


@pytest.mark.parametrize(
    ("deadline", "start", "due"),
    [
        ("panel-feedback", "2020-06-09", "2020-06-23"),
        ("publication", "2020-08-31", "2021-02-28"),
        ("notify-panel", "2020-05-01", "2020-05-11"),
    ],
)
def test_any_clock_of_the_terms_can_be_asked_for(deadline: str, start: str, due: str) -> None:
    """ToR 7.8: ten working days; national guidance: six months, five working days."""
    asked = typed("due", "--received", start, "--deadline", deadline, "--json")
    assert document(asked)["due"] == due


def test_other_partnerships_have_other_clocks() -> None:
    """Where terms count from the day the Panel was notified, that is the day to give."""
    due = document(
        typed("due", "--received", "2025-12-15", "--terms", "gloucestershire-districts", "--json")
    )
    assert due["terms"]["id"] == "gloucestershire-districts"
    assert due["reckoning"][0]["why"] == "day 0: the day the Panel was notified is not counted"


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (("--received", "2020-05-04T09:30"), 2, "has no offset, so its day is unknown"),
        (("--received", "Monday"), 2, "found 6 characters that are not a date"),
        (("--received", "2020-02-30"), 2, "found 2020-02-30, a day that does not exist"),
        (("--received", "0001-01-01T00:00+14:00"), 2, "found the year 1; allowed: "),
        ((), 2, "Missing option '--received'. Give --received WHEN: The start of the clock"),
        (("--received", "4/5/2020"), 2, "allowed: a date, as year-month-day, such as 2020-05-04"),
        (
            ("--received", "2020-05-04", "--deadline", "x"),
            2,
            "have no clock 'x'; allowed: decision",
        ),
        (("--received", "2040-05-04"), 5, "covers only"),
        (("--received", "2020-05-04", "--terms", "essex"), 5, "terms: found 'essex'; allowed: "),
        (
            ("--received", "2020-05-04", "--calendar-version", "1"),
            5,
            "the package has no calendar",
        ),
    ],
)
def test_what_cannot_be_calculated_is_told(
    arguments: tuple[str, ...], exit_code: int, words: str
) -> None:
    """What was asked, what stands in the way, what is allowed; never a traceback."""
    result = typed("due", *arguments)
    assert (result.exit_code, result.stdout) == (exit_code, "")
    assert words in " ".join(result.stderr.split())


SEVEN = Path(__file__).parents[2] / "terms" / "seven-seats.toml"


def test_a_notification_after_the_hour_of_the_terms_counts_on_the_next_working_day() -> None:
    """ToR 7.3, reading I-1: at half past four on a Friday; Monday 15 June was a bank holiday."""
    told = typed("due", "--received", "2026-06-05T16:30+01:00", "--terms", str(SEVEN)).stdout
    assert told.splitlines()[1] == "due 2026-06-30: 15 working days from 2026-06-08"


def test_a_clock_that_runs_backwards_is_calculated_from_its_planned_day() -> None:
    """ToR 3.2: seven working days before Friday 12 February 2027."""
    asked = ("due", "--received", "2027-02-12", "--terms", str(SEVEN), "--deadline", "notice")
    told = typed(*asked).stdout.splitlines()
    assert told[1] == "due 2027-02-03: 7 working days before 2027-02-12"
    assert told[5].endswith("day 0: the day planned for the publication is not counted")
    assert told[-1] == "2027-02-03  Wednesday  7       working day"


def test_what_the_terms_say_of_seats_clocks_and_receipt_is_shown() -> None:
    """ToR 5(a), 6.1: a seat without a vote, who all must have done something, and how it ends."""
    told = typed("terms", "show", str(SEVEN)).stdout
    for words in (
        "no vote",
        "AgencyReportRequested.at by all of police, school, health-visiting",
        "MemberInformed.at by all ",
        "PublicationWithheld.at (withheld)",
        "7 working days before",
        "a notification that arrives after 16:00 or on a day off counts as received on the next",
        "counts as received on the next working day",
    ):
        assert words in told
