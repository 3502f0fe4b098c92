"""What a person at a terminal sees: no line wider than it, and no code, id or date broken."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
import pytest

from rapid_review.cli import main
from rapid_review.cli.terminal import folded
from tests.cli import some_stories as stories
from tests.cli.a_pty import on_a_terminal
from tests.cli.a_terminal import put_aside, started, typed
from tests.how_many import a_share_of

BY: Final = "pt-01:business-support:partnership-team"
ABOUT_A_CASE: Final = {
    "show": "show CASE",
    "timeline": "timeline CASE",
    "compliance": "compliance CASE",
    "verdicts": "verdicts CASE",
    "learning": "learning CASE",
    "difference": "difference CASE --from-happened-by 2020-05-12",
    "what-if": "what-if CASE --under lincolnshire-2019-09",
    "open": f"open CASE --by {BY} --purpose looking",
    "report case": "report case CASE -o CASE.html",
    "hold place": f"hold place CASE --hold H-COLUMNS --ground claim --by {BY}",
    "hold propose-lifting": f"hold propose-lifting CASE --hold H-COLUMNS --by {BY}",
    "hold lift": f"hold lift CASE --hold H-COLUMNS --by {BY}",
    "erase propose": f"erase propose CASE --order O-1 --whole-case --ground order --by {BY}",
    "erase approve": f"erase approve CASE --order O-1 --by {BY}",
    "erase plan": "erase plan CASE --order O-1",
    "erase finish": f"erase finish CASE --order O-1 --by {BY}",
    "erase verify": f"erase verify CASE --order O-1 --words words.txt --by {BY}",
    "audit bundle": "audit bundle CASE -o CASE-COLUMNS.zip",
}
ABOUT_A_STORE: Final = {
    "compliance of all": "compliance",
    "board": "board --all",
    "diary": "diary",
    "duplicates": "duplicates --all",
    "retention": "retention --all",
    "stats": "stats",
    "characteristics": f"characteristics sex --reader {BY} --purpose looking",
    "what-if of all": "what-if --under lincolnshire-2019-09",
    "report stats": "report stats -o stats-COLUMNS.html",
    "subscription list": "subscription list",
    "subscription retry": "subscription retry letters",
    "db init": "db init",
    "db migrate": "db migrate",
    "db rebuild": "db rebuild",
    "db retire": "db retire",
    "db backup": "db backup copy-COLUMNS.db",
    "db restore": "db restore no-such.db",
    "db move": "db move rapid-review.db moved-COLUMNS.db",
    "db seal": "db seal rapid-review.db sealed-COLUMNS.db --by p-1 p-2 -o no/key",
    "keys init": "keys init",
    "keys check": "keys check",
    "keys fence": "keys fence",
    "keys rotate": "keys rotate --new-key-file no/key-file",
    "audit checkpoint": "audit checkpoint",
    "audit verify": "audit verify --recount",
    "audit rebuild": "audit rebuild",
    "audit access": "audit access",
    "audit key": "audit key --origin safeguarding.example/reviews -o key-COLUMNS",
    "audit epoch": "audit epoch --by p-1 p-2 -o new-key-COLUMNS",
    "audit verify-bundle": "audit verify-bundle no.zip",
    "audit add-cosignature": "audit add-cosignature no.txt --origin a.example/b",
    "export register": "export register",
    "scan": "scan rapid-review.db --words words.txt",
    "table check": "table check reviews.csv -o mend-COLUMNS.csv",
    "table import": f"table import reviews.csv -o mend-again-COLUMNS.csv --by {BY}",
}
ABOUT_NO_STORE: Final = {
    "demo": "demo",
    "due": "due --received 2020-05-04",
    "terms list": "terms list",
    "terms show": "terms show kent-and-medway-2020-05",
    "terms diff": "terms diff devon-dcfp devon-dscp",
    "terms check": "terms check no.toml",
    "terms new": "terms new --like plymouth -o plymouth-COLUMNS.toml",
    "calendar list": "calendar list",
    "calendar show": "calendar show england-and-wales",
    "calendar check": "calendar check england-and-wales",
    "calendar diff": "calendar diff england-and-wales 2019-01-01 2026-11-26",
    "permissions new": "permissions new permissions-COLUMNS.toml",
    "permissions check": "permissions check no.toml",
    "table template": "table template -o reviews-COLUMNS.xlsx",
}
DATA: Final = frozenset(
    {
        *("apply", "import", "schema commands", "schema events", "completion"),
        *(
            "export ocel",
            "export xes",
            "export parquet",
            "export cloudevents",
            "export declare",
            "export bpmn",
        ),
        *("export csv", "disclose draft", "disclose pack", "disclose subject"),
        "audit cosign-request",
    }
)
"""What prints for programs, a file or a line of JSON for each; it is folded nowhere."""
ELSEWHERE: Final = frozenset({"serve", "work", "people add"})
"""What ends only when it is stopped, or asks for a password; both print lines, and no table."""

LATER: Final = datetime(2021, 1, 4, 9, tzinfo=UTC)
"""When the publication of the demonstration's review is overdue."""
COLUMNS: Final = (60, 80, 120)
TABLE: Final = Path(__file__).parent.parent / "tables" / "one_case.csv"
STORES: Final = {"demo": "KM-2020-014", "many": "KM-2020-003"}
SOME: Final = (
    *(stories.ALL_DONE, stories.DUTIES_NEVER_DONE, stories.SENT_AGAIN, stories.RECORDED_AGAIN),
    *(stories.GATHERED, (*stories.GATHERED, *stories.MET), stories.CRITERIA_NOT_MET_AFTERWARDS),
)
"""What the 25 cases are cases of, one after the other."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the demonstration's store, and one of 25 cases, each in a folder of its own."""
    made = {name: tmp_path_factory.mktemp(name) for name in STORES}
    typed("demo", str(made["demo"]))
    said = "".join(
        stories.said(*SOME[number % len(SOME)], case=f"KM-2020-{number + 1:03}")
        for number in range(25)
    )
    typed("apply", "-", "--store", str(made["many"] / "rapid-review.db"), stdin=said)
    for folder in made.values():
        put_aside(str(folder / "rapid-review.db"))
        (folder / "words.txt").write_text("a word that is nowhere\n")
        (folder / "reviews.csv").write_bytes(TABLE.read_bytes())
    return made


