"""An event is added by CONTRIBUTING's recipe alone, and is then recorded, read and exported.

The page is the source: what it says to put where is put there, in a copy of the code, and a new
interpreter runs that copy. Nothing here knows what the steps are; only what the event is called.
"""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.copies import copied

ROOT: Final = Path(__file__).parent.parent
KIND: Final = "SupportOffered"
WORDS: Final = "the family was offered somebody to talk to"
BY: Final = {"id": "u-17", "role": "business-support", "agency": "partnership-team"}
LINE: Final = {
    "case": "KM-2020-007",
    "command": "OfferSupport",
    "at": "2020-05-05T09:00+01:00",
    "by": BY,
    "support": "S-1",
    "offered_to": ["family", "school"],
    "words": WORDS,
}
STEP: Final = re.compile(
    r"In `(?P<file>[^`]+)`, (?P<side>above|below) `(?P<place>[^`]+)`:\n\n"
    r"(?P<indent> *)```python recipe\n(?P<text>.*?)^ *```$",
    re.DOTALL | re.MULTILINE,
)


class Step(NamedTuple):
    """What the page says to put into a file, and above or below which of its lines."""

    file: str
    side: str
    place: str
    text: str

    def take(self, folder: Path) -> None:
        """Put it there; the page names one line, and no other is like it."""
        path = folder / self.file
        before, found, after = path.read_text(encoding="utf-8").partition(f"\n{self.place}\n")
        assert found, f"{self.file} has no line {self.place!r}"
        assert f"\n{self.place}\n" not in after, f"{self.file} has the line twice"
        place = f"{self.place}\n"
        put = f"{self.text}{place}" if self.side == "above" else f"{place}{self.text}"
        path.write_text(f"{before}\n{put}{after}", encoding="utf-8")


def steps() -> Iterator[Step]:
    """Yield the steps that the page lists, with their text as it is in a file."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipe = page.split("## How to add an event\n")[1].split("\n## ")[0]
    found = list(STEP.finditer(recipe))
    assert len(found) == recipe.count("```python recipe"), "a snippet without a place"
    for one in found:
        width = len(one["indent"])
        lines = (line[width:] for line in one["text"].splitlines(keepends=True))
        yield Step(one["file"], one["side"], one["place"], "".join(line or "\n" for line in lines))


STEPS: Final = tuple(steps())
DOMAIN: Final = "src/rapid_review/domain"
IN_THE_DOMAIN: Final = tuple(step for step in STEPS if step.file.startswith(DOMAIN))


def parts_in(folder: Path, *parts: str) -> Path:
    """Copy some of the project's folders into another."""
    for part in parts:
        copied(ROOT / part, folder / part)
    return folder


def copied_domain(folder: Path) -> Path:
    """Copy the domain alone, which needs nothing else of the package."""
    parts_in(folder, DOMAIN)
    (folder / DOMAIN).with_name("__init__.py").touch()
    return folder


def knowing(folder: Path) -> dict[str, str]:
    """Return an environment in which the copy is found before the installed package."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder / "src"), str(folder)))}


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a new interpreter with the copy."""
    return subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, *words],
        cwd=folder,
        env=knowing(folder),
        capture_output=True,
        text=True,
        check=False,
    )


SERVANT: Final = """
import json, sys
from click.testing import CliRunner
from rapid_review.cli import main

for line in sys.stdin:
    result = CliRunner().invoke(main, json.loads(line))
    print(json.dumps([result.exit_code, result.stdout, result.stderr]), flush=True)
"""


class Terminal:
    """One interpreter with the copy, in which command after command is typed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
            [sys.executable, "-c", SERVANT],
            cwd=folder,
            env=knowing(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def typed(self, *words: str) -> tuple[int, str, str]:
        """Run a command; return its exit code, what it prints, and what it says beside."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(words), file=self._process.stdin, flush=True)
        code, out, beside = json.loads(self._process.stdout.readline())
        return code, out, beside

    def done(self, *words: str) -> str:
        """Run a command that must succeed, and return what it prints."""
        code, out, beside = self.typed(*words)
        assert code == 0, beside
        return out

    def asked(self, line: Mapping[str, object]) -> dict[str, Any]:
        """Apply one line, and return the answer to it."""
        file = self.folder / "line.jsonl"
        file.write_text(json.dumps(line) + "\n", encoding="utf-8")
        _, out, _ = self.typed("apply", file.name)
        answer: dict[str, Any] = json.loads(out)
        return answer

    def given_out(self, *words: str) -> Path:
        """Run an export of cases, and return the file."""
        file = "-".join(words)
        who = ("--to", "university", "--purpose", "mining", "--by", "u-17:analyst:partnership")
        self.done("export", *words, *who, "-o", file)
        return self.folder / file

    def close(self) -> None:
        """End the interpreter."""
        self._process.communicate()


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """Return a copy to which the event was added, with a store in which it is recorded."""
    folder = parts_in(tmp_path_factory.mktemp("recipe"), "src", "tests/golden", "examples")
    for step in STEPS:
        step.take(folder)
    terminal = Terminal(folder)
    terminal.done("apply", "examples/first_review.jsonl")
    assert terminal.asked(LINE) == {"line": 1, "events": [KIND], "findings": []}
    yield terminal
    terminal.close()


def test_it_is_recorded_once(added: Terminal) -> None:
    """The same line again adds nothing; the same name for something else is refused."""
    assert added.asked(LINE)["events"] == []
    refused = added.asked({**LINE, "offered_to": ["practitioners"]})["refused"]
    assert "'S-1' is already recorded" in refused["because"]


