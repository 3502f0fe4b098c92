"""How the pages read: the figures are counted right, and every page keeps to its bounds."""

from typing import Final

import pytest

from docs.readability import ROOT, Figures, figures_of, pages_in, sentences_of

PAGES: Final = pages_in(ROOT)
BOUNDS: Final = Figures(0, 20.0, 0.15, 0.66, 0.01)
"""For a page: words a sentence, and the shares that are long, passive and unknown."""
OF_A_DECISION: Final = Figures(0, 24.5, 0.30, 0.87, 0.015)
"""For a decision, which weighs one thing against another, and is written once."""
NAMES_SOURCES: Final = 0.07
"""Unknown words of the page that lists sources: the partnerships' names in their addresses."""
FEWEST: Final = 8
"""Sentences of a page: the shares of fewer say nothing."""


def bounds_of(page: str) -> Figures:
    """Return the bounds of a page."""
    if page.startswith("docs/adr/"):
        return OF_A_DECISION
    if page == "docs/reference/shipped.md":
        return BOUNDS._replace(unknown=NAMES_SOURCES)
    return BOUNDS


@pytest.mark.parametrize("page", PAGES)
def test_a_page_keeps_to_its_bounds(page: str) -> None:
    """`python -m docs.readability` prints the figures of every page."""
    found = figures_of(PAGES[page])
    if found is None or found.sentences < FEWEST:
        assert len(PAGES[page].split()) < 500 or page == "docs/glossary.md"
        return
    bounds = bounds_of(page)
    for name in ("words", "long", "passive", "unknown"):
        assert getattr(found, name) <= getattr(bounds, name), f"{page}: {name} of {found}"


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
