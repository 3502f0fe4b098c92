"""Correcting an entry: a form that begins with its public fields, and asks what is right.

The form does not show words, and they need not be written again: words that are left empty stay as
they were recorded. Once an erasure was approved in the case, a correction takes over no words, and
the form says so. The entry itself stays as it is; the correction says what is right.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final, TypeVar, cast

from pydantic import ValidationError
from starlette.responses import Response

from rapid_review.domain import commands as ask
from rapid_review.domain.corrections import NOT_REPLACED, corrected_by
from rapid_review.domain.entry import Entry
from rapid_review.domain.erasures import orders
from rapid_review.domain.errors import problems
from rapid_review.domain.events import ATTENDANCE, DECISIONS, AnyEvent, CorrectionProposed
from rapid_review.domain.fields import part_key
from rapid_review.domain.makers import attendance_by_seats, recorded_as
from rapid_review.domain.proposed_corrections import is_of_a_decision
from rapid_review.domain.registry import command_for
from rapid_review.domain.statement import Statement, sealed_fields, with_other
from rapid_review.projections.as_of import NOW, CaseHistory, effective_entries
from rapid_review.web.pages.forms.ahead import RIGHT
from rapid_review.web.pages.forms.choices import Given
from rapid_review.web.pages.forms.control import Control
from rapid_review.web.pages.forms.controls import controls_of, is_only_words
from rapid_review.web.pages.forms.filled import Filled
from rapid_review.web.pages.forms.presets import filled_with, unknown_days
from rapid_review.web.pages.forms.reading import Answers, Wrong, read
from rapid_review.web.pages.site import Visit
from rapid_review.web.pages.views.answers import CommandOrWrong, parsed_answers
from rapid_review.web.pages.views.entry import entry_in, version_of
from rapid_review.web.pages.views.recording import answer_form, cases_like
from rapid_review.web.pages.views.step_form import NOTHING, StepForm

KEPT: Final = "as-it-was-recorded"
"""Stands for words that were left empty, while a correction is read; it has the form of a code, as
what only statistics need of a child is one."""
WORDS_STAY: Final = (
    "If you leave words empty, they stay as they were recorded. If you correct the reference of "
    "a child, write the words about that child again."
)
DISSENT_STAYS: Final = (
    "A dissent stays too: to take one out, retract the decision, and record it again without it."
)
WORDS_GO: Final = (
    "An erasure was approved in this case, so no words are taken over: write again those that "
    "the entry should have. Words that you leave empty will be missing."
)
ONLY_RETRACTED: Final = "Nothing can replace this entry: here you can only retract it."
_NOTHING: Final = {NOTHING: "Nothing: it should not have been recorded"}
_INSTEAD: Final = {"right": "What you fill in below", **_NOTHING}
"""What may replace an entry, by answer."""
P = TypeVar("P", bound=Statement | Mapping[str, object])


def correct(visit: Visit) -> Response:
    """Ask what was wrong with an entry and what is right, check it, and record it.

    What takes two people is proposed, whichever link led here.

    Raises:
        CaseNotFoundError: there is no such entry.
    """
    history = visit.site.reviews.case_history(visit.case)
    entry = entry_in(history.entries, version_of(visit))
    takes_two = visit.site.reviews.takes_two and is_of_a_decision(entry.version, history.case(NOW))
    name = "ProposeCorrection" if takes_two or visit.query("propose") else "CorrectRecord"
    correction = Correction(history, entry, name, partial(cases_like, visit))
    return answer_form(visit, correction.form(visit), note=correction.note)


class Correction:
    """An entry that is corrected.

    Args:
        history: the case.
        entry: the entry.
        name: the name of the command: `CorrectRecord` or `ProposeCorrection`.
        alike: returns the cases that look like it.

    Attributes:
        keeps_words: whether words that are left empty stay as they were recorded.
        note: what to know about the form.
    """

    def __init__(
        self, history: CaseHistory, entry: Entry, name: str, alike: Callable[[], Iterable[str]]
    ) -> None:
        self._version = entry.version
        self._name = name
        effective = {one.version: one.event for one in effective_entries(history.entries)}
        self._event: AnyEvent = effective.get(entry.version, entry.event)
        replaced = not isinstance(self._event, NOT_REPLACED)
        self._command = command_for(type(self._event)) if replaced else None
        case = history.case(NOW)
        self._given = Given(history.terms_of(case), case, history.earlier, alike)
        self._entries = history.entries
        self.keeps_words = not any(one.approved for one in orders(case).values())
        words = WORDS_STAY if self.keeps_words else WORDS_GO
        if self.keeps_words and isinstance(self._event, DECISIONS) and self._event.dissent:
            words = f"{words} {DISSENT_STAYS}"
        self.note = ONLY_RETRACTED if self._command is None else words

    def form(self, visit: Visit) -> StepForm:
        """Return the form of the correction."""
        return StepForm(
            visit.case,
            self._name,
            self._given,
            len(self._entries),
            self.at_start,
            self.controls,
            self.command_from,
            instead=_NOTHING if self._command is None else _INSTEAD,
            corrects=self._version,
            original=self._original(),
        )

    def controls(self, filled: Filled) -> tuple[Control, ...]:
        """Return what is asked: why, and what is right, unless the program made the entry."""
        return (*self._why(filled), *self._right(filled))

    def at_start(self) -> Filled:
        """Return the form as it is at first: with the entry's public fields."""
        fields = {} if self._command is None else self._command.model_fields
        values = {f"{RIGHT}{name}": getattr(self._event, name) for name in fields}
        values |= {f"{RIGHT}{box}": says for box, says in unknown_days(self._event).items()}
        filled = filled_with(_without_words(values, self._event), self._given.terms.zone)
        return filled.with_(instead="right" if self._command else NOTHING)

    def command_from(self, filled: Filled) -> CommandOrWrong:
        """Return the command, or what is wrong with the answers."""
        model = ask.CorrectRecord if self._name == "CorrectRecord" else ask.ProposeCorrection
        zone = self._given.terms.zone
        answers = read(self._why(filled), filled, zone)
        answers.values["version"] = self._version
        why, wrong = parsed_answers(model, answers, self._why(filled), self._entries)
        right: AnyEvent | None = None
        if controls := self._right(filled):
            right, wrong_too = self._replacement(controls, filled)
            wrong = (*wrong, *wrong_too)
        if why is None or wrong:
            return None, wrong
        return with_other(why, {"replacement": right}), ()

    def _original(self) -> int | None:
        """Return the entry that this one corrects, or proposes to; None if it corrects none."""
        *_, (first, about) = corrected_by(self._version, self._given.case)
        if isinstance(about, CorrectionProposed):
            return about.version
        return None if first == self._version else first

    def _why(self, filled: Filled) -> tuple[Control, ...]:
        left_out = ("version", "replacement")
        return controls_of(ask.CorrectRecord, self._name, self._given, filled, leave_out=left_out)

    def _right(self, filled: Filled) -> tuple[Control, ...]:
        if self._command is None or filled.text("instead") == NOTHING:
            return ()
        name = self._command.__name__
        controls = controls_of(self._command, name, self._given, filled, under=RIGHT)
        return tuple(map(_words_optional, controls)) if self.keeps_words else controls

    def _replacement(
        self, controls: Sequence[Control], filled: Filled
    ) -> tuple[AnyEvent | None, tuple[Wrong, ...]]:
        """Return the event that replaces the entry's, or what is wrong with the answers."""
        command = cast("type[ask.Command]", self._command)
        answers = read(controls, filled, self._given.terms.zone)
        self._keep_seconds(answers, filled)
        if self.keeps_words:
            answers.values = _mark_kept_words(answers.values, self._event)
        parsed, wrong = parsed_answers(command, answers, controls, self._entries)
        if parsed is None:
            return None, wrong
        whole = cast("ask.Command", _restore_words(parsed, self._event))
        try:
            return self._make_event(whole, command), ()
        except ValidationError as error:
            return None, tuple(Wrong("", one) for one in problems(error, type(self._event)))

    def _keep_seconds(self, answers: Answers, filled: Filled) -> None:
        """Keep the seconds of each time that was not corrected: the form shows none."""
        for name, typed in answers.values.items():
            before = getattr(self._event, name)
            if isinstance(before, datetime) and isinstance(typed, str):
                boxes = filled_with({f"{RIGHT}{name}": before}, self._given.terms.zone)
                if all(filled.text(box) == text for box, text in boxes):
                    answers.values[name] = before.isoformat()

    def _make_event(self, corrected: ask.Command, command: type[ask.Command]) -> AnyEvent:
        """Return the event of a corrected command, with what the entry has besides."""
        if isinstance(self._event, ATTENDANCE):  # the answers may change the kind of event
            attended = cast("ask.RecordAttendance", corrected)
            terms = self._given.terms_on(attended.at)
            return attendance_by_seats(attended, self._given.case, terms)
        model = type(self._event)
        more = model.model_fields.keys() - command.model_fields.keys()
        return recorded_as(model, corrected, **{name: getattr(self._event, name) for name in more})


