"""The arrows between packages point one way, modules stay short, the pure part light to import.

The contracts are written, each with its reason, under `[tool.importlinter]` in `pyproject.toml`.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"
SOURCE = PYPROJECT.parent / "src" / "rapid_review"
MODULES = sorted(SOURCE.rglob("*.py"))
MOST_LINES = 350
MOST_LINES_OF_A_BODY = 50
"""Without its docstring and its parameters, of which a command has one for each option."""
NEEDED_ONLY_AT_THE_EDGES = {
    "altair",
    "click",
    "dateutil",
    "eventsourcing",
    "holidays",
    "jinja2",
    "psycopg",
    "sqlite3",
    "vl_convert",
}


def loaded_by(statement: str) -> set[str]:
    """Return the modules that a new interpreter has loaded after `statement`."""
    listing = f"{statement}; import sys; print(); print(*sys.modules)"
    interpreter = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", listing], capture_output=True, check=True, text=True
    )
    return set(interpreter.stdout.splitlines()[-1].split())


def packages_loaded_by(statement: str) -> set[str]:
    """Return the top-level packages that a new interpreter has loaded after `statement`."""
    return {name.partition(".")[0] for name in loaded_by(statement)}


def test_every_arrow_points_inwards() -> None:
    """No contract between the packages is broken; if one is, the output names the import."""
    # In a process of its own: the command silences every logger that there is before it.
    linter = Path(sys.executable).with_name("lint-imports")
    linted = subprocess.run(  # noqa: S603 - the linter beside our own interpreter
        [linter, "--config", PYPROJECT, "--no-cache", "--no-logo"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


def too_long(module: Path) -> Iterator[str]:
    """Yield a module that is too long, and its functions that are."""
    text = module.read_text(encoding="utf-8")
    if text.count("\n") > MOST_LINES:
        yield module.name
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body and (node.end_lineno or 0) - body[0].lineno >= MOST_LINES_OF_A_BODY:
                yield f"{module.name}: {node.name}"


def test_modules_and_their_functions_are_short() -> None:
    """What is longer answers more than one question, and is split (see CONTRIBUTING)."""
    assert not [found for module in MODULES for found in too_long(module)]


def test_what_is_too_long_is_named(tmp_path: Path) -> None:
    """By one line, whether it is a module or the body of a function."""
    module = tmp_path / "long.py"
    body = "    pass\n" * MOST_LINES_OF_A_BODY
    module.write_text(f"def short():\n{body}", encoding="utf-8")
    assert not list(too_long(module))
    module.write_text(f"def long():\n    'Says.'\n{body}    pass\n", encoding="utf-8")
    assert list(too_long(module)) == ["long.py: long"]
    module.write_text("pass\n" * (MOST_LINES + 1), encoding="utf-8")
    assert list(too_long(module)) == ["long.py"]


@pytest.mark.parametrize("statement", ["import rapid_review", "from rapid_review.domain import *"])
def test_the_rules_come_without_store_calendar_library_or_command_line(statement: str) -> None:
    """A platform may ask the rules over its own store, and loads nothing else for it."""
    assert not packages_loaded_by(statement) & NEEDED_ONLY_AT_THE_EDGES


def test_the_door_to_the_record_loads_neither_what_records_nor_what_seals() -> None:
    """To read a case nobody needs a command, a decision, a rule or a key."""
    loaded = loaded_by("from rapid_review import RapidReviews")
    assert "rapid_review.store.reviews" in loaded
    assert not loaded & {
        *(f"rapid_review.domain.{one}" for one in ("commands", "decisions", "registry", "rules")),
        *("rapid_review.domain.terms.terms_file", "rapid_review.calendars.calendar_file"),
        *(f"rapid_review.store.{one}" for one in ("ledger", "read_model.model")),
        *("rapid_review.store.authority.by_file", "rapid_review.store.sealing.keys"),
        *("rapid_review.store.writing.commands", "rapid_review.store.writing.history_import"),
    }
    packages = {name.partition(".")[0] for name in loaded}
    assert not packages & {"click", "cryptography", "dateutil", "holidays", "psycopg", "tomllib"}


def test_what_only_reads_a_case_loads_no_cryptography_and_no_ledger(tmp_path: Path) -> None:
    """Whoever asks where a case stands opens no words, makes no checkpoint and no read model."""
    run = "from rapid_review.cli import main; main({!r}, standalone_mode=False)"
    demo, store = str(tmp_path / "demo"), str(tmp_path / "demo" / "rapid-review.db")
    assert loaded_by(run.format(["demo", demo])) >= {"cryptography", "rapid_review.store.ledger"}
    loaded = loaded_by(run.format(["show", "KM-2020-014", "--store", store]))
    assert "rapid_review.projections.work.next_steps" in loaded
    assert not loaded & {
        *("cryptography", "jinja2", "logging.handlers", "psycopg", "rapid_review.audit.log.note"),
        *("rapid_review.store.ledger", "rapid_review.store.read_model.model"),
        *("rapid_review.store.writing.commands", "rapid_review.cli.commands.serve.serve"),
    }


def test_the_web_is_loaded_by_anyone_who_asks_for_it_and_brings_no_database_driver() -> None:
    """The package itself knows no Starlette; the HTTP interface opens no database."""
    assert "starlette" not in packages_loaded_by("import rapid_review; rapid_review.RapidReviews")
    assert "starlette" not in packages_loaded_by("import rapid_review.wire, rapid_review.cli")
    loaded = packages_loaded_by("import rapid_review.web, rapid_review.web.http")
    assert "starlette" in loaded
    assert not loaded & {"django", "fastapi", "jinja2", "litestar", "psycopg", "uvicorn"}


@pytest.mark.parametrize(
    ("module", "missing", "says"),
    [
        ("http", "starlette", "the HTTP interface needs Starlette"),
        ("pages", "starlette", "the pages need Starlette and Jinja"),
        ("pages", "jinja2", "the pages need Starlette and Jinja"),
    ],
)
def test_without_its_extra_the_web_says_how_to_install_it(
    module: str, missing: str, says: str
) -> None:
    """In one plain line, and not by the name of a module that is not there."""
    without = f"import sys; sys.modules['{missing}'] = None; import rapid_review.web.{module}"
    interpreter = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", without], capture_output=True, check=False, text=True
    )
    said = interpreter.stderr.splitlines()[-1]
    assert said.startswith(f"ImportError: {says}: pip install ")
    assert "[web]" in said