@pytest.fixture(params=list(STORES))
def case(
    request: pytest.FixtureRequest, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> str:
    """Return a case of each store, in whose folder the commands are given."""
    monkeypatch.chdir(folders[str(request.param)])
    return STORES[str(request.param)]


def test_every_command_is_looked_at() -> None:
    """A new one is either seen on a terminal below, or prints for programs alone."""
    looked_at = {
        said.removesuffix(" of all") for said in (*ABOUT_A_CASE, *ABOUT_A_STORE, *ABOUT_NO_STORE)
    }
    assert looked_at | DATA | ELSEWHERE == {" ".join(path) for path in _paths(main)}


def _paths(command: click.Command, *above: str) -> Iterator[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        yield above
        return
    for name, one in command.commands.items():
        yield from _paths(one, *above, name)


@pytest.mark.parametrize("said", [*ABOUT_A_CASE.values(), *ABOUT_A_STORE.values()])
def test_no_line_is_wider_than_the_terminal(said: str, case: str) -> None:
    """Nor is anything broken that is copied from there."""
    look_at(said.replace("CASE", case))


@pytest.mark.parametrize("said", ABOUT_NO_STORE.values())
def test_nor_where_nothing_is_asked_of_a_store(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of what ships with the package."""
    monkeypatch.chdir(tmp_path)
    look_at(said)


def look_at(said: str) -> None:
    """Hold what a command shows on a terminal to its width, and to what it prints in a pipe."""
    seen = {
        columns: on_a_terminal(columns, *said.replace("COLUMNS", str(columns)).split(), now=LATER)
        for columns in a_share_of(COLUMNS, len(COLUMNS), len(said))
    }
    for columns, one in seen.items():
        for line in one.text.splitlines():
            assert len(line) <= columns or len(line.split()) == 1, line
    if " -o " in said or "COLUMNS" in said:
        return  # it writes, and not twice
    piped = typed(*said.split(), now=LATER)
    for one in seen.values():
        assert piped.exit_code == one.exit_code
        assert whole_in(piped.output) <= whole_in(one.text)


def whole_in(text: str) -> set[str]:
    """Return what no line may break: dates with their times, and whatever has a digit in it."""
    moments = re.findall(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}\S*", text)
    words = (word.rstrip(":;") for word in text.split())
    return {*moments, *(word for word in words if re.search(r"\d", word))}


def test_a_wide_table_keeps_its_first_columns_and_names_the_others(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On 80 columns the clocks of a case lack the clause and who owes it; both are below."""
    monkeypatch.chdir(folders["demo"])
    lines = on_a_terminal(80, "show", "KM-2020-014", now=LATER).text.splitlines()
    at = lines.index("panel-feedback  met      2020-06-09  2020-06-23  2020-06-19  8 of 10")
    assert lines[at + 1] == "    clause: ToR 7.8  owed by: national-panel"
    wide = on_a_terminal(250, "show", "KM-2020-014", now=LATER).text
    assert click.unstyle(wide) == typed("show", "KM-2020-014", now=LATER).output


def test_one_word_has_a_colour_and_on_a_terminal_alone(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The verdict; anyone who sets NO_COLOR, as no-color.org has it, sees none."""
    monkeypatch.chdir(folders["demo"])
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = on_a_terminal(80, "compliance", "KM-2020-014", now=LATER).raw
    coloured = set(re.findall(r"\x1b\[3\dm\x1b\[1m(.*?)\x1b\[0m", shown))
    assert coloured == {"irregular", "overdue"}
    assert re.sub(r"\x1b\[3\dm\x1b\[1m(irregular|overdue)\x1b\[0m", r"\1", shown).isascii()
    assert "\x1b" not in typed("compliance", "KM-2020-014").output
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in on_a_terminal(80, "compliance", "KM-2020-014").raw


def test_what_somebody_wrote_colours_nothing(tmp_path: Path) -> None:
    """An escape sequence in a name of a file is shown as its number, on a terminal too."""
    shown = on_a_terminal(60, "show", "KM-1", "--store", str(tmp_path / "\x1b[31mred\x1b[0m.db"))
    assert "\x1b" not in shown.raw
    assert "\\u001b[31mred" in shown.raw


def test_how_far_the_work_is_goes_when_it_is_done(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is on standard error, and only where somebody looks on."""
    monkeypatch.chdir(folders["many"])
    for said in ("db rebuild", "audit verify", "compliance"):
        seen = on_a_terminal(80, *said.split())
        assert re.search(r"\r\d+( of \d+)? (entries|cases)", seen.raw), said
        assert not re.search(r"^\d+ (entries|cases)$", seen.text, re.MULTILINE)
        assert "\r" not in typed(*said.split()).output


def test_a_program_of_its_own_finds_no_terminal_in_a_pipe(folders: dict[str, Path]) -> None:
    """`rapid-review show | less` prints lines as long as they are, on every machine."""
    there = folders["demo"]
    piped = started("show", "KM-2020-014", folder=there).stdout
    assert max(map(len, piped.splitlines())) > 130
    assert "\x1b" not in piped


def test_words_and_not_their_parts_go_to_the_next_line() -> None:
    """What follows a number or a label goes on below it; what is too wide is alone."""
    assert folded("  12  the day is 2020-05-04 09:30+01:00, a Monday", 32) == (
        "  12  the day is\n      2020-05-04 09:30+01:00, a\n      Monday"
    )
    digest = "sha256:" + "0" * 64
    assert folded(f"terms {digest} of 4 May 2020", 20) == f"terms\n{digest}\nof 4 May 2020"
    assert folded("short\n\nlines stay", 20) == "short\n\nlines stay"


def test_a_terminal_that_says_no_width_has_80_columns(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one has over a serial line."""
    monkeypatch.chdir(folders["demo"])
    shown = on_a_terminal(0, "timeline", "KM-2020-014").text
    assert 70 < max(map(len, shown.splitlines())) <= 80


def test_the_width_is_asked_of_the_terminal_and_not_of_the_environment(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """COLUMNS is what another terminal was once."""
    monkeypatch.chdir(folders["demo"])
    monkeypatch.setenv("COLUMNS", "200")
    assert os.environ["COLUMNS"] == "200"
    shown = on_a_terminal(60, "timeline", "KM-2020-014").text
    assert max(map(len, shown.splitlines())) <= 60
