"""What comes next in a case, what stands in its way, and who owes it (ToR 7 and 8).

The rules that decide on a step are asked whether it is possible; no rule is written here. They are
asked about its most likely form: by the latest quorate meeting, of the next version, for the first
seat still to be told. Fields that no rule reads, such as words and documents, are left out.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from rapid_review.domain.case import Case
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.commands import ApproveCorrection
from rapid_review.domain.registry import REGISTRY, findings, leads_to
from rapid_review.domain.rules import Finding, Verdict
from rapid_review.domain.rules.outcome import decision_in_force, may_decide, meeting_is_quorate
from rapid_review.domain.terms.citing import cited_under
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import Unit
from rapid_review.projections.case.clock_reading import ClockReading
from rapid_review.projections.case.duties import Duty, DutyState
from rapid_review.projections.work.awaited import Awaited
from rapid_review.projections.work.board import days_left, is_owed
from rapid_review.projections.work.steps import ANOTHER_AGENCY, STEPS_AHEAD, StepRow, phase_of


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step of the document that a case has still to take.

    Attributes:
        step: the command that takes it, by its name.
        clause: the clauses that ask for it.
        about: for what or whom it is still to be done: seats, agencies, a meeting, a version; or
            the entries that propose corrections.
        possible: whether it would be recorded now, in order or not.
        in_the_way: what stands against it, if anything: what the rules say; that the decision
            that it rests on does not count; or what can no longer be done in time after it.
        owed_by: who owes it: for what ToR 7.7 has the Partnership Team do, that team; else those
            whom the terms name for a clock that it stops; else the Partnership Team for the steps
            of ToR 8, and the group for its own steps. A correction is approved by another agency
            than the one that proposed it.
        deadline: the running or overdue clock that it stops; of several, the one due first.
        due: that clock's due day; else the day that was set for what is awaited; else the due day
            of the clock with which the duty is over that it does.
        days_left: the days until then in the clock's own, as `board.days_left`.
        provisional: whether the due day was counted with bank holidays that nobody had published.
        one_source: whether it was counted with bank holidays that rest on one source alone.
        unit: what the clock counts.
        collations: for `ShareReports`, the collations that somebody is still to be sent.
    """

    step: str
    clause: str
    about: tuple[str, ...]
    possible: bool
    in_the_way: tuple[Finding, ...]
    owed_by: tuple[str, ...]
    deadline: str | None = None
    due: date | None = None
    days_left: int | None = None
    provisional: bool = False
    one_source: bool = False
    unit: Unit | None = None
    collations: tuple[int, ...] = ()


def next_steps(
    case: Case,
    terms: Terms,
    readings: Iterable[ClockReading],
    *,
    at: datetime,
    recorded: Case | None = None,
    proposals: Collection[int] = (),
    duties: Collection[Duty] = (),
) -> tuple[NextStep, ...]:
    """Return every step that a case has still to take, in the order of the document.

    Steps that are not possible yet are among them, with what stands in their way. The approval of
    corrections comes last, in a case of any phase.

    Args:
        case: the case as it is.
        terms: the terms in force for it.
        readings: its clocks, read on the day of `at`.
        at: the moment of asking.
        recorded: the case as a command finds it, with what is dated ahead; if not given, `case`.
        proposals: the entries that propose corrections which wait for approval.
        duties: the duties of the case on that day. They decide about a case that goes on under new
            terms: whom these name is not owed what was over before. Those that the closing would
            leave undone stand in its way. They also say until when a step is in time.
    """
    phase = phase_of(case, terms)
    owed = sorted(filter(is_owed, readings), key=lambda reading: reading.due or date.max)
    ahead = ((row, _about(row, case, terms, duties)) for row in STEPS_AHEAD if phase in row.phases)
    asked = _Asked(case, terms, case if recorded is None else recorded, at, owed, duties)
    steps = (
        _next_step(row, about, set_by, asked)
        for row, all_about in ahead
        for set_by, about in _parts(row, all_about, case)
    )
    return (*steps, *_approvals(proposals))


