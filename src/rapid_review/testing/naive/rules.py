"""Which rules a fact breaks, for the naive judge.

Values are judged by the event and the terms of its day. A need is met if the needed fact is in
effect and happened by the end of the same day; if it happened only later, that is irregular. A bar
is broken by what came before, by time and then by entry.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from rapid_review.testing.naive.facts import (
    ATTENDANCE,
    DECISIONS,
    Fact,
    Fields,
    Matter,
    codes_of,
    named,
)
from rapid_review.testing.naive.seats import experts_at, is_quorate
from rapid_review.testing.naive.team import was_cancelled

IRREGULAR: Final = "irregular"
FORBIDDEN: Final = "forbidden"
NONSENSE: Final = "nonsense"

Broken = Iterator[tuple[str, str]]
"""Codes of rules that are broken, each with its verdict."""

_KNOWN: Final = {
    "NotificationReceived": ("class-is-known", "notification_class", "classes"),
    "MemberInformed": ("seat-is-known", "seat", "seats"),
    "ChallengeRaised": ("seat-is-known", "seat", "seats"),
    "ChallengeAnswered": ("seat-is-known", "seat", "seats"),
    "ReportsShared": ("shared-seats-are-known", "seats", "seats"),
    "QuorumConfirmed": ("attended-seats-are-known", "sat.seat", "seats"),
    "QuorumNotMet": ("attended-seats-are-known", "sat.seat", "seats"),
    "CriteriaAssessed": ("criteria-are-known", "factors.criterion", "criteria"),
    "DecisionMade": ("outcome-is-permitted", "outcomes", "outcomes"),
    "DecisionReconsidered": ("outcome-is-permitted", "outcomes", "outcomes"),
    "DecisionAdopted": ("partner-adopts", "partner", "partners"),
    "ReportCompiled": ("limbs-are-known", "limbs", "limbs"),
    "FeedbackShared": ("recipient-is-known", "shared_with", "recipients"),
}
"""By kind of event: the code, where the event names something, and what the terms allow."""

_ALLOWED: Final = {
    "MeetingConvened": ("manner-is-allowed", "manner", "meeting manners"),
    "DecisionMade": ("manner-decides", "manner", "decision manners"),
    "DecisionReconsidered": ("manner-decides", "manner", "decision manners"),
}
_ALL_NAMED: Final = {
    "ReportCompiled": ("every-limb-is-addressed", "limbs", "limbs"),
}

ANSWER: Final = "PanelFeedbackReceived"
_MEET: Final = ("ExpertInvited", "MeetingCancelled", *ATTENDANCE, *DECISIONS)
_FOLLOW_A_DECISION: Final = ("DecisionAdopted", "ReportCompiled", "DecisionReconsidered")
_SENDINGS: Final = ("ReportSentToMembers", "ReportSentToPanel")
ENDS: Final = ("PracticeReviewPublished", "PublicationWithheld")
_OF_A_PRACTICE_REVIEW: Final = (
    *ENDS,
    "PracticeReviewMilestoneReached",
    "PublicationPlanned",
    "PublicationSentAhead",
)

_NEEDS: Final = (
    ("collation-exists", ("ReportsShared",), "ReportsCollated", "collation"),
    ("meeting-was-convened", _MEET, "MeetingConvened", "meeting"),
    ("challenge-was-raised", ("ChallengeAnswered",), "ChallengeRaised", "challenge"),
    ("decision-was-made", _FOLLOW_A_DECISION, "DecisionMade", ""),
    ("version-was-compiled", _SENDINGS, "ReportCompiled", "version"),
    ("report-was-sent", ("PanelDiscussionNoted", ANSWER), "ReportSentToPanel", ""),
    ("feedback-was-received", ("FeedbackShared",), ANSWER, ""),
    ("practice-review-was-commissioned", _OF_A_PRACTICE_REVIEW, "PracticeReviewCommissioned", ""),
    ("action-was-agreed", ("ActionCompleted",), "ActionAgreed", "action"),
    ("theme-was-identified", ("ThemeReferred",), "LearningThemeIdentified", "theme"),
)
"""The code, the events that need something, what, and the field in which the two must agree."""

_BARRED_BY: Final = (
    ("NotificationReceived", "notification-comes-once", NONSENSE, ("NotificationReceived",), ""),
    ("DecisionMade", "decided-once", FORBIDDEN, ("DecisionMade",), ""),
    ("ReportCompiled", "version-follows", FORBIDDEN, ("ReportCompiled",), "version"),
    ("MeetingConvened", "meeting-not-yet-held", FORBIDDEN, ATTENDANCE, "meeting"),
    ("PublicationSentAhead", "not-yet-published", IRREGULAR, ENDS[:1], ""),
    ("MeetingCancelled", "meeting-not-yet-held", FORBIDDEN, ATTENDANCE, "meeting"),
)
"""The event, the code, its verdict, what bars it by coming earlier, and where the two agree."""

_ACTS: Final = ("MeetingConvened", "ExpertInvited", *ATTENDANCE, "CriteriaAssessed", *DECISIONS)


def rules_broken(fact: Fact, matter: Matter) -> dict[str, str]:
    """Return the codes of the rules that a fact breaks, each with its worst verdict."""
    worst: dict[str, str] = {}
    for ask in (_values, _needs, _particular_needs, _bars):
        for code, verdict in ask(fact, matter):
            if verdict == NONSENSE or code not in worst or worst[code] == IRREGULAR:
                worst[code] = verdict
    return worst


# --- Values


def _values(fact: Fact, matter: Matter) -> Broken:
    """Judge what the event says by the terms of its day."""
    terms, fields = matter.terms_on(fact.day), fact.fields
    allowed = codes_of(terms)
    for table, verdict in ((_KNOWN, FORBIDDEN), (_ALLOWED, IRREGULAR)):
        if fact.kind in table:
            code, where, which = table[fact.kind]
            if set(named(fields, where)) - allowed[which]:
                yield code, verdict
    if fact.kind in _ALL_NAMED:
        code, where, which = _ALL_NAMED[fact.kind]
        if allowed[which] - set(named(fields, where)):
            yield code, IRREGULAR
    if fact.kind in _PARTICULAR_VALUES:
        yield from _PARTICULAR_VALUES[fact.kind](fact, matter)
    if fact.kind in DECISIONS and fields["rationale"] is None:
        yield "rationale-is-given", IRREGULAR
    children = [child["reference"].lower() for child in fields.get("children", ())]
    if fields.get("index_child") is not None and fields["index_child"].lower() not in children:
        yield "index-child-is-named", FORBIDDEN
    if fact.kind in DECISIONS and matter.asks_for_practice_review(fact):
        yield from _practice_review_values(fields)


def _all_criteria(fact: Fact, matter: Matter) -> Broken:
    """ToR 5(b): by the day of its next decision the group weighed them all, at once or not."""
    decided = [one.day for one in matter.of(*DECISIONS) if one.day >= fact.day]
    until = min(decided, default=date.max)
    parts = [one for one in matter.of("CriteriaAssessed") if one.day <= until]
    weighed = {one for part in parts for one in named(part.fields, "factors.criterion")}
    is_last = not any(fact.is_before(one) for one in parts)
    if is_last and codes_of(matter.terms_on(fact.day))["criteria"] - weighed:
        yield "every-criterion-is-weighed", IRREGULAR


def _attendance_values(fact: Fact, matter: Matter) -> Broken:
    """ToR 6: each person fills one seat; the seats decide about the quorum."""
    if set(fact.fields["apologies"]) - codes_of(matter.terms_on(fact.day))["seats"]:
        yield "attended-seats-are-known", FORBIDDEN
    people = [one.lower() for one in named(fact.fields, "sat.person") if one is not None]
    seated = {(one["person"].lower(), one["seat"]) for one in fact.fields["sat"] if one["person"]}
    several = matter.terms_on(fact.day)["one_person_may_fill_several_seats"]
    if len(seated if several else set(people)) < len(people):
        yield "one-person-one-seat", FORBIDDEN
    if set(people) & experts_at(fact, matter):
        yield "experts-fill-no-seat", FORBIDDEN
    if not is_quorate(fact, matter):
        yield "meeting-was-quorate", IRREGULAR


_PARTICULAR_VALUES: Final = {
    "CriteriaAssessed": _all_criteria,
    **dict.fromkeys(ATTENDANCE, _attendance_values),
}


def _practice_review_values(fields: Fields) -> Broken:
    """ToR 3.2, 4, 5(c): what is said with a decision for a practice review."""
    if fields["style"] is None or fields["methodology"] is None:
        yield "style-and-methodology-are-given", FORBIDDEN
    if fields["prior_themes"] is None or fields["related_reviews"] is None:
        yield "earlier-learning-was-weighed", IRREGULAR
    if fields["proportionality"] is None or not fields["publication_considered"]:
        yield "publication-and-proportion-were-weighed", IRREGULAR


# --- Needs


def _need(code: str, fact: Fact, needed: list[Fact], nowhere: str = FORBIDDEN) -> Broken:
    """Ask that one of the needed facts is in effect, and happened by the end of the fact's day."""
    if not any(one.day <= fact.day for one in needed):
        yield code, IRREGULAR if needed else nowhere


