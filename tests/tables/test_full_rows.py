"""A row with every column filled in is a case in which nothing is irregular, as by command."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from rapid_review import Actor, tables, terms
from rapid_review.domain.commands import Command
from rapid_review.domain.events import AnyEvent
from rapid_review.domain.registry import REGISTRY
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import RelatedReview, TermsRef
from rapid_review.projections.as_of import AsOf
from rapid_review.store import RapidReviews
from rapid_review.store.sealing.opening import keys_in_memory
from rapid_review.tables.cells import Raw
from rapid_review.tables.columns import ALL, NONE, Column, Reads
from rapid_review.tables.layout import Layout
from tests.tables.some_tables import KENT, xlsx

FIRST: Final = date(2026, 1, 12)
"""A Monday, on which all shipped terms are in force."""
NOW: Final = datetime(2026, 6, 1, 9, tzinfo=UTC)
BY: Final = Actor(id="pt-01", role="business-support", agency="partnership-team")
DAYS: Final = {
    **dict.fromkeys(("received", "happened", "known", "panel-notified"), 0),
    **dict.fromkeys(("informed", "asked"), 1),
    "asked-due": 4,
    "collated": 4,
    "shared": 4,
    "convened": 4,
    **dict.fromkeys(("held", "weighed", "decided"), 8),
    "compiled": 9,
    "to-members": 9,
    "to-panel": 9,
    "discussed": 15,
    "feedback": 22,
    "commissioned": 24,
    "engaged-on": 30,
    "published": 60,
    "closed": 61,
}
"""On which day a step of a case without haste or delay was taken, by the key of its column."""
OF_A_GROUP: Final = {"filed": 3, "adopted": 8, "told": 23}
SAYS: Final[dict[str, Raw]] = {
    "case": "C-1",
    "reference": "N-1",
    "children": "c-1",
    "ages": "7",
    "informed-by": "e-mail",
    "collation": "COL-1",
    "report": "RR-1",
    "published-report": "PR-1",
    "reviewers": "p-9",
    "engagement": "engagement-1",
    "decided-by": "consensus",
    "asked-agencies": "kent-police",
    "collated-agencies": "kent-police",
    "nil-returns": None,
    "related-reviews": "child-death-review CDR-31",
    "national-review": "no",
}
BY_WAY: Final = {Reads.YES_NO: "yes", Reads.CHOICES: ALL, Reads.WORDS: "Words about it."}
ONLY_FOR_A_REVIEW: Final = frozenset({"commissioned", "engaged", "published"})
"""The steps that follow only if the group decided on a practice review."""
REVIEW: Final = "A local child safeguarding practice review is required"
OUTCOMES: Final = [
    pytest.param(rules, outcome.title, id=f"{name}: {outcome.code}")
    for name in terms.available()
    for rules in (terms.load(name),)
    for outcome in rules.decision.outcomes
]


def full_row(rules: Terms, outcome: str) -> Iterator[tuple[str, Raw]]:
    """Yield each heading with a cell, for a case that ended with an outcome."""
    (decided,) = (one for one in rules.decision.outcomes if one.title == outcome)
    for one in Layout.of(rules, ["kent-police"]).columns:
        if one.part == "criteria-not-met" or (
            one.part in ONLY_FOR_A_REVIEW and not decided.practice_review
        ):
            yield one.heading, None
        else:
            yield one.heading, outcome if one.key == "outcomes" else _cell(one)


def _cell(column: Column) -> Raw:
    if column.key in SAYS:
        return SAYS[column.key]
    if column.reads in (Reads.DAY, Reads.MOMENT):
        group, _, _ = column.key.partition(":")
        return FIRST + timedelta(days={**DAYS, **OF_A_GROUP}[group])
    return (
        BY_WAY.get(column.reads)
        or (
            *column.suggests,
            *(one.title for one in column.choices),
            "some-code",
        )[0]
    )


def a_record(rules: Terms) -> RapidReviews:
    """Return a record that is gone with the test."""
    return RapidReviews.in_memory(keys=keys_in_memory(), terms=rules, clock=lambda: NOW)


def checked(rules: Terms, row: dict[str, Raw], reviews: RapidReviews) -> tables.Checked:
    """Return what a table with one row says."""
    head = [*row, Layout.of(rules).marker]
    return tables.check(xlsx(head, [list(row.values())]), "reviews.xlsx", reviews)


def found(reviews: RapidReviews) -> set[str]:
    """Return the codes of what is found in the case, duties among them."""
    reading = reviews.case_reading("C-1", AsOf(read_on=NOW.date()))
    return {one.finding.code for one in reading.judged.found}


def found_by_table(rules: Terms, row: dict[str, Raw]) -> set[str]:
    """Return what is found in the case of a row."""
    reviews = a_record(rules)
    told = checked(rules, row, reviews)
    assert told.problems == ()
    tables.record(told)
    return found(reviews)


def found_by_command(rules: Terms, row: dict[str, Raw]) -> set[str]:
    """Return what is found in a case of the same facts, recorded one by one at the door."""
    reviews = a_record(rules)
    (case,) = checked(rules, row, reviews).good
    for event in case.events:
        if not getattr(event, "automatic", False):  # the decision's own command records it
            reviews.handle("C-1", _command_of(event), by=BY)
    return found(reviews)


def _command_of(event: AnyEvent) -> Command:
    step = REGISTRY[type(event)].step
    assert step is not None
    said = {one: getattr(event, one, None) for one in step.command.model_fields}
    return step.command.model_validate(
        {one: value for one, value in said.items() if not isinstance(value, TermsRef)}
    )


@pytest.mark.parametrize(("rules", "outcome"), OUTCOMES)
def test_a_full_row_has_nothing_irregular_under_any_terms_and_outcome(
    rules: Terms, outcome: str
) -> None:
    """ToR 3.2, 4: a table has a column for all that a rule asks of a case."""
    row = dict(full_row(rules, outcome))
    assert found_by_table(rules, row) == found_by_command(rules, row) == set()


@pytest.mark.parametrize(
    ("left_out", "code"),
    [
        ("Earlier themes", "earlier-learning-was-weighed"),
        ("Related reviews", "earlier-learning-was-weighed"),
        ("Proportionality", "publication-and-proportion-were-weighed"),
        ("Publication considered", "publication-and-proportion-were-weighed"),
    ],
)
def test_what_a_row_leaves_out_is_found(left_out: str, code: str) -> None:
    """ToR 3.2, 4: an empty cell says that nobody looked."""
    row = dict(full_row(KENT, REVIEW))
    assert found_by_table(KENT, {**row, left_out: None}) == {code}


def test_a_review_of_which_nobody_says_who_took_part_is_found() -> None:
    """ToR 3.2: without its columns, there was no engagement."""
    row = dict(full_row(KENT, REVIEW))
    its = [one.heading for one in Layout.of(KENT).columns if one.part == "engaged"]
    told = found_by_table(KENT, {**row, **dict.fromkeys(its)})
    assert told == {"publication-without-engagement", "engagement"}


def test_none_says_that_the_group_looked_and_found_nothing() -> None:
    """ToR 4(e), 4(f): none is an empty list, and no finding."""
    row = {**dict(full_row(KENT, REVIEW)), "Earlier themes": "None", "Related reviews": NONE}
    (case,) = checked(KENT, row, a_record(KENT)).good
    (decision,) = (one for one in case.events if one.kind == "DecisionMade")
    assert (decision.prior_themes, decision.related_reviews) == ((), ())
    assert found_by_table(KENT, row) == set()


def test_related_reviews_are_recorded_by_their_kind_and_reference() -> None:
    """ToR 4(e): each has a kind and a reference; anything else is a mistake, and told."""
    row = dict(full_row(KENT, REVIEW))
    both = {**row, "Related reviews": "child-death-review CDR-31; practice-review PR-7"}
    (case,) = checked(KENT, both, a_record(KENT)).good
    (decision,) = (one for one in case.events if one.kind == "DecisionMade")
    assert decision.related_reviews == (
        RelatedReview(process="child-death-review", reference="CDR-31"),
        RelatedReview(process="practice-review", reference="PR-7"),
    )
    for wrong in (
        "CDR-31",
        "child death review CDR-31",
        "Child-Death-Review CDR-31",
        "a-review ?",
    ):
        told = checked(KENT, {**row, "Related reviews": wrong}, a_record(KENT))
        assert [one.heading for one in told.problems] == ["Related reviews"]
