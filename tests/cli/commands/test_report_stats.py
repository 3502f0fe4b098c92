"""`report stats`: the page of statistics, written whole or not at all, and never over another."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path

import pytest

from rapid_review.store.backends.extras import requirement
from tests.cli.a_terminal import CANARY, RECEIPT, REPORT, document, lines, started, typed


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Return a store with a case of 4 May 2020, due on 27 May."""
    path = str(tmp_path / "rapid-review.db")
    written_down = datetime(2020, 5, 12, 16, tzinfo=UTC)
    typed("apply", "-", "--store", path, stdin=lines(RECEIPT, REPORT), now=written_down)
    return path


def test_the_page_is_written_and_nothing_is_printed(store: str, tmp_path: Path) -> None:
    """And holds no name and no words of the case."""
    file = tmp_path / "page.html"
    result = typed("report", "stats", "-o", str(file), "--store", store)
    assert (result.exit_code, result.output) == (0, "")
    html = file.read_text(encoding="utf-8")
    assert "0 of 1 were in time: 0.0 %." in html
    assert CANARY not in html
    assert [one.name for one in tmp_path.glob("page*")] == ["page.html"]


def test_json_says_which_files_were_written_with_their_digests(store: str, tmp_path: Path) -> None:
    """So anyone who files the page away can say later that it is the same."""
    page, specs = tmp_path / "page.html", tmp_path / "specs"
    asked = ("report", "stats", "-o", str(page), "--specs", str(specs), "--store", store)
    told = document(typed(*asked, "--json"))
    (one,) = told["files"]
    assert told["output"] == str(page)
    assert one["sha256"] == f"sha256:{sha256(page.read_bytes()).hexdigest()}"
    assert {each["file"] for each in told["specs"]["files"]} == {
        file.name for file in specs.iterdir()
    }
    both = typed("report", "stats", "-o", "-", "--store", store, "--json")
    assert both.exit_code == 2
    assert "but -o - writes none" in both.stderr


def test_two_processes_write_the_same_bytes(store: str, tmp_path: Path) -> None:
    """Whatever order their sets and hashes have, given the day."""
    asked = ("report", "stats", "--store", store, "--happened-by", "2020-06-01", "-o")
    for name in ("a.html", "b.html"):
        assert started(*asked, name, folder=tmp_path).returncode == 0
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_the_page_may_go_to_standard_output(store: str) -> None:
    """As with every command that writes a file."""
    assert typed("report", "stats", "-o", "-", "--store", store).stdout.startswith("<!DOCTYPE")


def test_the_specifications_stand_beside_it_for_analysts(store: str, tmp_path: Path) -> None:
    """One for each chart, with its data; and no name and no words."""
    asked = ("report", "stats", "-o", str(tmp_path / "page.html"), "--store", store)
    assert typed(*asked, "--specs", str(tmp_path / "specs")).exit_code == 0
    files = sorted((tmp_path / "specs").iterdir())
    assert "in-time.vl.json" in [file.name for file in files]
    for file in files:
        told = json.loads(file.read_text(encoding="utf-8"))
        assert "vega-lite" in told["$schema"]
        assert CANARY not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("happened_by", "headline"),
    [
        ("2020-05-27", "No clock has come due, so the share in time is undefined."),
        ("2020-05-28", "0 of 1 were in time: 0.0 %."),
    ],
)
def test_an_open_overdue_case_is_a_breach_the_day_after_its_due_day(
    happened_by: str, headline: str, store: str
) -> None:
    """ToR 5(a): due on 27 May 2020, and so overdue from the 28th."""
    asked = ("report", "stats", "-o", "-", "--store", store, "--happened-by", happened_by)
    assert headline in typed(*asked).stdout


def test_what_is_there_is_never_written_over(store: str, tmp_path: Path) -> None:
    """It may have been published."""
    file = tmp_path / "page.html"
    file.write_text("published", encoding="utf-8")
    result = typed("report", "stats", "-o", str(file), "--store", store)
    assert result.exit_code == 2
    assert "is never overwritten" in result.stderr
    assert file.read_text(encoding="utf-8") == "published"


def test_of_the_page_and_its_specifications_neither_is_written_if_one_cannot(
    store: str, tmp_path: Path
) -> None:
    """It is seen before the work begins."""
    (tmp_path / "specs").mkdir()
    asked = ("report", "stats", "-o", str(tmp_path / "page.html"), "--store", store)
    result = typed(*asked, "--specs", str(tmp_path / "specs"))
    assert result.exit_code == 2
    assert "specs already exists" in result.stderr
    assert not (tmp_path / "page.html").exists()


def test_a_page_that_cannot_be_written_leaves_nothing(store: str, tmp_path: Path) -> None:
    """Its folder is not there."""
    file = tmp_path / "nowhere" / "page.html"
    result = typed("report", "stats", "-o", str(file), "--store", store)
    assert result.exit_code == 1
    assert "there is no folder" in result.stderr
    assert not file.parent.exists()


def test_an_empty_store_has_a_page_of_nothing(tmp_path: Path) -> None:
    """Standard error says so, and every share is undefined."""
    path = str(tmp_path / "rapid-review.db")
    typed("db", "init", "--store", path)
    result = typed("report", "stats", "-o", "-", "--store", path)
    assert result.exit_code == 0
    assert "There is no case of kent-and-medway" in result.stderr
    assert "share in time is undefined" in result.stdout


@pytest.mark.parametrize(
    ("missing", "page"),
    [("altair", "stats"), ("jinja2", "stats"), ("vl_convert", "stats"), ("jinja2", "KM-1")],
)
def test_without_the_extra_it_says_what_to_install(
    missing: str, page: str, tmp_path: Path
) -> None:
    """What a page needs is no part of the plain package; it comes from where that came from."""
    program = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from rapid_review.cli import main\n"
        f"main(['report', {page!r}, '-o', 'page.html'])"
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
    assert f": pip install {requirement('report', noted)}\n" in ran.stderr
    assert "fault" not in ran.stderr
    assert not list(tmp_path.iterdir())