def facts_about(matter: Matter, kind: str, field: str, value: object) -> list[Fact]:
    """Return the facts of a kind that are about one seat, agency, partner or theme."""
    return [one for one in matter.of(kind) if one.fields[field] == value]


def _needs(fact: Fact, matter: Matter) -> Broken:
    """Ask for the events that must come before this one."""
    if matter.receipt is None:
        yield "notification-comes-first", NONSENSE
    for code, needing, needed, field in _NEEDS:
        if fact.kind in needing:
            agreeing = [f for f in matter.of(needed) if _agree(f, fact, field)]
            yield from _need(code, fact, agreeing)
    if fact.fields.get("answers") is not None:
        name, letters = fact.fields["answers"], "PanelCorrespondenceLogged"
        answered = facts_about(matter, letters, "correspondence", name)
        is_itself = fact.fields["correspondence"] == name
        yield from _need("answered-letter-was-logged", fact, [] if is_itself else answered)
    if fact.kind == "MinutesRecorded":
        held = [f for f in matter.of(*ATTENDANCE) if _agree(f, fact, "meeting")]
        yield from _need("meeting-was-held", fact, held)
    if fact.kind == "ReportsCollated":
        for agency in fact.fields["agencies"]:
            filed = facts_about(matter, "AgencyReportFiled", "agency", agency)
            yield from _need("collated-reports-were-filed", fact, filed)
    if fact.kind == "ReportCompiled" and fact.fields["version"] > 1:
        before = facts_about(matter, "ReportCompiled", "version", fact.fields["version"] - 1)
        yield from _need("version-follows", fact, before)


