"""Children by what statistics alone may know of them: with small numbers hidden, or not at all."""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

import pytest

from rapid_review.domain.errors import InvalidInputError
from rapid_review.domain.events import NotificationReceived
from rapid_review.domain.sealed_scopes import sealed_scopes
from rapid_review.domain.vocabulary import AgeBand, Child
from rapid_review.projections.as_of import AsOf
from rapid_review.projections.statistics.cell_keys import BOUND, case_key
from rapid_review.projections.statistics.characteristics import (
    NOT_READ,
    Characteristic,
    Kinds,
    kinds,
    publish_by,
)
from rapid_review.projections.statistics.disclosure import NOTHING, Treatment
from rapid_review.projections.statistics.facts import CountCell, Facts
from rapid_review.projections.statistics.periods import By, Span
from rapid_review.projections.statistics.published import publish_one
from rapid_review.projections.statistics.relations import relations
from rapid_review.projections.statistics.selection import Selection
from rapid_review.projections.statistics.suppression import suppressed
from rapid_review.projections.statistics.tables import TOTAL, Cell, Mark, Table, counts_of
from tests.domain.a_review import KENT, RECEIVE
from tests.projections.a_record import entries_of
from tests.projections.statistics.intruder import (
    Range,
    Sum,
    TooManyError,
    asking_the_solver,
    sums,
    trying_numbers,
)
from tests.projections.statistics.random_cases import TODAY, one_by_one

SEX = Characteristic.SEX
NAME = SEX.measure.name
SUPPRESSED = Treatment(suppress_below=5)
CODES = ("female", "male", "not-known", "transgender", *NOT_READ)
OFTEN = (40, 50, 3, 1, 6, 3, 2)
"""How often each kind occurs among the cases of these tests."""
SEED = b"a secret of a partnership"


Intruder = Callable[[Sequence[Sum], Sequence[Cell], int], dict[Cell, Range]]


def by_trying(said: Sequence[Sum], hidden: Sequence[Cell], most: int) -> dict[Cell, Range]:
    """Return what each count can be by going through the numbers, where those are not too many."""
    try:
        return trying_numbers(said, hidden, most)
    except TooManyError:
        return asking_the_solver(said, hidden, most)


def test_a_child_that_is_named_twice_has_the_code_that_is_given_first() -> None:
    """Only of a child whom nobody ever gave a code is it said that none was recorded."""
    (entry,) = entries_of(RECEIVE)[:1]
    assert isinstance(entry.event, NotificationReceived)
    children = [
        Child(reference=reference, age_band=AgeBand.UNDER_1, sex=sex)
        for reference, sex in (("C-1", None), ("c-1", "female"), ("C-1", "male"), ("C-2", None))
    ]
    event = entry.event.model_copy(update={"children": tuple(children)})
    named = entry.model_copy(update={"event": event})
    assert list(kinds(named, SEX)) == ["female", "(not recorded)"]


def selection(by: By, treatment: Treatment = SUPPRESSED, months: Span | None = None) -> Selection:
    """Return what is selected of Kent's cases."""
    asked = Selection(KENT, KENT.clocks["rapid-review"], by, AsOf(read_on=TODAY))
    return Selection(
        asked.terms, asked.deadline, by, asked.as_of, months or asked.months, treatment
    )


def some(seed: int, most: int = 40) -> Sequence[Kinds]:
    """Return some cases with their children's kinds, the same in every run."""
    random = Random(seed)  # noqa: S311 - the same in every run
    return tuple(
        Kinds(
            one,
            random.choices(CODES, OFTEN, k=random.choice((1, 1, 2, 3))),
            case_key(SEED, "kent", f"KM-{number}"),
        )
        for number, one in enumerate(one_by_one(random, random.randint(1, most)))
    )


def printed(cases: Sequence[Kinds], asked: Selection) -> Table:
    """Return the table that is published of some cases."""
    (one,) = publish_by(SEX, cases, asked).tables
    return one.table


def test_all_that_is_sealed_for_statistics_can_be_counted_and_nothing_else() -> None:
    """A field that is added to `Child` for statistics is to be counted too."""
    kept = {name for name, whose in sealed_scopes(Child) if whose == "statistics"}
    assert {one.replace("-", "_") for one in Characteristic} == kept


@pytest.mark.parametrize(
    "treatment", [NOTHING, Treatment(suppress_below=4), Treatment(5, round_to=4)]
)
def test_without_small_numbers_hidden_there_are_no_figures(treatment: Treatment) -> None:
    """Whatever other figures may be printed for the house."""
    with pytest.raises(InvalidInputError, match="allowed: suppress below 5 or more"):
        publish_by(SEX, some(1), selection(By.SPAN, treatment))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("intruder", [asking_the_solver, by_trying])
