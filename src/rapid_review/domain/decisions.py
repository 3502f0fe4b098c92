"""What may be done: `decide` asks the rules, and returns events or refuses.

The table of commands and events is `registry`. `decide` asks the event's rules and returns the
events, with a `DeadlineSet` for each clock they start; or it refuses, with the clause and what
to do next. Asking for what is already recorded returns nothing. Nothing is refused for being late.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.case import Case, evolve
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.clocks import clocks_started
from rapid_review.domain.errors import Refused, shown
from rapid_review.domain.in_effect import effective
from rapid_review.domain.makers import Made, recorded_as
from rapid_review.domain.registry import STEPS, Step, findings, leads_to
from rapid_review.domain.rules import Finding, Verdict
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import TermsRef
from rapid_review.domain.working_days import WorkingCalendar, load_if_needed


def decide(
    command: ask.Command,
    case: Case,
    terms: Terms,
    calendar: WorkingCalendar | Callable[[], WorkingCalendar],
    *,
    as_history: bool = False,
    on_its_day: Terms | None = None,
) -> tuple[did.AnyEvent, ...]:
    """Return the events to record for `command` in `case`; none if it is already recorded.

    Args:
        command: what is asked; `command.at` is when it happened.
        case: the case as it is.
        terms: the terms pinned to the case; for a new case, or with `ReplaceTerms`, those that
            are to hold.
        calendar: the working-day calendar that counts the clocks this starts, or a function that
            loads it: most commands count nothing. A clock whose due day it does not reach is not
            set, and is undetermined until a calendar reaches it.
        as_history: whether the command records what happened long ago, so that only nonsense is
            refused: a broken rule is a finding for anyone who reads the case.
        on_its_day: the terms that held on the day of the command, if the case has others now: its
            rules, seats and outcomes are theirs, as the findings ask them (I-24).

    Raises:
        Refused: the terms or the case forbid it; says the clause and what to do next.
        CalendarGapError: a clock is to be calculated again, and the calendar does not reach it.
    """
    step = STEPS[type(command)]
    recorded = _events_about_the_same(command, step, enumerate(case.recorded, start=1))
    if _is_delivered_again(command, case, terms, step, recorded):
        return ()
    if case.standing is not case.recorded:
        recorded = _events_about_the_same(command, step, effective(case.recorded).items())
    if _is_recorded_already(command, case, terms, step, recorded):
        return ()
    # Where a command may lead to one of two events, both are asked the same rules.
    event = leads_to(type(command))[0]
    then = on_its_day or terms
    for finding in findings(command, event, case, then):
        is_forbidden = finding.verdict is Verdict.FORBIDDEN and not as_history
        if is_forbidden or finding.verdict is Verdict.NONSENSE:
            raise refusal(finding)
    if step.makes is None:
        made: Made = (recorded_as(event, command),)
    else:
        made = step.makes(command, case, then, load_if_needed(calendar))
    if not made:
        return ()
    after_it = reduce(evolve, made, case)
    return (*made, *clocks_started(after_it, terms, calendar, at=command.at))


def refusal(finding: Finding) -> Refused:
    """Return the refusal that a finding amounts to."""
    return Refused(finding.clause, finding.because, finding.way_on)


Recorded = Sequence[tuple[int, did.AnyEvent]]
"""Events with their versions, in the order of recording."""


def _events_about_the_same(
    command: ask.Command, step: Step, recorded: Iterable[tuple[int, did.AnyEvent]]
) -> Recorded:
    """Return the events about the thing that a command names, and those that call for it again.

    One pass over the case, since a case may hold many events of the same kind.
    """
    kinds, known_by = (*leads_to(step.command), *step.again_after), step.known_by
    if known_by is None:
        return [(version, event) for version, event in recorded if type(event) in kinds]
    thing = getattr(command, known_by)
    return [
        (version, event)
        for version, event in recorded
        if type(event) in kinds and getattr(event, known_by, thing) == thing
    ]


def _is_recorded_already(
    command: ask.Command, case: Case, terms: Terms, step: Step, in_effect: Recorded
) -> bool:
    """Say whether the case already records a command; asking twice adds nothing (ADR 0102).

    `in_effect` are the events in effect about the same thing.

    Raises:
        Refused: the same thing is recorded with other content, which the step may not change.
    """
    events = leads_to(step.command)
    for _, event in reversed(in_effect):  # the latest first
        if step.is_done_once and type(event) in step.again_after:
            return False
        if type(event) not in events:
            continue
        is_the_same = _says_the_same(event, command, step)
        if not is_the_same and step.may_change:
            return False
        # A thing done once is the same at any time; any other may be done on another occasion.
        if not step.is_done_once and _is_another_occasion(command, event, case, terms, step):
            continue
        if is_the_same:
            return True
        if step.known_by:
            raise _refusal_of_other_content(command, step, step.known_by)
    return False


def _refusal_of_other_content(command: ask.Command, step: Step, known_by: str) -> Refused:
    """Return the refusal of other content about a thing that is already recorded."""
    another = (
        f"Give another {known_by}."
        if step.is_done_once
        else "If it happened twice that day, record first what came between."
    )
    return Refused(
        RECORD,
        f"{known_by} {shown(getattr(command, known_by))} is already recorded, with other content",
        f"{another} If the record is wrong, correct it with CorrectRecord.",
    )


def _is_delivered_again(
    command: ask.Command, case: Case, terms: Terms, step: Step, recorded: Recorded
) -> bool:
    """Say whether this very command, with its time, led to an entry that was not retracted.

    An entry that was corrected since stays corrected, even if a second click sent the command
    again a minute later. Where the content may change at one time, as of an attendance, the
    command may be meant to take back a later change.
    """
    events = leads_to(step.command)
    for version, event in recorded:
        if type(event) not in events or not _says_the_same(event, command, step):
            continue
        standing = effective(case.recorded).get(version)
        if standing is not None and event.at == command.at:
            later = [other for number, other in recorded if number > version]
            return not (step.may_change and _is_changed_later(command, step, later))
        if standing not in (None, event) and not step.at_counts:
            is_of_the_day = terms.local_day(event.at) == terms.local_day(command.at)
            return step.is_done_once or is_of_the_day
    return False


def _says_the_same(event: did.AnyEvent, command: ask.Command, step: Step) -> bool:
    """Say whether an event has the content of a command; the time is compared if it counts."""
    for name in type(command).model_fields:
        recorded, asked = getattr(event, name), getattr(command, name)
        recorded = recorded.id if isinstance(recorded, TermsRef) else recorded
        if recorded != asked and (name != "at" or step.at_counts):
            return False
    return True


def _is_changed_later(command: ask.Command, step: Step, later: Iterable[did.AnyEvent]) -> bool:
    """Say whether a later entry records the same thing again, at the same time."""
    events = leads_to(step.command)
    return any(type(event) in events and event.at == command.at for event in later)


def _is_another_occasion(
    command: ask.Command, event: did.AnyEvent, case: Case, terms: Terms, step: Step
) -> bool:
    """Say whether a command is about another occasion than an event about the same thing.

    It is if it is on another day, or if an event between the two called for the same again.
    """
    if terms.local_day(command.at) != terms.local_day(event.at):
        return True
    place = next(number for number, one in enumerate(case.standing) if one is event)
    if command.at < event.at:  # the command is late: it happened before an event on record
        between = [one for one in case.standing[:place] if one.at > command.at]
    else:
        between = [one for one in case.standing[place + 1 :] if one.at <= command.at]
    calls = (numbered for numbered in enumerate(between) if type(numbered[1]) in step.again_after)
    return bool(_events_about_the_same(command, step, calls))
