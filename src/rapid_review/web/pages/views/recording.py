"""Recording a step: the form, the check before it is recorded, and its result.

The page carries the answers from step to step, so that the server keeps none. It also carries an
id, by which a step is recorded once however often the button is pressed; and the version of the
case that the person saw, so that nothing is recorded if the case has changed since.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from starlette.responses import Response

from rapid_review.domain.case import Case
from rapid_review.domain.commands import COMMANDS, ApproveCorrection, Command, ReceiveNotification
from rapid_review.domain.corrections import must_not_be_calculated
from rapid_review.domain.entry import Entry
from rapid_review.domain.erasures import OF_THE_WORDS
from rapid_review.domain.errors import (
    CalendarGapError,
    CaseChangedError,
    CaseMovedError,
    CaseNotFoundError,
    InvalidInputError,
    RecordError,
    Refused,
)
from rapid_review.domain.patterns import IN_WORDS, REFERENCE
from rapid_review.domain.registry import leads_to
from rapid_review.domain.vocabulary import LONGEST_REFERENCE, is_a_reference
from rapid_review.projections.as_of import NOW
from rapid_review.projections.case.findings import Found
from rapid_review.projections.case.timeline import timeline
from rapid_review.web.pages.forms.ahead import days_ahead
from rapid_review.web.pages.forms.choices import Given
from rapid_review.web.pages.forms.controls import Control, controls_of, every, rows_sent
from rapid_review.web.pages.forms.filled import Filled, whole_number
from rapid_review.web.pages.forms.hours import hour_that_fits
from rapid_review.web.pages.forms.presets import form_at_start
from rapid_review.web.pages.forms.questions import STEPS
from rapid_review.web.pages.forms.reading import CHOSEN, Wrong, answers_in_words, read
from rapid_review.web.pages.site import NothingHereError, Visit
from rapid_review.web.pages.views.answers import CommandOrWrong, parsed_answers
from rapid_review.web.pages.views.comparison import corrections_compared
from rapid_review.web.pages.views.entry import correction
from rapid_review.web.pages.views.plain import plainly, steps_named
from rapid_review.wire.answers import newly_found
from rapid_review.wire.duplicates import notes_on_duplicates

CARRIED: Final = frozenset({"command-id", "case-version"})
_NOT_CARRIED: Final = frozenset({"go", "add"})
_REFERENCE: Final = "case-reference"
"""The field of the reference of a case that is to be opened."""
NOTHING: Final = "nothing"
"""The answer if an entry is retracted, and nothing replaces it."""
_NO_REFERENCE: Final = (
    f"Give the case a reference of at most {LONGEST_REFERENCE} characters. {IN_WORDS[REFERENCE]}."
)
ELSEWHERE: Final = frozenset({"ReceiveNotification", "CorrectRecord", "ProposeCorrection"})
"""The commands that have pages of their own."""


@dataclass(frozen=True)
class StepForm:
    """The form of a step that is being recorded.

    Attributes:
        case: the case's reference; empty while it has none.
        name: the command's name.
        given: the terms and the case.
        version: the version at which the case was read; 0 for a new case.
        at_start: returns what the form shows at first.
        controls: returns the controls of a form, by what is filled in so far.
        command_from: returns the command that the answers make, or what is wrong with them.
        opens: whether the step opens a case, so that the form asks for its reference.
        instead: what may replace what is corrected, by answer; empty if nothing is corrected.
        corrects: the entry that is corrected; None if none is.
        original: the entry that the corrected one itself corrects; None if it corrects none.
    """

    case: str
    name: str
    given: Given
    version: int
    at_start: Callable[[], Filled]
    controls: Callable[[Filled], tuple[Control, ...]]
    command_from: Callable[[Filled], CommandOrWrong]
    opens: bool = False
    instead: Mapping[str, str] = field(default_factory=dict[str, str])
    corrects: int | None = None
    original: int | None = None

    def retracts(self, filled: Filled) -> bool:
        """Say whether nothing replaces what is corrected; the first answer counts if none came."""
        return (
            bool(self.instead) and (filled.text("instead") or next(iter(self.instead))) == NOTHING
        )


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
        Refused: the entry to be corrected was calculated from others.
    """
    form = visit.form
    if visit.request.method != "POST":
        known = step.case if step.version else None
        visit.site.reviews.must_take(_asked_right(visit, step), known, by=visit.person.actor)
        if step.corrects is not None:
            must_not_be_calculated(step.corrects, step.given.case)
        ids = {"command-id": secrets.token_hex(16), "case-version": str(step.version)}
        return form_page(visit, step, step.at_start().with_(**ids), (), note)
    if form.text("add"):
        return form_page(visit, step, _with_row(form), (), note)
    if form.text("go") == "change":
        return form_page(visit, step, form, (), note)
    command, wrong = step.command_from(form)
    wrong = (*_wrong_in_reference(visit, step), *wrong)
    if command is None or wrong:
        return form_page(visit, step, form, wrong, note)
    if form.text("go") != "record":
        return _rehearsed_page(visit, step, *_with_hour(visit, step, form, command), note)
    return record_command(visit, step, command)


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
    local = at.astimezone(step.given.terms.zone)
    return form.with_(**{CHOSEN: f"{local:%H:%M}"}), command.model_copy(update={"at": at})


