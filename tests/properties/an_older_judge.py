"""The judge as it was: each event is asked once, of the case as it had been recorded by then.

It is here so that each law about judging is seen to fail with it.
"""

from collections.abc import Iterator
from dataclasses import replace

from rapid_review.domain.case import Case, evolve
from rapid_review.domain.events import DeadlineReckonedAgain, DeadlineSet
from rapid_review.domain.registry import REGISTRY
from rapid_review.domain.rules import Verdict
from rapid_review.projections.as_of import NOW, AsOf, CaseHistory, entries_as_of, settled
from rapid_review.projections.case.findings import Found


def asked_once(history: CaseHistory, as_of: AsOf = NOW) -> Iterator[Found]:
    """Yield what the rules say of each event, asked once in the order of recording."""
    case, terms = Case(), history.terms_of(history.case(as_of))
    for entry in settled(entries_as_of(history.entries, as_of._replace(happened_by=None))):
        if not isinstance(entry.event, DeadlineSet | DeadlineReckonedAgain):
            for rule in REGISTRY[type(entry.event)].asked:
                finding = rule(entry.event, case, terms)
                if finding.verdict is not Verdict.HOLDS:
                    code = rule.__name__.replace("_", "-")
                    yield Found(entry.version, entry.event.kind, replace(finding, code=code))
        case = evolve(case, entry.event)