def _words_optional(control: Control) -> Control:
    """Return a control whose words may be left empty, as may those of its parts."""
    return replace(
        control,
        is_required=control.is_required and not control.is_sealed,
        parts=tuple(map(_words_optional, control.parts)),
        rows=tuple(
            one._replace(controls=tuple(map(_words_optional, one.controls)))
            for one in control.rows
        ),
    )


def _without_words(values: Mapping[str, object], event: Statement) -> dict[str, object]:
    """Return the values of an event, by path, without words, even in a store that seals none."""
    words = {f"{RIGHT}{name}" for name in sealed_fields(type(event))}
    return {name: _without_sealed(value) for name, value in values.items() if name not in words}


def _without_sealed(value: object) -> object:
    if isinstance(value, Statement):
        return with_other(value, dict.fromkeys(sealed_fields(type(value)), cast("object", None)))
    if isinstance(value, tuple):
        return tuple(map(_without_sealed, cast("tuple[object, ...]", value)))
    return value


def _mark_kept_words(values: Mapping[str, object], old: Statement) -> dict[str, object]:
    """Return the answers, with `KEPT` where words that the entry holds were left empty."""
    found = dict(values)
    for name in sealed_fields(type(old)):
        if getattr(old, name) is not None and name not in found:
            found[name] = KEPT
    for name, value in found.items():
        before = getattr(old, name, None)
        if isinstance(value, dict) and isinstance(before, Statement):
            found[name] = _mark_kept_words(cast("dict[str, object]", value), before)
        elif isinstance(value, list) and (olds := _parts_of(before)):
            parts = _with_unwritten(cast("list[dict[str, object]]", value), olds)
            found[name] = [
                part if match is None else _mark_kept_words(part, match)
                for part, match in _matched(parts, olds)
            ]
    return found