def _with_row(form: Filled) -> Filled:
    path = form.text("add")
    return form.with_(**{f"{path}-rows": str(rows_sent(path, form) + 1)})


def _wrong_in_reference(visit: Visit, step: StepForm) -> tuple[Wrong, ...]:
    """Return what is wrong with the reference of a case that is to be opened."""
    if not step.opens:
        return ()
    if not is_a_reference(step.case):
        return (Wrong(_REFERENCE, _NO_REFERENCE),)
    # A button that is pressed twice finds the case that it has opened, and is no mistake.
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


def _rehearsed_page(
    visit: Visit, step: StepForm, form: Filled, command: Command, note: str
) -> Response:
    """Return the page to check the answers, with what would come of them; nothing is recorded."""
    try:
        added = visit.site.reviews.rehearse(step.case, command, by=visit.person.actor)
    except _NOT_RECORDED as error:
        said = _refused(step, error)
        return check_page(visit, step, form, 200, note=note, may_record=False, **said)
    if not added:
        return check_page(visit, step, form, note=note, adds_nothing=True)
    before = visit.site.reviews.history(step.case) if added[0].version > 1 else ()
    entries = (*before[: added[0].version - 1], *added)
    history = visit.site.reviews.history_of(entries)
    return check_page(
        visit,
        step,
        form,
        note=note,
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
        stays=any(one in OF_THE_WORDS for one in leads_to(COMMANDS[step.name])),
        answers=tuple(answers_in_words(step.controls(filled), filled, zone)),
        corrects=step.corrects,
        ahead=tuple(days_ahead(step.controls(filled), filled, zone, today)),
        retracts=step.retracts(filled),
        carried=[(name, text) for name, text in filled if name not in _NOT_CARRIED],
        action=visit.here,
        plainly=partial(plainly, of=step.name),
        **values,
    )


_NOTHING_TO_SAY: Final[Mapping[str, object]] = {
    "refused": None,
    "moved": (),
    "leads_on": (),
    "note": "",
    "may_record": True,
    "adds_nothing": False,
    "found": (),
    "notes": (),
    "compared": (),
}
"""What a check page says apart from the answers, where there is nothing to say."""
_NOT_RECORDED: Final = (Refused, CalendarGapError, CaseChangedError, InvalidInputError)
"""The errors after which nothing was recorded, and which a page explains."""


def record_command(visit: Visit, step: StepForm, command: Command) -> Response:
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
        if step.opens:  # somebody else opened a case under this reference meanwhile
            return form_page(visit, step, form, (_taken(step.case),), "")
        entries = visit.site.reviews.history(step.case)
        lines = timeline(entries, terms=step.given.terms)[error.expected :]
        again = form.with_(**{"case-version": str(error.found)})
        return check_page(visit, step, again, 409, moved=lines)
    except _NOT_RECORDED as error:
        return check_page(visit, step, form, 409, **_refused(step, error))
    if not answer.entries:
        return visit.go(f"/recorded/{step.case}", nothing=1)
    first, last = answer.entries[0].version, answer.entries[-1].version
    return visit.go(f"/recorded/{step.case}", first=first, last=last)


def _refused(step: StepForm, error: Exception) -> dict[str, object]:
    """Return what a check page says of a refusal, and the steps that it leads to."""
    refused = refusal_of(error)
    named = steps_named(f"{refused.because} {refused.way_on}")
    return {"refused": refused, "leads_on": [one for one in named if one[0] != step.name]}


def refusal_of(error: Exception) -> Refused:
    """Return what a page says of an error because of which nothing was recorded."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, InvalidInputError):
        return Refused("", "; ".join(error.problems), "Change the answers.")
    because, _, way_on = str(error).rpartition(". ")
    return Refused("", because, f"{way_on}.")
