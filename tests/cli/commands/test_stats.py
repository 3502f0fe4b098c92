"""`stats`: figures with their unit, their denominator and the day on which clocks were read.

KM-1 was received on Monday 4 May 2020; its review was due on Wednesday 27 May.
"""

import csv
import io
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import distribution
from pathlib import Path

import pytest

from rapid_review.store.backends.extras import requirement
from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, document, lines, typed

SAME = {**RECEIPT, "at": "2020-05-04T09:30:00+01:00", "reference": "PRN-2", "case": "KM-2"}
YEAR = ("--from", "2020-01", "--to", "2020-12", "--by", "month")


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return a store with two cases of 4 May, the second written down on 20 May."""
    path = str(tmp_path / "rapid-review.db")
    for said, day in ((RECEIPT, 4), (REPORT, 12), (SAME, 20)):
        written_down = datetime(2020, 5, day, 16, tzinfo=UTC)
        typed("apply", "-", "--store", path, stdin=lines(said), now=written_down)
    return path


@pytest.fixture
def empty(tmp_path: Path) -> str:
    """Return a store without a case."""
    path = str(tmp_path / "rapid-review.db")
    typed("db", "init", "--store", path)
    return path


def test_a_table_opens_with_what_its_figures_are_figures_of(store: str) -> None:
    """Unit, denominator, date basis, months, and as of when."""
    told = typed("stats", "--store", store, *YEAR).stdout
    assert told.splitlines()[0] == (
        "notification: unit notification, share of notification; by receipt of the notification, "
        "2020-01 to 2020-06; as of 2020-06-01; edition 2026-12-01.2 of the rules"
    )
    rows = [line.split() for line in told.split("\n\n")[0].splitlines()]
    assert rows[1] == ["month", "death", "serious-harm", "other", "Total"]
    assert rows[2][:5] == ["2020-05", "2", "of", "2", "(100.0"]
    assert [row[0] for row in rows[2:]] == ["2020-05", "Total"]


def test_rows_that_hold_nothing_are_printed_on_request(store: str) -> None:
    """Every month that was asked for; that of the reading has begun, and is not over."""
    told = typed("stats", "--store", store, *YEAR, "--all-rows").stdout
    rows = [line.split("  ")[0] for line in told.split("\n\n")[0].splitlines()[2:]]
    assert rows == [
        *(f"2020-{n:02}" for n in range(1, 6)),
        "2020-06 (not over)",
        *(f"2020-{n:02} (part: none yet)" for n in range(7, 13)),
        "Total",
    ]


def test_a_part_of_a_year_says_that_it_is_one(store: str) -> None:
    """A quarter of it was asked for; in JSON it says so by a key of its own."""
    asked = ("stats", "--store", store, "--from", "2020-Q2", "--to", "2020-Q2", "--by", "year")
    assert "year to 31 March 2021 (part: 2020-04 to 2020-06)" in typed(*asked).stdout
    told = document(typed(*asked, "--json"))["figures"][0]
    assert (told["group"], told["months"], told["complete"]) == (
        "year to 31 March 2021",
        "2020-04 to 2020-06",
        False,
    )


@pytest.mark.parametrize(
    ("by", "row"),
    [
        ("half-year", "2020-04 to 2020-09 (part: 2020-04 to 2020-06)"),
        ("calendar-year", "2020 (part: 2020-01 to 2020-06)"),
        ("span", "2020-05 to 2020-05"),
    ],
)
def test_rows_are_of_what_was_asked_for(by: str, row: str, store: str) -> None:
    """Read on 1 June 2020."""
    told = typed("stats", "--store", store, "--by", by).stdout
    assert told.splitlines()[2].startswith(f"{row}  ")


def test_timeliness_is_told_with_its_interval(store: str) -> None:
    """ToR 5(a): on 1 June both are overdue; 0 of 2 lies between 0 and 66 per cent."""
    told = typed("stats", "--store", store, *YEAR).stdout
    (table,) = (one for one in told.split("\n\n") if one.startswith("rapid-review: came to"))
    assert "2020-05  0 of 2 (0.0 %) [0.0 to 65.8 %]" in table


@pytest.mark.parametrize("form", [("--format", "json"), ("--json",)])
def test_the_same_in_json_a_figure_a_row(form: tuple[str, ...], store: str) -> None:
    """With the terms, the day, and how many cases there are."""
    told = document(typed("stats", "--store", store, *YEAR, *form))
    assert (told["cases"], told["as_of"], told["by"]) == (2, "2020-06-01", "month")
    assert told["terms"] == "kent-and-medway-2020-05"
    (overdue,) = (
        one
        for one in told["figures"]
        if (one["figure"], one["group"], one["kind"])
        == ("rapid-review: came to", "Total", "overdue")
    )
    assert (overdue["value"], overdue["denominator"], overdue["unit"]) == (2, 2, "clock")


def test_the_same_in_csv(store: str) -> None:
    """A header, and the same figures as in JSON, in the same order."""
    text = typed("stats", "--store", store, *YEAR, "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    figures = document(typed("stats", "--store", store, *YEAR, "--json"))["figures"]
    assert [row["value"] for row in rows] == [str(one["value"]) for one in figures]
    assert {row["as_of"] for row in rows} == {"2020-06-01"}
    assert rows[0]["denominator_unit"] == "notification"


def test_as_it_was_recorded_before_there_was_one_case(store: str) -> None:
    """The second was written down on 20 May; on 19 May neither was due yet."""
    told = document(typed("stats", "--store", store, "--json", "--recorded-by", "2020-05-19"))
    assert (told["cases"], told["as_of"]) == (1, "2020-05-19")
    states = {
        one["kind"]: one["value"]
        for one in told["figures"]
        if (one["figure"], one["group"]) == ("rapid-review: came to", "Total")
    }
    assert (states["not-yet-due"], states["overdue"]) == (1, 0)


def test_as_it_had_happened_the_day_after_the_due_day_both_are_overdue(store: str) -> None:
    """ToR 5(a): due on 27 May; the second was written down late, and had happened all the same."""
    told = {
        day: document(typed("stats", "--store", store, "--json", "--happened-by", day))
        for day in ("2020-05-03", "2020-05-27", "2020-05-28")
    }
    assert [one["cases"] for one in told.values()] == [0, 2, 2]
    overdue = {
        day: figure["value"]
        for day, one in told.items()
        for figure in one["figures"]
        if (figure["figure"], figure["group"], figure["kind"])
        == ("rapid-review: came to", "Total", "overdue")
    }
    assert overdue == {"2020-05-03": 0, "2020-05-27": 0, "2020-05-28": 2}


def test_small_numbers_are_suppressed_on_request_and_it_is_said(store: str) -> None:
    """Two notifications are too few to be shown, and so is the number of cases."""
    told = document(typed("stats", "--store", store, "--json", "--suppress-below", "5"))
    assert (told["cases"], told["suppress_below"]) == (None, 5)
    assert {one["value"] for one in told["figures"]} <= {0, "c"}
    said = typed("stats", "--store", store, "--suppress-below", "5")
    assert "Disclosure control: c: a count of 1 to 4" in said.stderr


def test_counts_are_rounded_on_request(store: str) -> None:
    """2 of 5 round to 0, and are low."""
    told = document(typed("stats", "--store", store, "--json", "--round-to", "5"))
    assert {one["value"] for one in told["figures"] if one["figure"] == "notification"} == {
        0,
        "low",
    }


def test_another_clock_may_be_asked_for(store: str) -> None:
    """ToR 5(a): the decision is a clock of its own (I-3)."""
    told = document(typed("stats", "--store", store, "--json", "--deadline", "decision"))
    clocks = {one["figure"] for one in told["figures"] if ":" in one["figure"]}
    assert clocks == {
        *("decision: came to", "decision: days taken"),
        *("panel-feedback: came to", "panel-feedback: days taken"),
    }


@pytest.mark.parametrize("by", ["month", "quarter", "year", "agency"])
def test_figures_are_grouped_as_asked(by: str, store: str) -> None:
    """A year ends on 31 March; an agency is the one that notified."""
    told = document(typed("stats", "--store", store, "--json", "--by", by))
    groups = {one["group"] for one in told["figures"] if one["figure"] == "notification"}
    expected = {
        "month": "2020-05",
        "quarter": "2020-Q2",
        "year": "year to 31 March 2021",
        "agency": "kent-ics",
    }
    assert groups == {expected[by], "Total"}


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (("--from", "2020-13"), "from: found '2020-13'; allowed: a month such as 2020-05"),
        (("--to", "2020-05-15"), "to: found '2020-05-15'; allowed: a month"),
        (("--from", "2020-06", "--to", "2020-05"), "give them the other way round"),
        (("--by", "week"), "Invalid value for '--by'"),
        (("--suppress-below", "1"), "Invalid value for '--suppress-below'"),
        (("--deadline", "tea"), "allowed: decision, notify-panel, panel-feedback"),
    ],
)
def test_what_cannot_be_understood_is_a_mistake_of_usage(
    asked: tuple[str, ...], why: str, store: str
) -> None:
    """It says what was found and what is allowed; nothing is on standard output."""
    result = typed("stats", "--store", store, *asked)
    assert (result.exit_code, result.stdout) == (2, "")
    assert why in result.stderr


@pytest.mark.parametrize("form", ["table", "json", "csv"])
@pytest.mark.parametrize("months", [(), YEAR])
def test_an_empty_store_has_figures_of_nothing(
    form: str, months: tuple[str, ...], empty: str
) -> None:
    """Every percentage of nothing is undefined, and standard error says why."""
    result = typed("stats", "--store", empty, *months, "--format", form)
    assert result.exit_code == 0
    assert "There is no case of kent-and-medway" in result.stderr
    assert "notification" in result.stdout
    assert "%" not in result.stdout


def test_a_store_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    """And is not made."""
    nowhere = tmp_path / "nowhere.db"
    assert typed("stats", "--store", str(nowhere)).exit_code == 3
    assert not nowhere.exists()


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_nobodys_words_are_shown(form: str, store: str) -> None:
    """Figures are made of codes, days and numbers."""
    assert CANARY not in typed("stats", "--store", store, "--format", form).output


def test_counts_are_perturbed_by_a_secret_that_is_kept(store: str, tmp_path: Path) -> None:
    """The same in every grouping with the same seed, within 3 of the truth; the 0 stays."""
    seed = tmp_path / "seed"
    seed.write_bytes(b"sixteen or more bytes")
    asked = ("stats", "--store", store, "--json", "--perturb", str(seed))
    told = [document(typed(*asked, "--by", by)) for by in ("month", "year", "agency")]
    totals = [
        [
            (one["figure"], one["kind"], one["value"])
            for one in each["figures"]
            if one["group"] == "Total"
        ]
        for each in told
    ]
    assert totals[0] == totals[1] == totals[2]
    assert ("notification", "other", 0) in totals[0]
    assert (told[0]["cases"], told[0]["perturbed"]) == (None, True)
    said = typed("stats", "--store", store, "--perturb", str(seed))
    assert "Disclosure control: each count except 0 is changed by at most 3" in said.stderr


def test_a_seed_that_could_be_guessed_is_refused(store: str, tmp_path: Path) -> None:
    """And perturbation beside another treatment, which would start from no count."""
    seed = tmp_path / "seed"
    seed.write_bytes(b"short")
    refused = typed("stats", "--store", store, "--perturb", str(seed))
    assert refused.exit_code == 2
    assert "found 5 bytes; allowed: a file of 16 or more random bytes" in refused.stderr
    both = typed("stats", "--store", store, "--perturb", str(seed), "--round-to", "5")
    assert both.exit_code == 2
    assert "--perturb cannot be used with --suppress-below or --round-to" in both.stderr


def test_without_a_solver_nothing_is_suppressed(tmp_path: Path) -> None:
    """It is an extra, and nothing takes its place: what to install is said."""
    program = (
        "import sys; sys.modules['highspy'] = None\n"
        "from rapid_review.cli import main\n"
        "main(['stats', '--suppress-below', '5', '--store', 'there-is-none.db'])"
    )
    ran = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", program],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        text=True,
    )
    assert ran.returncode == 1
    noted = distribution("rapid-review").read_text("direct_url.json")
    assert f": pip install {requirement('suppression', noted)}\n" in ran.stderr
    assert ran.stdout == ""


@pytest.mark.parametrize(
    ("day", "row"),
    [("incident", "date not known"), ("panel", "date not known"), ("receipt", "2020-05")],
)
def test_the_day_that_decides_may_be_another(day: str, row: str, store: str) -> None:
    """Nobody said when it happened, or when the Panel was told; every figure says its day."""
    told = document(typed("stats", "--store", store, "--json", "--by", "month", "--dated-by", day))
    found = told["figures"][0]
    assert found["group"] == row
    assert found["complete"] is (None if row == "date not known" else True)
    assert (
        found["dated_by"]
        == {
            "receipt": "receipt of the notification",
            "panel": "notification to the Panel",
            "incident": "the incident",
        }[day]
    )


def test_a_partnership_is_counted_once(store: str) -> None:
    """Two editions of its terms are of the same cases."""
    again = ("stats", "--store", store, "--also", "kent-and-medway-2020-05")
    result = typed(*again)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "are terms of kent-and-medway, whose cases are already counted" in result.stderr


def test_where_receipt_starts_no_clock_the_review_of_the_terms_is_told_of(empty: str) -> None:
    """Derby and Derbyshire count from the day on which the incident became known."""
    told = typed("stats", "--store", empty, "--terms", "derby-and-derbyshire-2019-06")
    assert told.exit_code == 0
    assert "\nrapid-review: came to: unit clock" in told.stdout
