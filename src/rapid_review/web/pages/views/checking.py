"""The page on which a step is checked before it is recorded, and which says why it was not.

What the step would add is rehearsed, so that the page shows what would then not be in order.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from starlette.responses import Response

from rapid_review.domain.clauses import RECORD
from rapid_review.domain.commands import COMMANDS, Command
from rapid_review.domain.erasures import NEVER_CORRECTED
from rapid_review.domain.errors import (
    CalendarGapError,
    CaseChangedError,
    InvalidInputError,
    Refused,
)
from rapid_review.domain.registry import leads_to
from rapid_review.projections.as_of import NOW
from rapid_review.projections.case.findings import Found
from rapid_review.web.pages.forms.ahead import days_ahead
from rapid_review.web.pages.forms.filled import BUTTONS, Filled
from rapid_review.web.pages.forms.in_words import answers_in_words
from rapid_review.web.pages.forms.questions import STEPS
from rapid_review.web.pages.site import Visit
from rapid_review.web.pages.views.correction_changes import corrections_compared
from rapid_review.web.pages.views.entry import steps_offered
from rapid_review.web.pages.views.rule_texts import before_recording, plainly
from rapid_review.web.pages.views.step_form import StepForm
from rapid_review.wire.answers import newly_found
from rapid_review.wire.duplicates import notes_on_duplicates

_NOTHING_TO_SAY: Final[Mapping[str, object]] = {
    "refused": None,
    "moved": (),
    "sent_before": None,
    "leads_on": (),
    "by_import": False,
    "note": "",
    "may_record": True,
    "adds_nothing": False,
    "found": (),
    "notes": (),
    "compared": (),
}
"""What a check page says apart from the answers, where there is nothing to say."""
NOT_RECORDED: Final = (Refused, CalendarGapError, CaseChangedError, InvalidInputError)
"""The errors after which nothing was recorded, and which a page explains."""


def rehearsed_page(
    visit: Visit, step: StepForm, form: Filled, command: Command, status: int = 200, **told: object
) -> Response:
    """Return the page to check the answers, with what would come of them; nothing is recorded.

    Args:
        visit: the request.
        step: the form of the step.
        form: what was sent, to be carried on.
        command: the command that it makes.
        status: the status of the page.
        told: what else the page says.
    """
    try:
        added = visit.site.reviews.rehearse(step.case, command, by=visit.person.actor)
    except NOT_RECORDED as error:
        told |= {"may_record": False, **refused_with(visit, step, error)}
        return check_page(visit, step, form, status, **told)
    if not added:
        return check_page(visit, step, form, status, **told, adds_nothing=True)
    before = visit.site.reviews.history(step.case) if added[0].version > 1 else ()
    entries = (*before[: added[0].version - 1], *added)
    history = visit.site.reviews.history_of(entries)
    return check_page(
        visit,
        step,
        form,
        status,
        **told,
        found=_said_once(newly_found(history, added)),
        notes=tuple(notes_on_duplicates(added, visit.site.reviews, history.case(NOW))),
        compared=tuple(corrections_compared(entries, added, history.terms)),
    )


def _said_once(found: Iterable[Found]) -> tuple[Found, ...]:
    """Return findings, each sentence once: two entries that contradict each other share one."""
    by_sentence: dict[tuple[str, ...], Found] = {}
    for one in found:
        says = one.finding
        by_sentence.setdefault((says.because, says.clause, says.way_on), one)
    return tuple(by_sentence.values())


def check_page(
    visit: Visit, step: StepForm, filled: Filled, status: int = 200, **more: object
) -> Response:
    """Return the page on which the answers are checked before they are recorded."""
    zone, today = step.given.terms.zone, step.given.terms.local_day(visit.now)
    values: dict[str, object] = {**_NOTHING_TO_SAY, **more}
    return visit.page(
        "check.html",
        status,
        case=step.case,
        is_there=step.version > 0,
        step=STEPS[step.name],
        stays=any(one in NEVER_CORRECTED for one in leads_to(COMMANDS[step.name])),
        answers=tuple(answers_in_words(step.controls(filled), filled, zone)),
        corrects=step.corrects,
        ahead=tuple(days_ahead(step.controls(filled), filled, zone, today)),
        retracts=step.retracts(filled),
        carried=[(name, text) for name, text in filled if name not in BUTTONS],
        action=visit.here,
        plainly=partial(plainly, of=step.name),
        before_recording=before_recording,
        **values,
    )


def refused_with(visit: Visit, step: StepForm, error: Exception) -> dict[str, object]:
    """Return what a check page says of a refusal, and the steps that it leads to."""
    refused = refusal_of(error)
    text = f"{refused.because} {refused.way_on}"
    named = steps_offered(visit, step.case if step.version else None, text, step.corrects)
    return {
        "refused": refused,
        "leads_on": [one for one in named if one[0] != step.name],
        "by_import": _can_be_imported(step, refused),
    }


def _can_be_imported(step: StepForm, refused: Refused) -> bool:
    """Say whether a rule refuses a step that an import into the case records all the same.

    An import refuses what the record itself forbids. A correction needs no import: it records
    what is true, whatever a rule says.
    """
    by_a_rule = refused.clause not in ("", RECORD)
    return by_a_rule and step.version > 0 and step.corrects is None


def refusal_of(error: Exception) -> Refused:
    """Return what a page says of an error because of which nothing was recorded."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, InvalidInputError):
        return Refused("", "; ".join(error.problems), "Change the answers.")
    because, _, way_on = str(error).rpartition(". ")
    return Refused("", because, f"{way_on}.")
