"""What may be done: `decide` asks the rules, and returns events or refuses.

The table of commands and events is `registry`. `decide` asks the event's rules and returns the
events, with a `DeadlineSet` for each clock they start; or it refuses, with the clause and what
to do next. Asking for what already is returns nothing. Nothing is refused for being late.
"""

from collections.abc import Callable
from functools import reduce

from rapid_review.domain import commands as ask
from rapid_review.domain import events as did
from rapid_review.domain.case import Case, effective, evolve
from rapid_review.domain.clauses import RECORD
from rapid_review.domain.clocks import clocks_started
from rapid_review.domain.errors import Refused, shown
from rapid_review.domain.makers import Made, recorded_as
from rapid_review.domain.registry import STEPS, Step, findings, leads_to
from rapid_review.domain.rules import Finding, Verdict
from rapid_review.domain.terms.terms import Terms
from rapid_review.domain.vocabulary import TermsRef
from rapid_review.domain.working_days import WorkingCalendar, given


def decide(
    command: ask.Command,
    case: Case,
    terms: Terms,
    calendar: WorkingCalendar | Callable[[], WorkingCalendar],
    *,
    as_history: bool = False,
) -> tuple[did.AnyEvent, ...]:
    """Return what happens when `command` is asked of `case`; nothing if it is so already.

    Args:
        command: what is asked; `command.at` is when it happened.
        case: the case as it is.
        terms: the terms pinned to the case; for a new case, or with `ReplaceTerms`, those that
            are to hold.
        calendar: the working-day calendar that counts the clocks this starts, or what gives it:
            most commands count nothing. A clock that it does not reach is not set, and is
            undetermined until a calendar reaches it.
        as_history: whether it has happened already, so that nothing is refused but nonsense: what
            breaks a rule is found by anyone who reads the case.

    Raises:
        Refused: the terms or the case forbid it; says the clause and what to do next.
        CalendarGapError: a clock is to be calculated again, and the calendar does not reach it.
    """
    step = STEPS[type(command)]
    if _is_delivered_again(command, case, terms, step):
        return ()
    if _is_so_already(command, case, terms, step):
        return ()
    # Where a command may lead to one of two events, both are asked the same rules.
    event = leads_to(type(command))[0]
    for finding in findings(command, event, case, terms):
        is_forbidden = finding.verdict is Verdict.FORBIDDEN and not as_history
        if is_forbidden or finding.verdict is Verdict.NONSENSE:
            raise refusal(finding)
    if step.makes is None:
        made: Made = (recorded_as(event, command),)
    else:
        made = step.makes(command, case, terms, given(calendar))
    if not made:
        return ()
    after_it = reduce(evolve, made, case)
    return (*made, *clocks_started(after_it, terms, calendar, at=command.at))


def refusal(finding: Finding) -> Refused:
    """Return the refusal that a finding amounts to."""
    return Refused(finding.clause, finding.because, finding.way_on)


def _is_so_already(command: ask.Command, case: Case, terms: Terms, step: Step) -> bool:
    """Say whether the case already records this; saying it twice adds nothing (ADR 0102).

    Raises:
        Refused: the same thing is recorded otherwise, and the latest word does not simply hold.
    """
    events = leads_to(step.command)
    is_as_recorded = case.standing is case.recorded
    told = case.recorded if is_as_recorded else tuple(effective(case.recorded).values())
    for event in reversed(told):  # in the order of recording: the latest word
        if step.is_done_once and type(event) in step.again_after:
            if _is_about_the_same(event, command, step):
                return False
            continue
        if type(event) not in events or not _is_about_the_same(event, command, step):
            continue
        is_said = _says(event, command, step)
        if not is_said and step.may_change:
            return False
        # At whatever time, if it is done once; but of an attendance a later word may put the day
        # right.
        if not step.is_done_once and _is_another(command, event, case, terms, step):
            continue
        if is_said:
            return True
        if step.known_by:
            raise _is_recorded_otherwise(command, step, step.known_by)
    return False


def _is_recorded_otherwise(command: ask.Command, step: Step, known_by: str) -> Refused:
    """Return the refusal of other words about the same thing."""
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


def _is_delivered_again(command: ask.Command, case: Case, terms: Terms, step: Step) -> bool:
    """Say whether these very words, with their time, led to an entry that was not retracted.

    One that was corrected since stays corrected, also if a second click said it a minute later.
    Where several words bear one time, as those of an attendance do, it may be meant to take back a
    later one.
    """
    events = leads_to(step.command)
    for version, event in enumerate(case.recorded, start=1):
        if type(event) not in events or not _says(event, command, step):
            continue
        standing = effective(case.recorded).get(version)
        if standing is not None and event.at == command.at:
            return not step.may_change or not _is_said_otherwise(command, case, step, version)
        if standing not in (None, event) and not step.at_counts:
            is_of_the_day = terms.local_day(event.at) == terms.local_day(command.at)
            return step.is_done_once or is_of_the_day
    return False


def _says(event: did.AnyEvent, command: ask.Command, step: Step) -> bool:
    """Say whether an event says what a command does; at whatever time, unless that counts."""
    for name in type(command).model_fields:
        said, asked = getattr(event, name), getattr(command, name)
        said = said.id if isinstance(said, TermsRef) else said
        if said != asked and (name != "at" or step.at_counts):
            return False
    return True


def _is_said_otherwise(command: ask.Command, case: Case, step: Step, version: int) -> bool:
    """Say whether a later entry says of the same thing something else at the same time."""
    known, events = step.known_by, leads_to(step.command)
    return any(
        type(one) in events
        and one.at == command.at
        and (known is None or getattr(one, known) == getattr(command, known))
        for one in case.recorded[version:]
    )


def _is_another(
    command: ask.Command, event: did.AnyEvent, case: Case, terms: Terms, step: Step
) -> bool:
    """Say whether a command is about another time than an event of the same thing.

    It is on another day, and on one day if something between the two called for the same again.
    """
    if terms.local_day(command.at) != terms.local_day(event.at):
        return True
    place = next(at for at, one in enumerate(case.standing) if one is event)
    if command.at < event.at:  # it is recorded after what it came before
        between = [one for one in case.standing[:place] if one.at > command.at]
    else:
        between = [one for one in case.standing[place + 1 :] if one.at <= command.at]
    calls = (one for one in between if type(one) in step.again_after)
    return any(_is_about_the_same(one, command, step) for one in calls)


def _is_about_the_same(event: did.AnyEvent, command: ask.Command, step: Step) -> bool:
    """Say whether an event is about what a command is known by, or names no such thing."""
    if step.known_by is None:
        return True
    meant = getattr(command, step.known_by)
    return bool(getattr(event, step.known_by, meant) == meant)
