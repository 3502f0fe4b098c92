"""What the package shows of itself: to `help`, to completion, to a type checker, on its pages."""

import ast
import pydoc
import re
import subprocess
import sys
from importlib import import_module
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

import rapid_review
from docs.python_page import SHOWN, home_of

ROOT: Final = Path(__file__).parent.parent
STABILITY: Final = ROOT / "docs" / "reference" / "stability.md"


HOME: Final = Path(rapid_review.__file__).parent
PACKAGES: Final = {
    ".".join(file.parent.relative_to(HOME.parent).parts): file
    for file in sorted(HOME.rglob("__init__.py"))
}
"""Every package, and the file that says what it holds."""
PAGES: Final = "".join(
    file.read_text(encoding="utf-8") for file in (ROOT / "docs").rglob("*.md")
) + "".join(file.read_text(encoding="utf-8") for file in (ROOT / "examples").glob("*.py"))
MADE_FROM_CODE: Final = (
    "case",
    "clauses",
    "commands",
    "errors",
    "events",
    "fields",
    "particulars",
)
"""Modules of the domain with a page of their own in the reference, or with names on several."""


@pytest.mark.parametrize("name", rapid_review.__all__)
def test_what_is_listed_is_there(name: str) -> None:
    """Each public name can be had; one that is not public cannot."""
    assert getattr(rapid_review, name)


@pytest.mark.parametrize("package", ["rapid_review.domain", "rapid_review.store"])
def test_a_listed_module_is_there_before_anything_was_loaded(package: str) -> None:
    """Asked of a fresh interpreter, by its name alone: as an attribute, not by importing it."""
    asking = f"import {package} as it\nfor name in it.__all__: getattr(it, name)"
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", asking], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_name_that_is_not_there_is_told_so() -> None:
    """As of any module."""
    with pytest.raises(AttributeError, match="has no attribute 'RapidReview'"):
        assert rapid_review.RapidReview  # type: ignore[attr-defined]


def test_help_shows_what_there_is() -> None:
    """Before anything was loaded: asked of a fresh interpreter."""
    listing = "import rapid_review; print(*dir(rapid_review))"
    shown = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", listing], check=True, capture_output=True, text=True
    )
    assert set(rapid_review.__all__) <= set(shown.stdout.split())
    told = pydoc.plain(pydoc.render_doc(rapid_review))
    for name in set(rapid_review.__all__) - {"__version__"}:
        assert f"    class {name}" in told


def test_the_type_checkers_know_the_names_that_are_listed() -> None:
    """And no others: what `help` shows and what they accept are the same."""
    tree = ast.parse((ROOT / "src" / "rapid_review" / "__init__.py").read_text(encoding="utf-8"))
    known = {
        alias.name
        for block in tree.body
        if isinstance(block, ast.If)
        for line in block.body
        if isinstance(line, ast.ImportFrom)
        for alias in line.names
    }
    assert known == set(rapid_review.__all__) - {"__version__"}


