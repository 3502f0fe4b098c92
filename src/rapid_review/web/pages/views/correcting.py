"""Correcting an entry: a form filled with what it says openly, and what is in its place.

Words are not shown for it, and need not be written again: those that are left empty stay as they
were. The entry itself stays as it is; the correction says what is right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from json import dumps
from typing import Final, cast

from pydantic import ValidationError
from starlette.responses import Response

from rapid_review.domain import commands as ask
from rapid_review.domain.entry import Entry
from rapid_review.domain.errors import problems
from rapid_review.domain.events import ATTENDANCE, AnyEvent
from rapid_review.domain.makers import recorded_as
from rapid_review.domain.registry import REGISTRY, leads_to
from rapid_review.domain.rules.meeting import empty_seats, is_quorate
from rapid_review.domain.statement import Said, sealed_fields, with_other
from rapid_review.projections.as_of import NOW, CaseHistory, effective_entries
from rapid_review.web.pages.forms.choices import Given
from rapid_review.web.pages.forms.controls import Control, controls_of
from rapid_review.web.pages.forms.filled import Filled
from rapid_review.web.pages.forms.presets import filled_with
from rapid_review.web.pages.forms.reading import Wrong, read
from rapid_review.web.pages.site import Visit
from rapid_review.web.pages.views.entry import entry_in, version_of
from rapid_review.web.pages.views.recording import Asked, Made, answered, parsed_answers

KEPT: Final = "(as it was recorded)"
"""What is in effect, while a correction is read, where words were left empty."""
RIGHT: Final = "replacement."
"""Under what the entry's own questions are asked."""
NOTHING: Final = "nothing"
"""What is answered where nothing is to be in the entry's place."""


def correct(visit: Visit) -> Response:
    """Ask what was wrong with an entry and what is right, check it, and record it.

    Raises:
        CaseNotFoundError: there is no such entry.
    """
    history = visit.site.reviews.case_history(visit.case)
    entry = entry_in(history.entries, version_of(visit))
    name = "ProposeCorrection" if visit.asked("propose") else "CorrectRecord"
    asked = Correction(history, entry, name).asked(visit)
    words = "If you leave words empty, they stay as they were recorded." if asked.instead else ""
    return answered(visit, asked, note=words)


class Correction:
    """An entry that is corrected.

    Args:
        history: the case.
        entry: the entry.
        name: the command: it corrects, or proposes to.
    """

    def __init__(self, history: CaseHistory, entry: Entry, name: str) -> None:
        self._version = entry.version
        self._name = name
        stands = {one.version: one.event for one in effective_entries(history.entries)}
        self._event: AnyEvent = stands.get(entry.version, entry.event)
        step = REGISTRY[type(self._event)].step
        self._command = None if step is None else step.command
        case = history.case(NOW)
        self._given = Given(history.terms_of(case), case)
        self._entries = len(history.entries)

    def asked(self, visit: Visit) -> Asked:
        """Return what is asked."""
        return Asked(
            visit.case,
            self._name,
            self._given,
            self._entries,
            self.begun,
            self.controls,
            self.made,
            instead=self._command is not None,
        )

    def controls(self, filled: Filled) -> tuple[Control, ...]:
        """Return what is asked: why, and, of an entry that somebody said, what is right."""
        return (*self._why(filled), *self._right(filled))

    def begun(self) -> Filled:
        """Return the form as it begins: with what the entry says openly."""
        fields = {} if self._command is None else self._command.model_fields
        said = {f"{RIGHT}{name}": getattr(self._event, name) for name in fields}
        begun = filled_with(_without_words(said, self._event), self._given.terms.zone)
        return begun.with_(instead="right")

    def made(self, filled: Filled) -> Made:
        """Return the command, or what is wrong with the answers."""
        model = ask.CorrectRecord if self._name == "CorrectRecord" else ask.ProposeCorrection
        zone = self._given.terms.zone
        answers = read(self._why(filled), filled, zone)
        answers.values["version"] = self._version
        why, wrong = parsed_answers(model, answers, self._why(filled))
        right: AnyEvent | None = None
        if asked := self._right(filled):
            right, wrong_too = self._replacement(asked, filled)
            wrong = (*wrong, *wrong_too)
        if why is None or wrong:
            return None, wrong
        return with_other(why, {"replacement": right}), ()

    def _why(self, filled: Filled) -> tuple[Control, ...]:
        left_out = ("version", "replacement")
        return controls_of(ask.CorrectRecord, self._name, self._given, filled, but=left_out)

    def _right(self, filled: Filled) -> tuple[Control, ...]:
        if self._command is None or filled.text("instead") == NOTHING:
            return ()
        name = self._command.__name__
        asked = controls_of(self._command, name, self._given, filled, under=RIGHT)
        return tuple(map(_may_stay, asked))

    def _replacement(
        self, asked: Sequence[Control], filled: Filled
    ) -> tuple[AnyEvent | None, tuple[Wrong, ...]]:
        """Return what is in the entry's place, or what is wrong with the answers."""
        command = cast("type[ask.Command]", self._command)
        answers = read(asked, filled, self._given.terms.zone)
        answers.values = _with_kept(answers.values, self._event)
        said, wrong = parsed_answers(command, answers, asked)
        if said is None:
            return None, wrong
        whole = cast("ask.Command", _words_back(said, self._event))
        try:
            return self._recorded(whole, command), ()
        except ValidationError as error:
            return None, tuple(Wrong("", one) for one in problems(error, type(self._event)))

    def _recorded(self, said: ask.Command, command: type[ask.Command]) -> AnyEvent:
        terms, case = self._given
        if isinstance(self._event, ATTENDANCE):  # the answers may change the kind of event
            attended = cast("ask.RecordAttendance", said)
            quorate, not_met = leads_to(command)
            if is_quorate(attended, case, terms):
                return recorded_as(quorate, said)
            empty = empty_seats(attended, case, terms)
            return recorded_as(not_met, said, empty_seats=empty)
        model = type(self._event)
        more = model.model_fields.keys() - command.model_fields.keys()
        return recorded_as(model, said, **{name: getattr(self._event, name) for name in more})


