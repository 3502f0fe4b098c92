"""Nothing was forgotten: each command is tested in three ways, and each rule says yes and no.

The tests of the sections are run once more here, and what they ask and what comes of it is noted.
"""

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from docs.traceability import cited, rules
from rapid_review.domain import registry
from rapid_review.domain.case import Case
from rapid_review.domain.commands import COMMANDS, Command
from rapid_review.domain.errors import Refused
from rapid_review.domain.particulars import Particulars
from rapid_review.domain.registry import REGISTRY, Rule, leads_to
from rapid_review.domain.rules import Finding, Verdict
from rapid_review.domain.rules.opening import notification_comes_first
from rapid_review.domain.terms.terms import Terms
from rapid_review.testing import Then

HERE = Path(__file__).parent
UNOPENED = "no notification has been received in this case"


class Notes:
    """What was asked, and what came of it."""

    def __init__(self) -> None:
        self.answers: dict[type[Command], set[str]] = defaultdict(set)
        self.found: dict[str, list[Finding]] = defaultdict(list)

    def answer(self, what: str, method: Callable[..., object]) -> Callable[..., object]:
        """Return a method of `Then` that notes of which command it held."""

        @wraps(method)
        def noted(outcome: Then, *args: object, **kwargs: object) -> object:
            held = method(outcome, *args, **kwargs)
            only_unopened = isinstance(held, Refused) and held.because == UNOPENED
            self.answers[type(outcome.command)].add("comes first" if only_unopened else what)
            return held

        return noted

    def finding(self, rule: Rule) -> Rule:
        """Return a rule that notes what it finds."""

        @wraps(rule)
        def noted(said: Particulars, case: Case, terms: Terms) -> Finding:
            found = rule(said, case, terms)
            self.found[rule.__name__].append(found)
            return found

        return noted


@pytest.fixture(scope="module")
def notes() -> Notes:
    """Run every test of the sections and of the record that needs no arguments, and take notes."""
    notes = Notes()
    with pytest.MonkeyPatch.context() as patch:
        for method in ("then", "then_refused", "then_nothing_happens"):
            patch.setattr(Then, method, notes.answer(method, getattr(Then, method)))
        watched = {
            kind: replace(
                row,
                rules=tuple(map(notes.finding, row.rules)),
                bars=tuple(map(notes.finding, row.bars)),
                needs=tuple(map(notes.finding, row.needs)),
            )
            for kind, row in REGISTRY.items()
        }
        patch.setattr(registry, "REGISTRY", watched)
        for test in _tests():
            with suppress(Exception):  # a test that fails is told of in its own file
                test()
    return notes


def _tests() -> Iterator[Callable[[], Any]]:
    names = ("the_record", "holds_and_erasures", "corrections_by_two")
    of_the_record = [HERE / f"test_{name}.py" for name in names]
    files = [*HERE.glob("test_tor_*.py"), *of_the_record]
    for file in sorted(files):
        for name, thing in vars(import_module(f"tests.domain.{file.stem}")).items():
            if name.startswith("test_") and not inspect.signature(thing).parameters:
                yield thing


@pytest.mark.parametrize("command", list(COMMANDS.values()))
def test_every_command_is_tested_in_three_ways(notes: Notes, command: type[Command]) -> None:
    """Right events; says no, with its clause; stays quiet.

    Where another rule than that the notification comes first can refuse, its no must be seen.
    """
    wanted = {"then", "then_refused", "then_nothing_happens"}
    own_rules = set(REGISTRY[leads_to(command)[0]].asked) - {notification_comes_first}
    if not own_rules and "then_refused" not in notes.answers[command]:
        wanted = wanted - {"then_refused"} | {"comes first"}
    assert wanted <= notes.answers[command]


@pytest.mark.parametrize("rule", rules())
def test_every_rule_is_seen_to_hold_and_not_to_hold(notes: Notes, rule: Rule) -> None:
    """A rule that no test sees broken might as well not be there; each names its own clause."""
    found = notes.found[rule.__name__]
    assert any(finding.verdict is Verdict.HOLDS for finding in found)
    broken = [finding for finding in found if finding.verdict is not Verdict.HOLDS]
    assert broken
    for finding in broken:
        clauses = cited(finding.clause)
        assert not clauses or set(clauses) & set(cited(rule.__doc__ or "")), finding
        assert finding.because
        assert finding.way_on