def test_the_page_of_stability_lists_the_names_of_the_package() -> None:
    """In its table, and no other."""
    text = STABILITY.read_text(encoding="utf-8")
    table = text.partition("## The names of the package")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)`", table, flags=re.MULTILINE)
    assert sorted(listed) == sorted(rapid_review.__all__)


def test_the_program_runs_where_it_is_not_on_the_path() -> None:
    """`python -m rapid_review` is `rapid-review`."""
    ran = subprocess.run(
        [sys.executable, "-m", "rapid_review", "shwo"], check=False, capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith("Usage: rapid-review ")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_lists_what_it_holds(package: str) -> None:
    """Names or modules, in order, and each of them is there; what is listed is in `dir`."""
    module = import_module(package)
    listed: list[str] = module.__all__
    assert listed == sorted(listed, key=as_ruff_sorts)
    for name in listed:
        if not hasattr(module, name):
            import_module(f"{package}.{name}")  # fails where there is no such module
    assert set(listed) <= set(dir(module))


def as_ruff_sorts(name: str) -> tuple[int, str]:
    """Return a key by which constants come first, then classes, then the rest."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


def test_a_module_that_is_not_loaded_is_listed_all_the_same() -> None:
    """Before anything of it was imported: asked of a fresh interpreter."""
    listing = "from rapid_review import projections; print(*dir(projections))"
    shown = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", listing], check=True, capture_output=True, text=True
    )
    assert {"as_of", "statistics", "work"} <= set(shown.stdout.split())


@pytest.mark.parametrize("name", [one for names in SHOWN.values() for one in names])
def test_what_the_page_of_python_shows_is_listed_where_it_is_found(name: str) -> None:
    """In each package on the way to it: as a name, or as the module that holds it."""
    home = home_of(name)
    if home in PACKAGES:
        assert name.rpartition(".")[2] in import_module(home).__all__
        return
    module = f"rapid_review.{name}".rpartition(".")[0]
    assert home == module
    package, _, own = module.rpartition(".")
    while package != "rapid_review":
        assert own in import_module(package).__all__, f"{package} does not list {own}"
        package, _, own = package.rpartition(".")


@pytest.mark.parametrize("name", [one for names in SHOWN.values() for one in names])
def test_what_the_page_of_python_shows_can_be_imported_from_the_module_it_names(name: str) -> None:
    """And is no module: some packages hold a module of the same name."""
    given = getattr(import_module(home_of(name)), name.rpartition(".")[2])
    assert not isinstance(given, ModuleType)


OF_THEIR_OWN: Final = {
    "rapid_review.audit.verify",  # runs alone: `docs/reference/leaf-and-bundle.md`
    "rapid_review.cli",  # the program: `docs/reference/command-line.md`
    "rapid_review.domain.registry",  # for anyone who adds an event: `CONTRIBUTING.md`
}
"""Packages that have a page of another kind."""
PUBLIC_NAMES: Final = [
    (package, name)
    for package in PACKAGES
    if package not in OF_THEIR_OWN
    for name in import_module(package).__all__
]


@pytest.mark.parametrize(("package", "name"), PUBLIC_NAMES)
def test_what_is_listed_is_on_a_page(package: str, name: str) -> None:
    """A name that is public has a page, an example, or is the module of one that has."""
    below = f"{package}.{name}.".removeprefix("rapid_review.")
    shown = any(one.startswith(below) for names in SHOWN.values() for one in names)
    assert shown or name in MADE_FROM_CODE or re.search(rf"\b{name}\b", PAGES)


TOLD_BY_GUIDES: Final = {
    *("AnyEvent", "Command"),  # any of the reference's events and commands
    *("READ", "VERSION"),  # constants
    *("due_cohort", "facts_of", "survival"),  # figures, which `publish` makes of all of them
    *("CASE", "Place", "adversarial", "move", "on_a_server", "receive"),
}
"""What guides and examples import, and no page of the reference has."""


def imported_by_guides() -> set[tuple[str, str]]:
    """Return what guides and examples import of the package: the module, and the name."""
    guides = chain.from_iterable(
        (ROOT / folder).glob(files)
        for folder, files in (
            *((f"docs/{one}", "*.md") for one in ("how-to", "manuals", "tutorial")),
            ("examples", "*.py"),
        )
    )
    block = r"(?m)^from (rapid_review[\w.]*) import (?:\(([^)]*)\)|([^#\n]*))"
    return {
        (module, name)
        for guide in guides
        for module, several, one in re.findall(block, guide.read_text(encoding="utf-8"))
        for name in re.findall(r"(\w+)(?: as \w+)?", several or one)
    }


REFERENCE: Final = "".join(
    file.read_text(encoding="utf-8") for file in (ROOT / "docs" / "reference").glob("*.md")
)


@pytest.mark.parametrize(("module", "name"), sorted(imported_by_guides()))
def test_what_a_guide_imports_is_on_a_page_of_the_reference(module: str, name: str) -> None:
    """Otherwise a reader knows neither its arguments nor its errors, nor whether it stays."""
    assert (
        isinstance(getattr(import_module(module), name), ModuleType)
        or any(one.rpartition(".")[2] == name for names in SHOWN.values() for one in names)
        or re.search(rf"(?m)^(?:#+ |\| )`?{name}\b", REFERENCE)
        or name in TOLD_BY_GUIDES
    )


def test_no_package_hides_a_misspelt_name_from_the_type_checkers() -> None:
    """A `__getattr__` that they read would let any name pass."""
    for package, file in PACKAGES.items():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        read = [one.name for one in tree.body if isinstance(one, ast.FunctionDef)]
        assert "__getattr__" not in read, package


NOT_CALLED: Final = {"Statement", "Streams", "EntriesInOrder", "_Times"}
"""Pydantic's own, what the parts of `RapidReviews` ask of a store, and the fields of `AsOf`."""


def test_what_a_class_inherits_is_on_the_page_as_well() -> None:
    """Under the class that has it, to which the page leads."""
    shown = [
        getattr(import_module(home_of(one)), one.rpartition(".")[2])
        for one in chain.from_iterable(SHOWN.values())
    ]
    missing = {
        base.__name__
        for one in shown
        if isinstance(one, type)
        for base in one.__mro__
        if base.__module__.startswith("rapid_review.") and base not in shown
        if any(not name.startswith("_") for name in vars(base))
    }
    assert missing == NOT_CALLED
    page = (ROOT / "docs/reference/python.md").read_text(encoding="utf-8")
    assert "#### OwnsItsStore.on_sqlite" in page
    assert "#### CaseReading.stage\n\n```text\nstage: Stage\n```" in page
    assert "It also has what these have: [Readings](#readings)." in page