def _agree(one: Fact, other: Fact, field: str) -> bool:
    return not field or bool(one.fields[field] == other.fields[field])


def _particular_needs(fact: Fact, matter: Matter) -> Broken:
    """Ask for needs that depend on more than one field of another event."""
    if fact.kind in DECISIONS:
        yield from _decision_needs(fact, matter)
    if fact.kind == "ReportSentToPanel":
        yield from _adopted(fact, matter)
    if fact.kind == "PracticeReviewCommissioned":
        asking = [d for d in matter.of(*DECISIONS) if matter.asks_for_practice_review(d)]
        the_day_before = matter.decision_in_force(fact.day - timedelta(days=1))
        if not any(one is the_day_before or one.day == fact.day for one in asking):
            later = [one for one in asking if one.day > fact.day]
            yield "practice-review-was-decided", IRREGULAR if later else FORBIDDEN
    if fact.kind == "CaseReopened":
        turns = matter.of("CaseClosed", "CaseReopened")
        before = [one for one in turns if one.is_before(fact)]
        if not before or before[-1].kind == "CaseReopened":
            later = [f for f in turns if f.kind == "CaseClosed" and fact.is_before(f)]
            yield "case-is-closed", IRREGULAR if later else FORBIDDEN
    if fact.kind == "CaseClosed" and matter.opens_review():
        broken = [*_answer_passed_on(fact, matter), *_answer_acted_on(fact, matter)]
        unmet = [one.day for one in matter.of("NotificationCriteriaFoundNotMet")]
        if matter.is_duplicate(by=fact.day) or any(day <= fact.day for day in unmet):
            broken = []
        elif matter.is_duplicate() or unmet:
            broken = [(code, IRREGULAR) for code, _ in broken]
        yield from broken