def _with_unwritten(
    parts: Sequence[dict[str, object]], olds: Sequence[Statement]
) -> list[dict[str, object]]:
    """Return the parts that a form says, and those of the entry that say nothing but words.

    A form does not show the words, and so cannot tell whether such a part is meant to go.
    """
    kind = type(olds[0])
    if not is_only_words(kind):
        return list(parts)
    words, said = sealed_fields(kind), {part_key(part): part for part in parts}
    stay = (
        said.pop(part_key(old), {name: value for name, value in old if name not in words})
        for old in olds
    )
    return [*stay, *said.values()]


def _restore_words(new: Statement, old: Statement | None) -> Statement:
    """Return the statement, with the entry's own words in place of each `KEPT`."""
    if old is None:
        return new
    changed: dict[str, object] = {}
    sealed = sealed_fields(type(new))
    for name, value in dict(new).items():
        before = getattr(old, name, None)
        if value == KEPT and name in sealed:
            changed[name] = before
        elif isinstance(value, Statement):
            changed[name] = _restore_words(value, before)
        elif isinstance(value, tuple) and (olds := _parts_of(before)):
            parts = cast("tuple[Statement, ...]", value)
            changed[name] = tuple(
                _restore_words(part, match) for part, match in _matched(parts, olds)
            )
    return with_other(new, changed)


def _parts_of(value: object) -> Sequence[Statement]:
    """Return the statements in a list of them; nothing for a list of anything else."""
    found = cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()
    return [one for one in found if isinstance(one, Statement)]


def _matched(
    parts: Sequence[P], olds: Sequence[Statement]
) -> Iterator[tuple[P, Statement | None]]:
    """Yield each part with the part of the entry that is about the same seat, criterion or child.

    If several are about the same, their order matches them, as long as there are as many. If not,
    nobody knows which is meant, and their words have to be entered again.
    """
    by_key: dict[str, list[Statement]] = {}
    for one in olds:
        by_key.setdefault(part_key(one), []).append(one)
    numbers, met = Counter(map(part_key, parts)), Counter[str]()
    for part in parts:
        key = part_key(part)
        same = by_key.get(key, []) if key else []
        yield part, same[met[key]] if len(same) == numbers[key] else None
        met[key] += 1
