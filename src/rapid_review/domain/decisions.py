"""What may be done: `decide` asks the rules, and returns events or refuses.

The table of commands and events is `registry`. `decide` asks the event's rules and returns the
events, with a `DeadlineSet` for each clock they start; or it refuses, with the clause and what
to do next. Asking for what already is returns nothing. Nothing is refused for being late.
"""

from collections.abc import Callable, Iterable, Sequence
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
    recorded = _about_the_same(command, step, enumerate(case.recorded, start=1))
    if _is_delivered_again(command, case, terms, step, recorded):
        return ()
    if case.standing is not case.recorded:
        recorded = _about_the_same(command, step, effective(case.recorded).items())
    if _is_so_already(command, case, terms, step, recorded):
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


Recorded = Sequence[tuple[int, did.AnyEvent]]
"""Events with their versions, in the order of recording."""


def _about_the_same(
    command: ask.Command, step: Step, recorded: Iterable[tuple[int, did.AnyEvent]]
) -> Recorded:
    """Return what is about what a command is known by, and what may call for the same again.

    Asked once and in one go: a case may hold many events of the same kind.
    """
    kinds, known = (*leads_to(step.command), *step.again_after), step.known_by
    if known is None:
        return [told for told in recorded if type(told[1]) in kinds]
    meant = getattr(command, known)
    return [
        told
        for told in recorded
        if type(told[1]) in kinds and getattr(told[1], known, meant) == meant
    ]


def _is_so_already(
    command: ask.Command, case: Case, terms: Terms, step: Step, told: Recorded
) -> bool:
    """Say whether the case already records this; saying it twice adds nothing (ADR 0102).

    `told` is what is in effect about the same.

    Raises:
        Refused: the same thing is recorded otherwise, and the latest word does not simply hold.
    """
    events = leads_to(step.command)
    for _, event in reversed(told):  # the latest word
        if step.is_done_once and type(event) in step.again_after:
            return False
        if type(event) not in events:
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


def _is_delivered_again(
    command: ask.Command, case: Case, terms: Terms, step: Step, recorded: Recorded
) -> bool:
    """Say whether these very words, with their time, led to an entry that was not retracted.

    One that was corrected since stays corrected, also if a second click said it a minute later.
    Where several words bear one time, as those of an attendance do, it may be meant to take back a
    later one.
    """
    events = leads_to(step.command)
    for version, event in recorded:
        if type(event) not in events or not _says(event, command, step):
            continue
        standing = effective(case.recorded).get(version)
        if standing is not None and event.at == command.at:
            later = [one for number, one in recorded if number > version]
            return not (step.may_change and _is_said_otherwise(command, step, later))
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


def _is_said_otherwise(command: ask.Command, step: Step, later: Iterable[did.AnyEvent]) -> bool:
    """Say whether a later entry says of the same thing something else at the same time."""
    events = leads_to(step.command)
    return any(type(one) in events and one.at == command.at for one in later)


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
    calls = (one for one in enumerate(between) if type(one[1]) in step.again_after)
    return bool(_about_the_same(command, step, calls))
