"""Nothing is silent: some history breaks each rule, order, contradiction and duty, alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import pytest

from docs.traceability import cited, rules
from rapid_review import calendars
from rapid_review.domain.clauses import ToRClause
from rapid_review.domain.registry import REGISTRY, Rule
from rapid_review.domain.rules.contradictions import CONTRADICTIONS
from rapid_review.domain.rules.finding import Kind
from rapid_review.domain.rules.order_of_days import ORDERS
from rapid_review.projections.as_of import AsOf, CaseHistory
from rapid_review.projections.case import duties as duties_module
from rapid_review.projections.case import findings as findings_module
from rapid_review.projections.case.duties import DutyState, duties
from rapid_review.projections.case.duty_table import DUTIES
from rapid_review.projections.case.findings import Found, findings
from rapid_review.testing.oracle import Judge
from tests.properties import breaking
from tests.properties.an_older_judge import asked_once
from tests.properties.answers import READ_ON as LATER
from tests.properties.answers import load, story_of
from tests.properties.breaking import Breach
from tests.testing.a_story import KENT, WHOLE, WITHOUT_PRACTICE_REVIEW, entries_of
from tests.testing.test_naive_judge import ORDERS as DAYS

ONLY_COMMANDED: Final = "clock-has-started"
"""The rule that only a command can break: what nobody says is no fact to be judged."""
NEVER_FOUND: Final = frozenset({"coordination", "refer-theme"})
"""The duties that cannot be found: the one is done as it becomes owed, the other is never over."""
AS_OF: Final = AsOf(read_on=date(2020, 12, 31))
"""After the due day of the publication: what is not done by then can no longer be in time."""
BREACHES: Final[Mapping[Kind, Mapping[str, Breach]]] = {
    Kind.RULE: breaking.RULES,
    Kind.ORDER: breaking.ORDERS,
    Kind.CONTRADICTION: breaking.CONTRADICTIONS,
    Kind.DUTY: breaking.DUTIES,
}
EACH: Final = [(kind, code) for kind, table in BREACHES.items() for code in table]


def _history(breach: Breach) -> CaseHistory:
    return CaseHistory(entries_of(breach.story), breach.terms, calendars.load)


def _found(history: CaseHistory, judge: Judge = findings) -> set[tuple[Kind, str]]:
    """Return the kind and code of all that is found, duties among it."""
    undone = (one.finding for one in duties(history, AS_OF) if one.state is DutyState.FOUND)
    every = (*(one.finding for one in judge(history, AS_OF)), *undone)
    return {(one.kind, one.code) for one in every}


def test_every_code_has_a_history_that_breaks_it() -> None:
    """A rule, an order, a contradiction or a duty that is added needs one as well."""
    codes = {rule.__name__.replace("_", "-") for rule in rules()}
    assert breaking.RULES.keys() == codes - {ONLY_COMMANDED}
    assert breaking.ORDERS.keys() == ORDERS.keys()
    assert breaking.CONTRADICTIONS.keys() == CONTRADICTIONS.keys()
    assert breaking.DUTIES.keys() == {row.code for row in DUTIES} - NEVER_FOUND


def test_a_review_in_order_breaks_none() -> None:
    """ToR 1 to 8: so that what a history breaks is of its own change."""
    for story in (WHOLE, WITHOUT_PRACTICE_REVIEW):
        assert _found(_history(Breach(story))) == set()


@pytest.mark.parametrize(("kind", "code"), EACH)
def test_each_is_broken_and_nothing_else_is(kind: Kind, code: str) -> None:
    """ToR 1 to 8: what cannot but be broken with it is named in the table."""
    breach = BREACHES[kind][code]
    found = _found(_history(breach))
    assert (kind, code) in found
    assert {other for _, other in found} == {code, *breach.with_it}


@pytest.mark.parametrize("code", breaking.RULES)
def test_a_rule_that_is_deleted_is_missed(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """ToR 1 to 8: without its rule nothing is found of the history that breaks it."""
    without = {
        kind: replace(
            row,
            rules=_but(code, row.rules),
            bars=_but(code, row.bars),
            needs=_but(code, row.needs),
        )
        for kind, row in REGISTRY.items()
    }
    monkeypatch.setattr(findings_module, "REGISTRY", MappingProxyType(without))
    assert _found(_history(breaking.RULES[code])) == set()


def _but(code: str, asked: Sequence[Rule]) -> tuple[Rule, ...]:
    names = {rule: getattr(rule, "__name__", "").replace("_", "-") for rule in asked}
    return tuple(rule for rule, name in names.items() if name != code)


@pytest.mark.parametrize("code", breaking.DUTIES)
def test_a_duty_that_is_deleted_is_missed(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """ToR 7, 8: without its row nobody would say that it was not done."""
    without = tuple(row for row in DUTIES if row.code != code)
    monkeypatch.setattr(duties_module, "DUTIES", without)
    breach = breaking.DUTIES[code]
    assert {other for _, other in _found(_history(breach))} == breach.with_it


@pytest.mark.parametrize(("changes", "expected"), DAYS)
def test_each_pair_of_days_is_held_to_its_order(
    changes: dict[str, dict[str, Any]], expected: set[str]
) -> None:
    """ToR 7, 8: every date inside an entry, one at a time, as the second judge has it."""
    said = [
        one.split(" ") for one in expected
    ]  # the code, the entry, and two dates if it names any
    wanted = {(code, last if {"<", ">"} & set(last) else "") for code, *_, last in said}
    history = CaseHistory(entries_of(WHOLE | changes), KENT, calendars.load)
    found = (one.finding for one in findings(history, AS_OF))
    assert {(one.code, one.subject) for one in found if one.kind is Kind.ORDER} == wanted


def test_the_judge_of_before_is_silent_of_days_and_contradictions() -> None:
    """The judge of before does not keep to this law, so that it says something."""
    for table in (breaking.ORDERS, breaking.CONTRADICTIONS):
        for breach in table.values():
            assert not list(asked_once(_history(breach), AS_OF))


def test_what_is_found_in_many_stories_stands_in_the_tables() -> None:
    """No code is found that nobody listed; each cites a clause that its rule or table cites."""
    clauses: dict[str, tuple[str, ...]] = {
        rule.__name__.replace("_", "-"): cited(rule.__doc__ or "") for rule in rules()
    }
    for table in (ORDERS, CONTRADICTIONS):
        clauses |= {code: _refs(of) for code, of in table.items()}
    for one in _of_many_stories():
        assert one.finding.code in clauses
        named = set(cited(one.finding.clause))
        assert (
            not named
            or one.finding.clause in TERMS_CLAUSES
            or named & set(clauses[one.finding.code])
        )


TERMS_CLAUSES: Final = {KENT.decision.clause}


def _refs(clauses: tuple[ToRClause, ...]) -> tuple[str, ...]:
    return tuple(clause.ref for clause in clauses)


def _of_many_stories() -> Iterator[Found]:
    for seed in range(100):
        one = story_of(seed)
        yield from findings(
            CaseHistory(one.entries, one.terms, load, one.earlier), AsOf(read_on=LATER)
        )