def _may_stay(control: Control) -> Control:
    """Return a control whose words may be left empty, and so may those of its parts."""
    return replace(
        control,
        is_required=control.is_required and not control.is_sealed,
        parts=tuple(map(_may_stay, control.parts)),
        rows=tuple(
            one._replace(controls=tuple(map(_may_stay, one.controls))) for one in control.rows
        ),
    )


def _without_words(said: Mapping[str, object], event: Said) -> dict[str, object]:
    """Return what an event says, by path, without its words: also where they are not sealed."""
    words = {f"{RIGHT}{name}" for name in sealed_fields(type(event))}
    return {name: _openly(value) for name, value in said.items() if name not in words}


def _openly(value: object) -> object:
    if isinstance(value, Said):
        return with_other(value, dict.fromkeys(sealed_fields(type(value)), cast("object", None)))
    if isinstance(value, tuple):
        return tuple(map(_openly, cast("tuple[object, ...]", value)))
    return value


def _with_kept(values: Mapping[str, object], old: Said) -> dict[str, object]:
    """Return the answers, with a mark where words that the entry holds were left empty."""
    found = dict(values)
    for name in sealed_fields(type(old)):
        if getattr(old, name) is not None and name not in found:
            found[name] = KEPT
    for name, value in found.items():
        before = getattr(old, name, None)
        if isinstance(value, dict) and isinstance(before, Said):
            found[name] = _with_kept(cast("dict[str, object]", value), before)
        elif isinstance(value, list) and before:
            found[name] = [
                _with_kept(cast("dict[str, object]", one), match)
                if isinstance(one, dict) and (match := _same(dumps(one), before)) is not None
                else one
                for one in cast("list[object]", value)
            ]
    return found


def _words_back(new: Said, old: Said | None) -> Said:
    """Return the statement, with the entry's own words in place of each mark."""
    if old is None:
        return new
    changed: dict[str, object] = {}
    for name, value in dict(new).items():
        before = getattr(old, name, None)
        if value == KEPT:
            changed[name] = before
        elif isinstance(value, Said):
            changed[name] = _words_back(value, before)
        elif isinstance(value, tuple) and before:
            parts = cast("tuple[object, ...]", value)
            changed[name] = tuple(
                _words_back(one, _same(one.model_dump_json(), before))
                if isinstance(one, Said)
                else one
                for one in parts
            )
    return with_other(new, changed)


def _same(text: str, before: object) -> Said | None:
    """Return the part of an entry that is about the same seat, criterion or child."""
    for one in cast("tuple[object, ...]", before):
        if isinstance(one, Said):
            key = next((k for k in ("seat", "criterion", "reference") if hasattr(one, k)), "")
            if f'"{getattr(one, key, None)}"' in text:
                return one
    return None
