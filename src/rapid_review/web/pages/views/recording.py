"""Recording a step: the form, the check before it is recorded, and its result.

The page carries the answers from step to step, so that the server keeps none. It also carries an
id, by which a step is recorded once however often the button is pressed; and the version of the
case that the person saw, so that nothing is recorded if the case has changed since.
"""

import secrets
from collections.abc import Sequence
from functools import partial
from typing import Final

from starlette.responses import Response

from rapid_review.domain.case import Case
from rapid_review.domain.commands import COMMANDS, ApproveCorrection, Command, ReceiveNotification
from rapid_review.domain.corrections import must_not_be_calculated
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import (
    CaseMovedError,
    CaseNotFoundError,
    RecordError,
    Refused,
)
from rapid_review.domain.patterns import IN_WORDS, REFERENCE
from rapid_review.domain.statement import with_other
from rapid_review.domain.vocabulary import LONGEST_REFERENCE, is_a_reference
from rapid_review.projections.as_of import NOW
from rapid_review.projections.case.timeline import timeline
from rapid_review.reports.dates import hour_text
from rapid_review.store.writing.idempotency import is_of_the_id
from rapid_review.web.pages.forms.choices import Given
from rapid_review.web.pages.forms.control import Control, every
from rapid_review.web.pages.forms.controls import controls_of, rows_sent
from rapid_review.web.pages.forms.filled import Filled, whole_number
from rapid_review.web.pages.forms.hours import hour_that_fits
from rapid_review.web.pages.forms.presets import form_at_start
from rapid_review.web.pages.forms.questions import STEPS
from rapid_review.web.pages.forms.reading import CHOSEN, Wrong, read
from rapid_review.web.pages.site import NothingHereError, Visit
from rapid_review.web.pages.views.answers import CommandOrWrong, parsed_answers
from rapid_review.web.pages.views.checking import (
    NOT_RECORDED,
    check_page,
    refused_with,
    rehearsed_page,
)
from rapid_review.web.pages.views.entry import CORRECTIONS, correction
from rapid_review.web.pages.views.step_form import StepForm

_FILLED_IN_BY: Final = "filled-in-by"
"""The field of the person for whom the form was made."""
CARRIED: Final = frozenset({"command-id", "case-version", _FILLED_IN_BY})
_REFERENCE: Final = "case-reference"
"""The field of the reference of a case that is to be opened."""
_NO_REFERENCE: Final = (
    f"Give the case a reference of at most {LONGEST_REFERENCE} characters. {IN_WORDS[REFERENCE]}."
)
ELSEWHERE: Final = frozenset({"ReceiveNotification", *CORRECTIONS})
"""The commands that have pages of their own."""


def new_case(visit: Visit) -> Response:
    """Ask for a notification that opens a case, check it, and record it."""
    case = visit.form.text(_REFERENCE)
    given = Given(visit.site.terms, Case())
    return answer_form(visit, _step_form(visit, case, ReceiveNotification, given, ()))


def record(visit: Visit) -> Response:
    """Ask for a step of a case, check it, and record it.

    Raises:
        CaseNotFoundError: there is no such case, or no such step.
    """
    name = str(visit.request.path_params["command"])
    command = COMMANDS.get(name)
    if command is None or name in ELSEWHERE:
        raise NothingHereError(
            "There is no such step. Choose one under “Something else happened”."
        )
    history = visit.site.reviews.case_history(visit.case)
    case = history.case(NOW)
    given = Given(history.terms_of(case), case, history.earlier, partial(cases_like, visit))
    return answer_form(visit, _step_form(visit, visit.case, command, given, history.entries))


def cases_like(visit: Visit) -> tuple[str, ...]:
    """Return the earlier cases that look like the one of the visit; none if that is unreadable."""
    try:
        return tuple(visit.site.reviews.looks_like(visit.case))
    except RecordError:  # in another case; the form can be filled in all the same
        return ()


