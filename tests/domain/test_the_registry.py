"""The registry names what is missing from it and what does not fit, as soon as it is made."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.record_particulars import Figures
from rapid_review.domain.registry import (
    REGISTRY,
    ROWS,
    STEPS,
    Row,
    Step,
    command_for,
    leads_to,
    line_of,
    registered,
)
from rapid_review.domain.registry.check import events_defined, missing
from tests.golden.entries import ENTRIES, EXPORT

REFERRED: Final = REGISTRY[did.ThemeReferred]
OTHERS: Final = tuple(row for row in ROWS if row is not REFERRED)


def test_what_is_written_makes_the_registry() -> None:
    """In the order of the document, which is the order of the rows."""
    assert registered(ROWS) == REGISTRY
    assert list(REGISTRY) == [row.event for row in ROWS]


def test_an_event_without_a_row_and_its_command_are_named() -> None:
    """Both, for either may be what was forgotten."""
    with pytest.raises(TypeError) as refused:
        registered(OTHERS)
    assert str(refused.value) == (
        "ThemeReferred has no row; ReferThemeToLearning has no row that makes an event of it"
    )


def test_an_event_with_two_rows_is_named() -> None:
    """Which of them would hold is nowhere written."""
    with pytest.raises(TypeError, match=r"^ThemeReferred has 2 rows$"):
        registered((*ROWS, REFERRED))


def test_an_event_outside_the_union_is_named() -> None:
    """It could be decided, and not be read back."""

    class ThemeDropped(did.Event):
        """An event of nobody's."""

    assert list(missing(ROWS, [*events_defined(), ThemeDropped])) == [
        "ThemeDropped is not in AnyEvent",
        "ThemeDropped has no row",
    ]


UNFITTING: Final[dict[str, Callable[[Row], Row]]] = {
    "ThemeReferred has no rule: give its row `rules`, `bars` or `needs`": (
        lambda row: replace(row, rules=(), bars=(), needs=())
    ),
    "the line of ThemeReferred names colour, which is not one of its public fields": lambda row: (
        replace(row, line="theme {theme}, {colour}")
    ),
    "ThemeReferred has no agency, which RequestAgencyReport has": lambda row: replace(
        row, step=Step(ask.RequestAgencyReport)
    ),
    "ReferThemeToLearning has no field colour, which its row names as `known_by`": lambda row: (
        replace(row, step=Step(ask.ReferThemeToLearning, known_by="colour"))
    ),
}


@pytest.mark.parametrize("named", UNFITTING)
def test_a_part_that_does_not_fit_is_named(named: str) -> None:
    """By its event or its command, and the field that is not there."""
    with pytest.raises(TypeError) as refused:
        registered((*OTHERS, UNFITTING[named](REFERRED)))
    assert named in str(refused.value).split("; ")


def test_a_line_names_no_sealed_field() -> None:
    """A timeline is shown, printed and sent without a key."""
    themed = REGISTRY[did.LearningThemeIdentified]
    others = (row for row in ROWS if row is not themed)
    with pytest.raises(TypeError, match="names words, which is not one of its public fields"):
        registered((*others, replace(themed, line="theme {theme}: {words}")))


def test_a_decision_is_told_with_the_seats_that_dissent() -> None:
    """ToR 7.6: the seats, and never their words."""
    dissented = ENTRIES["DecisionMade"].event
    assert "; dissent from police" in line_of(dissented)
    assert "narrower" not in line_of(dissented)


def test_a_reading_is_told_by_whose_words_and_why_in_an_emergency() -> None:
    """And its review by what was found; no word, and no person."""
    read = ENTRIES["WordsRead"].event
    assert line_of(read) == (
        "entries 1, 17, of 17 entries; case, person; withheld: statistics; in an emergency: "
        "child-at-risk"
    )
    whole = read.model_copy(update={"versions": (), "withheld": (), "emergency": None})
    assert line_of(whole) == "all of the case, of 17 entries; case, person"
    review = ENTRIES["BreakGlassReviewed"].event
    assert line_of(review) == "reading 1, justified"
    assert line_of(review.model_copy(update={"justified": False})) == "reading 1, not justified"


def test_an_export_of_figures_is_told_by_its_grouping_and_without_a_count() -> None:
    """Of no case anything left the record."""
    figures = Figures(grouped_by="quarter", dated_by="receipt", clock="rapid-review")
    told = line_of(EXPORT.model_copy(update={"figures": figures, "cases": 0, "entries": 0}))
    assert told == "to university-of-kent as ocel-json: figures, by quarter"


def test_the_command_for_an_event_is_the_one_that_leads_to_it() -> None:
    """What no command leads to, such as a due day, the library records by itself."""
    found = {kind: command_for(kind) for kind in REGISTRY}
    for command in STEPS:
        assert {found[kind] for kind in leads_to(command)} == {command}
    assert {kind for kind, command in found.items() if command is None} == set(REGISTRY) - {
        kind for command in STEPS for kind in leads_to(command)
    }
