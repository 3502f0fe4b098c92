"""Which duties a case leaves undone, for the naive judge (ToR 3.2, 4(b), 7, 8)."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from rapid_review.testing.naive.facts import ATTENDANCE, Fact, Fields, Matter
from rapid_review.testing.naive.rules import ANSWER, ENDS, facts_about
from rapid_review.testing.naive.team import convened


class NaiveDuty(NamedTuple):
    """Something that ToR 7 and 8 ask for, and whether it is open, found undone, or done."""

    code: str
    subject: str
    state: str


def duties(
    matter: Matter, over_on: date | None, publication_due: date | None
) -> frozenset[NaiveDuty]:
    """Return every duty that is owed once there is a notification; done late is done."""
    if matter.receipt is None or matter.is_duplicate():
        return frozenset()
    closed = _closing(matter) is not None
    over = closed or (over_on is not None and matter.read > over_on)
    published = bool(matter.of(*ENDS))
    late = publication_due is not None and matter.read > publication_due
    terms = _terms_of_duties(matter, over_on)
    owed = [(*one, over) for one in _of_any_notification(matter, terms)]
    owed += [(*one, False) for one in _of_a_theme(matter)]
    owed += [(*one, _was_answered(matter)) for one in _of_the_answer(matter)]
    if matter.review_is_held():
        owed += [(*one, over) for one in _until_the_meeting(matter, terms)]
        owed += [(*one, closed) for one in _until_the_closing(matter)]
        owed += [(*one, published or late) for one in _of_a_practice_review(matter)]
    return frozenset(
        NaiveDuty(code, subject, "done" if done else "found" if is_over else "open")
        for code, subject, done, is_over in owed
    )


Owed = Iterator[tuple[str, str, list[Fact]]]
"""The code of a duty, its subject, and what it was done by."""


def _closing(matter: Matter) -> Fact | None:
    turns = matter.of("CaseClosed", "CaseReopened")
    return turns[-1] if turns and turns[-1].kind == "CaseClosed" else None


def _terms_of_duties(matter: Matter, over_on: date | None = None) -> Fields:
    """Return the terms by which duties are owed: of now, the closing, or when their time ended."""
    closing = _closing(matter)
    return matter.terms_on(min(closing.day if closing else matter.read, over_on or date.max))


def _of_any_notification(matter: Matter, terms: Fields) -> Owed:
    for seat in terms["seats"]:
        yield "inform", seat["id"], facts_about(matter, "MemberInformed", "seat", seat["id"])


def _of_a_theme(matter: Matter) -> Owed:
    for theme in {one.fields["theme"] for one in matter.of("LearningThemeIdentified")}:
        yield "refer-theme", theme, facts_about(matter, "ThemeReferred", "theme", theme)


def _until_the_meeting(matter: Matter, terms: Fields) -> Owed:
    collated = matter.of("ReportsCollated")
    yield "ask-agencies", "", matter.of("AgencyReportRequested", "AgencyReportFiled")
    decided = min((one.day for one in matter.of("DecisionMade")), default=date.max)
    filed = matter.of("AgencyReportFiled")
    early = [one for one in filed if one.day < decided and not one.fields["nil_return"]]
    told = {one.fields["agency"] for one in early}
    left = {one.fields["agency"] for one in early if not _is_collated(one, filed, collated)}
    if collated and left:
        yield from (("collate", agency, []) for agency in left)
    else:
        yield "collate", "", collated
    for seat in terms["seats"]:
        mine = [one for one in matter.of("ReportsShared") if seat["id"] in one.fields["seats"]]
        had = {place for one in mine for place in _sent_then(one, collated)}
        late = {one.fields["agency"] for one in filed} - told
        for agency in {agency for one in collated for agency in one.fields["agencies"]} - late:
            holding = [one for one in collated if agency in one.fields["agencies"]]
            theirs = [one for one in early if one.fields["agency"] == agency]
            last = _needed(holding, theirs, decided)
            later = {_place(one) for one in holding if _place(one) >= _place(last)}
            mine = mine if later & had else []
        yield "share-reports", seat["id"], mine
    yield "convene", "", convened(matter)
    yield "meet", "", matter.of(*ATTENDANCE)


def _place(collation: Fact) -> tuple[date, int]:
    return collation.day, collation.fields["collation"]


def _sent_then(shared: Fact, collated: list[Fact]) -> list[tuple[date, int]]:
    """Return the collation that was sent: of several with its number, the last one by then."""
    numbered = [c for c in collated if c.fields["collation"] == shared.fields["collation"]]
    by_then = [_place(one) for one in numbered if one.day <= shared.day]
    return [max(by_then)] if by_then else sorted(map(_place, numbered))[:1]


def _needed(holding: list[Fact], reports: list[Fact], decided: date) -> Fact:
    """Return the last collation by the decision; if a report came after it, the first with it."""
    by_then = [one for one in holding if one.day <= decided]
    last = max(by_then or holding, key=_place)
    left_out = [one for one in reports if one.day > last.day]
    if not left_out:
        return last
    having = [one for one in holding if one.day >= max(report.day for report in left_out)]
    return min(having, key=_place, default=last)


def _is_collated(report: Fact, filed: list[Fact], collated: list[Fact]) -> bool:
    """Say whether a collation names its agency: on that day or later, or it was their first."""
    agency = report.fields["agency"]
    naming = [one for one in collated if agency in one.fields["agencies"]]
    first = next(one for one in filed if one.fields["agency"] == agency)
    return any(report is first or one.day >= report.day for one in naming)


def _until_the_closing(matter: Matter) -> Owed:
    yield "decide", "", matter.of("DecisionMade")
    again = max((one.day for one in matter.made_again()), default=date.min)
    compiled = matter.of("ReportCompiled")
    changed = _outcome_changed_on(matter)
    yield "compile", "", [one for one in compiled if one.day >= changed]
    for code, kind in (
        ("tell-members", "ReportSentToMembers"),
        ("tell-panel", "ReportSentToPanel"),
    ):
        sent = [one for one in matter.of(kind) if one.day >= again]
        yield code, "", [one for one in sent if not _is_outdated(one, compiled, changed)]
    decision = matter.decision_in_force()
    if decision is not None and matter.asks_for_practice_review(decision):
        yield "commission", "", matter.of("PracticeReviewCommissioned")


def _is_outdated(sent: Fact, compiled: list[Fact], changed: date) -> bool:
    """Say whether all that a sending could have held was compiled before the outcome changed."""
    number = sent.fields["version"]
    by_then = [c.day for c in compiled if c.fields["version"] == number and c.day <= sent.day]
    return bool(by_then) and all(day < changed for day in by_then)


def _was_answered(matter: Matter) -> bool:
    """Say whether the case was closed when, or after, the Panel gave its last answer."""
    closing, answers = _closing(matter), matter.of(ANSWER)
    return closing is not None and bool(answers) and answers[-1].day <= closing.day


def _of_the_answer(matter: Matter) -> Owed:
    for answer in matter.of(ANSWER)[-1:]:
        for recipient in _terms_of_duties(matter)["feedback"]["share_with"]:
            shared = facts_about(matter, "FeedbackShared", "shared_with", recipient)
            yield "pass-on", recipient, [one for one in shared if one.day >= answer.day]


def _outcome_changed_on(matter: Matter) -> date:
    """Return the day of the latest decision that was made again with another outcome."""
    decisions = matter.of("DecisionMade", "DecisionReconsidered")
    days = [
        later.day
        for earlier, later in zip([None, *decisions], decisions, strict=False)
        if later in matter.made_again()
        if earlier is None or {*earlier.fields["outcomes"]} != {*later.fields["outcomes"]}
    ]
    return max(days, default=date.min)


def _of_a_practice_review(matter: Matter) -> Owed:
    commissioned = matter.of("PracticeReviewCommissioned")
    if commissioned:
        yield "engagement", "", matter.of("EngagementRecorded")
        yield "coordination", "", commissioned
        yield "publication", "", matter.of(*ENDS)
