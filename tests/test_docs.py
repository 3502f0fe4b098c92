"""What is on a page runs, and what a page says of the code is so.

- a `python` block is executed, block after block in one namespace a page; a `text` block right
  after it is what it prints, where `...` stands for anything
- a `console` block is typed at the command line: `$ rapid-review …`, then what a person sees;
  `$ echo $?` shows the exit code, which is else 0
- a `bash` block is in the README alone; `test_the_readme.py` types it in a copy of the project
- a `toml` block that opens with `# name.toml` is written to that file
- a `json` block is a line of a file in `examples/`
- a `python recipe` block is a piece of a file, which `test_the_recipe_for_an_event.py` puts there
- a `pycon` block stands only on a page made from docstrings, where it is run as a test

Links between pages are held by Sphinx.
"""

import contextlib
import io
import json
import logging
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from doctest import ELLIPSIS, OutputChecker
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final, NamedTuple, get_args

import click
import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from docs.reference_pages import PAGES
from rapid_review import calendars
from rapid_review.cli import main
from rapid_review.domain import errors
from rapid_review.domain.errors import CalendarError, RapidReviewError
from rapid_review.domain.terms import deadlines, quorum, retention, rule_sets, terms
from rapid_review.store.authority import permissions

ROOT: Final = Path(__file__).parent.parent
DOCS: Final = ROOT / "docs"
IN_DOCS: Final = sorted(page for page in DOCS.rglob("*.md") if "_build" not in page.parts)
EVERY_PAGE: Final = sorted([*ROOT.glob("*.md"), *IN_DOCS])
KINDS: Final = {
    "tutorial": "Tutorial",
    "how-to": "How-to guide",
    "manuals": "Manual",
    "explanation": "Explanation",
    "reference": "Reference",
    "adr": "Explanation",
    "docs": "Reference",
}
TABLES: Final[dict[str, type[BaseModel]]] = {
    "Terms": terms.Terms,
    "Seat": quorum.Seat,
    "Quorum": quorum.Quorum,
    "Deadline": deadlines.Deadline,
    "Meetings": terms.Meetings,
    "Decision": terms.DecisionTerms,
    "Outcome": terms.Outcome,
    "Adoption": terms.Adoption,
    "Feedback": terms.Feedback,
    "Duties": terms.Duties,
    "Retention": retention.Retention,
    "Notification class": rule_sets.NotificationClass,
    "Rule set": rule_sets.RuleSet,
    "Limb or criterion": rule_sets.Named,
    "Relaxation": rule_sets.Relaxation,
}
NO_KEYS: Final = {"digest", "national", "errata"}
"""What is worked out from the files, and from the dated errata beside them."""
FENCE: Final = re.compile(r"^(`{3,})([^\n]*)\n(.*?)^\1[ ]*$", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: its language, what is in it, and the line on which it opens."""

    language: str
    body: str
    line: int


def text_of(page: Path) -> str:
    """Return a page as it is written."""
    return page.read_text(encoding="utf-8")


def shown(page: Path) -> str:
    """Return a page's name within the project."""
    return str(page.relative_to(ROOT))


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page, in order."""
    text = text_of(page)
    for match in FENCE.finditer(text):
        yield Block(match[2].strip(), match[3], text.count("\n", 0, match.start()) + 1)


def first_column(page: str, heading: str) -> list[str]:
    """Return what is in code in the first column of a heading's first table."""
    section = re.split(rf"^## {heading}\n", text_of(DOCS / page), flags=re.MULTILINE)[1]
    table = section.split("\n| ---", 1)[1].split("\n\n", 1)[0]
    return re.findall(r"^\| `([^`]+)`", table, flags=re.MULTILINE)


# -------------------------------------------------------------------------- what is on it runs


def same(wanted: str, found: str) -> bool:
    """Say whether what was printed is as the page shows it; `...` stands for anything."""
    return OutputChecker().check_output(wanted, found, ELLIPSIS)


def run_console(console: str) -> None:
    """Type what a console block says, and hold what comes to what it shows."""
    code, told = 0, True
    for chunk in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        command, _, wanted = chunk.partition("\n")
        if command == "echo $?":
            assert wanted == f"{code}\n", f"the exit code is {code}"
            told = True
            continue
        assert told, f"before $ {command} the exit code is {code}, and the page hides it"
        program, *arguments = shlex.split(command)
        assert program == "rapid-review", f"a page types rapid-review, and not {program}"
        result = CliRunner().invoke(main, arguments)
        assert same(wanted, result.output), f"$ {command}\n{result.output}"
        code = result.exit_code
        told = code == 0
    assert told, f"the last exit code is {code}, and the page hides it"


def run_python(block: Block, namespace: dict[str, object], where: str) -> str:
    """Execute a block, and return what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block.body, where, "exec"), namespace)  # noqa: S102 - our own pages
    return printed.getvalue()


@contextlib.contextmanager
def loggers_as_before() -> Iterator[None]:
    """Take away what a page sets up of logging: its handler writes to a stream that is gone."""
    before = {one: (one.level, one.handlers[:]) for one in loggers()}
    try:
        yield
    finally:
        for one in loggers():
            level, handlers = before.get(one, (logging.NOTSET, []))
            one.setLevel(level)
            one.handlers[:] = handlers


def loggers() -> list[logging.Logger]:
    """Return every logger that there is."""
    made = logging.root.manager.loggerDict.values()
    return [logging.root, *(one for one in made if isinstance(one, logging.Logger))]


def lines_of_the_examples() -> list[object]:
    """Return every line of the examples' files of JSON lines."""
    files = (ROOT / "examples").glob("*.jsonl")
    return [json.loads(line) for file in files for line in text_of(file).splitlines()]


@pytest.mark.parametrize("page", EVERY_PAGE, ids=shown)
def test_what_stands_on_a_page_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every block of a page, in its order, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    module = ModuleType("page")
    monkeypatch.setitem(sys.modules, module.__name__, module)  # where some frameworks look for it
    # The pool: where no event loop of a browser's runs.
    with loggers_as_before(), ThreadPoolExecutor(1) as alone:
        run_blocks(page, lambda block, where: alone.submit(run_python, block, vars(module), where))


def run_blocks(page: Path, start: Callable[[Block, str], Future[str]]) -> None:
    """Run every block of a page, in its order.

    Args:
        page: the page.
        start: starts `run_python`, in the namespace of the page.
    """
    printed = ""
    for block in blocks(page):
        where = f"{shown(page)}:{block.line}"
        before, printed = printed, ""
        match block.language.partition(" ")[0]:
            case "python" if block.language == "python recipe":
                assert page == ROOT / "CONTRIBUTING.md", where
            case "python":
                printed = start(block, where).result()
            case "text":
                assert not before or same(block.body, before), f"{where}: printed is\n{before}"
            case "console":
                run_console(block.body)
            case "bash":
                assert page == ROOT / "README.md", where
            case "json":
                assert json.loads(block.body) in lines_of_the_examples(), where
            case "toml":
                name = re.match(r"# (\S+\.toml)\n", block.body)
                assert name, f"{where} does not open with the name of a file"
                Path(name[1]).write_text(block.body, encoding="utf-8")
            case "pycon":
                assert page == DOCS / "reference" / "python.md", where
            case directive:
                assert directive in {"{literalinclude}", "{toctree}"}, where


# ------------------------------------------------------------------ what it says of the code is so


@pytest.mark.parametrize("name", PAGES)
def test_a_page_made_from_the_code_is_up_to_date(name: str) -> None:
    """Where it is not, `python -m docs.reference_pages` writes it again."""
    assert text_of(DOCS / name) == PAGES[name]()


@pytest.mark.parametrize("heading", TABLES)
def test_the_page_of_the_terms_file_explains_every_key(heading: str) -> None:
    """And no other; what is worked out from the files is no key of them."""
    keys = [one for one in TABLES[heading].model_fields if one not in NO_KEYS]
    assert first_column("reference/terms-file.md", heading) == keys


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("Permissions", permissions.Permissions),
        ("Edition", permissions.PermissionsEdition),
        ("Role", permissions.Role),
        ("Interest", permissions.Interest),
    ],
)
def test_the_page_of_the_permissions_file_explains_every_key(
    heading: str, model: type[BaseModel]
) -> None:
    """And no other; and so for every right that a role may have."""
    keys = first_column("reference/permissions-file.md", heading)
    assert set(keys) == set(model.model_fields) - NO_KEYS
    rights = first_column("reference/permissions-file.md", "Rights")
    assert set(rights) == set(get_args(permissions.Right))


