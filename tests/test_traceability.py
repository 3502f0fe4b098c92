"""Every clause is answered by a rule, a duty, an event or a deadline, or says why not."""

from pathlib import Path

import pytest

from docs.traceability import (
    PAGE,
    PROVEN_IN,
    Trace,
    cited,
    page,
    proofs,
    rules,
    traces,
)
from rapid_review.domain.clauses import CLAUSES
from rapid_review.domain.events import EVENTS
from rapid_review.domain.rules.contradictions import CONTRADICTIONS
from rapid_review.domain.rules.order_of_days import ORDERS
from rapid_review.projections.case.duty_table import DUTIES

ROOT = Path(__file__).parent.parent
REFS = {clause.ref for clause in CLAUSES} | {f"ToR {section}" for section in range(1, 9)}
FOLDERS = [ROOT / folder for folder in PROVEN_IN]
TRACES = traces(FOLDERS)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("ToR 7.3: the clock starts", ["7.3"]),
        ("ToR 7.2, 8.2 to 8.4: told", ["7.2", "8.2", "8.3", "8.4"]),
        ("ToR 5(a), 7.3, 7.8: three", ["5(a)", "7.3", "7.8"]),
        ("ToR 4(e), ToR 4(f)", ["4(e)", "4(f)"]),
        ("See ToR 3.2 and 4(c), then ToR 3.2", ["3.2", "4(c)"]),
        ("ToR 1.3 to 2.1: over the edge of a section", ["1.3", "1.4", "2.1"]),
        ("ToR 8.9 to 8.10 and\n    ToR 6.2", ["8.9", "8.10", "6.2"]),
        ("ToR 7.8, 10 working days", ["7.8", "10"]),  # which no clause is called
        ("ToR 90 to 99: nothing lies between", ["90", "99"]),
        ("The record: no clause at all", []),
    ],
)
def test_a_list_of_clauses_is_read_as_it_is_written(text: str, clauses: list[str]) -> None:
    """Commas, "and", "to", a repeated "ToR" and line ends: each clause once, in order."""
    assert cited(text) == tuple(f"ToR {clause}" for clause in clauses)


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: trace.clause.ref)
def test_every_clause_is_answered_and_proven_or_says_why_not(trace: Trace) -> None:
    """ToR 1 to 8: no clause was forgotten."""
    assert trace.is_answered, trace


def test_rules_events_and_tests_cite_clauses_that_exist() -> None:
    """A citation of no clause of the document is a slip; a whole section proves none."""
    texts = {rule.__name__: rule.__doc__ for rule in rules()}
    texts |= {name: event.__doc__ for name, event in EVENTS.items()}
    strange = {name: set(cited(text or "")) - REFS for name, text in texts.items()}
    for test in proofs(FOLDERS):
        strange[test.name] = set(test.clauses) - REFS
    assert {name: refs for name, refs in strange.items() if refs} == {}


def test_every_order_contradiction_and_duty_is_beside_its_clauses() -> None:
    """ToR 7, 8: what is asked of days, of two entries and of a whole case is traced too."""
    named = {
        "orders": {code for code, clauses in ORDERS.items() if clauses},
        "contradictions": set(CONTRADICTIONS),
        "duties": {row.code for row in DUTIES},
    }
    for part, codes in named.items():
        assert {code for trace in TRACES for code in getattr(trace, part)} == codes
    silent = {code for code, clauses in ORDERS.items() if not clauses}
    assert silent == {"recorded-before-it-happened"}  # it concerns the record alone (I-29)


def test_the_page_is_what_the_code_says_now() -> None:
    """Where it is not, `python -m docs.traceability` writes it again."""
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page(TRACES)