def _parts(
    row: StepRow, about: tuple[str, ...], case: Case
) -> Iterator[tuple[Awaited | None, tuple[str, ...]]]:
    """Yield for what a step is still to be done, apart by the day and the owner of each.

    Where what is awaited sets the day and the owner, it comes first, else None.
    """
    awaited = {one.what: one._replace(what="") for one in row.awaits(case)}
    first = next(iter(awaited.values()), None)
    parts: dict[Awaited | None, list[str]] = {}
    for one in about:
        parts.setdefault(awaited.get(one, first), []).append(one)
    yield from ((set_by, tuple(those)) for set_by, those in parts.items())


def _about(row: StepRow, case: Case, terms: Terms, duties: Collection[Duty]) -> tuple[str, ...]:
    """Return for what or whom a step is still to be done, of those to whom its duty is owed."""
    about = row.about(case, terms)
    owed = {one.subject for one in duties if one.code == row.duty}
    return tuple(one for one in about if one in owed) if owed else about


def _approvals(proposals: Collection[int]) -> Iterator[NextStep]:
    """Yield the step by which a second person approves what others proposed, if they did."""
    if proposals:
        yield NextStep(
            ApproveCorrection.__name__,
            RECORD,
            about=tuple(map(str, proposals)),
            possible=True,
            in_the_way=(),
            owed_by=ANOTHER_AGENCY,
        )


class _Asked(NamedTuple):
    """What every step of a case is asked by; see `next_steps`."""

    case: Case
    terms: Terms
    recorded: Case
    at: datetime
    owed: Collection[ClockReading]
    duties: Collection[Duty]


def _next_step(
    row: StepRow, about: tuple[str, ...], set_by: Awaited | None, asked: _Asked
) -> NextStep:
    case, terms, recorded, at, owed, duties = asked
    event = leads_to(row.step)[0]
    fields: dict[str, Any] = {"at": at, **row.fields(case, terms, about)}
    command = row.step.model_construct(None, **fields)
    in_the_way = tuple(
        one
        for one in findings(command, event, recorded, terms)
        if one.verdict is not Verdict.HOLDS
    )
    possible = all(one.verdict is Verdict.IRREGULAR for one in in_the_way)
    if possible:
        in_the_way += tuple(_of_the_decision(row, case, terms))
        in_the_way += tuple(_left_undone(row, duties))
    stop = row.stops or f"{event.__name__}.at"
    clock = next((one for one in owed if one.rule.first_stop == stop), None)
    by = set_by.by if set_by else None
    counted = clock if clock or by else _clock_of_its_duty(row, duties)
    binding = (rule for rule in terms.clocks.values() if not rule.advisory)
    named = {rule.owed_by for rule in binding if rule.first_stop == stop}
    if clock is not None:
        named = {clock.rule.owed_by}
    return NextStep(
        row.step.__name__,
        cited_under(terms, REGISTRY[event].clauses),
        about,
        possible=possible,
        in_the_way=in_the_way,
        owed_by=terms.called(row.done_by)
        or tuple(sorted(named))
        or terms.called(row.owed_by or ((set_by.owed_by,) if set_by else about)),
        deadline=clock.rule.id if clock else None,
        due=counted.due if counted else by,
        days_left=days_left(counted) if counted and is_owed(counted) else None,
        provisional=counted is not None and counted.provisional,
        one_source=counted is not None and counted.one_source,
        unit=counted.rule.unit if counted else None,
        collations=row.collations(case, terms),
    )


def _of_the_decision(row: StepRow, case: Case, terms: Terms) -> Iterator[Finding]:
    """ToR 6.2, 7.6: yield that the decision does not count, if a step rests on it."""
    decision = decision_in_force(case, date.max, terms) if row.rests_on_the_decision else None
    if decision is not None and not may_decide(decision, case, terms):
        found = meeting_is_quorate(decision, case, terms).under(terms)
        yield replace(found, verdict=Verdict.IRREGULAR)


def _left_undone(row: StepRow, duties: Iterable[Duty]) -> Iterator[Finding]:
    """ToR 7, 8: yield what has to be done before a step, or can no longer be in time after it."""
    for one in duties:
        is_ended = one.state is DutyState.OPEN and one.over in row.ends
        if is_ended or (one.state is not DutyState.DONE and one.code in row.follows):
            yield one.finding


def _clock_of_its_duty(row: StepRow, duties: Iterable[Duty]) -> ClockReading | None:
    """Return the clock with whose due day the duty is over that a step still has to do."""
    undone = (one for one in duties if one.state is not DutyState.DONE)
    return next((one.clock for one in undone if row.step.__name__ in one.way_on), None)