def test_no_small_number_of_children_is_shown_or_can_be_worked_out(
    seed: int, intruder: Intruder
) -> None:
    """Each intruder knows the sums and all that is printed, and finds it as open as "c" says."""
    cases = some(seed, 40 if intruder is asking_the_solver else 5)
    by = (By.MONTH, By.QUARTER, By.YEAR, By.AGENCY)[seed % 4]
    cells = Counter(
        CountCell(NAME, kind, one.facts.source, one.facts.month)
        for one in cases
        for kind in one.kinds
    )
    asked = selection(by, NOTHING)
    (one,) = publish_one(Facts(1, {}, cells), asked, SEX.measure, NOT_READ).tables
    before = {NAME: one.table}
    true, shown = counts_of(before), counts_of(suppressed(before))
    hidden = [cell for cell in true if cell not in shown]
    small = [cell for cell, count in true.items() if 0 < count < 5]
    assert not set(small) & set(shown)
    found = intruder(list(sums(relations(before, ()), shown, hidden)), hidden, 100)
    for cell, between in found.items():
        assert between.least <= true[cell] <= between.most
        assert between.least < between.most, cell
    for cell in small:
        assert found[cell].most - found[cell].least >= 3, cell
    final = counts_of({NAME: printed(cases, selection(by))})
    assert Counter(n for n in shown.values() if n) == Counter(n for n in final.values() if n)


def test_a_code_is_named_only_if_a_number_of_it_is_printed() -> None:
    """A code that one child has may be as good as a name.

    So may a slip of the person who typed it.
    """
    random = Random(1)  # noqa: S311 - the same in every run
    facts = tuple(one_by_one(random, 40))
    told = ["female"] * 18 + ["male"] * 21 + ["jane-canary"]
    cases = [Kinds(one, [kind]) for one, kind in zip(facts, told, strict=True)]
    for treatment in (SUPPRESSED, Treatment(round_to=5)):
        table = printed(cases, selection(By.SPAN, treatment))
        assert "jane-canary" not in repr(table)
        assert "male" in table.columns
        assert "(another 1)" in table.columns


def test_which_codes_are_named_tells_no_more_than_the_numbers() -> None:
    """It goes by what is printed: named are those with a number of 5 or more in the total."""
    for seed in range(20):
        for treatment in (SUPPRESSED, Treatment(round_to=5), Treatment(perturb=True)):
            table = printed(some(seed), selection(By.QUARTER, treatment))
            for column, total in zip(table.columns, table.total.parts, strict=True):
                if column not in NOT_READ:
                    is_large = not isinstance(total, Mark) and total >= 5
                    assert is_large is not column.startswith("(another")


def test_a_code_of_which_there_is_no_child_is_unknown_where_some_are_not_known() -> None:
    """Each child that is withheld, erased or not recorded might be one; 0 would say none is."""
    first, second = list(one_by_one(Random(3), 2))  # noqa: S311 - the same in every run
    rows = [("female",) * 9, ("male",) * 9 + ("(erased)",) * 9]
    cases = [Kinds(first, rows[0]), Kinds(second, rows[1])]
    table = printed(cases, selection(By.MONTH))
    of = {
        row.label: dict(zip(table.columns, row.parts, strict=True))
        for row in table.rows
        if row.whole
    }
    assert of[first.month]["male"] == 0
    assert of[second.month]["female"] is Mark.UNKNOWN
    assert (of[second.month]["(erased)"], of[second.month]["(withheld)"]) == (9, 0)


def test_rows_are_of_the_months_asked_for_and_cases_of_others_are_not_counted() -> None:
    """Nor how many there are of them."""
    cases, months = some(7), Span("2020-06", "2020-09")
    found = publish_by(SEX, cases, selection(By.SPAN, Treatment(round_to=5), months))
    within = [one for one in cases if months.holds(one.facts.month)]
    assert 0 < len(within) < len(cases)
    assert found.facts == Facts(len(within), {}, {})
    children = sum(len(one.kinds) for one in within)
    assert found.tables[0].table.total.whole == (children + 2) // 5 * 5


def test_the_same_children_are_wrong_by_the_same_in_every_grouping() -> None:
    """By cell keys, as all other figures are, and by no more than is said."""
    cases = some(11)
    asked = Treatment(perturb=True)
    by_span, by_year = (printed(cases, selection(by, asked)) for by in (By.SPAN, By.YEAR))
    assert by_span.total == by_year.total
    true = Counter(kind for one in cases for kind in one.kinds)
    found = counts_of({NAME: by_span})
    for kind in ("female", "male"):
        assert abs(found[Cell(NAME, TOTAL, kind)] - true[kind]) <= BOUND


def test_where_counts_are_perturbed_a_zero_that_is_not_true_is_not_told_from_one_that_is() -> None:
    """A kind is unknown, and a code has a column, by the numbers that are shown."""
    first, second = list(one_by_one(Random(3), 2))  # noqa: S311 - the same in every run
    gone, kept = 1, 255  # keys of a case: its one child is shown as none, or as four
    for key, male in ((gone, 0), (kept, Mark.UNKNOWN)):
        cases = [
            Kinds(first, ("male",), kept),
            Kinds(second, ("(withheld)",), key),
            Kinds(second, ("jane-canary",), gone),
        ]
        table = printed(cases, selection(By.MONTH, Treatment(perturb=True)))
        assert table.columns == ("(another 1)", *NOT_READ)
        (row,) = (one for one in table.rows if one.label == second.month)
        assert row.parts[0] == male


def test_an_agency_whose_children_are_all_shown_as_none_has_no_row() -> None:
    """Its row would tell that it notified."""
    (one,) = one_by_one(Random(3), 1)  # noqa: S311 - the same in every run
    gone, kept = 1, 255
    for key, rows in ((gone, ()), (kept, (one.source,))):
        cases = [Kinds(one, ("male",), key)]
        table = printed(cases, selection(By.AGENCY, Treatment(perturb=True)))
        assert tuple(row.label for row in table.rows) == rows