def _decision_needs(fact: Fact, matter: Matter) -> Broken:
    """ToR 2.1, 5(b), 6.2: a quorate meeting decides, by the criteria."""
    held = [f for f in matter.of(*ATTENDANCE) if _agree(f, fact, "meeting")]
    quorate = [one for one in held if is_quorate(one, matter)]
    met_on = held[-1].day if held else fact.day
    chair_selects = matter.terms_on(met_on)["quorum"]["inquorate_may"] != "nothing"
    nowhere = IRREGULAR if chair_selects and held else FORBIDDEN
    yield from _need("meeting-is-quorate", fact, quorate, nowhere)
    nowhere = FORBIDDEN if matter.asks_for_practice_review(fact) else IRREGULAR
    yield from _need("criteria-were-assessed", fact, matter.of("CriteriaAssessed"), nowhere)


def _adopted(fact: Fact, matter: Matter) -> Broken:
    """ToR 5(b): the decision in force was adopted by every partner before its report went."""
    decision = matter.decision_in_force(fact.day)
    since = decision.day if decision else date.min
    for partner in matter.terms_on(fact.day)["adoption"]["by"]:
        adopted = facts_about(matter, "DecisionAdopted", "partner", partner)
        if not any(since <= one.day <= fact.day for one in adopted):
            yield "decision-was-adopted", IRREGULAR


def _answer_passed_on(fact: Fact, matter: Matter) -> Broken:
    """ToR 7.9: before the closing, the Panel's last answer came and was passed on to all."""
    code = "everyone-was-told"
    answers = matter.of(ANSWER)
    by_then = [one for one in answers if one.day <= fact.day]
    if not answers:
        yield code, FORBIDDEN
        return
    answer = by_then[-1] if by_then else answers[0]
    for recipient in matter.terms_on(fact.day)["feedback"]["share_with"]:
        shared = facts_about(matter, "FeedbackShared", "shared_with", recipient)
        yield from _need(code, fact, [one for one in shared if one.day >= answer.day])
    rounds = matter.panel_rounds(fact.day)
    for place in range(1, len(rounds)):
        since = [one for each in rounds[place:] for one in each if one.kind == ANSWER]
        yield from _need(code, fact, since)


def _answer_acted_on(fact: Fact, matter: Matter) -> Broken:
    """ToR 5(b), 7.8: where the Panel disagreed, the group looked at its decision again."""
    answers = [one for one in matter.of(ANSWER) if one.day <= fact.day]
    if answers and not answers[-1].fields["agrees"]:
        made = [one for one in matter.made_again() if one.day >= answers[-1].day]
        again = [one for one in made if _counts(one, matter)]
        yield from _need("disagreement-was-reconsidered", fact, again, IRREGULAR)


def _counts(decision: Fact, matter: Matter) -> bool:
    """ToR 6.2: say whether a decision counts; one by a meeting without a quorum does not."""
    held = [f for f in matter.of(*ATTENDANCE) if _agree(f, decision, "meeting")]
    if not held or any(is_quorate(one, matter) for one in held):
        return True
    return bool(matter.terms_on(held[-1].day)["quorum"]["inquorate_may"] != "nothing")


# --- Bars


def _bars(fact: Fact, matter: Matter) -> Broken:
    """Ask whether something earlier stands in the way."""
    for kind, code, verdict, barring, field in _BARRED_BY:
        if kind == fact.kind:
            for other in matter.of(*barring):
                if other.is_before(fact) and _agree(other, fact, field):
                    yield code, verdict
    if fact.kind in ATTENDANCE:
        before = [one for one in matter.facts if one.is_before(fact)]
        if was_cancelled(fact.fields["meeting"], before):
            yield "meeting-was-not-cancelled", FORBIDDEN
    if fact.kind in _ACTS:
        turns = [f for f in matter.of("CaseClosed") if f.day < fact.day]
        turns += [f for f in matter.of("CaseReopened") if f.day <= fact.day]
        turns.sort(key=lambda turn: (turn.at, turn.version))
        closed = bool(turns) and turns[-1].kind == "CaseClosed"
        if closed or not matter.review_is_held(before=fact):
            yield "review-is-held", FORBIDDEN


def is_of_another_class(rule: Fields, matter: Matter) -> bool:
    """Say whether a clock is of other classes of notification than this one."""
    received, only = matter.receipt, rule["only_for_classes"]
    return bool(received and only and received.fields["notification_class"] not in only)
