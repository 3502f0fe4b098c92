"""Events that contradict themselves, other events or the terms: for the naive judge."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rapid_review.testing.naive.facts import DECISIONS, Fact, Matter

_LISTS: Final[Mapping[str, Mapping[str, str]]] = {
    "NotificationReceived": {"source": "sources"},
    "ExpertInvited": {"expertise": "expertise"},
    "DecisionMade": {"methodology": "methodologies", "prior_themes": "themes"},
    "DecisionReconsidered": {"methodology": "methodologies", "prior_themes": "themes"},
    "PracticeReviewCommissioned": {
        "methodology": "methodologies",
        "coordinator": "coordinators",
    },
    "EngagementRecorded": {"party": "parties"},
    "LearningThemeIdentified": {"theme": "themes"},
    "ProcessLinked": {"process": "processes"},
}
"""Which fields have codes of which list in the terms."""


def contradictions(fact: Fact, matter: Matter) -> Iterator[str]:
    """Find two statements of which only one can be true."""
    yield from _unlisted_codes(fact, matter)
    fields = fact.fields
    if fact.kind == "NotificationReceived":
        children = [child["reference"].casefold() for child in fields["children"]]
        if len(set(children)) < len(children):
            yield "child-named-twice"
    if fact.kind in DECISIONS:
        yield from _within_a_decision(fact, matter)
    if fact.kind == "PracticeReviewCommissioned":
        decision = matter.decision_in_force(fact.day)
        decided = decision.fields["methodology"] if decision else None
        if decided is not None and decided != fields["methodology"]:
            yield "methodology-other-than-decided"
    if fact.kind == "PracticeReviewPublished":
        engaged = [one for one in matter.of("EngagementRecorded") if one.day <= fact.day]
        if not engaged:
            yield "publication-without-engagement"


def _within_a_decision(fact: Fact, matter: Matter) -> Iterator[str]:
    fields, terms = fact.fields, matter.terms_on(fact.day)
    if {one["seat"] for one in fields["dissent"]} - {seat["id"] for seat in terms["seats"]}:
        yield "dissent-of-unknown-seat"
    if fields["manner"] == "consensus" and fields["dissent"]:
        yield "consensus-with-dissent"
    decided, outcomes = set(fields["outcomes"]), terms["decision"]["outcomes"]
    excluded = [set(one["excludes"]) for one in outcomes if one["code"] in decided]
    if "no-practice-review" in decided and matter.asks_for_practice_review(fact):
        excluded.append(decided)
    if any(each & decided for each in excluded):
        yield "outcomes-exclude-each-other"
    linked = [f for f in matter.of("ProcessLinked") if f.day <= fact.day]
    reviews = [one for one in linked if one.fields["process"].endswith("review")]
    if fields["related_reviews"] == () and reviews:
        yield "none-beside-linked"


def _unlisted_codes(fact: Fact, matter: Matter) -> Iterator[str]:
    lists = matter.terms_on(fact.day)["vocabulary"]
    if lists is None:
        return
    lists_of = _LISTS.get(fact.kind, {}).items()
    found: list[tuple[str, Any]] = [(name, fact.fields[field]) for field, name in lists_of]
    found.extend(("processes", one["process"]) for one in fact.fields.get("related_reviews") or ())
    if fact.fields.get("process") in {"duplicate-of", "same-incident-as"}:
        found = []  # codes of the record itself, whatever the terms list
    for name, words in found:
        used = [words] if isinstance(words, str) else list(words or ())
        if lists[name] and any(word not in lists[name] for word in used):
            yield "word-not-of-the-terms"