def _step_form(
    visit: Visit, case: str, command: type[Command], given: Given, entries: Sequence[Entry]
) -> StepForm:
    """Return the form of a command that has no page of its own."""
    name = command.__name__

    def controls(filled: Filled) -> tuple[Control, ...]:
        return controls_of(command, name, given, filled)

    def command_from(filled: Filled) -> CommandOrWrong:
        shown = controls(filled)
        answers = read(shown, filled, given.terms.zone)
        return parsed_answers(command, answers, shown, entries)

    return StepForm(
        case,
        name,
        given,
        len(entries),
        lambda: form_at_start(command, given, visit.request.query_params),
        controls,
        command_from,
        opens=command is ReceiveNotification,
    )


def answer_form(visit: Visit, step: StepForm, note: str = "") -> Response:
    """Return the form, or the page to check the answers, or record them and go to the result.

    Raises:
        NotPermittedError: the permissions do not let this person record the step; it is said as
            the form is opened, and not only once it is filled in.
        Refused: the entry to be corrected was calculated from others; or somebody else filled in
            the form.
    """
    form = visit.form
    if visit.request.method != "POST":
        known = step.case if step.version else None
        visit.site.reviews.must_take(_asked_right(visit, step), known, by=visit.person.actor)
        if step.corrects is not None:
            must_not_be_calculated(step.corrects, step.given.case)
        carried = {
            "command-id": secrets.token_hex(16),
            "case-version": str(step.version),
            _FILLED_IN_BY: visit.person.actor.id,
        }
        return form_page(visit, step, step.at_start().with_(**carried), (), note)
    _must_be_filled_in_by_them(visit)
    if form.text("add"):
        return form_page(visit, step, _with_row(form), (), note)
    if form.text("go") == "change":
        return form_page(visit, step, form, (), note)
    command, wrong = step.command_from(form)
    wrong = (*_wrong_in_reference(visit, step), *wrong)
    if command is None or wrong:
        return form_page(visit, step, form, wrong, note)
    if form.text("go") != "record":
        return rehearsed_page(visit, step, *_with_hour(visit, step, form, command), note=note)
    return _record_command(visit, step, command, note)


def _must_be_filled_in_by_them(visit: Visit) -> None:
    """Check that nobody else filled in the form, before another person signed in.

    Raises:
        Refused: somebody else did; their answers are not shown.
    """
    if visit.form.text(_FILLED_IN_BY) not in ("", visit.person.actor.id):
        raise Refused(
            "",
            "somebody else filled in this form, so nothing was recorded and it is not shown",
            "Open the form again, and fill it in yourself.",
        )


def _asked_right(visit: Visit, step: StepForm) -> type[Command] | Command:
    """Return the command of which the right is asked, before its form is filled in."""
    if step.corrects is not None:
        return correction(step.name, step.corrects, visit.now)
    proposal = whole_number(visit.query("proposal"))
    if step.name == ApproveCorrection.__name__ and proposal:
        return ApproveCorrection(at=visit.now, proposal=proposal)
    return COMMANDS[step.name]


def _with_hour(
    visit: Visit, step: StepForm, form: Filled, command: Command
) -> tuple[Filled, Command]:
    """Return a form, and its command, with the hour that is recorded if noon does not fit.

    The page carries it from the check to the record, so that what was checked is recorded.
    """
    at = command.at if form.text("at-time") else hour_that_fits(command, step.given, visit.now)
    if at == command.at:
        return form, command
    hour = hour_text(at, step.given.terms.zone)
    return form.with_(**{CHOSEN: hour}), with_other(command, {"at": at})


def _with_row(form: Filled) -> Filled:
    path = form.text("add")
    return form.with_(**{f"{path}-rows": str(rows_sent(path, form) + 1)})


