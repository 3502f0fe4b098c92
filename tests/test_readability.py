"""How the pages read: the figures are counted right, and every page keeps to its bounds."""

from functools import cache
from typing import Final

import pytest

from docs.prose_in_code import docstrings_in, helps, messages_in
from docs.readability import ROOT, Figures, figures_of, pages_in, sentences_of

PACKAGE: Final = ROOT / "src" / "rapid_review"
PACKAGES: Final = [PACKAGE.name, *sorted(one.parent.name for one in PACKAGE.glob("*/__init__.py"))]
NAMES: Final = [
    *pages_in(ROOT),
    *(f"{what} of {one}" for what in ("docstrings", "messages") for one in PACKAGES),
    *helps(),
]
"""Of every page: its text is read by the process that tries it, and by no other."""
BOUNDS: Final = {
    "": Figures(0, 20.0, 0.15, 0.66, 0.01),
    "CONTRIBUTING.md": Figures(0, 13.5, 0.0, 0.10, 0.01),
    "README.md": Figures(0, 13.5, 0.0, 0.10, 0.01),
    "SECURITY.md": Figures(0, 15.0, 0.0, 0.15, 0.01),
    "docs/adr/": Figures(0, 24.5, 0.30, 0.87, 0.015),  # weighs one thing against another; history
    "docs/explanation/": Figures(0, 14.5, 0.0, 0.10, 0.01),
    "docs/glossary.md": Figures(0, 14.5, 0.0, 0.10, 0.01),
    "docs/how-to/": Figures(0, 16.0, 0.0, 0.10, 0.01),
    "docs/how-to/audit-a-case.md": Figures(0, 14.0, 0.0, 0.20, 0.01),  # quotes findings
    "docs/how-to/test-what-you-build.md": Figures(0, 13.5, 0.0, 0.20, 0.01),  # quotes the tests
    "docs/index.md": Figures(0, 10.0, 0.0, 0.10, 0.01),
    "docs/interpretation.md": Figures(0, 12.5, 0.0, 0.10, 0.01),
    "docs/manuals/": Figures(0, 14.0, 0.0, 0.10, 0.01),
    "docs/manuals/officer.md": Figures(0, 11.0, 0.0, 0.15, 0.01),  # quotes the pages
    "docs/reference/": Figures(0, 15.0, 0.0, 0.10, 0.01),
    "docs/reference/calendar-file.md": Figures(0, 11.5, 0.0, 0.15, 0.01),  # what is published
    "docs/reference/clauses.md": Figures(0, 9.5, 0.0, 0.20, 0.01),  # what the document asks
    "docs/reference/commands.md": Figures(0, 9.0, 0.015, 0.15, 0.01),  # lists the names of rules
    "docs/reference/shipped.md": Figures(0, 13.0, 0.11, 0.05, 0.07),  # names places and sources
    "docs/reference/table-columns.md": Figures(0, 6.0, 0.0, 0.25, 0.01),  # one cell in five: "?"
    "docs/reference/types.md": Figures(0, 10.5, 0.025, 0.10, 0.01),  # lists codes
    "docs/tutorial/": Figures(0, 14.0, 0.0, 0.10, 0.01),
    "docstrings of ": Figures(0, 14.5, 0.035, 0.41, 0.01),
    "messages of ": Figures(0, 13.5, 0.0, 0.38, 0.01),
    "messages of testing": Figures(0, 13.5, 0.0, 0.45, 0.01),  # of what a host got wrong
    "rapid-review ": Figures(0, 14.5, 0.0, 0.34, 0.02),  # the help of each command
}
"""For a page: words a sentence, and the shares that are long, passive and unknown.

The longest beginning of its name counts. A folder that was rewritten keeps to its bounds: no
sentence of more than 30 words, and hardly any in the passive voice.
"""
FEWEST: Final = 8
"""Sentences of a page: the shares of fewer say nothing."""


@cache
def pages() -> dict[str, str]:
    """Return what is read: the pages, and the prose of the program."""
    return pages_in(ROOT) | docstrings_in(ROOT) | messages_in(ROOT) | helps()


def bounds_of(page: str) -> Figures:
    """Return the bounds of a page."""
    return BOUNDS[max(filter(page.startswith, BOUNDS), key=len)]


def test_all_that_is_read_is_named() -> None:
    """A package without a message is named too."""
    assert set(pages()) <= set(NAMES)


@pytest.mark.parametrize("page", NAMES)
def test_a_page_keeps_to_its_bounds(page: str) -> None:
    """`python -m docs.readability` prints the figures of each, with what is in the code."""
    text = pages().get(page, "")
    found = figures_of(text)
    if found is None or found.sentences < FEWEST:
        assert len(text.split()) < 500 or page == "docs/glossary.md"
        return
    bounds = bounds_of(page)
    for name in ("words", "long", "passive", "unknown"):
        assert getattr(found, name) <= getattr(bounds, name), f"{page}: {name} of {found}"


@pytest.mark.parametrize("beginning", BOUNDS)
def test_bounds_are_those_of_some_page(beginning: str) -> None:
    """A page that is renamed takes its bounds along."""
    assert any(page.startswith(beginning) for page in pages())


def test_what_people_read_of_the_program_is_asked_too() -> None:
    """Its docstrings and messages, a package at a time, and the help of each command."""
    assert "Check that the disk has room" in pages()["messages of store"]
    assert "Return the state of a case" not in pages()["messages of store"]
    assert "`apply`" in pages()["docstrings of cli"]
    assert "Exit with 6" in pages()["rapid-review compliance --help"]
    assert sum(name.endswith(" --help") for name in pages()) > 50


def test_sentences_are_those_that_are_read() -> None:
    """Not headings, code, blocks or addresses; each item of a list and each cell of a table."""
    text = (
        "# A heading of four words\n\nThe case is open. It was opened by `ReceiveNotification`!\n"
        "- one item of it\n- [a second item](of/it.md)\n\n"
        "```text\nthis is no prose at all\n```\n\n| a cell of words | `code` |\n|---|---|\n"
    )
    found = [" ".join(one.split()) for one in sentences_of(text)]
    assert found == [
        "The case is open.",
        "It was opened by X !",
        "- one item of it",
        "- a second item",
        "| a cell of words",
    ]


@pytest.mark.parametrize(
    ("sentence", "passive"),
    [
        ("The decision was made on Friday.", 1.0),
        ("The words are never shown again.", 1.0),
        ("The group has decided on Friday.", 0.0),
        ("The group is here and decided.", 0.0),
    ],
)
def test_the_passive_voice_is_seen(sentence: str, passive: float) -> None:
    """A form of "to be" and a participle after it."""
    found = figures_of(sentence)
    assert found is not None
    assert found.passive == passive


def test_long_sentences_and_unknown_words_are_counted() -> None:
    """One of two sentences is long; one word of ten is no English, and a name is not asked."""
    found = figures_of(f"{'word ' * 31}here.\n\nSo Zzyzx is zzqqx, we say to you and them.")
    assert found is not None
    assert (found.sentences, found.long, found.words) == (2, 0.5, 21.0)
    assert found.unknown == pytest.approx(1 / 40)
    assert figures_of("# Only a heading\n") is None
