"""The page of a case: what it is, where it stands, what is late, what is next, what was decided.

Digests and terms come last: anyone who checks them looks for them.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Final, NamedTuple

from starlette.responses import Response

from rapid_review.domain import events as did
from rapid_review.domain.commands import ApproveCorrection
from rapid_review.domain.duplicates import duplicate_of
from rapid_review.domain.rules.finding import joined
from rapid_review.domain.rules.outcome import decision_in_force, partners_that_adopted
from rapid_review.domain.rules.panel_and_after import is_reconsidered
from rapid_review.domain.terms.terms import Terms
from rapid_review.projections.case.clock_reading import ClockReading, ClockState
from rapid_review.projections.case.stage import Stage
from rapid_review.projections.work.board import days_left
from rapid_review.projections.work.case_reading import CaseReading
from rapid_review.projections.work.next_steps import NextStep
from rapid_review.reports.dates import day_text
from rapid_review.reports.labels import TAGS, words_of
from rapid_review.web.pages.forms.choices import AGES
from rapid_review.web.pages.forms.questions import STEPS
from rapid_review.web.pages.site import Visit
from rapid_review.web.pages.views.board import due_in_words
from rapid_review.web.pages.views.entry import in_the_way_of_approving, steps_offered
from rapid_review.web.pages.views.orders import orders_seen
from rapid_review.web.pages.views.rule_texts import plainly
from rapid_review.web.pages.views.wording import STAGES, named, owed_by, sender
from rapid_review.wire.duplicates import not_counted_because

ONCE_FOR_EACH: Final = {
    "InformMember": "seat",
    "RequestAgencyReport": "agency",
    "FileAgencyReport": "agency",
    "AnswerChallenge": "challenge",
    "CompleteAction": "action",
    "AdoptDecision": "partner",
    "ShareFeedback": "shared_with",
    "LogPanelCorrespondence": "answers",
    "ReferThemeToLearning": "theme",
}
"""The steps that are taken once for each seat, agency and so on, and the field that names it."""


class Task(NamedTuple):
    """Something that is to be done.

    Attributes:
        command: its command.
        title: what is to be done.
        about: for whom or what, each with the fields that its form begins with; without fields
            where the person cannot record it.
        owed: who owes it.
        due: by when, in words; empty where no day is set.
        is_late: whether that day is over.
        can_start: whether it could be recorded now.
        is_offered: whether it could be, and the person may record it.
        waits_for: what must be done first, or would be irregular.
    """

    command: str
    title: str
    about: tuple[tuple[str, dict[str, str] | None], ...]
    owed: str
    due: str
    is_late: bool
    can_start: bool
    is_offered: bool
    waits_for: tuple[str, ...]


def case_page(visit: Visit) -> Response:
    """Show where a case stands."""
    reading = visit.reading()
    today = reading.terms.local_day(visit.now)
    late = [one for one in reading.judged.clocks if one.state is ClockState.OVERDUE]
    undone = [one.finding for one in reading.judged.found if one.version is None]
    is_duplicate = reading.stage is Stage.DUPLICATE
    amiss = not_counted_because(visit.case, visit.site.reviews) if is_duplicate else {}
    return visit.page(
        "case.html",
        case=visit.case,
        stage=STAGES[reading.stage],
        uncounted=amiss.get("not_counted_because"),
        what=tuple(_notification(reading)),
        late=tuple(_late(one, reading, today) for one in late),
        undone=tuple(joined(undone, partial(_names, terms=reading.terms))),
        tasks=tuple(_tasks(visit, reading, today)),
        erasures=orders_seen(reading.history),
        decided=tuple(_decision(reading, today)),
        clocks=reading.judged.clocks,
        found=tuple(one for one in reading.judged.found if one.version is not None),
        proof=tuple(_proof(reading)),
        tags=TAGS,
        plainly=plainly,
        steps_offered=partial(steps_offered, visit, visit.case),
        named=partial(named, terms=reading.terms),
    )


def _notification(reading: CaseReading) -> Iterator[tuple[str, str]]:
    received = reading.case.first(did.NotificationReceived)
    if received is None:
        return
    terms, incident = reading.terms, received.incident
    if (other := duplicate_of(reading.case)) is not None:
        yield "A duplicate of", other
    yield "Notification", f"{received.reference}, from {sender(received.source, terms)}"
    yield "Received", day_text(terms.local_day(received.at))
    yield "What happened", words_of(incident.nature)
    for what, day in (
        ("Day of the incident", incident.happened_on),
        ("Known to the authority", incident.known_on),
    ):
        yield what, "not known" if day is None else day_text(day)
    ages = ", ".join(f"{one.reference}: {AGES[one.age_band]}" for one in received.children)
    yield "Children", ages


def _late(one: ClockReading, reading: CaseReading, today: date) -> str:
    owed = named(one.rule.owed_by, reading.terms)
    due = due_in_words(one.due, days_left(one), one.rule.unit, today=today)
    return f"{one.title}: due {due}. Owed by: {owed}"


def _names(subjects: Sequence[str], terms: Terms) -> str:
    return "; ".join(named(one, terms) for one in subjects)


def _tasks(visit: Visit, reading: CaseReading, today: date) -> Iterator[Task]:
    for step in reading.next_steps:
        yield Task(
            step.step,
            STEPS[step.step].title,
            tuple(_about(visit, step, reading)),
            owed_by(step.owed_by, reading.terms),
            due_in_words(step.due, step.days_left, step.unit, today=today) if step.due else "",
            step.due is not None and step.due < today,
            step.possible,
            step.possible and visit.offers(step.step, visit.case),
            tuple(f"{plainly(one.because)}. {plainly(one.way_on)}" for one in step.in_the_way),
        )


def _about(
    visit: Visit, step: NextStep, reading: CaseReading
) -> Iterator[tuple[str, dict[str, str] | None]]:
    field = ONCE_FOR_EACH.get(step.step)
    if step.step == ApproveCorrection.__name__:
        for number, one in reading.proposals.items():
            says = f"The correction of entry {one.version}"
            refused = in_the_way_of_approving(visit, reading.history.entries[number - 1])
            if refused is None or not visit.may_record:
                yield says, {"proposal": str(number)}
            else:
                yield f"{says}. You cannot approve it: {refused.because}", None
    elif field is not None and step.about not in (("agencies",), ("panel",)):
        yield from ((named(one, reading.terms), {field: one}) for one in step.about)


def _decision(reading: CaseReading, today: date) -> Iterator[tuple[str, str]]:
    terms = reading.terms
    decision = decision_in_force(reading.case, today, terms)
    if decision is None:
        return
    yield "Decided", day_text(terms.local_day(decision.at))
    yield "Outcome", "; ".join(named(one, terms) for one in decision.outcomes)
    yield "At meeting", str(decision.meeting)
    partners = partners_that_adopted(decision, reading.case, terms)
    adopted = ", ".join(words_of(one) for one in terms.adoption.by if one in partners)
    yield "Adopted by", adopted or "nobody yet"
    answer = reading.case.last(did.PanelFeedbackReceived)
    if answer is not None and not is_reconsidered(answer, reading.case, terms):
        yield "The Panel", "agrees" if answer.agrees else "does not agree"


def _proof(reading: CaseReading) -> Iterator[tuple[str, str]]:
    terms = reading.terms
    yield "Terms of reference", f"{terms.title}, {terms.edition} ({terms.id})"
    yield "Digest of the terms", terms.digest
    yield "National rules", f"{terms.national.title} ({terms.rule_set})"
    yield "Digest of the rules", terms.national.digest
    yield "Entries", str(reading.version)
    yield "Checked", str(reading.judged.asked)
