"""Which rules, duties, events, deadlines and tests answer which clause of the Terms of Reference.

All of it is read from where it is written: a rule's and an event's docstring begin with their
clauses, a table names those of an order of days, a contradiction and a duty, a deadline of the
terms names its own, and a test's docstring cites what it proves.

    python -m docs.traceability

writes the page `docs/reference/traceability.md` of the project in the working directory.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from inspect import isfunction
from pathlib import Path
from typing import Final, NamedTuple

from rapid_review.domain.clauses import CLAUSES, ToRClause
from rapid_review.domain.events import EVENTS
from rapid_review.domain.rules import (
    Finding,
    meeting,
    opening,
    outcome,
    panel_and_after,
    report,
    team,
)
from rapid_review.domain.rules.contradictions import CONTRADICTIONS
from rapid_review.domain.rules.order_of_days import ORDERS
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.case.duty_table import DUTIES
from rapid_review.terms import KENT_AND_MEDWAY_2020, load

PAGE: Final = Path("docs/reference/traceability.md")
PROVEN_IN: Final = (Path("tests/domain"), Path("tests/properties"))
"""Where the tests are that prove the clauses."""

_REFS: Final = tuple(clause.ref for clause in CLAUSES)
_REF: Final = r"\d+(?:\.\d+|\([a-z]\))?"
_LIST: Final = re.compile(rf"ToR ({_REF}(?:(?:, | and | to )(?:ToR )?{_REF})*)")


def cited(text: str) -> tuple[str, ...]:
    """Return the clauses that a text cites, each once, in the order in which it does.

    "To" stands for all that lie between, in the order of the document.

    >>> cited("ToR 7.2, 8.2 to 8.4: told, asked and sent; ToR 4(e) and 4(f) come later.")
    ('ToR 7.2', 'ToR 8.2', 'ToR 8.3', 'ToR 8.4', 'ToR 4(e)', 'ToR 4(f)')
    """
    found: list[str] = []
    for match in _LIST.finditer(" ".join(text.split())):
        for part in re.split(", | and ", match[1]):
            ends = [f"ToR {end.removeprefix('ToR ')}" for end in part.split(" to ")]
            found += _between(*ends) if len(ends) > 1 else ends
    return tuple(dict.fromkeys(found))


def _between(first: str, *others: str) -> tuple[str, ...]:
    """Return the clauses from one to another; only the two, where the document has no such."""
    if {first, others[-1]} <= set(_REFS):
        return _REFS[_REFS.index(first) : _REFS.index(others[-1]) + 1]
    return (first, *others)


def rules() -> tuple[Callable[..., Finding], ...]:
    """Return every rule, in the order of the document."""
    return tuple(
        thing
        for module in (opening, meeting, team, outcome, report, panel_and_after)
        for thing in vars(module).values()
        if isfunction(thing)
        and thing.__module__ == module.__name__
        and thing.__annotations__.get("return") is Finding
    )


class Proof(NamedTuple):
    """A test: its file's name, its own, and the clauses that its docstring cites."""

    file: str
    name: str
    clauses: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The name as the sentence that it is."""
        words = self.name.removeprefix("test_").replace("_", " ")
        return words[:1].upper() + words[1:]


def proofs(folders: Iterable[Path]) -> Iterator[Proof]:
    """Yield every test in these folders, read and not run."""
    for file in sorted(file for folder in folders for file in folder.rglob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield Proof(file.name, node.name, cited(ast.get_docstring(node) or ""))


class Trace(NamedTuple):
    """What answers one clause."""

    clause: ToRClause
    rules: tuple[str, ...]
    orders: tuple[str, ...]
    contradictions: tuple[str, ...]
    duties: tuple[str, ...]
    events: tuple[str, ...]
    deadlines: tuple[str, ...]
    tests: tuple[Proof, ...]

    @property
    def is_answered(self) -> bool:
        """Whether something answers it and a test proves that, or it says why not."""
        asked = self.rules + self.orders + self.contradictions + self.duties
        formalised = bool(asked or self.events or self.deadlines)
        return bool(self.clause.not_formalised) or (formalised and bool(self.tests))


def traces(folders: Iterable[Path] = PROVEN_IN, terms: Terms | None = None) -> tuple[Trace, ...]:
    """Return what answers each clause, in the order of the document.

    Args:
        folders: where the tests are.
        terms: whose deadlines count; Kent and Medway's of May 2020 unless others are given.
    """
    terms = terms or load(KENT_AND_MEDWAY_2020)
    proven = tuple(proofs(folders))
    return tuple(
        Trace(
            clause,
            tuple(rule.__name__ for rule in rules() if clause.ref in cited(rule.__doc__ or "")),
            tuple(code for code, clauses in ORDERS.items() if clause in clauses),
            tuple(code for code, clauses in CONTRADICTIONS.items() if clause in clauses),
            tuple(row.code for row in DUTIES if clause in row.clauses),
            tuple(name for name, one in EVENTS.items() if clause.ref in cited(one.__doc__ or "")),
            tuple(one.id for one in terms.deadlines if clause.ref in cited(one.clause)),
            tuple(test for test in proven if clause.ref in test.clauses),
        )
        for clause in CLAUSES
    )


def page(found: Iterable[Trace]) -> str:
    """Return the page, in Markdown: a table of the clauses, then the tests of each."""
    found = tuple(found)
    lines = [
        "# Traceability",
        "",
        "_Reference._",
        "Made from the code; a test holds this page to it.",
        "",
        "What answers which [clause](clauses.md): rules, orders of days, contradictions, duties,",
        "events and deadlines.",
        "The last column counts the tests that prove it; they are listed below.",
        "A clause that none of them answers says why.",
        "The deadlines are those of the terms of Kent and Medway.",
        "",
        "| clause | rules | orders | contradictions | duties | events | deadlines | tests |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *map(_row, found),
        "",
        "Some history breaks each rule, order, contradiction and duty, with what follows from it.",
        "They are in `tests/properties/breaking.py`, and a test holds that table to the code.",
        "",
        "The tests of each clause, and the file of each.",
    ]
    for trace in found:
        if trace.tests:
            lines += ["", f"## {trace.clause.ref}", ""]
            lines += [f"- {test.sentence} (`{test.file}`)" for test in trace.tests]
    return "\n".join(lines) + "\n"


def _row(trace: Trace) -> str:
    """Return a clause's line of the table."""
    cells = (
        trace.clause.ref,
        ", ".join(f"[{name}](rules.md#{name.replace('_', '-')})" for name in trace.rules),
        ", ".join(trace.orders),
        ", ".join(trace.contradictions),
        ", ".join(trace.duties),
        ", ".join(f"[{name}](events.md#{name.lower()})" for name in trace.events),
        ", ".join(trace.deadlines),
        str(len(trace.tests)) if trace.tests else "",
    )
    if trace.clause.not_formalised and not any(cells[1:7]):
        cells = (cells[0], f"Not formalised. {trace.clause.not_formalised}", *cells[2:])
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(traces()), encoding="utf-8")