def test_the_page_of_the_terms_file_names_every_point() -> None:
    """Beside the time of any event, which is said in words."""
    points = first_column("reference/terms-file.md", "Points")
    assert set(points) == {point for point in deadlines.POINTS if not point.endswith(".at")}


TASKS: Final = (
    *("enter a case", "add an event to the library", "use PostgreSQL", "embed it in FastAPI"),
    *("get the share in time by quarter", "verify a bundle", "write your terms"),
    *("back up and restore", "erase words and names"),
)


def test_the_index_has_a_row_for_each_task() -> None:
    """That a reader comes with; Sphinx holds where the rows lead."""
    rows = re.findall(r"^\| ([^|]+) \| .*(?:\]\(|`)", text_of(DOCS / "index.md"), re.MULTILINE)
    assert set(TASKS) <= set(rows)


def test_the_page_of_the_calendar_file_explains_every_key() -> None:
    """As the error about an unknown key lists them."""
    with pytest.raises(CalendarError) as refused:
        calendars.parse(b'{"unknown": 0}')
    (allowed,) = (one.partition("allowed: ")[2] for one in refused.value.problems if "key" in one)
    text = text_of(DOCS / "reference" / "calendar-file.md")
    assert set(re.findall(r"^\| `([a-z_]+)`", text, flags=re.MULTILINE)) == set(
        allowed.split(", ")
    )