def _wrong_in_reference(visit: Visit, step: StepForm) -> tuple[Wrong, ...]:
    """Return what is wrong with the reference of a case that is to be opened."""
    if not step.opens:
        return ()
    if not is_a_reference(step.case):
        return (Wrong(_REFERENCE, _NO_REFERENCE),)
    # A button that is pressed twice finds the case that it has opened, and is not a mistake.
    if visit.form.text("go") != "record" and _is_there(visit, step.case):
        return (_taken(step.case),)
    return ()


def _is_there(visit: Visit, case: str) -> bool:
    try:
        return bool(visit.site.reviews.history(case))
    except CaseNotFoundError:
        return False


def _taken(case: str) -> Wrong:
    says = f"There is already a case {case}. Open it, or give another reference."
    return Wrong(_REFERENCE, says, f"/case/{case}")


def form_page(
    visit: Visit, step: StepForm, filled: Filled, wrong: Sequence[Wrong], note: str
) -> Response:
    """Return the form of a step, with what is wrong with it."""
    controls = step.controls(filled)
    return visit.page(
        "record.html",
        422 if wrong else 200,
        case="" if step.opens else step.case,
        asks_case=step.opens,
        instead=step.instead,
        original=step.original,
        corrects=step.corrects,
        corrected_kind=step.corrects
        and type(step.given.case.recorded[step.corrects - 1]).__name__,
        action=visit.here,
        note=note,
        step=STEPS[step.name],
        controls=controls,
        filled=filled,
        wrong=wrong,
        anchors=anchors_of(controls),
        carried=[(name, filled.text(name)) for name in sorted(CARRIED)],
    )


def anchors_of(controls: Sequence[Control]) -> dict[str, str]:
    """Return the id of the first input of each control, by the control's path."""
    return {
        _REFERENCE: _REFERENCE,
        **{one.path: one.anchor for one in every(controls)},
    }


def _record_command(visit: Visit, step: StepForm, command: Command, note: str) -> Response:
    """Record a step and go on to the result; or say why it was not recorded."""
    form = visit.form
    try:
        answer = visit.site.reviews.ask(
            step.case,
            command,
            by=visit.person.actor,
            command_id=form.must_have("command-id"),
            expected_version=form.number("case-version") or 0,
        )
    except CaseMovedError as error:
        return _asked_again(visit, step, command, note, since=error.expected)
    except NOT_RECORDED as error:
        if is_of_the_id(error):
            return _asked_again(visit, step, command, note)
        return check_page(visit, step, form, 409, note=note, **refused_with(visit, step, error))
    if not answer.entries:
        return visit.go(f"/recorded/{step.case}", nothing=1)
    if answer.repeated and answer.entries[0].event.at != command.at:
        return _asked_again(visit, step, command, note)
    first, last = answer.entries[0].version, answer.entries[-1].version
    return visit.go(f"/recorded/{step.case}", first=first, last=last)


def _asked_again(
    visit: Visit, step: StepForm, command: Command, note: str, since: int | None = None
) -> Response:
    """Return the page to check the answers once more, because of what is on record by now.

    Args:
        visit: the request.
        step: the form of the step.
        command: the command that was not recorded.
        note: what to know about the form.
        since: the version that the person saw, if others recorded something since. Otherwise this
            form was sent before, with other answers: from now on it is a form of its own.
    """
    if step.opens:  # a case was opened under this reference meanwhile
        return form_page(visit, step, visit.form, (_taken(step.case),), note)
    entries = visit.site.reviews.history(step.case)
    lines = timeline(entries, terms=step.given.terms, earlier=step.given.earlier)
    again = visit.form.with_(**{"case-version": str(len(entries))})
    told: dict[str, object] = {"note": note}
    if since is not None:
        told["moved"] = lines[since:]
    else:
        id_ = again.text("command-id")
        sent = [lines[one.version - 1] for one in entries if one.command_id == id_]
        told["sent_before"] = sent
        again = again.with_(**{"command-id": secrets.token_hex(16)})
    filled, now = _with_hour(visit, step, again, command)
    return rehearsed_page(visit, step, filled, now, 409, **told)