def test_it_is_refused_before_the_notification(added: Terminal) -> None:
    """ToR 7.3: by the rule that its row names, with the clause of that rule."""
    assert added.asked({**LINE, "case": "KM-2020-099"})["refused"]["clause"] == "ToR 7.3"


def test_it_is_in_the_timeline_with_its_clause_and_without_its_words(added: Terminal) -> None:
    """The line that its row gives."""
    timeline = added.done("timeline", "KM-2020-007")
    assert f"{KIND}  ToR 1.2\n      support S-1, to family, school (by " in timeline
    assert WORDS not in timeline


def test_its_case_is_judged_and_its_form_is_published(added: Terminal) -> None:
    """Whatever reads every kind of event knows this one."""
    shown = added.done("show", "KM-2020-007")
    assert "of 14 entries, by edition" in shown
    assert KIND not in shown.split("next  ")[0]
    assert KIND in added.done("schema", "events")
    assert "OfferSupport" in added.done("schema", "commands")


def test_it_is_proved_and_shown_in_the_case_file(added: Terminal) -> None:
    """A bundle holds it, and the page of the bundle shows its line."""
    added.done("audit", "key", "--origin", "kent.example/log")
    added.done("audit", "checkpoint", "--sink", "checkpoints")
    added.done("audit", "bundle", "KM-2020-007", "-o", "bundle.zip")
    key = "rapid-review.audit-key.pub"
    added.done("audit", "verify-bundle", "bundle.zip", "--key", key)
    added.done("report", "KM-2020-007", "-o", "case.html", "--bundle", "bundle.zip", "--key", key)
    page = (added.folder / "case.html").read_text(encoding="utf-8")
    assert "support S-1, to family, school" in page


@pytest.mark.parametrize("form", ["ocel", "xes", "cloudevents"])
def test_it_is_in_every_export_of_cases(added: Terminal, form: str) -> None:
    """By its kind, with its public fields; its words stay."""
    content = added.given_out(form).read_text(encoding="utf-8")
    assert KIND in content
    assert "family" in content
    assert WORDS not in content


def test_it_is_in_the_export_that_is_a_database(added: Terminal) -> None:
    """With a table of its own."""
    file = added.given_out("ocel", "--format", "sqlite")
    with closing(sqlite3.connect(file)) as database:
        (row,) = database.execute(f"SELECT offered_to FROM event_{KIND}")  # noqa: S608 - ours
    assert row == ("family, school",)


def test_the_rules_of_its_row_are_among_the_constraints(added: Terminal) -> None:
    """DECLARE: it comes only after the notification."""
    constraints = json.loads(added.done("export", "declare"))["constraints"]
    (first,) = (one for one in constraints if one["rule"] == "notification_comes_first")
    assert KIND in first["activation"]


@pytest.mark.parametrize("words", [("bpmn",), ("csv", "-o", "figures"), ("register",)])
def test_what_names_no_kind_of_event_is_made_as_before(
    added: Terminal, words: tuple[str, ...]
) -> None:
    """The drawing of the usual way, the figures, and what was disclosed."""
    assert KIND not in added.done("export", *words)


def test_its_golden_bytes_are_written_and_those_of_others_stay(added: Terminal) -> None:
    """One of each form; its entry is last, so the others are numbered as before."""
    done = run(added.folder, "-m", "tests.golden.write")
    assert done.stdout == f"wrote v1/{KIND}.json\nwrote sealed/v1/{KIND}.body\n", done.stderr
    golden = ROOT / "tests" / "golden"
    files = [*golden.glob("v*/*.json"), *golden.glob("sealed/v*/*.body")]
    assert files
    for file in files:
        theirs = added.folder / "tests" / "golden" / file.relative_to(golden)
        assert theirs.read_bytes() == file.read_bytes()


NAMED_WHERE_LEFT_OUT: Final = (
    "has no attribute 'Support'",
    "name 'SupportOffered' is not defined",
    "SupportOffered is not in AnyEvent",
    "has no attribute 'OfferSupport'",
    "SupportOffered has no row; OfferSupport has no row that makes an event of it",
)


@pytest.mark.parametrize(("left_out", "named"), [*enumerate(NAMED_WHERE_LEFT_OUT)])
def test_a_part_that_is_left_out_fails_at_import_by_its_name(
    tmp_path: Path, left_out: int, named: str
) -> None:
    """Every step in `src/`, one at a time: the message says which part is missing."""
    folder = copied_domain(tmp_path)
    for number, step in enumerate(IN_THE_DOMAIN):
        if number != left_out:
            step.take(folder)
    done = run(folder, "-c", "import rapid_review.domain.registry")
    assert done.returncode == 1
    assert named in done.stderr.replace("\n", " ")


def test_every_step_in_the_package_is_left_out_once() -> None:
    """And every step in the package is in the domain: nothing else knows an event by name."""
    assert len(IN_THE_DOMAIN) == len(NAMED_WHERE_LEFT_OUT)
    assert [step for step in STEPS if step.file.startswith("src/")] == list(IN_THE_DOMAIN)


@pytest.mark.parametrize("part", ["step", "clauses", "line", "rules"])
def test_a_row_without_one_of_its_parts_fails_at_import(tmp_path: Path, part: str) -> None:
    """A row has no part that may be forgotten: what has no command says so."""
    folder = copied_domain(tmp_path)
    for step in IN_THE_DOMAIN:
        text = re.sub(rf"^ +{part}=.*\n", "", step.text, flags=re.MULTILINE)
        step._replace(text=text).take(folder)
    done = run(folder, "-c", "import rapid_review.domain.registry")
    assert done.returncode == 1
    asks = {"rules": f"{KIND} has no rule"}
    named = asks.get(part, f"missing 1 required positional argument: '{part}'")
    assert named in done.stderr