def commands_in(group: click.Group, before: str = "") -> Iterator[str]:
    """Yield the name of every command of the command line."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands_in(command, f"{name} ")
        else:
            yield before + name


def test_the_page_of_the_command_line_lists_every_command() -> None:
    """By the small words before its arguments."""
    text = text_of(DOCS / "reference" / "command-line.md").partition("\n## ")[0]
    listed = re.findall(r"^\| `([a-z]+(?:[ -][a-z]+)*)", text, flags=re.MULTILINE)
    assert set(listed) == set(commands_in(main))


def test_the_page_of_errors_names_every_error() -> None:
    """All that is raised on purpose."""
    kinds = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, RapidReviewError)
    }
    text = text_of(DOCS / "reference" / "errors.md")
    assert kinds == set(re.findall(r"`(\w+Error|Refused)`", text))


# ----------------------------------------------------------------------- the register of readings

REGISTER: Final = DOCS / "interpretation.md"
READINGS: Final = re.findall(r"^\(i-(\d+)\)=\n## I-(\d+): ", text_of(REGISTER), re.MULTILINE)


def test_every_reading_has_its_number_and_can_be_linked_to() -> None:
    """Numbers are given once, without a gap, for the code and the terms files cite them."""
    numbers = [str(number) for number in range(1, len(READINGS) + 1)]
    assert [(number, number) for number in numbers] == READINGS
    assert text_of(REGISTER).count("\n## ") == len(numbers)


def test_every_reading_that_is_cited_is_in_the_register() -> None:
    """By the code, the terms files, the tests and the pages."""
    files = [*ROOT.glob("src/**/*.py"), *ROOT.glob("src/**/*.toml"), *ROOT.glob("tests/**/*.py")]
    texts = map(text_of, [*files, *IN_DOCS])
    cited = {number for text in texts for number in re.findall(r"\bI-(\d+)\b", text)}
    assert cited <= {number for number, _ in READINGS}


def test_a_reading_names_code_that_exists() -> None:
    """Each name after "in code" leads to something."""
    told = re.findall(r"^- in code: (.+)$", text_of(REGISTER), flags=re.MULTILINE)
    assert len(told) == len(READINGS)
    for name in re.findall(r"`([^`]+)`", " ".join(told)):
        assert is_in_the_code(name), name


def test_a_reading_names_keys_that_exist() -> None:
    """Each name after "in terms" is a key of the terms or the rule-set file."""
    keys = {key for model in TABLES.values() for key in model.model_fields}
    told = re.findall(r"^- in terms: (.+)$", text_of(REGISTER), flags=re.MULTILINE)
    assert len(told) == len(READINGS)
    assert set(re.findall(r"[a-z_]+(?=[.`])", " ".join(re.findall(r"`[^`]+`", str(told))))) <= keys


# ------------------------------------------------------------------------------------- every page


def is_in_the_code(name: str) -> bool:
    """Say whether a dotted name leads to a module of the package, or to something in one."""
    module, *attributes = re.split(r"\.(?=[A-Z])|\.(?=[a-z_]+$)", name)
    with contextlib.suppress(ImportError, AttributeError):
        found: object = import_module(f"rapid_review.{module}")
        for attribute in attributes:
            if not hasattr(found, attribute):
                import_module(f"rapid_review.{name}")
                return True
            found = getattr(found, attribute)
        return True
    return False


@pytest.mark.parametrize("page", [p for p in EVERY_PAGE if p.parent.name != "adr"], ids=shown)
def test_a_page_names_code_that_exists(page: Path) -> None:
    """Where it gives the whole name; decision records tell of what was there on their day."""
    named = re.findall(r"`rapid_review\.((?:\w+\.)+\w+)`", text_of(page))
    assert [name for name in named if not is_in_the_code(name)] == []


@pytest.mark.parametrize("page", [p for p in IN_DOCS if p.name != "index.md"], ids=shown)
def test_a_page_says_what_kind_it_is(page: Path) -> None:
    """Tutorial, how-to guide, manual and so on, below its title, and one of them only."""
    title, _, rest = text_of(page).partition("\n\n")
    assert title.startswith("# ")
    assert rest.startswith(f"_{KINDS[page.parent.name]}._\n")


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")), ids=shown)
def test_links_from_outside_the_documentation_lead_somewhere(page: Path) -> None:
    """Sphinx does not read these pages."""
    links = re.findall(r"\]\((?!https://)([^)#]+)", text_of(page))
    assert [link for link in links if not (page.parent / link).exists()] == []
